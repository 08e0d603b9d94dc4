/* What a tick says: readings, or time that goes on. */
#include "server/core/roster.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <string.h>

/* More in one reading is a broken sensor; the API's bounds are lower or equal. */
enum { PEOPLE_MAX = 1000 * 1000, ERROR_MAX_MILLI = 1000 };
/* Older readings count as so old: they say nothing of now. */
enum { AGE_MAX_MS = 10 * 60 * 1000 };

enum { WINDOW_ROLL_MS = 1000 };

static enum status check_column(const char *field, struct u32s column, uint32_t bound,
                                struct facts *out)
{
    for (uint32_t i = 0; i < column.count; i++) {
        if (column.v[i] >= bound)
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "%s: row %u has %u; below %u is possible", field, i, column.v[i],
                                bound);
    }
    return STATUS_OK;
}

static enum status check_tick(const struct stadium *s, const struct tick *tick, struct facts *out)
{
    const struct venue *venue = stadium_venue(s);
    if (!venue)
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "readings.venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    assert(tick->place.count == tick->people.count);
    assert(tick->gate.count == tick->gate_in.count && tick->gate.count == tick->gate_out.count);
    assert(tick->queue.count == tick->waiting.count && tick->queue.count == tick->served.count);
    const struct {
        const char *field;
        struct u32s column;
        uint32_t bound;
    } columns[] = {
        { "readings.zones.place", tick->place, venue_places(venue) },
        { "readings.zones.people", tick->people, PEOPLE_MAX + 1 },
        { "readings.zones.place", tick->sensed, venue_places(venue) },
        { "readings.zones.people", tick->sensed_people, PEOPLE_MAX + 1 },
        { "readings.zones.error_milli", tick->sensed_error, ERROR_MAX_MILLI + 1 },
        { "readings.turnstiles.gate", tick->gate, venue->gate_count },
        { "readings.turnstiles.in", tick->gate_in, PEOPLE_MAX + 1 },
        { "readings.turnstiles.out", tick->gate_out, PEOPLE_MAX + 1 },
        { "readings.queues.queue", tick->queue, venue->facility_count + venue->gate_count },
        { "readings.queues.waiting", tick->waiting, PEOPLE_MAX + 1 },
        { "readings.queues.served", tick->served, PEOPLE_MAX + 1 },
    };
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        enum status status =
            check_column(columns[i].field, columns[i].column, columns[i].bound, out);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static bool source_name_is_good(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    return name[0] && name[strspn(name, letters)] == 0;
}

static uint32_t source_index(const struct stadium *s, const char *name)
{
    uint32_t i = 0;
    while (i < s->source_count && strcmp(s->sources[i].name, name) != 0)
        i++;
    return i;
}

/* Sources as columns; new ones get the next indices, and a fact each. */
static enum status decide_sources(const struct stadium *s, const struct tick *tick, int64_t time_ms,
                                  struct facts *out, struct crowd_measured *measured)
{
    uint32_t *source = arena_array(&out->arena, tick->source_count, sizeof(*source));
    uint64_t *sequence = arena_array(&out->arena, tick->source_count, sizeof(*sequence));
    uint32_t known = s->source_count;
    for (uint32_t i = 0; i < tick->source_count; i++) {
        const struct source *taken = &tick->sources[i];
        source[i] = source_index(s, taken->name);
        sequence[i] = taken->last_sequence;
        if (!source_name_is_good(taken->name))
            return facts_refuse(
                out, STATUS_BAD_FIELD, "readings.source",
                "readings.source: \"%s\" is no name; use 1 to %d of A-Z a-z 0-9 . _ -", taken->name,
                SOURCE_NAME_BYTES);
        uint64_t last = source[i] < s->source_count ? s->sources[source[i]].last_sequence : 0;
        if (taken->last_sequence <= last)
            return facts_refuse(out, STATUS_BAD_FIELD, "readings.sequence",
                                "readings.sequence: source \"%s\" was taken to %llu before",
                                taken->name, (unsigned long long)last);
        if (source[i] < s->source_count)
            continue;
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(tick->sources[k].name, taken->name) == 0)
                return facts_refuse(out, STATUS_BAD_FIELD, "readings.source",
                                    "readings.source: \"%s\" is there twice", taken->name);
        }
        if (known == s->limits.sources)
            return facts_refuse(out, STATUS_SOURCES_FULL, "readings.source",
                                "readings.source: the venue has %u telemetry sources already; let "
                                "a gateway report for several",
                                known);
        source[i] = known++;
        struct fact *added = facts_add(out, FACT_SOURCE_ADDED, time_ms);
        memcpy(added->as.source_added.name, taken->name, sizeof(taken->name));
    }
    measured->source = (struct u32s){ source, tick->source_count };
    measured->sequence = (struct u64s){ sequence, tick->source_count };
    return STATUS_OK;
}

