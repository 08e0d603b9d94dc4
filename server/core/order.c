#include "server/core/order.h"

#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <string.h>

struct order *order_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.orders, index);
}

struct order_money *money_get(const struct stadium *s, uint32_t order)
{
    return pool_get(&s->booking.money, order);
}

bool event_is_cancelled(const struct stadium *s, uint32_t event)
{
    return s->booking.events[event].state == EVENT_CANCELLED;
}

bool order_is_sold(const struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    if (order->state != ORDER_PAID && order->state != ORDER_PARTIALLY_REFUNDED)
        return false;
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        if (stadium_ticket(s, order->first_ticket + i)->state != TICKET_CANCELLED)
            return true;
    }
    return false;
}

uint32_t order_of(const struct stadium *s, struct id id, const struct actor *by, bool as_organiser,
                  uint64_t version, struct facts *out)
{
    const uint32_t index = order_find(s, id);
    const struct order *order = index == ID_MAP_NONE ? NULL : order_get(s, index);
    if (order && as_organiser) {
        if (event_check_actor(s, order->event, by, out) != STATUS_OK)
            return ID_MAP_NONE;
    } else if (!order || strcmp(order->person, by->person) != 0) {
        facts_refuse(out, STATUS_UNKNOWN_ORDER, "order_id", "order_id: %s",
                     status_sentence(STATUS_UNKNOWN_ORDER));
        return ID_MAP_NONE;
    }
    if (order->version == version)
        return index;
    facts_refuse(out, STATUS_ORDER_CHANGED, "version",
                 "version: the order has version %llu by now, not %llu",
                 (unsigned long long)order->version, (unsigned long long)version);
    return ID_MAP_NONE;
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
bool tickets_have_room(const struct stadium *s, uint32_t seats)
{
    const struct booking *b = &s->booking;
    return (uint64_t)b->tickets.count + b->promised + seats <= s->limits.tickets;
}

static enum status check_room(const struct stadium *s, uint32_t seats, struct facts *out)
{
    if (s->booking.orders.count < s->limits.orders && tickets_have_room(s, seats))
        return STATUS_OK;
    return facts_refuse(out, STATUS_ORDERS_FULL, NULL, "%s", status_sentence(STATUS_ORDERS_FULL));
}

static enum status check_resale(const struct stadium *s, const struct confirm_hold *ask,
                                enum tender tender, struct facts *out)
{
    const uint32_t hold = hold_find(s, ask->hold);
    if (!resale_of_hold(s, hold))
        return STATUS_OK;
    if (!resale_stands(s, hold))
        return facts_refuse(out, STATUS_NOT_LISTED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_NOT_LISTED));
    if (tender != TENDER_CARD)
        return facts_refuse(out, STATUS_BAD_FIELD, "tender",
                            "tender: what is resold is paid by card, as the seller is");
    return STATUS_OK;
}

