#include "server/wire/order.h"

#include "server/wire/id.h"
#include "server/wire/seats.h"

Tifo__V1__Order *wire_order(const struct stadium *stadium, const struct order *order,
                            struct arena *arena)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[order->event];
    const struct seathold *hold = stadium_hold(stadium, order->hold);
    Tifo__V1__Order *to = arena_alloc(arena, sizeof *to);
    tifo__v1__order__init(to);
    to->order_id = wire_id_text(order->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->hold_id = wire_id_text(hold->id, arena);
    to->state = (Tifo__V1__OrderState)order->state;
    to->n_seats = hold->seat_count;
    to->seats = arena_copy(arena, hold->seats, hold->seat_count * sizeof *hold->seats);
    to->n_lines = hold->seat_count;
    to->lines = wire_lines(stadium, hold, arena);
    to->total_minor = order->total_minor;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->placed_ms = order->placed_ms;
    to->version = order->version;
    to->ticket_ids = arena_array(arena, order->ticket_count, sizeof *to->ticket_ids);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        to->ticket_ids[to->n_ticket_ids++] =
            wire_id_text(stadium_ticket(stadium, order->first_ticket + i)->id, arena);
    return to;
}
