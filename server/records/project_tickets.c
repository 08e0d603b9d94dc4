/* Holds, orders, tickets and scans. Facts name events, orders, payments and tickets by a number
 * that stays theirs, and holds by a slot that later holds use again: see hold_slot. */
#include "server/records/project_tickets.h"

#include "server/core/event.h"
#include "server/core/order.h"
#include "server/core/seathold.h"
#include "server/core/ticket.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void set_id(char out[ID_BYTES + 1], uint64_t high, uint64_t low)
{
    snprintf(out, ID_BYTES + 1, "%016" PRIx64 "%016" PRIx64, high, low);
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

static void put_seats(struct records *records, const struct seat_hold_record *hold,
                      const char *state, uint64_t seq)
{
    for (uint32_t i = 0; i < hold->seats; i++) {
        const struct hold_line_record line = line_of(records, hold, i);
        struct seat_record seat = { .event = hold->event, .seat = line.seat, .version = seq };
        if (line.seat == NO_SEAT)
            continue;
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
    set_id(hold.id, from->id_high, from->id_low);
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
    put_seats(records, &hold, "held", seq);
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
    set_id(hold.id, from->id_high, from->id_low);
    SET_TEXT(hold.person, from->person);
    put_lines(records, &hold, &from->lines);
    put_hold(records, from->hold, &hold);
    put_seats(records, &hold, "held", seq);
}

static void hold_move(struct records *records, struct seat_hold_record *hold, const char *state,
                      uint64_t seq)
{
    snprintf(hold->state, sizeof hold->state, "%s", state);
    hold->version = seq;
    put(records, RECORDS_SEAT_HOLD, hold);
}

static struct seat_hold_record hold_in(struct records *records, uint32_t number)
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
    struct seat_hold_record hold = hold_in(records, fact->as.lines_changed.hold);
    put_seats(records, &hold, "free", seq);
    put_lines(records, &hold, &fact->as.lines_changed.lines);
    hold_move(records, &hold, "held", seq);
    put_seats(records, &hold, "held", seq);
}

static void hold_extended(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct seat_hold_record hold = hold_in(records, fact->as.hold_extended.hold);
    hold.expires_ms = fact->as.hold_extended.expires_ms;
    hold.extensions++;
    hold_move(records, &hold, "held", seq);
}

static void hold_ended(struct records *records, uint64_t seq, const struct fact *fact)
{
    const bool released = fact->as.hold_ended.state == HOLD_RELEASED;
    struct seat_hold_record hold = hold_in(records, fact->as.hold_ended.hold);
    hold.ended_ms = fact->time_ms;
    hold_move(records, &hold, released ? "released" : "expired", seq);
    put_seats(records, &hold, "free", seq);
}

/* ---- Orders -----------------------------------------------------------------------------------
 */

static void order_move(struct records *records, struct order_record *order, const char *state,
                       uint64_t seq)
{
    snprintf(order->state, sizeof order->state, "%s", state);
    order->version = seq;
    put(records, RECORDS_ORDER, order);
}

static struct order_record order_of(struct records *records, uint32_t number,
                                    struct seat_hold_record *hold)
{
    struct order_record order = { .number = number };
    get(records, RECORDS_ORDER, &order);
    *hold = (struct seat_hold_record){ 0 };
    SET_TEXT(hold->id, order.hold_id);
    get(records, RECORDS_SEAT_HOLD, hold);
    return order;
}

static void order_placed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_placed *from = &fact->as.order_placed;
    struct seat_hold_record hold = hold_in(records, from->hold);
    struct order_record order = { .number = from->order,
                                  .event = hold.event,
                                  .total_minor = from->total_minor,
                                  .placed_ms = fact->time_ms };
    set_id(order.id, from->id_high, from->id_low);
    SET_TEXT(order.hold_id, hold.id);
    SET_TEXT(order.person, hold.person);
    order_move(records, &order, "pending", seq);
    hold_move(records, &hold, "confirming", seq);
}

