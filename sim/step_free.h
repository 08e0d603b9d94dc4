/*
 * Ways without stairs: for people who cannot take them. Ramps are taken; rows of seats are left and
 * entered, not walked through. The way is told place by place, as signs, so that whoever follows it
 * turns at each door to the place that comes next.
 */
#ifndef SIM_STEP_FREE_H
#define SIM_STEP_FREE_H

#include "tifo/v1/venue.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct step_free;

/* The venue is kept by pointer. */
struct step_free *step_free_create(const Tifo__V1__Venue *venue);
void step_free_destroy(struct step_free *ways); /* NULL: nothing. */

/* Walking time between two places, with nobody in the way; INFINITY: there is no such way. */
double step_free_s(const struct step_free *ways, uint32_t from, uint32_t to);
/* The place after `from` on that way. False: there is none, or one is there. */
bool step_free_next(const struct step_free *ways, uint32_t from, uint32_t to, uint32_t *next);

/* From a place to the inside of a gate; and whether there is any gate that can be reached. */
double step_free_gate_s(const struct step_free *ways, uint32_t from, uint32_t gate);
bool step_free_has_way_out(const struct step_free *ways, uint32_t from);

#endif
