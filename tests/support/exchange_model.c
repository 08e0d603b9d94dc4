/* The part of the model that is about exchanges: lines of an order for those of a hold, one for
 * one. What costs more is paid for first, and the tickets are good for the old seats meanwhile. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <string.h>

static int64_t cost_of(const struct ticket_model *m, const struct model_order *order,
                       const struct model_hold *hold, uint32_t lines)
{
    int64_t cost_minor = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        cost_minor += hold->total_minor[i];
    for (uint32_t i = 0; i < order->line_count; i++) {
        if (lines >> i & 1)
            cost_minor -= m->holds[order->lines[i].hold].total_minor[order->lines[i].at];
    }
    return order->tender == TENDER_COMP ? 0 : cost_minor;
}

/* Each of the lines becomes one of the hold's, in order; its ticket is issued anew. */
static void swap(struct ticket_model *m, struct model_order *order, struct model_hold *hold,
                 uint32_t lines)
{
    uint32_t next = 0;
    order->total_minor += cost_of(m, order, hold, lines);
    for (uint32_t i = 0; i < order->line_count; i++) {
        if (!(lines >> i & 1))
            continue;
        struct model_hold *old = &m->holds[order->lines[i].hold];
        const uint32_t at = order->lines[i].at;
        struct model_ticket *ticket = &m->tickets[order->first_ticket + i];
        old->gone[at] = true;
        if (old->seats[at] != NO_SEAT)
            model_event_of(m, old)->seats[old->seats[at]].hold = 0;
        order->lines[i] = (struct model_line){ (uint32_t)(hold - m->holds), next };
        ticket->seat = hold->seats[next++];
        ticket->generation++;
        ticket->listing.open = false;
    }
    ticket_model_hold_moved(m, hold, HOLD_CONFIRMED);
}

static enum status check_hold(const struct ticket_model *m, const struct model_hold *hold,
                              const struct exchange_lines *ask, int64_t now_ms)
{
    const struct model_event *event = model_event_of(m, hold);
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    const enum hold_state state = model_hold_state(m, hold, now_ms);
    if (state != HOLD_HELD && state != HOLD_CONFIRMING)
        return STATUS_HOLD_ENDED;
    if (state == HOLD_CONFIRMING || hold->version != ask->hold_version)
        return STATUS_HOLD_CHANGED;
    if (hold->resale)
        return STATUS_BAD_FIELD;
    return model_event_state(event, now_ms) == EVENT_ENDED ? STATUS_EVENT_OVER : STATUS_OK;
}

