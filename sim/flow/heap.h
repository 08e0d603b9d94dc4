/*
 * A binary heap of (key, node), least key first, ties by the lower node: the order of a search does
 * not depend on how it got there. A node may be pushed again with a better key; the search knows
 * the stale one when it comes out.
 */
#ifndef SIM_FLOW_HEAP_H
#define SIM_FLOW_HEAP_H

#include <stdbool.h>
#include <stdint.h>

struct heap_entry {
    double key;
    uint32_t node;
};

/* Zeroed is empty. Grows as needed; out of memory aborts with a message. */
struct heap {
    struct heap_entry *entries;
    uint32_t count, capacity;
};

void heap_fini(struct heap *heap);
void heap_clear(struct heap *heap); /* Keeps the memory. */
void heap_push(struct heap *heap, double key, uint32_t node);
bool heap_pop(struct heap *heap, double *key, uint32_t *node); /* False: it is empty. */

#endif
