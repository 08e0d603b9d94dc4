#include "server/wire/order.h"

#include "server/wire/id.h"
#include "server/wire/seats.h"

#include <string.h>

static Tifo__V1__OrderLine *wire_line(const struct stadium *stadium, uint32_t index,
                                      uint32_t position, struct arena *arena)
{
    const struct order *order = stadium_order(stadium, index);
    const struct order_line line = stadium_order_line(stadium, index, position);
    Tifo__V1__OrderLine *to = arena_alloc(arena, sizeof *to);
    bool bundled;
    tifo__v1__order_line__init(to);
    const struct seathold *hold = stadium_hold(stadium, line.hold);
    const struct hold_lines *lines = stadium_hold_lines(stadium, hold);
    to->position = position;
    to->ticket_type = line.type;
    to->seat = line.seat;
    to->price_minor = lines->price_minor[line.at];
    to->fee_minor = lines->fee_minor[line.at];
    to->tax_minor = lines->tax_minor[line.at];
    to->voucher = lines->voucher_lines >> line.at & 1;
    to->total_minor = line.amounts.total_minor;
    to->cancelled = line.cancelled;
    to->refund_minor = line.refund_minor;
    to->addon_to = stadium_companion(stadium, order->hold, position, &bundled) + 1;
    to->bundled = bundled;
    if (position < order->ticket_count)
        to->ticket_id =
            wire_id_text(stadium_ticket(stadium, order->first_ticket + position)->id, arena);
    return to;
}

static void copy_lines(const struct stadium *stadium, uint32_t index, struct arena *arena,
                       Tifo__V1__Order *to)
{
    const uint32_t count = stadium_order_lines(stadium, index);
    to->lines = arena_array(arena, count, sizeof *to->lines);
    to->seats = arena_array(arena, count, sizeof *to->seats);
    to->ticket_ids = arena_array(arena, count, sizeof *to->ticket_ids);
    for (uint32_t i = 0; i < count; i++) {
        Tifo__V1__OrderLine *line = wire_line(stadium, index, i, arena);
        to->lines[to->n_lines++] = line;
        to->seats[to->n_seats++] = line->seat;
        if (line->ticket_id[0])
            to->ticket_ids[to->n_ticket_ids++] = line->ticket_id;
    }
}

Tifo__V1__Order *wire_order(const struct stadium *stadium, const struct order *order,
                            struct arena *arena)
{
    uint32_t count;
    const uint32_t index = stadium_order_index(stadium, order);
    const struct event *event = &stadium_events(stadium, &count)[order->event];
    const struct order_money *money = stadium_order_money(stadium, index);
    const char *reference = stadium_payment_reference(stadium, index);
    Tifo__V1__Order *to = arena_alloc(arena, sizeof *to);
    tifo__v1__order__init(to);
    to->order_id = wire_id_text(order->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->hold_id = wire_id_text(stadium_hold(stadium, order->hold)->id, arena);
    to->state = (Tifo__V1__OrderState)order->state;
    to->total_minor = order->total_minor;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->placed_ms = order->placed_ms;
    to->version = order->version;
    to->person = arena_copy(arena, order->person, sizeof order->person);
    to->tender = (Tifo__V1__Tender)(money->tender ? money->tender : TENDER_CARD);
    to->expires_ms = money->expires_ms;
    to->captured_minor = money->captured_minor;
    to->refunded_minor = money->refunded_minor;
    to->refunding_minor = money->refunding_minor;
    to->exchanging = money->exchange_hold != 0;
    if (stadium_order_lines(stadium, index) > 0) /* Else it may be its hold's since then. */
        to->buyer_tax_id = wire_buyer(stadium, order->hold, arena);
    to->payment_reference = arena_copy(arena, reference, strlen(reference) + 1);
    copy_lines(stadium, index, arena, to);
    return to;
}
