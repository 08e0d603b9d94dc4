#include "tests/storm/checker/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void know_version(struct model_hold *hold, uint64_t seq)
{
    hold->version = seq;
    hold->changed = false;
    hold->shown = hold->state;
}

/* A hold that is new. */
static void take_slot(struct walk *w, uint32_t slot, struct model_hold *hold, uint64_t seq)
{
    if (slot >= w->slot_room) {
        const uint32_t room = 2 * slot + 64;
        w->slots = realloc(w->slots, room * sizeof *w->slots);
        memset(w->slots + w->slot_room, 0, (room - w->slot_room) * sizeof *w->slots);
        w->slot_room = room;
    }
    w->slots[slot] = (uint32_t)(hold - w->checker.model.holds) + 1;
    know_version(hold, seq);
    seats_changed(&w->checker, seq, w->slots[slot] - 1);
}

static bool see_held(struct walk *w, const struct deed *deed, const struct row *row)
{
    struct checker *c = &w->checker;
    const struct lines_held *held = &row->fact.as.lines_held;
    struct model_hold *hold =
        model_hold_find(&c->model, (struct id){ held->id_high, held->id_low });
    bool same = hold && strcmp(hold->person, held->person) == 0 && hold->event == held->event &&
                hold->seat_count == held->lines.seat.count && hold->expires_ms == held->expires_ms;
    for (uint32_t i = 0; same && i < held->lines.seat.count; i++)
        same = hold->seats[i] == held->lines.seat.v[i];
    if (!same)
        return mismatch(c, deed, "the hold that is kept is not the one that was asked for");
    take_slot(w, held->hold, hold, row->seq);
    return true;
}

static bool see_listing_held(struct walk *w, const struct deed *deed, const struct row *row)
{
    struct checker *c = &w->checker;
    const struct listing_held *held = &row->fact.as.listing_held;
    struct model_hold *hold =
        model_hold_find(&c->model, (struct id){ held->id_high, held->id_low });
    if (!hold || strcmp(hold->person, held->person) != 0 || hold->resale != held->ticket + 1 ||
        hold->expires_ms != held->expires_ms || hold->price_minor[0] != held->price_minor)
        return mismatch(c, deed, "the hold that is kept is not of what is offered");
    take_slot(w, held->hold, hold, row->seq);
    return true;
}

/* A cart has other lines, or more time. */
static bool see_changed(struct walk *w, const struct row *row, uint32_t hold)
{
    struct checker *c = &w->checker;
    const uint32_t index = hold < w->slot_room ? w->slots[hold] : 0;
    if (!index)
        return mismatch(c, NULL, "seq %llu: a hold changes that nobody has",
                        (unsigned long long)row->seq);
    know_version(&c->model.holds[index - 1], row->seq);
    if (row->fact.kind != FACT_HOLD_EXTENDED)
        c->model.holds[index - 1].lines_version = row->seq;
    seats_changed(c, row->seq, index - 1);
    return true;
}

static bool see_hold_ended(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const struct hold_ended *ended = &row->fact.as.hold_ended;
    const uint32_t index = ended->hold < w->slot_room ? w->slots[ended->hold] : 0;
    if (!index)
        return mismatch(c, NULL, "seq %llu: a hold ends that nobody has",
                        (unsigned long long)row->seq);
    struct model_hold *hold = &c->model.holds[index - 1];
    const enum hold_state state = model_hold_state(&c->model, hold, c->now_ms);
    seats_changed(c, row->seq, index - 1);
    ticket_model_hold_ended(&c->model, hold, (enum hold_state)ended->state);
    if (ended->state == HOLD_EXPIRED ? state == HOLD_EXPIRED
                                     : state == HOLD_RELEASED || state == HOLD_EXPIRED)
        return true;
    return mismatch(
        c, NULL, "seq %llu: a hold of %s ends at %lld as %s; it is its owner's until %lld",
        (unsigned long long)row->seq, hold->person, (long long)c->now_ms,
        ended->state == HOLD_EXPIRED ? "expired" : "released", (long long)hold->expires_ms);
}

/* What an answer brings before an order is paid by it: holds that end and are revived, a ticket
 * that is another's now. */
static bool is_before_paid(enum fact_kind kind)
{
    return kind == FACT_HOLD_ENDED || kind == FACT_ORDER_REVIVED || kind == FACT_LINES_CANCELLED ||
           kind == FACT_LISTING_SOLD || kind == FACT_PAYMENT_WANTED;
}

