#include "server/core/ticket.h"

#include "server/core/state.h"

#include <assert.h>

static struct ticket *ticket_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.tickets, index);
}

struct ticket *ticket_open(struct stadium *s, uint32_t index)
{
    struct ticket *ticket = ticket_get(s, index);
    row_remove(s, ROW_TICKET, index, ticket);
    return ticket;
}

void ticket_close(struct stadium *s, uint32_t index)
{
    row_add(s, ROW_TICKET, index, ticket_get(s, index));
    resale_ticket_changed(s, index);
    door_ticket_changed(s, index);
}

void tickets_issue(struct stadium *s, uint32_t index, struct u64s high, struct u64s low)
{
    struct booking *b = &s->booking;
    const struct order *order = stadium_order(s, index);
    const struct seathold *hold = stadium_hold(s, order->hold);
    const struct hold_lines *lines = lines_get(s, order->hold);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        struct ticket *ticket = pool_add(&b->tickets);
        *ticket = (struct ticket){
            .id = { high.v[i], low.v[i] },
            .event = order->event,
            .order = index,
            .seat = hold->seats[i],
            .state = TICKET_VALID,
            .generation = 1,
            .type = lines->type[i],
        };
        ticket_enter(s, order->first_ticket + i);
        row_add(s, ROW_TICKET, order->first_ticket + i, ticket);
        door_ticket_issued(s, order->first_ticket + i);
    }
}

void ticket_cancel(struct stadium *s, uint32_t index)
{
    ticket_open(s, index)->state = TICKET_CANCELLED;
    ticket_close(s, index);
}

void tickets_cancel(struct stadium *s, uint32_t index)
{
    const struct order *order = stadium_order(s, index);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        ticket_cancel(s, order->first_ticket + i);
}

void ticket_move(struct stadium *s, uint32_t index, uint32_t seat, uint32_t type)
{
    struct ticket *ticket = ticket_open(s, index);
    ticket->seat = seat;
    ticket->type = type;
    ticket->generation++;
    ticket_close(s, index);
}

void ticket_admit(struct stadium *s, const struct ticket_admitted *admitted, int64_t at_ms)
{
    struct ticket *ticket = ticket_open(s, admitted->ticket);
    assert(ticket->state == TICKET_VALID);
    ticket->state = TICKET_CHECKED_IN;
    ticket->admitted_ms = at_ms;
    ticket->gate = admitted->gate;
    ticket->nonce = admitted->nonce;
    ticket_close(s, admitted->ticket);
    struct event *event = &s->booking.events[ticket->event];
    event_counts_open(s, ticket->event);
    event->admitted++;
    event_counts_close(s, ticket->event);
}

void ticket_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_TICKET_REFUSED)
        return; /* It is there for the record. */
    assert(fact->kind == FACT_TICKET_ADMITTED);
    ticket_admit(s, &fact->as.ticket_admitted, fact->time_ms);
    crowd_admit(s, fact->as.ticket_admitted.gate, false, fact->time_ms, fact->time_ms);
}
