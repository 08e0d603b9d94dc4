#include "clients/c/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
    if (!memory) {
        fprintf(stderr, "tifo: out of memory while a venue was read\n");
        abort();
    }
    return memory;
}

void *memory_cleared(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size));
}

char *memory_string(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_cleared(size, 1), text, size);
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return array;
    return checked(realloc(array, (count ? count * 2 : 1) * size));
}
