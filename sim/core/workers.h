/* Threads that share out a loop over people. They are started once and sleep in between.
 * What is done to one part must not depend on what is done to another: then the outcome is the same
 * for any number of threads. */
#ifndef SIM_CORE_WORKERS_H
#define SIM_CORE_WORKERS_H

#include <stdint.h>

struct workers;

/* People from `from` to before `to`; parts are WORKERS_PART long and start at a multiple of it. */
enum { WORKERS_PART = 256 };
typedef void workers_part(void *ctx, uint32_t from, uint32_t to);

/* `threads`, the caller's included. NULL for 0 and 1: the caller does it all. Also NULL when the
 * system gives no thread. */
struct workers *workers_create(uint32_t threads);
void workers_destroy(struct workers *workers);

/* Calls `part` for all of 0..count and returns when all is done. `workers` may be NULL. */
void workers_run(struct workers *workers, workers_part *part, void *ctx, uint32_t count);
/* The same for a few long pieces of work, `from` to `from` + 1 each. */
void workers_each(struct workers *workers, workers_part *part, void *ctx, uint32_t count);
/* The caller's included. */
uint32_t workers_threads(const struct workers *workers);

#endif
