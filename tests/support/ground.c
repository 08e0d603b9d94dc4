#include "tests/support/ground.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Metres a second: level ground, and up stairs (Weidmann). */
#define LEVEL_MPS  1.34
#define STAIRS_MPS 0.61

static const struct zone_row {
    const char *id;
    Tifo__V1__ZoneKind kind;
    int level, level_to;
    double rise_m;
    int x0, y0, x1, y1; /* metres */
} zones[GROUND_ZONES] = {
    { "C1N", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 1, 1, 0, 0, 80, 100, 90 },
    { "C1S", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 1, 1, 0, 0, 0, 100, 10 },
    { "C1W", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 1, 1, 0, 0, 10, 10, 80 },
    { "C1E", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 1, 1, 0, 90, 10, 100, 80 },
    { "C2N", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 2, 2, 0, 20, 80, 100, 90 },
    { "C2S", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE, 2, 2, 0, 20, 0, 100, 10 },
    { "SN", TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS, 1, 2, 4, 100, 84, 108, 87 },
    { "SS", TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS, 1, 2, 4, 100, 3, 108, 6 },
    { "OUT", TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE, 1, 1, 0, -20, 90, 120, 110 },
};

static const struct block_row {
    const char *id, *name;
    int level;
    int x0, y0, x1, y1;
} blocks[GROUND_BLOCKS] = {
    { "NL", "North lower", 1, 42, 70, 58, 80 },
    { "SL", "South lower", 1, 42, 10, 58, 20 },
    { "NU", "North upper", 2, 42, 70, 58, 80 },
    { "SU", "South upper", 2, 42, 10, 58, 20 },
};

/* An opening joins two places over a line. */
static const struct opening_row {
    uint32_t a, b;
    int level;
    int x0, y0, x1, y1; /* decimetres */
} openings[] = {
    { 0, 2, 1, 30, 800, 70, 800 },     { 0, 3, 1, 930, 800, 970, 800 },
    { 1, 2, 1, 30, 100, 70, 100 },     { 1, 3, 1, 930, 100, 970, 100 },
    { 0, 6, 1, 1000, 845, 1000, 865 }, { 6, 4, 2, 1000, 845, 1000, 865 },
    { 1, 7, 1, 1000, 35, 1000, 55 },   { 7, 5, 2, 1000, 35, 1000, 55 },
    { 0, 9, 1, 490, 800, 510, 800 },   { 1, 10, 1, 490, 100, 510, 100 },
    { 4, 11, 2, 490, 800, 510, 800 },  { 5, 12, 2, 490, 100, 510, 100 },
};
#define OPENINGS (sizeof openings / sizeof openings[0])

static const struct gate_row {
    const char *id;
    uint32_t inside;
    int x0, y0, x1, y1; /* decimetres */
} gates[GROUND_GATES] = {
    { "G1", 0, 485, 900, 515, 900 },
    { "G2", 3, 1000, 435, 1000, 465 },
    { "G3", 1, 485, 0, 515, 0 },
    { "G4", 2, 0, 435, 0, 465 },
};

static const struct facility_row {
    const char *id;
    Tifo__V1__FacilityKind kind;
    uint32_t zone, servers;
    double service_mean_s;
    int level;
    int x0, y0, x1, y1; /* decimetres */
} facilities[GROUND_FACILITIES] = {
    { "F1", TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD, 0, 8, 30, 1, 200, 890, 240, 890 },
    { "F2", TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD, 1, 8, 30, 1, 200, 10, 240, 10 },
    { "F3", TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD, 4, 4, 30, 2, 300, 890, 340, 890 },
    { "T1", TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS, 2, 20, 60, 1, 10, 200, 10, 240 },
    { "T2", TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS, 3, 20, 60, 1, 990, 200, 990, 240 },
    { "T3", TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS, 5, 10, 60, 2, 300, 10, 340, 10 },
};

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    assert(memory);
    return memory;
}

static char *text(const char *from)
{
    char *copy = malloc(strlen(from) + 1);
    assert(copy);
    return strcpy(copy, from);
}

static Tifo__V1__Path *path(const int *xy, size_t points, int unit_cm)
{
    Tifo__V1__Path *made = zeroed(1, sizeof *made);
    tifo__v1__path__init(made);
    made->n_xy_cm = 2 * points;
    made->xy_cm = zeroed(2 * points, sizeof *made->xy_cm);
    for (size_t i = 0; i < 2 * points; i++)
        made->xy_cm[i] = xy[i] * unit_cm;
    return made;
}

static Tifo__V1__Path *line(int x0, int y0, int x1, int y1)
{
    return path((const int[]){ x0, y0, x1, y1 }, 2, 10);
}