static bool see_settled(struct walk *w, uint32_t at)
{
    struct checker *c = &w->checker;
    const struct payment_answered *settled = &w->rows[at].fact.as.payment_answered;
    struct command command = { .kind = COMMAND_SETTLE_PAYMENT, .time_ms = c->now_ms };
    command.as.settle_payment =
        (struct settle_payment){ .number = settled->number, .outcome = settled->outcome };
    while (at + 1 < w->row_count && is_before_paid(w->rows[at + 1].fact.kind))
        at++;
    if (at + 1 < w->row_count && w->rows[at + 1].fact.kind == FACT_ORDER_PAID) {
        const struct order_paid *paid = &w->rows[at + 1].fact.as.order_paid;
        for (uint32_t i = 0; i < paid->ticket_high.count && i < HOLD_SEATS; i++)
            command.as.settle_payment.tickets[i] =
                (struct id){ paid->ticket_high.v[i], paid->ticket_low.v[i] };
    }
    ticket_model_do(&c->model, &command, NULL);
    return true;
}

static bool see_order(struct walk *w, const struct row *row, uint32_t index, enum order_state state)
{
    struct checker *c = &w->checker;
    if (index >= c->model.order_count)
        return mismatch(c, NULL, "seq %llu: there is no such order", (unsigned long long)row->seq);
    const struct model_order *order = &c->model.orders[index];
    struct model_hold *hold = &c->model.holds[order->hold];
    if (order->state != state)
        return mismatch(c, NULL, "seq %llu: an order of %s becomes %d; it is %d",
                        (unsigned long long)row->seq, hold->person, state, order->state);
    if (state == ORDER_PAID && order->ticket_count != row->fact.as.order_paid.ticket_high.count)
        return mismatch(c, NULL, "seq %llu: an order of %u seats has %u tickets",
                        (unsigned long long)row->seq, order->ticket_count,
                        row->fact.as.order_paid.ticket_high.count);
    if (state != ORDER_REFUNDED)
        seats_changed(c, row->seq, order->hold);
    if (state == ORDER_CANCELLED || state == ORDER_REJECTED)
        /* Its hold goes on, or is let go, under a version that nobody was told. */
        know_version(hold, row->seq);
    return true;
}

/* Seats are free again, or withheld. */
static bool see_given_back(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const uint32_t index = row->fact.as.lines_cancelled.order;
    const struct lines_cancelled *cancelled = &row->fact.as.lines_cancelled;
    if (index >= c->model.order_count)
        return mismatch(c, NULL, "seq %llu: there is no such order", (unsigned long long)row->seq);
    const struct model_order *order = &c->model.orders[index];
    for (uint32_t i = 0; i < cancelled->lines.count; i++)
        if (cancelled->lines.v[i] >= order->ticket_count ||
            !c->model.holds[order->lines[cancelled->lines.v[i]].hold]
                 .gone[order->lines[cancelled->lines.v[i]].at])
            return mismatch(c, NULL, "seq %llu: a line is given back that nobody gave back",
                            (unsigned long long)row->seq);
    seats_changed(c, row->seq, order->hold);
    return true;
}

/* What is the buyer's is no more the seller's. */
static bool see_sold(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const uint32_t index = row->fact.as.listing_sold.ticket;
    return (index < c->model.ticket_count && c->model.tickets[index].listing.sold) ||
           mismatch(c, NULL, "seq %llu: a ticket is sold that nobody has paid for",
                    (unsigned long long)row->seq);
}

/* The old seats are free, the new ones sold. */
static bool see_exchanged(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const struct order_exchanged *exchanged = &row->fact.as.order_exchanged;
    const uint32_t index = exchanged->hold < w->slot_room ? w->slots[exchanged->hold] : 0;
    if (!index || c->model.holds[index - 1].state != HOLD_CONFIRMED)
        return mismatch(c, NULL, "seq %llu: an exchange is made that nobody asked for, or paid",
                        (unsigned long long)row->seq);
    seats_changed(c, row->seq, index - 1);
    seats_changed(c, row->seq, c->model.orders[exchanged->order].hold);
    return true;
}

/* The order that a fact changes: it has a new version; NULL: none. */
static struct model_order *changed_order(struct walk *w, const struct fact *fact)
{
    struct ticket_model *m = &w->checker.model;
    uint32_t index = UINT32_MAX;
    switch (fact->kind) {
    case FACT_ORDER_OPENED:
        index = m->order_count - 1;
        break;
    case FACT_ORDER_PAID:
        index = fact->as.order_paid.order;
        break;
    case FACT_ORDER_CANCELLED:
        index = fact->as.order_cancelled.order;
        break;
    case FACT_ORDER_REFUNDED:
        index = fact->as.order_refunded.order;
        break;
    case FACT_ORDER_EXPIRED:
        index = fact->as.order_expired.order;
        break;
    case FACT_ORDER_REVIVED:
        index = fact->as.order_revived.order;
        break;
    case FACT_ORDER_APPROVED:
        index = fact->as.order_approved.order;
        break;
    case FACT_ORDER_REJECTED:
        index = fact->as.order_rejected.order;
        break;
    case FACT_LINES_CANCELLED:
        index = fact->as.lines_cancelled.order;
        break;
    case FACT_EXCHANGE_BEGUN:
        index = fact->as.exchange_begun.order;
        break;
    case FACT_EXCHANGE_DROPPED:
        index = fact->as.exchange_dropped.order;
        break;
    case FACT_ORDER_EXCHANGED:
        index = fact->as.order_exchanged.order;
        break;
    default:
        break;
    }
    return index < m->order_count ? &m->orders[index] : NULL;
}

