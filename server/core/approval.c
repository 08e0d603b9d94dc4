/* Orders that the organiser looks at before they are paid. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static uint32_t asking_order(const struct stadium *s, struct id id, const struct actor *by,
                             uint64_t version, struct facts *out)
{
    const uint32_t index = order_of(s, id, by, true, version, out);
    if (index == ID_MAP_NONE || order_get(s, index)->state == ORDER_APPROVAL)
        return index;
    facts_refuse(out, STATUS_ORDER_STATE, "order_id", "order_id: it does not wait for approval");
    return ID_MAP_NONE;
}

static enum status approve_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct approve_order *ask = &command->as.approve_order;
    const uint32_t index = asking_order(s, ask->order, &ask->by, ask->version, out);
    if (index == ID_MAP_NONE)
        return out->refusal.status;
    const struct order *order = order_get(s, index);
    const struct order_money *money = money_get(s, index);
    const struct event *event = &s->booking.events[order->event];
    if (event_state_at(event, command->time_ms) != EVENT_PUBLISHED)
        return facts_refuse(out, STATUS_EVENT_STATE, "order_id",
                            "order_id: its event does not sell any more");
    if (order->total_minor > 0 && !money->authorised)
        return facts_refuse(out, STATUS_ORDER_STATE, "order_id",
                            "order_id: the provider has not reserved the money yet; try again");
    struct order_approved *fact =
        &facts_add(out, FACT_ORDER_APPROVED, command->time_ms)->as.order_approved;
    const struct terms *terms = stadium_terms(s, order->event);
    fact->order = index;
    fact->expires_ms =
        command->time_ms + 1000 * (int64_t)(terms->version ? terms->payment_ttl_s : PAYMENT_TTL_S);
    memcpy(fact->caller, ask->by.person, sizeof(fact->caller));
    if (order->total_minor == 0) {
        order_pay(s, index, ask->tickets, command->time_ms, out);
        return STATUS_OK;
    }
    uint32_t number = s->booking.payment_number;
    struct payment payment = { .kind = PAYMENT_CAPTURE,
                               .order = index,
                               .amount_minor = order->total_minor };
    payment_want(&payment, &number, command->time_ms, out);
    return STATUS_OK;
}

void approval_reject(const struct stadium *s, uint32_t index, const char *caller,
                     const char *reason, uint32_t *number, int64_t now_ms, struct facts *out)
{
    struct order_rejected *fact = &facts_add(out, FACT_ORDER_REJECTED, now_ms)->as.order_rejected;
    fact->order = index;
    strncpy(fact->caller, caller, sizeof(fact->caller) - 1);
    strncpy(fact->reason, reason, sizeof(fact->reason) - 1);
    if (money_get(s, index)->authorised)
        order_void(s, index, number, now_ms, out);
}

enum status approval_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    if (command->kind == COMMAND_APPROVE_ORDER)
        return approve_decide(s, command, out);
    assert(command->kind == COMMAND_REJECT_ORDER);
    const struct reject_order *ask = &command->as.reject_order;
    uint32_t number = s->booking.payment_number;
    const uint32_t index = asking_order(s, ask->order, &ask->by, ask->version, out);
    if (index == ID_MAP_NONE)
        return out->refusal.status;
    approval_reject(s, index, ask->by.person, ask->reason, &number, command->time_ms, out);
    return STATUS_OK;
}
