/* What lines take, and give back. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

struct hold_lines *lines_get(const struct stadium *s, uint32_t hold)
{
    return pool_get(&s->booking.hold_lines, hold);
}

uint32_t lines_all(const struct seathold *hold)
{
    return (UINT32_C(1) << hold->seat_count) - 1;
}

static void stock_move(struct stock *stock, enum seat_state from, enum seat_state to,
                       uint32_t lines)
{
    stock->held += (to == SEAT_HELD ? lines : 0) - (from == SEAT_HELD ? lines : 0);
    stock->sold += (to == SEAT_SOLD ? lines : 0) - (from == SEAT_SOLD ? lines : 0);
}

const char *hold_sold_to(const struct stadium *s, const struct seathold *hold)
{
    const struct order *order = order_get(s, hold->order - 1);
    const enum tender tender = money_get(s, hold->order - 1)->tender;
    const bool counter = tender && tender != TENDER_CARD;
    return counter && strcmp(order->person, hold->person) == 0 ? NULL : order->person;
}

/* Whose share `count` lines of a type are in: while they are held their hold's person's, sold those
 * of whom they are for. What bundles brought is in nobody's: limits are not for that. */
static void share_move(struct stadium *s, const struct seathold *hold, uint32_t type,
                       enum seat_state from, enum seat_state to, uint32_t count)
{
    struct people *people = &s->booking.people;
    if (count == 0)
        return;
    if (to == SEAT_SOLD || from == SEAT_SOLD)
        means_sold(s, hold, type, to == SEAT_SOLD ? 1 : -1, count);
    const char *before = from == SEAT_HELD   ? hold->person
                         : from == SEAT_SOLD ? hold_sold_to(s, hold)
                                             : NULL;
    const char *after = to == SEAT_HELD   ? hold->person
                        : to == SEAT_SOLD ? hold_sold_to(s, hold)
                                          : NULL;
    if (before && after && strcmp(before, after) == 0)
        return;
    if (after)
        people_share_add(people, after, hold->event, type, count);
    if (before)
        people_share_take(people, before, hold->event, type, count);
}

/* `count` lines of one type, of which bundles did not bring `own`. */
static void type_move(struct stadium *s, const struct seathold *hold, uint32_t index,
                      enum seat_state from, enum seat_state to, uint32_t count, uint32_t own)
{
    const struct ticket_type *type = ticket_type_get(s, hold->event, index);
    stock_move(ticket_type_stock(s, hold->event, index), from, to, count);
    for (uint32_t set = type->quotas; set; set &= set - 1)
        stock_move(quota_stock(s, hold->event, (uint32_t)__builtin_ctz(set)), from, to, count);
    share_move(s, hold, index, from, to, own);
}

static void voucher_move(struct stadium *s, uint32_t event, uint32_t voucher, bool uses,
                         uint32_t count)
{
    const struct voucher *row = voucher_get(s, voucher);
    uint32_t *used = voucher_used(s, voucher);
    *used += uses ? count : 0u - count;
    if (row->reserve)
        quota_stock(s, event, row->reserve - 1)->reserved -= uses ? count : 0u - count;
}

static void seat_move(struct stadium *s, uint32_t event, uint32_t index, enum seat_state from,
                      enum seat_state to, uint32_t owner)
{
    uint32_t total = s->first_seat[s->venue.block_count], key = event * total + index;
    assert(index < total);
    struct seat *seat = &s->booking.sales[event].seats[index];
    assert(seat->state == from);
    struct seat_row row = seat_row(s, event, index);
    row_remove(s, ROW_SEAT, key, &row);
    seat->state = to;
    seat->owner = to == SEAT_FREE ? 0 : owner;
    seat_turn(s, event, index);
    row = seat_row(s, event, index);
    row_add(s, ROW_SEAT, key, &row);
    if (from == SEAT_FREE || to == SEAT_FREE)
        allocation_seat_moved(s, event, index, to == SEAT_FREE);
}

