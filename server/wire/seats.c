#include "server/wire/seats.h"

#include "server/wire/id.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Holds ------------------------------------------------------------------------------------
 */

static Tifo__V1__HoldState state_of(const struct seathold *hold, int64_t now_ms)
{
    if (hold->state == HOLD_CONFIRMING)
        return TIFO__V1__HOLD_STATE__HOLD_STATE_HELD;
    if (hold->state == HOLD_HELD && now_ms >= hold->expires_ms)
        return TIFO__V1__HOLD_STATE__HOLD_STATE_EXPIRED;
    return (Tifo__V1__HoldState)hold->state;
}

Tifo__V1__Hold *wire_hold(const struct stadium *stadium, const struct seathold *hold,
                          int64_t now_ms, struct arena *arena)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[hold->event];
    Tifo__V1__Hold *to = arena_alloc(arena, sizeof *to);
    tifo__v1__hold__init(to);
    to->hold_id = wire_id_text(hold->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->state = state_of(hold, now_ms);
    to->n_seats = hold->seat_count;
    to->seats = arena_copy(arena, hold->seats, hold->seat_count * sizeof *hold->seats);
    to->expires_ms = hold->expires_ms;
    to->version = hold->version;
    to->total_minor = stadium_hold_total_minor(stadium, hold);
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    return to;
}

/* ---- Seat maps --------------------------------------------------------------------------------
 */

static void map_init(struct seat_map *map, uint32_t count)
{
    map->count = count;
    map->states = base_alloc(count + 1);
    map->changed = base_alloc((count + 1) * sizeof *map->changed);
}

void seat_map_fini(struct seat_map *map)
{
    free(map->states);
    free(map->changed);
    *map = (struct seat_map){ 0 };
}

void seat_map_update(struct seat_map *map, const struct stadium *stadium, uint32_t event)
{
    uint32_t events, count;
    const uint64_t seats_seq = stadium_events(stadium, &events)[event].seats_seq;
    map->changed_count = 0;
    if (map->states && map->seats_seq == seats_seq)
        return;
    const struct seat *seats = stadium_seats(stadium, event, &count);
    if (!map->states)
        map_init(map, count);
    assert(map->count == count);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t state = (uint8_t)seats[i].state;
        if (map->states[i] == state)
            continue;
        map->states[i] = state;
        map->changed[map->changed_count++] = i;
    }
    map->seats_seq = seats_seq;
}

Tifo__V1__SeatBlock **wire_seat_blocks(const struct seat_map *map, const struct stadium *stadium,
                                       const uint32_t *blocks, size_t count, struct arena *arena)
{
    const struct venue *venue = stadium_venue(stadium);
    Tifo__V1__SeatBlock **list = arena_array(arena, count, sizeof *list);
    Tifo__V1__SeatBlock *rows = arena_array(arena, count, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        list[i] = &rows[i];
        tifo__v1__seat_block__init(list[i]);
        list[i]->block = blocks ? blocks[i] : (uint32_t)i;
        list[i]->states.data = map->states + stadium_first_seat(stadium, list[i]->block);
        list[i]->states.len = venue->blocks[list[i]->block].seats;
    }
    return list;
}

Tifo__V1__WatchSeatsResponse *wire_seats_whole(const struct seat_map *map,
                                               const struct stadium *stadium, struct arena *arena)
{
    Tifo__V1__WatchSeatsResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__watch_seats_response__init(to);
    to->to_seq = stadium_seq(stadium);
    to->n_blocks = stadium_venue(stadium)->block_count;
    to->blocks = wire_seat_blocks(map, stadium, NULL, to->n_blocks, arena);
    return to;
}

Tifo__V1__WatchSeatsResponse *wire_seats_changed(const struct seat_map *map, uint64_t from_seq,
                                                 uint64_t to_seq, struct arena *arena)
{
    Tifo__V1__WatchSeatsResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__watch_seats_response__init(to);
    to->from_seq = from_seq;
    to->to_seq = to_seq;
    to->n_seat = to->n_state = map->changed_count;
    to->seat = map->changed;
    to->state = arena_array(arena, map->changed_count, sizeof *to->state);
    for (uint32_t i = 0; i < map->changed_count; i++)
        to->state[i] = map->states[map->changed[i]];
    return to;
}
