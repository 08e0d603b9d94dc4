#include "server/app/intake.h"

#include "server/app/reading.h"

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
    int64_t *level_ms; /* When `a` was measured, where that is a level. */
};

/* The newest count of each place that may err, since the last tick. */
struct sensed {
    bool touched;
    uint32_t people, error_milli;
    int64_t at_ms;
};

struct source_row {
    struct source source;
    struct sequence sequence;
    bool taken;   /* A message since the last tick, */
    bool touched; /* and a newer one than before. */
    int64_t seen_ms, last_at_ms;
    uint64_t accepted, duplicates, late;
};

struct intake {
    pthread_mutex_t mutex;
    const struct venue *venue;
    struct sums places; /* a: people */
    struct sums gates;  /* a: in, b: out */
    struct sums queues; /* a: waiting, b: served */
    struct sensed *sensed;
    struct source_row *sources;
    uint32_t source_count, sources_max;
    uint32_t *source_slots; /* Hash of the name -> row + 1; 0: empty. */
    uint32_t slot_count;    /* A power of two, at least twice sources_max. */
    struct devices devices;
    struct registry registry;
    struct measured measured;
    bool keeps_series;
    struct series *series; /* NULL: none are kept, or not yet. */
    int64_t measured_ms;   /* Newest reading since the last tick. */
    bool pending;
    uint64_t mark; /* Of what is taken now. */

    uint64_t room, held; /* Rows that may come between two ticks; that have. */
    uint32_t back_off_ms;
    int64_t shed_ms; /* Stadium time when the back-off was last set. */
    struct intake_stats stats;
};

static void sums_init(struct sums *sums, uint32_t count)
{
    sums->count = count;
    sums->touched = base_alloc(count * sizeof *sums->touched + 1);
    sums->a = base_alloc(count * sizeof *sums->a + 1);
    sums->b = base_alloc(count * sizeof *sums->b + 1);
    sums->level_ms = base_alloc(count * sizeof *sums->level_ms + 1);
}

static void sums_fini(struct sums *sums)
{
    free(sums->touched);
    free(sums->a);
    free(sums->b);
    free(sums->level_ms);
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
    intake->room = INTAKE_ROOM;
    intake->back_off_ms = BACK_OFF_LEAST_MS;
    intake->sources = base_alloc(sources_max * sizeof *intake->sources + 1);
    intake->slot_count = 16;
    while (intake->slot_count < 2 * sources_max)
        intake->slot_count *= 2;
    intake->source_slots = base_alloc(intake->slot_count * sizeof *intake->source_slots);
    return intake;
}

void intake_set_room(struct intake *intake, uint64_t room)
{
    intake->room = room;
}

void intake_destroy(struct intake *intake)
{
    if (!intake)
        return;
    sums_fini(&intake->places);
    sums_fini(&intake->gates);
    sums_fini(&intake->queues);
    free(intake->sensed);
    free(intake->sources);
    free(intake->source_slots);
    devices_fini(&intake->devices);
    registry_fini(&intake->registry);
    measured_fini(&intake->measured);
    series_destroy(intake->series);
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
    if (intake->keeps_series)
        intake->series = series_create(venue);
    intake->sensed = base_alloc(venue_places(venue) * sizeof *intake->sensed + 1);
    intake->venue = venue;
    pthread_mutex_unlock(&intake->mutex);
}

void intake_keep_series(struct intake *intake)
{
    intake->keeps_series = true;
}

void intake_take_series(struct intake *intake, struct arena *arena, struct series_taken *out)
{
    *out = (struct series_taken){ 0 };
    pthread_mutex_lock(&intake->mutex);
    if (intake->series)
        series_take(intake->series, arena, out);
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
    row->sequence = sequence_restored(source->last_sequence);
    pthread_mutex_unlock(&intake->mutex);
}

/* ---- Registered devices, rules
 * ---------------------------------------------------------------------- */

void intake_put_device(struct intake *intake, uint32_t index, const struct device *device,
                       int64_t now_ms)
{
    pthread_mutex_lock(&intake->mutex);
    registry_put(&intake->registry, index, device, now_ms);
    pthread_mutex_unlock(&intake->mutex);
}

void intake_require_registration(struct intake *intake, bool required)
{
    pthread_mutex_lock(&intake->mutex);
    intake->registry.required = required;
    pthread_mutex_unlock(&intake->mutex);
}

void intake_put_rule(struct intake *intake, uint32_t index, const struct rule *rule)
{
    pthread_mutex_lock(&intake->mutex);
    measured_put(&intake->measured, index, rule);
    pthread_mutex_unlock(&intake->mutex);
}

