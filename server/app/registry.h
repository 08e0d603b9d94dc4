/*
 * Registered devices as readings meet them: who may speak, and when each was last heard. The core
 * has the same devices by the same indices (server/core/device.h); only what is news to it goes
 * there, with the tick: that a device fell silent, that one is heard again or for the first time.
 *
 * A device speaks when anything of it is taken, or is a duplicate; its gateway speaks with it.
 * Last-heard times are not journalled: after a start each device that was heard before has its
 * whole time again. Not locked: the intake's lock covers it.
 */
#ifndef APP_REGISTRY_H
#define APP_REGISTRY_H

#include "server/app/readings.h"
#include "server/base/arena.h"
#include "server/core/command.h"

#include <stdbool.h>
#include <stdint.h>

struct registered {
    char id[SOURCE_NAME_BYTES + 1];
    uint64_t key[DEVICE_KEY_WORDS];
    uint32_t gateway; /* 1 + index; 0: none. */
    uint32_t kind, interval_ms;
    bool retired;
    bool online;     /* The core knows it as such, */
    bool heard;      /* or will with the next tick. */
    int64_t seen_ms; /* 0: not since the start. */
    int64_t wait_ms; /* It is waited for from here on. */
};

/* Zeroed is empty. */
struct registry {
    struct registered *rows;
    uint32_t count, room;
    uint32_t *slots; /* Hash of the id -> row + 1; 0: empty. */
    uint32_t slot_count;
    uint32_t heard; /* Rows that are news. */
    bool required;
};
void registry_fini(struct registry *registry);

/* It is so from now on; indices come ascending, without a gap. */
void registry_put(struct registry *registry, uint32_t index, const struct device *device,
                  int64_t now_ms);
/* STATUS_OK: what comes from `id` may be taken. `credential` NULL: it shows none. */
enum status registry_admits(const struct registry *registry, const char *id,
                            const struct credential *credential);
/* Something of it was taken; unknown ids are nobody's. */
void registry_hear(struct registry *registry, const char *id, int64_t now_ms);

/* When the next device is silent; now when there is other news; INT64_MAX: never. */
int64_t registry_due_ms(const struct registry *registry);
/* What is news at `now_ms`, in the arena. */
void registry_drain(struct registry *registry, int64_t now_ms, struct arena *arena,
                    struct tick *tick);

#endif
