#include "sim/flow/heap.h"

#include <stdio.h>
#include <stdlib.h>

static bool before(const struct heap_entry *a, const struct heap_entry *b)
{
    return a->key < b->key || (a->key == b->key && a->node < b->node);
}

void heap_fini(struct heap *heap)
{
    free(heap->entries);
    *heap = (struct heap){ 0 };
}

void heap_clear(struct heap *heap)
{
    heap->count = 0;
}

void heap_push(struct heap *heap, double key, uint32_t node)
{
    if (heap->count == heap->capacity) {
        heap->capacity = heap->capacity ? 2 * heap->capacity : 64;
        heap->entries = realloc(heap->entries, heap->capacity * sizeof *heap->entries);
        if (!heap->entries) {
            fprintf(stderr, "flow: out of memory for a heap of %u\n", heap->capacity);
            abort();
        }
    }
    const struct heap_entry entry = { key, node };
    uint32_t at = heap->count++;
    for (; at > 0 && before(&entry, &heap->entries[(at - 1) / 2]); at = (at - 1) / 2)
        heap->entries[at] = heap->entries[(at - 1) / 2];
    heap->entries[at] = entry;
}

bool heap_pop(struct heap *heap, double *key, uint32_t *node)
{
    if (heap->count == 0)
        return false;
    *key = heap->entries[0].key;
    *node = heap->entries[0].node;
    const struct heap_entry last = heap->entries[--heap->count];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && before(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!before(&heap->entries[child], &last))
            break;
        heap->entries[at] = heap->entries[child];
        at = child;
    }
    if (heap->count)
        heap->entries[at] = last;
    return true;
}
