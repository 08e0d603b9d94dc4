/* Memory that is there, or the program says so and stops: the engine allocates when grounds and
 * crowds are made or grow, never in a step once event and queue arrays have settled. */
#ifndef SIM_CORE_MEMORY_H
#define SIM_CORE_MEMORY_H

#include <stddef.h>

void *memory_zeroed(size_t count, size_t size); /* count 0 is fine */
void *memory_resized(void *old, size_t count, size_t size);

#endif
