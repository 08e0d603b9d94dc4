/* Tickets that are given back: what the policy says, and then doing it. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* ---- What it comes to -------------------------------------------------------------------- */

/* Refused unless its tickets can be changed: it has some, and nothing else is under way. */
static enum status check_order(const struct stadium *s, uint32_t index, struct facts *out)
{
    const struct order_money *money = money_get(s, index);
    if (event_is_cancelled(s, order_get(s, index)->event))
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "order_id",
                            "order_id: its event is cancelled; the money goes back anyway");
    if (!order_is_sold(s, index) || !money->tender)
        return facts_refuse(out, STATUS_ORDER_STATE, "order_id",
                            "order_id: it has no tickets that could be given back");
    if (money->exchange_hold)
        return facts_refuse(out, STATUS_ORDER_STATE, "order_id",
                            "order_id: an exchange is being paid for; wait until it is done");
    return STATUS_OK;
}

static enum status not_cancellable(const struct stadium *s, uint32_t event, uint32_t row,
                                   uint32_t position, struct facts *out)
{
    if (stadium_terms(s, event)->policy.tier_count == 0)
        return facts_refuse(out, STATUS_NOT_CANCELLABLE, "lines",
                            "lines[%u]: tickets of this event cannot be given back", row);
    return facts_refuse(out, STATUS_NOT_CANCELLABLE, "lines",
                        "lines[%u]: it is too late to give line %u back", row, position);
}

static enum status quote(const struct stadium *s, uint32_t index, const struct cancel_order *ask,
                         int64_t now_ms, struct cancellation *quote, struct facts *out)
{
    const struct order *order = order_get(s, index);
    const struct event *event = &s->booking.events[order->event];
    enum status status = check_order(s, index, out);
    if (status != STATUS_OK)
        return status;
    *quote = (struct cancellation){ .order = index, .valid_ms = INT64_MAX };
    quote->count =
        lines_named(s, index, ask->lines, ask->cause == POLICY_BY_ORGANISER, quote->lines, out);
    if (quote->count == 0)
        return out->refusal.status;
    for (uint32_t i = 0; i < quote->count; i++) {
        const struct order_line line = stadium_order_line(s, index, quote->lines[i]);
        const struct amounts *paid = &line.amounts;
        const struct policy_line form = {
            .type = line.type,
            .price_minor = paid->total_minor - line.booking_fee_minor,
            .fee_minor = line.booking_fee_minor,
        };
        quote->each[i] = policy_quote(&stadium_terms(s, order->event)->policy, &form,
                                      event->starts_ms, now_ms, ask->cause);
        if (!quote->each[i].allowed)
            return not_cancellable(s, order->event, i, quote->lines[i], out);
        quote->amounts = amounts_add(quote->amounts, *paid);
        quote->refund_minor += quote->each[i].refund_minor;
        if (quote->each[i].valid_ms < quote->valid_ms)
            quote->valid_ms = quote->each[i].valid_ms;
    }
    return STATUS_OK;
}

enum status stadium_quote_cancellation(const struct stadium *s, const struct cancel_order *ask,
                                       int64_t now_ms, struct cancellation *out_quote,
                                       struct refusal *refusal)
{
    struct facts facts = { 0 };
    const struct order *order = stadium_order_find(s, ask->order);
    const uint32_t index = order_of(s, ask->order, &ask->by, ask->cause == POLICY_BY_ORGANISER,
                                    order ? order->version : 0, &facts);
    enum status status = facts.refusal.status;
    if (index != ID_MAP_NONE)
        status = quote(s, index, ask, now_ms, out_quote, &facts);
    *refusal = facts.refusal;
    facts_fini(&facts);
    return status;
}

/* ---- Doing it ---------------------------------------------------------------------------- */

