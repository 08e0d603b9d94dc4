/* Memory that is there, or the program says so and stops: the engine allocates when grounds and
 * crowds are made or grow, never in a step once event and queue arrays have settled. */
#ifndef SIM_CORE_MEMORY_H
#define SIM_CORE_MEMORY_H

#include <stddef.h>

void *memory_zeroed(size_t count, size_t size); /* count 0 is fine */
void *memory_resized(void *old, size_t count, size_t size);

/* Columns that are read side by side lie in one block, on large pages where the system has them.
 * memory_column() bytes after a column's start the next one may start. The block begins zeroed, at
 * a cache line; free() it. */
size_t memory_column(size_t count, size_t size);
void *memory_columns(size_t bytes);

#endif