static Tifo__V1__Path *rectangle(int x0, int y0, int x1, int y1)
{
    return path((const int[]){ x0, y0, x1, y0, x1, y1, x0, y1 }, 4, 100);
}

static Tifo__V1__Point *point(double x, double y)
{
    Tifo__V1__Point *made = zeroed(1, sizeof *made);
    tifo__v1__point__init(made);
    made->x = x;
    made->y = y;
    return made;
}

static Tifo__V1__Zone *zone(const struct zone_row *row)
{
    Tifo__V1__Zone *made = zeroed(1, sizeof *made);
    tifo__v1__zone__init(made);
    made->zone_id = text(row->id);
    made->name = text(row->id);
    made->kind = row->kind;
    made->level = row->level;
    made->level_to = row->level_to;
    made->rise_m = row->rise_m;
    made->outline = rectangle(row->x0, row->y0, row->x1, row->y1);
    made->area_m2 = (row->x1 - row->x0) * (row->y1 - row->y0);
    made->capacity_people = (uint32_t)(4 * made->area_m2);
    made->centre = point((row->x0 + row->x1) / 2.0, (row->y0 + row->y1) / 2.0);
    return made;
}

static Tifo__V1__Row *seats(const struct block_row *block, int k)
{
    Tifo__V1__Row *made = zeroed(1, sizeof *made);
    tifo__v1__row__init(made);
    made->label = text((const char[]){ (char)('A' + k), 0 });
    made->line =
        line(10 * block->x0, 10 * block->y0 + 10 * k, 10 * block->x1, 10 * block->y0 + 10 * k);
    made->seats = 30;
    made->first_seat = 1;
    return made;
}

static Tifo__V1__Block *block(const struct block_row *row)
{
    Tifo__V1__Block *made = zeroed(1, sizeof *made);
    tifo__v1__block__init(made);
    made->block_id = text(row->id);
    made->name = text(row->name);
    made->stand = text(row->name);
    made->level = row->level;
    made->outline = rectangle(row->x0, row->y0, row->x1, row->y1);
    made->n_rows = 10;
    made->rows = zeroed(made->n_rows, sizeof *made->rows);
    for (int k = 0; k < 10; k++)
        made->rows[k] = seats(row, k);
    made->seats = GROUND_BLOCK_SEATS;
    made->centre = point((row->x0 + row->x1) / 2.0, (row->y0 + row->y1) / 2.0);
    return made;
}

static double width_m(const Tifo__V1__Path *of)
{
    return hypot(of->xy_cm[2] - of->xy_cm[0], of->xy_cm[3] - of->xy_cm[1]) / 100;
}

static Tifo__V1__Opening *opening(size_t i)
{
    const struct opening_row *row = &openings[i];
    Tifo__V1__Opening *made = zeroed(1, sizeof *made);
    tifo__v1__opening__init(made);
    made->opening_id = text((const char[]){ 'o', (char)('a' + (char)i), 0 });
    made->place_a = row->a;
    made->place_b = row->b;
    made->line = line(row->x0, row->y0, row->x1, row->y1);
    made->width_m = width_m(made->line);
    made->level = row->level;
    return made;
}

static Tifo__V1__Gate *gate(const struct gate_row *row)
{
    Tifo__V1__Gate *made = zeroed(1, sizeof *made);
    tifo__v1__gate__init(made);
    made->gate_id = text(row->id);
    made->name = text(row->id);
    made->zone_inside = row->inside;
    made->zone_outside = GROUND_OUTSIDE;
    made->line = line(row->x0, row->y0, row->x1, row->y1);
    made->width_m = width_m(made->line);
    made->level = 1;
    made->turnstiles = 4;
    made->entry_rate_pph = 660;
    made->exit_capacity_ppm = 82 * made->width_m;
    return made;
}

static Tifo__V1__Facility *facility(const struct facility_row *row)
{
    Tifo__V1__Facility *made = zeroed(1, sizeof *made);
    tifo__v1__facility__init(made);
    made->facility_id = text(row->id);
    made->name = text(row->id);
    made->kind = row->kind;
    made->zone = row->zone;
    made->front = line(row->x0, row->y0, row->x1, row->y1);
    made->servers = row->servers;
    made->service_mean_s = row->service_mean_s;
    made->level = row->level;
    return made;
}

/* ---- The walkway graph ----------------------------------------------------------------------- */

static const Tifo__V1__Point *centre(const Tifo__V1__Venue *venue, uint32_t place)
{
    return place < GROUND_ZONES ? venue->zones[place]->centre
                                : venue->blocks[place - GROUND_ZONES]->centre;
}

static bool is_stairs(const Tifo__V1__Venue *venue, uint32_t place)
{
    return place < GROUND_ZONES &&
           venue->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
}

