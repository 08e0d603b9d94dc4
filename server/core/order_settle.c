/* What follows from an answer of the payment provider's, or from none in time. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* ---- Money that goes back ---------------------------------------------------------------- */

void order_refund(const struct stadium *s, uint32_t index, uint32_t *number, int64_t now_ms,
                  struct facts *out)
{
    const struct order_money *money = money_get(s, index);
    const int64_t amount_minor =
        money->tender ? money->amounts.total_minor : order_get(s, index)->total_minor;
    if (amount_minor == 0 || (money->tender && money->tender != TENDER_CARD)) {
        facts_add(out, FACT_ORDER_REFUNDED, now_ms)->as.order_refunded.order = index;
        return;
    }
    order_give_back(index, PAYMENT_REFUND, amount_minor, number, now_ms, out);
}

void order_give_back(uint32_t index, enum payment_kind kind, int64_t amount_minor, uint32_t *number,
                     int64_t now_ms, struct facts *out)
{
    struct payment payment = { .kind = kind, .order = index, .amount_minor = amount_minor };
    if (amount_minor > 0)
        payment_want(&payment, number, now_ms, out);
}

void order_void(const struct stadium *s, uint32_t index, uint32_t *number, int64_t now_ms,
                struct facts *out)
{
    struct payment payment = { .kind = PAYMENT_VOID,
                               .order = index,
                               .amount_minor = money_get(s, index)->amounts.total_minor };
    payment_want(&payment, number, now_ms, out);
}

/* ---- What was charged -------------------------------------------------------------------- */

/* The order has expired, and now it is paid: it gets its seats if they are still there. */
static bool revive(const struct stadium *s, uint32_t index, int64_t now_ms, struct facts *out)
{
    const struct order *order = order_get(s, index);
    const struct seathold *hold = hold_get(s, order->hold);
    const struct event *event = &s->booking.events[order->event];
    if (event_state_at(event, now_ms) != EVENT_PUBLISHED ||
        !tickets_have_room(s, hold->seat_count) || !hold_can_revive(s, hold, now_ms, out))
        return false;
    facts_add(out, FACT_ORDER_REVIVED, now_ms)->as.order_revived.order = index;
    return true;
}

/* `came_minor` came in, `asked_minor` were asked for. What is taken for nothing goes back whole,
 * what is too much by itself. */
static void settle_paid(const struct stadium *s, uint32_t index, int64_t asked_minor,
                        int64_t came_minor, const struct command *command, struct facts *out)
{
    const struct order *order = order_get(s, index);
    const int64_t now_ms = command->time_ms;
    const bool pending = order->state == ORDER_PENDING;
    const bool enough = came_minor >= asked_minor && !event_is_cancelled(s, order->event);
    const bool resale = resale_of_hold(s, order->hold) != NULL;
    const bool stands = pending && (!resale || resale_stands(s, order->hold));
    uint32_t number = s->booking.payment_number;
    if (enough && (stands || (!pending && revive(s, index, now_ms, out)))) {
        if (resale)
            resale_sell(s, order->hold, &number, now_ms, out);
        order_pay(s, index, command->as.settle_payment.tickets, now_ms, out);
        order_give_back(index, PAYMENT_RETURN, came_minor - asked_minor, &number, now_ms, out);
        return;
    }
    if (pending)
        facts_add(out, FACT_ORDER_CANCELLED, now_ms)->as.order_cancelled.order = index;
    order_give_back(index, PAYMENT_REFUND, came_minor, &number, now_ms, out);
}

/* The hold is its owner's again, as long as it lasts. */
static void settle_unpaid(const struct stadium *s, uint32_t index, int64_t now_ms,
                          struct facts *out)
{
    const struct order *order = order_get(s, index);
    const struct seathold *hold = hold_get(s, order->hold);
    if (order->state != ORDER_PENDING && order->state != ORDER_APPROVAL)
        return; /* Expired, or rejected. */
    facts_add(out, FACT_ORDER_CANCELLED, now_ms)->as.order_cancelled.order = index;
    if (!event_is_cancelled(s, order->event) && now_ms >= hold->expires_ms)
        facts_add(out, FACT_HOLD_ENDED, now_ms)->as.hold_ended =
            (struct hold_ended){ order->hold, HOLD_EXPIRED };
}

/* ---- What went back ---------------------------------------------------------------------- */

