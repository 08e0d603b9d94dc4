/*
 * Seats that are kept for somebody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/tifo.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/allocations.pb-c.h"

enum { RANGES_MAX = 512 };

static const struct flag set_flags[] = {
    { "--name", "TEXT", "whom they are for; needed" },
    { "--code", "CODE", "what a hold has to name for them; needed" },
    { "--release", "TIME", "when they are for all, such as 2026-05-16T12:00, UTC (never)" },
    { "--number", "N", "other terms of the allocation of this number (a new one)" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_allocation(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Allocation *allocation = (const void *)row;
    (void)ctx;
    printf("%u  %-20s %u seats, %u free%s%s%s%s\n", allocation->number, allocation->name,
           allocation->seat_count, allocation->free, allocation->code[0] ? ", code " : "",
           allocation->code,
           allocation->released     ? ", released "
           : allocation->release_ms ? ", until "
                                    : "",
           allocation->release_ms ? time_text(allocation->release_ms).text : "");
}

static void print_list(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__ListAllocationsResponse *list = (const void *)reply;
    (void)ctx;
    if (list->n_allocations == 0)
        printf("no seats are kept for anybody\n");
    for (size_t i = 0; i < list->n_allocations; i++)
        print_allocation(&list->allocations[i]->base, NULL);
}

/* ---- "101,102/3,102/4/1-10" --------------------------------------------------------------------
 */

struct ranges {
    Tifo__V1__SeatRange rows[RANGES_MAX], *list[RANGES_MAX];
    size_t count;
};

static uint32_t seats_of(const Tifo__V1__Block *block)
{
    uint32_t seats = 0;
    for (size_t i = 0; i < block->n_rows; i++)
        seats += block->rows[i]->seats;
    return seats;
}

static uint32_t first_of(const Tifo__V1__Venue *venue, uint32_t block)
{
    uint32_t first = 0;
    for (uint32_t i = 0; i < block; i++)
        first += seats_of(venue->blocks[i]);
    return first;
}

/* Those of a row of the block; false: it has no such row. */
static bool row_range(const Tifo__V1__Block *block, const char *label, uint32_t *first,
                      uint32_t *count)
{
    for (size_t i = 0; i < block->n_rows; i++) {
        *count = block->rows[i]->seats;
        if (strcmp(block->rows[i]->label, label) == 0)
            return true;
        *first += *count;
    }
    return false;
}

/* "101", "101/3" or "101/3/1-10". */
static bool read_part(const Tifo__V1__Venue *venue, char *part, uint32_t *first, uint32_t *count)
{
    char *row = strchr(part, '/');
    char *numbers = row ? strchr(row + 1, '/') : NULL;
    unsigned from, to;
    uint32_t block, last;
    if (row)
        *row++ = '\0';
    if (numbers)
        *numbers++ = '\0';
    if (!block_find(venue, part, &block))
        return false;
    *first = first_of(venue, block);
    *count = seats_of(venue->blocks[block]);
    if (!row)
        return true;
    if (!numbers && row_range(venue->blocks[block], row, first, count))
        return true;
    if (numbers && sscanf(numbers, "%u-%u", &from, &to) == 2 && from <= to &&
        tifo_seat_find(venue, part, row, from, first) &&
        tifo_seat_find(venue, part, row, to, &last)) {
        if (last < *first) { /* Numbered the other way round. */
            const uint32_t swap = last;
            last = *first;
            *first = swap;
        }
        *count = last - *first + 1;
        return true;
    }
    fprintf(stderr,
            "tifo: block %s has no such seats; write BLOCK, BLOCK/ROW or "
            "BLOCK/ROW/FIRST-LAST\n",
            part);
    return false;
}

static int by_first(const void *a, const void *b)
{
    const Tifo__V1__SeatRange *const *left = a, *const *right = b;
    return ((*left)->first > (*right)->first) - ((*left)->first < (*right)->first);
}

static bool read_seats(const Tifo__V1__Venue *venue, const char *text, struct ranges *out)
{
    char copy[8192], *save = NULL;
    out->count = 0;
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        if (out->count == RANGES_MAX) {
            fprintf(stderr, "tifo: at most %d blocks, rows or parts of rows\n", RANGES_MAX);
            return false;
        }
        Tifo__V1__SeatRange *range = &out->rows[out->count];
        tifo__v1__seat_range__init(range);
        out->list[out->count++] = range;
        if (!read_part(venue, part, &range->first, &range->count))
            return false;
    }
    qsort(out->list, out->count, sizeof(out->list[0]), by_first);
    return true;
}

/* ---- The commands ------------------------------------------------------------------------------
 */

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetAllocationRequest request = TIFO__V1__SET_ALLOCATION_REQUEST__INIT;
    Tifo__V1__Allocation allocation = TIFO__V1__ALLOCATION__INIT;
    struct ranges ranges;
    char event[EVENT_ID_SIZE];
    if (!arguments_number(arguments, "--number", 1, 32, &allocation.number) ||
        !arguments_time(arguments, "--release", &allocation.release_ms))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event) ||
        !read_seats(venue, arguments->positional[1], &ranges))
        return FAILED;
    allocation.name = arguments_or(arguments, "--name", "");
    allocation.code = arguments_or(arguments, "--code", "");
    allocation.seats = ranges.list;
    allocation.n_seats = ranges.count;
    request.event_id = event;
    request.allocation = &allocation;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__allocations__descriptor,
                                              "SetAllocation", &request.base),
                            arguments, print_allocation, NULL);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListAllocationsRequest request = TIFO__V1__LIST_ALLOCATIONS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_tell(server_link_call(link, &tifo__v1__allocations__descriptor,
                                             "ListAllocations", &request.base),
                            arguments, print_list, NULL);
}

const struct command allocation_set_command = {
    "allocation set",
    "EVENT SEATS",
    "keeps seats for somebody: BLOCK, BLOCK/ROW or BLOCK/ROW/FIRST-LAST, ...",
    2,
    set_flags,
    .task = set,
};
const struct command allocation_list_command = {
    "allocation list", "EVENT", "seats that are kept for somebody", 1, json_flags, .task = list,
};
