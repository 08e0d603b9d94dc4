/*
 * Where one cannot walk through: the edges of concourses, stairs and ramps of a level, without the
 * parts that openings and gates leave free.
 */
#ifndef TWIN_WALLS_H
#define TWIN_WALLS_H

#include "tifo/v1/venue.pb-c.h"
#include "twin/draw/path.h"

#include <stddef.h>

struct wall {
    struct point a, b; /* metres */
};

struct walls {
    struct wall *list;
    size_t count, room;
};

void walls_init(struct walls *walls, const Tifo__V1__Venue *venue, int32_t level);
void walls_fini(struct walls *walls);

#endif
