/* When alarms are raised, escalated and cleared. What they say is in alarm_text.c. */
#include "server/core/alarm.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum {
    DENSITY_ON_MS = 10 * 1000,
    DENSITY_OFF_MS = 20 * 1000,
    DENSITY_HIGH_MILLI = 3500,
    CRUSH_ON_MS = 3 * 1000,
    CHATTER_MS = 20 * 1000, /* What chatters has to hold for so much longer. */
    QUEUE_ON_MS = 30 * 1000,
    QUEUE_OFF_MS = 60 * 1000,
};

/* What the rule of one kind wants next for one subject, and from when on. */
struct step {
    enum { NOTHING, RAISE, ESCALATE, CLEAR } what;
    int64_t at_ms;
    int64_t since_ms; /* RAISE: when the condition began. */
    enum alarm_priority priority;
};
static const struct step nothing = { .what = NOTHING, .at_ms = STADIUM_NEVER };

const struct alarm *alarm_find(const struct stadium *s, uint32_t number)
{
    for (uint32_t i = 0; i < s->alarm_count; i++) {
        if (s->alarms[i].number == number)
            return &s->alarms[i];
    }
    return NULL;
}

static const struct alarm *alarm_get(const struct stadium *s, uint32_t number)
{
    const struct alarm *alarm = alarm_find(s, number);
    assert(alarm);
    return alarm;
}

/* A condition with an on-delay and an off-delay; `on_ms` and `off_ms` say since when it holds, or
 * since when it is gone by the deadband; 0: neither. */
static struct step delayed(const struct stadium *s, uint32_t number, enum alarm_priority priority,
                           int64_t on_ms, int64_t on_delay_ms, int64_t off_ms, int64_t off_delay_ms)
{
    if (number == 0) {
        if (on_ms == 0 || s->alarm_count == s->limits.alarms)
            return nothing;
        return (struct step){ RAISE, on_ms + on_delay_ms, on_ms, priority };
    }
    if (off_ms != 0)
        return (struct step){ .what = CLEAR, .at_ms = off_ms + off_delay_ms };
    if (priority > alarm_get(s, number)->priority)
        return (struct step){ .what = ESCALATE, .at_ms = 0, .priority = priority };
    return nothing;
}

static struct step density_step(const struct stadium *s, uint32_t place)
{
    const struct place_state *state = &s->places[place];
    const bool aisle = s->zones[place].kind == ZONE_AISLE;
    const uint32_t high_milli = aisle ? ALARM_AISLE_HIGH_MILLI : DENSITY_HIGH_MILLI;
    const bool queues = aisle && state->density_milli < ALARM_AISLE_MILLI;
    return delayed(s, state->alarm, state->density_milli >= high_milli ? ALARM_HIGH : ALARM_MEDIUM,
                   queues ? 0 : state->crowded_ms,
                   alarm_crush(s, place) ? CRUSH_ON_MS : DENSITY_ON_MS, state->eased_ms,
                   DENSITY_OFF_MS);
}

/* The same, and what its members would raise. */
static struct step jam_step(const struct stadium *s, uint32_t place)
{
    uint32_t members[ALARM_JAM_ZONES];
    struct step step = density_step(s, place);
    if (step.what != NOTHING || !s->places[place].alarm)
        return step;
    const struct alarm *alarm = alarm_get(s, s->places[place].alarm);
    const uint32_t count = alarm->priority < ALARM_HIGH ? alarm_members(s, alarm, members) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct step theirs = density_step(s, members[i]);
        if (theirs.what == RAISE && theirs.priority > alarm->priority && theirs.at_ms < step.at_ms)
            step = (struct step){ .what = ESCALATE,
                                  .at_ms = theirs.at_ms,
                                  .priority = theirs.priority };
    }
    return step;
}

static struct step gate_closed_step(const struct stadium *s, uint32_t gate)
{
    const struct gate_state *state = &s->gate_states[gate];
    bool leaving = s->phase.kind == PHASE_EGRESS || s->phase.kind == PHASE_EVACUATION;
    bool wrong = state->mode == GATE_CLOSED && s->head.inside > 0;
    return delayed(s, state->alarm, leaving ? ALARM_HIGH : ALARM_MEDIUM, wrong ? state->set_ms : 0,
                   0, wrong ? 0 : s->head.now_ms, 0);
}

