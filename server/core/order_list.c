#include "server/core/order_list.h"

#include "server/base/hash.h"
#include "server/core/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void order_lists_init(struct order_lists *lists, const struct pool *orders, bool of_event,
                      struct arena *arena, uint32_t limit)
{
    *lists = (struct order_lists){ .orders = orders, .of_event = of_event };
    pool_init(&lists->before, arena, sizeof(uint32_t), limit);
}

void order_lists_fini(struct order_lists *lists)
{
    free(lists->newest);
    lists->newest = NULL;
    lists->room = lists->count = 0;
}

static bool is_of(const struct order_lists *lists, uint32_t order, const char *person,
                  uint32_t event)
{
    const struct order *row = pool_get(lists->orders, order);
    return (!lists->of_event || row->event == event) && strcmp(row->person, person) == 0;
}

/* The slot of the list, or the empty one where it would go. */
static uint32_t place(const struct order_lists *lists, const char *person, uint32_t event)
{
    const uint32_t mask = lists->room - 1;
    const uint64_t hash = hash_bytes(lists->of_event ? event : 0, person, strlen(person));
    uint32_t at = (uint32_t)hash_end(hash) & mask;
    while (lists->newest[at] && !is_of(lists, lists->newest[at] - 1, person, event))
        at = (at + 1) & mask;
    return at;
}

static uint32_t place_of(const struct order_lists *lists, uint32_t order)
{
    const struct order *row = pool_get(lists->orders, order);
    return place(lists, row->person, row->event);
}

static void grow(struct order_lists *lists)
{
    uint32_t *old = lists->newest;
    const uint32_t old_room = lists->room;
    lists->room = old_room ? old_room * 2 : 64;
    lists->newest = base_alloc(lists->room * sizeof(*lists->newest));
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i])
            lists->newest[place_of(lists, old[i] - 1)] = old[i];
    }
    free(old);
}

void order_lists_add(struct order_lists *lists, uint32_t order)
{
    assert(order == lists->before.count);
    if (lists->count >= lists->room / 2)
        grow(lists);
    uint32_t *newest = &lists->newest[place_of(lists, order)];
    uint32_t *before = pool_add(&lists->before);
    lists->count += *newest == 0;
    *before = *newest;
    *newest = order + 1;
}

uint32_t order_lists_newest(const struct order_lists *lists, const char *person, uint32_t event)
{
    return lists->count ? lists->newest[place(lists, person, event)] : 0;
}

uint32_t order_lists_before(const struct order_lists *lists, uint32_t order)
{
    return *(const uint32_t *)pool_get(&lists->before, order);
}
