#include "server/app/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 4 * SERIES_MEASURED_MOST };

struct series {
    uint32_t gates_in, gates_out, waiting, served, measured; /* Where each list begins. */
    uint32_t count;
    struct series_bucket *buckets; /* Being filled; an empty one has count 0. */
    char (*names)[SERIES_NAME_BYTES + 1];
    uint32_t slots[SLOTS]; /* Hash of a measured name -> index + 1; 0: empty. */

    struct series_bucket *out;
    uint32_t out_count;
    uint64_t dropped;
};

static void name_list(struct series *series, uint32_t first, uint32_t count, const char *format)
{
    for (uint32_t i = 0; i < count; i++) {
        snprintf(series->names[first + i], sizeof series->names[0], format, i);
        series->buckets[first + i].name = series->names[first + i];
    }
}

struct series *series_create(const struct venue *venue)
{
    struct series *series = base_alloc(sizeof *series);
    const uint32_t places = venue_places(venue);
    const uint32_t queues = venue->facility_count + venue->gate_count;
    series->gates_in = places;
    series->gates_out = series->gates_in + venue->gate_count;
    series->waiting = series->gates_out + venue->gate_count;
    series->served = series->waiting + queues;
    series->count = series->measured = series->served + queues;
    const uint32_t room = series->count + SERIES_MEASURED_MOST;
    series->buckets = base_alloc(room * sizeof *series->buckets);
    series->names = base_alloc(room * sizeof *series->names);
    series->out = base_alloc(SERIES_OUT_MOST * sizeof *series->out);
    name_list(series, 0, places, "place/%u/people");
    name_list(series, series->gates_in, venue->gate_count, "gate/%u/in");
    name_list(series, series->gates_out, venue->gate_count, "gate/%u/out");
    name_list(series, series->waiting, queues, "queue/%u/waiting");
    name_list(series, series->served, queues, "queue/%u/served");
    return series;
}

void series_destroy(struct series *series)
{
    if (!series)
        return;
    free(series->buckets);
    free(series->names);
    free(series->out);
    free(series);
}

static void put_out(struct series *series, const struct series_bucket *bucket)
{
    if (series->out_count < SERIES_OUT_MOST)
        series->out[series->out_count++] = *bucket;
    else
        series->dropped += bucket->count;
}

static inline void add(struct series *series, uint32_t index, int64_t at_s, int64_t at_ms,
                       double value)
{
    struct series_bucket *bucket = &series->buckets[index];
    if (bucket->count == 0 || bucket->at_s != at_s) {
        if (bucket->count)
            put_out(series, bucket);
        *bucket =
            (struct series_bucket){ bucket->name, at_s, 1, value, value, value, value, at_ms };
        return;
    }
    bucket->count++;
    bucket->sum += value;
    bucket->min = value < bucket->min ? value : bucket->min;
    bucket->max = value > bucket->max ? value : bucket->max;
    if (at_ms >= bucket->last_ms) {
        bucket->last = value;
        bucket->last_ms = at_ms;
    }
}

void series_add(struct series *series, const struct readings *r)
{
    const int64_t at_s = r->at_ms / 1000;
    for (uint32_t i = 0; i < r->place.count; i++)
        add(series, r->place.v[i], at_s, r->at_ms, r->people.v[i]);
    for (uint32_t i = 0; i < r->gate.count; i++) {
        add(series, series->gates_in + r->gate.v[i], at_s, r->at_ms, r->gate_in.v[i]);
        add(series, series->gates_out + r->gate.v[i], at_s, r->at_ms, r->gate_out.v[i]);
    }
    for (uint32_t i = 0; i < r->queue.count; i++) {
        add(series, series->waiting + r->queue.v[i], at_s, r->at_ms, r->waiting.v[i]);
        add(series, series->served + r->queue.v[i], at_s, r->at_ms, r->served.v[i]);
    }
}

static uint32_t *slot_of(struct series *series, const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    uint32_t at = hash % SLOTS;
    while (series->slots[at] && strcmp(series->names[series->slots[at] - 1], name) != 0)
        at = (at + 1) % SLOTS;
    return &series->slots[at];
}

bool series_measure(struct series *series, const char *device, const char *quantity, int64_t at_ms,
                    double value)
{
    char name[SERIES_NAME_BYTES + 1];
    snprintf(name, sizeof name, "device/%s/%s", device, quantity);
    uint32_t *slot = slot_of(series, name);
    if (*slot == 0) {
        if (series->count - series->measured == SERIES_MEASURED_MOST)
            return false;
        memcpy(series->names[series->count], name, sizeof name);
        series->buckets[series->count].name = series->names[series->count];
        *slot = ++series->count;
    }
    add(series, *slot - 1, at_ms / 1000, at_ms, value);
    return true;
}

void series_take(struct series *series, struct arena *arena, struct series_taken *out)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < series->count; i++)
        open += series->buckets[i].count > 0;
    *out = (struct series_taken){ .buckets = arena_array(arena, series->out_count + open,
                                                         sizeof *out->buckets),
                                  .dropped = series->dropped };
    memcpy(out->buckets, series->out, series->out_count * sizeof *out->buckets);
    out->count = series->out_count;
    for (uint32_t i = 0; i < series->count; i++) {
        if (series->buckets[i].count == 0)
            continue;
        out->buckets[out->count++] = series->buckets[i];
        series->buckets[i].count = 0;
    }
    series->out_count = 0;
    series->dropped = 0;
}
