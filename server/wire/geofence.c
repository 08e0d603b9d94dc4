#include "server/wire/geofence.h"

#include "server/base/arena.h"
#include "tifo/v1/venue.pb-c.h"

#include <assert.h>

static struct geofence_ring ring_of(const Tifo__V1__Path *path)
{
    if (!path)
        return (struct geofence_ring){ 0 };
    return (struct geofence_ring){ path->xy_cm, (uint32_t)(path->n_xy_cm / 2) };
}

static struct geofence_shape zone_shape(const Tifo__V1__Zone *zone, uint32_t place,
                                        struct arena *arena)
{
    struct geofence_ring *holes = arena_array(arena, zone->n_holes, sizeof *holes);
    for (size_t i = 0; i < zone->n_holes; i++)
        holes[i] = ring_of(zone->holes[i]);
    return (struct geofence_shape){ .place = place,
                                    .level = zone->level,
                                    .level_to = zone->level_to,
                                    .outline = ring_of(zone->outline),
                                    .holes = holes,
                                    .hole_count = (uint32_t)zone->n_holes };
}

struct geofence *wire_geofence(const struct venue *venue)
{
    Tifo__V1__Venue *document =
        tifo__v1__venue__unpack(NULL, venue->document.size, venue->document.data);
    assert(document);
    struct arena arena = { 0 };
    const uint32_t places = (uint32_t)(document->n_zones + document->n_blocks);
    struct geofence_shape *shapes = arena_array(&arena, places, sizeof *shapes);
    for (uint32_t i = 0; i < document->n_zones; i++)
        shapes[i] = zone_shape(document->zones[i], i, &arena);
    for (uint32_t i = (uint32_t)document->n_zones; i < places; i++) {
        const Tifo__V1__Block *block = document->blocks[i - document->n_zones];
        shapes[i] = (struct geofence_shape){ .place = i,
                                             .level = block->level,
                                             .level_to = block->level,
                                             .outline = ring_of(block->outline) };
    }
    struct geofence_anchor anchor = { 0 };
    if (document->anchor)
        anchor = (struct geofence_anchor){ document->anchor->longitude_deg,
                                           document->anchor->latitude_deg,
                                           document->anchor->bearing_deg };
    struct geofence *fence = geofence_create(shapes, places, document->anchor ? &anchor : NULL);
    arena_fini(&arena);
    tifo__v1__venue__free_unpacked(document, NULL);
    return fence;
}
