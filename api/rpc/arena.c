#include "api/rpc/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = alignof(max_align_t), BLOCK_BYTES = 4096 };

struct rpc_arena_block {
    struct rpc_arena_block *next;
    alignas(max_align_t) char bytes[];
};

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void rpc_arena_init(struct rpc_arena *arena, void *first, size_t first_size, size_t limit_bytes)
{
    *arena = (struct rpc_arena){ .first = first,
                                 .first_size = first_size & ~(size_t)(ALIGNMENT - 1),
                                 .limit_bytes = limit_bytes };
    arena->next = first;
    arena->end = first ? arena->first + arena->first_size : NULL;
}

void rpc_arena_fini(struct rpc_arena *arena)
{
    struct rpc_arena_block *next;
    for (struct rpc_arena_block *block = arena->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    arena->blocks = NULL;
}

void rpc_arena_reset(struct rpc_arena *arena)
{
    rpc_arena_fini(arena);
    rpc_arena_init(arena, arena->first, arena->first_size, arena->limit_bytes);
}

/* A new block; a request that needs more than a usual one gets a block of its own size. */
static void *grow(struct rpc_arena *arena, size_t size)
{
    size_t bytes = size > BLOCK_BYTES / 2 ? size : BLOCK_BYTES;
    if (bytes > arena->limit_bytes - arena->grown_bytes) {
        arena->exhausted = true;
        return NULL;
    }
    struct rpc_arena_block *block = malloc(sizeof *block + bytes);
    if (!block)
        return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->grown_bytes += bytes;
    if (bytes != BLOCK_BYTES) /* The block before it may still have room: go on there. */
        return block->bytes;
    arena->next = block->bytes + size;
    arena->end = block->bytes + bytes;
    return block->bytes;
}

void *rpc_arena_alloc(struct rpc_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = round_up(size ? size : 1);
    if (size > (size_t)(arena->end - arena->next))
        return grow(arena, size);
    void *found = arena->next;
    arena->next += size;
    return found;
}

char *rpc_arena_string(struct rpc_arena *arena, const void *data, size_t size)
{
    char *copy = rpc_arena_alloc(arena, size + 1);
    if (!copy)
        return NULL;
    memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

static void *allocator_alloc(void *arena, size_t size)
{
    return rpc_arena_alloc(arena, size);
}

static void allocator_free(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

ProtobufCAllocator rpc_arena_allocator(struct rpc_arena *arena)
{
    return (ProtobufCAllocator){ allocator_alloc, allocator_free, arena };
}

void *rpc_new(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory) {
        fprintf(stderr, "rpc: out of memory (%zu bytes)\n", size);
        abort();
    }
    return memory;
}
