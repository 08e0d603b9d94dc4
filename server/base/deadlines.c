#include "server/base/deadlines.h"

#include "server/base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void deadlines_fini(struct deadlines *d)
{
    free(d->entries);
    free(d->at);
    *d = (struct deadlines){ 0 };
}

/* At least twice the room, the new part zeroed. */
static void *grown(void *from, uint32_t *room, uint32_t least, size_t size)
{
    uint32_t more = *room ? *room * 2 : 64;
    while (more < least)
        more *= 2;
    void *to = base_alloc(more * size);
    if (from)
        memcpy(to, from, *room * size);
    free(from);
    *room = more;
    return to;
}

static void put(struct deadlines *d, uint32_t at, struct deadline entry)
{
    d->entries[at] = entry;
    d->at[entry.value] = at + 1;
}

/* Entries that are later than this one make room for it, from a place on towards the root. */
static void rise(struct deadlines *d, uint32_t at, struct deadline entry)
{
    for (; at > 0 && d->entries[(at - 1) / 2].time > entry.time; at = (at - 1) / 2)
        put(d, at, d->entries[(at - 1) / 2]);
    put(d, at, entry);
}

static void sink(struct deadlines *d, uint32_t at, struct deadline entry)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= d->count)
            break;
        if (child + 1 < d->count && d->entries[child + 1].time < d->entries[child].time)
            child++;
        if (d->entries[child].time >= entry.time)
            break;
        put(d, at, d->entries[child]);
        at = child;
    }
    put(d, at, entry);
}

void deadlines_add(struct deadlines *d, int64_t time, uint32_t value)
{
    if (d->count == d->room)
        d->entries = grown(d->entries, &d->room, d->count + 1, sizeof(*d->entries));
    if (value >= d->values)
        d->at = grown(d->at, &d->values, value + 1, sizeof(*d->at));
    assert(d->at[value] == 0);
    d->count++;
    rise(d, d->count - 1, (struct deadline){ time, value });
}

void deadlines_remove(struct deadlines *d, uint32_t value)
{
    assert(value < d->values && d->at[value] > 0);
    uint32_t at = d->at[value] - 1;
    d->at[value] = 0;
    struct deadline last = d->entries[--d->count];
    if (at == d->count)
        return;
    if (at > 0 && d->entries[(at - 1) / 2].time > last.time)
        rise(d, at, last);
    else
        sink(d, at, last);
}

void deadlines_set(struct deadlines *d, int64_t time, uint32_t value)
{
    const uint32_t at = value < d->values ? d->at[value] : 0;
    if (at && d->entries[at - 1].time == time)
        return;
    if (at)
        deadlines_remove(d, value);
    if (time != INT64_MAX)
        deadlines_add(d, time, value);
}
