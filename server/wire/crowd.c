#include "server/wire/crowd.h"

#include "server/wire/venue.h"

#include <string.h>

/* An array of `count` in the arena, set as a repeated field. */
#define COLUMN(to, field, count)                                                                   \
    ((to)->n_##field = (count), (to)->field = arena_array(arena, (count), sizeof *(to)->field))

static uint32_t ago_ms(int64_t now_ms, int64_t then_ms)
{
    if (then_ms == 0)
        return UINT32_MAX;
    const int64_t ago = now_ms > then_ms ? now_ms - then_ms : 0;
    return ago < UINT32_MAX ? (uint32_t)ago : UINT32_MAX - 1;
}

/* 1.96 standard deviations on both sides. */
static void intervals(const struct stadium *stadium, struct arena *arena, Tifo__V1__CrowdState *to)
{
    const struct venue *venue = stadium_venue(stadium);
    const struct estimate *estimates = stadium_estimates(stadium);
    const uint32_t count = venue_places(venue);
    COLUMN(to, people_deviation_milli, count);
    COLUMN(to, density_low_milli, count);
    COLUMN(to, density_high_milli, count);
    COLUMN(to, people_rate_milli, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct interval interval = crowd_interval(stadium, i);
        to->people_deviation_milli[i] = (uint32_t)estimate_deviation_milli(&estimates[i]);
        to->density_low_milli[i] = interval.low_milli;
        to->density_high_milli[i] = interval.high_milli;
        to->people_rate_milli[i] = (int32_t)estimates[i].rate_milli;
    }
}

static void places(const struct stadium *stadium, int64_t now_ms, struct arena *arena,
                   Tifo__V1__CrowdState *to)
{
    const struct place_state *from = stadium_places(stadium);
    const uint32_t count = venue_places(stadium_venue(stadium));
    COLUMN(to, people, count);
    COLUMN(to, density_milli, count);
    COLUMN(to, los, count);
    COLUMN(to, los_scale, count);
    COLUMN(to, safety_milli, count);
    COLUMN(to, measured_ago_ms, count);
    for (uint32_t i = 0; i < count; i++) {
        to->people[i] = from[i].people;
        to->density_milli[i] = from[i].density_milli;
        enum los_scale scale;
        to->los[i] = (Tifo__V1__LevelOfService)crowd_level(stadium, i, &scale);
        to->los_scale[i] = (Tifo__V1__LevelScale)scale;
        to->safety_milli[i] = crowd_safety_milli(stadium, i);
        to->measured_ago_ms[i] = ago_ms(now_ms, from[i].measured_ms);
    }
}

static void gates(const struct stadium *stadium, struct arena *arena, Tifo__V1__CrowdState *to)
{
    const struct gate_state *from = stadium_gates(stadium);
    const uint32_t count = stadium_venue(stadium)->gate_count;
    COLUMN(to, gate_mode, count);
    COLUMN(to, gate_flow_in_ppm, count);
    COLUMN(to, gate_flow_out_ppm, count);
    COLUMN(to, gate_queue, count);
    const struct wait_meter *waits =
        stadium_waits(stadium) + stadium_venue(stadium)->facility_count;
    COLUMN(to, gate_wait_s, count);
    COLUMN(to, gate_wait_mean_s, count);
    COLUMN(to, gate_wait_error_ms, count);
    COLUMN(to, gate_wait_mean_error_ms, count);
    COLUMN(to, gate_total_in, count);
    COLUMN(to, gate_total_out, count);
    for (uint32_t i = 0; i < count; i++) {
        to->gate_mode[i] = (Tifo__V1__GateMode)from[i].mode;
        to->gate_flow_in_ppm[i] = from[i].flow_in_ppm;
        to->gate_flow_out_ppm[i] = from[i].flow_out_ppm;
        to->gate_queue[i] = from[i].queue.waiting;
        to->gate_wait_s[i] = from[i].queue.wait_s;
        to->gate_wait_mean_s[i] = wait_mean_s(&waits[i]);
        to->gate_wait_error_ms[i] = wait_queue_error_ms(&waits[i]);
        to->gate_wait_mean_error_ms[i] = wait_mean_error_ms(&waits[i]);
        to->counted_in += from[i].total_in;
        to->counted_out += from[i].total_out;
        to->gate_total_in[i] = from[i].total_in;
        to->gate_total_out[i] = from[i].total_out;
    }
}

static void facilities(const struct stadium *stadium, struct arena *arena, Tifo__V1__CrowdState *to)
{
    const struct facility_state *from = stadium_facilities(stadium);
    const uint32_t count = stadium_venue(stadium)->facility_count;
    COLUMN(to, facility_queue, count);
    const struct wait_meter *waits = stadium_waits(stadium);
    COLUMN(to, facility_wait_s, count);
    COLUMN(to, facility_wait_mean_s, count);
    COLUMN(to, facility_wait_error_ms, count);
    COLUMN(to, facility_wait_mean_error_ms, count);
    COLUMN(to, facility_flow_ppm, count);
    for (uint32_t i = 0; i < count; i++) {
        to->facility_queue[i] = from[i].queue.waiting;
        to->facility_wait_s[i] = from[i].queue.wait_s;
        to->facility_wait_mean_s[i] = wait_mean_s(&waits[i]);
        to->facility_wait_error_ms[i] = wait_queue_error_ms(&waits[i]);
        to->facility_wait_mean_error_ms[i] = wait_mean_error_ms(&waits[i]);
        to->facility_flow_ppm[i] = from[i].flow_ppm;
    }
}

Tifo__V1__Alarm *wire_alarm(const struct stadium *stadium, const struct alarm *from,
                            struct arena *arena)
{
    enum { SENTENCE = 400 };
    Tifo__V1__Alarm *to = arena_alloc(arena, sizeof *to);
    tifo__v1__alarm__init(to);
    to->number = from->number;
    to->kind = (Tifo__V1__AlarmKind)from->kind;
    to->priority = (Tifo__V1__AlarmPriority)from->priority;
    to->subject = from->subject;
    to->since_ms = from->since_ms;
    to->value_milli = alarm_value_milli(stadium, from);
    to->title = arena_alloc(arena, SENTENCE);
    to->cause = arena_alloc(arena, SENTENCE);
    to->action = arena_alloc(arena, SENTENCE);
    struct alarm_answer *answer =
        arena_copy(arena, alarm_answer(stadium, from->number), sizeof *answer);
    to->acknowledged_ms = answer->acknowledged_ms;
    to->acknowledged_by = answer->acknowledged_by;
    to->shelved_until_ms = answer->shelved_until_ms;
    to->shelved_by = answer->shelved_by;
    to->shelved_reason = answer->shelved_reason;
    to->place =
        arena_copy(arena, alarm_place(stadium, from), strlen(alarm_place(stadium, from)) + 1);
    to->predicted_ms = alarm_predicted_ms(stadium, from);
    to->prediction = arena_alloc(arena, SENTENCE);
    alarm_prediction(stadium, from, to->prediction, SENTENCE);
    alarm_title(stadium, from, to->title, SENTENCE);
    alarm_cause(stadium, from, to->cause, SENTENCE);
    alarm_action(stadium, from, to->action, SENTENCE);
    uint32_t members[ALARM_JAM_ZONES];
    to->n_members = alarm_members(stadium, from, members);
    to->members = arena_copy(arena, members, to->n_members * sizeof *members);
    return to;
}

static void scores(const struct stadium *stadium, struct arena *arena, Tifo__V1__CrowdState *to)
{
    const struct forecast_scores *from = stadium_forecast_scores(stadium);
    COLUMN(to, forecast_scores, FORECAST_HORIZONS);
    for (int h = 0; h < FORECAST_HORIZONS; h++) {
        const struct forecast_score *score = &from->of[h];
        Tifo__V1__ForecastScore *row = arena_alloc(arena, sizeof *row);
        tifo__v1__forecast_score__init(row);
        row->horizon_s = (uint32_t)(forecast_horizon_ms[h] / 1000);
        row->zones = score->zones;
        if (score->zones) {
            row->error_milli = (uint32_t)(score->error_milli / score->zones);
            row->persistence_milli = (uint32_t)(score->persistence_milli / score->zones);
        }
        to->forecast_scores[h] = row;
    }
}

static void forecast(const struct stadium *stadium, struct arena *arena, Tifo__V1__CrowdState *to)
{
    const struct forecast *from = stadium_forecast(stadium);
    const struct venue *venue = stadium_venue(stadium);
    to->forecast_ms = from->at_ms;
    if (from->at_ms == 0)
        return;
    const uint32_t count = venue->zone_count;
    COLUMN(to, density_in_5_milli, count);
    COLUMN(to, density_in_15_milli, count);
    COLUMN(to, density_in_30_milli, count);
    uint32_t *const columns[FORECAST_HORIZONS] = { to->density_in_5_milli, to->density_in_15_milli,
                                                   to->density_in_30_milli };
    for (int h = 0; h < FORECAST_HORIZONS; h++)
        for (uint32_t i = 0; i < count; i++)
            columns[h][i] = venue_place_is_inside(venue, i)
                                ? zone_density_milli(&venue->zones[i], from->ahead[h].v[i])
                                : 0;
    scores(stadium, arena, to);
}

void wire_alarm_summary(const struct stadium *stadium, const struct alarm_summary *from,
                        int64_t now_ms, uint32_t operators, struct arena *arena,
                        Tifo__V1__GetAlarmSummaryResponse *to)
{
    const uint64_t spans_milli = (uint64_t)(now_ms - from->from_ms) * operators / 600;
    to->from_ms = from->from_ms;
    to->raised = from->raised;
    to->high = from->high;
    to->medium = from->medium;
    to->low = from->low;
    to->per_operator_10min_milli =
        spans_milli ? (uint32_t)((uint64_t)from->raised * 1000000 / spans_milli) : 0;
    to->peak_10min = from->peak_10min;
    to->last_10min = from->last_10min;
    to->flood_milli = from->flood_milli;
    to->open = from->open;
    to->standing = from->standing;
    to->shelved = from->shelved;
    to->suppressed = from->suppressed;
    to->acknowledged = from->acknowledged;
    to->acknowledge_s = from->acknowledge_s;
    to->chattering = from->chattering;
    COLUMN(to, worst, from->worst_count);
    for (uint32_t i = 0; i < from->worst_count; i++) {
        const struct alarm alarm = { .kind = from->worst[i].kind,
                                     .subject = from->worst[i].subject };
        const char *place = alarm_place(stadium, &alarm);
        Tifo__V1__AlarmSubject *row = arena_alloc(arena, sizeof *row);
        tifo__v1__alarm_subject__init(row);
        row->kind = (Tifo__V1__AlarmKind)alarm.kind;
        row->subject = alarm.subject;
        row->place = arena_copy(arena, place, strlen(place) + 1);
        row->raised = from->worst[i].raised;
        to->worst[i] = row;
    }
}

Tifo__V1__CrowdState *wire_crowd(const struct stadium *stadium, int64_t now_ms, bool simulated,
                                 struct arena *arena)
{
    Tifo__V1__CrowdState *to = arena_alloc(arena, sizeof *to);
    tifo__v1__crowd_state__init(to);
    to->to_seq = stadium_seq(stadium);
    to->at_ms = now_ms;
    to->measured_ms = stadium_measured_ms(stadium);
    to->simulated = simulated;
    to->inside = stadium_inside(stadium);
    struct phase *phase = arena_copy(arena, stadium_phase(stadium), sizeof *phase);
    to->phase = arena_alloc(arena, sizeof *to->phase);
    wire_phase_message(phase, to->phase);
    places(stadium, now_ms, arena, to);
    intervals(stadium, arena, to);
    gates(stadium, arena, to);
    facilities(stadium, arena, to);
    to->uncounted = (int64_t)to->inside - (int64_t)(to->counted_in - to->counted_out);

    uint32_t count;
    const struct alarm *alarms = stadium_alarms(stadium, &count);
    COLUMN(to, alarms, count);
    for (uint32_t i = 0; i < count; i++)
        to->alarms[i] = wire_alarm(stadium, &alarms[i], arena);
    to->alarm_flood = alarm_flooded(stadium, now_ms);
    forecast(stadium, arena, to);
    return to;
}
