#include "server/base/pool.h"

#include <assert.h>

enum { CHUNK_ROWS = 1024 };

void pool_init(struct pool *pool, struct arena *arena, size_t row_bytes, uint32_t limit)
{
    *pool = (struct pool){ .arena = arena, .row_bytes = row_bytes, .limit = limit };
    pool->chunks = arena_array(arena, limit / CHUNK_ROWS + 1, sizeof(*pool->chunks));
}

void *pool_get(const struct pool *pool, uint32_t index)
{
    assert(index < pool->count);
    return (char *)pool->chunks[index / CHUNK_ROWS] + index % CHUNK_ROWS * pool->row_bytes;
}

void *pool_add(struct pool *pool)
{
    assert(pool->count < pool->limit);
    void **chunk = &pool->chunks[pool->count / CHUNK_ROWS];
    if (!*chunk)
        *chunk = arena_array(pool->arena, CHUNK_ROWS, pool->row_bytes);
    return pool_get(pool, pool->count++);
}

void pool_resize(struct pool *pool, uint32_t count)
{
    assert(pool->count == 0 && count <= pool->limit);
    for (uint32_t i = 0; i < count; i += CHUNK_ROWS)
        if (!pool->chunks[i / CHUNK_ROWS])
            pool->chunks[i / CHUNK_ROWS] = arena_array(pool->arena, CHUNK_ROWS, pool->row_bytes);
    pool->count = count;
}

void *pool_run(const struct pool *pool, uint32_t first, uint32_t *count)
{
    const uint32_t left = pool->count - first, most = CHUNK_ROWS - first % CHUNK_ROWS;
    *count = left < most ? left : most;
    return pool_get(pool, first);
}
