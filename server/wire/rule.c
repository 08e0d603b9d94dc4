#include "server/wire/rule.h"

#include <math.h>

static bool take_milli(const struct check *check, const char *field, double value, int64_t *to)
{
    const double most = (double)(RULE_VALUE_MOST_MILLI / 1000);
    if (!(value >= -most && value <= most))
        return check_refuse(check, field, "is %g; a number from -1e12 to 1e12 is possible", value);
    *to = llround(value * 1000);
    return true;
}

static bool take_seconds(const struct check *check, const char *field, uint32_t seconds,
                         uint32_t most_ms, uint32_t *to)
{
    if (seconds > most_ms / 1000)
        return check_refuse(check, field, "is %u; at most %u s are possible", seconds,
                            most_ms / 1000);
    *to = seconds * 1000;
    return true;
}

/* What each metric is about. */
static const Tifo__V1__Rule__SubjectCase subjects[] = {
    [RULE_INSIDE] = TIFO__V1__RULE__SUBJECT__NOT_SET,
    [RULE_PEOPLE] = TIFO__V1__RULE__SUBJECT_PLACE,
    [RULE_DENSITY] = TIFO__V1__RULE__SUBJECT_PLACE,
    [RULE_OCCUPANCY] = TIFO__V1__RULE__SUBJECT_PLACE,
    [RULE_FLOW_IN] = TIFO__V1__RULE__SUBJECT_GATE,
    [RULE_FLOW_OUT] = TIFO__V1__RULE__SUBJECT_GATE,
    [RULE_WAITING] = TIFO__V1__RULE__SUBJECT_QUEUE,
    [RULE_WAIT] = TIFO__V1__RULE__SUBJECT_QUEUE,
    [RULE_MEASURED] = TIFO__V1__RULE__SUBJECT_MEASURED,
};

static bool take_subject(const struct check *check, const Tifo__V1__Rule *from, struct rule_set *to)
{
    const int metric = (int)from->metric;
    if (metric < RULE_INSIDE || metric > RULE_MEASURED)
        return check_refuse(check, "metric", "is no metric");
    if (from->subject_case != subjects[metric])
        return check_refuse(check, "subject",
                            "is not what the metric is about: a place, a gate, a queue, or what "
                            "a device measures; INSIDE has none");
    to->metric = (uint32_t)metric;
    switch (from->subject_case) {
    case TIFO__V1__RULE__SUBJECT_PLACE:
        to->subject = from->place;
        return true;
    case TIFO__V1__RULE__SUBJECT_GATE:
        to->subject = from->gate;
        return true;
    case TIFO__V1__RULE__SUBJECT_QUEUE:
        to->subject = from->queue;
        return true;
    case TIFO__V1__RULE__SUBJECT_MEASURED:
        return check_text(check, "measured.device", from->measured->device, to->device,
                          sizeof to->device) &&
               check_text(check, "measured.quantity", from->measured->quantity, to->quantity,
                          sizeof to->quantity);
    default:
        return true;
    }
}

bool wire_set_rule(const Tifo__V1__Rule *from, struct rule_set *to, struct refusal *refusal)
{
    const struct check top = { .refusal = refusal, .at = "" };
    const struct check check = { .refusal = refusal, .at = "rule" };
    if (!from)
        return check_refuse(&top, "rule", "is missing");
    to->priority = (uint32_t)from->priority;
    to->below = from->direction == TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_BELOW;
    if (!to->below && from->direction != TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_ABOVE)
        return check_refuse(&check, "direction", "is ABOVE or BELOW");
    return check_text(&check, "name", from->name, to->name, sizeof to->name) &&
           take_subject(&check, from, to) &&
           take_milli(&check, "threshold", from->threshold, &to->threshold_milli) &&
           take_milli(&check, "clear", from->clear, &to->clear_milli) &&
           take_seconds(&check, "hold_s", from->hold_s, RULE_HOLD_MOST_MS, &to->hold_ms) &&
           take_seconds(&check, "dead_s", from->dead_s, RULE_DEAD_MOST_MS, &to->dead_ms) &&
           check_text(&check, "text", from->text, to->text, sizeof to->text) &&
           check_text(&check, "action", from->action, to->action, sizeof to->action);
}

static void tell_subject(const struct rule_set *from, struct arena *arena, Tifo__V1__Rule *to)
{
    to->subject_case = subjects[from->metric];
    switch (to->subject_case) {
    case TIFO__V1__RULE__SUBJECT_PLACE:
        to->place = from->subject;
        break;
    case TIFO__V1__RULE__SUBJECT_GATE:
        to->gate = from->subject;
        break;
    case TIFO__V1__RULE__SUBJECT_QUEUE:
        to->queue = from->subject;
        break;
    case TIFO__V1__RULE__SUBJECT_MEASURED:
        to->measured = arena_alloc(arena, sizeof *to->measured);
        tifo__v1__device_quantity__init(to->measured);
        to->measured->device = (char *)from->device;
        to->measured->quantity = (char *)from->quantity;
        break;
    default:
        break;
    }
}

Tifo__V1__Rule *wire_rule(const struct rule *from, struct arena *arena)
{
    const struct rule *kept = arena_copy(arena, from, sizeof *from);
    const struct rule_set *is = &kept->is;
    Tifo__V1__Rule *to = arena_alloc(arena, sizeof *to);
    tifo__v1__rule__init(to);
    to->name = (char *)is->name;
    to->metric = (Tifo__V1__RuleMetric)is->metric;
    tell_subject(is, arena, to);
    to->direction = is->below ? TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_BELOW
                              : TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_ABOVE;
    to->threshold = (double)is->threshold_milli / 1000;
    to->clear = (double)is->clear_milli / 1000;
    to->hold_s = is->hold_ms / 1000;
    to->dead_s = is->dead_ms / 1000;
    to->priority = (Tifo__V1__AlarmPriority)is->priority;
    to->text = (char *)is->text;
    to->action = (char *)is->action;
    to->index = is->rule;
    if (kept->known) {
        to->newest_case = TIFO__V1__RULE__NEWEST_VALUE;
        to->value = (double)kept->value_milli / 1000;
    }
    to->since_ms = kept->since_ms;
    to->dead_until_ms = kept->dead_ms;
    to->alarm_number = kept->alarm;
    to->set_by = (char *)is->by;
    return to;
}
