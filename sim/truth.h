/*
 * What the server says of the crowd beside what is so: once a second, zone by zone. So is what was
 * so in that second on average: who walks through 4 m2 is there for two or three steps of ten.
 *
 * - density: mean absolute error over zone-seconds that truly have more than 0.2 people a m2
 * - levels: Fruin's level of service on the scale that the server says it uses: how often the same,
 *   and how often no more than one away, over those zone-seconds
 * - interval: how often the truth lies in the 95 % interval
 * - crushes: each time that a zone comes to more than 4 people a m2 and stays there for
 *   TRUTH_CRUSH_S from the arrival of the first reading of it on: how long after that the interval
 *   reaches 4
 * - forecasts, for 5, 15 and 30 minutes: mean absolute error over zones that have, had or should
 *   have more than 0.2 people a m2, beside that of persistence: as many as the server said when it
 *   made them. After a match's end everybody stays where they are
 * - waits: the errors that the server publishes of its two predictions, mean over queues
 * - alarms: those of DENSITY whose zone did not truly come within a tenth of what raises one in the
 *   last TRUTH_ALARM_S before they were raised are false
 */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "sim/core/crowd.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

enum { TRUTH_CRUSH_S = 5, TRUTH_ALARM_S = 30 };

struct truth;

/* `venue` is kept by pointer and outlives it. */
struct truth *truth_create(const Tifo__V1__Venue *venue, int64_t start_ms);
void truth_destroy(struct truth *truth); /* NULL is accepted. */

/* These arrived by `now_ms`. */
void truth_hear(struct truth *truth, const Tifo__V1__Readings *const *readings, size_t count,
                int64_t now_ms);
/* After each step: what is so. */
void truth_see(struct truth *truth, const struct crowd_tally *tally);
/* Once a second: what was so in it, on average, and what the server says. */
void truth_compare(struct truth *truth, const Tifo__V1__CrowdState *said, int64_t now_ms);

/* At a match's end: as JSON. False: `why` says what went wrong. */
bool truth_write(struct truth *truth, const char *path, char *why, size_t why_size);

#endif
