#include "server/wire/ticket.h"

#include "server/core/medium.h"
#include "server/wire/id.h"

#include <stdio.h>
#include <string.h>

static const struct event *event_of(const struct stadium *stadium, const struct ticket *ticket)
{
    uint32_t count;
    return &stadium_events(stadium, &count)[ticket->event];
}

/* Places of general admission are nowhere. */
static struct seat_place place_of(const struct ticket *ticket, const struct seating *seating)
{
    if (ticket->seat == NO_SEAT)
        return (struct seat_place){ .row = "" };
    return seating_find(seating, ticket->seat);
}

static Tifo__V1__TicketState state_of(const struct stadium *stadium, uint32_t index,
                                      const char *viewer)
{
    const struct ticket *ticket = stadium_ticket(stadium, index);
    if (viewer && strcmp(viewer, stadium_ticket_person(stadium, index)) != 0)
        return TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED;
    if (ticket->state != TICKET_CANCELLED && stadium_ticket_blocked(stadium, index, NULL))
        return TIFO__V1__TICKET_STATE__TICKET_STATE_BLOCKED;
    if (stadium_listing(stadium, index))
        return TIFO__V1__TICKET_STATE__TICKET_STATE_LISTED;
    return (Tifo__V1__TicketState)ticket->state;
}

Tifo__V1__Ticket *wire_ticket(const struct stadium *stadium, uint32_t index, const char *viewer,
                              const struct seating *seating, struct arena *arena)
{
    const struct ticket *ticket = stadium_ticket(stadium, index);
    const struct event *event = event_of(stadium, ticket);
    const struct seat_place place = place_of(ticket, seating);
    const char *holder = stadium_ticket_person(stadium, index);
    uint8_t id[TICKET_ID_BYTES];
    Tifo__V1__Ticket *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ticket__init(to);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->order_id = wire_id_text(stadium_order(stadium, ticket->order)->id, arena);
    to->state = state_of(stadium, index, viewer);
    to->ticket_type = ticket->type;
    to->seat = ticket->seat;
    to->block = place.block;
    to->row = (char *)place.row;
    to->seat_number = place.number;
    to->generation = ticket->generation;
    to->not_before_ms = event->doors_ms;
    to->not_after_ms = event->ends_ms;
    to->sealed_until_ms =
        event->starts_ms - 1000 * (int64_t)stadium_door_rules(stadium, ticket->event).sealed_s;
    if (to->state != TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED)
        to->holder = arena_copy(arena, holder, strlen(holder) + 1);
    const struct medium *medium = stadium_ticket_medium(stadium, index);
    if (medium && to->state != TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED)
        to->medium = arena_copy(arena, medium->name, sizeof medium->name);
    wire_id_to_bytes(ticket->id, id);
    to->offline_gate = ticket_pin(id, stadium_venue(stadium)->gate_count);
    return to;
}

bool wire_ticket_is_open(const Tifo__V1__Ticket *ticket, int64_t now_ms)
{
    return ticket->state != TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED &&
           ticket->state != TIFO__V1__TICKET_STATE__TICKET_STATE_CANCELLED &&
           now_ms >= ticket->sealed_until_ms;
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
}

void wire_scan_form(const Tifo__V1__ScanTicketRequest *from, struct scan_ticket *to)
{
    to->gate = from->gate;
    to->nonce = from->nonce;
    to->list = from->list;
    to->exit = from->exit;
    to->id_checked = from->id_checked;
    to->by_hand = from->by_hand;
    to->forced = from->forced;
}

/* ---- What a scan came to ----------------------------------------------------------------------
 */

