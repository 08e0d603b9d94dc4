/*
 * The ground as flow solvers see it: places as nodes, openings inside as links, gates as ways out.
 * Passages have what a crowd in the engine was measured to get through them
 * (sim/flow/capacities.h), on average, for plans and T*fit; and what it never got more than, for
 * T*bound.
 */
#ifndef ADAPTERS_PLANNER_WALKWAYS_H
#define ADAPTERS_PLANNER_WALKWAYS_H

#include "server/ports/planner.h"
#include "sim/flow/flow.h"

struct walkways {
    uint32_t places;
    struct flow_link *links;
    uint32_t *opening; /* By link: the venue's. */
    double *link_most_ps;
    uint32_t link_count;
    struct flow_destination *gates; /* By gate: the open ones are open; nobody waits at them. */
    double *gate_most_ps;
    double *gate_sure_part; /* Of what it passes, so much a plan counts on. */
};

/* Everything is in the arena. */
void walkways_init(struct walkways *ways, const struct planner_job *job, struct arena *arena);

/* Inside, and nobody there has to stay until a later stage. */
bool place_is_left(const struct planner_job *job, uint32_t place);

/* The people of every place that is left, as measured; while nobody is inside, of every seat there.
 * `leaving`: measured. */
struct flow_origin *walkways_people(const struct planner_job *job, struct arena *arena,
                                    uint32_t *count, uint64_t *leaving);

/* Shortest ways to a line `walk_s` away from `node`, with nobody in the way: by place, how far it
 * is in seconds (HUGE_VAL: there is no way) and the next place on it (at `node`, that itself). */
void walkways_to(const struct walkways *ways, uint32_t node, double walk_s, double *far_s,
                 uint32_t *next);

#endif
