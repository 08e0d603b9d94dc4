/* Whether a rule can be as somebody wants it. */
#include "server/core/rule.h"
#include "server/core/state.h"

#include <string.h>

static bool name_is_good(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    return name[0] && name[strspn(name, letters)] == 0;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == 0;
}

/* How many there are of what the metric is about. */
static uint32_t subjects_of(const struct stadium *s, uint32_t metric)
{
    switch (metric) {
    case RULE_PEOPLE:
    case RULE_OCCUPANCY:
        return venue_places(&s->venue);
    case RULE_DENSITY:
        return s->venue.zone_count;
    case RULE_FLOW_IN:
    case RULE_FLOW_OUT:
        return s->venue.gate_count;
    case RULE_WAITING:
    case RULE_WAIT:
        return s->venue.facility_count + s->venue.gate_count;
    default:
        return 1;
    }
}

static enum status check_subject(const struct stadium *s, const struct rule_set *is,
                                 struct facts *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (is->metric < RULE_INSIDE || is->metric > RULE_MEASURED)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.metric", "rule.metric: %u is no metric",
                            is->metric);
    if (is->subject >= subjects_of(s, is->metric))
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.subject",
                            "rule.subject: of what the metric is about the venue has %u, counted "
                            "from 0",
                            subjects_of(s, is->metric));
    if (is->metric != RULE_MEASURED)
        return STATUS_OK;
    if (!name_is_good(is->device))
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.device",
                            "rule.device: use 1 to %d of A-Z a-z 0-9 . _ -", SOURCE_NAME_BYTES);
    if (!is->quantity[0] || is->quantity[strspn(is->quantity, letters)])
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.quantity",
                            "rule.quantity: use 1 to %d of a-z, 0-9 and _", RULE_QUANTITY_BYTES);
    return STATUS_OK;
}

static enum status check_values(const struct rule_set *is, struct facts *out)
{
    const int64_t most = RULE_VALUE_MOST_MILLI;
    if (is->threshold_milli < -most || is->threshold_milli > most || is->clear_milli < -most ||
        is->clear_milli > most)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.threshold",
                            "rule.threshold: values lie between -1e12 and 1e12");
    if (is->below ? is->clear_milli < is->threshold_milli : is->clear_milli > is->threshold_milli)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.clear",
                            "rule.clear: what clears lies %s the threshold, or is the same",
                            is->below ? "above" : "below");
    if (is->hold_ms > RULE_HOLD_MOST_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.hold_s", "rule.hold_s: %d s at most",
                            RULE_HOLD_MOST_MS / 1000);
    if (is->dead_ms > RULE_DEAD_MOST_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.dead_s", "rule.dead_s: %d s at most",
                            RULE_DEAD_MOST_MS / 1000);
    if (is->priority < ALARM_LOW || is->priority > ALARM_HIGH)
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.priority",
                            "rule.priority: low, medium or high");
    if (is_blank(is->text))
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.text",
                            "rule.text: say what is wrong then; the alarm says it");
    if (is_blank(is->action))
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.action",
                            "rule.action: say what is to be done; an alarm asks for an action");
    return STATUS_OK;
}

enum status rule_check(const struct stadium *s, const struct rule_set *is, struct facts *out)
{
    if (!name_is_good(is->name))
        return facts_refuse(out, STATUS_BAD_FIELD, "rule.name",
                            "rule.name: use 1 to %d of A-Z a-z 0-9 . _ -", RULE_NAME_BYTES);
    const enum status status = check_subject(s, is, out);
    return status == STATUS_OK ? check_values(is, out) : status;
}
