/*
 * How soon any plan at all could clear a walkway graph: a lower bound, with the doors that prove
 * it.
 *
 * Relaxed from flow over time: until T a channel passes no more than its capacity times the time in
 * which anybody can be at it and still be out by T. If so many channels, each with its whole
 * window, cannot carry the people even with no order in time, no plan can: by max-flow and min-cut
 * there is then a set of places that too many people are in for what leads out of it. The bound is
 * the least T at which that no longer holds, or the time at which those who set out last and
 * farthest could be out with nobody in the way, whichever is later.
 *
 * It bounds a crowd if capacities are at least what the crowd ever passes, and walking times at
 * most what it ever needs.
 */
#ifndef SIM_FLOW_BOUND_H
#define SIM_FLOW_BOUND_H

#include "sim/flow/flow.h"

struct flow_bound {
    double clearance_s; /* As flow_plan's, but of no plan sooner. FLOW_NEVER_S: nobody can leave. */
    /* The certificate: at any sooner time these people were behind these doors, which together pass
     * capacity_ps. By walking alone: no doors. */
    double people, capacity_ps;
    bool *link_cut;        /* By link. */
    bool *destination_cut; /* By destination. */
};

/* Fills *bound, which flow_bound_fini() frees. Reads nodes, links, destinations, origins,
 * release_s, chunks and clearance_part of the problem. */
void flow_bound(const struct flow_problem *problem, struct flow_bound *bound);
void flow_bound_fini(struct flow_bound *bound);

#endif
