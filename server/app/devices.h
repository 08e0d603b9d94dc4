/*
 * Where devices said they are: the newest position of each, for DEVICE_KEPT_MS. A device is known
 * by a pseudonym of 32 bits, or by the hash of its name when it speaks for itself; then its
 * messages are told apart by its sequence, too. Not journalled; a restart starts empty. Not locked:
 * the intake's lock covers it.
 */
#ifndef APP_DEVICES_H
#define APP_DEVICES_H

#include "server/app/readings.h"
#include "server/app/sequence.h"
#include "server/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* AGE: shown in WatchPositions. KEPT: counted as somebody who is there, at most, while there is
 * room for all. */
enum { DEVICE_AGE_MS = 10 * 1000, DEVICE_KEPT_MS = 300 * 1000, DEVICES_MAX = 200000 };

struct device_row {
    int64_t at_ms; /* 0: an empty slot. */
    uint64_t key;
    int32_t x_cm, y_cm;
    uint32_t place;
    struct sequence sequence; /* Of one that speaks for itself. */
};

/* Open addressing, at most three quarters full. Zeroed is empty. */
struct devices {
    struct device_row *rows;
    uint32_t room;    /* A power of two. */
    uint32_t count;   /* Slots in use, aged rows too. */
    uint64_t version; /* Rises with each message that was taken. */
};

/* Columns of every device that is not older than DEVICE_AGE_MS at `now_ms`. */
struct positions {
    uint32_t count;
    uint32_t *device; /* Of a name: the lower half of its hash. */
    int32_t *x_cm, *y_cm;
    uint32_t *place;
};

void devices_fini(struct devices *devices);
/* False, and nothing taken: more than DEVICES_MAX devices would be known. */
bool devices_take(struct devices *devices, const struct readings *readings);
/* The same for a message of a device itself; *news says whether it was taken. */
bool devices_take_own(struct devices *devices, const struct readings *readings,
                      enum sequence_news *news);
void devices_list(const struct devices *devices, int64_t now_ms, struct arena *arena,
                  struct positions *out);
/* Adds to count[place] the devices that said at `now_ms` - `ttl_ms` or later that they are there;
 * returns how many devices those are in all. */
uint32_t devices_count(const struct devices *devices, int64_t now_ms, int64_t ttl_ms,
                       uint32_t *count, uint32_t places);

#endif
