/*
 * Flow over time on a walkway graph: which share of the people at each origin should go where.
 *
 * People walk along links and are served at destinations (a gate, a kiosk); both pass only so many
 * a second. The plan is made by capacity reservation (CCRP: Lu, George and Shekhar 2005): the
 * people of every origin are sent off in chunks, the origins taking turns; each chunk takes the
 * path on which its last person is served first, given the room that earlier chunks have left, and
 * reserves that room. So a queue costs what it costs, equal doors share, and a far door is used
 * exactly when waiting at the near one would take longer. It is a heuristic, near the quickest
 * flow, not a bound.
 *
 * The same problem gives the same plan: ties go to the lower index. It costs a short search a
 * chunk: 200 origins some ms, 2,000 origins some tenths of a second.
 */
#ifndef SIM_FLOW_FLOW_H
#define SIM_FLOW_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#define FLOW_NONE    UINT32_MAX
#define FLOW_NEVER_S 1e300 /* Some of them have no way to where they should go. */

/* Walked both ways, each way with its own room, or from a to b alone. */
struct flow_link {
    uint32_t node_a, node_b;
    double walk_s;      /* From node to node with nobody in the way. */
    double capacity_ps; /* People a second, each way; 0: none, as if closed. */
    bool one_way;       /* Nobody goes from b to a: rows of seats are left, not walked through. */
    bool closed;
};

/* Where people are served and gone. */
struct flow_destination {
    uint32_t node;       /* Where it is reached from. */
    double walk_s;       /* From that node to the line. */
    double capacity_ps;  /* People served a second; 0: none, as if closed. */
    double queue_people; /* Who waits there now: served first. */
    bool closed;
};

struct flow_origin {
    uint32_t node;
    double people;
    /* They go to the nearest open destination, by the shortest way, whatever stands there. */
    bool unguided;
};

/* Everything stays the caller's and is only read. */
struct flow_problem {
    uint32_t node_count;
    const struct flow_link *links;
    uint32_t link_count;
    const struct flow_destination *destinations;
    uint32_t destination_count;
    const struct flow_origin *origins;
    uint32_t origin_count;
    /* Shares that are given, laid out as flow_plan's: people of such a row go where it says, by the
     * quickest way there. NULL, or a row of zeros: they are planned. */
    const double *given_share;
    /* What a second of walking costs beside the time it takes; 0: nothing. Where every door has its
     * queue, walking far to wait there is as quick as waiting here, and a plan that does not mind
     * sends everybody everywhere. */
    double walk_cost;
    /* By node; NULL: none. People look at guidance where they set out and again at every place, up
     * to the first of these: from there they are on their way for good, and that is the shortest
     * one, because a sign says which door, and has one arrow for it. */
    const bool *last_look;
    /* What signs must say where people look, by [node * destination_count + destination]; NULL:
     * anything. `fixed_share`: whoever looks there is divided so, a row of zeros is free. `barred`:
     * nobody who looks there goes there. Who has no other way goes all the same; the unguided do
     * not care. */
    const double *fixed_share;
    const bool *barred;
    /* When people set out: chunk i of every origin at release_s[i] >= 0, rising, as many as there
     * are chunks. NULL: all at once. */
    const double *release_s;
    const double *const *own_release_s; /* By origin, the same; NULL: as release_s. */
    /* Each origin's people leave in so many equal chunks; 0: 20. Less than one person: in one. */
    uint32_t chunks;
    double clearance_part; /* Part of all people that counts as cleared; 0: 0.98. */
};

struct flow_plan {
    uint32_t origin_count, destination_count, node_count;
    /* share[origin * destination_count + destination]: of the origin's people. A row totals 1, or
     * less where nothing can be reached. */
    double *share;
    double *finish_s;     /* By origin: when its last person is served; FLOW_NEVER_S. */
    double *busy_until_s; /* By destination: when the last one is served there; 0: nobody is. */
    /* By [node * destination_count + destination]: guided people who set out there or look at the
     * guidance again there (flow_problem.last_look) and go to the destination; and the next node on
     * the way most of them take: the node itself when the destination is reached from there,
     * FLOW_NONE when there are none. */
    double *people;
    uint32_t *next_node;
    double clearance_s;        /* When clearance_part of those who can leave have been served. */
    double unreachable_people; /* Who has no way to any open destination. */
};

/* Fills *plan, which flow_plan_fini() frees. Out of memory aborts with a message. */
void flow_solve(const struct flow_problem *problem, struct flow_plan *plan);
/* The same for shares that stay as they are: a chunk is not some who go first or last, but a part
 * of those who go all the time. Each goes where its last one is served soonest behind those who are
 * there by then (queue.h), and chunks change their minds as long as that helps them. So a door is
 * used by those around it until those come who have stairs to wait for first, and it is near the
 * quickest flow among plans whose signs do not change, also for the first ones. A line before a
 * door costs more than its time, and people who would meet head on in a passage exchange their
 * doors (uncross.h), unless signs must say something where they look. Times are those of the last
 * ones of chunks: flow_solve() with `given_share` says what comes of the shares. */
void flow_balance(const struct flow_problem *problem, struct flow_plan *plan);
void flow_plan_fini(struct flow_plan *plan);

#endif