static void cancel_lines(const struct cancellation *quote, const struct cancel_order *ask,
                         int64_t now_ms, struct facts *out)
{
    uint32_t *seat = arena_array(&out->arena, quote->count, sizeof(*seat));
    uint64_t *refund = arena_array(&out->arena, quote->count, sizeof(*refund));
    for (uint32_t i = 0; i < quote->count; i++) {
        seat[i] = quote->each[i].seat;
        refund[i] = (uint64_t)quote->each[i].refund_minor;
    }
    struct lines_cancelled *fact =
        &facts_add(out, FACT_LINES_CANCELLED, now_ms)->as.lines_cancelled;
    *fact = (struct lines_cancelled){
        .order = quote->order,
        .lines = u32s_copy((struct u32s){ (uint32_t *)quote->lines, quote->count }, &out->arena),
        .refund_minor = { refund, quote->count },
        .seat = { seat, quote->count },
        .cause = ask->cause,
        .total_minor = quote->amounts.total_minor,
        .tax_minor = quote->amounts.tax_minor,
        .fee_minor = quote->amounts.fee_minor,
    };
    memcpy(fact->caller, ask->by.person, sizeof(fact->caller));
    memcpy(fact->reason, ask->reason, sizeof(fact->reason));
}

enum status cancellation_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct cancel_order *ask = &command->as.cancel_order;
    struct cancellation said;
    const uint32_t index =
        order_of(s, ask->order, &ask->by, ask->cause == POLICY_BY_ORGANISER, ask->version, out);
    if (index == ID_MAP_NONE)
        return out->refusal.status;
    enum status status = quote(s, index, ask, command->time_ms, &said, out);
    if (status != STATUS_OK)
        return status;
    if (ask->is_quoted && ask->quoted_minor != said.refund_minor)
        return facts_refuse(out, STATUS_QUOTE_CHANGED, "refund_minor",
                            "refund_minor: %lld would go back now, not %lld; ask for a new quote",
                            (long long)said.refund_minor, (long long)ask->quoted_minor);
    cancel_lines(&said, ask, command->time_ms, out);
    uint32_t number = s->booking.payment_number;
    if (money_get(s, index)->tender == TENDER_CARD)
        order_give_back(index, PAYMENT_RETURN, said.refund_minor, &number, command->time_ms, out);
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* The line's ticket opens nothing any more, its seat is somebody else's to have. */
static void give_back(struct stadium *s, uint32_t index, uint32_t position, int64_t refund_minor,
                      enum policy_seat seat)
{
    const struct order *order = order_get(s, index);
    struct line *line = line_open(s, index, position);
    line->cancelled = 1;
    line->refund_minor = refund_minor;
    line_close(s, line);
    ticket_cancel(s, order->first_ticket + position);
    line_return(s, index, position, seat == POLICY_SEAT_WITHHELD);
}

static int64_t settle_money(struct stadium *s, const struct lines_cancelled *cancelled)
{
    const struct amounts amounts = { cancelled->total_minor, cancelled->tax_minor,
                                     cancelled->fee_minor };
    struct ledger_posting posting = { .count = 0 };
    int64_t refund_minor = 0;
    for (uint32_t i = 0; i < cancelled->refund_minor.count; i++)
        refund_minor += (int64_t)cancelled->refund_minor.v[i];
    ledger_return(&posting, amounts, refund_minor, order_is_reversed(s, cancelled->order));
    struct order_money *money = money_open(s, cancelled->order);
    money->changed = 1;
    money->amounts = amounts_less(money->amounts, amounts);
    if (money->tender != TENDER_CARD) {
        money->refunded_minor += refund_minor;
        ledger_money_out(&posting, money->tender, refund_minor);
    }
    money_close(s, cancelled->order);
    ledger_post(s, order_get(s, cancelled->order)->event, &posting);
    return refund_minor;
}

void cancellation_evolve(struct stadium *s, const struct fact *fact)
{
    const struct lines_cancelled *cancelled = &fact->as.lines_cancelled;
    const uint32_t index = cancelled->order;
    const struct order *order = order_get(s, index);
    assert(order_is_sold(s, index));
    for (uint32_t i = 0; i < cancelled->lines.count; i++)
        give_back(s, index, cancelled->lines.v[i], (int64_t)cancelled->refund_minor.v[i],
                  cancelled->seat.v[i]);
    const int64_t refund_minor = settle_money(s, cancelled);
    enum order_state state = refund_minor > 0 ? ORDER_PARTIALLY_REFUNDED : order->state;
    if (!order_is_sold(s, index)) {
        const bool is_back = refund_minor > 0 && money_get(s, index)->tender != TENDER_CARD;
        state = is_back ? ORDER_REFUNDED : ORDER_CANCELLED;
        chain_remove(&s->booking.sales[order->event].paid, &s->booking.order_links, index);
        event_wound(s, order->event);
    }
    row_add(s, ROW_ORDER, index, order_open(s, index, state));
}
