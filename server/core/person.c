#include "server/core/person.h"

#include "server/base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void people_init(struct people *people, struct arena *arena, uint32_t holds, uint32_t limit,
                 struct packer *packer)
{
    *people = (struct people){ 0 };
    pool_init(&people->rows, arena, sizeof(struct person), limit);
    pool_init(&people->links, arena, sizeof(struct chained), limit);
    pool_init_packed(&people->hold_links, arena, &chained_fields, holds, packer);
}

void people_fini(struct people *people)
{
    id_map_fini(&people->shares);
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

/* Who has nothing any more. */
static void forget(struct people *people, uint32_t row)
{
    struct person *person = person_get(people, row);
    if (person->shares > 0 || person->holds.count > 0)
        return;
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

static struct id key_of(uint32_t row, uint32_t event, uint32_t type)
{
    return (struct id){ (uint64_t)event << 32 | type, (uint64_t)row + 1 };
}

static uint32_t share_of(const struct people *people, struct id key)
{
    uint32_t tickets = id_map_find(&people->shares, key);
    return tickets == ID_MAP_NONE ? 0 : tickets;
}

uint32_t people_share(const struct people *people, const char *name, uint32_t event, uint32_t type)
{
    uint32_t found = find(people, name);
    return found ? share_of(people, key_of(found - 1, event, type)) : 0;
}

void people_share_add(struct people *people, const char *name, uint32_t event, uint32_t type,
                      uint32_t tickets)
{
    uint32_t row = find_or_add(people, name);
    struct id key = key_of(row, event, type);
    uint32_t share = share_of(people, key);
    if (share > 0)
        id_map_remove(&people->shares, key);
    else
        person_get(people, row)->shares++;
    id_map_add(&people->shares, key, share + tickets);
}

void people_share_take(struct people *people, const char *name, uint32_t event, uint32_t type,
                       uint32_t tickets)
{
    uint32_t found = find(people, name);
    assert(found);
    struct id key = key_of(found - 1, event, type);
    uint32_t share = share_of(people, key);
    assert(share >= tickets);
    id_map_remove(&people->shares, key);
    if (share > tickets)
        id_map_add(&people->shares, key, share - tickets);
    else
        person_get(people, found - 1)->shares--;
    forget(people, found - 1);
}
