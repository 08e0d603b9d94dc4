/* Small grounds for tests, put together from rectangles and doors: the tests read like floor plans.
 */
#ifndef TESTS_UNIT_SIMCORE_SCENE_H
#define TESTS_UNIT_SIMCORE_SCENE_H

#include "sim/core/crowd.h"

enum { SCENE_MAX = 64, SCENE_ROWS = 64, SCENE_POINTS = 16 };

struct scene {
    struct area_def areas[SCENE_MAX];
    struct block_def blocks[SCENE_MAX];
    struct door_def doors[SCENE_MAX];
    struct facility_def facilities[SCENE_MAX];
    struct row_def rows[SCENE_MAX][SCENE_ROWS];
    struct point row_ends[SCENE_MAX][SCENE_ROWS][2];
    struct point outlines[2 * SCENE_MAX][SCENE_POINTS];
    struct path holes[SCENE_MAX];
    struct spot_def spots[SCENE_MAX];
    struct path rings[SCENE_MAX];
    uint32_t area_count, block_count, door_count, facility_count, outline_count, spot_count;
    struct ground *ground;
    struct crowd *crowd;
};

/* Each returns the index of what it added. */
uint32_t scene_area(struct scene *scene, const struct point *outline, uint32_t count);
uint32_t scene_room(struct scene *scene, double x0, double y0, double x1, double y1);
uint32_t scene_outside(struct scene *scene, double x0, double y0, double x1, double y1);
uint32_t scene_door(struct scene *scene, uint32_t a, uint32_t b, struct point from,
                    struct point to);
uint32_t scene_gate(struct scene *scene, uint32_t inside, uint32_t outside, struct point from,
                    struct point to);
/* A spot of one rectangle. */
uint32_t scene_spot(struct scene *scene, uint32_t area, double x0, double y0, double x1, double y1);
/* Rows along x, from y0 up, row_gap_m apart; blocks are numbered from 0 (not places). */
uint32_t scene_block(struct scene *scene, double x0, double y0, double x1, uint32_t rows,
                     double row_gap_m, uint32_t seats);

/* Makes ground and crowd; fails the test with the ground's own words. */
void scene_open(struct scene *scene, uint64_t seed);
void scene_close(struct scene *scene);

uint32_t scene_person(struct scene *scene, uint32_t area, double x, double y);
uint32_t scene_seated(struct scene *scene, uint32_t block, uint32_t row, uint32_t seat);
/* `count` people at seeded places of a rectangle, 0.4 m from each other where that can be had. */
void scene_fill(struct scene *scene, uint32_t area, uint32_t count, struct point low,
                struct point high, struct goal goal, uint64_t seed);

/* One step, and the invariants: on the floor of their place, moving no faster than people do. */
void scene_step(struct scene *scene);
/* Steps until nobody walks (all left or seated), or the time is up. Returns the time. */
double scene_run(struct scene *scene, double until_s);

/* TIFO_SEED or the default; printed by the caller when it matters. */
uint64_t scene_seed(uint64_t standard);

#endif
