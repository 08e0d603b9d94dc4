#include "server/wire/allocation.h"

#include "server/wire/check.h"

#include <string.h>

static uint32_t count_free(const struct stadium *stadium, const struct allocation *allocation)
{
    uint32_t seats, count = 0;
    const struct seat *map = stadium_seats(stadium, allocation->event, &seats);
    for (uint32_t i = 0; i < allocation->first.count; i++) {
        for (uint32_t k = 0; k < allocation->count.v[i]; k++)
            count += map[allocation->first.v[i] + k].state == SEAT_FREE;
    }
    return count;
}

Tifo__V1__Allocation *wire_allocation(const struct stadium *stadium,
                                      const struct allocation *allocation, bool secret,
                                      struct arena *arena)
{
    Tifo__V1__Allocation *to = arena_alloc(arena, sizeof *to);
    Tifo__V1__SeatRange *ranges = arena_array(arena, allocation->first.count, sizeof *ranges);
    tifo__v1__allocation__init(to);
    to->number = allocation->number;
    to->name = arena_copy(arena, allocation->name, sizeof allocation->name);
    if (secret)
        to->code = arena_copy(arena, allocation->code, sizeof allocation->code);
    to->seats = arena_array(arena, allocation->first.count, sizeof *to->seats);
    for (uint32_t i = 0; i < allocation->first.count; i++) {
        tifo__v1__seat_range__init(&ranges[i]);
        ranges[i].first = allocation->first.v[i];
        ranges[i].count = allocation->count.v[i];
        to->seats[to->n_seats++] = &ranges[i];
    }
    to->release_ms = allocation->release_ms;
    to->released = allocation->released;
    to->seat_count = allocation->seats;
    to->free = count_free(stadium, allocation);
    to->version = allocation->version;
    return to;
}

bool wire_set_allocation(const Tifo__V1__Allocation *from, struct arena *arena,
                         struct set_allocation *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "allocation" };
    uint32_t *first = arena_array(arena, from->n_seats, sizeof *first);
    uint32_t *count = arena_array(arena, from->n_seats, sizeof *count);
    for (size_t i = 0; i < from->n_seats; i++) {
        first[i] = from->seats[i]->first;
        count[i] = from->seats[i]->count;
    }
    to->number = from->number;
    to->first = (struct u32s){ first, (uint32_t)from->n_seats };
    to->count = (struct u32s){ count, (uint32_t)from->n_seats };
    to->release_ms = from->release_ms;
    return check_text(&check, "name", from->name, to->name, sizeof to->name) &&
           check_text(&check, "code", from->code, to->code, sizeof to->code);
}
