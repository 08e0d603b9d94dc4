/* Lines of an order for the seats of a hold, one for one: the hold has the seats and their prices,
 * so an exchange is as safe as a purchase. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* ---- Deciding ---------------------------------------------------------------------------- */

struct swap {
    uint32_t order, hold; /* Indices. */
    uint32_t lines[HOLD_SEATS], count;
    struct amounts before, after;
};

static enum status check_hold(const struct stadium *s, const struct seathold *hold,
                              const struct exchange_lines *ask, int64_t now_ms, struct facts *out)
{
    const struct event *event = &s->booking.events[hold->event];
    if (event->state == EVENT_CANCELLED)
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    if (!hold_is_live(s, hold, now_ms))
        return facts_refuse(out, STATUS_HOLD_ENDED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_HOLD_ENDED));
    if (hold->state == HOLD_CONFIRMING || hold->version != ask->hold_version)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "hold_version",
                            "hold_version: the hold has version %llu by now, not %llu",
                            (unsigned long long)hold->version,
                            (unsigned long long)ask->hold_version);
    if (resale_of_hold(s, hold_find(s, hold->id)))
        return facts_refuse(out, STATUS_BAD_FIELD, "hold_id",
                            "hold_id: what is resold is not exchanged for; confirm it");
    if (event_state_at(event, now_ms) == EVENT_ENDED)
        return facts_refuse(out, STATUS_EVENT_OVER, "hold_id",
                            "hold_id: its event ended at %lld; it does not sell any more",
                            (long long)event->ends_ms);
    return STATUS_OK;
}

static enum status check_order(const struct stadium *s, uint32_t index, const struct seathold *hold,
                               struct facts *out)
{
    const struct order_money *money = money_get(s, index);
    /* First: whether an event that is cancelled is wound up by now must not show. */
    if (order_get(s, index)->event != hold->event)
        return facts_refuse(out, STATUS_BAD_FIELD, "hold_id",
                            "hold_id: it has seats of another event");
    if (!order_is_sold(s, index) || !money->tender)
        return facts_refuse(out, STATUS_ORDER_STATE, "order_id",
                            "order_id: it has no tickets that could be exchanged");
    if (money->exchange_hold)
        return facts_refuse(out, STATUS_ORDER_STATE, "order_id",
                            "order_id: another exchange is being paid for");
    return STATUS_OK;
}

/* Lines that go with each other are exchanged for lines that do. */
static enum status check_companions(const struct stadium *s, const struct swap *swap,
                                    struct facts *out)
{
    const struct companions before = order_companions(s, swap->order);
    const struct companions after = companions_of(s, swap->hold);
    for (uint32_t i = 0; i < swap->count; i++) {
        const uint32_t old = companion_of(&before, swap->lines[i]), new = companion_of(&after, i);
        const bool same =
            old == NO_LINE ? new == NO_LINE : new != NO_LINE && swap->lines[new] == old;
        if (!same || (before.bundled >> swap->lines[i] & 1) != (after.bundled >> i & 1))
            return facts_refuse(out, STATUS_ADDON_ALONE, "lines",
                                "lines: line %u and what it is exchanged for, line %u of the hold, "
                                "do not go with lines that are exchanged for each other",
                                swap->lines[i], i);
    }
    return STATUS_OK;
}

static enum status plan_swap(const struct stadium *s, const struct command *command,
                             struct swap *swap, struct facts *out)
{
    const struct exchange_lines *ask = &command->as.exchange_lines;
    *swap = (struct swap){ .order = order_of(s, ask->order, &ask->by, ask->as_organiser,
                                             ask->version, out) };
    if (swap->order == ID_MAP_NONE)
        return out->refusal.status;
    const struct seathold *hold = hold_of(s, ask->hold, ask->by.person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    swap->hold = hold_find(s, ask->hold);
    enum status status = check_hold(s, hold, ask, command->time_ms, out);
    if (status == STATUS_OK)
        status = check_order(s, swap->order, hold, out);
    if (status == STATUS_OK)
        status = buyer_check_exchange(s, swap->order, swap->hold, out);
    if (status != STATUS_OK)
        return status;
    swap->count = lines_named(s, swap->order, ask->lines, ask->as_organiser, swap->lines, out);
    if (swap->count == 0)
        return out->refusal.status;
    if (swap->count != hold->seat_count)
        return facts_refuse(out, STATUS_BAD_FIELD, "lines",
                            "lines: %u of them for %u seats; exchange one for one", swap->count,
                            hold->seat_count);
    status = check_companions(s, swap, out);
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = 0; i < swap->count; i++)
        swap->before =
            amounts_add(swap->before, stadium_order_line(s, swap->order, swap->lines[i]).amounts);
    swap->after = hold_amounts(s, hold, money_get(s, swap->order)->tender);
    return STATUS_OK;
}

