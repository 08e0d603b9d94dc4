#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* More in one reading is a broken sensor; the API's bounds are lower or equal. */
enum { PEOPLE_MAX = 1000 * 1000 };

enum { WINDOW_ROLL_MS = 1000 };

/* A density alarm clears below this, on the walkway and on the stair scale. */
enum { DENSITY_EASED_MILLI = 1900 };

/* ---- decide ------------------------------------------------------------------------------------
 */

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

static struct u32s column_copy(struct u32s from, struct arena *arena)
{
    return (struct u32s){ arena_copy(arena, from.v, from.count * sizeof(*from.v)), from.count };
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
        .place = column_copy(tick->place, &out->arena),
        .people = column_copy(tick->people, &out->arena),
        .gate = column_copy(tick->gate, &out->arena),
        .gate_in = column_copy(tick->gate_in, &out->arena),
        .gate_out = column_copy(tick->gate_out, &out->arena),
        .queue = column_copy(tick->queue, &out->arena),
        .waiting = column_copy(tick->waiting, &out->arena),
        .served = column_copy(tick->served, &out->arena),
    };
    status = decide_sources(s, tick, command->time_ms, out, &measured);
    if (status == STATUS_OK)
        facts_add(out, FACT_CROWD_MEASURED, command->time_ms)->as.crowd_measured = measured;
    return status;
}

enum status tick_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct tick *tick = &command->as.tick;
    bool readings =
        tick->place.count || tick->gate.count || tick->queue.count || tick->source_count;
    if (readings || command->time_ms >= crowd_due(s))
        return decide_measured(s, command, out);
    alarms_decide(s, command->time_ms, out);
    plan_want(s, command->time_ms, out);
    return STATUS_OK;
}

int64_t crowd_due(const struct stadium *s)
{
    if (s->head.windowed == 0)
        return STADIUM_NEVER;
    return (s->head.rolled_ms / WINDOW_ROLL_MS + 1) * WINDOW_ROLL_MS;
}

/* ---- evolve ------------------------------------------------------------------------------------
 */

/* Upper bounds of the levels A to E, 0.001 p/m2 (Fruin 1971; on stairs people need less room). */
static const uint32_t walkway_los[] = { 310, 430, 720, 1080, 2170 };
static const uint32_t stairs_los[] = { 540, 720, 1080, 1540, 2700 };

static enum los los_of(const struct zone *zone, uint32_t density_milli)
{
    const uint32_t *bounds = zone->kind == ZONE_STAIRS ? stairs_los : walkway_los;
    enum los los = LOS_A;
    while (los < LOS_F && density_milli >= bounds[los - LOS_A])
        los++;
    return los;
}

/* To the nearest thousandth of a person a m2. */
static uint32_t density_milli(const struct zone *zone, uint32_t people)
{
    uint64_t density = ((uint64_t)people * 100000 + zone->area_dm2 / 2) / zone->area_dm2;
    return density < UINT32_MAX ? (uint32_t)density : UINT32_MAX;
}

static void place_measure(struct stadium *s, uint32_t place, uint32_t people, int64_t measured_ms,
                          int64_t now_ms)
{
    struct place_state *state = &s->places[place];
    row_remove(s, ROW_PLACE_STATE, place, state);
    plan_drift(s, people > state->people ? people - state->people : state->people - people);
    bool inside = venue_place_is_inside(&s->venue, place);
    if (inside)
        s->head.inside += people - state->people;
    state->people = people;
    state->measured_ms = measured_ms;
    if (inside && place < s->venue.zone_count) {
        const struct zone *zone = &s->zones[place];
        state->density_milli = density_milli(zone, people);
        state->los = los_of(zone, state->density_milli);
        state->crowded_ms = held_since(state->crowded_ms, state->los == LOS_F, now_ms);
        state->eased_ms =
            held_since(state->eased_ms, state->density_milli < DENSITY_EASED_MILLI, now_ms);
    }
    row_add(s, ROW_PLACE_STATE, place, state);
}

static void queue_measure(struct stadium *s, struct queue_state *queue, uint32_t waiting,
                          int64_t measured_ms)
{
    plan_drift(s, waiting > queue->waiting ? waiting - queue->waiting : queue->waiting - waiting);
    queue->waiting = waiting;
    queue->measured_ms = measured_ms;
}

