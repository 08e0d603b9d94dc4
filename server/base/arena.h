/*
 * Memory that is given back all at once. Allocation cannot fail: when the machine has no memory
 * left the process says so and aborts, which is what its journal is for.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

/* Zeroed is an empty arena. */
struct arena {
    struct arena_chunk *chunk; /* The newest; it links to older ones. */
    size_t used_bytes;         /* Handed out since the last reset. */
    const struct arena_chunk *lent;
    bool huge; /* To be set while it is empty: for what is large and read here and there, in pages
                * of 2 MiB where the system has them. */
};

/* Of an empty arena: lets it begin in memory of the caller's, aligned for any type, that outlives
 * all that is allocated; it may be gone before reset or fini. */
void arena_lend(struct arena *arena, void *memory, size_t size);
/* Zeroed memory, aligned for any type, valid until reset or fini. Never NULL, for size 0 too. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for an array; a product that overflows aborts. */
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *from, size_t size);
/* Forgets all; keeps the largest chunk (up to 4 MiB) for the next round. */
void arena_reset(struct arena *arena);
void arena_fini(struct arena *arena);

/* malloc, zeroed, or the abort with one line on stderr. For what lives as long as the process. */
void *base_alloc(size_t size);

#endif
