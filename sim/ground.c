#include "sim/ground.h"

#include "sim/memory.h"

#include <stdlib.h>

/* The definition while it is being put together: everything it points to, in a few arrays. */
struct draft {
    struct area_def *areas;
    struct block_def *blocks;
    struct door_def *doors;
    struct facility_def *facilities;
    struct path *holes;   /* Of all areas, one after the other. */
    struct row_def *rows; /* Of all blocks. */
    struct point *points; /* Of all paths. */
    size_t hole_count, row_count, point_count;
};

static size_t count_points(const Tifo__V1__Venue *venue)
{
    size_t count = 0;
    for (size_t i = 0; i < venue->n_zones; i++) {
        count += venue->zones[i]->outline->n_xy_cm / 2;
        for (size_t k = 0; k < venue->zones[i]->n_holes; k++)
            count += venue->zones[i]->holes[k]->n_xy_cm / 2;
    }
    for (size_t i = 0; i < venue->n_blocks; i++) {
        count += venue->blocks[i]->outline->n_xy_cm / 2;
        for (size_t k = 0; k < venue->blocks[i]->n_rows; k++)
            count += venue->blocks[i]->rows[k]->line->n_xy_cm / 2;
    }
    return count;
}

static struct point point_at(const Tifo__V1__Path *path, size_t i)
{
    return (struct point){ path->xy_cm[2 * i] / 100.0, path->xy_cm[2 * i + 1] / 100.0 };
}

static struct path copy_path(struct draft *draft, const Tifo__V1__Path *path)
{
    struct point *points = draft->points + draft->point_count;
    size_t count = path->n_xy_cm / 2;
    for (size_t i = 0; i < count; i++)
        points[i] = point_at(path, i);
    draft->point_count += count;
    return (struct path){ points, (uint32_t)count };
}

static bool is_stairs(const Tifo__V1__Zone *zone)
{
    return zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS ||
           zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP;
}

static void add_areas(struct draft *draft, const Tifo__V1__Venue *venue)
{
    for (size_t i = 0; i < venue->n_zones; i++) {
        const Tifo__V1__Zone *zone = venue->zones[i];
        struct path *holes = draft->holes + draft->hole_count;
        for (size_t k = 0; k < zone->n_holes; k++)
            holes[k] = copy_path(draft, zone->holes[k]);
        draft->hole_count += zone->n_holes;
        draft->areas[i] = (struct area_def){
            .name = zone->zone_id,
            .outline = copy_path(draft, zone->outline),
            .holes = holes,
            .hole_count = (uint32_t)zone->n_holes,
            .stairs = is_stairs(zone) && zone->rise_m > 0,
            .outside = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE,
        };
    }
}

static void add_blocks(struct draft *draft, const Tifo__V1__Venue *venue)
{
    for (size_t i = 0; i < venue->n_blocks; i++) {
        const Tifo__V1__Block *block = venue->blocks[i];
        struct row_def *rows = draft->rows + draft->row_count;
        for (size_t k = 0; k < block->n_rows; k++)
            rows[k] =
                (struct row_def){ copy_path(draft, block->rows[k]->line), block->rows[k]->seats };
        draft->row_count += block->n_rows;
        draft->blocks[i] = (struct block_def){
            .name = block->block_id,
            .outline = copy_path(draft, block->outline),
            .rows = rows,
            .row_count = (uint32_t)block->n_rows,
        };
    }
}

static double elevation_m(const Tifo__V1__Venue *venue, int32_t level)
{
    for (size_t i = 0; i < venue->n_levels; i++)
        if (venue->levels[i]->number == level)
            return venue->levels[i]->elevation_m;
    return 0;
}

/* Where turnstiles have queues of their own, these keep the rate, not the gate. */
static void add_doors(struct draft *draft, const Tifo__V1__Venue *venue, bool turnstiles,
                      const bool *blocked)
{
    for (size_t i = 0; i < venue->n_openings; i++) {
        const Tifo__V1__Opening *opening = venue->openings[i];
        draft->doors[i] = (struct door_def){
            .name = opening->opening_id,
            .place_a = opening->place_a,
            .place_b = opening->place_b,
            .ends = { point_at(opening->line, 0), point_at(opening->line, 1) },
            .elevation_m = elevation_m(venue, opening->level),
            .blocked = blocked != NULL && blocked[i],
        };
    }
    for (size_t i = 0; i < venue->n_gates; i++) {
        const Tifo__V1__Gate *gate = venue->gates[i];
        draft->doors[venue->n_openings + i] = (struct door_def){
            .name = gate->gate_id,
            .place_a = gate->zone_inside,
            .place_b = gate->zone_outside,
            .ends = { point_at(gate->line, 0), point_at(gate->line, 1) },
            .elevation_m = elevation_m(venue, gate->level),
            .gate = true,
            .exit_rate_pps = gate->exit_limited ? gate->exit_capacity_ppm / 60 : 0,
            .entry_rate_pps = turnstiles ? 0 : gate->turnstiles * gate->entry_rate_pph / 3600,
        };
    }
}