int64_t *intake_devices_seen(struct intake *intake, struct arena *arena, uint32_t *count)
{
    pthread_mutex_lock(&intake->mutex);
    *count = intake->registry.count;
    int64_t *seen_ms = arena_array(arena, *count, sizeof *seen_ms);
    for (uint32_t i = 0; i < *count; i++)
        seen_ms[i] = intake->registry.rows[i].seen_ms;
    pthread_mutex_unlock(&intake->mutex);
    return seen_ms;
}

int64_t intake_news_due_ms(struct intake *intake)
{
    pthread_mutex_lock(&intake->mutex);
    const int64_t devices_ms = registry_due_ms(&intake->registry);
    const int64_t rules_ms = measured_due_ms(&intake->measured);
    pthread_mutex_unlock(&intake->mutex);
    return devices_ms < rules_ms ? devices_ms : rules_ms;
}

void intake_drain_news(struct intake *intake, int64_t now_ms, struct arena *arena,
                       struct tick *tick)
{
    pthread_mutex_lock(&intake->mutex);
    registry_drain(&intake->registry, now_ms, arena, tick);
    measured_drain(&intake->measured, now_ms, arena, tick);
    pthread_mutex_unlock(&intake->mutex);
}

/* ---- Taking ---------------------------------------------------------------------------------- */

/* True when a level of that time is to be kept: a late one only if no newer one is there. */
static bool level_counts(struct sums *sums, uint32_t row, int64_t at_ms, bool late)
{
    if (late && at_ms < sums->level_ms[row])
        return false;
    sums->level_ms[row] = at_ms;
    return true;
}

static void sense(struct sensed *sensed, const struct readings *r, uint32_t row)
{
    if (sensed->at_ms > r->at_ms) /* A newer one is known. */
        return;
    *sensed = (struct sensed){ true, r->people.v[row], r->people_error.v[row], r->at_ms };
}

static void fold(struct intake *intake, const struct readings *r, bool late)
{
    for (uint32_t i = 0; i < r->place.count; i++) {
        const uint32_t place = r->place.v[i];
        if (r->people_error.count && r->people_error.v[i]) {
            sense(&intake->sensed[place], r, i);
            continue;
        }
        if (!level_counts(&intake->places, place, r->at_ms, late))
            continue;
        intake->places.touched[place] = true;
        intake->places.a[place] = r->people.v[i];
    }
    for (uint32_t i = 0; i < r->gate.count; i++) {
        const uint32_t gate = r->gate.v[i];
        intake->gates.touched[gate] = true;
        intake->gates.a[gate] = add(intake->gates.a[gate], r->gate_in.v[i]);
        intake->gates.b[gate] = add(intake->gates.b[gate], r->gate_out.v[i]);
    }
    for (uint32_t i = 0; i < r->queue.count; i++) {
        const uint32_t queue = r->queue.v[i];
        if (level_counts(&intake->queues, queue, r->at_ms, late))
            intake->queues.a[queue] = r->waiting.v[i];
        intake->queues.touched[queue] = true;
        intake->queues.b[queue] = add(intake->queues.b[queue], r->served.v[i]);
    }
    const bool measured = r->place.count || r->gate.count || r->queue.count;
    if (measured && r->at_ms > intake->measured_ms)
        intake->measured_ms = r->at_ms;
}

static enum status say(struct refusal *refusal, enum status status, const char *field)
{
    refusal->status = status;
    snprintf(refusal->field, sizeof refusal->field, "%s", field);
    snprintf(refusal->message, sizeof refusal->message, "%s", status_sentence(status));
    return status;
}

/* The longer it goes on, the longer they stay away; who was sent away and comes back to the next
 * overload has not seen the end of this one. */
static enum status shed(struct intake *intake, int64_t now_ms, struct refusal *refusal)
{
    enum { GROWS_MS = 1000 };
    const int64_t since_ms = now_ms - intake->shed_ms;
    if (intake->shed_ms == 0 || since_ms > 2 * (int64_t)intake->back_off_ms)
        intake->back_off_ms = BACK_OFF_LEAST_MS;
    else if (since_ms >= GROWS_MS)
        intake->back_off_ms =
            intake->back_off_ms * 2 < BACK_OFF_MOST_MS ? intake->back_off_ms * 2 : BACK_OFF_MOST_MS;
    if (intake->shed_ms == 0 || since_ms >= GROWS_MS)
        intake->shed_ms = now_ms;
    refusal->retry_ms = intake->back_off_ms;
    return say(refusal, STATUS_TELEMETRY_SHED, "");
}

static enum status take_own(struct intake *intake, const struct readings *r,
                            struct intake_outcome *out)
{
    enum sequence_news news;
    if (!devices_take_own(&intake->devices, r, &news))
        return say(&out->refusal, STATUS_DEVICES_FULL, "device");
    out->duplicates = news == SEQUENCE_SEEN;
    out->accepted = news != SEQUENCE_SEEN;
    out->late = news == SEQUENCE_LATE;
    out->mark = intake->mark;
    intake->pending = true;
    return STATUS_OK;
}

