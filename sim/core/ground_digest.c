/* A digest of all that a ground was made from, so that a checkpoint meets its own ground again. */
#include "sim/core/dice.h"
#include "sim/core/parts.h"

#include <string.h>

static uint64_t add(uint64_t digest, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return dice_mix(digest ^ bits);
}

static uint64_t add_segment(uint64_t digest, struct segment s)
{
    return add(add(add(add(digest, s.a.x), s.a.y), s.b.x), s.b.y);
}

static uint64_t add_path(uint64_t digest, struct path path)
{
    digest = add(digest, path.count);
    for (uint32_t i = 0; i < path.count; i++)
        digest = add(add(digest, path.points[i].x), path.points[i].y);
    return digest;
}

static uint64_t add_area(uint64_t digest, const struct area *a)
{
    digest = add_path(add(digest, a->stairs + 2 * a->outside), a->outline);
    for (uint32_t h = 0; h < a->hole_count; h++)
        digest = add_path(digest, a->holes[h]);
    digest = add(add(digest, a->up_factor), a->down_factor);
    return add(digest, a->moves_mps);
}

static uint64_t add_door(uint64_t digest, const struct door *d)
{
    digest = add_segment(add(add(digest, d->place[0]), d->place[1]), d->line);
    digest = add(add(digest, d->elevation_m), d->gate + 2 * d->one_way + 4 * d->blocked);
    return add(add(digest, d->rate_pps[0]), d->rate_pps[1]);
}

static uint64_t add_facility(uint64_t digest, const struct facility *f)
{
    digest = add_segment(add(add(digest, f->area), f->servers), f->front);
    if (f->has_service)
        digest = add(add(add(digest, f->service.kind), f->service.a), f->service.b);
    return add(add(digest, f->service_mean_s), f->turnstiles ? f->gate + 1.0 : 0);
}

static uint64_t add_spot(uint64_t digest, const struct spot *s)
{
    digest = add(add(digest, s->area), s->reach_m);
    for (uint32_t r = 0; r < s->ring_count; r++)
        digest = add_path(digest, s->rings[r]);
    return digest;
}

uint64_t ground_digest(const struct ground *g)
{
    uint64_t digest = 0;
    for (uint32_t i = 0; i < g->area_count; i++)
        digest = add_area(digest, &g->areas[i]);
    for (uint32_t i = 0; i < g->door_count; i++)
        digest = add_door(digest, &g->doors[i]);
    for (uint32_t i = 0; i < g->facility_count; i++)
        digest = add_facility(digest, &g->facilities[i]);
    for (uint32_t i = 0; i < g->row_count; i++)
        digest = add_path(add(add(digest, g->rows[i].block), g->rows[i].seats), g->rows[i].line);
    for (uint32_t i = 0; i < g->spot_count; i++)
        digest = add_spot(digest, &g->spots[i]);
    return digest;
}
