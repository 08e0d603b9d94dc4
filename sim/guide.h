/*
 * The plan in force, as a person reads it: here I am, where should I go?
 */
#ifndef SIM_GUIDE_H
#define SIM_GUIDE_H

#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct guide {
    const Tifo__V1__Venue *venue;
    const Tifo__V1__Plan *plan; /* NULL: none. */
    int32_t *split_of;          /* By purpose and place: row of plan->splits, -1: none. */
    bool *gate_used;            /* By gate: the plan sends somebody there. */
    bool leads;                 /* It sends somebody to some gate. */
};

/* The venue is kept by pointer. There is no plan at first. */
void guide_init(struct guide *guide, const Tifo__V1__Venue *venue);
void guide_fini(struct guide *guide);

/* The plan is kept by pointer until the next call; NULL: none. */
void guide_follow(struct guide *guide, const Tifo__V1__Plan *plan);

/* The gate, or the facility of a kind (FacilityKind), that falls to a person at a place. False: the
 * plan says nothing, or nothing that this venue has. */
bool guide_gate(const struct guide *guide, uint32_t place, uint32_t person, uint32_t *gate);
bool guide_facility(const struct guide *guide, uint32_t place, uint32_t person, int kind,
                    uint32_t *facility);

/* The place that leads from here to the gate, as the plan's arrow points. False: the plan sends
 * nobody there from here, or from here it is reached at once. */
bool guide_next(const struct guide *guide, uint32_t place, uint32_t gate, uint32_t *next);

/* Whether the plan sends anybody to the gate. */
bool guide_uses_gate(const struct guide *guide, uint32_t gate);
/* Whether there is a plan that sends people to gates, and nobody to this one. */
bool guide_avoids_gate(const struct guide *guide, uint32_t gate);

#endif
