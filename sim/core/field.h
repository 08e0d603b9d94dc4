/* Walking fields: from every floor cell of an area the distance to one target (a door, a row's end,
 * a counter) and the direction to walk. Computed once by fast marching (Sethian 1996), which gives
 * Euclidean ways rather than a chessboard's; cells near walls cost more, so ways keep off corners.
 */
#ifndef SIM_CORE_FIELD_H
#define SIM_CORE_FIELD_H

#include "sim/core/walls.h"

#define FLOOR_CELL_M 0.25

/* The cells of one area. */
struct floor {
    struct point low;
    uint32_t columns;
    uint32_t rows;
    float *cost; /* of crossing a cell, 1 in the open; 0: not floor */
};

struct field {
    struct segment target;
    struct point near_low, near_high; /* box of where people may walk straight at the target */
    struct point through; /* unit: the way on across the target; zero for a target one stops at */
    float *distance_m;    /* by cell; INFINITY: no way */
    int8_t *direction;    /* by cell: x and y of a unit vector, in 1/127 */
};

void floor_init(struct floor *floor, const struct area_def *area, const struct walls *walls);
void floor_fini(struct floor *floor);
struct point floor_middle(const struct floor *floor, uint32_t cell);

/* False when no floor cell is near the target. */
bool field_init(struct field *field, const struct floor *floor, const struct walls *walls,
                struct segment target, struct point through);
/* The same for polygons: distance 0 in them. `target` becomes a point of theirs on the floor. False
 * when no floor cell lies in them. */
bool field_init_rings(struct field *field, const struct floor *floor, const struct path *rings,
                      uint32_t count);
void field_fini(struct field *field);

/* INFINITY where there is no way, or no floor. */
double field_distance(const struct field *field, const struct floor *floor, struct point at);
/* A point amid the middles of four cells: the directions of the two below and of the two above it,
 * and how far it is from the first to the second, and from below to above. */
struct amid {
    const int8_t *low, *high;
    float s, t;
    struct point straight; /* instead of these: unit vector at the near target and on, or zero */
};
/* Where to find the way to walk along; what `low` and `high` point at has been asked of the memory,
 * not read. False: it is amid->straight, zero off the floor. */
bool field_amid(const struct field *field, const struct floor *floor, struct point at,
                struct amid *amid);

#endif
