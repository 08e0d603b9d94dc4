/*
 * The ground in the core's own rows: what crowd and guidance need of api/tifo/v1/venue.proto, in
 * whole numbers so that every machine computes the same. Shapes stay in the encoded document.
 *
 * A place index is a zone index, or the number of zones + a block index. Graph nodes are places,
 * then facilities (number of places + facility index). Kinds have the numbers of the API.
 */
#ifndef CORE_VENUE_H
#define CORE_VENUE_H

#include "server/base/slice.h"
#include "server/core/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum zone_kind { ZONE_CONCOURSE = 1, ZONE_AISLE, ZONE_STAIRS, ZONE_RAMP, ZONE_OUTSIDE };
enum facility_kind { FACILITY_FOOD = 1, FACILITY_TOILETS };
enum link_kind { LINK_OPENING = 1, LINK_GATE, LINK_FACILITY };

struct zone {
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    uint32_t kind; /* enum zone_kind */
    int32_t level;
    int32_t level_to;
    uint32_t rise_cm;
    uint32_t area_dm2; /* 0.01 m2; > 0 unless outside. */
    uint32_t capacity_people;
    int32_t x_cm; /* A point inside. */
    int32_t y_cm;
};

struct block {
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    char stand[PLACE_NAME_BYTES + 1];
    int32_t level;
    uint32_t seats;
    int32_t x_cm;
    int32_t y_cm;
};

struct opening {
    char id[PLACE_ID_BYTES + 1];
    uint32_t place_a;
    uint32_t place_b;
    uint32_t width_cm;
    int32_t level;
};

struct gate {
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1]; /* May be empty: then its id is its name. */
    uint32_t zone_inside;
    uint32_t zone_outside;
    uint32_t width_cm;
    int32_t level;
    uint32_t turnstiles;
    uint32_t entry_rate_milli_pph;    /* 0.001 people an hour and turnstile. */
    uint32_t exit_capacity_milli_ppm; /* 0.001 people a minute, the whole gate. */
    uint32_t exit_limited;            /* 0 or 1 */
};

struct facility {
    char id[PLACE_ID_BYTES + 1];
    char name[PLACE_NAME_BYTES + 1];
    uint32_t kind; /* enum facility_kind */
    uint32_t zone;
    uint32_t servers;
    uint32_t service_ms; /* Mean time one person takes at a server. */
    int32_t level;
};

struct link {
    uint32_t kind;  /* enum link_kind */
    uint32_t index; /* Into openings, gates or facilities. */
    uint32_t node_a;
    uint32_t node_b;
    uint32_t length_cm;
    uint32_t width_cm;
    uint32_t capacity_milli_ppm; /* 0.001 people a minute, one way. */
    uint32_t walk_ms;
};

/* Never changes once it is imported, and lives as long as its stadium: any thread may read it. */
struct venue {
    char id[VENUE_ID_BYTES + 1];
    char name[VENUE_NAME_BYTES + 1];
    struct bytes document; /* The encoded tifo.v1.Venue, as GetVenue gives it back. */
    uint32_t zone_count, block_count, opening_count, gate_count, facility_count, link_count;
    const struct zone *zones;
    const struct block *blocks;
    const struct opening *openings;
    const struct gate *gates;
    const struct facility *facilities;
    const struct link *links;
};

uint32_t venue_places(const struct venue *venue); /* zones + blocks */
const char *venue_place_name(const struct venue *venue,
                             uint32_t place); /* Its id if it has no name. */
/* Its id, as signs write it: names of gates are often only a compass word. */
const char *venue_gate_name(const struct venue *venue, uint32_t gate);
const char *venue_facility_name(const struct venue *venue, uint32_t facility);
/* Of so many thousandths of people in a zone that is not outside; to the nearest thousandth. */
uint32_t zone_density_milli(const struct zone *zone, int64_t people_milli);
/* True for blocks and for every zone but those outside. */
bool venue_place_is_inside(const struct venue *venue, uint32_t place);

#endif
