/* Times from request to answer, kept one by one. */
#ifndef LOAD_LATENCY_H
#define LOAD_LATENCY_H

#include <stddef.h>
#include <stdint.h>

struct latency {
    uint32_t *each_us;
    size_t count, room;
};

void latency_add(struct latency *latency, uint64_t us);
void latency_clear(struct latency *latency);
/* The time that `part` (0..1) of the answers stayed within; sorts. 0: there are none. */
uint32_t latency_quantile_us(struct latency *latency, double part);

#endif
