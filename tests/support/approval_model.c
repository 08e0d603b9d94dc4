/* The part of the model that is about orders that the organiser looks at before they are paid. What
 * they cost is reserved first, and then captured or given up, once. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

bool approval_model_knows(enum command_kind kind)
{
    return kind == COMMAND_APPROVE_ORDER || kind == COMMAND_REJECT_ORDER;
}

int64_t approval_model_until_ms(const struct model_event *event, bool approval, int64_t now_ms)
{
    const uint32_t payment_s = event->payment_ttl_s ? event->payment_ttl_s : PAYMENT_TTL_S;
    const uint32_t approval_s = event->approval_ttl_s ? event->approval_ttl_s : APPROVAL_TTL_S;
    return now_ms + 1000 * (int64_t)(approval ? approval_s : payment_s);
}

static struct model_event *event_of(const struct ticket_model *m, const struct model_order *order)
{
    return model_event_of(m, &m->holds[order->hold]);
}

/* ---- Commands ----------------------------------------------------------------------------- */

static enum status asking(const struct ticket_model *m, struct id id, const struct actor *by,
                          uint64_t version, struct model_order **order)
{
    *order = model_order_find(m, id);
    if (!*order)
        return STATUS_UNKNOWN_ORDER;
    if (!model_is_organiser(event_of(m, *order), by))
        return STATUS_NOT_ORGANISER;
    if ((*order)->version != version)
        return STATUS_ORDER_CHANGED;
    return (*order)->state == ORDER_APPROVAL ? STATUS_OK : STATUS_ORDER_STATE;
}

static enum status approve_wanted(struct ticket_model *m, const struct approve_order *ask,
                                  int64_t now_ms)
{
    struct model_order *order;
    const enum status status = asking(m, ask->order, &ask->by, ask->version, &order);
    if (status != STATUS_OK)
        return status;
    if (model_event_state(event_of(m, order), now_ms) != EVENT_PUBLISHED)
        return STATUS_EVENT_STATE;
    if (order->total_minor > 0 && !order->authorised)
        return STATUS_ORDER_STATE;
    if (m->only_says)
        return STATUS_OK;
    order->state = ORDER_PENDING;
    order->expires_ms = approval_model_until_ms(event_of(m, order), false, now_ms);
    if (order->total_minor == 0)
        ticket_model_paid(m, order, ask->tickets);
    return STATUS_OK;
}

static void reject(struct ticket_model *m, struct model_order *order)
{
    order->state = ORDER_REJECTED;
    ticket_model_hold_moved(m, &m->holds[order->hold], HOLD_RELEASED);
}

enum status approval_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_APPROVE_ORDER)
        return approve_wanted(m, &command->as.approve_order, command->time_ms);
    must(command->kind == COMMAND_REJECT_ORDER, "a command about approval");
    const struct reject_order *ask = &command->as.reject_order;
    struct model_order *order;
    const enum status status = asking(m, ask->order, &ask->by, ask->version, &order);
    if (status == STATUS_OK && !m->only_says)
        reject(m, order);
    return status;
}

const char *approval_model_rejected(struct ticket_model *m, uint32_t index)
{
    if (index >= m->order_count)
        return "what is rejected is an order";
    struct model_order *order = &m->orders[index];
    if (order->state == ORDER_REJECTED)
        return NULL; /* By the command that it came with. */
    if (order->state != ORDER_APPROVAL || event_of(m, order)->state != EVENT_CANCELLED)
        return "an order is rejected by its organiser, or with its event";
    reject(m, order);
    return NULL;
}

/* ---- What is reserved --------------------------------------------------------------------- */

const char *approval_model_wanted(struct model_order *order, const struct payment_wanted *wanted)
{
    const bool is_over = order->state == ORDER_REJECTED || order->state == ORDER_EXPIRED;
    if (wanted->amount_minor != order->total_minor || order->charge)
        return "what an order costs is reserved";
    switch (wanted->kind) {
    case PAYMENT_AUTHORISE:
        if (order->state != ORDER_APPROVAL || order->authorised)
            return "money is reserved once, for who waits for approval";
        order->reserving = true;
        order->charge = wanted->number;
        return NULL;
    case PAYMENT_CAPTURE:
        if (order->state != ORDER_PENDING || !order->authorised)
            return "what was reserved is captured, and of who was approved";
        order->charge = wanted->number;
        return NULL;
    default:
        must(wanted->kind == PAYMENT_VOID, "a payment of an approval");
        if (!is_over || !order->authorised || order->giving_up)
            return "what is reserved is given up once, when nobody waits for it";
        order->giving_up = wanted->number;
        return NULL;
    }
}

bool approval_model_settled(struct ticket_model *m, struct model_order *order,
                            const struct settle_payment *settle)
{
    const bool done = settle->outcome == PAYMENT_DONE;
    if (settle->number == order->giving_up) {
        order->giving_up = 0;
        order->authorised = !done;
        return true;
    }
    if (settle->number != order->charge || !order->reserving) {
        order->authorised &= settle->number != order->charge; /* It is captured, or not. */
        return false;
    }
    order->charge = 0;
    order->reserving = false;
    order->authorised = done;
    if (!done && order->state == ORDER_APPROVAL)
        ticket_model_unpaid(m, order);
    return true;
}
