#include "clients/cli/venue_builder.h"

#include <stdio.h>
#include <string.h>

#include "clients/c/memory.h"

Tifo__V1__Path *build_path(const struct trace *trace)
{
    Tifo__V1__Path *path = memory_cleared(1, sizeof(*path));
    tifo__v1__path__init(path);
    path->n_xy_cm = 2 * trace->count;
    path->xy_cm = memory_cleared(path->n_xy_cm, sizeof(*path->xy_cm));
    memcpy(path->xy_cm, trace->xy, path->n_xy_cm * sizeof(*path->xy_cm));
    return path;
}

static Tifo__V1__Path *path_of_line(struct line_cm line)
{
    int32_t xy[] = { line.x0, line.y0, line.x1, line.y1 };
    return build_path(&(struct trace){ xy, 2 });
}

/* Rings are not closed in messages. */
static Tifo__V1__Path *path_of_ring(struct trace *ring)
{
    size_t last = ring->count - 1;
    if (ring->xy[0] == ring->xy[2 * last] && ring->xy[1] == ring->xy[2 * last + 1])
        ring->count--;
    Tifo__V1__Path *path = build_path(ring);
    trace_fini(ring);
    return path;
}

Tifo__V1__Venue *build_venue(const char *id, const char *name, const Tifo__V1__Anchor *anchor)
{
    Tifo__V1__Venue *venue = memory_cleared(1, sizeof(*venue));
    tifo__v1__venue__init(venue);
    venue->venue_id = memory_string(id);
    venue->name = memory_string(name);
    if (anchor) {
        venue->anchor = memory_cleared(1, sizeof(*anchor));
        tifo__v1__anchor__init(venue->anchor);
        venue->anchor->longitude_deg = anchor->longitude_deg;
        venue->anchor->latitude_deg = anchor->latitude_deg;
        venue->anchor->bearing_deg = anchor->bearing_deg;
    }
    return venue;
}

void build_level(Tifo__V1__Venue *venue, int32_t number, double elevation_m)
{
    char name[24];
    snprintf(name, sizeof(name), "Level %d", number);
    Tifo__V1__Level *level = memory_cleared(1, sizeof(*level));
    tifo__v1__level__init(level);
    level->number = number;
    level->name = memory_string(name);
    level->elevation_m = elevation_m;
    venue->levels = memory_grow(venue->levels, venue->n_levels, sizeof(*venue->levels));
    venue->levels[venue->n_levels++] = level;
}

uint32_t build_zone(Tifo__V1__Venue *venue, const struct zone_spec *spec, struct trace *outline)
{
    Tifo__V1__Zone *zone = memory_cleared(1, sizeof(*zone));
    tifo__v1__zone__init(zone);
    zone->zone_id = memory_string(spec->id);
    zone->name = memory_string(spec->name);
    zone->kind = spec->kind;
    zone->level = spec->level;
    zone->level_to = spec->level_to ? spec->level_to : spec->level;
    zone->rise_m = spec->rise_m;
    zone->outline = path_of_ring(outline);
    venue->zones = memory_grow(venue->zones, venue->n_zones, sizeof(*venue->zones));
    venue->zones[venue->n_zones] = zone;
    return (uint32_t)venue->n_zones++;
}

uint32_t build_block(Tifo__V1__Venue *venue, const char *id, const char *stand, int32_t level,
                     struct trace *outline)
{
    char name[48];
    snprintf(name, sizeof(name), "Block %s", id);
    Tifo__V1__Block *block = memory_cleared(1, sizeof(*block));
    tifo__v1__block__init(block);
    block->block_id = memory_string(id);
    block->name = memory_string(name);
    block->stand = memory_string(stand);
    block->level = level;
    block->outline = path_of_ring(outline);
    venue->blocks = memory_grow(venue->blocks, venue->n_blocks, sizeof(*venue->blocks));
    venue->blocks[venue->n_blocks] = block;
    return (uint32_t)venue->n_blocks++;
}

void build_row(Tifo__V1__Block *block, uint32_t seats, const struct trace *line)
{
    char label[16];
    snprintf(label, sizeof(label), "%zu", block->n_rows + 1);
    Tifo__V1__Row *row = memory_cleared(1, sizeof(*row));
    tifo__v1__row__init(row);
    row->label = memory_string(label);
    row->line = build_path(line);
    row->seats = seats;
    row->first_seat = 1;
    block->rows = memory_grow(block->rows, block->n_rows, sizeof(*block->rows));
    block->rows[block->n_rows++] = row;
    block->seats += seats;
}

uint32_t build_opening(Tifo__V1__Venue *venue, uint32_t place_a, uint32_t place_b,
                       struct line_cm line)
{
    char id[24];
    snprintf(id, sizeof(id), "o%zu", venue->n_openings + 1);
    Tifo__V1__Opening *opening = memory_cleared(1, sizeof(*opening));
    tifo__v1__opening__init(opening);
    opening->opening_id = memory_string(id);
    opening->place_a = place_a;
    opening->place_b = place_b;
    opening->line = path_of_line(line);
    venue->openings = memory_grow(venue->openings, venue->n_openings, sizeof(*venue->openings));
    venue->openings[venue->n_openings] = opening;
    return (uint32_t)venue->n_openings++;
}

uint32_t build_gate(Tifo__V1__Venue *venue, const char *name, uint32_t inside, uint32_t outside,
                    uint32_t turnstiles, struct line_cm line)
{
    char id[24];
    snprintf(id, sizeof(id), "G%zu", venue->n_gates + 1);
    Tifo__V1__Gate *gate = memory_cleared(1, sizeof(*gate));
    tifo__v1__gate__init(gate);
    gate->gate_id = memory_string(id);
    gate->name = memory_string(name);
    gate->zone_inside = inside;
    gate->zone_outside = outside;
    gate->turnstiles = turnstiles;
    gate->line = path_of_line(line);
    venue->gates = memory_grow(venue->gates, venue->n_gates, sizeof(*venue->gates));
    venue->gates[venue->n_gates] = gate;
    return (uint32_t)venue->n_gates++;
}

uint32_t build_facility(Tifo__V1__Venue *venue, Tifo__V1__FacilityKind kind, uint32_t number,
                        uint32_t zone, uint32_t servers, double service_mean_s,
                        struct line_cm front)
{
    bool food = kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    char id[24], name[32];
    snprintf(id, sizeof(id), "%c%u", food ? 'F' : 'T', number);
    snprintf(name, sizeof(name), "%s %u", food ? "Food" : "Toilets", number);
    Tifo__V1__Facility *facility = memory_cleared(1, sizeof(*facility));
    tifo__v1__facility__init(facility);
    facility->facility_id = memory_string(id);
    facility->name = memory_string(name);
    facility->kind = kind;
    facility->zone = zone;
    facility->servers = servers;
    facility->service_mean_s = service_mean_s;
    facility->front = path_of_line(front);
    venue->facilities =
        memory_grow(venue->facilities, venue->n_facilities, sizeof(*venue->facilities));
    venue->facilities[venue->n_facilities] = facility;
    return (uint32_t)venue->n_facilities++;
}
