/* Rules that operators make: what they are about, and whether it has come. */
#include "server/core/rule.h"

#include "server/core/alarm.h"
#include "server/core/state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { NONE = UINT32_MAX };

const struct rule *stadium_rules(const struct stadium *s, uint32_t *count)
{
    *count = s->rule_count;
    return s->rules;
}

uint32_t stadium_rule_find(const struct stadium *s, const char *name)
{
    for (uint32_t i = 0; name[0] && i < s->rule_count; i++)
        if (strcmp(s->rules[i].is.name, name) == 0)
            return i;
    return STADIUM_NONE;
}

enum rule_side rule_side(const struct rule_set *rule, int64_t value_milli)
{
    if (rule->below ? value_milli <= rule->threshold_milli : value_milli >= rule->threshold_milli)
        return RULE_CROSSED;
    if (rule->below ? value_milli >= rule->clear_milli : value_milli <= rule->clear_milli)
        return RULE_CLEARED;
    /* Where both thresholds are one, what has not crossed it has cleared. */
    return rule->clear_milli == rule->threshold_milli ? RULE_CLEARED : RULE_BETWEEN;
}

/* ---- Metrics --------------------------------------------------------------------------------- */

static const struct {
    const char *what, *unit;
} metrics[] = {
    [RULE_INSIDE] = { "people inside", "" },
    [RULE_PEOPLE] = { "people in", "" },
    [RULE_DENSITY] = { "density of", " p/m²" },
    [RULE_OCCUPANCY] = { "occupancy of", " %" },
    [RULE_FLOW_IN] = { "flow in at", " p/min" },
    [RULE_FLOW_OUT] = { "flow out at", " p/min" },
    [RULE_WAITING] = { "people waiting at", "" },
    [RULE_WAIT] = { "wait at", " s" },
    [RULE_MEASURED] = { "", "" },
};

const char *rule_unit(uint32_t metric)
{
    assert(metric >= RULE_INSIDE && metric <= RULE_MEASURED);
    return metrics[metric].unit;
}

const char *rule_place(const struct stadium *s, const struct rule_set *rule)
{
    const uint32_t facilities = s->venue.facility_count, at = rule->subject;
    switch (rule->metric) {
    case RULE_PEOPLE:
    case RULE_DENSITY:
    case RULE_OCCUPANCY:
        return venue_place_name(&s->venue, at);
    case RULE_FLOW_IN:
    case RULE_FLOW_OUT:
        return venue_gate_name(&s->venue, at);
    case RULE_WAITING:
    case RULE_WAIT:
        return at < facilities ? venue_facility_name(&s->venue, at)
                               : venue_gate_name(&s->venue, at - facilities);
    case RULE_MEASURED:
        return rule->device;
    default:
        return s->venue.name;
    }
}

void rule_subject(const struct stadium *s, const struct rule_set *rule, char *out, size_t size)
{
    if (rule->metric == RULE_MEASURED)
        snprintf(out, size, "%s of %s", rule->quantity, rule->device);
    else if (rule->metric == RULE_INSIDE)
        snprintf(out, size, "%s", metrics[RULE_INSIDE].what);
    else
        snprintf(out, size, "%s %s", metrics[rule->metric].what, rule_place(s, rule));
}

static const struct queue_state *queue_of(const struct stadium *s, uint32_t subject)
{
    const uint32_t facilities = s->venue.facility_count;
    return subject < facilities ? &s->facility_states[subject].queue
                                : &s->gate_states[subject - facilities].queue;
}

static int64_t occupancy_milli(const struct stadium *s, uint32_t place)
{
    const uint32_t zones = s->venue.zone_count;
    const uint64_t most =
        place < zones ? s->zones[place].capacity_people : s->blocks[place - zones].seats;
    return most ? (int64_t)(s->places[place].people * UINT64_C(100000) / most) : 0;
}

