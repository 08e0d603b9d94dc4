#include "server/core/forecast.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

const int64_t forecast_horizon_ms[FORECAST_HORIZONS] = { 300000, 900000, 1800000 };

enum {
    MEAN_OF = 4, /* Forecasts before, whose `now` is averaged with that of now. */
    HALVES_MS = 120 * 1000,
    BREAK_MS = 15 * 60 * 1000,
    BREAK_RISE_SHARE = 5, /* A break rises over a fifth of it, */
    BREAK_UP_SHARE = 5,   /* to a fifth of those inside. */
    GROWTH_MOST = 4,      /* No zone gets more than so many times what it has. */
    COUNTED_MILLI = 200,  /* Zones with less than this, now and then, are not judged. */
};

/* What shares are parts of. */
#define WHOLE INT64_C(1000)
/* Nobody goes: later than any horizon, and a thousand of them still fit. */
#define NEVER_MS INT64_C(1000000000000)

const struct forecast *stadium_forecast(const struct stadium *s)
{
    static const struct forecast none = { 0 };
    const uint64_t made = s->forecast_scores.made;
    return made ? &s->forecasts[(made - 1) % FORECAST_KEPT] : &none;
}

const struct forecast_scores *stadium_forecast_scores(const struct stadium *s)
{
    return &s->forecast_scores;
}

/* ---- decide ------------------------------------------------------------------------------ */

/* 0.001 people in a zone, as far as it is known. */
static int64_t zone_people_milli(const struct stadium *s, uint32_t zone)
{
    return s->estimates[zone].at_ms ? s->estimates[zone].people_milli
                                    : (int64_t)s->places[zone].people * 1000;
}

static int64_t zone_mean_milli(const struct stadium *s, uint32_t zone)
{
    const uint64_t made = s->forecast_scores.made;
    int64_t sum = zone_people_milli(s, zone), count = 1;
    for (uint64_t i = made > MEAN_OF ? made - MEAN_OF : 0; i < made; i++, count++)
        sum += s->forecasts[i % FORECAST_KEPT].now.v[zone];
    return sum / count;
}

/* Half of it every HALVES_MS, straight in between. */
static int64_t halved(int64_t share, int64_t ms)
{
    const int64_t times = ms / HALVES_MS;
    if (times > 20)
        return 0;
    share >>= times;
    return share - share * (ms % HALVES_MS) / HALVES_MS / 2;
}

/* How far up a break is so long after its begin; of WHOLE. */
static int64_t break_share(int64_t since_ms, int64_t length_ms)
{
    const int64_t top_ms = length_ms / BREAK_RISE_SHARE;
    if (since_ms < 0 || since_ms >= length_ms || top_ms == 0)
        return 0;
    return since_ms < top_ms ? WHOLE * since_ms / top_ms
                             : WHOLE * (length_ms - since_ms) / (length_ms - top_ms);
}

/* Who stays until a later stage of an evacuation does not leave. */
static uint64_t leaving(const struct stadium *s)
{
    uint64_t stay = 0;
    for (uint32_t i = 0; i < s->venue.block_count; i++)
        stay += phase_keeps(&s->phase, i) ? s->places[s->venue.zone_count + i].people : 0;
    return s->head.inside > stay ? s->head.inside - stay : 0;
}

/* When all who leave will be out, from now, if they go on as they go. */
static int64_t clearing_ms(const struct stadium *s)
{
    uint64_t flow_ppm = 0, capacity_ppm = 0;
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        flow_ppm += s->gate_states[i].flow_out_ppm;
        if (s->gate_states[i].mode == GATE_OPEN)
            capacity_ppm += gate_exit_milli_ppm(&s->gates[i], s->phase.kind) / 1000;
    }
    const uint64_t rate = flow_ppm > capacity_ppm / 2 ? flow_ppm : capacity_ppm / 2;
    return rate ? (int64_t)(leaving(s) * 60000 / rate) : NEVER_MS;
}

