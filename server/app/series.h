/*
 * Readings as time series: for each a bucket of one second that is being filled. When a reading of
 * another second comes the bucket is put out, and whoever keeps series takes what is out together
 * with what is still being filled: they are merged there, so a second may come in parts and in any
 * order. Not locked: the intake's lock covers it.
 *
 *     place/INDEX/people    gate/INDEX/in    gate/INDEX/out
 *     queue/INDEX/waiting   queue/INDEX/served    device/NAME/QUANTITY
 */
#ifndef APP_SERIES_H
#define APP_SERIES_H

#include "server/app/readings.h"
#include "server/ports/telemetry_store.h"

enum {
    SERIES_MEASURED_MOST = 4096, /* Of device and quantity, together. */
    SERIES_OUT_MOST = 65536,     /* Buckets that wait to be taken; more are dropped, and counted. */
    QUANTITY_BYTES = 32,         /* [a-z0-9_] */
};

struct series;
/* `venue` outlives it. */
struct series *series_create(const struct venue *venue);
void series_destroy(struct series *series); /* NULL is accepted. */

/* All rows of a message that was checked. */
void series_add(struct series *series, const struct readings *readings);
/* A measurement. False: there are as many series of devices as are kept. */
bool series_measure(struct series *series, const char *device, const char *quantity, int64_t at_ms,
                    double value);

struct series_taken {
    struct series_bucket *buckets; /* In the arena; their names are the series'. */
    uint32_t count;
    uint64_t dropped; /* Readings in buckets that had no room, since the last time. */
};
void series_take(struct series *series, struct arena *arena, struct series_taken *out);

#endif