static enum status check_order(const struct ticket_model *m, const struct model_order *order,
                               const struct exchange_lines *ask)
{
    if (!order)
        return STATUS_UNKNOWN_ORDER;
    const struct model_hold *hold = &m->holds[order->hold];
    const struct model_event *event = model_event_of(m, hold);
    if (ask->as_organiser && !model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (!ask->as_organiser && strcmp(order->person, ask->by.person) != 0)
        return STATUS_UNKNOWN_ORDER;
    return order->version == ask->version ? STATUS_OK : STATUS_ORDER_CHANGED;
}

enum status exchange_model_do(struct ticket_model *m, const struct exchange_lines *ask,
                              int64_t now_ms)
{
    struct model_order *order = model_order_find(m, ask->order);
    struct model_hold *hold = model_hold_find(m, ask->hold);
    enum status status = check_order(m, order, ask);
    if (status != STATUS_OK)
        return status;
    if (!hold || strcmp(hold->person, ask->by.person) != 0)
        return STATUS_UNKNOWN_HOLD;
    status = check_hold(m, hold, ask, now_ms);
    if (status != STATUS_OK)
        return status;
    if (hold->event != m->holds[order->hold].event)
        return STATUS_BAD_FIELD;
    if (!refund_model_is_sold(m, order) || order->exchange_hold)
        return STATUS_ORDER_STATE;
    if (strcmp(m->holds[order->hold].tax_id, hold->tax_id) != 0)
        return STATUS_BAD_FIELD;
    const uint32_t lines = refund_model_lines(m, order, ask->lines, ask->as_organiser, &status);
    if (status != STATUS_OK)
        return status;
    if ((uint32_t)__builtin_popcount(lines) != hold->seat_count)
        return STATUS_BAD_FIELD;
    if (!addon_model_alike(m, order, hold, lines))
        return STATUS_ADDON_ALONE;
    status = checkout_model_check_exchange(m, order, hold, lines);
    if (status != STATUS_OK)
        return status;
    const bool card = order->tender == TENDER_CARD;
    const int64_t cost_minor = cost_of(m, order, hold, lines);
    if (ask->is_quoted && ask->quoted_minor != cost_minor)
        return STATUS_QUOTE_CHANGED;
    if (card && cost_minor > 0 && !ask->payment_token[0])
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    if (!card) {
        swap(m, order, hold, lines);
        *(cost_minor > 0 ? &order->captured_minor : &order->refunded_minor) +=
            cost_minor > 0 ? cost_minor : -cost_minor;
        return STATUS_OK;
    }
    if (cost_minor <= 0) {
        swap(m, order, hold, lines);
        order->owed_minor -= cost_minor;
        return STATUS_OK;
    }
    const int64_t until_ms = approval_model_until_ms(model_event_of(m, hold), false, now_ms);
    order->exchange_hold = (uint32_t)(hold - m->holds) + 1;
    order->exchange_last = (uint32_t)(hold - m->holds);
    order->exchange_lines = lines;
    order->exchange_cost_minor = cost_minor;
    order->exchange_until_ms = until_ms > hold->expires_ms ? until_ms : hold->expires_ms;
    ticket_model_hold_moved(m, hold, HOLD_CONFIRMING);
    return STATUS_OK;
}

const char *exchange_model_wanted(struct model_order *order, const struct payment_wanted *wanted)
{
    if (!order->exchange_hold || order->exchange_asked ||
        wanted->amount_minor != order->exchange_cost_minor)
        return "an exchange is paid for once";
    must(order->top_up_count < MODEL_TOP_UPS, "the model has room for payments of exchanges");
    order->top_ups[order->top_up_count].number = wanted->number;
    order->top_ups[order->top_up_count++].amount_minor = wanted->amount_minor;
    order->exchange_asked = wanted->number;
    return NULL;
}

static void drop(struct ticket_model *m, struct model_order *order, enum hold_state state)
{
    ticket_model_hold_moved(m, &m->holds[order->exchange_hold - 1], state);
    order->exchange_hold = order->exchange_asked = 0;
}

/* Nobody is in with them, they are there, and theirs. */
static bool are_theirs(const struct ticket_model *m, const struct model_order *order)
{
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct model_ticket *ticket = &m->tickets[order->first_ticket + i];
        if ((order->exchange_lines >> i & 1) &&
            (ticket->state != TICKET_VALID || strcmp(ticket->person, order->person) != 0))
            return false;
    }
    return true;
}

bool exchange_model_settled(struct ticket_model *m, struct model_order *order,
                            const struct settle_payment *settle, int64_t now_ms)
{
    uint32_t at = 0;
    while (at < order->top_up_count && order->top_ups[at].number != settle->number)
        at++;
    if (at == order->top_up_count)
        return false;
    const bool done = settle->outcome == PAYMENT_DONE;
    const int64_t came_minor = done ? order->top_ups[at].amount_minor : 0;
    order->top_ups[at] = order->top_ups[--order->top_up_count];
    order->captured_minor += came_minor;
    if (!order->exchange_hold || order->exchange_asked != settle->number) { /* Given up before. */
        order->owed_minor += came_minor;
        return true;
    }
    struct model_hold *hold = &m->holds[order->exchange_hold - 1];
    const bool over = model_event_of(m, hold)->state == EVENT_CANCELLED;
    if (done && !over && are_theirs(m, order)) {
        order->exchange_hold = order->exchange_asked = 0;
        swap(m, order, hold, order->exchange_lines);
        return true;
    }
    drop(m, order, over ? HOLD_RELEASED : now_ms >= hold->expires_ms ? HOLD_EXPIRED : HOLD_HELD);
    order->owed_minor += came_minor;
    return true;
}

const char *exchange_model_dropped(struct ticket_model *m, const struct exchange_dropped *dropped,
                                   int64_t now_ms)
{
    if (dropped->order >= m->order_count)
        return "an exchange is of an order";
    struct model_order *order = &m->orders[dropped->order];
    if (!order->exchange_hold)
        return NULL; /* By the answer that it came with. */
    if (dropped->state != HOLD_EXPIRED || now_ms < order->exchange_until_ms)
        return "an exchange is not given up before its time";
    drop(m, order, HOLD_EXPIRED);
    return NULL;
}
