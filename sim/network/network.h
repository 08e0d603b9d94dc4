/*
 * A scenario on the walkway graph instead of in the engine: its blocks, zones and gates as nodes,
 * openings as channels with the capacities that were measured, people as a fluid that sets out when
 * the scenario says. Milliseconds instead of minutes; what it leaves out (bodies, jams that reach
 * back, people who see a queue before they stand in it) is its error, which is measured beside the
 * capacities.
 *
 * It answers for people on their own, as `tifo-sim run` without a server, who leave for good or who
 * come in; not for those who go and come back to their seats.
 */
#ifndef SIM_NETWORK_NETWORK_H
#define SIM_NETWORK_NETWORK_H

#include "sim/flow/capacities.h"
#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

struct network_gate {
    double people;      /* Who leave or come in through it. */
    double capacity_ps; /* 0: it is shut. */
    double last_s;      /* When the last of them has passed, after clock zero; NAN: nobody. */
};

/* Times are seconds after the scenario's clock zero; NAN: it never comes to that. */
struct network_answer {
    bool arrives;
    double people;
    double clearance_s; /* 98 % of them are outside, or in their seats. */
    double last_s;      /* All of them. */
    /* T*fit: the clearance if each went where they are out soonest and nobody minded which way.
     * NAN where people arrive. */
    double best_s;
    /* Asked exactly: by second of the clock, the most people that can be out, or back in their
     * seats; up to the last one. */
    double *best_out;
    size_t best_count;
    /* T*bound: no plan, and no crowd that the engine knows, is sooner, whatever guides it. People
     * are through doors at once that they reach, and doors pass what they never pass more than. NAN
     * where people arrive. And why: so many people behind doors that pass so many a second. */
    double bound_s, bound_people, bound_ps;
    char bound_doors[200];          /* By name, the first of them; "": walking alone. */
    double wait_mean_s, wait_p95_s; /* At the turnstiles; NAN where people leave. */
    struct network_gate *gates;     /* By gate of the venue. */
    size_t gate_count;
};

/* `exact`: T*fit is the quickest flow's (sim/flow/expanded.h), which takes seconds, and is told of
 * those, too, who go to one facility and come back; else it is of a plan made in milliseconds.
 * Fills *out, which network_answer_fini() frees. False: `why` says what the network cannot tell. */
bool network_ask(const struct scenario *scenario, const Tifo__V1__Venue *venue,
                 const struct capacities *capacities, bool exact, struct network_answer *out,
                 char *why, size_t why_size);
void network_answer_fini(struct network_answer *answer);

#endif
