#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* madvise() */
#endif
#include "sim/core/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE 64
#define LARGE_PAGE ((size_t)2 << 20)

static void *checked(void *memory, size_t count, size_t size)
{
    if (!memory) {
        fprintf(stderr, "crowd engine: out of memory: %zu x %zu bytes\n", count, size);
        abort();
    }
    return memory;
}

void *memory_zeroed(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size), count, size);
}

void *memory_resized(void *old, size_t count, size_t size)
{
    if (count > SIZE_MAX / size)
        return checked(NULL, count, size);
    return checked(realloc(old, count ? count * size : 1), count, size);
}

/* Columns as long as many pages would all begin in the same lines of the nearest cache, which holds
 * twelve of a line: so each is five lines on from the one before. */
size_t memory_column(size_t count, size_t size)
{
    size_t lines = (count * size + CACHE_LINE - 1) / CACHE_LINE + 5;
    return lines * CACHE_LINE;
}

void *memory_columns(size_t bytes)
{
    size_t unit = bytes < 2 * LARGE_PAGE ? CACHE_LINE : LARGE_PAGE;
    size_t size = (bytes + unit - 1) / unit * unit;
    void *block = checked(aligned_alloc(unit, size), size, 1);
#ifdef MADV_HUGEPAGE
    if (unit == LARGE_PAGE)
        (void)madvise(block, size, MADV_HUGEPAGE); /* Else it is as it was. */
#endif
    return memset(block, 0, size);
}