static void settle_back(const struct stadium *s, const struct payment *payment, bool done,
                        int64_t now_ms, struct facts *out)
{
    const struct order_money *money = money_get(s, payment->order);
    const struct order *order = order_get(s, payment->order);
    uint32_t number = s->booking.payment_number;
    if (!done) { /* The money must go back: once more, later. */
        order_give_back(payment->order, payment->kind, payment->amount_minor, &number, now_ms, out);
        payment_wait(number, stadium_payment_wait(s, payment->number).attempts + 1, now_ms, out);
    } else if (payment->kind == PAYMENT_REFUND ||
               (payment->kind == PAYMENT_RETURN && order->state == ORDER_CANCELLED &&
                money->refunding_minor == payment->amount_minor)) {
        facts_add(out, FACT_ORDER_REFUNDED, now_ms)->as.order_refunded.order = payment->order;
    }
}

/* ---- All of them ------------------------------------------------------------------------- */

static void settle(const struct stadium *s, const struct payment *payment, int64_t came_minor,
                   const struct command *command, struct facts *out)
{
    const bool done = command->as.settle_payment.outcome == PAYMENT_DONE;
    const int64_t now_ms = command->time_ms;
    uint32_t number = s->booking.payment_number;
    switch (payment->kind) {
    case PAYMENT_CHARGE:
    case PAYMENT_CAPTURE:
        if (done)
            settle_paid(s, payment->order, payment->amount_minor, came_minor, command, out);
        else
            settle_unpaid(s, payment->order, now_ms, out);
        break;
    case PAYMENT_AUTHORISE:
        if (!done)
            settle_unpaid(s, payment->order, now_ms, out);
        else if (order_get(s, payment->order)->state != ORDER_APPROVAL)
            order_void(s, payment->order, &number, now_ms, out);
        break;
    case PAYMENT_TOP_UP:
        exchange_settle(s, payment, done ? came_minor : -1, now_ms, out);
        break;
    default:
        settle_back(s, payment, done, now_ms, out);
    }
}

static bool brings_money(uint32_t kind)
{
    return kind == PAYMENT_CHARGE || kind == PAYMENT_CAPTURE || kind == PAYMENT_TOP_UP;
}

enum status settle_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct settle_payment *ask = &command->as.settle_payment;
    const struct payment *payment = stadium_payment(s, ask->number);
    assert(ask->outcome >= PAYMENT_DONE && ask->outcome <= PAYMENT_PENDING);
    if (!payment)
        return STATUS_OK;
    if (ask->outcome == PAYMENT_PENDING) {
        payment_wait(ask->number, stadium_payment_wait(s, ask->number).attempts + 1,
                     command->time_ms, out);
        return STATUS_OK;
    }
    const bool came = ask->outcome == PAYMENT_DONE && brings_money(payment->kind);
    const int64_t came_minor =
        came && ask->amount_minor > 0 ? ask->amount_minor : payment->amount_minor;
    struct payment_answered *fact =
        &facts_add(out, FACT_PAYMENT_ANSWERED, command->time_ms)->as.payment_answered;
    fact->number = ask->number;
    fact->outcome = ask->outcome;
    fact->amount_minor = came_minor;
    memcpy(fact->reference, ask->reference, sizeof(fact->reference));
    settle(s, payment, came_minor, command, out);
    return STATUS_OK;
}

/* ---- Time that is over ------------------------------------------------------------------- */

static void expire(const struct stadium *s, uint32_t index, uint32_t *number, int64_t now_ms,
                   struct facts *out)
{
    const struct order *order = order_get(s, index);
    const struct order_money *money = money_get(s, index);
    if (money->exchange_hold) {
        exchange_drop(index, HOLD_EXPIRED, now_ms, out);
        return;
    }
    if (order->state == ORDER_APPROVAL && event_is_cancelled(s, order->event))
        return; /* Those are wound up. */
    facts_add(out, FACT_ORDER_EXPIRED, now_ms)->as.order_expired.order = index;
    if (money->authorised && order->state == ORDER_APPROVAL)
        order_void(s, index, number, now_ms, out);
}

/* All that are due in the heap from this entry on. */
static void expire_from(const struct stadium *s, uint32_t at, uint32_t *number, int64_t now_ms,
                        struct facts *out)
{
    const struct deadlines *due = &s->booking.orders_due;
    if (at >= due->count || due->entries[at].time > now_ms ||
        out->count >= s->limits.facts_per_command)
        return;
    expire(s, due->entries[at].value, number, now_ms, out);
    expire_from(s, 2 * at + 1, number, now_ms, out);
    expire_from(s, 2 * at + 2, number, now_ms, out);
}

void orders_expire(const struct stadium *s, uint32_t *number, int64_t now_ms, struct facts *out)
{
    expire_from(s, 0, number, now_ms, out);
}
