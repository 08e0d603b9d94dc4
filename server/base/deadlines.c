#include "server/base/deadlines.h"

#include "server/base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 1024 };

/* Where the values of a run are: many are there for a while, and never again. */
struct deadline_places {
    uint32_t count;   /* That are there. */
    uint32_t at[RUN]; /* 1 + index of the entry; 0: it is not there. */
};

void deadlines_fini(struct deadlines *d)
{
    for (uint32_t i = 0; i < d->runs; i++)
        free(d->places[i]);
    free(d->places);
    free(d->entries);
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
    d->places[entry.value / RUN]->at[entry.value % RUN] = at + 1;
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

/* 1 + index, or 0. */
static uint32_t place_of(const struct deadlines *d, uint32_t value)
{
    const uint32_t run = value / RUN;
    return run < d->runs && d->places[run] ? d->places[run]->at[value % RUN] : 0;
}

/* The value comes. */
static void place_open(struct deadlines *d, uint32_t value)
{
    const uint32_t run = value / RUN;
    if (run >= d->runs)
        d->places = grown(d->places, &d->runs, run + 1, sizeof(struct deadline_places *));
    if (!d->places[run])
        d->places[run] = base_alloc(sizeof(struct deadline_places));
    d->places[run]->count++;
}

/* It goes. */
static void place_close(struct deadlines *d, uint32_t value)
{
    struct deadline_places **places = &d->places[value / RUN];
    (*places)->at[value % RUN] = 0;
    if (--(*places)->count > 0)
        return;
    free(*places);
    *places = NULL;
}

void deadlines_index(struct deadlines *d)
{
    for (uint32_t i = 0; i < d->count; i++) {
        place_open(d, d->entries[i].value);
        put(d, i, d->entries[i]);
    }
}

void deadlines_add(struct deadlines *d, int64_t time, uint32_t value)
{
    if (d->count == d->room)
        d->entries = grown(d->entries, &d->room, d->count + 1, sizeof(*d->entries));
    assert(place_of(d, value) == 0);
    place_open(d, value);
    d->count++;
    rise(d, d->count - 1, (struct deadline){ time, value });
}

void deadlines_remove(struct deadlines *d, uint32_t value)
{
    assert(place_of(d, value) > 0);
    const uint32_t at = place_of(d, value) - 1;
    place_close(d, value);
    const struct deadline last = d->entries[--d->count];
    if (at == d->count)
        return;
    if (at > 0 && d->entries[(at - 1) / 2].time > last.time)
        rise(d, at, last);
    else
        sink(d, at, last);
}

void deadlines_set(struct deadlines *d, int64_t time, uint32_t value)
{
    const uint32_t at = place_of(d, value);
    if (at && d->entries[at - 1].time == time)
        return;
    if (at)
        deadlines_remove(d, value);
    if (time != INT64_MAX)
        deadlines_add(d, time, value);
}
