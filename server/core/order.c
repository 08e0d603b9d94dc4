#include "server/core/order.h"

#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <string.h>

static struct order *order_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.orders, index);
}

static bool event_is_cancelled(const struct stadium *s, uint32_t event)
{
    return s->booking.events[event].state == EVENT_CANCELLED;
}

/* ---- Confirming -------------------------------------------------------------------------- */

static enum status check_hold(const struct stadium *s, const struct seathold *hold,
                              const struct command *command, struct facts *out)
{
    const struct event *event = &s->booking.events[hold->event];
    if (event->state == EVENT_CANCELLED)
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    if (!hold_is_live(s, hold, command->time_ms))
        return facts_refuse(out, STATUS_HOLD_ENDED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_HOLD_ENDED));
    if (hold->state == HOLD_CONFIRMING)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "hold_id",
                            "hold_id: it is being paid for already; see its order");
    if (hold->version != command->as.confirm_hold.version)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "version",
                            "version: the hold has version %llu by now, not %llu",
                            (unsigned long long)hold->version,
                            (unsigned long long)command->as.confirm_hold.version);
    if (event_state_at(event, command->time_ms) == EVENT_ENDED)
        return facts_refuse(out, STATUS_EVENT_OVER, "hold_id",
                            "hold_id: its event ended at %lld; it does not sell any more",
                            (long long)event->ends_ms);
    return STATUS_OK;
}

/* Room for the order, and for its tickets beside those that pending orders will need. */
static enum status check_room(const struct stadium *s, uint32_t seats, struct facts *out)
{
    const struct booking *b = &s->booking;
    if (b->orders.count < s->limits.orders &&
        (uint64_t)b->tickets.count + b->promised + seats <= s->limits.tickets)
        return STATUS_OK;
    return facts_refuse(out, STATUS_ORDERS_FULL, NULL, "%s", status_sentence(STATUS_ORDERS_FULL));
}

static void pay(const struct stadium *s, uint32_t order, uint32_t seats, const struct id *tickets,
                int64_t now_ms, struct facts *out)
{
    uint64_t *high = arena_array(&out->arena, seats, sizeof(*high));
    uint64_t *low = arena_array(&out->arena, seats, sizeof(*low));
    for (uint32_t i = 0; i < seats; i++) {
        high[i] = tickets[i].high;
        low[i] = tickets[i].low;
    }
    facts_add(out, FACT_ORDER_PAID, now_ms)->as.order_paid = (struct order_paid){
        .order = order,
        .first_ticket = s->booking.tickets.count,
        .ticket_high = { high, seats },
        .ticket_low = { low, seats },
    };
}

static enum status confirm_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct confirm_hold *ask = &command->as.confirm_hold;
    const struct seathold *hold = hold_of(s, ask->hold, ask->person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    enum status status = check_hold(s, hold, command, out);
    if (status == STATUS_OK)
        status = check_room(s, hold->seat_count, out);
    if (status != STATUS_OK)
        return status;
    struct order_placed placed = {
        .order = s->booking.orders.count,
        .id_high = ask->order.high,
        .id_low = ask->order.low,
        .hold = id_map_find(&s->booking.hold_ids, ask->hold),
        .total_minor = stadium_hold_total_minor(s, hold),
    };
    if (placed.total_minor > 0 && !ask->payment_token[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "payment_token",
                            "payment_token: %lld are to be paid; say what with",
                            (long long)placed.total_minor);
    facts_add(out, FACT_ORDER_PLACED, command->time_ms)->as.order_placed = placed;
    if (placed.total_minor == 0) {
        pay(s, placed.order, hold->seat_count, ask->tickets, command->time_ms, out);
        return STATUS_OK;
    }
    uint32_t number = s->booking.payment_number;
    struct payment payment = { 0, PAYMENT_CHARGE, placed.order, placed.total_minor, "" };
    memcpy(payment.token, ask->payment_token, sizeof(payment.token));
    payment_want(&payment, &number, command->time_ms, out);
    return STATUS_OK;
}

/* ---- Settling ---------------------------------------------------------------------------- */

void order_refund(const struct stadium *s, uint32_t index, uint32_t *number, int64_t now_ms,
                  struct facts *out)
{
    const struct order *order = order_get(s, index);
    if (order->total_minor == 0) {
        facts_add(out, FACT_ORDER_REFUNDED, now_ms)->as.order_refunded.order = index;
        return;
    }
    struct payment payment = { 0, PAYMENT_REFUND, index, order->total_minor, "" };
    payment_want(&payment, number, now_ms, out);
}

static void settle_charge(const struct stadium *s, uint32_t index, const struct command *command,
                          struct facts *out)
{
    const struct settle_payment *settle = &command->as.settle_payment;
    const struct order *order = order_get(s, index);
    const struct seathold *hold = hold_get(s, order->hold);
    bool done = settle->outcome == PAYMENT_DONE, cancelled = event_is_cancelled(s, order->event);
    if (done && !cancelled) {
        pay(s, index, hold->seat_count, settle->tickets, command->time_ms, out);
        return;
    }
    facts_add(out, FACT_ORDER_CANCELLED, command->time_ms)->as.order_cancelled.order = index;
    uint32_t number = s->booking.payment_number;
    if (done)
        order_refund(s, index, &number, command->time_ms, out);
    else if (!cancelled && command->time_ms >= hold->expires_ms)
        facts_add(out, FACT_HOLD_ENDED, command->time_ms)->as.hold_ended =
            (struct hold_ended){ order->hold, HOLD_EXPIRED };
}

static enum status settle_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct settle_payment *settle = &command->as.settle_payment;
    const struct payment *payment = stadium_payment(s, settle->number);
    assert(settle->outcome == PAYMENT_DONE || settle->outcome == PAYMENT_DECLINED);
    if (!payment)
        return STATUS_OK;
    facts_add(out, FACT_PAYMENT_SETTLED, command->time_ms)->as.payment_settled =
        (struct payment_settled){ settle->number, settle->outcome };
    uint32_t number = s->booking.payment_number;
    if (payment->kind == PAYMENT_CHARGE)
        settle_charge(s, payment->order, command, out);
    else if (settle->outcome == PAYMENT_DECLINED) /* Asked again: the money must go back. */
        order_refund(s, payment->order, &number, command->time_ms, out);
    else
        facts_add(out, FACT_ORDER_REFUNDED, command->time_ms)->as.order_refunded.order =
            payment->order;
    return STATUS_OK;
}

