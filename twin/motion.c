#include "twin/motion.h"

float motion_part(const struct motion *motion, uint32_t since_ms, uint32_t length_ms)
{
    uint32_t passed = motion ? motion->now_ms - since_ms : length_ms;
    if (!motion || motion->off || passed >= length_ms)
        return 1;
    float rest = 1 - (float)passed / (float)length_ms;
    return 1 - rest * rest * rest;
}

/* The key's slot, or the free one where it belongs; MOTION_SLOTS: all are taken. */
static size_t slot_of(const struct motion *motion, uint32_t key)
{
    size_t start = key * 2654435761u % MOTION_SLOTS;
    for (size_t i = 0; i < MOTION_SLOTS; i++) {
        size_t slot = (start + i) % MOTION_SLOTS;
        if (motion->values[slot].key == key || !motion->values[slot].key)
            return slot;
    }
    return MOTION_SLOTS;
}

float motion_ease(struct motion *motion, uint32_t key, float value)
{
    if (!motion || motion->off)
        return value;
    size_t slot = slot_of(motion, key);
    if (slot == MOTION_SLOTS)
        return value;
    if (!motion->values[slot].key) { /* Seen for the first time: it has always been there. */
        motion->values[slot].key = key;
        motion->values[slot].from = motion->values[slot].to = value;
        motion->values[slot].since_ms = motion->now_ms - MOTION_EASE_MS;
    }
    float part = motion_part(motion, motion->values[slot].since_ms, MOTION_EASE_MS);
    float from = motion->values[slot].from, to = motion->values[slot].to;
    float shown = from + (to - from) * part;
    if (value != to) {
        motion->values[slot].from = shown;
        motion->values[slot].to = value;
        motion->values[slot].since_ms = motion->now_ms;
    }
    return shown;
}

bool motion_under_way(const struct motion *motion)
{
    for (size_t i = 0; i < MOTION_SLOTS; i++)
        if (motion->values[i].key && motion->values[i].from != motion->values[i].to &&
            motion->now_ms - motion->values[i].since_ms < MOTION_EASE_MS && !motion->off)
            return true;
    return false;
}
