/*
 * Guidance as ribbons: arrows.c draws them, and finds their way on a level's map; ringarrows.c
 * finds it along the rings of an unfolded drawing.
 */
#ifndef TWIN_VIEWS_RIBBONS_H
#define TWIN_VIEWS_RIBBONS_H

#include "twin/route.h"
#include "twin/views/scene.h"

enum { RIBBONS_MOST = 16 };

struct ribbon {
    struct point points[ROUTE_POINTS]; /* px */
    size_t count;                      /* 0: it does not run here. */
    float width;                       /* px */
    uint32_t share_milli;
    /* How far the share stands from the ribbon's middle, px, away from the ground's middle or
     * towards it, and where it is looked for first. */
    float outside_away, inside_away;
    bool inside_first;
};

/* Fills in the points of `count` ribbons, whose destinations are split's order[i]-th. Ribbons that
 * go the same way lie side by side, the one that ends first outside. */
void scene_ring_ribbons(const struct scene *scene, const Tifo__V1__Split *split,
                        const size_t *order, struct ribbon *ribbons, size_t count);

#endif
