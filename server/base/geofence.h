/*
 * From a position and a level to the place that it lies in: zones and blocks of a venue, holes left
 * out. Exact on whole centimetres; a place's edge belongs to it, also that of its holes. Where
 * several places share a point (an edge, or stairs over a concourse) it is the one with the lowest
 * index.
 *
 * A grid a level: most cells lie in one place or in none, and the answer is one look; a cell that
 * an edge passes has a short list of places to try. Never changes once it is made: any thread may
 * ask.
 */
#ifndef BASE_GEOFENCE_H
#define BASE_GEOFENCE_H

#include <stdbool.h>
#include <stdint.h>

/* A closed ring without a repeated last point, x0 y0 x1 y1 ... in centimetres, either way round. */
struct geofence_ring {
    const int32_t *xy_cm;
    uint32_t points;
};

struct geofence_shape {
    uint32_t place;
    int32_t level, level_to; /* On all levels from the lower to the upper one. */
    struct geofence_ring outline;
    const struct geofence_ring *holes;
    uint32_t hole_count;
};

/* Where the plane lies on the Earth (WGS 84), as api/tifo/v1/venue.proto's Anchor. */
struct geofence_anchor {
    double longitude_deg, latitude_deg, bearing_deg;
};

enum { GEOFENCE_LEVELS = 64 };                /* Shapes on further levels are left out. */
#define GEOFENCE_NONE     UINT32_MAX          /* No place. */
#define GEOFENCE_REACH_CM (500 * 1000 * 1000) /* Coordinates beyond are no place's. */

/* Shapes ascend by place; they are copied. `anchor` NULL: local metres only. */
struct geofence *geofence_create(const struct geofence_shape *shapes, uint32_t count,
                                 const struct geofence_anchor *anchor);
void geofence_destroy(struct geofence *geofence); /* NULL is accepted. */

uint32_t geofence_find(const struct geofence *geofence, int32_t x_cm, int32_t y_cm, int32_t level);

bool geofence_is_anchored(const struct geofence *geofence);
/* Into the venue's plane, as clients/c reads venue files: metres a degree at the anchor, from the
 * ellipsoid's curvatures there. False: there is no anchor, or the position is out of reach. */
bool geofence_plane(const struct geofence *geofence, double longitude_deg, double latitude_deg,
                    int32_t *x_cm, int32_t *y_cm);

#endif
