/* What a hold shall have: decide fills a cart with lines, has it checked and priced, and makes the
 * fact of it. */
#ifndef CORE_CART_H
#define CORE_CART_H

#include "server/core/state.h"

struct cart {
    uint32_t event;
    const char *person;
    uint32_t hold;       /* 1 + index of the one that changes; 0: a new one. */
    uint32_t kept;       /* Lines of it that stay, at their prices: the first ones here. */
    bool anew;           /* No, they are priced anew, for another voucher. */
    bool reversed;       /* Its buyer owes the tax: prices are without. */
    uint32_t voucher;    /* 1 + index; 0: none. */
    uint32_t allocation; /* The number of one whose seats are theirs; ALLOCATION_NONE or _ANY. */
    bool chosen;         /* Seats of it are the best that were left. */
    bool behind;         /* Others wait for what comes free: it takes nothing of what is over. */

    uint32_t count;
    uint32_t type[HOLD_SEATS], seat[HOLD_SEATS], given[HOLD_SEATS];
    uint32_t with[HOLD_SEATS]; /* Of an add-on: 1 + the line that it goes with; 0: it is none. */
    uint32_t bundled;          /* Set: what bundles brought; `given` is its part of their price. */
    /* cart_check() says: */
    uint32_t price_minor[HOLD_SEATS], fee_minor[HOLD_SEATS], tax_minor[HOLD_SEATS];
    uint32_t tax_added, voucher_lines;
};

/* Behind the lines that are there; the best seats are chosen here. Refused is what could not be
 * lines at all. */
enum status cart_add(const struct stadium *, struct cart *, const struct wanted_lines *,
                     int64_t now_ms, struct facts *);
/* Those that stay of the hold that changes, into an empty cart. `remove` ascends. */
enum status cart_keep(const struct stadium *, struct cart *, struct u32s remove, struct facts *);
enum status cart_voucher(const struct stadium *, struct cart *, const char *code, struct facts *);
/* Whether all of it can be had: prices it, and ends holds whose time is over if that makes room. */
enum status cart_check(const struct stadium *, struct cart *, int64_t now_ms, struct facts *);
struct held_lines cart_lines(const struct cart *, struct arena *);

#endif
