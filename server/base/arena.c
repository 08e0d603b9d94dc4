#define _DEFAULT_SOURCE /* madvise */
#include "server/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CHUNK_BYTES = 16 * 1024, KEEP_BYTES = 4 << 20, HUGE_BYTES = 2 << 20 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* Of data. */
    size_t used;
    bool clean; /* What is not used yet is zero. */
    alignas(max_align_t) unsigned char data[];
};

static void no_memory(size_t size)
{
    fprintf(stderr, "tifo: no memory left (%zu bytes asked); stopping\n", size);
    abort();
}

void *base_alloc(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory)
        no_memory(size);
    return memory;
}

/* Large ones are zero without being touched. */
static struct arena_chunk *chunk_create(size_t size, struct arena_chunk *older)
{
    if (size > SIZE_MAX - sizeof(struct arena_chunk))
        no_memory(size);
    struct arena_chunk *chunk = base_alloc(sizeof(*chunk) + size);
    *chunk = (struct arena_chunk){ .older = older, .size = size, .clean = true };
    return chunk;
}

static struct arena_chunk *chunk_create_huge(size_t size, struct arena_chunk *older)
{
    const size_t all =
        (sizeof(struct arena_chunk) + size + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
    struct arena_chunk *chunk = aligned_alloc(HUGE_BYTES, all);
    if (!chunk)
        no_memory(all);
#ifdef MADV_HUGEPAGE
    madvise(chunk, all, MADV_HUGEPAGE); /* If it can; small ones do as well. */
#endif
    *chunk = (struct arena_chunk){ .older = older, .size = all - sizeof(*chunk) };
    return chunk;
}

void arena_lend(struct arena *arena, void *memory, size_t size)
{
    struct arena_chunk *chunk = memory;
    assert(!arena->chunk && size > sizeof(*chunk) && (uintptr_t)memory % alignof(max_align_t) == 0);
    *chunk = (struct arena_chunk){ .size = size - sizeof(*chunk) };
    arena->chunk = chunk;
    arena->lent = chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 4)
        no_memory(size);
    size_t rounded = (size + align - 1) / align * align;
    struct arena_chunk *chunk = arena->chunk;
    if (!chunk || chunk->size - chunk->used < rounded) {
        /* Chunks double, so that a large reader settles on a few of them. */
        size_t want = chunk && chunk != arena->lent ? chunk->size * 2 : CHUNK_BYTES;
        want = want > rounded ? want : rounded;
        chunk = arena->huge ? chunk_create_huge(want, chunk) : chunk_create(want, chunk);
        arena->chunk = chunk;
    }
    void *memory = chunk->data + chunk->used;
    chunk->used += rounded;
    arena->used_bytes += rounded;
    return chunk->clean ? memory : memset(memory, 0, rounded);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        no_memory(SIZE_MAX);
    return arena_alloc(arena, count * size);
}

void *arena_copy(struct arena *arena, const void *from, size_t size)
{
    void *memory = arena_alloc(arena, size);
    if (size > 0)
        memcpy(memory, from, size);
    return memory;
}

/* What was lent is the oldest, and not looked at any more. */
static void chunks_free(const struct arena *arena, struct arena_chunk *chunk)
{
    while (chunk && chunk != arena->lent) {
        struct arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void arena_reset(struct arena *arena)
{
    arena->used_bytes = 0;
    if (arena->chunk == arena->lent)
        arena->chunk = NULL;
    if (!arena->chunk) {
        arena->lent = NULL;
        return;
    }
    /* The newest is the largest. One that was made for an import is not kept for ever. */
    struct arena_chunk *kept = arena->chunk->size <= KEEP_BYTES ? arena->chunk : NULL;
    chunks_free(arena, kept ? kept->older : arena->chunk);
    arena->lent = NULL;
    if (kept) {
        kept->older = NULL;
        kept->used = 0;
        kept->clean = false;
    }
    arena->chunk = kept;
}

void arena_fini(struct arena *arena)
{
    chunks_free(arena, arena->chunk);
    *arena = (struct arena){ .huge = arena->huge };
}
