/*
 * Rules: alarms that operators make for themselves, over the crowd and over what devices measure.
 */
#include <stdio.h>
#include <string.h>

#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/rules.pb-c.h"

static const struct flag set_flags[] = {
    { "--what", "METRIC",
      "inside, people, density, occupancy, flow-in, flow-out, waiting, wait or measured" },
    { "--zone", "ID", "of this zone or block: people, density, occupancy" },
    { "--gate", "ID", "of this gate: flow-in, flow-out, waiting, wait" },
    { "--counter", "ID", "of this kiosk or toilet: waiting, wait" },
    { "--device", "ID", "of this device: measured" },
    { "--quantity", "NAME", "what it measures, such as temperature_c" },
    { "--above", "VALUE", "too much is this or more" },
    { "--below", "VALUE", "too little is this or less" },
    { "--clear", "VALUE", "what clears it (default: the threshold, no band between)" },
    { "--for", "SECONDS", "for so long without a break, 0 to 3600 (default 0)" },
    { "--dead", "SECONDS", "no other alarm for so long after one has cleared, 0 to 14400" },
    { "--priority", "PRIORITY", "low, medium (default) or high" },
    { "--text", "TEXT", "what is wrong then, at most 80 bytes" },
    { "--action", "TEXT", "what is to be done, at most 80 bytes" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag delete_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag list_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

static const char *const metrics[] = { "?",       "inside",   "people",  "density", "occupancy",
                                       "flow-in", "flow-out", "waiting", "wait",    "measured" };
static const char *const priorities[] = { "?", "low", "medium", "high" };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 0 is no word; false after a sentence. */
static bool read_word(const char *flag, const char *text, const char *const *words, size_t count,
                      int *out)
{
    for (size_t i = 1; text && i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = (int)i;
            return true;
        }
    }
    fprintf(stderr, "tifo: %s %s; give one of", flag, text ? text : "is missing");
    for (size_t i = 1; i < count; i++)
        fprintf(stderr, " %s", words[i]);
    fputc('\n', stderr);
    return false;
}

static bool read_value(const char *flag, const char *text, double *out)
{
    int end = 0;
    if (sscanf(text, "%lf%n", out, &end) == 1 && !text[end])
        return true;
    fprintf(stderr, "tifo: %s %s: it is a number\n", flag, text);
    return false;
}

/* ---- Telling --------------------------------------------------------------------------------- */

/* Behind the metric: " of Level 1 SE", " at G1". */
static const char *subject_text(const Tifo__V1__Venue *venue, const Tifo__V1__Rule *rule, char *out,
                                size_t size)
{
    const uint32_t facilities = (uint32_t)venue->n_facilities;
    uint32_t gate = rule->gate;
    out[0] = 0;
    switch (rule->subject_case) {
    case TIFO__V1__RULE__SUBJECT_PLACE:
        if (rule->place < tifo_place_count(venue))
            snprintf(out, size, " of %s", tifo_place_name(venue, rule->place));
        return out;
    case TIFO__V1__RULE__SUBJECT_MEASURED:
        snprintf(out, size, " %s of %s", rule->measured->quantity, rule->measured->device);
        return out;
    case TIFO__V1__RULE__SUBJECT_QUEUE:
        if (rule->queue < facilities) {
            snprintf(out, size, " at %s", venue->facilities[rule->queue]->facility_id);
            return out;
        }
        gate = rule->queue - facilities;
        break;
    case TIFO__V1__RULE__SUBJECT_GATE:
        break;
    default:
        return out;
    }
    if (gate < venue->n_gates)
        snprintf(out, size, " at %s", venue->gates[gate]->gate_id);
    return out;
}

static void print_rule(const Tifo__V1__Venue *venue, const Tifo__V1__Rule *rule)
{
    char subject[160];
    printf("%-20s %-6s  %s%s %s %g, clear at %g", rule->name,
           priorities[(size_t)rule->priority < COUNT(priorities) ? rule->priority : 0],
           metrics[(size_t)rule->metric < COUNT(metrics) ? rule->metric : 0],
           subject_text(venue, rule, subject, sizeof(subject)),
           rule->direction == TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_BELOW ? "<=" : ">=",
           rule->threshold, rule->clear);
    if (rule->hold_s)
        printf(", for %u s", rule->hold_s);
    if (rule->dead_s)
        printf(", dead time %u s", rule->dead_s);
    printf("\n    %s. %s.", rule->text, rule->action);
    if (rule->newest_case == TIFO__V1__RULE__NEWEST_VALUE)
        printf(" It is %g", rule->value);
    if (rule->since_ms)
        printf(", beyond since %s", time_text(rule->since_ms).text);
    if (rule->alarm_number)
        printf(", alarm %u", rule->alarm_number);
    printf("\n");
}

static void print_set(const ProtobufCMessage *reply, const void *venue)
{
    print_rule(venue, ((const Tifo__V1__SetRuleResponse *)reply)->rule);
}

static void print_deleted(const ProtobufCMessage *reply, const void *name)
{
    (void)reply;
    printf("%s is no rule any more\n", (const char *)name);
}

static void print_list(const ProtobufCMessage *reply, const void *venue)
{
    const Tifo__V1__ListRulesResponse *said = (const void *)reply;
    if (said->n_rules == 0)
        printf("there are no rules\n");
    for (size_t i = 0; i < said->n_rules; i++)
        print_rule(venue, said->rules[i]);
}

/* ---- Commands -------------------------------------------------------------------------------- */

static bool counter_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *queue)
{
    for (size_t i = 0; i < venue->n_facilities; i++) {
        if (strcmp(venue->facilities[i]->facility_id, id) == 0) {
            *queue = (uint32_t)i;
            return true;
        }
    }
    fprintf(stderr, "tifo: --counter %s: the venue has no such facility\n", id);
    return false;
}

