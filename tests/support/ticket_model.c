#include "tests/support/ticket_model.h"
#include "tests/support/must.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

void ticket_model_fini(struct ticket_model *model)
{
    free(model->events);
    free(model->holds);
    free(model->orders);
    free(model->tickets);
    *model = (struct ticket_model){ 0 };
}

/* The next row of a list, zeroed. */
static void *row_add_to(void *list, uint32_t *count, uint32_t *room, size_t size)
{
    void **rows = list;
    if (*count == *room) {
        *room = *room ? *room * 2 : 8;
        *rows = realloc(*rows, *room * size);
        must(*rows, "the model has memory");
    }
    return memset((char *)*rows + (*count)++ * size, 0, size);
}

/* Rows begin with their id. */
static uint32_t row_find(const void *rows, uint32_t count, size_t size, struct id id)
{
    for (uint32_t i = 0; i < count; i++) {
        if (id_equal(*(const struct id *)((const char *)rows + i * size), id))
            return i;
    }
    return NONE;
}

#define ADD(m, noun)                                                                               \
    row_add_to(&(m)->noun##s, &(m)->noun##_count, &(m)->noun##_room, sizeof(*(m)->noun##s))
#define FIND(m, noun, id) row_find((m)->noun##s, (m)->noun##_count, sizeof(*(m)->noun##s), id)

static enum event_state state_at(const struct model_event *event, int64_t now_ms)
{
    return event->state == EVENT_PUBLISHED && now_ms >= event->ends_ms ? EVENT_ENDED : event->state;
}

/* ---- Holds ------------------------------------------------------------------------------- */

static void hold_change(struct ticket_model *m, struct model_hold *hold, enum hold_state state)
{
    hold->state = state;
    hold->changed = true;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        model_event_of(m, hold)->seats[hold->seats[i]] =
            state == HOLD_HELD || state == HOLD_CONFIRMING ? SEAT_HELD
            : state == HOLD_CONFIRMED                      ? SEAT_SOLD
                                                           : SEAT_FREE;
}

static void expire(struct ticket_model *m, int64_t now_ms)
{
    for (uint32_t i = 0; i < m->hold_count; i++) {
        if (m->holds[i].state == HOLD_HELD && now_ms >= m->holds[i].expires_ms)
            hold_change(m, &m->holds[i], HOLD_EXPIRED);
    }
}

static enum status hold_wanted(struct ticket_model *m, const struct hold_seats *ask, int64_t now_ms)
{
    uint32_t index = FIND(m, event, ask->event);
    if (index == NONE)
        return STATUS_UNKNOWN_EVENT;
    struct model_event *event = &m->events[index];
    if (state_at(event, now_ms) != EVENT_PUBLISHED)
        return event->state == EVENT_DRAFT       ? STATUS_EVENT_STATE
               : event->state == EVENT_CANCELLED ? STATUS_EVENT_CANCELLED
                                                 : STATUS_EVENT_OVER;
    if (ask->seats.count < 1 || ask->seats.count > HOLD_SEATS)
        return STATUS_BAD_FIELD;
    for (uint32_t i = 0; i < ask->seats.count; i++) {
        if (ask->seats.v[i] >= MODEL_SEATS)
            return STATUS_UNKNOWN_SEAT;
        for (uint32_t k = 0; k < i; k++) {
            if (ask->seats.v[k] == ask->seats.v[i])
                return STATUS_BAD_FIELD;
        }
    }
    for (uint32_t i = 0; i < ask->seats.count; i++) {
        if (event->seats[ask->seats.v[i]] != SEAT_FREE)
            return STATUS_SEAT_TAKEN;
    }
    struct model_hold *hold = ADD(m, hold);
    hold->id = ask->id;
    hold->event = index;
    hold->expires_ms = now_ms + event->ttl_ms;
    hold->seat_count = ask->seats.count;
    memcpy(hold->person, ask->person, sizeof(hold->person));
    memcpy(hold->seats, ask->seats.v, ask->seats.count * sizeof(*hold->seats));
    hold_change(m, hold, HOLD_HELD);
    return STATUS_OK;
}

static struct model_hold *hold_owned(const struct ticket_model *m, struct id id, const char *person)
{
    uint32_t index = FIND(m, hold, id);
    return index == NONE || strcmp(m->holds[index].person, person) != 0 ? NULL : &m->holds[index];
}

static enum status release_wanted(struct ticket_model *m, const struct release_hold *ask)
{
    struct model_hold *hold = hold_owned(m, ask->hold, ask->person);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (hold->state == HOLD_CONFIRMING)
        return STATUS_HOLD_CHANGED;
    if (hold->state != HOLD_HELD)
        return STATUS_HOLD_ENDED;
    hold_change(m, hold, HOLD_RELEASED);
    return STATUS_OK;
}

/* ---- Orders ------------------------------------------------------------------------------ */

static void pay(struct ticket_model *m, struct model_order *order, const struct id *tickets)
{
    struct model_hold *hold = &m->holds[order->hold];
    order->state = ORDER_PAID;
    order->first_ticket = m->ticket_count;
    order->ticket_count = hold->seat_count;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        struct model_ticket *ticket = ADD(m, ticket);
        *ticket = (struct model_ticket){
            .id = tickets[i],
            .order = (uint32_t)(order - m->orders),
            .seat = hold->seats[i],
            .state = TICKET_VALID,
        };
    }
    hold_change(m, hold, HOLD_CONFIRMED);
}

