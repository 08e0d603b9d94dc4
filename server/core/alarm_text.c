/* What an alarm says: what is measured now, why, and what to do about it. */
#include "server/core/alarm.h"
#include "server/core/state.h"

#include <stdio.h>
#include <stdlib.h>

enum { NONE = UINT32_MAX };

static bool is_gate_queue(const struct stadium *s, const struct alarm *alarm)
{
    return alarm->kind == ALARM_QUEUE && alarm->subject >= s->venue.facility_count;
}

/* The queue's row and whose it is. */
static const struct queue_state *queue_of(const struct stadium *s, const struct alarm *alarm,
                                          const char **name)
{
    if (is_gate_queue(s, alarm)) {
        uint32_t gate = alarm->subject - s->venue.facility_count;
        *name = venue_gate_name(&s->venue, gate);
        return &s->gate_states[gate].queue;
    }
    *name = venue_facility_name(&s->venue, alarm->subject);
    return &s->facility_states[alarm->subject].queue;
}

/* ---- Devices that are silent ----------------------------------------------------------------- */

static bool is_silence(uint32_t kind)
{
    return kind == ALARM_DEVICE_SILENT || kind == ALARM_GATEWAY_SILENT ||
           kind == ALARM_PLACE_SILENT;
}

enum { TIME_SIZE = 32 };

/* The time of day, of a moment that facts know: the alarm is read much later, too. */
static const char *time_of_day(int64_t at_ms, char out[TIME_SIZE])
{
    const uint32_t second = (uint32_t)(at_ms / 1000 % (24 * 60 * 60));
    snprintf(out, TIME_SIZE, "%02u:%02u:%02u UTC", second / 3600, second / 60 % 60, second % 60);
    return out;
}

static const struct device_group *group_of(const struct stadium *s, const struct alarm *alarm)
{
    return &s->device_groups[alarm->kind == ALARM_GATEWAY_SILENT ? s->limits.places + alarm->subject
                                                                 : alarm->subject];
}

static void silent_cause(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    char since[TIME_SIZE];
    if (alarm->kind == ALARM_DEVICE_SILENT) {
        const struct device *device = &s->devices[alarm->subject];
        const char *id = device->is.id, *where = alarm_place(s, alarm);
        snprintf(out, size, "%s%s%s was last heard at %s; it is to be heard every %g s", id,
                 where == id ? "" : " at ", where == id ? "" : where,
                 time_of_day(device->seen_ms, since), device->is.interval_ms / 1000.0);
        return;
    }
    const bool gateway = alarm->kind == ALARM_GATEWAY_SILENT;
    const struct device_group *group = group_of(s, alarm);
    snprintf(out, size, "%u of %u devices %s %s are silent since %s", group->silent, group->devices,
             gateway ? "of gateway" : "in",
             gateway ? s->devices[alarm->subject].is.id
                     : venue_place_name(&s->venue, alarm->subject),
             time_of_day(alarm->since_ms, since));
}