static void issue(const struct stadium *s, uint32_t order, uint32_t seats, const struct id *tickets,
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

void order_pay(const struct stadium *s, uint32_t order, const struct id *tickets, int64_t now_ms,
               struct facts *out)
{
    issue(s, order, hold_get(s, order_get(s, order)->hold)->seat_count, tickets, now_ms, out);
}

/* By when it must be paid, or approved: never before the hold would have ended. */
static int64_t expires_ms(const struct stadium *s, const struct seathold *hold, bool approval,
                          int64_t now_ms)
{
    const struct terms *terms = stadium_terms(s, hold->event);
    const uint32_t payment_s = terms->version ? terms->payment_ttl_s : PAYMENT_TTL_S;
    const int64_t end_ms = now_ms + 1000 * (int64_t)(approval ? terms->approval_ttl_s : payment_s);
    return end_ms > hold->expires_ms ? end_ms : hold->expires_ms;
}

static void open_order(const struct stadium *s, const struct confirm_hold *ask,
                       const struct order_opened *form, struct facts *out, int64_t now_ms)
{
    struct order_opened *opened = &facts_add(out, FACT_ORDER_OPENED, now_ms)->as.order_opened;
    *opened = *form;
    opened->order = s->booking.orders.count;
    opened->id_high = ask->order.high;
    opened->id_low = ask->order.low;
    opened->hold = hold_find(s, ask->hold);
    memcpy(opened->person, ask->for_person, sizeof(opened->person));
}

static enum status confirm_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct confirm_hold *ask = &command->as.confirm_hold;
    const struct seathold *hold = hold_of(s, ask->hold, ask->person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    enum status status = check_hold(s, hold, command, out);
    const enum tender tender = ask->tender ? ask->tender : TENDER_CARD;
    if (status == STATUS_OK)
        status = check_resale(s, ask, tender, out);
    if (status == STATUS_OK)
        status = companions_complete(s, hold, out);
    if (status == STATUS_OK)
        status = check_room(s, hold->seat_count, out);
    if (status != STATUS_OK)
        return status;
    struct actor by = { .is_operator = ask->is_operator };
    memcpy(by.person, ask->person, sizeof(by.person));
    if (tender != TENDER_CARD || ask->for_person[0])
        status = event_check_actor(s, hold->event, &by, out);
    const bool organiser = tender != TENDER_CARD || ask->for_person[0];
    if (status == STATUS_OK && (!organiser || ask->answers.question.count > 0))
        status = questions_check(s, hold, &ask->answers, out);
    if (status != STATUS_OK)
        return status;
    const struct amounts amounts = hold_amounts(s, hold, tender);
    const bool charged = tender == TENDER_CARD && amounts.total_minor > 0;
    const bool approval = tender == TENDER_CARD && stadium_terms(s, hold->event)->approval_required;
    if (charged && !ask->payment_token[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "payment_token",
                            "payment_token: %lld are to be paid; say what with",
                            (long long)amounts.total_minor);
    if (charged) {
        status = means_check(s, hold, ask->means, out);
        if (status != STATUS_OK)
            return status;
    }
    const struct order_opened form = {
        .state = approval ? ORDER_APPROVAL : ORDER_PENDING,
        .tender = tender,
        .total_minor = amounts.total_minor,
        .tax_minor = amounts.tax_minor,
        .fee_minor = amounts.fee_minor,
        .expires_ms = charged || approval ? expires_ms(s, hold, approval, command->time_ms) : 0,
    };
    open_order(s, ask, &form, out, command->time_ms);
    questions_answered(s->booking.orders.count, &ask->answers, command->time_ms, out);
    if (charged)
        means_note(s, hold->event, s->booking.orders.count, ask->means, command->time_ms, out);
    if (charged) {
        uint32_t number = s->booking.payment_number;
        struct payment payment = { .kind = approval ? PAYMENT_AUTHORISE : PAYMENT_CHARGE,
                                   .order = s->booking.orders.count,
                                   .amount_minor = amounts.total_minor };
        memcpy(payment.token, ask->payment_token, sizeof(payment.token));
        payment_want(&payment, &number, command->time_ms, out);
    } else if (!approval) {
        issue(s, s->booking.orders.count, hold->seat_count, ask->tickets, command->time_ms, out);
    }
    return STATUS_OK;
}

enum status order_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_CONFIRM_HOLD)
        return confirm_decide(s, command, out);
    assert(command->kind == COMMAND_SETTLE_PAYMENT);
    return settle_decide(s, command, out);
}

/* ---- Rows -------------------------------------------------------------------------------- */

struct order *order_open(struct stadium *s, uint32_t index, enum order_state state)
{
    struct order *order = order_get(s, index);
    row_remove(s, ROW_ORDER, index, order);
    order->state = state;
    order->version = s->head.seq;
    return order;
}

struct order_money *money_open(struct stadium *s, uint32_t order)
{
    struct order_money *money = money_get(s, order);
    if (money->tender)
        row_remove(s, ROW_ORDER_MONEY, order, money);
    return money;
}

void money_close(struct stadium *s, uint32_t order)
{
    const struct order_money *money = money_get(s, order);
    if (money->tender)
        row_add(s, ROW_ORDER_MONEY, order, money);
}