static bool see_expired(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const uint32_t index = row->fact.as.order_expired.order;
    if (index >= c->model.order_count)
        return mismatch(c, NULL, "seq %llu: there is no such order", (unsigned long long)row->seq);
    const char *why = ticket_model_expires(&c->model, c->model.orders[index].id, c->now_ms);
    if (why)
        return mismatch(c, NULL, "seq %llu: not true: %s", (unsigned long long)row->seq, why);
    seats_changed(c, row->seq, c->model.orders[index].hold);
    know_version(&c->model.holds[c->model.orders[index].hold], row->seq);
    return true;
}

static bool see_wanted(struct walk *w, const struct row *row)
{
    struct checker *c = &w->checker;
    const struct payment_wanted *wanted = &row->fact.as.payment_wanted;
    const struct id order =
        wanted->order < c->model.order_count ? c->model.orders[wanted->order].id : (struct id){ 0 };
    const char *why = ticket_model_pays(&c->model, order, wanted);
    return !why || mismatch(c, NULL, "seq %llu: not true: %s", (unsigned long long)row->seq, why);
}

bool walk_see(struct walk *w, const struct deed *deed, uint32_t at)
{
    const struct row *row = &w->rows[at];
    const struct fact *fact = &row->fact;
    uint32_t next = at + 1;
    next += next < w->row_count && w->rows[next].fact.kind == FACT_ADDONS_HELD;
    const char *wrong = ticket_model_time(&w->checker.model, fact,
                                          next < w->row_count ? &w->rows[next].fact : NULL);
    if (wrong)
        return mismatch(&w->checker, NULL, "seq %llu: not true: %s", (unsigned long long)row->seq,
                        wrong);
    struct model_order *order = changed_order(w, fact);
    if (order)
        order->version = row->seq;
    switch (fact->kind) {
    case FACT_GATE_SET:
        w->checker.model.gate_closed[fact->as.gate_set.gate] =
            fact->as.gate_set.mode == GATE_CLOSED;
        return true;
    case FACT_LINES_HELD:
        return see_held(w, deed, row);
    case FACT_LISTING_HELD:
        return see_listing_held(w, deed, row);
    case FACT_LISTING_SOLD:
        return see_sold(w, row);
    case FACT_LINES_CHANGED:
        return see_changed(w, row, fact->as.lines_changed.hold);
    case FACT_HOLD_EXTENDED:
        return see_changed(w, row, fact->as.hold_extended.hold);
    case FACT_BUYER_SET:
        return see_changed(w, row, fact->as.buyer_set.hold);
    case FACT_HOLD_ENDED:
        return see_hold_ended(w, row);
    case FACT_ORDER_PAID:
        return see_order(w, row, fact->as.order_paid.order, ORDER_PAID);
    case FACT_ORDER_CANCELLED:
        return see_order(w, row, fact->as.order_cancelled.order, ORDER_CANCELLED);
    case FACT_ORDER_REFUNDED:
        return see_order(w, row, fact->as.order_refunded.order, ORDER_REFUNDED);
    case FACT_PAYMENT_WANTED:
        return see_wanted(w, row);
    case FACT_PAYMENT_ANSWERED:
        return see_settled(w, at);
    case FACT_ORDER_EXPIRED:
        return see_expired(w, row);
    case FACT_ORDER_REJECTED:
        return see_order(w, row, fact->as.order_rejected.order, ORDER_REJECTED);
    case FACT_LINES_CANCELLED:
        return see_given_back(w, row);
    case FACT_ORDER_EXCHANGED:
        return see_exchanged(w, row);
    case FACT_EXCHANGE_DROPPED: /* Its hold goes on, perhaps, under a version that nobody was told.
                                 */
        seats_changed(&w->checker, row->seq, order->exchange_last);
        know_version(&w->checker.model.holds[order->exchange_last], row->seq);
        return true;
    case FACT_ALLOCATION_SET:
        allocation_changed(&w->checker, row->seq, fact->as.allocation_set.event);
        return true;
    case FACT_ALLOCATION_RELEASED:
        allocation_changed(&w->checker, row->seq, fact->as.allocation_released.event);
        return true;
    case FACT_WAIT_OFFERED:
        at -= at > 0 && w->rows[at - 1].fact.kind == FACT_ADDONS_HELD;
        return (at > 0 && w->rows[at - 1].fact.kind == FACT_LINES_HELD) ||
               mismatch(&w->checker, NULL, "seq %llu: an offer without a hold",
                        (unsigned long long)row->seq);
    default:
        return true;
    }
}