enum status order_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_CONFIRM_HOLD)
        return confirm_decide(s, command, out);
    assert(command->kind == COMMAND_SETTLE_PAYMENT);
    return settle_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void placed_evolve(struct stadium *s, const struct order_placed *placed, int64_t now_ms)
{
    struct booking *b = &s->booking;
    struct seathold *hold = hold_get(s, placed->hold);
    assert(placed->order == b->orders.count && hold->state == HOLD_HELD);
    struct order *order = pool_add(&b->orders);
    pool_add(&b->order_links);
    *order = (struct order){
        .id = { placed->id_high, placed->id_low },
        .event = hold->event,
        .hold = placed->hold,
        .state = ORDER_PENDING,
        .placed_ms = now_ms,
        .total_minor = placed->total_minor,
        .version = s->head.seq,
    };
    memcpy(order->person, hold->person, sizeof(order->person));
    id_map_add(&b->order_ids, order->id, placed->order);
    order_lists_add(&b->by_person, placed->order);
    order_lists_add(&b->by_person_event, placed->order);
    row_add(s, ROW_ORDER, placed->order, order);
    b->promised += hold->seat_count;
    hold_confirm(s, placed->hold, placed->order);
}

/* The order's row leaves the digest, for its new state. */
static struct order *order_open(struct stadium *s, uint32_t index, enum order_state state)
{
    struct order *order = order_get(s, index);
    row_remove(s, ROW_ORDER, index, order);
    order->state = state;
    order->version = s->head.seq;
    return order;
}

static void paid_evolve(struct stadium *s, const struct order_paid *paid)
{
    struct booking *b = &s->booking;
    assert(order_get(s, paid->order)->state == ORDER_PENDING);
    struct order *order = order_open(s, paid->order, ORDER_PAID);
    const struct seathold *hold = hold_get(s, order->hold);
    assert(paid->first_ticket == b->tickets.count && paid->ticket_high.count == hold->seat_count);
    order->first_ticket = paid->first_ticket;
    order->ticket_count = hold->seat_count;
    row_add(s, ROW_ORDER, paid->order, order);
    chain_add(&b->sales[order->event].paid, &b->order_links, paid->order);
    b->promised -= hold->seat_count;
    hold_move(s, order->hold, HOLD_CONFIRMED);
    lines_set(s, order->hold, lines_all(hold), SEAT_HELD, SEAT_SOLD, paid->first_ticket);
    tickets_issue(s, paid->order, paid->ticket_high, paid->ticket_low);
    waitroom_bought(s, hold);
}

static void cancelled_evolve(struct stadium *s, uint32_t index)
{
    assert(order_get(s, index)->state == ORDER_PENDING);
    struct order *order = order_open(s, index, ORDER_CANCELLED);
    const struct seathold *hold = hold_get(s, order->hold);
    row_add(s, ROW_ORDER, index, order);
    s->booking.promised -= hold->seat_count;
    bool over = event_is_cancelled(s, order->event);
    hold_move(s, order->hold, over ? HOLD_RELEASED : HOLD_HELD);
    if (over)
        lines_set(s, order->hold, lines_all(hold), SEAT_HELD, SEAT_FREE, 0);
}

void order_leaves_paid(struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    chain_remove(&s->booking.sales[order->event].paid, &s->booking.order_links, index);
    event_wound(s, order->event);
    tickets_cancel(s, index);
}

void order_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_ORDER_PLACED) {
        placed_evolve(s, &fact->as.order_placed, fact->time_ms);
    } else if (fact->kind == FACT_ORDER_PAID) {
        paid_evolve(s, &fact->as.order_paid);
    } else if (fact->kind == FACT_ORDER_CANCELLED) {
        cancelled_evolve(s, fact->as.order_cancelled.order);
    } else {
        assert(fact->kind == FACT_ORDER_REFUNDED);
        uint32_t index = fact->as.order_refunded.order;
        if (order_get(s, index)->total_minor == 0)
            order_leaves_paid(s, index);
        row_add(s, ROW_ORDER, index, order_open(s, index, ORDER_REFUNDED));
    }
}
