/* Inside of the walkers. */
#ifndef SIM_FOREIGN_WALKERS_STATE_H
#define SIM_FOREIGN_WALKERS_STATE_H

#include "sim/foreign/walkers.h"

#define NOBODY    UINT32_MAX
#define PACE_MOST 3.0

enum { PATH_MOST = 256 };

/* What is drawn, so that each draw has a die of its own. */
enum {
    WHAT_ROUTE = 5,
    WHAT_WAIT = 6,
    WHAT_CHANGE = 7,
    WHAT_STAND = 8,
    WHAT_DELAY = 9,
    WHAT_TURN = 10
};

enum walker_state {
    WALKER_DELAYED, /* Stands until `until_s`. */
    WALKER_WALKS,   /* To the spot of its stop. */
    WALKER_TURN,    /* There; wants a place to wait in. */
    WALKER_WAITS,   /* There until `until_s`, and until those before have gone. */
    WALKER_STANDS,  /* For ever. */
    WALKER_LEFT,
};

/* Plain values: a checkpoint holds them as they are. */
struct walker {
    uint64_t first, count, at; /* Stops, in the walkers' own list, and which one now. */
    uint64_t met;              /* Changers met, a bit each. */
    double until_s, reached_s, came_s, left_s;
    double x, y;           /* Before the last step. */
    double free_mps, pace; /* Pace: own, zones apart. */
    double radius_m;
    float told_pace; /* What the engine was told. */
    uint8_t state;
    uint8_t then_nearest;
    uint16_t pad;
};

struct box {
    struct point low, high;
};

/* Who was placed in this step, by cell. */
struct nursery {
    struct box box;
    uint32_t columns, rows;
    uint32_t *first; /* By cell. */
    uint32_t *next;  /* By person. */
    uint32_t *new;   /* People. */
    uint32_t count;
};

struct lattice {
    struct point *points;
    size_t count, at;
    bool made;
};

struct walkers {
    const struct foreign *foreign;
    const struct ground *ground;
    struct crowd *crowd;
    uint64_t seed;
    struct walker *people;
    size_t count, room;
    uint64_t *stops;
    size_t stop_count, stop_room;
    struct walkers_spot *spots;
    uint32_t *inside;  /* By spot: wait in a place of it. */
    double *free_at_s; /* By spot: when the next one may go on. */
    struct walkers_source *sources;
    uint32_t *batch; /* By source: the next. */
    struct lattice *lattices;
    uint32_t *line; /* Who has reached a spot, in that order. */
    size_t line_count, line_room;
    struct box *zones, *changers;
    struct nursery nursery;
    uint32_t active; /* Neither left nor standing for ever. */
};

/* spawn.c */
void spawn_init(struct walkers *walkers);
void spawn_fini(struct walkers *walkers);
/* The lattices' places, a number each. */
bool spawn_load(struct walkers *walkers, const char *from);
void spawn_step(struct walkers *walkers, double now_s);
/* walkers.c. Zeroed; no room ends the program. */
void *walkers_room(size_t count, size_t size);
struct box box_of(struct path ring, double margin_m);
bool ring_holds(struct path ring, struct box box, struct point at, double reach_m);
/* walkers_ways.c: stops one after another. */
void walker_add_stop(struct walkers *walkers, uint32_t person, size_t spot);
void walker_take_route(struct walkers *walkers, uint32_t person, struct foreign_route route);
/* By weight, for an even `u` in [0, 1); the number of weights if they are all 0. */
size_t walkers_pick(const double *weights, size_t count, double u);
/* To the stop that is next, or nowhere any more. */
void walker_go_on(struct walkers *walkers, uint32_t person);
/* walkers_spots.c: who is at a spot, in the order in which they came. */
void walker_reach(struct walkers *walkers, uint32_t person, uint32_t spot, double now_s);
void walkers_serve(struct walkers *walkers, double now_s);
void walker_leave(struct walkers *walkers, uint32_t person, double now_s);
/* walkers_zones.c: zones and changers on the way. */
void walkers_look_around(struct walkers *walkers, double now_s);
void walker_begin(struct walkers *walkers, uint32_t person, const struct foreign_source *source,
                  size_t node, size_t route, double now_s);

#endif
