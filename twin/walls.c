#include "twin/walls.h"

#include "twin/heat.h"

#include <math.h>
#include <stdlib.h>

static const float beside_m =
    0.3f; /* A doorway's line is drawn by hand: it need not match exactly. */
enum { MOST_GAPS = 64 };

/* Part of an edge, 0..1 along it. */
struct gap {
    float from, to;
};

static void add_wall(struct walls *walls, struct point a, struct point b, float from, float to)
{
    if (to - from < 1e-3f)
        return;
    if (walls->count == walls->room) {
        walls->room = walls->room ? walls->room * 2 : 256;
        walls->list = realloc(walls->list, walls->room * sizeof *walls->list);
        if (!walls->list)
            abort();
    }
    walls->list[walls->count++] = (struct wall){
        .a = { a.x + (b.x - a.x) * from, a.y + (b.y - a.y) * from },
        .b = { a.x + (b.x - a.x) * to, a.y + (b.y - a.y) * to },
    };
}

/* The part of edge a-b that the line covers, when it lies along it. */
static bool gap_of(struct point a, struct point b, const Tifo__V1__Path *line, struct gap *out)
{
    float dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    if (length2 < 1e-6f)
        return false;
    float along[2];
    for (int i = 0; i < 2; i++) {
        float px = (float)line->xy_cm[2 * i] / 100 - a.x,
              py = (float)line->xy_cm[2 * i + 1] / 100 - a.y;
        if (fabsf(dx * py - dy * px) / sqrtf(length2) > beside_m)
            return false;
        along[i] = (px * dx + py * dy) / length2;
    }
    *out = (struct gap){ fmaxf(fminf(along[0], along[1]), 0), fminf(fmaxf(along[0], along[1]), 1) };
    return out->to > out->from;
}

static size_t gaps_of(const Tifo__V1__Venue *v, uint32_t zone, struct point a, struct point b,
                      struct gap gaps[MOST_GAPS])
{
    size_t count = 0;
    for (size_t o = 0; o < v->n_openings && count < MOST_GAPS; o++)
        if ((v->openings[o]->place_a == zone || v->openings[o]->place_b == zone) &&
            gap_of(a, b, v->openings[o]->line, &gaps[count]))
            count++;
    for (size_t g = 0; g < v->n_gates && count < MOST_GAPS; g++)
        if (v->gates[g]->zone_inside == zone && gap_of(a, b, v->gates[g]->line, &gaps[count]))
            count++;
    return count;
}

static void add_edge(struct walls *walls, const Tifo__V1__Venue *v, uint32_t zone, struct point a,
                     struct point b)
{
    struct gap gaps[MOST_GAPS];
    size_t count = gaps_of(v, zone, a, b, gaps);
    float at = 0;
    while (count) { /* Nearest gap first; gaps are few. */
        size_t next = 0;
        for (size_t i = 1; i < count; i++)
            if (gaps[i].from < gaps[next].from)
                next = i;
        add_wall(walls, a, b, at, gaps[next].from);
        at = fmaxf(at, gaps[next].to);
        gaps[next] = gaps[--count];
    }
    add_wall(walls, a, b, at, 1);
}

static void add_ring(struct walls *walls, const Tifo__V1__Venue *v, uint32_t zone,
                     const Tifo__V1__Path *ring)
{
    size_t count = ring->n_xy_cm / 2;
    for (size_t i = 0; i < count; i++) {
        const int32_t *p = ring->xy_cm + 2 * i, *q = ring->xy_cm + 2 * ((i + 1) % count);
        add_edge(walls, v, zone, (struct point){ (float)p[0] / 100, (float)p[1] / 100 },
                 (struct point){ (float)q[0] / 100, (float)q[1] / 100 });
    }
}

void walls_init(struct walls *walls, const Tifo__V1__Venue *venue, int32_t level)
{
    *walls = (struct walls){ 0 };
    for (uint32_t z = 0; z < venue->n_zones; z++) {
        const Tifo__V1__Zone *zone = venue->zones[z];
        if (!zone_on_level(zone, level) || zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE ||
            zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE)
            continue;
        add_ring(walls, venue, z, zone->outline);
        for (size_t h = 0; h < zone->n_holes; h++)
            add_ring(walls, venue, z, zone->holes[h]);
    }
}

void walls_fini(struct walls *walls)
{
    free(walls->list);
    *walls = (struct walls){ 0 };
}
