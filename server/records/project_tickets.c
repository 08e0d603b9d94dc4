/* Holds. Facts name them by a slot that later holds use again: see hold_slot. */
#include "server/records/project_tickets.h"

#include "server/core/seathold.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void records_set_id(char out[ID_BYTES + 1], uint64_t high, uint64_t low)
{
    id_write((struct id){ high, low }, out);
    out[ID_BYTES] = 0;
}

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static bool get(struct records *records, uint32_t table, void *row)
{
    return records->ops->get(records, table, row);
}

/* ---- Holds ------------------------------------------------------------------------------------
 */

static struct hold_line_record line_of(struct records *records, const struct seat_hold_record *hold,
                                       uint32_t position)
{
    struct hold_line_record line = { .position = position };
    SET_TEXT(line.hold_id, hold->id);
    get(records, RECORDS_HOLD_LINE, &line);
    return line;
}

void records_put_seats(struct records *records, const struct seat_hold_record *hold,
                       const char *state, uint64_t seq)
{
    for (uint32_t i = 0; i < hold->seats; i++) {
        const struct hold_line_record line = line_of(records, hold, i);
        struct seat_record seat = { .event = hold->event, .seat = line.seat, .version = seq };
        if (line.seat == NO_SEAT || (hold->resale_ticket && strcmp(state, "sold") != 0))
            continue; /* Until it is resold the seat is the seller's. */
        snprintf(seat.state, sizeof seat.state, "%s", state);
        if (strcmp(state, "free") != 0)
            SET_TEXT(seat.hold_id, hold->id);
        put(records, RECORDS_SEAT, &seat);
    }
}

static void put_hold(struct records *records, uint32_t number, const struct seat_hold_record *hold)
{
    struct hold_slot_record slot = { .slot = number };
    SET_TEXT(slot.hold_id, hold->id);
    put(records, RECORDS_SEAT_HOLD, hold);
    put(records, RECORDS_HOLD_SLOT, &slot);
}

/* The category that the seat is in, from 1. */
static uint32_t category_of(struct records *records, uint32_t event, uint32_t seat)
{
    struct block_record block = { .block = 0 };
    for (uint32_t first = 0; get(records, RECORDS_BLOCK, &block); first += block.seats) {
        if (seat < first + block.seats) {
            struct event_block_record row = { .event = event, .block = block.block };
            get(records, RECORDS_EVENT_BLOCK, &row);
            return row.category;
        }
        block = (struct block_record){ .block = block.block + 1, .seats = block.seats };
    }
    return 0;
}

/* Of older versions: seats of type 0, at the prices of their categories. */
static void seats_held(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct seats_held *from = &fact->as.seats_held;
    struct seat_hold_record hold = {
        .event = from->event,
        .state = "held",
        .seats = from->seats.count,
        .held_ms = fact->time_ms,
        .expires_ms = from->expires_ms,
        .version = seq,
    };
    records_set_id(hold.id, from->id_high, from->id_low);
    SET_TEXT(hold.person, from->person);
    put_hold(records, from->hold, &hold);
    for (uint32_t i = 0; i < hold.seats; i++) {
        struct hold_line_record row = { .position = i, .seat = from->seats.v[i] };
        struct price_category_record price = { .event = hold.event };
        price.category = category_of(records, hold.event, row.seat);
        get(records, RECORDS_PRICE_CATEGORY, &price);
        SET_TEXT(row.hold_id, hold.id);
        row.price_minor = row.total_minor = price.price_minor;
        put(records, RECORDS_HOLD_LINE, &row);
    }
    records_put_seats(records, &hold, "held", seq);
}

static void put_lines(struct records *records, struct seat_hold_record *hold,
                      const struct held_lines *from)
{
    const uint32_t before = hold->seats;
    hold->seats = from->seat.count;
    hold->voucher = from->voucher;
    for (uint32_t i = 0; i < hold->seats; i++) {
        struct hold_line_record row = {
            .position = i,
            .seat = from->seat.v[i],
            .ticket_type = from->type.v[i],
            .price_minor = from->price_minor.v[i],
            .fee_minor = from->fee_minor.v[i],
            .tax_minor = from->tax_minor.v[i],
            .voucher = from->voucher_lines >> i & 1,
        };
        row.total_minor =
            row.price_minor + row.fee_minor + (from->tax_added >> i & 1 ? row.tax_minor : 0);
        SET_TEXT(row.hold_id, hold->id);
        put(records, RECORDS_HOLD_LINE, &row);
    }
    for (uint32_t i = hold->seats; i < before; i++) {
        struct hold_line_record row = line_of(records, hold, i);
        row.removed = 1;
        put(records, RECORDS_HOLD_LINE, &row);
    }
}

