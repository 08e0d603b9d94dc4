#include "server/core/state.h"

#include <assert.h>

void resales_init(struct stadium *s)
{
    struct resales *r = &s->booking.resales;
    r->of = arena_array(&s->arena, s->limits.events, sizeof(struct resale *));
    pool_init(&r->listings, &s->arena, sizeof(struct listing), s->limits.tickets);
    pool_init(&r->links, &s->arena, sizeof(struct chained), s->limits.tickets);
}

void resales_fini(struct stadium *s)
{
    id_map_fini(&s->booking.resales.of_ticket);
    id_map_fini(&s->booking.resales.of_hold);
}

static struct id key_of(uint32_t index)
{
    return (struct id){ 0, (uint64_t)index + 1 };
}

static struct resale *resale_of(struct stadium *s, uint32_t event)
{
    struct resale **of = &s->booking.resales.of[event];
    if (!*of)
        *of = arena_alloc(&s->arena, sizeof(**of));
    return *of;
}

/* Its row leaves the digest and the list of those that are open, and comes back, in its new state.
 */
static struct listing *listing_open(struct stadium *s, uint32_t row)
{
    struct resales *r = &s->booking.resales;
    struct listing *listing = pool_get(&r->listings, row);
    row_remove(s, ROW_LISTING, row, listing);
    listing->version = s->head.seq;
    return listing;
}

static void listing_move(struct stadium *s, uint32_t row, enum listing_state state)
{
    struct resales *r = &s->booking.resales;
    struct listing *listing = pool_get(&r->listings, row);
    struct chain *open = &resale_of(s, stadium_ticket(s, listing->ticket)->event)->open;
    if (listing->state == LISTING_OPEN)
        chain_remove(open, &r->links, row);
    listing_open(s, row)->state = state;
    if (state == LISTING_OPEN)
        chain_add(open, &r->links, row);
    row_add(s, ROW_LISTING, row, listing);
    door_ticket_changed(s, listing->ticket);
}

/* ---- Around a hold of it ----------------------------------------------------------------- */

static void hold_set(struct stadium *s, uint32_t row, uint32_t hold)
{
    listing_open(s, row)->hold = hold + 1;
    row_add(s, ROW_LISTING, row, pool_get(&s->booking.resales.listings, row));
}

void resale_held(struct stadium *s, uint32_t ticket, uint32_t hold)
{
    struct resales *r = &s->booking.resales;
    const uint32_t row = id_map_find(&r->of_ticket, key_of(ticket));
    id_map_add(&r->of_hold, key_of(hold), row);
    hold_set(s, row, hold);
}

void resale_hold_forgotten(struct stadium *s, uint32_t hold)
{
    if (resale_of_hold(s, hold))
        id_map_remove(&s->booking.resales.of_hold, key_of(hold));
}

void resale_hold_revived(struct stadium *s, uint32_t hold)
{
    if (resale_of_hold(s, hold))
        hold_set(s, id_map_find(&s->booking.resales.of_hold, key_of(hold)), hold);
}

void resale_ticket_changed(struct stadium *s, uint32_t ticket)
{
    const struct listing *listing = stadium_listing(s, ticket);
    if (listing)
        listing_move(s, id_map_find(&s->booking.resales.of_ticket, key_of(ticket)),
                     LISTING_WITHDRAWN);
}

/* ---- Facts ------------------------------------------------------------------------------- */

static void set_evolve(struct stadium *s, const struct resale_set *set)
{
    struct resale_terms *terms = &resale_of(s, set->event)->terms;
    if (terms->version)
        row_remove(s, ROW_RESALE, set->event, terms);
    *terms = (struct resale_terms){ set->cap_percent, set->fee_bp, s->head.seq };
    row_add(s, ROW_RESALE, set->event, terms);
}

static void listed_evolve(struct stadium *s, const struct ticket_listed *listed, int64_t now_ms)
{
    struct resales *r = &s->booking.resales;
    uint32_t row = id_map_find(&r->of_ticket, key_of(listed->ticket));
    if (row == ID_MAP_NONE) {
        row = r->listings.count;
        struct listing *fresh = pool_add(&r->listings);
        pool_add(&r->links);
        *fresh = (struct listing){ .ticket = listed->ticket, .state = LISTING_WITHDRAWN };
        id_map_add(&r->of_ticket, key_of(listed->ticket), row);
        row_add(s, ROW_LISTING, row, fresh);
    }
    struct listing *listing = listing_open(s, row);
    listing->price_minor = listed->price_minor;
    listing->listed_ms = now_ms;
    row_add(s, ROW_LISTING, row, listing);
    listing_move(s, row, LISTING_OPEN);
}

/* What came free of the seller's line is the buyer's hold's, which had its owner's share before. */
static void sold_evolve(struct stadium *s, const struct listing_sold *sold)
{
    const struct seathold *hold = hold_get(s, sold->hold);
    const struct listing *listing = resale_of_hold(s, sold->hold);
    assert(listing && listing->ticket == sold->ticket && hold->state == HOLD_CONFIRMING);
    listing_move(s, id_map_find(&s->booking.resales.of_ticket, key_of(sold->ticket)), LISTING_SOLD);
    lines_set(s, sold->hold, 1, SEAT_HELD, SEAT_FREE, 0);
    resale_hold_forgotten(s, sold->hold);
    lines_set(s, sold->hold, 1, SEAT_FREE, SEAT_HELD, sold->hold);
}

void resale_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_RESALE_SET:
        set_evolve(s, &fact->as.resale_set);
        break;
    case FACT_TICKET_LISTED:
        listed_evolve(s, &fact->as.ticket_listed, fact->time_ms);
        break;
    case FACT_LISTING_WITHDRAWN:
        resale_ticket_changed(s, fact->as.listing_withdrawn.ticket);
        break;
    default:
        assert(fact->kind == FACT_LISTING_SOLD);
        sold_evolve(s, &fact->as.listing_sold);
    }
}