/* Adds what is walked between a place's centre and the middle of a line. */
static void walk(const Tifo__V1__Venue *venue, Tifo__V1__Link *link, uint32_t place,
                 const Tifo__V1__Path *over)
{
    const Tifo__V1__Point *from = centre(venue, place);
    const double x = (over->xy_cm[0] + over->xy_cm[2]) / 200.0;
    const double y = (over->xy_cm[1] + over->xy_cm[3]) / 200.0;
    const double length_m = hypot(x - from->x, y - from->y);
    link->length_m += length_m;
    link->walk_s += length_m / (is_stairs(venue, place) ? STAIRS_MPS : LEVEL_MPS);
}

static void add_link(Tifo__V1__Venue *venue, Tifo__V1__LinkKind kind, uint32_t index, uint32_t a,
                     uint32_t b, const Tifo__V1__Path *over)
{
    Tifo__V1__Link *made = zeroed(1, sizeof *made);
    tifo__v1__link__init(made);
    made->kind = kind;
    made->index = index;
    made->node_a = a;
    made->node_b = b;
    made->width_m = width_m(over);
    walk(venue, made, a, over);
    if (kind == TIFO__V1__LINK_KIND__LINK_KIND_FACILITY) {
        const Tifo__V1__Facility *to = venue->facilities[index];
        made->capacity_ppm = 60 * to->servers / to->service_mean_s;
    } else {
        walk(venue, made, b, over);
        const bool stairs = is_stairs(venue, a) || is_stairs(venue, b);
        made->capacity_ppm = (stairs ? 66 : 82) * made->width_m;
    }
    venue->links[venue->n_links++] = made;
}

static void add_links(Tifo__V1__Venue *venue)
{
    venue->links = zeroed(OPENINGS + GROUND_GATES + GROUND_FACILITIES, sizeof *venue->links);
    for (uint32_t i = 0; i < OPENINGS; i++)
        add_link(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, i, openings[i].a, openings[i].b,
                 venue->openings[i]->line);
    for (uint32_t i = 0; i < GROUND_GATES; i++)
        add_link(venue, TIFO__V1__LINK_KIND__LINK_KIND_GATE, i, gates[i].inside, GROUND_OUTSIDE,
                 venue->gates[i]->line);
    for (uint32_t i = 0; i < GROUND_FACILITIES; i++)
        add_link(venue, TIFO__V1__LINK_KIND__LINK_KIND_FACILITY, i, facilities[i].zone,
                 GROUND_PLACES + i, venue->facilities[i]->front);
}

static void add_level(Tifo__V1__Venue *venue, int number, const char *name, double elevation_m)
{
    Tifo__V1__Level *made = zeroed(1, sizeof *made);
    tifo__v1__level__init(made);
    made->number = number;
    made->name = text(name);
    made->elevation_m = elevation_m;
    venue->levels[venue->n_levels++] = made;
}

Tifo__V1__Venue *ground_venue(const char *venue_id)
{
    Tifo__V1__Venue *venue = zeroed(1, sizeof *venue);
    tifo__v1__venue__init(venue);
    venue->venue_id = text(venue_id);
    venue->name = text("Test ground");
    venue->levels = zeroed(2, sizeof *venue->levels);
    add_level(venue, 1, "Level 1", 0);
    add_level(venue, 2, "Level 2", 4);
    venue->pitch = rectangle(20, 25, 80, 65);

    venue->n_zones = GROUND_ZONES;
    venue->zones = zeroed(GROUND_ZONES, sizeof *venue->zones);
    for (size_t i = 0; i < GROUND_ZONES; i++)
        venue->zones[i] = zone(&zones[i]);
    venue->n_blocks = GROUND_BLOCKS;
    venue->blocks = zeroed(GROUND_BLOCKS, sizeof *venue->blocks);
    for (size_t i = 0; i < GROUND_BLOCKS; i++)
        venue->blocks[i] = block(&blocks[i]);
    venue->n_openings = OPENINGS;
    venue->openings = zeroed(OPENINGS, sizeof *venue->openings);
    for (size_t i = 0; i < OPENINGS; i++)
        venue->openings[i] = opening(i);
    venue->n_gates = GROUND_GATES;
    venue->gates = zeroed(GROUND_GATES, sizeof *venue->gates);
    for (size_t i = 0; i < GROUND_GATES; i++)
        venue->gates[i] = gate(&gates[i]);
    venue->n_facilities = GROUND_FACILITIES;
    venue->facilities = zeroed(GROUND_FACILITIES, sizeof *venue->facilities);
    for (size_t i = 0; i < GROUND_FACILITIES; i++)
        venue->facilities[i] = facility(&facilities[i]);
    add_links(venue);
    return venue;
}

void ground_free(Tifo__V1__Venue *venue)
{
    tifo__v1__venue__free_unpacked(venue, NULL);
}
