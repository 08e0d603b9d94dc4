/*
 * A small venue in the core's own rows, for tests of the core.
 *
 *      outside 3          zones: 0 "North", 1 "South" (100 m2 each), 2 stairs (10 m2) between them,
 *        | G1                    3 outside
 *      North 0 -- B1      blocks, of 100 seats: place 4 "B1" at North, place 5 "B2" at South
 *        |                gates: 0 "G1" at North; 1 "G2" and 2 "G3" at South
 *      stairs 2           facilities: 0 and 2 food, 1 toilets; 0 and 1 at North, 2 at South
 *        |
 *      South 1 -- B2
 *        | G2, G3
 */
#ifndef TESTS_SUPPORT_SMALL_VENUE_H
#define TESTS_SUPPORT_SMALL_VENUE_H

#include "server/core/venue.h"

enum {
    SMALL_NORTH,
    SMALL_SOUTH,
    SMALL_STAIRS,
    SMALL_OUTSIDE,
    SMALL_B1,
    SMALL_B2,
    SMALL_ZONES = 4,
    SMALL_BLOCKS = 2,
    SMALL_SEATS = 100, /* Of each block. */
    SMALL_PLACES = 6,
    SMALL_OPENINGS = 4,
    SMALL_GATES = 3,
    SMALL_FACILITIES = 3,
    SMALL_LINKS = 10,
};

/* Rows that a test may change to make them wrong; `venue` points to them. */
struct small_venue {
    struct venue venue;
    struct zone zones[SMALL_ZONES];
    struct block blocks[SMALL_BLOCKS];
    struct opening openings[SMALL_OPENINGS];
    struct gate gates[SMALL_GATES];
    struct facility facilities[SMALL_FACILITIES];
    struct link links[SMALL_LINKS];
};
void small_venue_init(struct small_venue *small);

#endif
