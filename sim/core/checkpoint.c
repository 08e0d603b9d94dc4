/* Checkpoints: what of a crowd is not recomputed at each step, as bytes. Written and read by one
 * walk over the parts, so that the two cannot differ. */
#include "sim/core/memory.h"
#include "sim/core/state.h"

#include <string.h>

#define MAGIC 0x324b434f46495443u

enum { SAVE, LOAD, MEASURE };
struct walk {
    int what;
    char *to;         /* save */
    const char *from; /* load */
    size_t done, size;
};

static void bytes(struct walk *w, void *data, size_t size)
{
    if (w->done + size <= w->size && size > 0) {
        if (w->what == SAVE)
            memcpy(w->to + w->done, data, size);
        else if (w->what == LOAD)
            memcpy(data, w->from + w->done, size);
    }
    w->done += size;
}

/* An array that grows: its count first. */
static void array(struct walk *w, void **data, uint32_t *count, uint32_t *capacity, size_t size)
{
    bytes(w, count, sizeof *count);
    if (w->what == LOAD && w->done + *count * size <= w->size && *count > *capacity) {
        *data = memory_resized(*data, *count, size);
        *capacity = *count;
    }
    bytes(w, *data, *count * size);
}

static void counter(struct walk *w, const struct facility *f, struct counter *counter)
{
    bytes(w, counter->servers, f->servers * sizeof *counter->servers);
    bytes(w, counter->in_slot, f->slot_count * sizeof *counter->in_slot);
    bytes(w, &counter->started, sizeof counter->started);
    bytes(w, &counter->joined, sizeof counter->joined);
    array(w, (void **)&counter->line, &counter->line_count, &counter->line_capacity,
          sizeof *counter->line);
}

static void limit(struct walk *w, struct door_limit *limit)
{
    bytes(w, limit->tokens, sizeof limit->tokens);
    bytes(w, &limit->credit, sizeof limit->credit);
    bytes(w, &limit->next, sizeof limit->next);
    bytes(w, limit->recent, limit->room * sizeof *limit->recent);
}

static void people(struct walk *w, struct crowd *c)
{
    struct people *p = &c->people;
    size_t row = people_row_size();
    bytes(w, &p->count, sizeof p->count);
    bool fits = w->done + p->count * row <= w->size;
    if (w->what == LOAD && fits)
        crowd_reserve(c, p->count);
    if (w->what == SAVE && fits)
        people_write(p, w->to + w->done);
    else if (w->what == LOAD && fits)
        people_read(p, w->from + w->done);
    w->done += p->count * row;
    bytes(w, c->next_in_row, p->count * sizeof *c->next_in_row);
}

static void tallies(struct walk *w, struct crowd *c)
{
    const struct ground *g = c->ground;
    bytes(w, c->in_place, (g->area_count + g->block_count) * sizeof(uint32_t));
    bytes(w, c->door_forward, g->door_count * sizeof(uint32_t));
    bytes(w, c->door_backward, g->door_count * sizeof(uint32_t));
    bytes(w, c->queue_at, g->facility_count * sizeof(uint32_t));
    bytes(w, c->served_by, g->facility_count * sizeof(uint32_t));
    bytes(w, c->in_mode, sizeof c->in_mode);
}

static void walk(struct walk *w, struct crowd *c)
{
    const struct ground *g = c->ground;
    bytes(w, &c->seed, sizeof c->seed);
    bytes(w, &c->step_s, sizeof c->step_s);
    bytes(w, &c->step, sizeof c->step);
    bytes(w, &c->hash, sizeof c->hash);
    bytes(w, c->gates, g->door_count * sizeof *c->gates);
    bytes(w, c->smoke_per_m, g->area_count * sizeof *c->smoke_per_m);
    for (uint32_t i = 0; i < g->door_count; i++)
        limit(w, &c->limits[i]);
    for (uint32_t i = 0; i < g->facility_count; i++)
        counter(w, &g->facilities[i], &c->counters[i]);
    bytes(w, c->row_people, g->row_count * sizeof *c->row_people);
    people(w, c);
    array(w, (void **)&c->arrived, &c->arrived_count, &c->arrived_capacity, sizeof *c->arrived);
    array(w, (void **)&c->events, &c->event_count, &c->event_capacity, sizeof *c->events);
    tallies(w, c);
}

struct head {
    uint64_t magic, columns, ground, walking, size, check;
};

static uint64_t digest_of(const char *data, size_t size)
{
    uint64_t digest = size;
    for (size_t at = 0; at < size; at += sizeof digest) {
        uint64_t word = 0;
        memcpy(&word, data + at, size - at < sizeof word ? size - at : sizeof word);
        digest = dice_mix(digest ^ word);
    }
    return digest;
}

/* Parameters are numbers after the name; there is no padding. */
static uint64_t walking_digest(const struct walking *w)
{
    size_t first = offsetof(struct walking, speed_mean_mps);
    return digest_of((const char *)w + first, sizeof *w - first);
}

static uint64_t parameters_digest(const struct crowd *c)
{
    uint64_t digest = walking_digest(c->walking);
    size_t first = offsetof(struct design, level_pms);
    if (c->design)
        digest ^= digest_of((const char *)c->design + first, sizeof *c->design - first);
    return digest;
}

static struct head head_of(const struct crowd *c)
{
    return (struct head){
        MAGIC, people_columns_digest(), c->ground->digest, parameters_digest(c), 0, 0
    };
}

size_t crowd_save(const struct crowd *crowd, void *buffer, size_t size)
{
    struct crowd *c = (struct crowd *)crowd; /* Read only: SAVE and MEASURE write nothing to it. */
    struct walk measure = { .what = MEASURE };
    walk(&measure, c);
    size_t whole = sizeof(struct head) + measure.done;
    if (size < whole)
        return whole;
    struct walk save = { .what = SAVE,
                         .to = (char *)buffer + sizeof(struct head),
                         .size = measure.done };
    walk(&save, c);
    struct head head = head_of(c);
    head.size = measure.done;
    head.check = digest_of(save.to, save.size);
    memcpy(buffer, &head, sizeof head);
    return whole;
}

static const char *fault_of(const struct crowd *c, const struct head *head, const char *data,
                            size_t size)
{
    struct head own = head_of(c);
    if (head->magic != own.magic || head->columns != own.columns)
        return "it was not written by this version of the engine";
    if (head->ground != own.ground)
        return "it was written on another ground";
    if (head->walking != own.walking)
        return "it was written with other walking parameters or design values";
    if (head->size != size || head->check != digest_of(data, size))
        return "it is damaged";
    return NULL;
}

bool crowd_restore(struct crowd *c, const void *buffer, size_t size, const char **error)
{
    struct head head;
    *error = "it is shorter than any checkpoint";
    if (size < sizeof head)
        return false;
    struct walk load = { .what = LOAD,
                         .from = (const char *)buffer + sizeof head,
                         .size = size - sizeof head };
    memcpy(&head, buffer, sizeof head);
    *error = fault_of(c, &head, load.from, load.size);
    if (*error != NULL)
        return false;
    walk(&load, c);
    c->grouped = c->choosers = true; /* may be */
    if (load.done != load.size)
        *error = "it is damaged";
    else
        step_sort(c); /* The grid, which those who arrive before the next step look at. */
    return *error == NULL;
}

struct crowd *crowd_load(const struct ground *ground, const struct crowd_def *def,
                         const void *buffer, size_t size, const char **error)
{
    struct crowd *c = crowd_create(ground, def);
    if (crowd_restore(c, buffer, size, error))
        return c;
    crowd_destroy(c);
    return NULL;
}
