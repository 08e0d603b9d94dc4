/*
 * The people of a foreign scenario in the engine: they come from their sources, go from spot to
 * spot, wait, change their minds and leave. What a person does depends on the seed and their number
 * alone, and on what happens to them.
 *
 * Whoever comes needs room: a place in the source on the floor, a body's width from others and off
 * the walls. Who finds none comes in a later step, in their turn.
 */
#ifndef SIM_FOREIGN_WALKERS_H
#define SIM_FOREIGN_WALKERS_H

#include "sim/core/crowd.h"
#include "sim/foreign/foreign.h"

struct walkers;

/* All are kept by pointer. The crowd is empty. */
struct walkers *walkers_create(const struct foreign *foreign, const struct ground *ground,
                               struct crowd *crowd, uint64_t seed);
void walkers_destroy(struct walkers *walkers);

/* Once before the first crowd_step() and once after each. */
void walkers_step(struct walkers *walkers);
/* Nobody will come or go any more. */
bool walkers_done(const struct walkers *walkers);

struct walkers_spot {
    uint32_t reached, served; /* Served: have gone on, or left here. */
    uint32_t waiting;         /* Now. */
    uint32_t longest;         /* Most of those. */
    double first_s, last_s;   /* Of those served; NAN: nobody. */
    double wait_s;            /* All together, from reaching it to going on. */
};
struct walkers_source {
    uint32_t planned, came;
    uint32_t pending; /* Wanted to come by now and found no room. */
    double last_s;    /* NAN: nobody came. */
};
const struct walkers_spot *walkers_spots(const struct walkers *walkers);
const struct walkers_source *walkers_sources(const struct walkers *walkers);
/* When a person came, and left (NAN: has not). */
double walkers_came_s(const struct walkers *walkers, uint32_t person);
double walkers_left_s(const struct walkers *walkers, uint32_t person);

/* What a checkpoint must keep, beside the crowd's. Bytes needed; written when they fit. */
size_t walkers_save(const struct walkers *walkers, void *buffer, size_t size);
/* Into walkers just created for the same scenario and the loaded crowd. False: it does not fit. */
bool walkers_load(struct walkers *walkers, const void *buffer, size_t size);

#endif
