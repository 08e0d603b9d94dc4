/*
 * Small grounds put together from rectangles and doors, so that a case reads like its floor plan,
 * and people placed on them.
 */
#ifndef SIM_VALIDATE_SCENE_H
#define SIM_VALIDATE_SCENE_H

#include "sim/core/crowd.h"

enum { SCENE_MAX = 128, SCENE_BLOCKS = 64, SCENE_ROWS = 64, SCENE_POINTS = 64 };

struct scene {
    struct area_def areas[SCENE_MAX];
    struct block_def blocks[SCENE_BLOCKS];
    struct door_def doors[SCENE_MAX];
    struct facility_def facilities[SCENE_MAX];
    struct spot_def spots[SCENE_MAX];
    struct path rings[SCENE_MAX]; /* of the spots */
    struct row_def rows[SCENE_BLOCKS][SCENE_ROWS];
    struct point row_ends[SCENE_BLOCKS][SCENE_ROWS][2];
    struct point outlines[2 * SCENE_MAX][SCENE_POINTS];
    struct path holes[SCENE_MAX];
    uint32_t area_count, block_count, door_count, facility_count, spot_count, outline_count;
    double turned_rad;
    double step_s;                   /* of the crowd that trial_open() makes; 0: the usual */
    double slowest_mps, fastest_mps; /* whom scene_fill() adds, evenly; 0: as the set draws them */
    struct ground *ground;
    struct crowd *crowd;
};

/* Each returns the index of what it added. */
uint32_t scene_area(struct scene *scene, const struct point *outline, uint32_t count);
uint32_t scene_room(struct scene *scene, double x0, double y0, double x1, double y1);
uint32_t scene_outside(struct scene *scene, double x0, double y0, double x1, double y1);
/* A spot of one rectangle. */
uint32_t scene_spot(struct scene *scene, uint32_t area, double x0, double y0, double x1, double y1);
uint32_t scene_door(struct scene *scene, uint32_t a, uint32_t b, struct point from,
                    struct point to);
uint32_t scene_gate(struct scene *scene, uint32_t inside, uint32_t outside, struct point from,
                    struct point to);
/* Rows along x, from y0 up, row_gap_m apart; blocks are numbered from 0 (not places). */
uint32_t scene_block(struct scene *scene, double x0, double y0, double x1, uint32_t rows,
                     double row_gap_m, uint32_t seats);

/* Turns all that was added so far, about the origin; people are placed as if it were not. */
void scene_turn(struct scene *scene, double radians);

/* Makes ground and crowd. False, with the ground's own words: it cannot be walked. */
bool scene_make(struct scene *scene, const struct crowd_def *def, struct ground_error *error);
void scene_close(struct scene *scene);

/* Each returns the person; who is seated or stands has no goal yet. */
uint32_t scene_person(struct scene *scene, uint32_t area, double x, double y);
uint32_t scene_walker(struct scene *scene, uint32_t area, struct point at, double speed_mps,
                      uint32_t gate);
uint32_t scene_seated(struct scene *scene, uint32_t block, uint32_t row, uint32_t seat);
/* `count` people at seeded places of a rectangle, 0.4 m from each other where that can be had. */
void scene_fill(struct scene *scene, uint32_t area, uint32_t count, struct point low,
                struct point high, struct goal goal, uint64_t seed);
/* `count` people evenly over a rectangle, on a lattice shaken by the seed: for densities at which
 * seeded places would not be found. */
void scene_spread(struct scene *scene, uint32_t area, uint32_t count, struct point low,
                  struct point high, struct goal goal, uint64_t seed);

/* How far a person's middle is off the floor of the area that they are in; 0: on it. */
double scene_off_floor_m(const struct scene *scene, uint32_t person);

#endif