static void silent_action(const struct stadium *s, const struct alarm *alarm, char *out,
                          size_t size)
{
    const char *id = alarm->kind == ALARM_PLACE_SILENT ? "" : s->devices[alarm->subject].is.id;
    if (alarm->kind == ALARM_DEVICE_SILENT)
        snprintf(out, size, "Look after %s: its power, its network; count by eye till then", id);
    else if (alarm->kind == ALARM_GATEWAY_SILENT)
        snprintf(out, size, "Look after gateway %s: its power, its network", id);
    else
        snprintf(out, size, "Look for what they share in %s: a switch, a fuse",
                 venue_place_name(&s->venue, alarm->subject));
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static void milli_text(int64_t milli, char *out, size_t size)
{
    const uint64_t whole = (uint64_t)(milli < 0 ? -milli : milli);
    int end = snprintf(out, size, "%s%llu.%03u", milli < 0 ? "-" : "",
                       (unsigned long long)(whole / 1000), (unsigned)(whole % 1000));
    while (out[end - 1] == '0')
        out[--end] = 0;
    if (out[end - 1] == '.')
        out[--end] = 0;
}

/* "Too hot (rule server-room): temperature_c of cam-1 is 41.2, at or above 40 since 14:03:10 UTC"
 */
static void rule_cause(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    const struct rule *rule = &s->rules[alarm->subject];
    char subject[200], value[32], threshold[32], since[TIME_SIZE];
    rule_subject(s, &rule->is, subject, sizeof(subject));
    milli_text(rule->value_milli, value, sizeof(value));
    milli_text(rule->is.threshold_milli, threshold, sizeof(threshold));
    snprintf(out, size, "%s (rule %s): %s is %s%s, %s %s since %s", rule->is.text, rule->is.name,
             subject, rule->known ? value : "not known now",
             rule->known ? rule_unit(rule->is.metric) : "",
             rule->is.below ? "at or below" : "at or above", threshold,
             time_of_day(alarm->since_ms, since));
}

/* ---- Jams ------------------------------------------------------------------------------------ */

static int zone_text(const struct stadium *s, uint32_t zone, char *out, size_t size)
{
    const uint32_t tenths = (s->places[zone].density_milli + 50) / 100;
    return snprintf(out, size, "%s at %u.%u", venue_place_name(&s->venue, zone), tenths / 10,
                    tenths % 10);
}

/* "Stairs 3 at 4.0 p/m², with Level 2 SSW at 3.1 and 2 more" */
static void density_cause(const struct stadium *s, const struct alarm *alarm, char *out,
                          size_t size)
{
    uint32_t members[ALARM_JAM_ZONES], worst = 0;
    const uint32_t count = alarm_members(s, alarm, members);
    for (uint32_t i = 1; i < count; i++)
        if (s->places[members[i]].density_milli > s->places[members[worst]].density_milli)
            worst = i;
    char own[PLACE_NAME_BYTES + 16], with[PLACE_NAME_BYTES + 16], more[24] = "";
    zone_text(s, alarm->subject, own, sizeof(own));
    if (count == 0) {
        snprintf(out, size, "%s p/m²", own);
        return;
    }
    zone_text(s, members[worst], with, sizeof(with));
    if (count > 1)
        snprintf(more, sizeof(more), " and %u more", count - 1);
    snprintf(out, size, "%s p/m², with %s%s", own, with, more);
}

/* ---- What is measured, why, and what to do --------------------------------------------------- */

uint32_t alarm_value_milli(const struct stadium *s, const struct alarm *alarm)
{
    const char *name;
    if (alarm->kind == ALARM_DENSITY)
        return s->places[alarm->subject].density_milli;
    if (alarm->kind == ALARM_GATE_CLOSED)
        return 0;
    if (alarm->kind == ALARM_RULE) {
        const int64_t milli = s->rules[alarm->subject].value_milli;
        return milli < 0 ? 0 : milli < UINT32_MAX ? (uint32_t)milli : UINT32_MAX;
    }
    if (is_silence(alarm->kind))
        return alarm->kind == ALARM_DEVICE_SILENT ? 0 : group_of(s, alarm)->silent * 1000;
    uint32_t wait_s = queue_of(s, alarm, &name)->wait_s;
    return wait_s < UINT32_MAX / 1000 ? wait_s * 1000 : UINT32_MAX;
}

void alarm_title(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    const uint32_t subject = alarm->subject;
    const char *name;
    switch (alarm->kind) {
    case ALARM_DENSITY:
        snprintf(out, size, "%s jams", venue_place_name(&s->venue, subject));
        break;
    case ALARM_GATE_CLOSED:
        snprintf(out, size, "%s is closed", venue_gate_name(&s->venue, subject));
        break;
    case ALARM_QUEUE:
        queue_of(s, alarm, &name);
        snprintf(out, size, "%s: long wait", name);
        break;
    case ALARM_DEVICE_SILENT:
        snprintf(out, size, "%s is silent", s->devices[subject].is.id);
        break;
    case ALARM_GATEWAY_SILENT:
        snprintf(out, size, "Gateway %s is silent", s->devices[subject].is.id);
        break;
    case ALARM_PLACE_SILENT:
        snprintf(out, size, "Sensors in %s are silent", venue_place_name(&s->venue, subject));
        break;
    default:
        snprintf(out, size, "%s", s->rules[subject].is.text);
    }
}

void alarm_cause(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    const char *name;
    if (alarm->kind == ALARM_RULE) {
        rule_cause(s, alarm, out, size);
        return;
    }
    if (is_silence(alarm->kind)) {
        silent_cause(s, alarm, out, size);
        return;
    }
    switch (alarm->kind) {
    case ALARM_DENSITY:
        density_cause(s, alarm, out, size);
        break;
    case ALARM_GATE_CLOSED:
        snprintf(out, size, "%s is closed with %u people inside",
                 venue_gate_name(&s->venue, alarm->subject), s->head.inside);
        break;
    default: {
        const struct queue_state *queue = queue_of(s, alarm, &name);
        if (queue->wait_s == WAIT_UNKNOWN_S)
            snprintf(out, size, "%u people wait at %s", queue->waiting, name);
        else
            snprintf(out, size, "%u people wait %u:%02u at %s", queue->waiting, queue->wait_s / 60,
                     queue->wait_s % 60, name);
    }
    }
}

/* From the middle of one zone to that of another, straight, at 1.34 m/s (Weidmann): enough to
 * prefer a neighbour to what lies across the ground. Within 8 % of the straight line. */
static uint64_t walk_s(const struct stadium *s, uint32_t from, uint32_t to)
{
    const int64_t dx = llabs((int64_t)s->zones[from].x_cm - s->zones[to].x_cm);
    const int64_t dy = llabs((int64_t)s->zones[from].y_cm - s->zones[to].y_cm);
    return (uint64_t)(dx > dy ? dx + dy * 2 / 5 : dy + dx * 2 / 5) / 134;
}

/* The open gate where one is through first, walking and waiting, but `except`; or NONE. */
static uint32_t other_gate(const struct stadium *s, uint32_t except)
{
    uint32_t best = NONE;
    uint64_t best_s = UINT64_MAX;
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        if (i == except || s->gate_states[i].mode != GATE_OPEN)
            continue;
        const uint64_t through_s = s->gate_states[i].queue.wait_s +
                                   walk_s(s, s->gates[except].zone_inside, s->gates[i].zone_inside);
        if (through_s < best_s) {
            best = i;
            best_s = through_s;
        }
    }
    return best;
}

