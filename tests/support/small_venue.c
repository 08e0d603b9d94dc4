#include "tests/support/small_venue.h"

static const struct small_venue small_rows = {
    .zones = {
        { "north", "North", ZONE_CONCOURSE, 1, 1, 0, 10000, 400, 0, 5000 },
        { "south", "South", ZONE_CONCOURSE, 1, 1, 0, 10000, 400, 0, -5000 },
        { "stairs", "Stairs", ZONE_STAIRS, 1, 2, 300, 1000, 40, 0, 0 },
        { "outside", "", ZONE_OUTSIDE, 1, 1, 0, 0, 0, 0, 9000 },
    },
    .blocks = {
        { "B1", "Block 1", "North lower", 1, SMALL_SEATS, 0, 4000 },
        { "B2", "Block 2", "South lower", 1, SMALL_SEATS, 0, -4000 },
    },
    .openings = {
        { "o1", SMALL_B1, SMALL_NORTH, 200, 1 },
        { "o2", SMALL_B2, SMALL_SOUTH, 200, 1 },
        { "o3", SMALL_NORTH, SMALL_STAIRS, 200, 1 },
        { "o4", SMALL_STAIRS, SMALL_SOUTH, 200, 2 },
    },
    /* Exit: 60, 120 and 30 people a minute; entry: 600 an hour and turnstile. */
    .gates = {
        { "G1", "Gate 1", SMALL_NORTH, SMALL_OUTSIDE, 200, 1, 1, 600000, 60000, 0 },
        { "G2", "Gate 2", SMALL_SOUTH, SMALL_OUTSIDE, 200, 1, 2, 600000, 120000, 0 },
        { "G3", "", SMALL_SOUTH, SMALL_OUTSIDE, 100, 1, 0, 0, 30000, 1 },
    },
    /* 8, 6 and 4 served a minute. */
    .facilities = {
        { "F1", "Pies North", FACILITY_FOOD, SMALL_NORTH, 4, 30000, 1 },
        { "T1", "Toilets", FACILITY_TOILETS, SMALL_NORTH, 6, 60000, 1 },
        { "F2", "Pies South", FACILITY_FOOD, SMALL_SOUTH, 2, 30000, 1 },
    },
    .links = {
        { LINK_OPENING, 0, SMALL_B1, SMALL_NORTH, 1000, 200, 164000, 7463 },
        { LINK_OPENING, 1, SMALL_B2, SMALL_SOUTH, 1000, 200, 164000, 7463 },
        { LINK_OPENING, 2, SMALL_NORTH, SMALL_STAIRS, 5000, 200, 132000, 60000 },
        { LINK_OPENING, 3, SMALL_STAIRS, SMALL_SOUTH, 5000, 200, 132000, 60000 },
        { LINK_GATE, 0, SMALL_NORTH, SMALL_OUTSIDE, 2000, 200, 60000, 14925 },
        { LINK_GATE, 1, SMALL_SOUTH, SMALL_OUTSIDE, 2000, 200, 120000, 14925 },
        { LINK_GATE, 2, SMALL_SOUTH, SMALL_OUTSIDE, 3000, 100, 30000, 22388 },
        { LINK_FACILITY, 0, SMALL_NORTH, SMALL_PLACES, 1000, 400, 8000, 7463 },
        { LINK_FACILITY, 1, SMALL_NORTH, SMALL_PLACES + 1, 1000, 400, 6000, 7463 },
        { LINK_FACILITY, 2, SMALL_SOUTH, SMALL_PLACES + 2, 1000, 400, 4000, 7463 },
    },
};

void small_venue_init(struct small_venue *small)
{
    static const uint8_t document[] = "an encoded venue";
    *small = small_rows;
    small->venue = (struct venue){
        .id = "small",
        .name = "Small ground",
        .document = { document, sizeof(document) - 1 },
        .zone_count = SMALL_ZONES,
        .block_count = SMALL_BLOCKS,
        .opening_count = SMALL_OPENINGS,
        .gate_count = SMALL_GATES,
        .facility_count = SMALL_FACILITIES,
        .link_count = SMALL_LINKS,
        .zones = small->zones,
        .blocks = small->blocks,
        .openings = small->openings,
        .gates = small->gates,
        .facilities = small->facilities,
        .links = small->links,
    };
}
