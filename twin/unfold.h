/*
 * The ground unfolded: all levels side by side as rings around the pitch, so that none hides
 * another.
 *
 * Every ring is an offset of one rounded rectangle, found from the venue itself. A point keeps its
 * place along the rectangle and is moved outwards or inwards only: what is drawn is true for
 * distance along the ring, not across it. From the inside out: tiers of seats by level, then the
 * concourses, the highest level first and the one with the gates last, each with the stairs that
 * lead down to it on its inner side.
 *
 * A ring's own inner and outer edge are measured in every direction, so an irregular ground unfolds
 * too; one whose concourse does not go around its seats does not.
 */
#ifndef TWIN_UNFOLD_H
#define TWIN_UNFOLD_H

#include "tifo/v1/venue.pb-c.h"
#include "twin/camera.h"

#include <stdbool.h>
#include <stdint.h>

/* The rectangle: a position is u metres along it at the distance `reference`, counter-clockwise
 * from the middle of its +x side, and d metres away from it, outwards. */
struct base {
    struct point centre;
    float cosine, sine; /* Of its +x axis. */
    float half_x, half_y, reference;
};
struct base_spot {
    float u, d;
};
struct base_spot base_spot(const struct base *base, struct point m);
struct point base_point(const struct base *base, struct base_spot spot);
float base_length(const struct base *base);
/* From a to b along it, the shorter way: negative is clockwise. */
float base_way(const struct base *base, float a, float b);

enum ring_kind { RING_TIER, RING_STAIRS, RING_CONCOURSE };
enum { RING_BINS = 720, RINGS_MOST = 24, NO_RING = -1 };

struct ring {
    enum ring_kind kind;
    int32_t level;  /* For stairs the lower one. */
    bool gates;     /* It has some. */
    float from, to; /* Its edges in the drawing, d. */
    float covered;  /* Share of the directions in which there is something of it. */
    float inner[RING_BINS], outer[RING_BINS]; /* Its edges in the venue, d; by u. */
    bool there[RING_BINS];
    /* The same edges everywhere, nearly: then these are their means. */
    bool even;
    float mean_inner, mean_outer;
};

struct unfold {
    struct base base;
    struct ring rings[RINGS_MOST]; /* From the inside out. */
    int ring_count;
    int *place_ring; /* Of zones, then blocks; NO_RING: it is not drawn. */
    size_t places;
};

/* False: this venue does not unfold, and there is nothing to free. */
bool unfold_init(struct unfold *unfold, const Tifo__V1__Venue *venue);
void unfold_fini(struct unfold *unfold);

/* A point of a place, from the venue into the drawing. Places without a ring stay where they are.
 */
struct point unfold_point(const struct unfold *unfold, uint32_t place, struct point m);
/* The same for a known position: the distance in the drawing. */
float unfold_distance(const struct ring *ring, const struct base *base, struct base_spot spot);
/* And back: where a point of the drawing that belongs to a ring is in the venue. */
struct point unfold_back(const struct unfold *unfold, int ring, struct point drawn);
/* The outermost edge, d in the drawing. */
float unfold_edge(const struct unfold *unfold);

#endif
