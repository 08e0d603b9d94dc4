/*
 * People of a plan who would meet head on in a passage exchange the rest of their ways: who comes
 * from a over b to X, and who comes from b over a to Y, go from a to Y and from b to X instead. As
 * many go to every destination as before, each passage has as many people or fewer, and they walk
 * less, so the quickest flow has none of that; a plan made chunk by chunk has, because each chunk
 * for itself would only take another one's place at the other door.
 */
#ifndef SIM_FLOW_UNCROSS_H
#define SIM_FLOW_UNCROSS_H

#include "sim/flow/flow.h"

#include <stddef.h>

/* People who go one way. */
struct flow_part {
    uint32_t origin, destination;
    double people, release_s;
    size_t first; /* Of `links` of the crowd, from the origin on ... */
    uint32_t count;
    bool fixed; /* They go there and nowhere else. */
};

/* A link as it is walked: 2 * link from a to b, 2 * link + 1 back. All zero is an empty crowd. */
struct flow_crowd {
    struct flow_part *parts;
    uint32_t part_count, part_room;
    uint32_t *links;
    size_t link_count, link_room;
};

/* Adds a part of so many links, which the caller fills at the pointer before the next call. */
uint32_t *flow_crowd_add(struct flow_crowd *crowd, struct flow_part part);
void flow_crowd_fini(struct flow_crowd *crowd);

static inline uint32_t flow_walked_from(const struct flow_problem *problem, uint32_t walked)
{
    const struct flow_link *link = &problem->links[walked / 2];
    return walked % 2 ? link->node_b : link->node_a;
}

static inline uint32_t flow_walked_to(const struct flow_problem *problem, uint32_t walked)
{
    return flow_walked_from(problem, walked ^ 1);
}

/* Parts are divided where they must be. Nobody is sent where he cannot be by until_s (by
 * destination). What is left of counter-flow is of those who are fixed, would be late, or are less
 * than a person. */
void flow_uncross(const struct flow_problem *problem, const double *until_s,
                  struct flow_crowd *crowd);

#endif
