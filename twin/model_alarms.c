/* Reading the model: alarms, and in which order they want somebody. */
#include "twin/model.h"

#include <stdlib.h>

size_t model_alarm_count(const struct model *model)
{
    return model->crowd ? model->crowd->n_alarms : 0;
}

const Tifo__V1__Alarm *model_alarm(const struct model *model, size_t i)
{
    return i < model_alarm_count(model) ? model->crowd->alarms[i] : NULL;
}

static const Tifo__V1__Alarm *find_alarm(const struct model *model, Tifo__V1__AlarmKind kind,
                                         uint32_t subject)
{
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model->crowd->alarms[i];
        if (alarm->kind == kind && alarm->subject == subject)
            return alarm;
    }
    return NULL;
}

const Tifo__V1__Alarm *model_gate_alarm(const struct model *model, uint32_t gate)
{
    const Tifo__V1__Alarm *closed =
        find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED, gate);
    if (closed)
        return closed;
    return find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE,
                      (uint32_t)model->venue->n_facilities + gate);
}

const Tifo__V1__Alarm *model_facility_alarm(const struct model *model, uint32_t facility)
{
    return find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE, facility);
}

const Tifo__V1__Alarm *model_zone_alarm(const struct model *model, uint32_t zone)
{
    const Tifo__V1__Alarm *own = find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY, zone);
    for (size_t i = 0; !own && i < model_alarm_count(model); i++)
        for (size_t m = 0; m < model->crowd->alarms[i]->n_members; m++)
            if (model->crowd->alarms[i]->members[m] == zone)
                return model->crowd->alarms[i];
    return own;
}

int32_t model_alarm_level(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t at = alarm->subject;
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE) {
        if (at < v->n_facilities)
            return v->facilities[at]->level;
        at -= (uint32_t)v->n_facilities;
    }
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DEVICE_SILENT ||
        alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_GATEWAY_SILENT ||
        alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_RULE)
        return 0;
    if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY &&
        alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_PLACE_SILENT)
        return at < v->n_gates ? v->gates[at]->level : 0;
    if (model_zone(model, at))
        return model_zone(model, at)->level;
    return model_block(model, at) ? model_block(model, at)->level : 0;
}

size_t model_recent_alarms(const struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == MARK_ALARM &&
            model->marks[i].at_ms > model_now_ms(model) - 10 * 60 * 1000)
            count++;
    return count;
}

const Tifo__V1__Alarm *model_alarm_numbered(const struct model *model, uint32_t number)
{
    for (size_t i = 0; i < model_alarm_count(model); i++)
        if (model->crowd->alarms[i]->number == number)
            return model->crowd->alarms[i];
    return NULL;
}

/* ---- Ranks and groups */

/* An alarm and how much there is of it. */
struct ranked {
    const Tifo__V1__Alarm *alarm;
    uint32_t weight;
};

/* People in a jam, in powers of two: so that a list of many does not change all the time. */
static uint32_t weight_of(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    uint32_t weight = 0, people = 0;
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY)
        people = model_people(model, alarm->subject);
    for (size_t m = 0; m < alarm->n_members; m++)
        people += model_people(model, alarm->members[m]);
    for (; people > 0; people /= 2)
        weight++;
    return weight;
}

static int compare(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    const Tifo__V1__Alarm *x = p->alarm, *y = q->alarm;
    if ((x->shelved_until_ms != 0) != (y->shelved_until_ms != 0))
        return x->shelved_until_ms ? 1 : -1;
    if (x->priority != y->priority)
        return x->priority < y->priority ? 1 : -1;
    if (x->kind != y->kind)
        return x->kind > y->kind ? 1 : -1;
    if (p->weight != q->weight)
        return p->weight < q->weight ? 1 : -1;
    return x->number > y->number ? 1 : -1;
}

size_t model_alarms_ranked(const struct model *model, const Tifo__V1__Alarm **out, size_t most)
{
    size_t count = model_alarm_count(model);
    struct ranked *all = calloc(count + 1, sizeof *all);
    if (!all)
        abort();
    for (size_t i = 0; i < count; i++) {
        const Tifo__V1__Alarm *alarm = model->crowd->alarms[i];
        all[i] = (struct ranked){ alarm, weight_of(model, alarm) };
    }
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count && i < most; i++)
        out[i] = all[i].alarm;
    free(all);
    return count < most ? count : most;
}

/* The facility of a low alarm about its queue that is not shelved; NULL: another alarm. */
static const Tifo__V1__Facility *slow_facility(const struct model *model,
                                               const Tifo__V1__Alarm *alarm)
{
    bool low = alarm->priority <= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW;
    if (!low || alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE || alarm->shelved_until_ms ||
        alarm->subject >= model->venue->n_facilities)
        return NULL;
    return model->venue->facilities[alarm->subject];
}

bool model_alarm_grouped(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    const Tifo__V1__Facility *facility = slow_facility(model, alarm);
    size_t alike = 0;
    for (size_t i = 0; facility && i < model_alarm_count(model); i++) {
        const Tifo__V1__Facility *other = slow_facility(model, model->crowd->alarms[i]);
        alike += other && other->kind == facility->kind;
    }
    return alike >= GROUP_LEAST;
}

size_t model_shelved_count(const struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model_alarm_count(model); i++)
        count += model->crowd->alarms[i]->shelved_until_ms != 0;
    return count;
}

uint32_t model_alarm_closed_gate(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        bool meant = alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED
                         ? alarm->subject == g
                         : alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY &&
                               model->venue->gates[g]->zone_inside == alarm->subject;
        if (meant && model_gate(model, g).closed)
            return g;
    }
    return UNKNOWN;
}