/* A gate, or the queue before it. */
static bool read_gate(const Tifo__V1__Venue *venue, const char *id, Tifo__V1__Rule *rule)
{
    uint32_t gate;
    if (!gate_find(venue, id, &gate))
        return false;
    if (rule->metric == TIFO__V1__RULE_METRIC__RULE_METRIC_WAITING ||
        rule->metric == TIFO__V1__RULE_METRIC__RULE_METRIC_WAIT) {
        rule->subject_case = TIFO__V1__RULE__SUBJECT_QUEUE;
        rule->queue = (uint32_t)venue->n_facilities + gate;
    } else {
        rule->subject_case = TIFO__V1__RULE__SUBJECT_GATE;
        rule->gate = gate;
    }
    return true;
}

/* What it is about, by the flag that is given. */
static bool read_subject(const struct arguments *arguments, const Tifo__V1__Venue *venue,
                         Tifo__V1__Rule *rule, Tifo__V1__DeviceQuantity *measured)
{
    const char *zone = arguments_text(arguments, "--zone");
    const char *gate = arguments_text(arguments, "--gate");
    const char *counter = arguments_text(arguments, "--counter");
    const char *device = arguments_text(arguments, "--device");
    if (device) {
        rule->subject_case = TIFO__V1__RULE__SUBJECT_MEASURED;
        rule->measured = measured;
        measured->device = (char *)device;
        measured->quantity = (char *)arguments_or(arguments, "--quantity", "");
        return true;
    }
    if (counter) {
        rule->subject_case = TIFO__V1__RULE__SUBJECT_QUEUE;
        return counter_find(venue, counter, &rule->queue);
    }
    if (gate)
        return read_gate(venue, gate, rule);
    if (!zone)
        return true;
    rule->subject_case = TIFO__V1__RULE__SUBJECT_PLACE;
    if (tifo_place_find(venue, zone, &rule->place))
        return true;
    fprintf(stderr, "tifo: --zone %s: the venue has no such zone or block\n", zone);
    return false;
}

static bool read_thresholds(const struct arguments *arguments, Tifo__V1__Rule *rule)
{
    const char *above = arguments_text(arguments, "--above");
    const char *below = arguments_text(arguments, "--below");
    const char *clear = arguments_text(arguments, "--clear");
    if (!above == !below) {
        fprintf(stderr, "tifo: give --above VALUE or --below VALUE, one of them\n");
        return false;
    }
    rule->direction = above ? TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_ABOVE
                            : TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_BELOW;
    if (!read_value(above ? "--above" : "--below", above ? above : below, &rule->threshold))
        return false;
    rule->clear = rule->threshold;
    return !clear || read_value("--clear", clear, &rule->clear);
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetRuleRequest request = TIFO__V1__SET_RULE_REQUEST__INIT;
    Tifo__V1__Rule rule = TIFO__V1__RULE__INIT;
    Tifo__V1__DeviceQuantity measured = TIFO__V1__DEVICE_QUANTITY__INIT;
    int metric, priority;
    if (!read_word("--what", arguments_text(arguments, "--what"), metrics, COUNT(metrics),
                   &metric) ||
        !read_word("--priority", arguments_or(arguments, "--priority", "medium"), priorities,
                   COUNT(priorities), &priority) ||
        !arguments_number(arguments, "--for", 0, 3600, &rule.hold_s) ||
        !arguments_number(arguments, "--dead", 0, 14400, &rule.dead_s))
        return BAD_USAGE;
    rule.metric = (Tifo__V1__RuleMetric)metric;
    rule.priority = (Tifo__V1__AlarmPriority)priority;
    if (!read_thresholds(arguments, &rule) || !read_subject(arguments, venue, &rule, &measured))
        return BAD_USAGE;
    rule.name = (char *)arguments->positional[0];
    rule.text = (char *)arguments_or(arguments, "--text", "");
    rule.action = (char *)arguments_or(arguments, "--action", "");
    request.venue_id = venue->venue_id;
    request.rule = &rule;
    return server_link_tell(
        server_link_write(link, arguments, &tifo__v1__rules__descriptor, "SetRule", &request.base),
        arguments, print_set, venue);
}

static enum outcome forget(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__DeleteRuleRequest request = TIFO__V1__DELETE_RULE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.name = (char *)arguments->positional[0];
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__rules__descriptor,
                                              "DeleteRule", &request.base),
                            arguments, print_deleted, arguments->positional[0]);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListRulesRequest request = TIFO__V1__LIST_RULES_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    return server_link_tell(
        server_link_call(link, &tifo__v1__rules__descriptor, "ListRules", &request.base), arguments,
        print_list, venue);
}

const struct command rule_set_command = {
    "rule set", "NAME", "an alarm of your own, over what is measured", 1, set_flags, .task = set,
};
const struct command rule_delete_command = {
    "rule delete", "NAME", "it is no rule any more", 1, delete_flags, .task = forget,
};
const struct command rule_list_command = {
    "rule list", "", "rules, and what they see now", 0, list_flags, .task = list,
};
