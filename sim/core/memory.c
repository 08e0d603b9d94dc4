#include "sim/core/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

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
