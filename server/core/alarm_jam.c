/* One jam, one alarm: zones beside each other that are packed at the same time. */
#include "server/core/alarm.h"
#include "server/core/state.h"

/* A jam reaches so many openings: what is packed beyond wants stewards of its own. */
enum { REACH = 2 };

bool alarm_crush(const struct stadium *s, uint32_t zone)
{
    const bool aisle = s->zones[zone].kind == ZONE_AISLE;
    return s->places[zone].density_milli >= (aisle ? ALARM_AISLE_HIGH_MILLI : ALARM_CRUSH_MILLI);
}

/* As dense as what raises an alarm, or its alarm stands and has not eased. */
static bool is_packed(const struct stadium *s, uint32_t zone)
{
    const struct place_state *state = &s->places[zone];
    const bool queues =
        s->zones[zone].kind == ZONE_AISLE && state->density_milli < ALARM_AISLE_MILLI;
    return (state->crowded_ms && !queues) || (state->alarm && !state->eased_ms);
}

static bool is_among(const uint32_t *zones, uint32_t count, uint32_t zone)
{
    for (uint32_t i = 0; i < count; i++)
        if (zones[i] == zone)
            return true;
    return false;
}

uint32_t alarm_jam(const struct stadium *s, uint32_t zone, uint32_t out[ALARM_JAM_ZONES])
{
    uint32_t count = 0;
    out[count++] = zone;
    for (uint32_t step = 0, known = 1; step < REACH; step++, known = count) {
        for (uint32_t i = 0; i < s->venue.opening_count && count < ALARM_JAM_ZONES; i++) {
            const uint32_t a = s->openings[i].place_a, b = s->openings[i].place_b;
            const uint32_t other = is_among(out, known, a)   ? b
                                   : is_among(out, known, b) ? a
                                                             : UINT32_MAX;
            if (other < s->venue.zone_count && is_packed(s, other) && !is_among(out, count, other))
                out[count++] = other;
        }
    }
    return count;
}

bool alarm_speaks_for(const struct stadium *s, uint32_t number, uint32_t told, uint32_t zone)
{
    return !alarm_answer(s, number)->shelved_until_ms &&
           (alarm_crush(s, told) || !alarm_crush(s, zone));
}

bool alarm_jam_is_told(const struct stadium *s, uint32_t zone)
{
    uint32_t zones[ALARM_JAM_ZONES];
    const uint32_t count = alarm_jam(s, zone, zones);
    for (uint32_t i = 1; i < count; i++) {
        const uint32_t number = s->places[zones[i]].alarm;
        if (number && alarm_speaks_for(s, number, zones[i], zone))
            return true;
    }
    return false;
}

uint32_t alarm_members(const struct stadium *s, const struct alarm *alarm,
                       uint32_t out[ALARM_JAM_ZONES])
{
    uint32_t zones[ALARM_JAM_ZONES], members = 0;
    if (alarm->kind != ALARM_DENSITY || s->places[alarm->subject].eased_ms)
        return 0;
    const uint32_t count = alarm_jam(s, alarm->subject, zones);
    for (uint32_t i = 1; i < count; i++)
        if (!s->places[zones[i]].alarm &&
            alarm_speaks_for(s, alarm->number, alarm->subject, zones[i]))
            out[members++] = zones[i];
    return members;
}
