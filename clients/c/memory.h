/*
 * Allocation that does not fail: running out of memory for a venue ends the program with a
 * sentence.
 */
#ifndef CLIENTS_C_MEMORY_H
#define CLIENTS_C_MEMORY_H

#include <stddef.h>

void *memory_cleared(size_t count, size_t size);
char *memory_string(const char *text);
/* Room for one more behind `count` elements: doubles when count is 0 or a power of two, so always
 * call it with the true count. */
void *memory_grow(void *array, size_t count, size_t size);

#endif
