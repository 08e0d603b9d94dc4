/*
 * Where devices said they are: the newest position of each, for DEVICE_AGE_MS. Not journalled; a
 * restart starts empty. Not locked: the intake's lock covers it.
 */
#ifndef APP_DEVICES_H
#define APP_DEVICES_H

#include "server/app/readings.h"
#include "server/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { DEVICE_AGE_MS = 10 * 1000, DEVICES_MAX = 200000 };

struct device_row {
    int64_t at_ms; /* 0: an empty slot. */
    uint32_t device;
    int32_t x_cm, y_cm;
    uint32_t place;
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
    uint32_t *device;
    int32_t *x_cm, *y_cm;
    uint32_t *place;
};

void devices_fini(struct devices *devices);
/* False, and nothing taken: more than DEVICES_MAX devices would be known. */
bool devices_take(struct devices *devices, const struct readings *readings);
void devices_list(const struct devices *devices, int64_t now_ms, struct arena *arena,
                  struct positions *out);

#endif
