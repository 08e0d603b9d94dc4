#include "server/core/crowd.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* Fewer people in a zone are no queue; up to this density a place is quite safe. */
enum { QUEUE_LEAST_PEOPLE = 10, SAFE_MILLI = 720 };

/* Facts of what was sensed come this part of a second apart: for who moves meanwhile. */
enum { TICK_SHARE_MILLI = 250 };

/* A density alarm clears below this, on the walkway and on the stair scale. */
enum { DENSITY_EASED_MILLI = 1900 };

/* Upper bounds of the levels A to E, 0.001 p/m2 (Fruin 1971, one scale each). */
static const uint32_t walkway_los[] = { 310, 430, 720, 1080, 2170 };
static const uint32_t stairs_los[] = { 540, 720, 1080, 1540, 2700 };

static const uint32_t queue_los[] = { 826, 1075, 1538, 3571, 5263 };

static enum los los_on(const uint32_t *bounds, uint32_t density_milli)
{
    enum los los = LOS_A;
    while (los < LOS_F && density_milli >= bounds[los - LOS_A])
        los++;
    return los;
}

static enum los los_of(const struct zone *zone, uint32_t density_milli)
{
    return los_on(zone->kind == ZONE_STAIRS ? stairs_los : walkway_los, density_milli);
}

static void place_show(struct stadium *s, uint32_t place, int64_t people_milli, int64_t measured_ms,
                       int64_t now_ms)
{
    const uint32_t people = (uint32_t)((people_milli + 500) / 1000);
    assert(place < venue_places(&s->venue));
    struct place_state *state = &s->places[place];
    row_remove(s, ROW_PLACE_STATE, place, state);
    bool inside = venue_place_is_inside(&s->venue, place);
    if (inside)
        s->head.inside += people - state->people;
    state->people = people;
    state->measured_ms = measured_ms;
    if (inside && place < s->venue.zone_count) {
        const struct zone *zone = &s->zones[place];
        state->density_milli = zone_density_milli(zone, people_milli);
        state->los = los_of(zone, state->density_milli);
        state->crowded_ms = held_since(state->crowded_ms, state->los == LOS_F, now_ms);
        state->eased_ms =
            held_since(state->eased_ms, state->density_milli < DENSITY_EASED_MILLI, now_ms);
    }
    row_add(s, ROW_PLACE_STATE, place, state);
}

/* A count without error; whatever was estimated before is over. */
static void place_measure(struct stadium *s, uint32_t place, uint32_t people, int64_t measured_ms,
                          int64_t now_ms)
{
    const uint32_t before = s->places[place].people;
    plan_drift(s, people > before ? people - before : before - people);
    if (s->estimates[place].at_ms) {
        row_remove(s, ROW_ESTIMATE, place, &s->estimates[place]);
        s->estimates[place] = (struct estimate){ 0 };
    }
    place_show(s, place, (int64_t)people * 1000, measured_ms, now_ms);
}

static void queue_measure(struct stadium *s, struct queue_state *queue, uint32_t waiting,
                          int64_t measured_ms)
{
    plan_drift(s, waiting > queue->waiting ? waiting - queue->waiting : queue->waiting - waiting);
    queue->waiting = waiting;
    queue->measured_ms = measured_ms;
}

/* Windows roll up to the fact's time, then take what was counted: at `at_ms`, which may lie before
 * them. Of the gates from `first` on, `count` of them: no other is in the rows. */
