/* Sensors' messages out of memory: what is offered is brought, in its order, on an own thread. */
#ifndef ADAPTERS_MEMORY_SENSORS_H
#define ADAPTERS_MEMORY_SENSORS_H

#include "server/ports/sensors.h"

struct sensor_source *memory_sensors_open(void);
/* Any thread; copies the message. */
void memory_sensors_offer(struct sensor_source *source, const struct sensor_message *message);
/* Messages that are done with: what a broker would have forgotten. */
uint64_t memory_sensors_done(struct sensor_source *source);

#endif
