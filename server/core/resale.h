/*
 * Tickets that their buyers offer to others, for no more than the event allows.
 *
 *      listing   OPEN -> SOLD | WITHDRAWN        either -> OPEN when it is offered again
 *
 * While it is offered a ticket opens nothing. Somebody holds it as they hold a seat, and confirms
 * that hold: a hold of a listing takes nothing but its owner's share of the type, as the line of
 * the seller still has the rest. When it is paid, in one turn, the seller's line is given back for
 * the price less the fee, the buyer's hold takes what came free, and is sold.
 */
#ifndef CORE_RESALE_H
#define CORE_RESALE_H

#include "server/base/chain.h"
#include "server/base/pool.h"
#include "server/base/status.h"
#include "server/core/id_map.h"

#include <stdbool.h>

enum { RESALE_CAP_MAX = 100, RESALE_FEE_MAX_BP = 10000 };

/* Of an event. */
struct resale_terms {
    uint32_t cap_percent; /* Of what the seller paid, 1..RESALE_CAP_MAX; 0: there is no resale. */
    uint32_t fee_bp;      /* Of the price, in hundredths of a per cent: not the seller's. */
    uint64_t version;     /* 0: none were set. */
};

enum listing_state { LISTING_OPEN = 1, LISTING_SOLD, LISTING_WITHDRAWN };

/* One for each ticket that was ever offered. */
struct listing {
    uint32_t ticket;      /* Index. */
    uint32_t state;       /* enum listing_state */
    uint32_t price_minor; /* To be paid, with all taxes. */
    int64_t listed_ms;
    uint32_t hold; /* 1 + the hold that had it last; 0: none yet. See listing_holder(). */
    uint64_t version;
};

/* Derived from the rows, but for the terms. */
struct resale {
    struct resale_terms terms;
    struct chain open; /* Listings, the first to be offered first. */
};
struct resales {
    struct resale **of; /* By event; NULL until there is something to keep. */
    struct pool listings, links;
    struct id_map of_ticket; /* { 0, 1 + ticket } -> listing */
    struct id_map of_hold;   /* { 0, 1 + hold } -> listing */
};

struct stadium;
struct command;
struct hold_seats;
struct seathold;
struct fact;
struct facts;
struct ticket;

void resales_init(struct stadium *);
void resales_fini(struct stadium *);
enum status resale_decide(const struct stadium *, const struct command *, struct facts *);
void resale_evolve(struct stadium *, const struct fact *); /* set, listed, withdrawn, sold */

/* What HOLD_SEATS asks for is a listing: its fact. The event sells, and the person may hold. */
enum status resale_hold_decide(const struct stadium *, const struct command *, uint32_t event,
                               struct facts *);
/* The hold is made; its slot is used again; it is held once more. */
void resale_held(struct stadium *, uint32_t ticket, uint32_t hold);
void resale_hold_forgotten(struct stadium *, uint32_t hold);
void resale_hold_revived(struct stadium *, uint32_t hold);
/* The listing that a hold is of, until it is sold; NULL: it is of seats or places. */
const struct listing *resale_of_hold(const struct stadium *, uint32_t hold);
/* Whether it can be paid for: still offered, to this hold, and good. */
bool resale_stands(const struct stadium *, uint32_t hold);
/* It expired and is paid for after all: whether it can be had once more; a hold whose time is over
 * ends for it. */
bool resale_can_revive(const struct stadium *, uint32_t hold, int64_t now_ms, struct facts *);
/* The order of such a hold is paid next: the seller's line goes back. `number` as in
 * payment_want(). */
void resale_sell(const struct stadium *, uint32_t hold, uint32_t *number, int64_t now_ms,
                 struct facts *);
/* It was cancelled, moved or used: it is offered no more. */
void resale_ticket_changed(struct stadium *, uint32_t ticket);

#endif