static void exchange(const struct swap *swap, int64_t now_ms, struct facts *out)
{
    facts_add(out, FACT_ORDER_EXCHANGED, now_ms)->as.order_exchanged = (struct order_exchanged){
        .order = swap->order,
        .hold = swap->hold,
        .lines = u32s_copy((struct u32s){ (uint32_t *)swap->lines, swap->count }, &out->arena),
        .old_total_minor = swap->before.total_minor,
        .old_tax_minor = swap->before.tax_minor,
        .old_fee_minor = swap->before.fee_minor,
        .new_total_minor = swap->after.total_minor,
        .new_tax_minor = swap->after.tax_minor,
        .new_fee_minor = swap->after.fee_minor,
    };
}

/* The difference is charged first; the tickets are good for the old seats meanwhile. */
static void begin(const struct stadium *s, const struct swap *swap, int64_t cost_minor,
                  const char *token, int64_t now_ms, struct facts *out)
{
    const struct seathold *hold = hold_get(s, swap->hold);
    const struct terms *terms = stadium_terms(s, hold->event);
    const int64_t end_ms =
        now_ms + 1000 * (int64_t)(terms->version ? terms->payment_ttl_s : PAYMENT_TTL_S);
    facts_add(out, FACT_EXCHANGE_BEGUN, now_ms)->as.exchange_begun = (struct exchange_begun){
        .order = swap->order,
        .hold = swap->hold,
        .lines = u32s_copy((struct u32s){ (uint32_t *)swap->lines, swap->count }, &out->arena),
        .expires_ms = end_ms > hold->expires_ms ? end_ms : hold->expires_ms,
    };
    uint32_t number = s->booking.payment_number;
    struct payment payment = { .kind = PAYMENT_TOP_UP,
                               .order = swap->order,
                               .amount_minor = cost_minor };
    memcpy(payment.token, token, sizeof(payment.token));
    payment_want(&payment, &number, now_ms, out);
}

enum status exchange_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    const struct exchange_lines *ask = &command->as.exchange_lines;
    struct swap swap;
    enum status status = plan_swap(s, command, &swap, out);
    if (status != STATUS_OK)
        return status;
    const bool card = money_get(s, swap.order)->tender == TENDER_CARD;
    status = means_check_exchange(s, hold_get(s, swap.hold), swap.order,
                                  (struct u32s){ swap.lines, swap.count }, out);
    if (status != STATUS_OK)
        return status;
    const int64_t cost_minor = swap.after.total_minor - swap.before.total_minor;
    if (ask->is_quoted && ask->quoted_minor != cost_minor)
        return facts_refuse(out, STATUS_QUOTE_CHANGED, "cost_minor",
                            "cost_minor: it costs %lld more, not %lld", (long long)cost_minor,
                            (long long)ask->quoted_minor);
    if (card && cost_minor > 0 && !ask->payment_token[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "payment_token",
                            "payment_token: %lld are to be paid; say what with",
                            (long long)cost_minor);
    if (card && cost_minor > 0) {
        begin(s, &swap, cost_minor, ask->payment_token, command->time_ms, out);
        return STATUS_OK;
    }
    exchange(&swap, command->time_ms, out);
    uint32_t number = s->booking.payment_number;
    if (card)
        order_give_back(swap.order, PAYMENT_RETURN, -cost_minor, &number, command->time_ms, out);
    return STATUS_OK;
}

/* ---- Settling ---------------------------------------------------------------------------- */

void exchange_drop(uint32_t order, enum hold_state state, int64_t now_ms, struct facts *out)
{
    facts_add(out, FACT_EXCHANGE_DROPPED, now_ms)->as.exchange_dropped =
        (struct exchange_dropped){ order, state };
}

/* The lines as they were when it began; false: somebody is in with one of them, or they are gone,
 * or somebody else's by now. */
static bool recall(const struct stadium *s, uint32_t index, struct swap *swap)
{
    const struct order *order = order_get(s, index);
    const struct order_money *money = money_get(s, index);
    *swap = (struct swap){ .order = index, .hold = money->exchange_hold - 1 };
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        if (!(money->exchange_lines >> i & 1))
            continue;
        if (stadium_ticket(s, order->first_ticket + i)->state != TICKET_VALID ||
            strcmp(stadium_ticket_person(s, order->first_ticket + i), order->person) != 0)
            return false;
        swap->before = amounts_add(swap->before, stadium_order_line(s, index, i).amounts);
        swap->lines[swap->count++] = i;
    }
    swap->after = hold_amounts(s, hold_get(s, swap->hold), money->tender);
    return true;
}

