/* Events, holds, orders, tickets and scans. Facts name events, orders, payments and tickets by a
 * number that stays theirs, and holds by a slot that later holds use again: see hold_slot. */
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

/* ---- Events -----------------------------------------------------------------------------------
 */

static const char *const event_states[] = { "", "draft", "published", "cancelled" };

static void put_categories(struct records *records, uint32_t event,
                           const struct event_created *from)
{
    struct bytes names = from->category_names;
    for (uint32_t i = 0; i < from->price_minor.count; i++) {
        struct price_category_record to = { .event = event,
                                            .category = i + 1,
                                            .price_minor = from->price_minor.v[i] };
        const size_t length = strnlen((const char *)names.data, names.size);
        snprintf(to.name, sizeof to.name, "%.*s", (int)length, (const char *)names.data);
        const size_t taken = length < names.size ? length + 1 : length;
        names.data += taken;
        names.size -= taken;
        put(records, RECORDS_PRICE_CATEGORY, &to);
    }
    for (uint32_t i = 0; i < from->block_category.count; i++)
        put(records, RECORDS_EVENT_BLOCK,
            &(struct event_block_record){ event, i, from->block_category.v[i] });
}

static void event_created(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct event_created *from = &fact->as.event_created;
    struct venue_record venue = { 0 };
    get(records, RECORDS_VENUE, &venue);
    struct event_record to = {
        .event = venue.events++,
        .starts_ms = from->starts_ms,
        .ends_ms = from->ends_ms,
        .doors_ms = from->doors_ms,
        .hold_ttl_s = from->hold_ttl_s,
        .created_ms = fact->time_ms,
        .version = seq,
    };
    set_id(to.id, from->id_high, from->id_low);
    SET_TEXT(to.title, from->title);
    SET_TEXT(to.currency, from->currency);
    SET_WORD(to.state, event_states, EVENT_DRAFT);
    put(records, RECORDS_EVENT, &to);
    put(records, RECORDS_VENUE, &venue);
    put_categories(records, to.event, from);
}

static void event_changed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const bool cancelled = fact->kind == FACT_EVENT_CANCELLED;
    struct event_record event = { .event = cancelled ? fact->as.event_cancelled.event
                                                     : fact->as.event_published.event };
    get(records, RECORDS_EVENT, &event);
    SET_WORD(event.state, event_states, cancelled ? EVENT_CANCELLED : EVENT_PUBLISHED);
    if (cancelled)
        SET_TEXT(event.cancel_reason, fact->as.event_cancelled.reason);
    event.version = seq;
    put(records, RECORDS_EVENT, &event);
}

/* ---- Holds ------------------------------------------------------------------------------------
 */

static void put_seats(struct records *records, const struct seat_hold_record *hold,
                      const char *state, uint64_t seq)
{
    for (uint32_t i = 0; i < hold->seats; i++) {
        struct hold_seat_record row = { .position = i };
        SET_TEXT(row.hold_id, hold->id);
        get(records, RECORDS_HOLD_SEAT, &row);
        struct seat_record seat = { .event = hold->event, .seat = row.seat, .version = seq };
        snprintf(seat.state, sizeof seat.state, "%s", state);
        if (strcmp(state, "free") != 0)
            SET_TEXT(seat.hold_id, hold->id);
        put(records, RECORDS_SEAT, &seat);
    }
}

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
    struct hold_slot_record slot = { .slot = from->hold };
    set_id(hold.id, from->id_high, from->id_low);
    SET_TEXT(hold.person, from->person);
    SET_TEXT(slot.hold_id, hold.id);
    put(records, RECORDS_SEAT_HOLD, &hold);
    put(records, RECORDS_HOLD_SLOT, &slot);
    for (uint32_t i = 0; i < hold.seats; i++) {
        struct hold_seat_record row = { .position = i, .seat = from->seats.v[i] };
        SET_TEXT(row.hold_id, hold.id);
        put(records, RECORDS_HOLD_SEAT, &row);
    }
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
    struct hold_seat_record row = { .position = nth };
    SET_TEXT(row.hold_id, order->hold_id);
    get(records, RECORDS_HOLD_SEAT, &row);
    struct ticket_record ticket = {
        .number = paid->first_ticket + nth,
        .event = order->event,
        .order_number = order->number,
        .seat = row.seat,
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
    { FACT_EVENT_CREATED, event_created },     { FACT_EVENT_PUBLISHED, event_changed },
    { FACT_EVENT_CANCELLED, event_changed },   { FACT_SEATS_HELD, seats_held },
    { FACT_HOLD_ENDED, hold_ended },           { FACT_ORDER_PLACED, order_placed },
    { FACT_ORDER_PAID, order_paid },           { FACT_ORDER_CANCELLED, order_cancelled },
    { FACT_ORDER_REFUNDED, order_refunded },   { FACT_PAYMENT_WANTED, payment_wanted },
    { FACT_PAYMENT_SETTLED, payment_settled }, { 0, NULL },
};
