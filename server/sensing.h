/* The sensors that --sensors names: their sources, and a reader for each. */
#ifndef SERVER_SENSING_H
#define SERVER_SENSING_H

#include "server/app/app.h"
#include "server/records/recorder.h"
#include "server/sensors/reader.h"

struct sensing;

/* NULL: `why` (>= 400) says what is wrong. Whether brokers and devices are there does not matter.
 */
struct sensing *sensing_open(const char *file, const struct log *log, char *why, size_t why_size);
/* Readings come from now on; what is refused is a dead letter. */
bool sensing_start(struct sensing *sensing, struct app *app, struct recorder *recorder);
/* Any thread: as app_options.readings_durable. NULL is accepted, as for all that follow. */
void sensing_durable(struct sensing *sensing, uint64_t mark);
/* Nothing is taken any more; what becomes durable is still acknowledged. */
void sensing_stop(struct sensing *sensing);
void sensing_close(struct sensing *sensing);

/* A sensor_look; `sensing` may be NULL. */
bool sensing_look(void *sensing, uint32_t index, struct sensor_row *out);

#endif
