/* Shared by those who solve a flow problem: what of it is open, and memory for it. */
#ifndef SIM_FLOW_PROBLEM_H
#define SIM_FLOW_PROBLEM_H

#include "sim/flow/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline bool flow_link_is_open(const struct flow_link *link)
{
    return !link->closed && link->capacity_ps > 0;
}

static inline bool flow_destination_is_open(const struct flow_destination *destination)
{
    return !destination->closed && destination->capacity_ps > 0;
}

static inline uint32_t flow_chunks_of(const struct flow_problem *problem)
{
    return problem->chunks ? problem->chunks : 20;
}

/* When a chunk of an origin's people sets out. */
static inline double flow_release_s(const struct flow_problem *problem, uint32_t origin,
                                    uint32_t chunk)
{
    if (problem->own_release_s)
        return problem->own_release_s[origin][chunk];
    return problem->release_s ? problem->release_s[chunk] : 0;
}

/* As fmin() and fmax() of numbers, without a call. */
static inline double flow_min(double a, double b)
{
    return a < b ? a : b;
}

static inline double flow_max(double a, double b)
{
    return a > b ? a : b;
}

/* For the caller to free(); ends the process when there is none. */
static inline void *flow_zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "flow: out of memory for %zu x %zu bytes\n", count, size);
        abort();
    }
    return memory;
}

/* flow_zeroed() of `room`, with the `used` ones of `memory`, which is freed. */
static inline void *flow_wider(void *memory, size_t used, size_t room, size_t size)
{
    void *to = flow_zeroed(room, size);
    if (used > 0)
        memcpy(to, memory, used * size);
    free(memory);
    return to;
}

#endif