struct outlook {
    int64_t share; /* Of the mean that will be there, of WHOLE; */
    int64_t more;  /* and of those inside that will be on concourses. */
};

/* What the phase makes of a zone that has people now, so long from now. */
static struct outlook outlook(const struct stadium *s, int64_t now_ms, int64_t ahead_ms)
{
    const struct phase *phase = &s->phase;
    const int64_t then_ms = now_ms + ahead_ms;
    const int64_t over_ms = phase->ends_ms ? then_ms - phase->ends_ms : -1;
    switch (phase->kind) {
    case PHASE_ENTRY:
        return (struct outlook){ over_ms < 0 ? WHOLE : halved(WHOLE, over_ms), 0 };
    case PHASE_PLAY:
        return (struct outlook){ halved(WHOLE, ahead_ms),
                                 break_share(over_ms, BREAK_MS) / BREAK_UP_SHARE };
    case PHASE_BREAK: {
        const int64_t length_ms =
            phase->ends_ms ? phase->ends_ms - phase->started_ms : (int64_t)BREAK_MS;
        const int64_t is = break_share(now_ms - phase->started_ms, length_ms);
        const int64_t will = break_share(then_ms - phase->started_ms, length_ms);
        const int64_t share = is ? WHOLE * will / is : 0;
        return (struct outlook){ share < GROWTH_MOST * WHOLE ? share : GROWTH_MOST * WHOLE, 0 };
    }
    case PHASE_EGRESS:
    case PHASE_EVACUATION: {
        const int64_t clear_ms = clearing_ms(s);
        return (struct outlook){ ahead_ms < clear_ms ? WHOLE * (clear_ms - ahead_ms) / clear_ms : 0,
                                 0 };
    }
    default:
        return (struct outlook){ WHOLE, 0 };
    }
}

static uint64_t concourse_dm2(const struct stadium *s)
{
    uint64_t area = 0;
    for (uint32_t i = 0; i < s->venue.zone_count; i++)
        area += s->zones[i].kind == ZONE_CONCOURSE ? s->zones[i].area_dm2 : 0;
    return area;
}

static uint32_t milli(int64_t people_milli)
{
    return people_milli < 0                           ? 0
           : people_milli < ESTIMATE_PEOPLE_MAX_MILLI ? (uint32_t)people_milli
                                                      : (uint32_t)ESTIMATE_PEOPLE_MAX_MILLI;
}

void forecast_decide(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    const uint32_t zones = s->venue.zone_count;
    const struct forecast *last = stadium_forecast(s);
    if (s->phase.kind == PHASE_NONE || (last->at_ms && now_ms - last->at_ms < FORECAST_EVERY_MS))
        return;
    uint32_t *now = arena_array(&out->arena, zones, sizeof(*now));
    uint32_t *ahead[FORECAST_HORIZONS];
    struct outlook outlooks[FORECAST_HORIZONS];
    const int64_t concourses = (int64_t)concourse_dm2(s);
    for (int h = 0; h < FORECAST_HORIZONS; h++) {
        ahead[h] = arena_array(&out->arena, zones, sizeof(*ahead[h]));
        outlooks[h] = outlook(s, now_ms, forecast_horizon_ms[h]);
    }
    for (uint32_t i = 0; i < zones; i++) {
        if (s->zones[i].kind == ZONE_OUTSIDE)
            continue;
        const int64_t mean = zone_mean_milli(s, i);
        now[i] = milli(zone_people_milli(s, i));
        for (int h = 0; h < FORECAST_HORIZONS; h++) {
            int64_t people = mean * outlooks[h].share / WHOLE;
            if (s->zones[i].kind == ZONE_CONCOURSE && outlooks[h].more)
                people +=
                    (int64_t)s->head.inside * outlooks[h].more * s->zones[i].area_dm2 / concourses;
            ahead[h][i] = milli(people);
        }
    }
    struct crowd_forecast *fact = &facts_add(out, FACT_CROWD_FORECAST, now_ms)->as.crowd_forecast;
    *fact = (struct crowd_forecast){ .now = { now, zones },
                                     .in_5 = { ahead[0], zones },
                                     .in_15 = { ahead[1], zones },
                                     .in_30 = { ahead[2], zones } };
}

