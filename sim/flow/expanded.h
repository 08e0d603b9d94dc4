/*
 * The quickest flow itself: people on the walkway graph in steps of a second, each place at each
 * second a node of its own, and the greatest flow through them, second after second (Ford and
 * Fulkerson's time-expanded network; what is found for one second stays the greatest when the next
 * is added, so the whole curve is an earliest-arrival flow: Gale, Minieka). No routing gets more
 * people out by any second on the same graph.
 *
 * Walking times are rounded to whole steps, people are a fluid in thousandths. Exact in that
 * network, hence to about half a step a link; flow_solve() is the quick answer beside it. 200
 * places and ten minutes: tenths of a second to some seconds.
 */
#ifndef SIM_FLOW_EXPANDED_H
#define SIM_FLOW_EXPANDED_H

#include "sim/flow/flow.h"

#include <stdatomic.h>

struct flow_expanded {
    double clearance_s; /* As flow_plan's, and of no plan sooner. FLOW_NEVER_S: nobody can leave. */
    double people;      /* Who can leave. */
    double *out;        /* By second from 0: the most people that can be out by then; every eighth
                           second, and a straight line between. */
    uint32_t out_count; /* Up to clearance_s. */
};

/* Fills *expanded, which flow_expanded_fini() frees. Reads nodes, links, destinations (not their
 * queues), origins, release_s, chunks and clearance_part of the problem. False: *cancel (NULL:
 * never) became true, or it would take more than an hour to leave; *expanded is empty. */
bool flow_expand(const struct flow_problem *problem, const atomic_bool *cancel,
                 struct flow_expanded *expanded);
void flow_expanded_fini(struct flow_expanded *expanded);

#endif
