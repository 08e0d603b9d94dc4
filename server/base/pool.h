/*
 * Rows of one size, in chunks that are allocated as they are used: a row never moves.
 *
 * A pool may have a packer, which several pools share. Then its rows come in pages, and
 * packer_rest() packs pages that nobody has looked at for a while; whoever looks at a row of such a
 * page unpacks it. So a row stays where it is until the next packer_rest(), and no longer.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "server/base/arena.h"
#include "server/base/fields.h"
#include "server/base/texts.h"

#include <stdint.h>

enum { PACKER_POOLS = 16 };

struct pool_pages;

/* How rows of a pool are packed. `leave_out` zeroes what follows from rows of other pools, and
 * `put_back` fills it in again; they may look at those with pool_peek(). NULL: nothing does. */
struct packing {
    const struct fields *fields;
    void (*leave_out)(const void *ctx, uint32_t index, void *row);
    void (*put_back)(const void *ctx, uint32_t index, void *row);
    const void *ctx;
    bool alone; /* put_back() looks at its own row only: pool_peek() calls it, too. */
};

/* Zeroed it has no pools. */
struct packer {
    struct texts texts;
    struct pool_pages *pools[PACKER_POOLS];
    uint32_t count;
    uint32_t next;     /* Of the pools: where it looks next. */
    size_t open_bytes; /* Of pages that are not packed, */
    size_t most_bytes; /* and what packer_rest() leaves of them. */
};
/* After it the pools are empty. */
void packer_fini(struct packer *packer);
/* Pages are packed until the others take at most `most_bytes`, those first that nobody has looked
 * at since it came by the last time. */
void packer_rest(struct packer *packer);

struct pool {
    struct arena *arena;
    void **chunks;
    uint32_t room; /* Chunks that there are places for. */
    size_t row_bytes;
    uint32_t count; /* Rows that are there; indices below it. */
    uint32_t limit;
    struct pool_pages *pages; /* NULL: without a packer. */
};

/* The arena gives the memory, and outlives the pool. At most `limit` rows. */
void pool_init(struct pool *pool, struct arena *arena, size_t row_bytes, uint32_t limit);
/* Of rows that pack_can(); the packer outlives it, the pool stays where it is. NULL: without one.
 */
void pool_init_packed(struct pool *pool, struct arena *arena, const struct packing *packing,
                      uint32_t limit, struct packer *packer);
/* `index` is below count. */
void *pool_get(const struct pool *pool, uint32_t index);
/* The row at index `count`, zeroed. Count is below the limit. */
void *pool_add(struct pool *pool);
/* Rows from `first` on that follow each other in memory, and how many those are, to be read: rows
 * of a packed page are a copy, until the next call. */
const void *pool_run(const struct pool *pool, uint32_t first, uint32_t *count);
/* A row to be read until the next call, without what was left out of it if its page is packed and
 * its packing is not `alone`: the page stays so. */
const void *pool_peek(const struct pool *pool, uint32_t index);
/* At most `left` more rows, zeroed, that follow each other in memory, and how many those are: to
 * be filled before the next call. */
void *pool_extend(struct pool *pool, uint32_t left, uint32_t *count);
/* packer_rest(), if the pool has one. */
void pool_rest(struct pool *pool);

#endif
