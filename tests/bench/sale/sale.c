#include "tests/bench/sale/sale.h"

#include <stdio.h>

enum { BLOCKS = 60, BLOCK_SEATS = SALE_SEATS / BLOCKS };

struct command sale_import(void)
{
    static struct zone zones[2] = { { .id = "C", .kind = ZONE_CONCOURSE, .area_dm2 = 100000 },
                                    { .id = "O", .kind = ZONE_OUTSIDE, .area_dm2 = 100000 } };
    static struct block blocks[BLOCKS];
    static struct opening openings[BLOCKS];
    static struct gate gate = {
        .id = "G", .zone_outside = 1, .width_cm = 200, .exit_capacity_milli_ppm = 164000
    };
    static struct link links[BLOCKS + 1];
    struct command command = { .kind = COMMAND_IMPORT_VENUE };
    for (uint32_t i = 0; i < BLOCKS; i++) {
        snprintf(blocks[i].id, sizeof blocks[i].id, "B%u", i);
        snprintf(openings[i].id, sizeof openings[i].id, "O%u", i);
        blocks[i].seats = BLOCK_SEATS;
        openings[i].place_b = 2 + i;
        openings[i].width_cm = 200;
        links[i] = (struct link){ .kind = LINK_OPENING,
                                  .index = i,
                                  .node_b = 2 + i,
                                  .walk_ms = 9000,
                                  .capacity_milli_ppm = 164000 };
    }
    links[BLOCKS] = (struct link){
        .kind = LINK_GATE, .node_b = 1, .walk_ms = 9000, .capacity_milli_ppm = 164000
    };
    command.as.import_venue.venue = (struct venue){
        .id = "sale",
        .document = { (const uint8_t *)"doc", 3 },
        .zone_count = 2,
        .block_count = BLOCKS,
        .opening_count = BLOCKS,
        .gate_count = 1,
        .link_count = BLOCKS + 1,
        .zones = zones,
        .blocks = blocks,
        .openings = openings,
        .gates = &gate,
        .links = links,
    };
    return command;
}

struct command sale_create(struct id event, int64_t now_ms, uint32_t price_minor)
{
    static const char *const names[] = { "All" };
    static uint32_t price;
    struct command command = { .kind = COMMAND_CREATE_EVENT };
    price = price_minor;
    command.as.create_event = (struct create_event){
        .id = event,
        .title = "Final",
        .starts_ms = now_ms + INT64_C(1000000000),
        .ends_ms = now_ms + INT64_C(1010000000),
        .currency = "EUR",
        .category_names = names,
        .price_minor = { &price, 1 },
    };
    return command;
}

struct command sale_publish(struct id event)
{
    struct command command = { .kind = COMMAND_PUBLISH_EVENT };
    command.as.publish_event.event = event;
    return command;
}
