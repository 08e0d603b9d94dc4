#include "server/core/order_list.h"

#include "server/base/hash.h"
#include "server/core/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void order_lists_init(struct order_lists *lists, const struct pool *orders, bool of_event,
                      struct arena *arena, uint32_t limit, struct packer *packer)
{
    *lists = (struct order_lists){ .orders = orders, .of_event = of_event };
    pool_init_packed(&lists->before, arena, &number_fields, limit, packer);
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

static uint32_t hash_of(const struct order_lists *lists, const char *person, uint32_t event)
{
    const uint64_t hash = hash_bytes(lists->of_event ? event : 0, person, strlen(person));
    return (uint32_t)hash_end(hash);
}

/* The slot of the list, or the empty one where it would go. */
static uint32_t place(const struct order_lists *lists, const char *person, uint32_t event,
                      uint32_t hash)
{
    const uint32_t mask = lists->room - 1;
    uint32_t at = hash & mask;
    for (; lists->newest[at].newest; at = (at + 1) & mask)
        if (lists->newest[at].hash == hash &&
            is_of(lists, lists->newest[at].newest - 1, person, event))
            break;
    return at;
}

static void grow(struct order_lists *lists)
{
    struct order_list *old = lists->newest;
    const uint32_t old_room = lists->room;
    lists->room = old_room ? old_room * 2 : 64;
    lists->newest = base_alloc(lists->room * sizeof(*lists->newest));
    for (uint32_t i = 0; i < old_room; i++) {
        uint32_t at = old[i].hash & (lists->room - 1);
        if (!old[i].newest)
            continue;
        while (lists->newest[at].newest)
            at = (at + 1) & (lists->room - 1);
        lists->newest[at] = old[i];
    }
    free(old);
}

void order_lists_add(struct order_lists *lists, uint32_t order)
{
    assert(order == lists->before.count);
    if (lists->count >= lists->room / 2)
        grow(lists);
    const struct order *row = pool_get(lists->orders, order);
    const uint32_t hash = hash_of(lists, row->person, row->event);
    struct order_list *list = &lists->newest[place(lists, row->person, row->event, hash)];
    uint32_t *before = pool_add(&lists->before);
    lists->count += list->newest == 0;
    *before = list->newest;
    *list = (struct order_list){ order + 1, hash };
}

uint32_t order_lists_newest(const struct order_lists *lists, const char *person, uint32_t event)
{
    if (lists->count == 0)
        return 0;
    return lists->newest[place(lists, person, event, hash_of(lists, person, event))].newest;
}

uint32_t order_lists_before(const struct order_lists *lists, uint32_t order)
{
    return *(const uint32_t *)pool_get(&lists->before, order);
}
