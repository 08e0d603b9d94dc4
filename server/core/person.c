#include "server/core/person.h"

#include "server/base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void people_init(struct people *people, struct arena *arena, struct people_limits limits,
                 struct packer *packer)
{
    const struct packing links = { .fields = &chained_fields },
                         number = { .fields = &number_fields };
    *people = (struct people){ 0 };
    pool_init(&people->rows, arena, sizeof(struct person), limits.persons);
    pool_init(&people->links, arena, sizeof(struct chained), limits.persons);
    pool_init_packed(&people->hold_links, arena, &links, limits.holds, packer);
    pool_init_packed(&people->order_before, arena, &number, limits.orders, packer);
    pool_init_packed(&people->order_before_of_event, arena, &number, limits.orders, packer);
}

void people_fini(struct people *people)
{
    for (uint32_t i = 0; i < people->rows.count; i++)
        free((void *)((struct person *)pool_get(&people->rows, i))->accounts.data);
    free(people->slots);
    people->slots = NULL;
    people->room = people->count = 0;
}

static struct person *person_get(const struct people *people, uint32_t row)
{
    return pool_get(&people->rows, row);
}

/* ---- Names ------------------------------------------------------------------------------- */

static uint32_t home(const struct people *people, const char *name)
{
    return (uint32_t)hash_end(hash_bytes(0, name, strlen(name))) & (people->room - 1);
}

/* The slot of the name, or the empty one where it would go. */
static uint32_t place(const struct people *people, const char *name)
{
    uint32_t at = home(people, name);
    while (people->slots[at] && strcmp(person_get(people, people->slots[at] - 1)->name, name) != 0)
        at = (at + 1) & (people->room - 1);
    return at;
}

static void grow(struct people *people)
{
    uint32_t *old = people->slots, old_room = people->room;
    people->room = old_room ? old_room * 2 : 64;
    people->slots = base_alloc(people->room * sizeof(*people->slots));
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i])
            people->slots[place(people, person_get(people, old[i] - 1)->name)] = old[i];
    }
    free(old);
}

/* 1 + row, or 0. */
static uint32_t find(const struct people *people, const char *name)
{
    return people->count ? people->slots[place(people, name)] : 0;
}

static uint32_t row_take(struct people *people)
{
    if (people->spare.first) {
        uint32_t row = people->spare.first - 1;
        chain_remove(&people->spare, &people->links, row);
        memset(person_get(people, row), 0, sizeof(struct person));
        return row;
    }
    pool_add(&people->rows);
    pool_add(&people->links);
    return people->rows.count - 1;
}

static uint32_t find_or_add(struct people *people, const char *name)
{
    uint32_t found = find(people, name);
    if (found)
        return found - 1;
    if (people->count >= people->room / 2)
        grow(people);
    uint32_t row = row_take(people);
    struct person *person = person_get(people, row);
    assert(strlen(name) < sizeof(person->name));
    memcpy(person->name, name, strlen(name));
    people->slots[place(people, name)] = row + 1;
    people->count++;
    return row;
}

/* Who has nothing any more, and never ordered. */
static void forget(struct people *people, uint32_t row)
{
    struct person *person = person_get(people, row);
    if (person->shares > 0 || person->holds.count > 0 || person->newest)
        return;
    assert(person->accounts.size == 0);
    uint32_t mask = people->room - 1, hole = place(people, person->name);
    /* What follows without a gap moves up, as far as its home allows. */
    for (uint32_t at = (hole + 1) & mask; people->slots[at]; at = (at + 1) & mask) {
        const char *name = person_get(people, people->slots[at] - 1)->name;
        if (((at - home(people, name)) & mask) >= ((at - hole) & mask)) {
            people->slots[hole] = people->slots[at];
            hole = at;
        }
    }
    people->slots[hole] = 0;
    people->count--;
    chain_add(&people->spare, &people->links, row);
}

const struct person *people_find(const struct people *people, const char *name)
{
    uint32_t found = find(people, name);
    return found ? person_get(people, found - 1) : NULL;
}

/* ---- Holds ------------------------------------------------------------------------------- */

uint32_t people_first_hold(const struct people *people, const char *name)
{
    const struct person *person = people_find(people, name);
    return person ? person->holds.first : 0;
}

uint32_t people_hold_after(const struct people *people, uint32_t hold)
{
    return chain_after(&people->hold_links, hold);
}

void people_hold_enter(struct people *people, const char *name, uint32_t hold)
{
    while (people->hold_links.count <= hold)
        pool_add(&people->hold_links);
    uint32_t row = find_or_add(people, name);
    chain_add(&person_get(people, row)->holds, &people->hold_links, hold);
}

void people_hold_leave(struct people *people, const char *name, uint32_t hold)
{
    uint32_t found = find(people, name);
    assert(found);
    chain_remove(&person_get(people, found - 1)->holds, &people->hold_links, hold);
    forget(people, found - 1);
}

/* ---- Shares ------------------------------------------------------------------------------ */

uint32_t people_share(const struct people *people, const char *name, uint32_t event, uint32_t type)
{
    const struct person *person = people_find(people, name);
    if (!person)
        return 0;
    const struct account account = account_get(person->accounts, event);
    return account_tickets(&account, type);
}

void people_share_add(struct people *people, const char *name, uint32_t event, uint32_t type,
                      uint32_t tickets)
{
    struct person *person = person_get(people, find_or_add(people, name));
    struct account account = account_get(person->accounts, event);
    const uint32_t share = account_tickets(&account, type);
    person->shares += share == 0;
    account_set_tickets(&account, type, share + tickets);
    account_put(&person->accounts, &account);
}

void people_share_take(struct people *people, const char *name, uint32_t event, uint32_t type,
                       uint32_t tickets)
{
    const uint32_t found = find(people, name);
    assert(found);
    struct person *person = person_get(people, found - 1);
    struct account account = account_get(person->accounts, event);
    const uint32_t share = account_tickets(&account, type);
    assert(share >= tickets);
    person->shares -= share == tickets;
    account_set_tickets(&account, type, share - tickets);
    account_put(&person->accounts, &account);
    forget(people, found - 1);
}

/* ---- Orders ------------------------------------------------------------------------------ */

void people_order_add(struct people *people, const char *name, uint32_t event, uint32_t order)
{
    assert(order == people->order_before.count);
    struct person *person = person_get(people, find_or_add(people, name));
    struct account account = account_get(person->accounts, event);
    *(uint32_t *)pool_add(&people->order_before) = person->newest;
    *(uint32_t *)pool_add(&people->order_before_of_event) = account.newest;
    person->newest = account.newest = order + 1;
    account_put(&person->accounts, &account);
}

uint32_t people_newest_order(const struct people *people, const char *name, uint32_t event)
{
    const struct person *person = people_find(people, name);
    if (!person)
        return 0;
    return event == PEOPLE_ALL_EVENTS ? person->newest
                                      : account_get(person->accounts, event).newest;
}

uint32_t people_order_before(const struct people *people, uint32_t order, bool of_event)
{
    return *(const uint32_t *)pool_get(
        of_event ? &people->order_before_of_event : &people->order_before, order);
}
