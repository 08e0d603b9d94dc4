/*
 * The way that guidance means: from an origin place to a gate or facility, as a line in metres.
 *
 * The plan says the first place on the way; beyond it the shortest way through the openings is
 * taken, from the middle of a doorway through the middle of a zone to the next doorway.
 */
#ifndef TWIN_ROUTE_H
#define TWIN_ROUTE_H

#include "tifo/v1/venue.pb-c.h"
#include "twin/draw/path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUTE_POINTS = 1024 };

struct route {
    struct point points[ROUTE_POINTS]; /* metres */
    size_t count;                      /* 0: there is no way. */
    /* How many points lie before the first doorway: where it leaves the origin. */
    size_t leaves_origin;
};

struct route_goal {
    bool facility; /* Otherwise it is a gate. */
    uint32_t index;
};

/* `next_place`: the first place on the way; the origin itself, or one out of range: not said. Only
 * the last stretch of the way that lies on `level` is returned. */
void route_find(const Tifo__V1__Venue *venue, uint32_t origin, uint32_t next_place,
                struct route_goal goal, int32_t level, struct route *out);
/* The same way as places: the origin first, each with the doorway through which it is left. */
struct route_step {
    uint32_t place;
    uint32_t opening; /* UINT32_MAX: the goal is here. */
};
/* At most `room` steps; 0: there is no way, or it is longer. */
size_t route_places(const Tifo__V1__Venue *venue, uint32_t origin, uint32_t next_place,
                    struct route_goal goal, struct route_step *steps, size_t room);
/* The line of a gate or the counter of a facility. */
const Tifo__V1__Path *route_end(const Tifo__V1__Venue *venue, struct route_goal goal);

/* Rounds its corners: each is cut at a quarter and three quarters, twice. Forgets leaves_origin. */
void route_smooth(struct route *route);

/* The middle of a two-point line, metres. */
struct point line_middle(const Tifo__V1__Path *line);

#endif
