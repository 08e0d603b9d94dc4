/* Tests on small grounds: sim/validate/scene.h's, with the invariants asserted at every step. */
#ifndef TESTS_UNIT_SIMCORE_SCENE_H
#define TESTS_UNIT_SIMCORE_SCENE_H

#include "sim/validate/scene.h"

/* scene_make(); fails the test with the ground's own words. */
void scene_open(struct scene *scene, uint64_t seed);

/* One step, and the invariants: on the floor of their place, moving no faster than people do. */
void scene_step(struct scene *scene);
/* Steps until nobody walks (all left or seated), or the time is up. Returns the time. */
double scene_run(struct scene *scene, double until_s);

/* TIFO_SEED or the default; printed by the caller when it matters. */
uint64_t scene_seed(uint64_t standard);

#endif
