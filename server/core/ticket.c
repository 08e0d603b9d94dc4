#include "server/core/ticket.h"

#include "server/core/state.h"

#include <assert.h>

static struct ticket *ticket_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.tickets, index);
}

/* ---- Scanning ---------------------------------------------------------------------------- */

/* Whether the ticket opens the gate: the first reason why not, in this order. */
static enum scan_result judge(const struct stadium *s, const struct ticket *ticket,
                              const struct scan_ticket *ask, int64_t now_ms)
{
    const struct event *event = &s->booking.events[ticket->event];
    if (!id_equal(event->id, ask->ticket_event) || ask->generation > ticket->generation)
        return SCAN_INVALID; /* We never signed that. */
    if (!id_is_none(ask->event) && !id_equal(event->id, ask->event))
        return SCAN_PRODUCT;
    if (ticket->state == TICKET_CANCELLED || event->state == EVENT_CANCELLED)
        return SCAN_CANCELLED;
    if (ask->generation < ticket->generation)
        return SCAN_REVOKED;
    if (now_ms < event->doors_ms || now_ms > event->ends_ms || now_ms < ask->not_before_ms ||
        now_ms > ask->not_after_ms)
        return SCAN_INVALID_TIME;
    if (ticket->state == TICKET_CHECKED_IN)
        return ticket->nonce == ask->nonce && ticket->gate == ask->gate ? SCAN_OK
                                                                        : SCAN_ALREADY_REDEEMED;
    if (s->gate_states[ask->gate].mode == GATE_CLOSED)
        return SCAN_RULES;
    return SCAN_OK;
}

static struct scan scan_of(const struct stadium *s, const struct scan_ticket *ask, int64_t now_ms)
{
    uint32_t index = ask->forged ? ID_MAP_NONE : id_map_find(&s->booking.ticket_ids, ask->ticket);
    if (index == ID_MAP_NONE)
        return (struct scan){ .result = SCAN_INVALID };
    const struct ticket *ticket = ticket_get(s, index);
    enum scan_result result = judge(s, ticket, ask, now_ms);
    return (struct scan){
        .result = result,
        .ticket = index + 1,
        .again = result == SCAN_OK && ticket->state == TICKET_CHECKED_IN,
    };
}

enum status ticket_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct scan_ticket *ask = &command->as.scan_ticket;
    const struct venue *venue = stadium_venue(s);
    if (!venue)
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, NULL, "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (ask->gate >= venue->gate_count)
        return facts_refuse(out, STATUS_UNKNOWN_GATE, "gate",
                            "gate: %u is no gate of \"%s\"; it has 0 to %u", ask->gate, venue->id,
                            venue->gate_count - 1);
    if (ask->nonce == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "nonce",
                            "nonce: draw a number for each scan, but not 0");
    out->scan = scan_of(s, ask, command->time_ms);
    if (out->scan.again)
        return STATUS_OK;
    if (out->scan.result == SCAN_OK)
        facts_add(out, FACT_TICKET_ADMITTED, command->time_ms)->as.ticket_admitted =
            (struct ticket_admitted){ out->scan.ticket - 1, ask->gate, ask->nonce };
    else
        facts_add(out, FACT_TICKET_REFUSED, command->time_ms)->as.ticket_refused =
            (struct ticket_refused){ out->scan.ticket, ask->gate, out->scan.result };
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

void tickets_issue(struct stadium *s, uint32_t index, struct u64s high, struct u64s low)
{
    struct booking *b = &s->booking;
    const struct order *order = stadium_order(s, index);
    const struct seathold *hold = stadium_hold(s, order->hold);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        struct ticket *ticket = pool_add(&b->tickets);
        *ticket = (struct ticket){
            .id = { high.v[i], low.v[i] },
            .event = order->event,
            .order = index,
            .seat = hold->seats[i],
            .state = TICKET_VALID,
            .generation = 1,
        };
        id_map_add(&b->ticket_ids, ticket->id, order->first_ticket + i);
        row_add(s, ROW_TICKET, order->first_ticket + i, ticket);
    }
}

void tickets_cancel(struct stadium *s, uint32_t index)
{
    const struct order *order = stadium_order(s, index);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        struct ticket *ticket = ticket_get(s, order->first_ticket + i);
        row_remove(s, ROW_TICKET, order->first_ticket + i, ticket);
        ticket->state = TICKET_CANCELLED;
        row_add(s, ROW_TICKET, order->first_ticket + i, ticket);
    }
}

void ticket_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_TICKET_REFUSED)
        return; /* It is there for the record. */
    assert(fact->kind == FACT_TICKET_ADMITTED);
    const struct ticket_admitted *admitted = &fact->as.ticket_admitted;
    struct ticket *ticket = ticket_get(s, admitted->ticket);
    assert(ticket->state == TICKET_VALID);
    row_remove(s, ROW_TICKET, admitted->ticket, ticket);
    ticket->state = TICKET_CHECKED_IN;
    ticket->admitted_ms = fact->time_ms;
    ticket->gate = admitted->gate;
    ticket->nonce = admitted->nonce;
    row_add(s, ROW_TICKET, admitted->ticket, ticket);
    struct event *event = &s->booking.events[ticket->event];
    row_remove(s, ROW_EVENT, ticket->event, event);
    event->admitted++;
    row_add(s, ROW_EVENT, ticket->event, event);
    crowd_admit(s, admitted->gate, fact->time_ms);
}
