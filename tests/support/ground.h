/*
 * A small ground for tests, as clients/c would read it from a file: two levels, four gates.
 *
 *            G1 (north)
 *      +---------0---------+  level 1: concourses north 0, south 1, west 2, east 3
 *      |  B9               |  level 2: concourses north 4, south 5, above 0 and 1
 *   G4 2      (pitch)      3 G2      stairs: 6 (0 to 4), 7 (1 to 5); 8 is outside
 *      |  B10              |  blocks: 9 north lower, 10 south lower, 11 north upper, 12 south upper
 *      +---------1---------+
 *            G3 (south)
 *
 * Every block has 300 seats. Food: facilities 0 (place 0), 1 (place 1), 2 (place 4).
 * Toilets: facilities 3 (place 2), 4 (place 3), 5 (place 5).
 */
#ifndef TESTS_SUPPORT_GROUND_H
#define TESTS_SUPPORT_GROUND_H

#include "tifo/v1/venue.pb-c.h"

enum {
    GROUND_ZONES = 9,
    GROUND_BLOCKS = 4,
    GROUND_PLACES = GROUND_ZONES + GROUND_BLOCKS,
    GROUND_GATES = 4,
    GROUND_FACILITIES = 6,
    GROUND_OUTSIDE = 8,
    GROUND_BLOCK_SEATS = 300,
};

/* Freed with ground_free(). Fields may be changed to make it wrong; strings are malloc'ed. */
Tifo__V1__Venue *ground_venue(const char *venue_id);
void ground_free(Tifo__V1__Venue *venue);

#endif
