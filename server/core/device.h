/*
 * The registry: which devices (sensors, gateways) the venue has, where they are, and how often each
 * of them is to be heard. What they say goes elsewhere (server/app/intake.h); here is what the
 * journal can bear: who is registered, and when a device fell silent or spoke again.
 *
 *     NEW       registered, never heard: nothing is wrong yet
 *     ONLINE    heard
 *     OFFLINE   not heard for DEVICE_SILENT_INTERVALS of its intervals, and DEVICE_SILENT_LEAST_MS
 *
 * Devices that fail together do so because of what they share. A *group* are the devices behind one
 * gateway, itself included, or, of those without one, the devices in one place. From
 * GROUP_SILENT_LEAST silent ones on (two, if the gateway is one of them) the group raises one alarm
 * and its devices none of their own, until fewer than two are silent:
 *
 *     kind             raised                                            priority
 *     DEVICE_SILENT    OFFLINE for one more interval, at most a minute   low
 *     GATEWAY_SILENT   so many behind it (or it and one more) OFFLINE    medium
 *     PLACE_SILENT     so many in the place OFFLINE                      medium
 *
 * Each clears when what raised it is over, at once.
 */
#ifndef CORE_DEVICE_H
#define CORE_DEVICE_H

#include "server/base/slice.h"
#include "server/core/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum device_kind {
    DEVICE_TURNSTILE = 1,
    DEVICE_CAMERA,
    DEVICE_COUNTER, /* Beams, mats: counts who passes or waits. */
    DEVICE_WIFI,
    DEVICE_GATEWAY, /* Speaks for others. */
    DEVICE_OTHER,
};
enum device_state { DEVICE_NEW = 0, DEVICE_ONLINE, DEVICE_OFFLINE };

enum {
    DEVICE_SILENT_INTERVALS = 3,
    DEVICE_SILENT_LEAST_MS = 1000,
    DEVICE_INTERVAL_LEAST_MS = 100,
    DEVICE_INTERVAL_MOST_MS = 24 * 60 * 60 * 1000,
    DEVICE_ON_MOST_MS = 60 * 1000,
    GROUP_SILENT_LEAST = 3,
    DEVICE_KEY_WORDS = 4, /* SHA-256 of its secret, big-endian words. */
};

/* What is said of a device when it is registered or updated. */
struct device_set {
    uint32_t device; /* Index. */
    char id[SOURCE_NAME_BYTES + 1];
    uint32_t kind;  /* enum device_kind */
    uint32_t place; /* 1 + place; 0: none. */
    uint32_t gate;  /* 1 + gate; 0: none. Then its place is the gate's zone inside. */
    uint32_t located;
    int32_t x_cm, y_cm, level; /* If it is located. */
    uint32_t gateway;          /* 1 + index of the device that speaks for it; 0: none. */
    uint32_t interval_ms;      /* It is to be heard so often; 0: nobody waits for it. */
    char by[CALLER_BYTES + 1];
};

/* It has another secret from now on. */
struct device_keyed {
    uint32_t device;
    uint64_t key[DEVICE_KEY_WORDS];
    char by[CALLER_BYTES + 1];
};

struct device_retired {
    uint32_t device;
    char by[CALLER_BYTES + 1];
};

/* Whether only registered devices are heard. */
struct registration_set {
    uint32_t required;
    char by[CALLER_BYTES + 1];
};

/* They have not been heard since. */
struct devices_silent {
    struct u32s device;
    struct u64s seen_ms;
};
/* They were silent, or never heard before. */
struct devices_heard {
    struct u32s device;
};

struct device {
    struct device_set is; /* `by`: who set it last. */
    uint64_t key[DEVICE_KEY_WORDS];
    uint32_t key_number; /* Counts its secrets. */
    uint32_t retired;    /* 1: it may be registered again under its id. */
    uint32_t state;      /* enum device_state */
    int64_t since_ms;    /* It is in this state. */
    int64_t seen_ms;     /* OFFLINE: when it was last heard. */
    uint32_t alarm;      /* Number of its open one; 0: none. */
};

/* Of a place, or of the devices behind a gateway. */
struct device_group {
    uint32_t devices, silent;
    int64_t since_ms; /* So many are silent that they are one matter; 0: they are not. */
    int64_t eased_ms; /* Fewer than two are; 0: more. */
    uint32_t alarm;
};

struct stadium;
const struct device *stadium_devices(const struct stadium *stadium, uint32_t *count);
/* Its index; STADIUM_NONE: there is none of this id, or it is retired. */
uint32_t stadium_device_find(const struct stadium *stadium, const char *id);
bool stadium_registration_required(const struct stadium *stadium);
/* The place that it is in, if anybody said so; else UINT32_MAX. */
uint32_t device_place(const struct stadium *stadium, const struct device *device);
/* From when on it is silent if it was last heard at `seen_ms`. */
int64_t device_silent_at_ms(const struct device_set *device, int64_t seen_ms);

#endif
