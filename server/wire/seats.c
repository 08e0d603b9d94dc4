#include "server/wire/seats.h"

#include "server/wire/id.h"

#include <assert.h>
#include <stdio.h>
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

Tifo__V1__Line **wire_lines(const struct stadium *stadium, const struct seathold *hold,
                            struct arena *arena)
{
    const struct hold_lines *lines = stadium_hold_lines(stadium, hold);
    const uint32_t index = stadium_hold_index(stadium, hold);
    Tifo__V1__Line **list = arena_array(arena, hold->seat_count, sizeof *list);
    Tifo__V1__Line *rows = arena_array(arena, hold->seat_count, sizeof *rows);
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        list[i] = &rows[i];
        tifo__v1__line__init(list[i]);
        list[i]->ticket_type = lines->type[i];
        list[i]->seat = hold->seats[i];
        list[i]->price_minor = lines->price_minor[i];
        list[i]->fee_minor = lines->fee_minor[i];
        list[i]->tax_minor = lines->tax_minor[i];
        list[i]->total_minor = hold_line_total(lines, i);
        list[i]->voucher = lines->voucher_lines >> i & 1;
        bool bundled;
        list[i]->addon_to = stadium_companion(stadium, index, i, &bundled) + 1;
        list[i]->bundled = bundled;
    }
    return list;
}

static void sum_lines(const struct stadium *stadium, const struct seathold *hold,
                      struct arena *arena, Tifo__V1__Hold *to)
{
    uint32_t used;
    const struct hold_lines *lines = stadium_hold_lines(stadium, hold);
    to->n_lines = hold->seat_count;
    to->lines = wire_lines(stadium, hold, arena);
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        to->price_minor += lines->price_minor[i];
        to->fee_minor += lines->fee_minor[i];
        to->tax_minor += lines->tax_minor[i];
        to->total_minor += hold_line_total(lines, i);
    }
    if (lines->voucher)
        to->voucher = (char *)stadium_voucher(stadium, lines->voucher - 1, &used)->code;
}

char *wire_buyer(const struct stadium *stadium, uint32_t hold, struct arena *arena)
{
    const char *tax_id = stadium_buyer(stadium, hold);
    return tax_id[0] ? arena_copy(arena, tax_id, strlen(tax_id) + 1) : (char *)"";
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
    to->extensions = hold->extensions;
    to->buyer_tax_id = wire_buyer(stadium, stadium_hold_index(stadium, hold), arena);
    sum_lines(stadium, hold, arena, to);
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    return to;
}

static bool add_rows(const struct check *check, const Tifo__V1__NewLines *row, uint32_t *seats,
                     uint32_t *types, uint32_t *given, uint32_t *with, uint32_t *count)
{
    const size_t more = row->n_seats + row->places;
    if ((row->n_seats > 0) + (row->places > 0) + (row->best > 0) != 1)
        return check_refuse(check, "seats", "and places and best: give one of them");
    if (row->best == 0 && (row->accessible || row->together || row->n_blocks))
        return check_refuse(check, "best", "is missing; accessible, together and blocks are of it");
    if (row->price_minor < 0 || row->price_minor > UINT32_MAX)
        return check_refuse(check, "price_minor", "is %lld; that cannot be given",
                            (long long)row->price_minor);
    for (size_t i = 0; i < more && *count <= HOLD_SEATS; i++, (*count)++) {
        seats[*count] = row->places ? NO_SEAT : row->seats[i];
        types[*count] = row->ticket_type;
        given[*count] = (uint32_t)row->price_minor;
        with[*count] = row->addon_to;
    }
    return true;
}

static struct wanted_best best_of(const Tifo__V1__NewLines *row)
{
    return (struct wanted_best){ .count = row->best,
                                 .type = row->ticket_type,
                                 .given = (uint32_t)row->price_minor,
                                 .accessible = row->accessible,
                                 .together = row->together,
                                 .blocks = { row->blocks, (uint32_t)row->n_blocks } };
}

bool wire_wanted(const uint32_t *from, size_t n_seats, Tifo__V1__NewLines *const *rows,
                 size_t n_rows, struct arena *arena, struct wanted_lines *to,
                 struct refusal *refusal)
{
    *to = (struct wanted_lines){ .seats = { from, (uint32_t)n_seats } };
    if (n_rows == 0)
        return true;
    /* One more than possible is enough to be refused. */
    uint32_t *seats = arena_array(arena, HOLD_SEATS + 1, sizeof *seats);
    uint32_t *types = arena_array(arena, HOLD_SEATS + 1, sizeof *types);
    uint32_t *given = arena_array(arena, HOLD_SEATS + 1, sizeof *given);
    uint32_t *with = arena_array(arena, HOLD_SEATS + 1, sizeof *with);
    uint32_t count = 0;
    for (; count < n_seats && count <= HOLD_SEATS; count++)
        seats[count] = from[count];
    for (size_t i = 0; i < n_rows; i++) {
        struct check check = { .refusal = refusal };
        snprintf(check.at, sizeof check.at, "lines[%zu]", i);
        if (!add_rows(&check, rows[i], seats, types, given, with, &count))
            return false;
        if (rows[i]->best && to->best.count)
            return check_refuse(&check, "best", "is there twice; ask for them together");
        if (rows[i]->best)
            to->best = best_of(rows[i]);
    }
    to->seats = (struct u32s){ seats, count };
    to->types = (struct u32s){ types, count };
    to->given = (struct u32s){ given, count };
    to->with = (struct u32s){ with, count };
    return true;
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
        const uint8_t state = seats[i].state == SEAT_FREE && stadium_seat_is_kept(stadium, event, i)
                                  ? TIFO__V1__SEAT_STATE__SEAT_STATE_KEPT
                                  : (uint8_t)seats[i].state;
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