static enum status confirm_wanted(struct ticket_model *m, const struct confirm_hold *ask,
                                  int64_t now_ms)
{
    struct model_hold *hold = hold_owned(m, ask->hold, ask->person);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (model_event_of(m, hold)->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (hold->state != HOLD_HELD && hold->state != HOLD_CONFIRMING)
        return STATUS_HOLD_ENDED;
    if (hold->state == HOLD_CONFIRMING || hold->version != ask->version)
        return STATUS_HOLD_CHANGED;
    if (state_at(model_event_of(m, hold), now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    int64_t total_minor = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        total_minor += model_event_of(m, hold)->price_minor[hold->seats[i] / SMALL_SEATS];
    if (total_minor > 0 && !ask->payment_token[0])
        return STATUS_BAD_FIELD;
    struct model_order *order = ADD(m, order);
    order->id = ask->order;
    order->hold = (uint32_t)(hold - m->holds);
    order->total_minor = total_minor;
    order->state = ORDER_PENDING;
    hold_change(m, hold, HOLD_CONFIRMING);
    if (total_minor == 0)
        pay(m, order, ask->tickets);
    return STATUS_OK;
}

static void settle_charge(struct ticket_model *m, struct model_order *order,
                          const struct settle_payment *settle, int64_t now_ms)
{
    struct model_hold *hold = &m->holds[order->hold];
    bool done = settle->outcome == PAYMENT_DONE;
    bool cancelled = model_event_of(m, hold)->state == EVENT_CANCELLED;
    order->charge = 0;
    order->captured_minor = done ? order->total_minor : 0;
    if (done && !cancelled) {
        pay(m, order, settle->tickets);
        return;
    }
    order->state = ORDER_CANCELLED;
    hold_change(m, hold, cancelled ? HOLD_RELEASED : HOLD_HELD);
    expire(m, now_ms);
}

static enum status settle_wanted(struct ticket_model *m, const struct settle_payment *settle,
                                 int64_t now_ms)
{
    for (uint32_t i = 0; i < m->order_count && settle->number; i++) {
        struct model_order *order = &m->orders[i];
        if (order->charge == settle->number) {
            settle_charge(m, order, settle, now_ms);
        } else if (order->refund == settle->number) {
            order->refund = 0;
            if (settle->outcome == PAYMENT_DONE) {
                order->refunded_minor = order->total_minor;
                order->state = ORDER_REFUNDED;
            }
        }
    }
    return STATUS_OK;
}

/* ---- Events ------------------------------------------------------------------------------ */

static enum status create_wanted(struct ticket_model *m, const struct create_event *ask,
                                 const struct stadium *stadium)
{
    if (!stadium_venue(stadium))
        return STATUS_UNKNOWN_VENUE;
    if (m->event_count == limits_default().events)
        return STATUS_EVENTS_FULL;
    struct model_event *event = ADD(m, event);
    event->id = ask->id;
    event->state = EVENT_DRAFT;
    event->starts_ms = ask->starts_ms;
    event->ends_ms = ask->ends_ms;
    event->doors_ms = ask->doors_ms;
    event->ttl_ms = (ask->hold_ttl_s ? ask->hold_ttl_s : 600) * (int64_t)1000;
    for (uint32_t block = 0; block < SMALL_BLOCKS; block++) {
        uint32_t category = ask->block_category.v[block];
        event->price_minor[block] = category ? ask->price_minor.v[category - 1] : 0;
        for (uint32_t i = 0; i < SMALL_SEATS; i++)
            event->seats[block * SMALL_SEATS + i] = category ? SEAT_FREE : SEAT_NOT_ON_SALE;
    }
    return STATUS_OK;
}

static enum status publish_wanted(struct ticket_model *m, struct id id, int64_t now_ms)
{
    uint32_t index = FIND(m, event, id);
    if (index == NONE)
        return STATUS_UNKNOWN_EVENT;
    struct model_event *event = &m->events[index];
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (event->state == EVENT_DRAFT && now_ms >= event->starts_ms)
        return STATUS_EVENT_OVER;
    event->state = EVENT_PUBLISHED;
    return STATUS_OK;
}

static enum status cancel_wanted(struct ticket_model *m, struct id id, int64_t now_ms)
{
    uint32_t index = FIND(m, event, id);
    if (index == NONE)
        return STATUS_UNKNOWN_EVENT;
    if (state_at(&m->events[index], now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (m->events[index].state == EVENT_CANCELLED)
        return STATUS_OK;
    m->events[index].state = EVENT_CANCELLED;
    for (uint32_t i = 0; i < m->hold_count; i++) {
        if (m->holds[i].event == index && m->holds[i].state == HOLD_HELD)
            hold_change(m, &m->holds[i], HOLD_RELEASED);
    }
    for (uint32_t i = 0; i < m->order_count; i++) {
        struct model_order *order = &m->orders[i];
        if (m->holds[order->hold].event != index || order->state != ORDER_PAID)
            continue;
        for (uint32_t k = 0; k < order->ticket_count; k++)
            m->tickets[order->first_ticket + k].state = TICKET_CANCELLED;
        order->state = order->total_minor ? ORDER_PAID : ORDER_REFUNDED;
    }
    return STATUS_OK;
}

/* ---- Scans ------------------------------------------------------------------------------- */

static enum scan_result scan_wanted(struct ticket_model *m, const struct scan_ticket *ask,
                                    const struct stadium *stadium, int64_t now_ms)
{
    uint32_t index = ask->forged ? NONE : FIND(m, ticket, ask->ticket);
    if (index == NONE)
        return SCAN_INVALID;
    struct model_ticket *ticket = &m->tickets[index];
    const struct model_event *event = model_event_of(m, &m->holds[m->orders[ticket->order].hold]);
    if (!id_equal(event->id, ask->ticket_event))
        return SCAN_INVALID;
    if (!id_is_none(ask->event) && !id_equal(event->id, ask->event))
        return SCAN_PRODUCT;
    if (event->state == EVENT_CANCELLED)
        return SCAN_CANCELLED;
    if (ask->generation != 1)
        return SCAN_REVOKED;
    if (now_ms < event->doors_ms || now_ms > event->ends_ms)
        return SCAN_INVALID_TIME;
    if (ticket->state == TICKET_CHECKED_IN)
        return ticket->nonce == ask->nonce && ticket->gate == ask->gate ? SCAN_OK
                                                                        : SCAN_ALREADY_REDEEMED;
    if (stadium_gates(stadium)[ask->gate].mode == GATE_CLOSED)
        return SCAN_RULES;
    ticket->state = TICKET_CHECKED_IN;
    ticket->nonce = ask->nonce;
    ticket->gate = ask->gate;
    return SCAN_OK;
}

static enum status scan_said(struct ticket_model *m, const struct command *command,
                             const struct stadium *stadium, const struct facts *facts)
{
    const struct scan_ticket *ask = &command->as.scan_ticket;
    if (!stadium_venue(stadium))
        return STATUS_UNKNOWN_VENUE;
    if (ask->gate >= SMALL_GATES)
        return STATUS_UNKNOWN_GATE;
    if (ask->nonce == 0)
        return STATUS_BAD_FIELD;
    must(facts->scan.result == (uint32_t)scan_wanted(m, ask, stadium, command->time_ms),
         "a scan comes to what the model says");
    return STATUS_OK;
}

/* ---- What the stadium made of it --------------------------------------------------------- */

/* Who is asked for money, and who gets it back: once, the right amount, and for a reason. */
static void hear_payment(struct ticket_model *m, const struct stadium *stadium,
                         const struct payment_wanted *wanted)
{
    uint32_t index = FIND(m, order, stadium_order(stadium, wanted->order)->id);
    must(index != NONE, "a payment is for an order");
    struct model_order *order = &m->orders[index];
    must(wanted->amount_minor == order->total_minor && order->total_minor > 0, "the right amount");
    must(!order->charge && !order->refund, "one payment at a time");
    if (wanted->kind == PAYMENT_CHARGE) {
        must(order->state == ORDER_PENDING, "who is charged waits for it");
        order->charge = wanted->number;
    } else {
        must(order->captured_minor > 0 && order->refunded_minor == 0, "what was paid goes back");
        must(model_event_of(m, &m->holds[order->hold])->state == EVENT_CANCELLED, "for a reason");
        order->refund = wanted->number;
    }
}

static enum status wanted(struct ticket_model *m, const struct stadium *stadium,
                          const struct command *command, const struct facts *facts)
{
    int64_t now_ms = command->time_ms;
    switch (command->kind) {
    case COMMAND_CREATE_EVENT:
        return create_wanted(m, &command->as.create_event, stadium);
    case COMMAND_PUBLISH_EVENT:
        return publish_wanted(m, command->as.publish_event.event, now_ms);
    case COMMAND_CANCEL_EVENT:
        return cancel_wanted(m, command->as.cancel_event.event, now_ms);
    case COMMAND_HOLD_SEATS:
        return hold_wanted(m, &command->as.hold_seats, now_ms);
    case COMMAND_RELEASE_HOLD:
        return release_wanted(m, &command->as.release_hold);
    case COMMAND_CONFIRM_HOLD:
        return confirm_wanted(m, &command->as.confirm_hold, now_ms);
    case COMMAND_SETTLE_PAYMENT:
        return settle_wanted(m, &command->as.settle_payment, now_ms);
    default:
        return scan_said(m, command, stadium, facts);
    }
}

void ticket_model_hear(struct ticket_model *m, const struct stadium *stadium,
                       const struct command *command, enum status said, const struct facts *facts)
{
    expire(m, command->time_ms);
    bool ours = command->kind >= COMMAND_CREATE_EVENT && command->kind <= COMMAND_SCAN_TICKET;
    if (ours) {
        enum status status = wanted(m, stadium, command, facts);
        must_say(said == status, "%s was answered, and the model says %s", status_reason(said),
                 status_reason(status));
    }
    for (uint32_t i = 0; i < facts->count; i++) {
        if (facts->items[i].kind == FACT_PAYMENT_WANTED)
            hear_payment(m, stadium, &facts->items[i].as.payment_wanted);
    }
    ticket_model_compare(m, stadium, command->time_ms);
}
