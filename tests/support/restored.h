/* A stadium that was saved and loaded again, in memory. */
#ifndef TESTS_SUPPORT_RESTORED_H
#define TESTS_SUPPORT_RESTORED_H

#include "server/core/stadium.h"

/* Bytes that a stadium, or a part, was saved to: taken from the front, at most `size` of them. */
struct saved {
    struct byte_sink sink;
    struct byte_source source;
    uint8_t *data;
    size_t size, room, taken;
};
void saved_begin(struct saved *saved); /* Nothing yet. */
void saved_init(struct saved *saved, const struct stadium *stadium);
void saved_fini(struct saved *saved);

/* The old one is destroyed. Aborts if it cannot be loaded, or is another than it was. */
struct stadium *stadium_restored(struct stadium *stadium);

#endif
