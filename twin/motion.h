/*
 * What moves for the eye: bars that ease towards a new value, and a clock for it. No clock of its
 * own: whoever draws says what time it is. Without a motion, or with one that is off, everything is
 * where it belongs at once: pictures rendered without a window are the same on every run.
 */
#ifndef TWIN_MOTION_H
#define TWIN_MOTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOTION_BLINK_MS = 500, MOTION_EASE_MS = 250, MOTION_GLIDE_MS = 180, MOTION_SLOTS = 512 };

/* What a value belongs to; a key is one of these and an index. */
enum motion_kind {
    MOTION_GATE_FLOW = 1,
    MOTION_GATE_MARK,
    MOTION_WAIT,
    MOTION_STAND,
    MOTION_ZONE,
    MOTION_CLEARANCE,
};
#define MOTION_KEY(kind, index) ((uint32_t)(kind) << 24 | ((uint32_t)(index) + 1))

struct motion {
    bool off;        /* "Reduce motion": every duration is 0. */
    uint32_t now_ms; /* Set before each drawing; any steady clock. */
    struct {
        uint32_t key; /* 0: free. */
        uint32_t since_ms;
        float from, to;
    } values[MOTION_SLOTS];
};

/* The value to draw now: on its way from the last one told under this key to `value`. `motion` may
 * be NULL. */
float motion_ease(struct motion *motion, uint32_t key, float value);
/* True while a value is on its way. */
bool motion_under_way(const struct motion *motion);
/* How far something that started at `since_ms` and takes `length_ms` has come, 0..1, fast first. */
float motion_part(const struct motion *motion, uint32_t since_ms, uint32_t length_ms);

#endif
