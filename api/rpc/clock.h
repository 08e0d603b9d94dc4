/*
 * The monotonic clock, which waits and durations are measured on.
 */
#ifndef RPC_CLOCK_H
#define RPC_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

uint64_t rpc_monotonic_ns(void);
/* So long from now, for pthread_cond_timedwait() on a condition from rpc_cond_init(). */
struct timespec rpc_after_ms(uint32_t ms);
void rpc_cond_init(pthread_cond_t *cond);

#endif
