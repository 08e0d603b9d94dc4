/* Rows of one size, in chunks that are allocated as they are used: a row never moves. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "server/base/arena.h"

#include <stdint.h>

struct pool {
    struct arena *arena;
    void **chunks;
    size_t row_bytes;
    uint32_t count; /* Rows that are there; indices below it. */
    uint32_t limit;
};

/* The arena gives the memory, and outlives the pool. At most `limit` rows. */
void pool_init(struct pool *pool, struct arena *arena, size_t row_bytes, uint32_t limit);
/* `index` is below count. */
void *pool_get(const struct pool *pool, uint32_t index);
/* The row at index `count`, zeroed. Count is below the limit. */
void *pool_add(struct pool *pool);
/* A pool that is empty gets so many rows, zeroed. */
void pool_resize(struct pool *pool, uint32_t count);
/* Rows from `first` on that follow each other in memory, and how many those are. */
void *pool_run(const struct pool *pool, uint32_t first, uint32_t *count);

#endif