static struct step queue_step(const struct stadium *s, uint32_t subject)
{
    uint32_t facilities = s->venue.facility_count;
    bool gate = subject >= facilities;
    const struct queue_state *queue =
        gate ? &s->gate_states[subject - facilities].queue : &s->facility_states[subject].queue;
    return delayed(s, queue->alarm, gate ? ALARM_MEDIUM : ALARM_LOW, queue->slow_ms, QUEUE_ON_MS,
                   queue->eased_ms, QUEUE_OFF_MS);
}

/* One whose group is one matter is its group's. */
static struct step device_step(const struct stadium *s, uint32_t index)
{
    const struct device *device = &s->devices[index];
    const bool silent = device->state == DEVICE_OFFLINE && !device->retired;
    const uint32_t interval_ms = device->is.interval_ms;
    return delayed(s, device->alarm, ALARM_LOW, silent ? device->since_ms : 0,
                   interval_ms < DEVICE_ON_MOST_MS ? interval_ms : DEVICE_ON_MOST_MS,
                   silent && !device_is_grouped(s, index) ? 0 : s->head.now_ms, 0);
}

static struct step group_step(const struct stadium *s, const struct device_group *group)
{
    return delayed(s, group->alarm, ALARM_MEDIUM, group->since_ms, 0, group->eased_ms, 0);
}

static struct step rule_step(const struct stadium *s, const struct rule *rule)
{
    struct step step = delayed(s, rule->alarm, rule->is.priority, rule->since_ms, rule->is.hold_ms,
                               rule->eased_ms, 0);
    if (step.what == RAISE && step.at_ms < rule->dead_ms)
        step.at_ms = rule->dead_ms;
    return step;
}

static struct step condition_of(const struct stadium *s, enum alarm_kind kind, uint32_t subject)
{
    if (kind == ALARM_DENSITY)
        return jam_step(s, subject);
    if (kind == ALARM_DEVICE_SILENT)
        return device_step(s, subject);
    if (kind == ALARM_RULE)
        return rule_step(s, &s->rules[subject]);
    if (kind == ALARM_GATEWAY_SILENT)
        return group_step(s, &s->device_groups[s->limits.places + subject]);
    if (kind == ALARM_PLACE_SILENT)
        return group_step(s, &s->device_groups[subject]);
    return kind == ALARM_GATE_CLOSED ? gate_closed_step(s, subject) : queue_step(s, subject);
}

static enum alarm_suppression suppression(const struct stadium *s, enum alarm_kind kind,
                                          uint32_t subject, const struct step *step, int64_t now_ms)
{
    const struct alarm alarm = { .kind = kind, .priority = step->priority, .subject = subject };
    return step->what == RAISE ? alarm_suppressed(s, &alarm, now_ms) : SUPPRESSED_NOT;
}

/* The same, but for what is suppressed by design; what chatters is waited for a little longer. A
 * flood ends by itself, the others when something happens. */
static struct step step_of(const struct stadium *s, enum alarm_kind kind, uint32_t subject)
{
    struct step step = condition_of(s, kind, subject);
    if (step.what != RAISE)
        return step;
    const enum alarm_suppression why = suppression(s, kind, subject, &step, s->head.now_ms);
    if (why != SUPPRESSED_NOT && why != SUPPRESSED_FLOOD)
        return nothing;
    if (alarm_chatters(s, kind, subject, s->head.now_ms))
        step.at_ms += CHATTER_MS;
    if (why == SUPPRESSED_FLOOD) {
        const int64_t over_ms = alarm_flood_ends_ms(s, s->head.now_ms);
        step.at_ms = step.at_ms < over_ms ? over_ms : step.at_ms;
    }
    return step;
}

static uint32_t subjects_of(const struct stadium *s, enum alarm_kind kind)
{
    if (kind == ALARM_DENSITY)
        return s->venue.zone_count;
    if (kind == ALARM_DEVICE_SILENT || kind == ALARM_GATEWAY_SILENT)
        return s->device_count;
    if (kind == ALARM_RULE)
        return s->rule_count;
    if (kind == ALARM_PLACE_SILENT)
        return s->device_count ? venue_places(&s->venue) : 0;
    return s->venue.gate_count + (kind == ALARM_QUEUE ? s->venue.facility_count : 0);
}