void exchange_settle(const struct stadium *s, const struct payment *payment, int64_t came_minor,
                     int64_t now_ms, struct facts *out)
{
    const uint32_t index = payment->order;
    const struct order_money *money = money_get(s, index);
    const bool waits = money->exchange_hold && money->exchange_payment == payment->number;
    const bool over = event_is_cancelled(s, order_get(s, index)->event);
    const bool enough = came_minor >= payment->amount_minor;
    uint32_t number = s->booking.payment_number;
    struct swap swap;
    if (waits && enough && !over && recall(s, index, &swap)) {
        exchange(&swap, now_ms, out);
        came_minor -= payment->amount_minor;
    } else if (waits) {
        const struct seathold *hold = hold_get(s, money->exchange_hold - 1);
        exchange_drop(index,
                      over                         ? HOLD_RELEASED
                      : now_ms >= hold->expires_ms ? HOLD_EXPIRED
                                                   : HOLD_HELD,
                      now_ms, out);
    }
    order_give_back(index, PAYMENT_RETURN, came_minor, &number, now_ms, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void begun_evolve(struct stadium *s, const struct exchange_begun *begun)
{
    hold_confirm(s, begun->hold, begun->order);
    means_wait(s, begun->order, begun->hold, true);
    struct order_money *money = money_open(s, begun->order);
    money->exchange_hold = begun->hold + 1;
    for (uint32_t i = 0; i < begun->lines.count; i++)
        money->exchange_lines |= 1u << begun->lines.v[i];
    money_expires(s, begun->order, begun->expires_ms);
    money_close(s, begun->order);
    row_add(s, ROW_ORDER, begun->order,
            order_open(s, begun->order, order_get(s, begun->order)->state));
}

static void forget(struct stadium *s, uint32_t order)
{
    struct order_money *money = money_open(s, order);
    means_wait(s, order, money->exchange_hold - 1, false);
    money->exchange_hold = money->exchange_lines = money->exchange_payment = 0;
    money_expires(s, order, 0);
    money_close(s, order);
}

static void dropped_evolve(struct stadium *s, const struct exchange_dropped *dropped)
{
    const uint32_t hold = money_get(s, dropped->order)->exchange_hold - 1;
    forget(s, dropped->order);
    hold_move(s, hold, dropped->state);
    if (dropped->state != HOLD_HELD)
        lines_set(s, hold, lines_all(hold_get(s, hold)), SEAT_HELD, SEAT_FREE, 0);
    row_add(s, ROW_ORDER, dropped->order,
            order_open(s, dropped->order, order_get(s, dropped->order)->state));
}

static void move_lines(struct stadium *s, const struct order_exchanged *exchanged)
{
    const struct order *order = order_get(s, exchanged->order);
    const struct seathold *hold = hold_get(s, exchanged->hold);
    for (uint32_t i = 0; i < exchanged->lines.count; i++) {
        const uint32_t position = exchanged->lines.v[i];
        const uint32_t ticket = order->first_ticket + position;
        struct line *line = line_open(s, exchanged->order, position);
        line_return(s, exchanged->order, position, false);
        line->hold = exchanged->hold;
        line->position = i;
        line_close(s, line);
        /* Its owner is the ticket of line 0, as if they followed each other. */
        lines_set(s, exchanged->hold, UINT32_C(1) << i, SEAT_HELD, SEAT_SOLD, ticket - i);
        ticket_move(s, ticket, hold->seats[i], lines_get(s, exchanged->hold)->type[i]);
    }
}

static void post_exchange(struct stadium *s, const struct order_exchanged *exchanged)
{
    const struct amounts before = { exchanged->old_total_minor, exchanged->old_tax_minor,
                                    exchanged->old_fee_minor };
    const struct amounts after = { exchanged->new_total_minor, exchanged->new_tax_minor,
                                   exchanged->new_fee_minor };
    const int64_t cost_minor = after.total_minor - before.total_minor;
    struct ledger_posting posting = { .count = 0 };
    struct order_money *money = money_open(s, exchanged->order);
    ledger_sale(&posting, amounts_less(after, before), order_is_reversed(s, exchanged->order));
    money->changed = 1;
    money->amounts = amounts_add(money->amounts, amounts_less(after, before));
    if (money->tender != TENDER_CARD && cost_minor > 0) {
        money->captured_minor += cost_minor;
        ledger_money_in(&posting, money->tender, cost_minor);
    } else if (money->tender != TENDER_CARD) {
        money->refunded_minor -= cost_minor;
        ledger_money_out(&posting, money->tender, -cost_minor);
    }
    money_close(s, exchanged->order);
    ledger_post(s, order_get(s, exchanged->order)->event, &posting);
}

static void exchanged_evolve(struct stadium *s, const struct order_exchanged *exchanged)
{
    const uint32_t index = exchanged->order;
    if (money_get(s, index)->exchange_hold)
        forget(s, index);
    else
        hold_confirm(s, exchanged->hold, index);
    hold_move(s, exchanged->hold, HOLD_CONFIRMED);
    post_exchange(s, exchanged);
    move_lines(s, exchanged);
    struct order *order = order_open(s, index, order_get(s, index)->state);
    order->total_minor += exchanged->new_total_minor - exchanged->old_total_minor;
    row_add(s, ROW_ORDER, index, order);
}

void exchange_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_EXCHANGE_BEGUN)
        begun_evolve(s, &fact->as.exchange_begun);
    else if (fact->kind == FACT_EXCHANGE_DROPPED)
        dropped_evolve(s, &fact->as.exchange_dropped);
    else
        exchanged_evolve(s, &fact->as.order_exchanged);
}
