/* Inside of the engine: what a ground is made of. Only sim/core includes this. */
#ifndef SIM_CORE_PARTS_H
#define SIM_CORE_PARTS_H

#include "sim/core/field.h"

#include <stddef.h>

#define NONE UINT32_MAX

struct area {
    struct path outline;
    struct path *holes;
    struct point *hole_boxes; /* low and high of each */
    uint32_t hole_count;
    bool stairs;
    double up_factor, down_factor, moves_mps; /* as in struct area_def */
    bool outside;
    double elevation_m; /* mean of its doors' */
    struct walls walls;
    struct floor floor;
    uint32_t *doors; /* all of them, those to blocks included */
    uint32_t door_count;
};

struct door {
    uint32_t place[2]; /* a, b */
    struct segment line;
    struct segment inner; /* the line less half a body at both ends: what people aim for */
    double elevation_m;
    bool gate;
    bool to_block;
    bool one_way;
    bool blocked;
    double rate_pps[2];   /* b to a (in), a to b (out) */
    struct point *street; /* gates: where people come from the street, farthest from it first */
    uint32_t street_count;
    uint32_t field[2]; /* in place a, in place b; NONE for blocks */
};

/* Where one end of a row meets a door: people step from the row's end to `sill` (on the door) and
 * on. */
struct way {
    uint32_t row;
    uint32_t door;
    uint32_t area;
    struct point row_end;
    struct point sill;
    struct point inward; /* unit: from the sill into the area */
    double end_m;        /* along the row, of row_end: 0 or the row's length */
    double lead_m;       /* row_end to sill */
    uint32_t field;      /* in the area, to the sill */
};

struct row {
    uint32_t block;
    struct path line;
    double length_m;
    uint32_t seats;
    uint32_t way[2]; /* NONE, or of its low end, its high end */
};

struct slot {
    struct point at;
    uint32_t first_behind; /* into slots_behind: slots from which one moves up to this */
    uint32_t behind_count;
};

struct facility {
    uint32_t area;
    struct segment front;
    struct point into; /* unit: from the counter into the area */
    uint32_t servers;
    double service_mean_s;
    bool has_service;
    struct distribution service;
    bool turnstiles;
    uint32_t gate; /* of turnstiles: the door */
    uint32_t field;
    struct slot *slots; /* nearest to the counter first */
    uint32_t slot_count;
    uint32_t *slots_behind;
    double depth_m; /* of the farthest slot, from the counter */
};

struct spot {
    uint32_t area;
    struct path *rings;
    uint32_t ring_count;
    double reach_m;
    struct point low, high; /* the box around what counts as being there */
    uint32_t field;
};

/* Time to a goal after going through a door: rest_s[2 * door + 1] when going from a to b, [2 *
 * door] back. Goals are numbered: doors (gates and doors to blocks), facilities, spots. */
struct route {
    double *rest_s; /* NULL for a door that is no goal */
};

struct ground {
    struct area *areas;
    uint32_t area_count;
    uint32_t block_count;
    struct door *doors;
    uint32_t door_count;
    struct facility *facilities;
    uint32_t facility_count;
    struct spot *spots;
    uint32_t spot_count;
    struct row *rows;
    uint32_t row_count;
    uint32_t *first_row; /* by block, and one more */
    struct way *ways;
    uint32_t way_count;
    struct field *fields;
    uint32_t *field_area; /* by field */
    uint32_t field_count;
    struct route *routes;
    struct point low; /* all areas */
    struct point high;
    uint64_t digest; /* of the definition */
};

/* ground.c
 * Sets error and returns false, for `return ground_fault(...)`. */
bool ground_fault(struct ground_error *error, const char *format, ...);
const char *ground_name(const char *name); /* "?" for NULL */
/* NONE when no floor is near the target. */
uint32_t ground_add_field(struct ground *ground, uint32_t area, struct segment target,
                          struct point through);
double ground_distance(const struct ground *ground, uint32_t field, struct point at);
struct path path_copy(struct path from);

uint64_t ground_digest(const struct ground *ground); /* ground_digest.c */

/* ground_walls.c
 * A door's or counter's line, turned so that the area is on its left. */
struct segment ground_facing(const struct ground *ground, uint32_t area, struct segment line);
bool ground_add_walls(struct ground *ground, uint32_t area, const struct ground_def *def,
                      struct ground_error *error);

/* seat_rows.c: rows and where they meet doors. False with error set. */
bool ground_add_rows(struct ground *ground, const struct ground_def *def,
                     struct ground_error *error);
struct point row_at(const struct row *row, double along_m);
double row_seat_m(const struct row *row, uint32_t seat);
/* The point of a row's way; along_m runs beyond the row's ends over the lead to the sill. */
struct point ground_row_at(const struct ground *ground, uint32_t row, double along_m);

/* slots.c: where people queue at a facility. False when there is no room in front of the counter.
 */
bool facility_add_slots(const struct ground *ground, struct facility *facility);

/* spots.c */
bool ground_add_spots(struct ground *ground, const struct ground_def *def,
                      struct ground_error *error);
void ground_drop_spots(struct ground *ground);
bool spot_reached(const struct spot *spot, struct point at);

/* street.c: where people come from, at every gate. */
void ground_add_streets(struct ground *ground);

/* routes.c */
void ground_add_routes(struct ground *ground);
uint32_t ground_goal_count(const struct ground *ground);
/* Seconds through an area, between elevations. */
double ground_walk_s(const struct ground *ground, uint32_t area, double metres, double climb_m);

struct way_choice {
    double seconds; /* INFINITY: none */
    uint32_t door;  /* to go through next; NONE: the goal is in this area */
    uint32_t field; /* to follow */
};
/* Routes are planned at Weidmann's mean speeds, the same for everybody. */
#define LEVEL_MPS 1.34
/* People go in through gates, but never out and in again to get somewhere else. */
bool ground_may_transit(const struct ground *ground, uint32_t door, uint32_t from_area);
/* From the door on, coming from the area. */
double ground_rest_s(const struct ground *ground, uint32_t area, uint32_t door, uint32_t goal);
/* From a point in an area to a goal (numbered as in struct route). */
struct way_choice ground_choose(const struct ground *ground, uint32_t area, struct point at,
                                uint32_t goal);
/* The same, through a door to the place `next`. */
struct way_choice ground_choose_towards(const struct ground *ground, uint32_t area, struct point at,
                                        uint32_t goal, uint32_t next);
/* The same, through a door to another place than `back`; seconds is INFINITY when the goal is in
 * this area, or there is none. */
struct way_choice ground_choose_onwards(const struct ground *ground, uint32_t area, struct point at,
                                        uint32_t goal, uint32_t back);

#endif