/* False: nobody knows it now. */
static bool crowd_value(const struct stadium *s, const struct rule_set *rule, int64_t *milli)
{
    const uint32_t at = rule->subject;
    switch (rule->metric) {
    case RULE_INSIDE:
        *milli = (int64_t)s->head.inside * 1000;
        return true;
    case RULE_PEOPLE:
        *milli = (int64_t)s->places[at].people * 1000;
        return true;
    case RULE_DENSITY:
        *milli = s->places[at].density_milli;
        return true;
    case RULE_OCCUPANCY:
        *milli = occupancy_milli(s, at);
        return true;
    case RULE_FLOW_IN:
        *milli = (int64_t)s->gate_states[at].flow_in_ppm * 1000;
        return true;
    case RULE_FLOW_OUT:
        *milli = (int64_t)s->gate_states[at].flow_out_ppm * 1000;
        return true;
    case RULE_WAITING:
        *milli = (int64_t)queue_of(s, at)->waiting * 1000;
        return true;
    default:
        assert(rule->metric == RULE_WAIT);
        *milli = (int64_t)queue_of(s, at)->wait_s * 1000;
        return queue_of(s, at)->wait_s != WAIT_UNKNOWN_S;
    }
}

/* ---- decide ---------------------------------------------------------------------------------- */

static uint32_t free_row(const struct stadium *s)
{
    uint32_t row = 0;
    while (row < s->rule_count && s->rules[row].is.name[0])
        row++;
    return row;
}

static void clear_alarm(const struct stadium *s, uint32_t row, int64_t now_ms, struct facts *out)
{
    if (s->rules[row].alarm)
        facts_add(out, FACT_ALARM_CLEARED, now_ms)->as.alarm_cleared.number = s->rules[row].alarm;
}

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct rule_set *ask = &command->as.set_rule;
    uint32_t row = stadium_rule_find(s, ask->name);
    const enum status status = rule_check(s, ask, out);
    if (status != STATUS_OK)
        return status;
    if (row == NONE && (row = free_row(s)) == s->limits.rules)
        return facts_refuse(out, STATUS_RULES_FULL, "rule.name",
                            "rule.name: there are %u rules already; delete one", row);
    if (row < s->rule_count)
        clear_alarm(s, row, command->time_ms, out);
    struct rule_set *fact = &facts_add(out, FACT_RULE_SET, command->time_ms)->as.rule_set;
    *fact = *ask;
    fact->rule = row;
    return STATUS_OK;
}

enum status rule_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct delete_rule *ask = &command->as.delete_rule;
    if (!stadium_venue(s))
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (command->kind == COMMAND_SET_RULE)
        return set_decide(s, command, out);
    const uint32_t row = stadium_rule_find(s, ask->name);
    if (row == NONE)
        return facts_refuse(out, STATUS_UNKNOWN_RULE, "name", "name: there is no rule \"%s\"",
                            ask->name);
    clear_alarm(s, row, command->time_ms, out);
    struct rule_deleted *fact =
        &facts_add(out, FACT_RULE_DELETED, command->time_ms)->as.rule_deleted;
    fact->rule = row;
    memcpy(fact->by, ask->by, sizeof(fact->by));
    return STATUS_OK;
}

void rules_tick(const struct stadium *s, const struct tick *tick, int64_t now_ms, struct facts *out)
{
    const uint32_t most = tick->rule.count;
    uint32_t *rows = arena_array(&out->arena, most, sizeof(*rows)), count = 0;
    uint64_t *values = arena_array(&out->arena, most, sizeof(*values));
    for (uint32_t i = 0; i < most; i++) {
        const uint32_t row = tick->rule.v[i];
        if (row >= s->rule_count || s->rules[row].is.metric != RULE_MEASURED ||
            (count > 0 && row <= rows[count - 1]))
            continue;
        values[count] = (uint64_t)tick->rule_milli[i];
        rows[count++] = row;
    }
    if (count)
        facts_add(out, FACT_RULES_MEASURED, now_ms)->as.rules_measured =
            (struct rules_measured){ { rows, count }, { values, count } };
}