static void gates_measure(struct stadium *s, const struct crowd_measured *m, uint32_t first,
                          uint32_t count, int64_t at_ms, int64_t now_ms)
{
    const bool lately = now_ms / GATE_BUCKET_MS - at_ms / GATE_BUCKET_MS < WINDOW_BUCKETS;
    struct head *head = &s->head;
    uint32_t facilities = s->venue.facility_count;
    for (uint32_t i = first; i < first + count; i++) {
        struct gate_state *state = &s->gate_states[i];
        row_remove(s, ROW_GATE_STATE, i, state);
        head->windowed -= window_roll(state->in_buckets, GATE_BUCKET_MS, head->rolled_ms, now_ms);
        head->windowed -= window_roll(state->out_buckets, GATE_BUCKET_MS, head->rolled_ms, now_ms);
    }
    for (uint32_t i = 0; i < m->gate.count; i++) {
        assert(m->gate.v[i] < s->venue.gate_count);
        struct gate_state *state = &s->gate_states[m->gate.v[i]];
        uint32_t in = m->gate_in.v[i], out = m->gate_out.v[i];
        state->total_in += in;
        state->total_out += out;
        if (!lately)
            continue;
        head->windowed += window_count(state->in_buckets, GATE_BUCKET_MS, at_ms, in);
        head->windowed += window_count(state->out_buckets, GATE_BUCKET_MS, at_ms, out);
    }
    for (uint32_t i = 0; i < m->queue.count; i++) {
        assert(m->queue.v[i] < facilities + s->venue.gate_count);
        if (m->queue.v[i] >= facilities)
            queue_measure(s, &s->gate_states[m->queue.v[i] - facilities].queue, m->waiting.v[i],
                          m->measured_ms);
    }
    for (uint32_t i = first; i < first + count; i++) {
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
    gates_measure(s, m, 0, s->venue.gate_count, fact->time_ms, fact->time_ms);
    facilities_measure(s, m, fact->time_ms);
    for (uint32_t i = 0; i < m->source.count; i++) {
        assert(m->source.v[i] < s->source_count);
        struct source *source = &s->sources[m->source.v[i]];
        row_remove(s, ROW_SOURCE, m->source.v[i], source);
        source->last_sequence = m->sequence.v[i];
        row_add(s, ROW_SOURCE, m->source.v[i], source);
    }
    s->head.rolled_ms = fact->time_ms;
    if (m->measured_ms > s->head.measured_ms)
        s->head.measured_ms = m->measured_ms;
}

/* Readings first, then time for the others: all estimates are of the fact's time. */
void sensed_evolve(struct stadium *s, const struct fact *fact)
{
    const struct crowd_sensed *c = &fact->as.crowd_sensed;
    const int64_t now_ms = fact->time_ms;
    uint64_t moved_milli = 0;
    assert(stadium_venue(s));
    for (uint32_t i = 0; i < c->place.count; i++) {
        assert(c->place.v[i] < venue_places(&s->venue));
        struct estimate *estimate = &s->estimates[c->place.v[i]];
        const int64_t at_ms = now_ms - c->age_ms.v[i];
        if (estimate->at_ms)
            row_remove(s, ROW_ESTIMATE, c->place.v[i], estimate);
        estimate_read(estimate, c->people.v[i], c->error_milli.v[i], at_ms, now_ms);
        row_add(s, ROW_ESTIMATE, c->place.v[i], estimate);
        const int64_t measured_ms = s->places[c->place.v[i]].measured_ms;
        place_show(s, c->place.v[i], estimate->people_milli,
                   at_ms > measured_ms ? at_ms : measured_ms, now_ms);
    }
    for (uint32_t i = 0; i < venue_places(&s->venue); i++) {
        struct estimate *estimate = &s->estimates[i];
        if (estimate->at_ms == 0)
            continue;
        const int64_t rate = estimate->rate_milli;
        moved_milli += (uint64_t)(rate < 0 ? -rate : rate) * TICK_SHARE_MILLI / 1000;
        if (estimate->at_ms == now_ms)
            continue;
        row_remove(s, ROW_ESTIMATE, i, estimate);
        estimate_predict(estimate, now_ms);
        row_add(s, ROW_ESTIMATE, i, estimate);
        place_show(s, i, estimate->people_milli, s->places[i].measured_ms, now_ms);
    }
    plan_drift(s, (uint32_t)(moved_milli / 1000));
}

/* So many stand in the lines of a zone. */
static uint32_t zone_waiting(const struct stadium *s, uint32_t zone)
{
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < s->venue.facility_count; i++)
        waiting += s->facilities[i].zone == zone ? s->facility_states[i].queue.waiting : 0;
    for (uint32_t i = 0; s->phase.kind != PHASE_ENTRY && i < s->venue.gate_count; i++)
        waiting += s->gates[i].zone_inside == zone ? s->gate_states[i].queue.waiting : 0;
    return waiting;
}