static const char *const sentences[] = {
    [SCAN_OK] = "Welcome.",
    [SCAN_INVALID] = "Not one of our tickets. Send them to the ticket office.",
    [SCAN_PRODUCT] = "For another event, or not for here.",
    [SCAN_INVALID_TIME] = "Not valid at this time.",
    [SCAN_CANCELLED] = "Cancelled; the money goes back.",
    [SCAN_REVOKED] = "A newer ticket was issued for this seat; ask for that one.",
    [SCAN_ALREADY_REDEEMED] = "Somebody is in with it already.",
    [SCAN_RULES] = "Not through this gate. It is closed, or for others.",
    [SCAN_INCOMPLETE] = "Look at their papers first, then scan again.",
    [SCAN_UNPAID] = "Not paid yet.",
    [SCAN_BLOCKED] = "Blocked. Send them to the ticket office.",
    [SCAN_AMBIGUOUS] = "This order has several tickets; give the id of one of them.",
    [SCAN_UNAPPROVED] = "Not approved yet.",
    [SCAN_ALREADY_EXCHANGED] = "It was exchanged for a wristband or the like: scan that.",
    [SCAN_MEDIUM_INVALID] = "Only codes are taken here: scan the ticket.",
    [SCAN_ERROR] = "This cannot be kept now. Send them to the ticket office.",
};

/* Says more than the general sentence: where to look. */
static char *already(const struct stadium *stadium, const struct scan *scan, struct arena *arena)
{
    char text[160];
    const long long minute = scan->first_ms / 60000;
    const int size = snprintf(
        text, sizeof text, "Somebody is in with it already, since %02lld:%02lld UTC by %s.",
        minute / 60 % 24, minute % 60, venue_gate_name(stadium_venue(stadium), scan->first_gate));
    return arena_copy(arena, text, (size_t)size + 1);
}

static char *blocked(const struct stadium *stadium, const struct scan *scan, struct arena *arena)
{
    char text[160];
    const char *reason;
    if (!stadium_ticket_blocked(stadium, scan->ticket - 1, &reason))
        reason = "it is offered for resale";
    const int size =
        snprintf(text, sizeof text, "Blocked: %s. Send them to the ticket office.", reason);
    return arena_copy(arena, text, (size_t)size + 1);
}

/* Of MEDIUM_INVALID: what is wrong with it. */
static char *unfit(const struct stadium *stadium, const struct scan *scan, struct arena *arena)
{
    char text[160];
    const struct medium *medium =
        scan->ticket ? stadium_ticket_medium(stadium, scan->ticket - 1) : NULL;
    if (scan->ticket && !(medium && medium->blocked))
        return (char *)sentences[SCAN_MEDIUM_INVALID];
    if (!medium)
        return "It stands for no ticket. Ask for the ticket, and scan that.";
    const int size = snprintf(text, sizeof text,
                              "It is blocked: %s. Send them to the ticket office.", medium->reason);
    return arena_copy(arena, text, (size_t)size + 1);
}

Tifo__V1__ScanTicketResponse *wire_scanned(const struct stadium *stadium, const struct scan *scan,
                                           const struct seating *seating, struct arena *arena)
{
    Tifo__V1__ScanTicketResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__scan_ticket_response__init(to);
    to->result = (Tifo__V1__ScanResult)scan->result;
    to->sentence = (char *)sentences[scan->result];
    if (scan->result == SCAN_MEDIUM_INVALID)
        to->sentence = unfit(stadium, scan, arena);
    if (scan->ticket == 0 || scan->result == SCAN_INVALID)
        return to;
    const struct ticket *ticket = stadium_ticket(stadium, scan->ticket - 1);
    const struct seat_place place = place_of(ticket, seating);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->event_id = wire_id_text(event_of(stadium, ticket)->id, arena);
    to->seat = ticket->seat;
    to->block = place.block;
    to->row = (char *)place.row;
    to->seat_number = place.number;
    if (scan->result == SCAN_ALREADY_REDEEMED) {
        to->first_ms = scan->first_ms;
        to->first_gate = scan->first_gate;
        to->sentence = already(stadium, scan, arena);
    }
    if (scan->result == SCAN_BLOCKED)
        to->sentence = blocked(stadium, scan, arena);
    return to;
}
