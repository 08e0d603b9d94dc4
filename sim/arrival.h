/*
 * How people come in: which gate each one chooses, who still stands in the street because there is
 * no room outside the gate, and how many wait for its turnstiles.
 *
 * Unguided people take the gate nearest to their seat, or their usual one; if it is shut, the
 * nearest that is open. Guided ones look at the waits that the server publishes, and take the gate
 * from which they are in their seat first. Nobody changes any more once they are there.
 */
#ifndef SIM_ARRIVAL_H
#define SIM_ARRIVAL_H

#include "sim/behaviour.h"
#include "sim/step_free.h"
#include "sim/traveller.h"

struct gate_line {
    uint32_t door, facility; /* The engine's. */
    bool can_enter;          /* Has turnstiles. */
    uint32_t waiting;        /* Have come and were not called yet. */
    uint32_t first, last;    /* In the street, chained by `behind`; NONE_BEHIND: nobody. */
};

struct arrival {
    struct behaviour_def def;
    struct gate_line *lines;           /* By gate. */
    uint32_t *behind;                  /* By person: the next one in the street. */
    uint32_t *wait_s;                  /* By gate, as published. */
    const struct step_free *step_free; /* The behaviour's; NULL: nobody needs it. */
    const uint16_t *blocks;            /* By person: of the seat; the behaviour's. */
    bool has_waits;
};

/* What `def` points to is kept. */
void arrival_init(struct arrival *arrival, const struct behaviour_def *def);
void arrival_fini(struct arrival *arrival);

/* The published waits, seconds by gate (copied); NULL: there are none. */
void arrival_hear(struct arrival *arrival, const uint32_t *wait_s);
/* Somebody comes to the ground. Returns whether their gate came from the published waits. */
bool arrival_come(struct arrival *arrival, uint32_t person, const struct traveller *traveller);
/* Lets in from the street who has room now. */
void arrival_step(struct arrival *arrival);
/* For a checkpoint. */
void arrival_archive(struct arrival *arrival, struct archive *archive);
/* Somebody's turn at the turnstiles of the gate. */
void arrival_called(struct arrival *arrival, uint32_t gate);

#endif
