/*
 * Sensors as they are: what sim/sensors.h counts without error, with the errors of the field. From
 * a seed, and each draw in the order of the readings alone, so that a run can be had again.
 *
 *   cameras     one a place, four pictures a second (of seats one): +-10 %, as 95 % limits, so
 *               that 5 % is one standard deviation; half of its variance is the camera's own and
 *               constant, half new with each picture
 *   queues      counted by such cameras, one a queue; who was served as turnstiles count
 *   turnstiles  miss 1 of 100 people and count 2 of 100 twice
 *   devices     as many as report (people.reporting of the scenario), through eight gateways
 *
 * A message is lost with 2 %, and takes 2 s (the median; 10 s is its 99th percentile of a
 * log-normal distribution). Those of cameras and devices overtake each other. Those of turnstiles
 * and of counters in queues do not, and what was lost is sent again with the next one: they cost
 * time, not people.
 *
 * Those that are late: each sender by 30 to 120 s more, for good, and cameras are +-20 % off.
 */
#ifndef SIM_SENSING_H
#define SIM_SENSING_H

#include "tifo/v1/telemetry.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

#include <stdbool.h>

struct sensing;

/* `venue` is kept by pointer and outlives it. */
struct sensing *sensing_create(const Tifo__V1__Venue *venue, bool late, uint64_t seed);
void sensing_destroy(struct sensing *sensing); /* NULL is accepted. */

/* Takes the exact readings of a quarter of a second. Returns the messages that arrive by `now_ms`,
 * in the order in which they do; they stay the sensing's until the next call. */
const Tifo__V1__Readings *const *sensing_read(struct sensing *sensing,
                                              const Tifo__V1__Readings *exact, int64_t now_ms,
                                              size_t *count);

#endif