void lines_set(struct stadium *s, uint32_t index, uint32_t set, enum seat_state from,
               enum seat_state to, uint32_t owner)
{
    const struct seathold *hold = hold_get(s, index);
    const struct hold_lines *lines = lines_get(s, index);
    struct event *event = &s->booking.events[hold->event];
    struct sale *sale = &s->booking.sales[hold->event];
    struct stock seats = { event->held, event->sold, 0 };
    struct stock all = { sale->lines_held, sale->lines_sold, 0 };
    const uint32_t bundled = companions_of(s, index).bundled;
    uint32_t run = 0, own = 0, uses = 0;
    bool seen = false;
    if (resale_of_hold(s, index)) { /* The seller's line has what it would take, but for this. */
        assert(set == 1 && (from == SEAT_FREE || to == SEAT_FREE));
        share_move(s, hold, lines->type[0], from, to, 1);
        return;
    }
    event_counts_open(s, hold->event);
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        if (!(set >> i & 1))
            continue;
        if (hold->seats[i] != NO_SEAT) {
            seat_move(s, hold->event, hold->seats[i], from, to,
                      to == SEAT_SOLD ? owner + i : owner);
            stock_move(&seats, from, to, 1);
            seen = true;
        }
        stock_move(&all, from, to, 1);
        uses += lines->voucher_lines >> i & 1;
        run++;
        own += !(bundled >> i & 1);
        /* Lines of a type mostly follow each other. */
        uint32_t next = i + 1;
        while (next < hold->seat_count && !(set >> next & 1))
            next++;
        if (next < hold->seat_count && lines->type[next] == lines->type[i])
            continue;
        type_move(s, hold, lines->type[i], from, to, run, own);
        run = own = 0;
    }
    if (uses > 0 && (from == SEAT_FREE || to == SEAT_FREE))
        voucher_move(s, hold->event, lines->voucher - 1, from == SEAT_FREE, uses);
    sale->lines_held = all.held;
    sale->lines_sold = all.sold;
    event->held = seats.held;
    event->sold = seats.sold;
    if (seen)
        event->seats_seq = s->head.seq;
    event_counts_close(s, hold->event);
    wait_event_changed(s, hold->event);
}

void lines_bundled(struct stadium *s, uint32_t index, uint32_t set)
{
    const struct seathold *hold = hold_get(s, index);
    for (; set; set &= set - 1)
        share_move(s, hold, lines_get(s, index)->type[__builtin_ctz(set)], SEAT_HELD, SEAT_FREE, 1);
}

/* ---- What they would take ---------------------------------------------------------------- */

void lines_count(const struct stadium *s, uint32_t index, int sign, const char *person,
                 uint32_t voucher, struct takings *out)
{
    const struct seathold *hold = hold_get(s, index);
    const struct hold_lines *lines = lines_get(s, index);
    const bool own = strcmp(hold->person, person) == 0;
    const uint32_t reserve = lines->voucher ? voucher_get(s, lines->voucher - 1)->reserve : 0;
    const uint32_t bundled = companions_of(s, index).bundled;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        const uint32_t type = lines->type[i];
        const bool uses = lines->voucher_lines >> i & 1;
        out->own[type] += own && !(bundled >> i & 1) ? sign : 0;
        if (resale_of_hold(s, index))
            continue;
        out->type[type] += sign;
        out->voucher += uses && lines->voucher == voucher ? sign : 0;
        for (uint32_t set = ticket_type_get(s, hold->event, type)->quotas; set; set &= set - 1)
            out->quota[__builtin_ctz(set)] += sign;
        if (uses && reserve) /* A use that ends is reserved again. */
            out->quota[reserve - 1] -= sign;
    }
}

void lines_count_ended(const struct stadium *s, uint32_t event, const struct facts *facts,
                       const char *person, uint32_t voucher, struct takings *out)
{
    for (uint32_t i = 0; i < facts->count; i++) {
        if (facts->items[i].kind != FACT_HOLD_ENDED)
            continue;
        const uint32_t hold = facts->items[i].as.hold_ended.hold;
        if (hold_get(s, hold)->event == event)
            lines_count(s, hold, -1, person, voucher, out);
    }
}

/* ---- What readers see -------------------------------------------------------------------- */

uint32_t stadium_hold_index(const struct stadium *s, const struct seathold *hold)
{
    return hold_find(s, hold->id);
}

const struct hold_lines *stadium_hold_lines(const struct stadium *s, const struct seathold *hold)
{
    return lines_get(s, hold_find(s, hold->id));
}

int64_t hold_line_total(const struct hold_lines *lines, uint32_t line)
{
    return (int64_t)lines->price_minor[line] + lines->fee_minor[line] +
           (lines->tax_added >> line & 1 ? lines->tax_minor[line] : 0);
}

int64_t stadium_hold_total_minor(const struct stadium *s, const struct seathold *hold)
{
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    int64_t total = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        total += hold_line_total(lines, i);
    return total;
}
