#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>

void *memory_array(size_t count, size_t size)
{
    void *array = calloc(count ? count : 1, size);
    if (array == NULL) {
        fprintf(stderr, "tifo-sim: out of memory: %zu x %zu bytes\n", count, size);
        abort();
    }
    return array;
}