/* ---- evolve ---------------------------------------------------------------------------------- */

static void rule_open(struct stadium *s, uint32_t row)
{
    if (s->rules[row].is.name[0])
        row_remove(s, ROW_RULE, row, &s->rules[row]);
}

static void rule_close(struct stadium *s, uint32_t row)
{
    if (s->rules[row].is.name[0])
        row_add(s, ROW_RULE, row, &s->rules[row]);
}

/* The rule's value is this now, or unknown. */
static void look(struct stadium *s, uint32_t row, bool known, int64_t value_milli, int64_t now_ms)
{
    struct rule *rule = &s->rules[row];
    const enum rule_side side = known ? rule_side(&rule->is, value_milli) : RULE_BETWEEN;
    const int64_t since_ms = held_since(rule->since_ms, side == RULE_CROSSED, now_ms);
    const int64_t eased_ms = held_since(rule->eased_ms, side == RULE_CLEARED, now_ms);
    value_milli = known ? value_milli : 0;
    if (rule->known == known && rule->value_milli == value_milli && rule->since_ms == since_ms &&
        rule->eased_ms == eased_ms)
        return;
    rule_open(s, row);
    rule->known = known;
    rule->value_milli = value_milli;
    rule->since_ms = since_ms;
    rule->eased_ms = eased_ms;
    rule_close(s, row);
}

void rules_refresh(struct stadium *s, int64_t now_ms)
{
    for (uint32_t i = 0; i < s->rule_count; i++) {
        const struct rule_set *rule = &s->rules[i].is;
        int64_t value_milli = 0;
        if (!rule->name[0] || rule->metric == RULE_MEASURED)
            continue;
        const bool known = crowd_value(s, rule, &value_milli);
        look(s, i, known, value_milli, now_ms);
    }
}

static void make_room(struct stadium *s)
{
    if (!s->rules)
        s->rules = arena_array(&s->arena, s->limits.rules, sizeof(*s->rules));
}

static void set_evolve(struct stadium *s, const struct rule_set *set)
{
    make_room(s);
    assert(set->rule <= s->rule_count && set->rule < s->limits.rules);
    s->rule_count += set->rule == s->rule_count;
    assert(!s->rules[set->rule].alarm);
    rule_open(s, set->rule);
    s->rules[set->rule] = (struct rule){ .is = *set };
    rule_close(s, set->rule);
}

void rule_evolve(struct stadium *s, const struct fact *fact)
{
    const struct rules_measured *measured = &fact->as.rules_measured;
    const uint32_t row = fact->as.rule_deleted.rule;
    switch (fact->kind) {
    case FACT_RULE_SET:
        set_evolve(s, &fact->as.rule_set);
        break;
    case FACT_RULE_DELETED:
        assert(row < s->rule_count && !s->rules[row].alarm);
        rule_open(s, row);
        s->rules[row] = (struct rule){ 0 };
        break;
    default:
        assert(fact->kind == FACT_RULES_MEASURED);
        for (uint32_t i = 0; i < measured->rule.count; i++) {
            assert(measured->rule.v[i] < s->rule_count);
            look(s, measured->rule.v[i], true, (int64_t)measured->value_milli.v[i], fact->time_ms);
        }
    }
}

void rule_slot_set(struct stadium *s, uint32_t row, uint32_t number, int64_t now_ms)
{
    rule_open(s, row);
    s->rules[row].alarm = number;
    if (number == 0)
        s->rules[row].dead_ms = now_ms + s->rules[row].is.dead_ms;
    rule_close(s, row);
}

void rule_image(struct image *image, struct stadium *s)
{
    image_count(image, &s->rule_count, s->limits.rules);
    if (s->rule_count == 0)
        return;
    make_room(s);
    image_bytes(image, s->rules, s->rule_count * sizeof(*s->rules));
}