/* The facility of the same kind where one is served first but this one, or NONE. */
static uint32_t other_facility(const struct stadium *s, uint32_t except)
{
    uint32_t best = NONE;
    uint64_t best_s = UINT64_MAX;
    for (uint32_t i = 0; i < s->venue.facility_count; i++) {
        if (i == except || s->facilities[i].kind != s->facilities[except].kind)
            continue;
        const uint64_t served_s = s->facility_states[i].queue.wait_s +
                                  walk_s(s, s->facilities[except].zone, s->facilities[i].zone);
        if (served_s < best_s) {
            best = i;
            best_s = served_s;
        }
    }
    return best;
}

/* The emptiest zone beside this one that has less than half its density, or NONE. */
static uint32_t emptier_zone(const struct stadium *s, uint32_t zone)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < s->venue.opening_count; i++) {
        const struct opening *opening = &s->openings[i];
        if (opening->place_a != zone && opening->place_b != zone)
            continue;
        uint32_t other = opening->place_a == zone ? opening->place_b : opening->place_a;
        if (other < s->venue.zone_count && venue_place_is_inside(&s->venue, other) &&
            s->places[other].density_milli * 2 < s->places[zone].density_milli &&
            (best == NONE || s->places[other].density_milli < s->places[best].density_milli))
            best = other;
    }
    return best;
}

/* "G5 (0:48)": a name, and the wait there where it is known. */
static const char *with_wait(const char *name, uint32_t wait_s, char *out, size_t size)
{
    if (wait_s == WAIT_UNKNOWN_S)
        snprintf(out, size, "%s", name);
    else
        snprintf(out, size, "%s (%u:%02u)", name, wait_s / 60, wait_s % 60);
    return out;
}

static void density_action(const struct stadium *s, uint32_t zone, char *out, size_t size)
{
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        if (s->gates[i].zone_inside == zone && s->gate_states[i].mode == GATE_CLOSED) {
            snprintf(out, size, "Open %s, or keep people away from it",
                     venue_gate_name(&s->venue, i));
            return;
        }
    }
    uint32_t other = emptier_zone(s, zone);
    if (other != NONE)
        snprintf(out, size, "Hold people back; make room through %s",
                 venue_place_name(&s->venue, other));
    else
        snprintf(out, size, "Hold people back until it clears");
}

static void gate_action(const struct stadium *s, uint32_t gate, bool closed, char *out, size_t size)
{
    char to[PLACE_NAME_BYTES + 16];
    uint32_t other = other_gate(s, gate);
    if (other != NONE)
        with_wait(venue_gate_name(&s->venue, other), s->gate_states[other].queue.wait_s, to,
                  sizeof(to));
    if (other == NONE && closed)
        snprintf(out, size, "Open %s: no other gate is open", venue_gate_name(&s->venue, gate));
    else if (other == NONE)
        snprintf(out, size, "Open another gate: no other is open");
    else if (closed)
        snprintf(out, size, "Open %s, or post stewards and send people to %s",
                 venue_gate_name(&s->venue, gate), to);
    else
        snprintf(out, size, "Send people to %s", to);
}

void alarm_action(const struct stadium *s, const struct alarm *alarm, char *out, size_t size)
{
    if (alarm->kind == ALARM_RULE) {
        snprintf(out, size, "%s", s->rules[alarm->subject].is.action);
    } else if (is_silence(alarm->kind)) {
        silent_action(s, alarm, out, size);
    } else if (alarm->kind == ALARM_DENSITY) {
        density_action(s, alarm->subject, out, size);
    } else if (alarm->kind == ALARM_GATE_CLOSED) {
        gate_action(s, alarm->subject, true, out, size);
    } else if (is_gate_queue(s, alarm)) {
        gate_action(s, alarm->subject - s->venue.facility_count, false, out, size);
    } else {
        char to[PLACE_NAME_BYTES + 16];
        uint32_t other = other_facility(s, alarm->subject);
        if (other != NONE)
            snprintf(out, size, "Staff it fully, or send people to %s",
                     with_wait(venue_facility_name(&s->venue, other),
                               s->facility_states[other].queue.wait_s, to, sizeof(to)));
        else
            snprintf(out, size, "Staff it fully: there is no other of its kind");
    }
}
