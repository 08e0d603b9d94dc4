/*
 * Memory of one call: handed out by moving a pointer, freed all at once. The first block belongs to
 * whoever embeds the arena, so that a small call allocates nothing.
 *
 * Not thread-safe: a call has one owner at a time.
 */
#ifndef RPC_ARENA_H
#define RPC_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

struct rpc_arena_block;
struct rpc_arena {
    char *next, *end;
    char *first;
    size_t first_size;
    struct rpc_arena_block *blocks; /* Grown beyond the first; newest first. */
    size_t grown_bytes, limit_bytes;
    bool exhausted; /* Something was refused for the limit's sake. */
};

/* `first` (may be NULL) is aligned for any type and outlives the arena. Beyond it the arena grows
 * up to `limit_bytes`. */
void rpc_arena_init(struct rpc_arena *arena, void *first, size_t first_size, size_t limit_bytes);
void rpc_arena_fini(struct rpc_arena *arena);
/* Everything handed out is free again; the arena is as after rpc_arena_init(). */
void rpc_arena_reset(struct rpc_arena *arena);
/* Aligned for any type, not zeroed. NULL: over the limit. */
void *rpc_arena_alloc(struct rpc_arena *arena, size_t size);
/* A copy with a NUL behind it. NULL: over the limit. */
char *rpc_arena_string(struct rpc_arena *arena, const void *data, size_t size);
/* For protobuf-c: what it unpacks lies in the arena and needs no freeing. */
ProtobufCAllocator rpc_arena_allocator(struct rpc_arena *arena);

/* malloc for small things that the program cannot go on without: aborts with a message. Zeroed. */
void *rpc_new(size_t size);

#endif
