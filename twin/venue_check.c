#include "twin/venue_check.h"

#include <stdbool.h>
#include <stddef.h>

static bool path_ok(const Tifo__V1__Path *path, size_t least_points)
{
    return path && path->n_xy_cm % 2 == 0 && path->n_xy_cm >= 2 * least_points;
}

static const char *wrong_in_zones(const Tifo__V1__Venue *v)
{
    for (size_t i = 0; i < v->n_zones; i++) {
        if (!path_ok(v->zones[i]->outline, 3) || !v->zones[i]->centre)
            return "a zone without outline or centre";
        if (!(v->zones[i]->area_m2 > 0))
            return "a zone without floor";
        for (size_t h = 0; h < v->zones[i]->n_holes; h++)
            if (!path_ok(v->zones[i]->holes[h], 3))
                return "a hole of fewer than three points";
    }
    return NULL;
}

static const char *wrong_in_blocks(const Tifo__V1__Venue *v)
{
    for (size_t i = 0; i < v->n_blocks; i++) {
        if (!path_ok(v->blocks[i]->outline, 3) || !v->blocks[i]->centre)
            return "a block without outline or centre";
        for (size_t r = 0; r < v->blocks[i]->n_rows; r++)
            if (!path_ok(v->blocks[i]->rows[r]->line, 2))
                return "a row of fewer than two points";
    }
    return NULL;
}

static const char *wrong_in_doors(const Tifo__V1__Venue *v)
{
    size_t places = v->n_zones + v->n_blocks;
    for (size_t i = 0; i < v->n_openings; i++)
        if (!path_ok(v->openings[i]->line, 2) || v->openings[i]->place_a >= places ||
            v->openings[i]->place_b >= places)
            return "an opening that joins no two places";
    for (size_t i = 0; i < v->n_gates; i++)
        if (!path_ok(v->gates[i]->line, 2) || v->gates[i]->zone_inside >= v->n_zones ||
            v->gates[i]->zone_outside >= v->n_zones)
            return "a gate that joins no two zones";
    for (size_t i = 0; i < v->n_facilities; i++)
        if (!path_ok(v->facilities[i]->front, 2) || v->facilities[i]->zone >= v->n_zones)
            return "a facility in no zone";
    return NULL;
}

const char *venue_wrong(const Tifo__V1__Venue *venue)
{
    const char *wrong = wrong_in_zones(venue);
    wrong = wrong ? wrong : wrong_in_blocks(venue);
    return wrong ? wrong : wrong_in_doors(venue);
}
