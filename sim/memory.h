/* Memory for the sizes of one run, or the end: a run that does not fit cannot go on. */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* Zeroed room for `count` of `size` bytes, never NULL; free() it. Out of memory aborts with a
 * message. */
void *memory_array(size_t count, size_t size);

#endif