static void decide_sensed(const struct tick *tick, int64_t time_ms, struct facts *out)
{
    const uint32_t count = tick->sensed.count;
    if (count == 0)
        return;
    uint32_t *age_ms = arena_array(&out->arena, count, sizeof(*age_ms));
    for (uint32_t i = 0; i < count; i++) {
        const int64_t age = time_ms - tick->sensed_ms[i];
        age_ms[i] = age < 0 ? 0 : age < AGE_MAX_MS ? (uint32_t)age : AGE_MAX_MS;
    }
    facts_add(out, FACT_CROWD_SENSED, time_ms)->as.crowd_sensed =
        (struct crowd_sensed){ .place = u32s_copy(tick->sensed, &out->arena),
                               .people = u32s_copy(tick->sensed_people, &out->arena),
                               .error_milli = u32s_copy(tick->sensed_error, &out->arena),
                               .age_ms = { age_ms, count } };
}

static enum status decide_measured(const struct stadium *s, const struct command *command,
                                   struct facts *out)
{
    const struct tick *tick = &command->as.tick;
    enum status status = check_tick(s, tick, out);
    if (status != STATUS_OK)
        return status;
    struct crowd_measured measured = {
        .measured_ms = tick->measured_ms,
        .place = u32s_copy(tick->place, &out->arena),
        .people = u32s_copy(tick->people, &out->arena),
        .gate = u32s_copy(tick->gate, &out->arena),
        .gate_in = u32s_copy(tick->gate_in, &out->arena),
        .gate_out = u32s_copy(tick->gate_out, &out->arena),
        .queue = u32s_copy(tick->queue, &out->arena),
        .waiting = u32s_copy(tick->waiting, &out->arena),
        .served = u32s_copy(tick->served, &out->arena),
    };
    status = decide_sources(s, tick, command->time_ms, out, &measured);
    if (status != STATUS_OK)
        return status;
    facts_add(out, FACT_CROWD_MEASURED, command->time_ms)->as.crowd_measured = measured;
    decide_sensed(tick, command->time_ms, out);
    forecast_decide(s, command->time_ms, out);
    return STATUS_OK;
}

enum status tick_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct tick *tick = &command->as.tick;
    devices_tick(s, tick, command->time_ms, out);
    rules_tick(s, tick, command->time_ms, out);
    bool readings = tick->place.count || tick->sensed.count || tick->gate.count ||
                    tick->queue.count || tick->source_count;
    if (readings || command->time_ms >= crowd_due(s))
        return decide_measured(s, command, out);
    if (out->count) /* What follows from it is due at once. */
        return STATUS_OK;
    alarms_decide(s, command->time_ms, out);
    plan_want(s, command->time_ms, out);
    booking_tick(s, command->time_ms, out);
    roster_tick(s, command->time_ms, out);
    waitroom_tick(s, command->time_ms, tick->load_percent, out);
    allocations_tick(s, command->time_ms, out);
    wait_tick(s, command->time_ms, out);
    return STATUS_OK;
}

int64_t crowd_due(const struct stadium *s)
{
    if (s->head.windowed == 0)
        return STADIUM_NEVER;
    return (s->head.rolled_ms / WINDOW_ROLL_MS + 1) * WINDOW_ROLL_MS;
}