static void put_ticket(struct records *records, const struct order_record *order,
                       const struct order_paid *paid, uint32_t nth, const struct fact *fact,
                       uint64_t seq)
{
    struct hold_line_record row = { .position = nth };
    SET_TEXT(row.hold_id, order->hold_id);
    get(records, RECORDS_HOLD_LINE, &row);
    struct ticket_record ticket = {
        .number = paid->first_ticket + nth,
        .event = order->event,
        .order_number = order->number,
        .seat = row.seat,
        .ticket_type = row.ticket_type,
        .state = "valid",
        .generation = 1,
        .issued_ms = fact->time_ms,
        .version = seq,
    };
    SET_TEXT(ticket.holder, order->person);
    set_id(ticket.id, paid->ticket_high.v[nth], paid->ticket_low.v[nth]);
    put(records, RECORDS_TICKET, &ticket);
}

static void order_paid(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct order_paid *from = &fact->as.order_paid;
    struct seat_hold_record hold;
    struct order_record order = order_of(records, from->order, &hold);
    order.first_ticket = from->first_ticket;
    order.tickets = from->ticket_high.count;
    order_move(records, &order, "paid", seq);
    hold_move(records, &hold, "confirmed", seq);
    put_seats(records, &hold, "sold", seq);
    for (uint32_t i = 0; i < order.tickets; i++)
        put_ticket(records, &order, from, i, fact, seq);
}

static void cancel_tickets(struct records *records, const struct order_record *order, uint64_t seq)
{
    for (uint32_t i = 0; i < order->tickets; i++) {
        struct ticket_record ticket = { .number = order->first_ticket + i };
        get(records, RECORDS_TICKET, &ticket);
        if (strcmp(ticket.state, "cancelled") == 0)
            continue;
        snprintf(ticket.state, sizeof ticket.state, "cancelled");
        ticket.version = seq;
        put(records, RECORDS_TICKET, &ticket);
    }
}

static void order_cancelled(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct seat_hold_record hold;
    struct order_record order = order_of(records, fact->as.order_cancelled.order, &hold);
    struct event_record event = { .event = order.event };
    get(records, RECORDS_EVENT, &event);
    order_move(records, &order, "cancelled", seq);
    if (strcmp(event.state, "cancelled") != 0) {
        hold_move(records, &hold, "held", seq);
        return;
    }
    hold.ended_ms = fact->time_ms;
    hold_move(records, &hold, "released", seq);
    put_seats(records, &hold, "free", seq);
}

static void order_refunded(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct seat_hold_record hold;
    struct order_record order = order_of(records, fact->as.order_refunded.order, &hold);
    cancel_tickets(records, &order, seq);
    order_move(records, &order, "refunded", seq);
}

/* ---- Payments ---------------------------------------------------------------------------------
 */

static void payment_wanted(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const kinds[] = { "", "charge", "refund" };
    const struct payment_wanted *from = &fact->as.payment_wanted;
    struct payment_record payment = { .number = from->number,
                                      .order_number = from->order,
                                      .amount_minor = from->amount_minor,
                                      .wanted_ms = fact->time_ms };
    SET_WORD(payment.kind, kinds, from->kind);
    put(records, RECORDS_PAYMENT, &payment);
    if (from->kind == PAYMENT_REFUND) {
        struct seat_hold_record hold;
        const struct order_record order = order_of(records, from->order, &hold);
        cancel_tickets(records, &order, seq);
    }
}

static void payment_settled(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const outcomes[] = { "", "done", "declined" };
    struct payment_record payment = { .number = fact->as.payment_settled.number };
    (void)seq;
    get(records, RECORDS_PAYMENT, &payment);
    payment.settled_ms = fact->time_ms;
    SET_WORD(payment.outcome, outcomes, fact->as.payment_settled.outcome);
    put(records, RECORDS_PAYMENT, &payment);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

const struct projection ticket_projections[] = {
    { FACT_SEATS_HELD, seats_held },           { FACT_LINES_HELD, lines_held },
    { FACT_LINES_CHANGED, lines_changed },     { FACT_HOLD_EXTENDED, hold_extended },
    { FACT_HOLD_ENDED, hold_ended },           { FACT_ORDER_PLACED, order_placed },
    { FACT_ORDER_PAID, order_paid },           { FACT_ORDER_CANCELLED, order_cancelled },
    { FACT_ORDER_REFUNDED, order_refunded },   { FACT_PAYMENT_WANTED, payment_wanted },
    { FACT_PAYMENT_SETTLED, payment_settled }, { 0, NULL },
};
