/* The part of a cart that knows how seats lie to each other: the best that are left, and orphans.
 */
#ifndef CORE_CART_SEATS_H
#define CORE_CART_SEATS_H

#include "server/core/cart.h"

/* The best seats, as lines behind those that are there. */
enum status cart_add_best(const struct stadium *, struct cart *, const struct wanted_best *,
                          int64_t now_ms, struct facts *);
/* Whether the seats that come in leave one alone, in an event that refuses it. Not those that were
 * chosen here: there was no better way. */
enum status cart_check_orphans(const struct stadium *, const struct cart *, int64_t now_ms,
                               struct facts *);

#endif