void money_expires(struct stadium *s, uint32_t order, int64_t expires_ms)
{
    struct order_money *money = money_get(s, order);
    if (money->expires_ms)
        deadlines_remove(&s->booking.orders_due, order);
    money->expires_ms = expires_ms;
    if (expires_ms)
        deadlines_add(&s->booking.orders_due, expires_ms, order);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* Whatever waits for its payment or approval does so no more. */
static void stop_waiting(struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    if (order->state == ORDER_APPROVAL)
        chain_remove(&s->booking.sales[order->event].asking, &s->booking.order_links, index);
    event_wound(s, order->event);
    money_open(s, index);
    money_expires(s, index, 0);
    money_close(s, index);
}

/* `opened` as an older fact says it, or as it is now: then the ledger knows it. */
static void opened_evolve(struct stadium *s, const struct order_opened *opened, int64_t now_ms)
{
    struct booking *b = &s->booking;
    struct seathold *hold = hold_get(s, opened->hold);
    assert(opened->order == b->orders.count && hold->state == HOLD_HELD);
    struct order *order = pool_add(&b->orders);
    pool_add(&b->order_links);
    *order = (struct order){
        .id = { opened->id_high, opened->id_low },
        .event = hold->event,
        .hold = opened->hold,
        .state = opened->state,
        .placed_ms = now_ms,
        .total_minor = opened->total_minor,
        .version = s->head.seq,
    };
    memcpy(order->person, opened->person[0] ? opened->person : hold->person, sizeof(order->person));
    people_order_add(&b->people, order->person, order->event, opened->order);
    row_add(s, ROW_ORDER, opened->order, order);
    struct order_money *money = pool_add(&b->money);
    money->tender = opened->tender;
    money->amounts = (struct amounts){ opened->total_minor, opened->tax_minor, opened->fee_minor };
    money_expires(s, opened->order, opened->expires_ms);
    money_close(s, opened->order);
    if (order->state == ORDER_APPROVAL)
        chain_add(&b->sales[order->event].asking, &b->order_links, opened->order);
    b->promised += hold->seat_count;
    hold_confirm(s, opened->hold, opened->order);
    order_enter(s, opened->order);
}

/* Orders that the provider does not see are paid as they are sold. */
static void take_money(struct stadium *s, uint32_t index)
{
    struct order_money *money = money_get(s, index);
    struct ledger_posting posting = { .count = 0 };
    if (!money->tender)
        return;
    ledger_sale(&posting, money->amounts, order_is_reversed(s, index));
    if (money->tender != TENDER_CARD) {
        money_open(s, index);
        money->captured_minor = money->amounts.total_minor;
        money_close(s, index);
        ledger_money_in(&posting, money->tender, money->captured_minor);
    }
    ledger_post(s, order_get(s, index)->event, &posting);
}

static void paid_evolve(struct stadium *s, const struct order_paid *paid)
{
    struct booking *b = &s->booking;
    assert(order_get(s, paid->order)->state == ORDER_PENDING);
    stop_waiting(s, paid->order);
    struct order *order = order_open(s, paid->order, ORDER_PAID);
    const struct seathold *hold = hold_get(s, order->hold);
    assert(paid->first_ticket == b->tickets.count && paid->ticket_high.count == hold->seat_count);
    order->first_ticket = paid->first_ticket;
    order->ticket_count = hold->seat_count;
    row_add(s, ROW_ORDER, paid->order, order);
    chain_add(&b->sales[order->event].paid, &b->order_links, paid->order);
    b->promised -= hold->seat_count;
    means_wait(s, paid->order, order->hold, false);
    hold_move(s, order->hold, HOLD_CONFIRMED);
    lines_set(s, order->hold, lines_all(hold), SEAT_HELD, SEAT_SOLD, paid->first_ticket);
    tickets_issue(s, paid->order, paid->ticket_high, paid->ticket_low);
    waitroom_bought(s, hold);
    take_money(s, paid->order);
}

/* It will not be paid: its hold ends so. */
static void unpaid_evolve(struct stadium *s, uint32_t index, enum order_state state,
                          enum hold_state hold_state)
{
    assert(order_get(s, index)->state == ORDER_PENDING ||
           order_get(s, index)->state == ORDER_APPROVAL);
    stop_waiting(s, index);
    struct order *order = order_open(s, index, state);
    const struct seathold *hold = hold_get(s, order->hold);
    row_add(s, ROW_ORDER, index, order);
    s->booking.promised -= hold->seat_count;
    means_wait(s, index, order->hold, false);
    hold_move(s, order->hold, hold_state);
    if (hold_state != HOLD_HELD)
        lines_set(s, order->hold, lines_all(hold), SEAT_HELD, SEAT_FREE, 0);
}

static void revived_evolve(struct stadium *s, uint32_t index)
{
    struct order *order = order_open(s, index, ORDER_PENDING);
    const struct seathold *hold = hold_get(s, order->hold);
    assert(hold->state == HOLD_EXPIRED);
    row_add(s, ROW_ORDER, index, order);
    s->booking.promised += hold->seat_count;
    means_wait(s, index, order->hold, true);
    resale_hold_revived(s, order->hold);
    hold_move(s, order->hold, HOLD_CONFIRMING);
    lines_set(s, order->hold, lines_all(hold), SEAT_FREE, SEAT_HELD, order->hold);
}

static void approved_evolve(struct stadium *s, const struct order_approved *approved)
{
    assert(order_get(s, approved->order)->state == ORDER_APPROVAL);
    stop_waiting(s, approved->order);
    row_add(s, ROW_ORDER, approved->order, order_open(s, approved->order, ORDER_PENDING));
    money_open(s, approved->order);
    money_expires(s, approved->order, approved->expires_ms);
    money_close(s, approved->order);
}

void order_leaves_paid(struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    struct order_money *money = money_get(s, index);
    chain_remove(&s->booking.sales[order->event].paid, &s->booking.order_links, index);
    event_wound(s, order->event);
    tickets_cancel(s, index);
    if (!money->tender)
        return;
    struct ledger_posting posting = { .count = 0 };
    const struct amounts amounts = money->amounts;
    ledger_return(&posting, amounts, amounts.total_minor, order_is_reversed(s, index));
    money_open(s, index);
    money->amounts = (struct amounts){ 0 };
    if (money->tender != TENDER_CARD) {
        money->refunded_minor += amounts.total_minor;
        ledger_money_out(&posting, money->tender, amounts.total_minor);
    }
    money_close(s, index);
    ledger_post(s, order->event, &posting);
}

static void refunded_evolve(struct stadium *s, uint32_t index)
{
    if (order_is_sold(s, index))
        order_leaves_paid(s, index);
    row_add(s, ROW_ORDER, index, order_open(s, index, ORDER_REFUNDED));
}

/* What was written before there was a ledger. */
static struct order_opened opened_of(const struct order_placed *placed)
{
    return (struct order_opened){
        .order = placed->order,
        .id_high = placed->id_high,
        .id_low = placed->id_low,
        .hold = placed->hold,
        .state = ORDER_PENDING,
        .total_minor = placed->total_minor,
    };
}

void order_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_ORDER_PLACED: {
        const struct order_opened opened = opened_of(&fact->as.order_placed);
        opened_evolve(s, &opened, fact->time_ms);
        break;
    }
    case FACT_ORDER_OPENED:
        opened_evolve(s, &fact->as.order_opened, fact->time_ms);
        break;
    case FACT_ORDER_PAID:
        paid_evolve(s, &fact->as.order_paid);
        break;
    case FACT_ORDER_CANCELLED: {
        const uint32_t index = fact->as.order_cancelled.order;
        const bool over = event_is_cancelled(s, order_get(s, index)->event);
        unpaid_evolve(s, index, ORDER_CANCELLED, over ? HOLD_RELEASED : HOLD_HELD);
        break;
    }
    case FACT_ORDER_EXPIRED:
        unpaid_evolve(s, fact->as.order_expired.order, ORDER_EXPIRED, HOLD_EXPIRED);
        break;
    case FACT_ORDER_REJECTED:
        unpaid_evolve(s, fact->as.order_rejected.order, ORDER_REJECTED, HOLD_RELEASED);
        break;
    case FACT_ORDER_REVIVED:
        revived_evolve(s, fact->as.order_revived.order);
        break;
    case FACT_ORDER_APPROVED:
        approved_evolve(s, &fact->as.order_approved);
        break;
    default:
        assert(fact->kind == FACT_ORDER_REFUNDED);
        refunded_evolve(s, fact->as.order_refunded.order);
    }
}
