#include "server/wire/ticket.h"

#include "server/wire/id.h"

#include <stdio.h>

static const struct event *event_of(const struct stadium *stadium, const struct ticket *ticket)
{
    uint32_t count;
    return &stadium_events(stadium, &count)[ticket->event];
}

Tifo__V1__Ticket *wire_ticket(const struct stadium *stadium, const struct ticket *ticket,
                              const struct seating *seating, struct arena *arena)
{
    const struct event *event = event_of(stadium, ticket);
    const struct seat_place place = seating_find(seating, ticket->seat);
    Tifo__V1__Ticket *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ticket__init(to);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->order_id = wire_id_text(stadium_order(stadium, ticket->order)->id, arena);
    to->state = (Tifo__V1__TicketState)ticket->state;
    to->seat = ticket->seat;
    to->block = place.block;
    to->row = (char *)place.row;
    to->seat_number = place.number;
    to->generation = ticket->generation;
    to->not_before_ms = event->doors_ms;
    to->not_after_ms = event->ends_ms;
    return to;
}

void wire_ticket_claim(const Tifo__V1__Ticket *ticket, struct ticket_claim *claim)
{
    struct id id = { 0 }, event = { 0 };
    wire_id_read(ticket->ticket_id, &id);
    wire_id_read(ticket->event_id, &event);
    *claim = (struct ticket_claim){
        .seat = ticket->seat,
        .generation = ticket->generation,
        .not_before_ms = ticket->not_before_ms,
        .not_after_ms = ticket->not_after_ms,
    };
    wire_id_to_bytes(id, claim->ticket);
    wire_id_to_bytes(event, claim->event);
}

void wire_scan(const struct ticket_claim *claim, struct scan_ticket *to)
{
    to->ticket = wire_id_from_bytes(claim->ticket);
    to->ticket_event = wire_id_from_bytes(claim->event);
    to->generation = claim->generation;
    to->not_before_ms = claim->not_before_ms;
    to->not_after_ms = claim->not_after_ms;
}

/* ---- What a scan came to ----------------------------------------------------------------------
 */

static const char *const sentences[] = {
    [SCAN_OK] = "Welcome.",
    [SCAN_INVALID] = "Not one of our tickets. Send them to the ticket office.",
    [SCAN_PRODUCT] = "For another event.",
    [SCAN_INVALID_TIME] = "Not valid at this time.",
    [SCAN_CANCELLED] = "Cancelled; the money goes back.",
    [SCAN_REVOKED] = "A newer ticket was issued for this seat; ask for that one.",
    [SCAN_ALREADY_REDEEMED] = "Somebody is in with it already.",
    [SCAN_RULES] = "This gate is closed. Send them to an open one.",
};

/* "Let in at 18:02 by G1 already." says more than the general sentence: where to look. */
static char *already(const struct stadium *stadium, const struct ticket *ticket,
                     struct arena *arena)
{
    char text[160];
    const long long minute = ticket->admitted_ms / 60000;
    const int size = snprintf(
        text, sizeof text, "Somebody is in with it already, since %02lld:%02lld UTC by %s.",
        minute / 60 % 24, minute % 60, venue_gate_name(stadium_venue(stadium), ticket->gate));
    return arena_copy(arena, text, (size_t)size + 1);
}

Tifo__V1__ScanTicketResponse *wire_scanned(const struct stadium *stadium, const struct scan *scan,
                                           const struct seating *seating, struct arena *arena)
{
    Tifo__V1__ScanTicketResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__scan_ticket_response__init(to);
    to->result = (Tifo__V1__ScanResult)scan->result;
    to->sentence = (char *)sentences[scan->result];
    if (scan->ticket == 0 || scan->result == SCAN_INVALID)
        return to;
    const struct ticket *ticket = stadium_ticket(stadium, scan->ticket - 1);
    const struct seat_place place = seating_find(seating, ticket->seat);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->event_id = wire_id_text(event_of(stadium, ticket)->id, arena);
    to->seat = ticket->seat;
    to->block = place.block;
    to->row = (char *)place.row;
    to->seat_number = place.number;
    if (scan->result == SCAN_ALREADY_REDEEMED) {
        to->first_ms = ticket->admitted_ms;
        to->first_gate = ticket->gate;
        to->sentence = already(stadium, ticket, arena);
    }
    return to;
}
