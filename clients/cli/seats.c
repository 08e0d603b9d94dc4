#include <stdio.h>
#include <string.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"

static const struct flag show_flags[] = {
    { "--block", "ID",
      "the rows of one block, seat by seat: . free, h held, x sold, - not on sale" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag watch_flags[] = {
    { "--json", NULL, "every message as a line of JSON" },
    { NULL, NULL, NULL },
};

enum { STATES = 6 }; /* SeatState's numbers. */

/* ---- seats show ------------------------------------------------------------------------------ */

static void count_states(const Tifo__V1__SeatBlock *block, uint32_t counts[STATES])
{
    memset(counts, 0, STATES * sizeof(*counts));
    for (size_t i = 0; i < block->states.len; i++)
        counts[block->states.data[i] < STATES ? block->states.data[i] : 0]++;
}

static void print_blocks(const Tifo__V1__Venue *venue, Tifo__V1__SeatBlock *const *blocks,
                         size_t count)
{
    printf("%-12s %-24s %7s %7s %7s %7s %12s\n", "block", "stand", "free", "kept", "held", "sold",
           "not on sale");
    for (size_t i = 0; i < count; i++) {
        uint32_t counts[STATES];
        if (blocks[i]->block >= venue->n_blocks)
            continue;
        const Tifo__V1__Block *block = venue->blocks[blocks[i]->block];
        count_states(blocks[i], counts);
        printf("%-12s %-24s %7u %7u %7u %7u %12u\n", block->block_id, block->stand, counts[1],
               counts[5], counts[2], counts[3], counts[4]);
    }
}

static void print_rows(const Tifo__V1__Block *block, const Tifo__V1__SeatBlock *states)
{
    static const char marks[] = "?.hx-k";
    size_t at = 0;
    for (size_t r = 0; r < block->n_rows; r++) {
        const Tifo__V1__Row *row = block->rows[r];
        printf("row %-6s from seat %-4u ", row->label, row->first_seat);
        for (uint32_t k = 0; k < row->seats && at < states->states.len; k++, at++)
            putchar(marks[states->states.data[at] < STATES ? states->states.data[at] : 0]);
        putchar('\n');
    }
}

static void print_map(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__GetSeatMapResponse *map = (const void *)reply;
    const Tifo__V1__Venue *venue = ctx;
    print_blocks(venue, map->blocks, map->n_blocks);
    if (map->n_blocks == 1 && map->blocks[0]->block < venue->n_blocks)
        print_rows(venue->blocks[map->blocks[0]->block], map->blocks[0]);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetSeatMapRequest request = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    const char *block = arguments_text(arguments, "--block");
    char id[EVENT_ID_SIZE];
    uint32_t index;
    if (block && !block_find(venue, block, &index))
        return FAILED;
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    request.blocks = &index;
    request.n_blocks = block ? 1 : 0;
    return server_link_tell(
        server_link_call(link, &tifo__v1__seats__descriptor, "GetSeatMap", &request.base),
        arguments, print_map, venue);
}

/* ---- seats watch ----------------------------------------------------------------------------- */

struct watch {
    const Tifo__V1__Venue *venue;
    bool json;
};

static void hear(void *ctx, const ProtobufCMessage *message)
{
    static const char *const words[STATES] = { "?", "free", "held", "sold", "not on sale" };
    const struct watch *watch = ctx;
    const Tifo__V1__WatchSeatsResponse *seats = (const void *)message;
    if (watch->json) {
        message_json_print(message);
    } else if (seats->from_seq == 0) {
        print_blocks(watch->venue, seats->blocks, seats->n_blocks);
    } else {
        for (size_t i = 0; i < seats->n_seat && i < seats->n_state; i++)
            printf("%-40s %s\n", seat_text(watch->venue, seats->seat[i]).text,
                   words[seats->state[i] < STATES ? seats->state[i] : 0]);
    }
    fflush(stdout);
}

static enum outcome follow(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    struct watch watch = { venue, arguments_switch(arguments, "--json") };
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    return server_link_follow(link, &tifo__v1__seats__descriptor, "WatchSeats", &request.base, hear,
                              &watch);
}

const struct command seats_show_command = {
    "seats show", "EVENT", "which seats are free, by block", 1, show_flags, .task = show,
};
const struct command seats_watch_command = {
    "seats watch", "EVENT", "the seats, and each that changes", 1, watch_flags, .task = follow,
};