uint32_t alarms_suppressed(const struct stadium *s, int64_t now_ms)
{
    uint32_t count = 0;
    if (!stadium_venue(s))
        return 0;
    for (enum alarm_kind kind = ALARM_DENSITY; kind < ALARM_KINDS; kind++) {
        for (uint32_t i = 0; i < subjects_of(s, kind); i++) {
            const struct step step = condition_of(s, kind, i);
            count += step.at_ms <= now_ms && suppression(s, kind, i, &step, now_ms);
        }
    }
    return count;
}

static uint32_t *slot_of(struct stadium *s, enum alarm_kind kind, uint32_t subject)
{
    uint32_t facilities = s->venue.facility_count;
    if (kind == ALARM_DENSITY)
        return &s->places[subject].alarm;
    if (kind == ALARM_GATE_CLOSED)
        return &s->gate_states[subject].alarm;
    if (kind == ALARM_DEVICE_SILENT)
        return &s->devices[subject].alarm;
    if (kind == ALARM_GATEWAY_SILENT)
        return &s->device_groups[s->limits.places + subject].alarm;
    if (kind == ALARM_PLACE_SILENT)
        return &s->device_groups[subject].alarm;
    if (kind == ALARM_RULE)
        return &s->rules[subject].alarm;
    return subject < facilities ? &s->facility_states[subject].queue.alarm
                                : &s->gate_states[subject - facilities].queue.alarm;
}

static int64_t find_due(const struct stadium *s)
{
    int64_t due = shelf_due(s);
    for (enum alarm_kind kind = ALARM_DENSITY; kind < ALARM_KINDS; kind++) {
        for (uint32_t i = 0; i < subjects_of(s, kind); i++) {
            struct step step = step_of(s, kind, i);
            if (step.at_ms < due)
                due = step.at_ms;
        }
    }
    return due;
}

int64_t alarms_due(const struct stadium *s)
{
    struct alarms_due *known = s->alarms_due;
    if (known->crowd_seq != s->head.crowd_seq)
        *known = (struct alarms_due){ s->head.crowd_seq, find_due(s) };
    return known->at_ms;
}

/* A zone of the same jam raises one in these facts, and speaks for it. */
static bool is_told_now(const struct stadium *s, uint32_t zone, const struct facts *facts)
{
    uint32_t zones[ALARM_JAM_ZONES];
    const uint32_t count = alarm_jam(s, zone, zones);
    for (uint32_t f = 0; f < facts->count; f++) {
        const struct alarm *raised = &facts->items[f].as.alarm_raised;
        if (facts->items[f].kind != FACT_ALARM_RAISED || raised->kind != ALARM_DENSITY)
            continue;
        for (uint32_t i = 1; i < count; i++)
            if (zones[i] == raised->subject &&
                alarm_speaks_for(s, raised->number, raised->subject, zone))
                return true;
    }
    return false;
}

static void subject_decide(const struct stadium *s, enum alarm_kind kind, uint32_t subject,
                           int64_t now_ms, uint32_t *raised, struct facts *out)
{
    const struct step step = step_of(s, kind, subject);
    if (step.what == NOTHING || step.at_ms > now_ms)
        return;
    /* Many at once are a flood, too; the log knows of them once they are raised. */
    if (step.what == RAISE && step.priority == ALARM_LOW && *raised > ALARM_FLOOD)
        return;
    /* Its row holds the number of its open alarm. */
    uint32_t open = *slot_of((struct stadium *)s, kind, subject);
    if (step.what == CLEAR) {
        facts_add(out, FACT_ALARM_CLEARED, now_ms)->as.alarm_cleared.number = open;
    } else if (step.what == ESCALATE) {
        facts_add(out, FACT_ALARM_ESCALATED, now_ms)->as.alarm_escalated =
            (struct alarm_escalated){ open, step.priority };
    } else if (s->alarm_count + *raised < s->limits.alarms &&
               !(kind == ALARM_DENSITY && is_told_now(s, subject, out))) {
        ++*raised;
        facts_add(out, FACT_ALARM_RAISED, now_ms)->as.alarm_raised = (struct alarm){
            .number = s->head.alarm_number + *raised,
            .kind = kind,
            .priority = step.priority,
            .subject = subject,
            .since_ms = step.since_ms,
        };
    }
}

/* 2: a crush, 1: high, 0: neither. */
static int how_bad(const struct stadium *s, uint32_t zone)
{
    return alarm_crush(s, zone) ? 2 : s->places[zone].density_milli >= DENSITY_HIGH_MILLI;
}

