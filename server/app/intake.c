#include "server/app/intake.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums of one list of the venue: a row an index, up to three counters. */
struct sums {
    uint32_t count;
    bool *touched;
    uint32_t *a, *b;
};

struct source_row {
    struct source source;
    bool touched; /* Since the last tick. */
};

struct intake {
    pthread_mutex_t mutex;
    const struct venue *venue;
    struct sums places; /* a: people */
    struct sums gates;  /* a: in, b: out */
    struct sums queues; /* a: waiting, b: served */
    struct source_row *sources;
    uint32_t source_count, sources_max;
    uint32_t *source_slots; /* Hash of the name -> row + 1; 0: empty. */
    uint32_t slot_count;    /* A power of two, at least twice sources_max. */
    struct devices devices;
    int64_t measured_ms; /* Newest reading since the last tick. */
    bool pending;
    uint64_t mark; /* Of what is taken now. */
};

static void sums_init(struct sums *sums, uint32_t count)
{
    sums->count = count;
    sums->touched = base_alloc(count * sizeof *sums->touched + 1);
    sums->a = base_alloc(count * sizeof *sums->a + 1);
    sums->b = base_alloc(count * sizeof *sums->b + 1);
}

static void sums_fini(struct sums *sums)
{
    free(sums->touched);
    free(sums->a);
    free(sums->b);
}

/* More than this between two ticks is a broken sensor; the core takes no larger sum. */
enum { SUM_MAX = 1000 * 1000 };

static uint32_t add(uint32_t a, uint32_t b)
{
    return a + b < SUM_MAX ? a + b : SUM_MAX;
}

struct intake *intake_create(uint32_t sources_max)
{
    struct intake *intake = base_alloc(sizeof *intake);
    pthread_mutex_init(&intake->mutex, NULL);
    intake->mark = 1;
    intake->sources_max = sources_max;
    intake->sources = base_alloc(sources_max * sizeof *intake->sources + 1);
    intake->slot_count = 16;
    while (intake->slot_count < 2 * sources_max)
        intake->slot_count *= 2;
    intake->source_slots = base_alloc(intake->slot_count * sizeof *intake->source_slots);
    return intake;
}

void intake_destroy(struct intake *intake)
{
    if (!intake)
        return;
    sums_fini(&intake->places);
    sums_fini(&intake->gates);
    sums_fini(&intake->queues);
    free(intake->sources);
    free(intake->source_slots);
    devices_fini(&intake->devices);
    pthread_mutex_destroy(&intake->mutex);
    free(intake);
}

void intake_open(struct intake *intake, const struct venue *venue)
{
    pthread_mutex_lock(&intake->mutex);
    assert(!intake->venue);
    sums_init(&intake->places, venue_places(venue));
    sums_init(&intake->gates, venue->gate_count);
    sums_init(&intake->queues, venue->facility_count + venue->gate_count);
    intake->venue = venue;
    pthread_mutex_unlock(&intake->mutex);
}

const struct venue *intake_venue(struct intake *intake)
{
    pthread_mutex_lock(&intake->mutex);
    const struct venue *venue = intake->venue;
    pthread_mutex_unlock(&intake->mutex);
    return venue;
}

/* ---- Sources --------------------------------------------------------------------------------- */

static uint32_t *source_slot(struct intake *intake, const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    uint32_t at = hash & (intake->slot_count - 1);
    while (intake->source_slots[at] &&
           strcmp(intake->sources[intake->source_slots[at] - 1].source.name, name) != 0)
        at = (at + 1) & (intake->slot_count - 1);
    return &intake->source_slots[at];
}

/* The source's row, a new one if need be; NULL: there are as many as allowed. */
static struct source_row *source_row(struct intake *intake, const char *name)
{
    uint32_t *slot = source_slot(intake, name);
    if (*slot == 0) {
        if (intake->source_count == intake->sources_max)
            return NULL;
        struct source_row *row = &intake->sources[intake->source_count++];
        snprintf(row->source.name, sizeof row->source.name, "%s", name);
        *slot = intake->source_count;
    }
    return &intake->sources[*slot - 1];
}

void intake_restore(struct intake *intake, const struct source *source)
{
    pthread_mutex_lock(&intake->mutex);
    struct source_row *row = source_row(intake, source->name);
    assert(row);
    row->source.last_sequence = source->last_sequence;
    pthread_mutex_unlock(&intake->mutex);
}

/* ---- Taking ---------------------------------------------------------------------------------- */

static void fold(struct intake *intake, const struct readings *r)
{
    for (uint32_t i = 0; i < r->place.count; i++) {
        intake->places.touched[r->place.v[i]] = true;
        intake->places.a[r->place.v[i]] = r->people.v[i];
    }
    for (uint32_t i = 0; i < r->gate.count; i++) {
        const uint32_t gate = r->gate.v[i];
        intake->gates.touched[gate] = true;
        intake->gates.a[gate] = add(intake->gates.a[gate], r->gate_in.v[i]);
        intake->gates.b[gate] = add(intake->gates.b[gate], r->gate_out.v[i]);
    }
    for (uint32_t i = 0; i < r->queue.count; i++) {
        const uint32_t queue = r->queue.v[i];
        intake->queues.touched[queue] = true;
        intake->queues.a[queue] = r->waiting.v[i];
        intake->queues.b[queue] = add(intake->queues.b[queue], r->served.v[i]);
    }
    const bool measured = r->place.count || r->gate.count || r->queue.count;
    if (measured && r->at_ms > intake->measured_ms)
        intake->measured_ms = r->at_ms;
}

