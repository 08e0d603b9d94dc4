/* Inside of the solver: what flow.c sets up and flow_search.c walks through, one chunk of people
 * at a time, by the traffic of flow.c or of balance.c. */
#ifndef SIM_FLOW_FLOW_STATE_H
#define SIM_FLOW_FLOW_STATE_H

#include "sim/flow/channel.h"
#include "sim/flow/flow.h"
#include "sim/flow/heap.h"

#include <stddef.h>

/* A link as a node sees it. */
struct flow_arc {
    uint32_t to;
    double walk_s;
    uint32_t channel; /* Of the way out. */
    bool out, in;     /* May the link be walked from here, and to here? */
};

/* What a chunk's search knows of a node. */
struct flow_label {
    double cost;     /* first_s, and what the walk has cost. */
    double first_s;  /* When the chunk's first person can be there ... */
    double last_s;   /* ... and its last: a chunk stretches where it passes something narrow. */
    double walk_s;   /* Walked so far. */
    uint32_t from;   /* The node before, FLOW_NONE at the origin. */
    uint32_t arc;    /* The arc taken to get here. */
    uint32_t search; /* Valid when it is the running search's number. */
    bool settled;
    bool decided; /* Has looked at guidance for the last time. */
};

struct flow_served {
    double at_s, people;
};

struct flow_solver;

struct flow_times {
    double first_s, last_s;
};

/* What people do to those behind them. */
struct flow_traffic {
    /* When `people` are through a channel that they come to as `here` says (first_s, last_s,
     * walk_s). */
    struct flow_times (*past)(struct flow_solver *solver, uint32_t channel,
                              const struct flow_label *here, double people);
    /* They take the channel. */
    void (*take)(struct flow_solver *solver, uint32_t channel, const struct flow_label *here,
                 double people);
    /* What a second in the line of a destination costs them beside the time it takes. */
    double line_cost;
    /* A way is as long as it takes the chunk's last: chunks do not stand one behind the other but
     * each among all who go, and their first ones meet nobody. */
    bool by_last;
};

struct flow_solver {
    const struct flow_problem *problem;
    const struct flow_traffic *traffic;
    struct flow_plan *plan;
    uint32_t chunks;
    /* Arcs by node: node n leaves by arcs[first_arc[n]] .. arcs[first_arc[n + 1] - 1]. */
    uint32_t *first_arc;
    struct flow_arc *arcs;
    struct channel *channels; /* Two for each link, then one for each destination. */
    /* From each node to each destination's line with nobody in the way; HUGE_VALF: no way.
     * least_s[destination * node_count + node]. */
    float *least_s;
    double *bound; /* By destination: the chunk at hand cannot do better there. */
    struct flow_label *labels;
    uint32_t search;
    uint32_t found; /* The labels lead to this destination, for the chunk at hand. */
    struct heap heap;
    bool ruled;       /* The chunk at hand goes by what signs must say. */
    bool straight;    /* The chunk at hand takes the shortest way, whatever stands there. */
    double release_s; /* When the chunk at hand sets out. */
    struct flow_served *served;
    uint32_t served_count;
    double *next_people; /* By (node, destination): how far next_node leads the vote. */
    uint32_t *way;       /* Room for one. */
};

/* flow.c. An empty plan and what it is made with; flow_close() fills its clearance. */
void flow_open(struct flow_solver *solver, const struct flow_problem *problem,
               const struct flow_traffic *traffic, struct flow_plan *plan);
void flow_close(struct flow_solver *solver);
/* Nobody has been sent yet. */
void flow_clear(struct flow_solver *solver);
/* How many chunks the people of an origin leave in: a few go all at once. */
uint32_t flow_chunks(const struct flow_solver *solver, uint32_t origin);
/* Sends one of them, if the origin has so many. */
void flow_send(struct flow_solver *solver, uint32_t origin, uint32_t round);
size_t flow_channels(const struct flow_problem *problem);
/* Of a node's arcs the one that begins the shortest way; FLOW_NONE: there is none. */
uint32_t flow_straight_on(const struct flow_solver *solver, uint32_t node, uint32_t destination);
/* A destination's channel. */
uint32_t flow_door(const struct flow_solver *solver, uint32_t destination);

/* flow_search.c. The destination where a chunk from `origin` is served at the least cost,
 * FLOW_NONE: none can be reached. `only` is the one that counts, FLOW_NONE: any. */
uint32_t flow_quickest(struct flow_solver *solver, uint32_t origin, double people, uint32_t only);
/* Sends the chunk: it takes the channels along its way. */
void flow_reserve(struct flow_solver *solver, uint32_t origin, uint32_t destination, double people);
/* Notes that way at every node where people look. */
void flow_note_way(struct flow_solver *solver, uint32_t destination, double people);
/* Notes any: its nodes, from the origin's to the destination's. */
void flow_note_along(struct flow_solver *solver, const uint32_t *way, uint32_t count,
                     uint32_t destination, double people);

#endif
