/*
 * Small questions about venues, for everybody who holds the message.
 */
#include <assert.h>
#include <string.h>

#include "clients/c/draft.h"

uint32_t tifo_place_count(const Tifo__V1__Venue *venue)
{
    return (uint32_t)(venue->n_zones + venue->n_blocks);
}

uint32_t tifo_node_count(const Tifo__V1__Venue *venue)
{
    return tifo_place_count(venue) + (uint32_t)venue->n_facilities;
}

bool tifo_place_is_block(const Tifo__V1__Venue *venue, uint32_t place)
{
    return place >= venue->n_zones;
}

static const Tifo__V1__Block *block_at(const Tifo__V1__Venue *venue, uint32_t place)
{
    assert(place >= venue->n_zones && place < tifo_place_count(venue));
    return venue->blocks[place - venue->n_zones];
}

static bool zone_is(const Tifo__V1__Venue *venue, uint32_t place, Tifo__V1__ZoneKind kind)
{
    return place < venue->n_zones && venue->zones[place]->kind == kind;
}

bool tifo_place_is_stairs(const Tifo__V1__Venue *venue, uint32_t place)
{
    return zone_is(venue, place, TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS);
}

bool tifo_place_is_outside(const Tifo__V1__Venue *venue, uint32_t place)
{
    return zone_is(venue, place, TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE);
}

const char *tifo_place_id(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ? block_at(venue, place)->block_id
                                             : venue->zones[place]->zone_id;
}

const char *tifo_place_name(const Tifo__V1__Venue *venue, uint32_t place)
{
    const char *name = tifo_place_is_block(venue, place) ? block_at(venue, place)->name
                                                         : venue->zones[place]->name;
    return name[0] ? name : tifo_place_id(venue, place);
}

int32_t tifo_place_level(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ? block_at(venue, place)->level
                                             : venue->zones[place]->level;
}

int32_t tifo_place_level_to(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ? block_at(venue, place)->level
                                             : venue->zones[place]->level_to;
}

const Tifo__V1__Path *tifo_place_outline(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ? block_at(venue, place)->outline
                                             : venue->zones[place]->outline;
}

const Tifo__V1__Point *tifo_place_centre(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ? block_at(venue, place)->centre
                                             : venue->zones[place]->centre;
}

struct shape venue_shape(const Tifo__V1__Venue *venue, uint32_t place,
                         struct path holes[VENUE_HOLES_MAX])
{
    struct shape shape = { venue_path(tifo_place_outline(venue, place)), holes, 0 };
    if (tifo_place_is_block(venue, place))
        return shape;
    const Tifo__V1__Zone *zone = venue->zones[place];
    /* A venue from a server may hold more; the rest would only matter for looks. */
    shape.hole_count = zone->n_holes < VENUE_HOLES_MAX ? zone->n_holes : VENUE_HOLES_MAX;
    for (size_t i = 0; i < shape.hole_count; i++)
        holes[i] = venue_path(zone->holes[i]);
    return shape;
}

bool tifo_place_has(const Tifo__V1__Venue *venue, uint32_t place, double x_m, double y_m)
{
    struct path holes[VENUE_HOLES_MAX];
    struct shape shape = venue_shape(venue, place, holes);
    return shape_has(&shape, (struct spot){ x_m * 100, y_m * 100 });
}

bool tifo_place_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *place)
{
    for (uint32_t i = 0; i < tifo_place_count(venue); i++) {
        if (strcmp(tifo_place_id(venue, i), id) == 0) {
            *place = i;
            return true;
        }
    }
    return false;
}

bool tifo_gate_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *gate)
{
    for (uint32_t i = 0; i < venue->n_gates; i++) {
        if (strcmp(venue->gates[i]->gate_id, id) == 0) {
            *gate = i;
            return true;
        }
    }
    return false;
}

bool tifo_facility_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *facility)
{
    for (uint32_t i = 0; i < venue->n_facilities; i++) {
        if (strcmp(venue->facilities[i]->facility_id, id) == 0) {
            *facility = i;
            return true;
        }
    }
    return false;
}

uint32_t tifo_seat_count(const Tifo__V1__Venue *venue)
{
    uint32_t seats = 0;
    for (size_t i = 0; i < venue->n_blocks; i++)
        seats += venue->blocks[i]->seats;
    return seats;
}

bool tifo_seat_place(const Tifo__V1__Venue *venue, uint32_t seat, struct tifo_seat *out)
{
    for (uint32_t b = 0; b < venue->n_blocks; b++) {
        const Tifo__V1__Block *block = venue->blocks[b];
        for (uint32_t r = 0; r < block->n_rows; r++) {
            if (seat < block->rows[r]->seats) {
                *out = (struct tifo_seat){ b, r, seat };
                return true;
            }
            seat -= block->rows[r]->seats;
        }
    }
    return false;
}

uint32_t tifo_row_number(const Tifo__V1__Row *row, uint32_t k)
{
    assert(k < row->seats);
    return row->n_numbers ? row->numbers[k] : row->first_seat + k;
}

bool tifo_row_find(const Tifo__V1__Row *row, uint32_t number, uint32_t *k)
{
    for (*k = 0; *k < row->seats; (*k)++)
        if (tifo_row_number(row, *k) == number)
            return true;
    return false;
}

bool tifo_seat_find(const Tifo__V1__Venue *venue, const char *id, const char *label,
                    uint32_t number, uint32_t *seat)
{
    uint32_t first = 0;
    for (size_t b = 0; b < venue->n_blocks; b++) {
        const Tifo__V1__Block *block = venue->blocks[b];
        const bool here = strcmp(block->block_id, id) == 0 || strcmp(block->name, id) == 0;
        for (size_t r = 0; r < block->n_rows; r++) {
            const Tifo__V1__Row *row = block->rows[r];
            uint32_t k;
            if (here && strcmp(row->label, label) == 0 && tifo_row_find(row, number, &k)) {
                *seat = first + k;
                return true;
            }
            first += row->seats;
        }
    }
    return false;
}

static struct tifo_spot in_metres(struct spot spot)
{
    return (struct tifo_spot){ spot.x / 100, spot.y / 100 };
}

struct tifo_spot tifo_row_seat(const Tifo__V1__Row *row, uint32_t k)
{
    assert(k < row->seats);
    return in_metres(path_along(venue_path(row->line), (k + 0.5) / row->seats));
}

double tifo_path_length_m(const Tifo__V1__Path *path)
{
    return path_length_cm(venue_path(path)) / 100;
}

struct tifo_spot tifo_path_middle(const Tifo__V1__Path *path)
{
    return in_metres(path_along(venue_path(path), 0.5));
}

uint32_t tifo_person_hash(uint32_t person)
{
    uint32_t h = person + 0x9e3779b9u;
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    h ^= h >> 16;
    return h;
}
