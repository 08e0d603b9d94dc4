#include "server/wire/resale.h"

#include "server/wire/id.h"

Tifo__V1__ResaleTerms *wire_resale_terms(struct resale_terms terms, struct arena *arena)
{
    Tifo__V1__ResaleTerms *to = arena_alloc(arena, sizeof *to);
    tifo__v1__resale_terms__init(to);
    to->cap_percent = terms.cap_percent;
    to->fee_bp = terms.fee_bp;
    to->version = terms.version;
    return to;
}

Tifo__V1__Offer *wire_offer(const struct stadium *stadium, const struct listing *listing,
                            const struct seating *seating, int64_t now_ms, struct arena *arena)
{
    uint32_t count;
    const struct ticket *ticket = stadium_ticket(stadium, listing->ticket);
    const struct event *event = &stadium_events(stadium, &count)[ticket->event];
    Tifo__V1__Offer *to = arena_alloc(arena, sizeof *to);
    tifo__v1__offer__init(to);
    to->ticket_id = wire_id_text(ticket->id, arena);
    to->event_id = wire_id_text(event->id, arena);
    to->ticket_type = ticket->type;
    to->seat = ticket->seat;
    if (ticket->seat != NO_SEAT) {
        const struct seat_place place = seating_find(seating, ticket->seat);
        to->block = place.block;
        to->row = (char *)place.row;
        to->seat_number = place.number;
    }
    to->price_minor = listing->price_minor;
    to->max_price_minor = stadium_resale_most(stadium, listing->ticket);
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->listed_ms = listing->listed_ms;
    to->held = stadium_listing_held(stadium, listing, now_ms);
    to->waiters_until_ms = stadium_listing_waiters_ms(stadium, listing);
    return to;
}
