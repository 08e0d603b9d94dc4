/*
 * Memory as bytes, and back: one walk over a structure writes it or reads it, so that the two never
 * disagree. An image is for the program that wrote it, on the same kind of machine; whoever keeps
 * it sees to it that it comes back as it was.
 *
 *     void door_image(struct image *image, struct door *door)
 *     {
 *             image_bytes(image, door, sizeof(*door));
 *             image_pool(image, &door->people);
 *     }
 */
#ifndef BASE_IMAGE_H
#define BASE_IMAGE_H

#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/base/slice.h"

#include <stdbool.h>

/* Where bytes go, and where they come from, in order. False: they did not; it is over. */
struct byte_sink {
    bool (*put)(struct byte_sink *sink, const void *data, size_t size);
};
struct byte_source {
    bool (*take)(struct byte_source *source, void *data, size_t size);
};

struct image {
    struct byte_sink *sink;     /* One of the two; a walk that writes changes nothing. */
    struct byte_source *source; /* What is read into is new and empty. */
    struct arena *arena;        /* For what is read. */
    bool broken;                /* The rest of the walk does nothing, and what it fills is zero. */
};
bool image_reads(const struct image *image);

void image_bytes(struct image *image, void *data, size_t size);
/* A number that may not exceed `most`: it is 0 then, and the image broken. */
void image_count(struct image *image, uint32_t *count, uint32_t most);
/* `count` rows that are allocated in the arena, or (heap) with base_alloc(), when they are read. */
void image_array(struct image *image, void **rows, size_t count, size_t size);
void image_heap_array(struct image *image, void **rows, size_t count, size_t size);
/* In the arena, or on the heap. */
void image_slice(struct image *image, struct bytes *bytes);
void image_heap_slice(struct image *image, struct bytes *bytes);
void image_u32s(struct image *image, struct u32s *column);
/* The pool is there, of the same rows and limit. */
void image_pool(struct image *image, struct pool *pool);
void image_deadlines(struct image *image, struct deadlines *deadlines);

#endif