/* ---- evolve ------------------------------------------------------------------------------ */

static uint64_t density(const struct stadium *s, uint32_t zone, uint32_t people_milli)
{
    return zone_density_milli(&s->zones[zone], people_milli);
}

static uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* What was forecast for now, against what is known now. */
static void judge(struct stadium *s, int h, const struct forecast *then, struct u32s now)
{
    struct forecast_score *score = &s->forecast_scores.of[h];
    for (uint32_t i = 0; i < now.count; i++) {
        if (s->zones[i].kind == ZONE_OUTSIDE)
            continue;
        const uint64_t is = density(s, i, now.v[i]), was = density(s, i, then->now.v[i]);
        const uint64_t said = density(s, i, then->ahead[h].v[i]);
        if (is < COUNTED_MILLI && was < COUNTED_MILLI && said < COUNTED_MILLI)
            continue;
        score->zones++;
        score->error_milli += apart(said, is);
        score->persistence_milli += apart(was, is);
    }
}

/* The forecast of that time, to the nearest; NULL: there is none. */
static const struct forecast *forecast_of(const struct stadium *s, int64_t at_ms)
{
    const uint64_t made = s->forecast_scores.made;
    for (uint64_t i = made > FORECAST_KEPT ? made - FORECAST_KEPT : 0; i < made; i++) {
        const struct forecast *forecast = &s->forecasts[i % FORECAST_KEPT];
        if (apart((uint64_t)forecast->at_ms, (uint64_t)at_ms) <= FORECAST_EVERY_MS / 2)
            return forecast;
    }
    return NULL;
}

static void slot_fill(struct stadium *s, struct u32s *slot, struct u32s from)
{
    if (slot->count == 0)
        *slot = u32s_copy(from, &s->arena);
    else
        memcpy((uint32_t *)slot->v, from.v, from.count * sizeof(*from.v));
}

void forecast_evolve(struct stadium *s, const struct fact *fact)
{
    const struct crowd_forecast *from = &fact->as.crowd_forecast;
    const struct u32s ahead[FORECAST_HORIZONS] = { from->in_5, from->in_15, from->in_30 };
    assert(stadium_venue(s) && from->now.count == s->venue.zone_count);
    if (s->forecast_scores.made)
        row_remove(s, ROW_FORECAST_SCORES, 0, &s->forecast_scores);
    for (int h = 0; h < FORECAST_HORIZONS; h++) {
        const struct forecast *then = forecast_of(s, fact->time_ms - forecast_horizon_ms[h]);
        if (then)
            judge(s, h, then, from->now);
    }
    const uint32_t at = (uint32_t)(s->forecast_scores.made % FORECAST_KEPT);
    struct forecast *slot = &s->forecasts[at];
    if (slot->at_ms)
        row_remove(s, ROW_FORECAST, at, slot);
    slot->at_ms = fact->time_ms;
    slot_fill(s, &slot->now, from->now);
    for (int h = 0; h < FORECAST_HORIZONS; h++)
        slot_fill(s, &slot->ahead[h], ahead[h]);
    row_add(s, ROW_FORECAST, at, slot);
    s->forecast_scores.made++;
    row_add(s, ROW_FORECAST_SCORES, 0, &s->forecast_scores);
}

void forecast_image(struct image *image, struct stadium *s)
{
    image_bytes(image, &s->forecast_scores, sizeof(s->forecast_scores));
    for (uint32_t i = 0; i < FORECAST_KEPT; i++) {
        struct forecast *slot = &s->forecasts[i];
        image_bytes(image, &slot->at_ms, sizeof(slot->at_ms));
        image_u32s(image, &slot->now);
        for (int h = 0; h < FORECAST_HORIZONS; h++)
            image_u32s(image, &slot->ahead[h]);
    }
}