/* Windows roll up to the fact's time, then take what was counted. */
static void gates_measure(struct stadium *s, const struct crowd_measured *m, int64_t now_ms)
{
    struct head *head = &s->head;
    uint32_t facilities = s->venue.facility_count;
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        struct gate_state *state = &s->gate_states[i];
        row_remove(s, ROW_GATE_STATE, i, state);
        head->windowed -= window_roll(state->in_buckets, GATE_BUCKET_MS, head->rolled_ms, now_ms);
        head->windowed -= window_roll(state->out_buckets, GATE_BUCKET_MS, head->rolled_ms, now_ms);
    }
    for (uint32_t i = 0; i < m->gate.count; i++) {
        struct gate_state *state = &s->gate_states[m->gate.v[i]];
        uint32_t in = m->gate_in.v[i], out = m->gate_out.v[i];
        state->total_in += in;
        state->total_out += out;
        head->windowed += window_count(state->in_buckets, GATE_BUCKET_MS, now_ms, in);
        head->windowed += window_count(state->out_buckets, GATE_BUCKET_MS, now_ms, out);
    }
    for (uint32_t i = 0; i < m->queue.count; i++) {
        if (m->queue.v[i] >= facilities)
            queue_measure(s, &s->gate_states[m->queue.v[i] - facilities].queue, m->waiting.v[i],
                          m->measured_ms);
    }
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        gate_refresh(s, i, now_ms);
        row_add(s, ROW_GATE_STATE, i, &s->gate_states[i]);
    }
}

static void facilities_measure(struct stadium *s, const struct crowd_measured *m, int64_t now_ms)
{
    struct head *head = &s->head;
    for (uint32_t i = 0; i < s->venue.facility_count; i++) {
        struct facility_state *state = &s->facility_states[i];
        row_remove(s, ROW_FACILITY_STATE, i, state);
        head->windowed -=
            window_roll(state->served_buckets, FACILITY_BUCKET_MS, head->rolled_ms, now_ms);
    }
    for (uint32_t i = 0; i < m->queue.count; i++) {
        if (m->queue.v[i] >= s->venue.facility_count)
            continue;
        struct facility_state *state = &s->facility_states[m->queue.v[i]];
        queue_measure(s, &state->queue, m->waiting.v[i], m->measured_ms);
        state->total_served += m->served.v[i];
        head->windowed +=
            window_count(state->served_buckets, FACILITY_BUCKET_MS, now_ms, m->served.v[i]);
    }
    for (uint32_t i = 0; i < s->venue.facility_count; i++) {
        facility_refresh(s, i, now_ms);
        row_add(s, ROW_FACILITY_STATE, i, &s->facility_states[i]);
    }
}

void crowd_evolve(struct stadium *s, const struct fact *fact)
{
    const struct crowd_measured *m = &fact->as.crowd_measured;
    assert(stadium_venue(s));
    for (uint32_t i = 0; i < m->place.count; i++)
        place_measure(s, m->place.v[i], m->people.v[i], m->measured_ms, fact->time_ms);
    gates_measure(s, m, fact->time_ms);
    facilities_measure(s, m, fact->time_ms);
    for (uint32_t i = 0; i < m->source.count; i++) {
        struct source *source = &s->sources[m->source.v[i]];
        assert(m->source.v[i] < s->source_count);
        row_remove(s, ROW_SOURCE, m->source.v[i], source);
        source->last_sequence = m->sequence.v[i];
        row_add(s, ROW_SOURCE, m->source.v[i], source);
    }
    s->head.rolled_ms = fact->time_ms;
    if (m->measured_ms > s->head.measured_ms)
        s->head.measured_ms = m->measured_ms;
}

void source_evolve(struct stadium *s, const struct fact *fact)
{
    assert(s->source_count < s->limits.sources);
    struct source *source = &s->sources[s->source_count];
    memcpy(source->name, fact->as.source_added.name, sizeof(source->name));
    row_add(s, ROW_SOURCE, s->source_count, source);
    s->source_count++;
}