static enum status say(struct refusal *refusal, enum status status)
{
    refusal->status = status;
    snprintf(refusal->message, sizeof refusal->message, "%s", status_sentence(status));
    return status;
}

static enum status take(struct intake *intake, const struct readings *r, struct intake_outcome *out)
{
    struct source_row *row = source_row(intake, r->source);
    if (!row) {
        snprintf(out->refusal.field, sizeof out->refusal.field, "readings.source");
        return say(&out->refusal, STATUS_SOURCES_FULL);
    }
    if (r->sequence <= row->source.last_sequence) {
        out->duplicates = readings_rows(r);
        /* The first one is in this drain, or was in one before. */
        out->mark = intake->mark - (row->touched ? 0 : 1);
        return STATUS_OK;
    }
    if (!devices_take(&intake->devices, r)) {
        snprintf(out->refusal.field, sizeof out->refusal.field, "readings.positions.device");
        return say(&out->refusal, STATUS_DEVICES_FULL);
    }
    fold(intake, r);
    row->source.last_sequence = r->sequence;
    row->touched = true;
    intake->pending = true;
    out->accepted = readings_rows(r);
    out->mark = intake->mark;
    return STATUS_OK;
}

enum status intake_take(struct intake *intake, const char *venue_id, const struct readings *r,
                        int64_t now_ms, struct intake_outcome *out)
{
    *out = (struct intake_outcome){ 0 };
    /* The venue never changes once it is there, so it is checked against without the lock. */
    const struct venue *venue = intake_venue(intake);
    if (!venue || (venue_id[0] && strcmp(venue_id, venue->id) != 0)) {
        snprintf(out->refusal.field, sizeof out->refusal.field, "readings.venue_id");
        return say(&out->refusal, STATUS_UNKNOWN_VENUE);
    }
    if (!readings_check(r, venue, now_ms, &out->refusal))
        return out->refusal.status;
    pthread_mutex_lock(&intake->mutex);
    const enum status status = take(intake, r, out);
    pthread_mutex_unlock(&intake->mutex);
    return status;
}

/* ---- Giving ---------------------------------------------------------------------------------- */

/* The touched rows as columns: their indices, and each counter. */
static void drain_sums(struct sums *sums, struct arena *arena, struct u32s *index, struct u32s *a,
                       struct u32s *b)
{
    uint32_t *rows = arena_array(arena, sums->count, sizeof *rows);
    uint32_t *first = arena_array(arena, sums->count, sizeof *first);
    uint32_t *second = arena_array(arena, sums->count, sizeof *second);
    uint32_t count = 0;
    for (uint32_t i = 0; i < sums->count; i++) {
        if (!sums->touched[i])
            continue;
        rows[count] = i;
        first[count] = sums->a[i];
        second[count] = sums->b[i];
        count++;
        sums->touched[i] = false;
        sums->a[i] = sums->b[i] = 0;
    }
    *index = (struct u32s){ rows, count };
    *a = (struct u32s){ first, count };
    if (b)
        *b = (struct u32s){ second, count };
}

static void drain_sources(struct intake *intake, struct arena *arena, struct tick *tick)
{
    struct source *taken = arena_array(arena, intake->source_count, sizeof *taken);
    for (uint32_t i = 0; i < intake->source_count; i++) {
        if (!intake->sources[i].touched)
            continue;
        taken[tick->source_count++] = intake->sources[i].source;
        intake->sources[i].touched = false;
    }
    tick->sources = taken;
}

bool intake_pending(struct intake *intake)
{
    pthread_mutex_lock(&intake->mutex);
    const bool pending = intake->pending;
    pthread_mutex_unlock(&intake->mutex);
    return pending;
}

void intake_drain(struct intake *intake, struct arena *arena, struct tick *tick)
{
    *tick = (struct tick){ 0 };
    pthread_mutex_lock(&intake->mutex);
    if (intake->pending) {
        tick->measured_ms = intake->measured_ms;
        drain_sums(&intake->places, arena, &tick->place, &tick->people, NULL);
        drain_sums(&intake->gates, arena, &tick->gate, &tick->gate_in, &tick->gate_out);
        drain_sums(&intake->queues, arena, &tick->queue, &tick->waiting, &tick->served);
        drain_sources(intake, arena, tick);
    }
    intake->measured_ms = 0;
    intake->pending = false;
    intake->mark++;
    pthread_mutex_unlock(&intake->mutex);
}

uint64_t intake_mark(struct intake *intake)
{
    pthread_mutex_lock(&intake->mutex);
    const uint64_t mark = intake->mark;
    pthread_mutex_unlock(&intake->mutex);
    return mark;
}

uint64_t intake_positions_version(struct intake *intake)
{
    pthread_mutex_lock(&intake->mutex);
    const uint64_t version = intake->devices.version;
    pthread_mutex_unlock(&intake->mutex);
    return version;
}

void intake_positions(struct intake *intake, int64_t now_ms, struct arena *arena,
                      struct positions *out)
{
    pthread_mutex_lock(&intake->mutex);
    devices_list(&intake->devices, now_ms, arena, out);
    pthread_mutex_unlock(&intake->mutex);
}