static void lines_held(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct lines_held *from = &fact->as.lines_held;
    struct seat_hold_record hold = {
        .event = from->event,
        .state = "held",
        .held_ms = fact->time_ms,
        .expires_ms = from->expires_ms,
        .version = seq,
    };
    records_set_id(hold.id, from->id_high, from->id_low);
    SET_TEXT(hold.person, from->person);
    records_put_hold(records, from->hold, &hold, &from->lines);
    records_put_seats(records, &hold, "held", seq);
}

void records_put_hold(struct records *records, uint32_t number, struct seat_hold_record *hold,
                      const struct held_lines *lines)
{
    put_lines(records, hold, lines);
    put_hold(records, number, hold);
}

void records_hold_move(struct records *records, struct seat_hold_record *hold, const char *state,
                       uint64_t seq)
{
    snprintf(hold->state, sizeof hold->state, "%s", state);
    hold->version = seq;
    put(records, RECORDS_SEAT_HOLD, hold);
}

struct seat_hold_record records_hold_in(struct records *records, uint32_t number)
{
    struct hold_slot_record slot = { .slot = number };
    struct seat_hold_record hold = { 0 };
    get(records, RECORDS_HOLD_SLOT, &slot);
    SET_TEXT(hold.id, slot.hold_id);
    get(records, RECORDS_SEAT_HOLD, &hold);
    return hold;
}

static void lines_changed(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct seat_hold_record hold = records_hold_in(records, fact->as.lines_changed.hold);
    records_put_seats(records, &hold, "free", seq);
    put_lines(records, &hold, &fact->as.lines_changed.lines);
    records_hold_move(records, &hold, "held", seq);
    records_put_seats(records, &hold, "held", seq);
}

static void addons_held(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct addons_held *from = &fact->as.addons_held;
    const struct seat_hold_record hold = records_hold_in(records, from->hold);
    (void)seq;
    for (uint32_t i = 0; i < from->with.count; i++) {
        struct hold_line_record row = line_of(records, &hold, i);
        row.addon_to = from->with.v[i];
        row.bundled = from->bundled >> i & 1;
        put(records, RECORDS_HOLD_LINE, &row);
    }
}

static void buyer_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct buyer_set *from = &fact->as.buyer_set;
    struct seat_hold_record hold = records_hold_in(records, from->hold);
    SET_TEXT(hold.buyer_tax_id, from->tax_id);
    for (uint32_t i = 0; i < from->price_minor.count; i++) {
        struct hold_line_record row = line_of(records, &hold, i);
        row.price_minor = from->price_minor.v[i];
        row.fee_minor = from->fee_minor.v[i];
        row.tax_minor = 0;
        row.total_minor = row.price_minor + row.fee_minor;
        put(records, RECORDS_HOLD_LINE, &row);
    }
    records_hold_move(records, &hold, "held", seq);
}

static void hold_extended(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct seat_hold_record hold = records_hold_in(records, fact->as.hold_extended.hold);
    hold.expires_ms = fact->as.hold_extended.expires_ms;
    hold.extensions++;
    records_hold_move(records, &hold, "held", seq);
}

static void hold_ended(struct records *records, uint64_t seq, const struct fact *fact)
{
    const bool released = fact->as.hold_ended.state == HOLD_RELEASED;
    struct seat_hold_record hold = records_hold_in(records, fact->as.hold_ended.hold);
    hold.ended_ms = fact->time_ms;
    records_hold_move(records, &hold, released ? "released" : "expired", seq);
    records_put_seats(records, &hold, "free", seq);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

const struct projection ticket_projections[] = {
    { FACT_SEATS_HELD, seats_held },       { FACT_LINES_HELD, lines_held },
    { FACT_LINES_CHANGED, lines_changed }, { FACT_BUYER_SET, buyer_set },
    { FACT_HOLD_EXTENDED, hold_extended }, { FACT_HOLD_ENDED, hold_ended },
    { FACT_ADDONS_HELD, addons_held },     { 0, NULL },
};