/* False, and a refusal: it is nobody whom the venue hears. */
static bool is_known(struct intake *intake, const char *source, const struct credential *credential,
                     struct refusal *refusal)
{
    const enum status status = registry_admits(&intake->registry, source, credential);
    if (status != STATUS_OK)
        say(refusal, status,
            status == STATUS_DEVICE_KEY_WRONG ? "tifo-device-key" : "readings.source");
    return status == STATUS_OK;
}

static bool admit(struct intake *intake, const struct readings *r, int64_t now_ms,
                  struct refusal *refusal)
{
    if (r->replay) /* By hand. */
        return true;
    if (!is_known(intake, r->source, r->credential, refusal))
        return false;
    registry_hear(&intake->registry, r->source, now_ms);
    return true;
}

static enum status take(struct intake *intake, const struct readings *r, int64_t now_ms,
                        struct intake_outcome *out)
{
    const uint64_t rows = readings_rows(r);
    if (intake->held + rows > intake->room)
        return shed(intake, now_ms, &out->refusal);
    if (!admit(intake, r, now_ms, &out->refusal))
        return out->refusal.status;
    if (r->sender_is_device)
        return take_own(intake, r, out);
    struct source_row *row = source_row(intake, r->source);
    if (!row)
        return say(&out->refusal, STATUS_SOURCES_FULL, "readings.source");
    const enum sequence_news news =
        r->replay ? SEQUENCE_LATE : sequence_news(&row->sequence, r->sequence);
    if (news == SEQUENCE_SEEN) {
        out->duplicates = rows;
        /* The first one is in this drain, or was in one before. */
        out->mark = intake->mark - (row->taken ? 0 : 1);
        row->duplicates += rows;
        return STATUS_OK;
    }
    if (!devices_take(&intake->devices, r))
        return say(&out->refusal, STATUS_DEVICES_FULL, "readings.positions.device");
    if (r->quantity && intake->series &&
        !series_measure(intake->series, r->source, r->quantity, r->at_ms, r->value))
        return say(&out->refusal, STATUS_SERIES_FULL, "measurement.quantity");
    fold(intake, r, news == SEQUENCE_LATE);
    if (r->quantity)
        measured_take(&intake->measured, r->source, r->quantity, r->at_ms, r->value);
    if (intake->series)
        series_add(intake->series, r);
    if (!r->replay)
        sequence_take(&row->sequence, r->sequence);
    row->source.last_sequence = row->sequence.newest;
    row->taken = true;
    row->seen_ms = now_ms;
    row->last_at_ms = r->at_ms;
    row->accepted += rows;
    row->late += news == SEQUENCE_LATE ? rows : 0;
    row->touched |= news == SEQUENCE_NEW;
    intake->pending = true;
    out->accepted = rows;
    out->late = news == SEQUENCE_LATE ? rows : 0;
    out->mark = intake->mark;
    return STATUS_OK;
}

static void tally(struct intake *intake, const struct intake_outcome *outcome, uint64_t rows)
{
    struct intake_stats *stats = &intake->stats;
    stats->accepted += outcome->accepted;
    stats->duplicates += outcome->duplicates;
    stats->late += outcome->late;
    if (outcome->refusal.status != STATUS_OK)
        stats->refused[outcome->refusal.status] += rows ? rows : 1;
}

enum status intake_take(struct intake *intake, const char *venue_id, const struct readings *r,
                        int64_t now_ms, struct intake_outcome *out)
{
    *out = (struct intake_outcome){ 0 };
    /* The venue never changes once it is there, so it is checked against without the lock. */
    const struct venue *venue = intake_venue(intake);
    if (!venue || (venue_id[0] && strcmp(venue_id, venue->id) != 0))
        say(&out->refusal, STATUS_UNKNOWN_VENUE, "readings.venue_id");
    else
        readings_check(r, venue, now_ms, &out->refusal);
    pthread_mutex_lock(&intake->mutex);
    /* Strangers hear that they are, whatever else is wrong: nobody keeps what they sent. */
    if (out->refusal.status == STATUS_OK)
        take(intake, r, now_ms, out);
    else if (!r->replay)
        is_known(intake, r->source, r->credential, &out->refusal);
    intake->held += out->accepted;
    tally(intake, out, readings_rows(r));
    pthread_mutex_unlock(&intake->mutex);
    return out->refusal.status;
}

