/*
 * What goes with a ticket. An add-on is a type of ticket that is had only together with one of
 * another type: parking, a scarf, a meal. A bundle is a type of ticket that brings add-ons, at a
 * part of its own price. Both are lines as all others are, with a price, a tax, quotas, a ticket;
 * what is kept here beside them is which line goes with which.
 *
 * Always: an add-on's line goes with a line of a ticket in the same hold, which is no add-on. What
 * becomes of the ticket becomes of its add-ons: given back, exchanged, handed on. What a bundle
 * brought never leaves it.
 */
#ifndef CORE_ADDON_H
#define CORE_ADDON_H

#include "server/base/pool.h"
#include "server/core/id.h"
#include "server/core/id_map.h"
#include "server/core/limits.h"

#include <stdbool.h>

/* Of a type that is an add-on. */
struct addon {
    uint32_t event, type;    /* The type's index within the event. */
    uint32_t goes_with;      /* Bit by type; 0: it is none any more. */
    uint32_t min_per_ticket; /* Of each of those, when the hold is confirmed. */
    uint32_t max_per_ticket; /* 0: as many as a hold can have. Beside what a bundle brings. */
    uint64_t version;        /* Seq of the fact that set it; 0: there is no row. */
};

/* What a type brings: one column an item. */
struct bundle {
    uint32_t event, type;
    uint32_t count;                     /* Items; 0: none any more. */
    uint32_t addon[BUNDLE_ITEMS];       /* Types that are add-ons to it. */
    uint32_t pieces[BUNDLE_ITEMS];      /* Of each, a line each. */
    uint32_t price_minor[BUNDLE_ITEMS]; /* Of a piece: that part of the ticket's price. */
    uint64_t version;
};

/* Of an event that has such. */
struct addons {
    struct addon addons[EVENT_TYPES];
    struct bundle bundles[EVENT_TYPES];
};

/* Which lines of a hold go with which: a row a hold that has add-ons. */
struct companions {
    uint32_t hold;
    uint32_t addons;  /* Bit by line: it is an add-on, */
    uint32_t bundled; /* and came with a bundle. */
    uint64_t with;    /* Four bits a line: the line that it goes with. */
};

#define NO_LINE UINT32_MAX

struct stadium;
struct command;
struct cart;
struct seathold;
struct fact;
struct facts;

void addons_init(struct stadium *);
void addons_fini(struct stadium *);

/* addon.c */
enum status addon_decide(const struct stadium *, const struct command *, struct facts *);
void addon_evolve(struct stadium *, const struct fact *);
bool addon_is(const struct stadium *, uint32_t event, uint32_t type);
/* The hold has other lines from now on, or is forgotten. */
void companions_forget(struct stadium *, uint32_t hold);
/* Zeroed: it has no add-ons. */
struct companions companions_of(const struct stadium *, uint32_t hold);
/* The line that a line goes with, or NO_LINE. */
uint32_t companion_of(const struct companions *, uint32_t line);
/* Bits of the lines that go with those of `lines`, beside them. */
uint32_t companions_with(const struct companions *, uint32_t lines);

/* Of an order: its lines keep their companions, whatever they are exchanged for. */
struct companions order_companions(const struct stadium *, uint32_t order);
/* Bits of `lines`, and of what goes with them and was not given back. False, and the refusal: they
 * are not to be had apart. */
bool order_lines_together(const struct stadium *, uint32_t order, uint32_t lines, bool as_organiser,
                          uint32_t *all, struct facts *);
/* Whether it goes with another ticket of its order, or another that lives goes with it. */
bool ticket_goes_with(const struct stadium *, uint32_t ticket);

/* addon_cart.c: carts. What stays of the hold that changes, where line i becomes line to[i];
 * NO_LINE: it goes. */
void cart_keep_companions(const struct stadium *, struct cart *, const uint32_t *to);
/* Bits of the lines that go if these do; refused when a bundle would be torn apart. */
enum status cart_remove(const struct stadium *, const struct cart *, uint32_t remove,
                        uint32_t *gone, struct facts *);
/* Lines from `first` on are new: brings what bundles do, and finds what add-ons go with. `with`: 1
 * + line of the cart, 0: any; one a line, or none. */
enum status cart_add_companions(const struct stadium *, struct cart *, uint32_t first,
                                struct u32s with, struct facts *);
/* The fact of it, if it has add-ons: behind the one that makes its lines. */
void cart_companions(const struct cart *, uint32_t hold, int64_t now_ms, struct facts *);
/* Every ticket of the hold has the add-ons that it needs. */
enum status companions_complete(const struct stadium *, const struct seathold *, struct facts *);

#endif