static void add_facilities(struct draft *draft, const Tifo__V1__Venue *venue)
{
    for (size_t i = 0; i < venue->n_facilities; i++) {
        const Tifo__V1__Facility *facility = venue->facilities[i];
        draft->facilities[i] = (struct facility_def){
            .name = facility->facility_id,
            .area = facility->zone,
            .front = { point_at(facility->front, 0), point_at(facility->front, 1) },
            .servers = facility->servers,
            .service_mean_s = facility->service_mean_s,
        };
    }
}

/* Returns how many. */
static uint32_t add_turnstiles(struct draft *draft, const Tifo__V1__Venue *venue,
                               const struct distribution *service)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < venue->n_gates; i++) {
        const Tifo__V1__Gate *gate = venue->gates[i];
        if (gate->turnstiles == 0)
            continue;
        draft->facilities[venue->n_facilities + count++] = (struct facility_def){
            .name = gate->gate_id,
            .area = gate->zone_outside,
            .front = { point_at(gate->line, 0), point_at(gate->line, 1) },
            .servers = gate->turnstiles,
            .service_mean_s = 3600 / gate->entry_rate_pph,
            .service = service,
            .turnstiles = true,
            .gate = ground_gate_door(venue, i),
        };
    }
    return count;
}

struct ground *ground_of_venue(const Tifo__V1__Venue *venue, bool turnstiles,
                               const struct distribution *service, const bool *blocked,
                               struct ground_error *error)
{
    size_t holes = 0, rows = 0;
    for (size_t i = 0; i < venue->n_zones; i++)
        holes += venue->zones[i]->n_holes;
    for (size_t i = 0; i < venue->n_blocks; i++)
        rows += venue->blocks[i]->n_rows;
    struct draft draft = {
        .areas = memory_array(venue->n_zones, sizeof *draft.areas),
        .blocks = memory_array(venue->n_blocks, sizeof *draft.blocks),
        .doors = memory_array(venue->n_openings + venue->n_gates, sizeof *draft.doors),
        .facilities = memory_array(venue->n_facilities + venue->n_gates, sizeof *draft.facilities),
        .holes = memory_array(holes, sizeof *draft.holes),
        .rows = memory_array(rows, sizeof *draft.rows),
        .points = memory_array(count_points(venue), sizeof *draft.points),
    };
    add_areas(&draft, venue);
    add_blocks(&draft, venue);
    add_doors(&draft, venue, turnstiles, blocked);
    add_facilities(&draft, venue);
    uint32_t entries = turnstiles ? add_turnstiles(&draft, venue, service) : 0;
    struct ground_def def = {
        .areas = draft.areas,
        .area_count = (uint32_t)venue->n_zones,
        .blocks = draft.blocks,
        .block_count = (uint32_t)venue->n_blocks,
        .doors = draft.doors,
        .door_count = (uint32_t)(venue->n_openings + venue->n_gates),
        .facilities = draft.facilities,
        .facility_count = (uint32_t)venue->n_facilities + entries,
    };
    struct ground *ground = ground_create(&def, error);
    free(draft.areas);
    free(draft.blocks);
    free(draft.doors);
    free(draft.facilities);
    free(draft.holes);
    free(draft.rows);
    free(draft.points);
    return ground;
}

uint32_t ground_gate_door(const Tifo__V1__Venue *venue, uint32_t gate)
{
    return (uint32_t)venue->n_openings + gate;
}

bool ground_door_gate(const Tifo__V1__Venue *venue, uint32_t door, uint32_t *gate)
{
    if (door < venue->n_openings)
        return false;
    *gate = door - (uint32_t)venue->n_openings;
    return true;
}

bool ground_gate_turnstiles(const Tifo__V1__Venue *venue, uint32_t gate, uint32_t *facility)
{
    *facility = (uint32_t)venue->n_facilities;
    for (uint32_t i = 0; i < gate; i++)
        *facility += venue->gates[i]->turnstiles > 0;
    return venue->gates[gate]->turnstiles > 0;
}

bool ground_turnstiles_gate(const Tifo__V1__Venue *venue, uint32_t facility, uint32_t *gate)
{
    uint32_t at = (uint32_t)venue->n_facilities;
    for (*gate = 0; *gate < venue->n_gates && facility >= at; ++*gate)
        if (venue->gates[*gate]->turnstiles > 0 && at++ == facility)
            return true;
    return false;
}
