/*
 * What the network knows of a ground: how long each way takes and what each gate is to whom.
 */
#ifndef SIM_NETWORK_WAYS_H
#define SIM_NETWORK_WAYS_H

#include "sim/flow/capacities.h"
#include "sim/flow/flow.h"
#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

struct ways {
    const struct scenario *scenario;
    const Tifo__V1__Venue *venue;
    const struct capacities *capacities;
    uint32_t places, gates;
    struct flow_link *links; /* Openings inside, passable ones. */
    uint32_t link_count;
    struct flow_destination *out; /* By gate. */
    /* For bounds: what links and gates never pass more than, people a second. */
    double *link_most_ps, *gate_most_ps;
    uint32_t *opening; /* By link: the venue's. */
    double *least_s;   /* [gate * places + place]: to the gate with nobody in the way; INFINITY. */
    bool *shut_all_along; /* By gate: from the start to the end. */
    double *share;        /* Room for a share by gate. */
};

/* All are kept by pointer. Gates that the scenario shuts for good are closed. False: `why`. */
bool ways_init(struct ways *ways, const struct scenario *scenario, const Tifo__V1__Venue *venue,
               const struct capacities *capacities, char *why, size_t why_size);
void ways_fini(struct ways *ways);

/* How the people of a block who do not look at queues share out over the gates that `usable` says
 * (by gate): the nearest, or the usual one after Huff. Where the usual gate is not usable, the
 * nearest to it that is. Valid until the next call; all 0: none can be reached. */
const double *ways_shares(struct ways *ways, uint32_t place, const bool *usable);

/* Whose seats are in a block. */
double ways_seated(const struct ways *ways, size_t block);

/* When people set out on a trip, or come (NULL), as `count` equal parts of them in order: the
 * moment in the middle of each part. */
void ways_releases(const struct scenario *scenario, const struct trip *trip, double *at_s,
                   uint32_t count);

#endif
