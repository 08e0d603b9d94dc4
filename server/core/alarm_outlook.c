/* What will come of an alarm. */
#include "server/core/alarm.h"

#include "server/core/state.h"

#include <stdio.h>

/* As it clears: alarm.c. */
enum { EASED_MILLI = 1900 };

static const char *device_where(const struct stadium *s, const struct device *device)
{
    if (device->is.gate)
        return venue_gate_name(&s->venue, device->is.gate - 1);
    return device->is.place ? venue_place_name(&s->venue, device->is.place - 1) : device->is.id;
}

const char *alarm_place(const struct stadium *s, const struct alarm *alarm)
{
    const uint32_t facilities = s->venue.facility_count;
    switch (alarm->kind) {
    case ALARM_DENSITY:
        return venue_place_name(&s->venue, alarm->subject);
    case ALARM_GATE_CLOSED:
        return venue_gate_name(&s->venue, alarm->subject);
    case ALARM_QUEUE:
        return alarm->subject < facilities
                   ? venue_facility_name(&s->venue, alarm->subject)
                   : venue_gate_name(&s->venue, alarm->subject - facilities);
    case ALARM_DEVICE_SILENT:
    case ALARM_GATEWAY_SILENT:
        return device_where(s, &s->devices[alarm->subject]);
    case ALARM_PLACE_SILENT:
        return venue_place_name(&s->venue, alarm->subject);
    case ALARM_RULE:
        return rule_place(s, &s->rules[alarm->subject].is);
    default:
        return "";
    }
}

/* When the density of a zone crosses a bound, straight from forecast to forecast; 0: it does not.
 */
static int64_t crosses_ms(const struct stadium *s, uint32_t zone, uint32_t bound_milli,
                          bool upwards)
{
    const struct forecast *forecast = stadium_forecast(s);
    if (forecast->at_ms == 0)
        return 0;
    int64_t from_ms = s->head.now_ms, from = s->places[zone].density_milli;
    for (int h = 0; h < FORECAST_HORIZONS; h++) {
        const int64_t to_ms = forecast->at_ms + forecast_horizon_ms[h];
        const int64_t to = zone_density_milli(&s->zones[zone], forecast->ahead[h].v[zone]);
        if (to_ms <= from_ms)
            continue;
        if (upwards ? to >= bound_milli : to < bound_milli)
            return to == from ? to_ms
                              : from_ms + (to_ms - from_ms) * (bound_milli - from) / (to - from);
        from_ms = to_ms;
        from = to;
    }
    return 0;
}

static bool may_crush(const struct stadium *s, const struct alarm *alarm)
{
    return s->places[alarm->subject].density_milli < ALARM_CRUSH_MILLI &&
           crosses_ms(s, alarm->subject, ALARM_CRUSH_MILLI, true) > 0;
}

static uint32_t queue_wait_s(const struct stadium *s, uint32_t subject)
{
    const uint32_t facilities = s->venue.facility_count;
    return subject < facilities ? s->facility_states[subject].queue.wait_s
                                : s->gate_states[subject - facilities].queue.wait_s;
}

int64_t alarm_predicted_ms(const struct stadium *s, const struct alarm *alarm)
{
    switch (alarm->kind) {
    case ALARM_DENSITY:
        return may_crush(s, alarm) ? crosses_ms(s, alarm->subject, ALARM_CRUSH_MILLI, true)
                                   : crosses_ms(s, alarm->subject, EASED_MILLI, false);
    case ALARM_GATE_CLOSED:
        return s->plan.clearance_s ? s->plan.adopted_ms + (int64_t)s->plan.clearance_s * 1000 : 0;
    case ALARM_QUEUE: {
        const uint32_t wait_s = queue_wait_s(s, alarm->subject);
        return wait_s == WAIT_UNKNOWN_S ? 0 : s->head.now_ms + (int64_t)wait_s * 1000;
    }
    default:
        return 0;
    }
}

void alarm_prediction(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    static const char *const what[] = {
        [ALARM_DENSITY] = "eased",
        [ALARM_GATE_CLOSED] = "everybody out",
        [ALARM_QUEUE] = "the last in line served",
        [ALARM_DEVICE_SILENT] = "heard again",
        [ALARM_GATEWAY_SILENT] = "heard again",
        [ALARM_PLACE_SILENT] = "heard again",
    };
    const int64_t at_ms = alarm_predicted_ms(s, alarm);
    const char *word = alarm->kind < sizeof(what) / sizeof(what[0]) ? what[alarm->kind] : NULL;
    if (!word)
        word = "over";
    if (alarm->kind == ALARM_GATE_CLOSED && s->phase.leave_block.count > 0)
        word = "this stage out";
    if (alarm->kind == ALARM_DENSITY && may_crush(s, alarm))
        word = "4 p/m²";
    const int64_t minutes = at_ms > s->head.now_ms ? (at_ms - s->head.now_ms + 59999) / 60000 : 0;
    if (at_ms == 0)
        snprintf(out, size, "not %s within 30 min, or nobody knows", word);
    else
        snprintf(out, size, "%s in %lld min", word, (long long)minutes);
}