enum status intake_take_one(struct intake *intake, const struct reading *reading,
                            const struct geofence *fence, int64_t now_ms,
                            struct intake_outcome *out)
{
    struct reading_spot spot;
    struct readings columns = { 0 };
    *out = (struct intake_outcome){ 0 };
    if (reading_check(reading, intake_venue(intake), fence, now_ms, &spot, &out->refusal))
        reading_columns(reading, &spot, &columns);
    pthread_mutex_lock(&intake->mutex);
    if (out->refusal.status == STATUS_OK)
        take(intake, &columns, now_ms, out);
    else if (!reading->replay)
        is_known(intake, reading->device, reading->credential, &out->refusal);
    if (strcmp(out->refusal.field, "readings.source") == 0)
        snprintf(out->refusal.field, sizeof out->refusal.field, "device");
    intake->held += out->accepted;
    tally(intake, out, 1);
    pthread_mutex_unlock(&intake->mutex);
    return out->refusal.status;
}

void intake_count_refused(struct intake *intake, enum status status, uint64_t rows)
{
    const struct intake_outcome outcome = { .refusal = { .status = status } };
    pthread_mutex_lock(&intake->mutex);
    tally(intake, &outcome, rows);
    pthread_mutex_unlock(&intake->mutex);
}

struct source_news *intake_sources(struct intake *intake, struct arena *arena, uint32_t *count)
{
    pthread_mutex_lock(&intake->mutex);
    *count = intake->source_count;
    struct source_news *list = arena_array(arena, *count, sizeof *list);
    for (uint32_t i = 0; i < *count; i++) {
        const struct source_row *row = &intake->sources[i];
        list[i] = (struct source_news){ row->source,   row->seen_ms,    row->last_at_ms,
                                        row->accepted, row->duplicates, row->late };
    }
    pthread_mutex_unlock(&intake->mutex);
    return list;
}

void intake_stats(struct intake *intake, struct intake_stats *out)
{
    pthread_mutex_lock(&intake->mutex);
    *out = intake->stats;
    out->back_off_ms = intake->back_off_ms;
    out->sources = intake->source_count;
    out->devices = intake->devices.count;
    pthread_mutex_unlock(&intake->mutex);
}

/* ---- Giving ---------------------------------------------------------------------------------- */

/* The touched rows as columns: their indices, and each counter. What was measured stays known, for
 * what comes late; what was counted starts from zero. */
static void drain_sums(struct sums *sums, struct arena *arena, struct u32s *index, struct u32s *a,
                       struct u32s *b, bool levels)
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
        sums->a[i] = levels ? sums->a[i] : 0;
        sums->b[i] = 0;
    }
    *index = (struct u32s){ rows, count };
    *a = (struct u32s){ first, count };
    if (b)
        *b = (struct u32s){ second, count };
}

static void drain_sensed(struct intake *intake, struct arena *arena, struct tick *tick)
{
    const uint32_t places = intake->places.count;
    uint32_t *place = arena_array(arena, places, sizeof *place);
    uint32_t *people = arena_array(arena, places, sizeof *people);
    uint32_t *error = arena_array(arena, places, sizeof *error);
    int64_t *at_ms = arena_array(arena, places, sizeof *at_ms);
    uint32_t count = 0;
    for (uint32_t i = 0; i < places; i++) {
        struct sensed *sensed = &intake->sensed[i];
        if (!sensed->touched)
            continue;
        place[count] = i;
        people[count] = sensed->people;
        error[count] = sensed->error_milli;
        at_ms[count++] = sensed->at_ms;
        sensed->touched = false;
    }
    tick->sensed = (struct u32s){ place, count };
    tick->sensed_people = (struct u32s){ people, count };
    tick->sensed_error = (struct u32s){ error, count };
    tick->sensed_ms = at_ms;
}

static void drain_sources(struct intake *intake, struct arena *arena, struct tick *tick)
{
    struct source *taken = arena_array(arena, intake->source_count, sizeof *taken);
    for (uint32_t i = 0; i < intake->source_count; i++) {
        intake->sources[i].taken = false;
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
        drain_sums(&intake->places, arena, &tick->place, &tick->people, NULL, true);
        drain_sums(&intake->gates, arena, &tick->gate, &tick->gate_in, &tick->gate_out, false);
        drain_sums(&intake->queues, arena, &tick->queue, &tick->waiting, &tick->served, true);
        drain_sensed(intake, arena, tick);
        drain_sources(intake, arena, tick);
    }
    intake->measured_ms = 0;
    intake->pending = false;
    intake->held = 0;
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

uint32_t intake_occupancy(struct intake *intake, int64_t now_ms, int64_t ttl_ms, uint32_t *count,
                          uint32_t places)
{
    pthread_mutex_lock(&intake->mutex);
    const uint32_t all = devices_count(&intake->devices, now_ms, ttl_ms, count, places);
    pthread_mutex_unlock(&intake->mutex);
    return all;
}
