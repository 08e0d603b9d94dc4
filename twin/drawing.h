/*
 * A drawing of the venue: the outline of every place that it shows, in metres of the drawing's own
 * plane. Either one level to scale, or all of them unfolded (unfold.h).
 */
#ifndef TWIN_DRAWING_H
#define TWIN_DRAWING_H

#include "twin/unfold.h"
#include "twin/walls.h"

#include <stddef.h>

/* For points that belong to no place, such as the pitch's. */
#define NO_PLACE UINT32_MAX

struct shape {
    struct point *points; /* A closed ring. */
    size_t count;
    bool hole;
};

struct drawing {
    const Tifo__V1__Venue *venue;
    const struct unfold *unfold; /* NULL: a level, to scale. */
    int32_t level;               /* The one shown; unfolded: ANY_LEVEL. */
    struct extent extent;        /* Of all that is inside. */
    struct shape *shapes;
    size_t *first;        /* A place's first shape, its outline; its holes follow. */
    struct extent *boxes; /* Of a place. */
    struct walls walls;   /* A level's. */
};

void drawing_init_level(struct drawing *drawing, const Tifo__V1__Venue *venue, int32_t level);
/* `unfold` must outlive the drawing. */
void drawing_init_unfolded(struct drawing *drawing, const Tifo__V1__Venue *venue,
                           const struct unfold *unfold);
void drawing_fini(struct drawing *drawing);

/* Is it drawn? Unfolded, everything inside is. */
bool drawing_shows_level(const struct drawing *drawing, int32_t level);
bool drawing_shows_zone(const struct drawing *drawing, const Tifo__V1__Zone *zone);
/* From the venue's plane into the drawing's. */
struct point drawing_point(const struct drawing *drawing, uint32_t place, struct point m);
/* The ring that a place lies in; NULL: this is a level, or the place is not drawn. */
const struct ring *drawing_ring(const struct drawing *drawing, uint32_t place);
/* The middle of a place: of its ring where it lies in one. */
struct point drawing_middle(const struct drawing *drawing, uint32_t place);

#endif
