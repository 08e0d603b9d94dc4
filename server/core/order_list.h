/* The orders of a person, the newest first. Derived from the rows of orders: no part of the digest.
 */
#ifndef CORE_ORDER_LIST_H
#define CORE_ORDER_LIST_H

#include "server/base/pool.h"

#include <stdbool.h>
#include <stdint.h>

struct order_list {
    uint32_t newest; /* 1 + index; 0: the slot is empty. */
    uint32_t hash;   /* Of whose it is: orders are hardly ever looked at in vain. */
};

/* One list for each person, or (of_event) for each person and event. */
struct order_lists {
    const struct pool *orders; /* Of struct order; no order ever leaves. */
    bool of_event;
    struct pool
        before; /* Of uint32_t, one an order: 1 + the next older one of its list; 0: none. */
    struct order_list *newest; /* Of each list. Open addressing, at most half full. */
    uint32_t room;             /* A power of two, or 0. */
    uint32_t count;            /* Of lists. */
};
/* Room for `limit` orders; the arena and the packer (NULL: none) as in pool_init_packed(). */
void order_lists_init(struct order_lists *lists, const struct pool *orders, bool of_event,
                      struct arena *arena, uint32_t limit, struct packer *packer);
void order_lists_fini(struct order_lists *lists);

/* The order that was placed last, once for each. */
void order_lists_add(struct order_lists *lists, uint32_t order);
/* 1 + index, or 0. `event` counts only if lists are of_event. */
uint32_t order_lists_newest(const struct order_lists *lists, const char *person, uint32_t event);
/* 1 + the index of the next older order of the same list, or 0. */
uint32_t order_lists_before(const struct order_lists *lists, uint32_t order);

#endif
