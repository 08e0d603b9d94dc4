/*
 * What the ground's sensors would say about the simulated crowd. They count without error (see
 * sim/sensing.h for those that err):
 *
 *   turnstiles  who passed each gate, four times a second; where tickets are scanned, not who
 *               came in: the scan has counted them
 *   cameras     how many are in each zone, and seat sensors how many in each block, once a second
 *   queues      how many wait at each facility and gate, and who was served, once a second
 *   devices     where those are who carry a reporting one: on their feet twice a second, in their
 *               seats every five seconds
 */
#ifndef SIM_SENSORS_H
#define SIM_SENSORS_H

#include "sim/behaviour.h"
#include "sim/core/crowd.h"
#include "tifo/v1/telemetry.pb-c.h"

struct sensors;

/* All are kept by pointer and must outlive the sensors. */
struct sensors *sensors_create(const Tifo__V1__Venue *venue, const struct crowd *crowd,
                               const struct behaviour *behaviour, bool tickets_scanned);
void sensors_destroy(struct sensors *sensors);

/* From now on zones are counted with every reading, four times a second. */
void sensors_count_often(struct sensors *sensors);

/* The readings of the quarter of a second that ends now; `sequence` counts them from 1. They stay
 * the sensors', until the next call. */
const Tifo__V1__Readings *sensors_read(struct sensors *sensors, uint64_t sequence, int64_t at_ms);

#endif