void alarms_decide(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    uint32_t raised = 0;
    shelf_decide(s, now_ms, out); /* First: what follows may end the same alarms. */
    /* The worst zone of a jam speaks for it. */
    for (int bad = 2; bad >= 0; bad--)
        for (uint32_t zone = 0; zone < s->venue.zone_count; zone++)
            if (how_bad(s, zone) == bad)
                subject_decide(s, ALARM_DENSITY, zone, now_ms, &raised, out);
    for (enum alarm_kind kind = ALARM_DENSITY + 1; kind < ALARM_KINDS; kind++)
        for (uint32_t i = 0; i < subjects_of(s, kind); i++)
            subject_decide(s, kind, i, now_ms, &raised, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void group_slot_set(struct stadium *s, uint32_t group, uint32_t number)
{
    device_group_open(s, group);
    s->device_groups[group].alarm = number;
    device_group_close(s, group);
}

static void slot_set(struct stadium *s, const struct alarm *alarm, uint32_t number)
{
    uint32_t facilities = s->venue.facility_count, key = alarm->subject;
    enum row_kind kind = ROW_PLACE_STATE;
    const void *row = NULL;
    assert(alarm->subject < subjects_of(s, alarm->kind));
    if (alarm->kind == ALARM_RULE) {
        rule_slot_set(s, key, number, s->head.now_ms);
        return;
    }
    if (alarm->kind == ALARM_GATEWAY_SILENT || alarm->kind == ALARM_PLACE_SILENT) {
        group_slot_set(s, key + (alarm->kind == ALARM_PLACE_SILENT ? 0 : s->limits.places), number);
        return;
    }
    if (alarm->kind == ALARM_DEVICE_SILENT) {
        kind = ROW_DEVICE;
        row = &s->devices[key];
    } else if (alarm->kind == ALARM_DENSITY) {
        row = &s->places[key];
    } else if (alarm->kind == ALARM_QUEUE && key < facilities) {
        kind = ROW_FACILITY_STATE;
        row = &s->facility_states[key];
    } else {
        kind = ROW_GATE_STATE;
        key -= alarm->kind == ALARM_QUEUE ? facilities : 0;
        row = &s->gate_states[key];
    }
    row_remove(s, kind, key, row);
    *slot_of(s, alarm->kind, alarm->subject) = number;
    row_add(s, kind, key, row);
}

/* Worse: of higher priority, then older. */
static bool worse(const struct alarm *a, const struct alarm *b)
{
    if (a->priority != b->priority)
        return a->priority > b->priority;
    return a->number < b->number;
}

static void list_insert(struct stadium *s, const struct alarm *alarm)
{
    assert(s->alarm_count < s->limits.alarms);
    uint32_t at = s->alarm_count++;
    for (; at > 0 && worse(alarm, &s->alarms[at - 1]); at--)
        s->alarms[at] = s->alarms[at - 1];
    s->alarms[at] = *alarm;
    row_add(s, ROW_ALARM, alarm->number, alarm);
}

static struct alarm list_remove(struct stadium *s, uint32_t number)
{
    struct alarm alarm = *alarm_get(s, number);
    uint32_t at = (uint32_t)(alarm_get(s, number) - s->alarms);
    row_remove(s, ROW_ALARM, number, &alarm);
    s->alarm_count--;
    memmove(&s->alarms[at], &s->alarms[at + 1], (s->alarm_count - at) * sizeof(*s->alarms));
    return alarm;
}

void alarm_evolve(struct stadium *s, const struct fact *fact)
{
    struct alarm alarm;
    alarm_log_evolve(s, fact);
    switch (fact->kind) {
    case FACT_ALARM_RAISED:
        alarm = fact->as.alarm_raised;
        list_insert(s, &alarm);
        slot_set(s, &alarm, alarm.number);
        s->head.alarm_number = alarm.number;
        break;
    case FACT_ALARM_ESCALATED:
        alarm = list_remove(s, fact->as.alarm_escalated.number);
        alarm.priority = fact->as.alarm_escalated.priority;
        answer_forget(s, alarm.number);
        list_insert(s, &alarm);
        break;
    default:
        assert(fact->kind == FACT_ALARM_CLEARED);
        alarm = list_remove(s, fact->as.alarm_cleared.number);
        answer_forget(s, alarm.number);
        slot_set(s, &alarm, 0);
    }
}