/* The mean level over five numbers of people that are as likely, and vary as the estimate does. */
static enum los expected_level(const struct stadium *s, uint32_t zone, const uint32_t *bounds)
{
    static const int deviations_milli[] = { -1414, -707, 0, 707, 1414 };
    const uint32_t count = sizeof deviations_milli / sizeof deviations_milli[0];
    const struct estimate *estimate = &s->estimates[zone];
    const int64_t deviation = estimate_deviation_milli(estimate);
    if (deviation == 0)
        return los_on(bounds, s->places[zone].density_milli);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t people = estimate->people_milli + deviation * deviations_milli[i] / 1000;
        sum += los_on(bounds, zone_density_milli(&s->zones[zone], people > 0 ? people : 0));
    }
    return (enum los)((2 * sum + count) / (2 * count));
}

enum los crowd_level(const struct stadium *s, uint32_t place, enum los_scale *scale)
{
    const struct place_state *state = &s->places[place];
    *scale = SCALE_NONE;
    if (state->los == LOS_NONE)
        return LOS_NONE;
    if (s->zones[place].kind == ZONE_STAIRS) {
        *scale = SCALE_STAIRS;
        return expected_level(s, place, stairs_los);
    }
    *scale = SCALE_WALKWAY;
    if (state->people < QUEUE_LEAST_PEOPLE || zone_waiting(s, place) * 2 < state->people)
        return expected_level(s, place, walkway_los);
    *scale = SCALE_QUEUE;
    return expected_level(s, place, queue_los);
}

uint32_t crowd_safety_milli(const struct stadium *s, uint32_t place)
{
    const uint32_t worst = crowd_interval(s, place).high_milli;
    if (worst <= SAFE_MILLI)
        return 1000;
    return worst < ALARM_CRUSH_MILLI
               ? (ALARM_CRUSH_MILLI - worst) * 1000 / (ALARM_CRUSH_MILLI - SAFE_MILLI)
               : 0;
}

struct interval crowd_interval(const struct stadium *s, uint32_t place)
{
    const struct estimate *estimate = &s->estimates[place];
    const uint32_t density = s->places[place].density_milli;
    if (estimate->at_ms == 0 || place >= s->venue.zone_count ||
        !venue_place_is_inside(&s->venue, place))
        return (struct interval){ density, density };
    const int64_t reach = estimate_deviation_milli(estimate) * 196 / 100;
    const int64_t low = estimate->people_milli > reach ? estimate->people_milli - reach : 0;
    return (struct interval){
        zone_density_milli(&s->zones[place], low),
        zone_density_milli(&s->zones[place], estimate->people_milli + reach),
    };
}

void crowd_admit(struct stadium *s, uint32_t gate, bool left, int64_t at_ms, int64_t now_ms)
{
    const uint32_t in = !left, out = left;
    const struct crowd_measured one = { .gate = { &gate, 1 },
                                        .gate_in = { &in, 1 },
                                        .gate_out = { &out, 1 } };
    assert(stadium_venue(s) && gate < s->venue.gate_count);
    /* In the same bucket of every window nothing rolls: no other row would change. */
    if (now_ms / GATE_BUCKET_MS == s->head.rolled_ms / GATE_BUCKET_MS) {
        gates_measure(s, &one, gate, 1, at_ms, now_ms);
        return;
    }
    gates_measure(s, &one, 0, s->venue.gate_count, at_ms, now_ms);
    facilities_measure(s, &one, now_ms);
    s->head.rolled_ms = now_ms;
}

void source_evolve(struct stadium *s, const struct fact *fact)
{
    assert(s->source_count < s->limits.sources);
    struct source *source = &s->sources[s->source_count];
    memcpy(source->name, fact->as.source_added.name, sizeof(source->name));
    row_add(s, ROW_SOURCE, s->source_count, source);
    s->source_count++;
}
