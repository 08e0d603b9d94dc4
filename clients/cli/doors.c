/* The doors of an event: rules, check-in lists, who is in, who should not be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/doors.pb-c.h"

enum { ROWS_MAX = 256, HOUR_S = 3600 };

static const char *const policies[] = { "?", "closed", "pinned", "open" };

static const struct flag rules_flags[] = {
    { "--sealed-hours", "N", "codes are given out so long before the start; 0: at once" },
    { "--transfers", "YES|NO", "whether tickets may be given to others" },
    { "--reentry", "YES|NO", "whether who left may come in again" },
    { "--offline", "POLICY", "gates without the server: closed, pinned or open" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag list_flags[] = {
    { "--number", "N", "change this one (default: a new one)" },
    { "--blocks", "IDS", "whose tickets, such as 101,102 (default: all)" },
    { "--gates", "IDS", "at which gates, such as G1,G4 (default: all)" },
    { "--types", "LIST", "of these ticket types, such as 0,2 (default: all)" },
    { "--reentry", NULL, "who left may come in again" },
    { "--checks-id", NULL, "stewards look at papers: scan with --id-checked" },
    { "--codes-only", NULL, "no ids typed by hand" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_rules(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__DoorRules *rules = (const void *)row;
    (void)ctx;
    printf("codes from %g h before the start; transfers %s; re-entry %s; offline gates %s\n",
           rules->sealed_s / (double)HOUR_S, rules->transfers ? "yes" : "no",
           rules->reentry ? "yes" : "no", policies[rules->offline <= 3 ? rules->offline : 0]);
}

static void print_list(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__CheckinList *list = (const void *)row;
    const Tifo__V1__Venue *venue = ctx;
    printf("list %u \"%s\": %u expected, %u came, %u are in", list->number, list->name,
           list->expected, list->admitted, list->inside);
    for (size_t i = 0; i < list->n_blocks && list->blocks[i] < venue->n_blocks; i++)
        printf("%s%s", i == 0 ? "; blocks " : ",", venue->blocks[list->blocks[i]]->block_id);
    for (size_t i = 0; i < list->n_gates && list->gates[i] < venue->n_gates; i++)
        printf("%s%s", i == 0 ? "; gates " : ",", venue->gates[list->gates[i]]->gate_id);
    for (size_t i = 0; i < list->n_types; i++)
        printf("%s%u", i == 0 ? "; types " : ",", list->types[i]);
    printf("%s%s%s\n", list->reentry ? "; re-entry" : "", list->checks_id ? "; checks papers" : "",
           list->codes_only ? "; codes only" : "");
}

static Tifo__V1__GetDoorsResponse *ask(struct server_link *link, const char *event)
{
    Tifo__V1__GetDoorsRequest request = TIFO__V1__GET_DOORS_REQUEST__INIT;
    request.event_id = (char *)event;
    return (void *)server_link_call(link, &tifo__v1__doors__descriptor, "GetDoors", &request.base);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    Tifo__V1__GetDoorsResponse *reply = ask(link, event);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&reply->base);
    } else {
        print_rules(&reply->rules->base, NULL);
        for (size_t i = 0; i < reply->n_lists; i++)
            print_list(&reply->lists[i]->base, venue);
        printf("%u conflicts%s\n", reply->conflicts,
               reply->conflicts ? "; see tifo doors conflicts" : "");
    }
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

/* ---- Rules ----------------------------------------------------------------------------------- */

/* Stays as it is when the flag is not given. */
static bool read_yes(const struct arguments *arguments, const char *flag, protobuf_c_boolean *to)
{
    const char *text = arguments_text(arguments, flag);
    if (!text)
        return true;
    *to = strcmp(text, "yes") == 0;
    if (*to || strcmp(text, "no") == 0)
        return true;
    fprintf(stderr, "tifo: %s %s: say yes or no\n", flag, text);
    return false;
}

static bool read_rules(const struct arguments *arguments, Tifo__V1__DoorRules *rules)
{
    const char *offline = arguments_text(arguments, "--offline");
    uint32_t hours = rules->sealed_s / HOUR_S;
    for (uint32_t i = 1; offline && i <= 3; i++) {
        if (strcmp(offline, policies[i]) == 0) {
            rules->offline = (Tifo__V1__OfflinePolicy)i;
            offline = NULL;
        }
    }
    if (offline) {
        fprintf(stderr, "tifo: --offline %s: say closed, pinned or open\n", offline);
        return false;
    }
    if (!arguments_number(arguments, "--sealed-hours", 0, 366 * 24, &hours) ||
        !read_yes(arguments, "--transfers", &rules->transfers) ||
        !read_yes(arguments, "--reentry", &rules->reentry))
        return false;
    if (arguments_text(arguments, "--sealed-hours"))
        rules->sealed_s = hours * HOUR_S;
    return true;
}

static enum outcome set_rules(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    Tifo__V1__GetDoorsResponse *now = ask(link, event);
    enum outcome outcome = FAILED;
    if (now && read_rules(arguments, now->rules)) {
        Tifo__V1__SetDoorRulesRequest request = TIFO__V1__SET_DOOR_RULES_REQUEST__INIT;
        request.event_id = event;
        request.rules = now->rules;
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__doors__descriptor,
                                                     "SetDoorRules", &request.base),
                                   arguments, print_rules, NULL);
    }
    if (now)
        protobuf_c_message_free_unpacked(&now->base, NULL);
    return outcome;
}

/* ---- Lists ----------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* "101,102": false after a sentence when one of them is none. */
static bool read_ids(const Tifo__V1__Venue *venue, const char *text, bool gates,
                     uint32_t rows[ROWS_MAX], size_t *count)
{
    char copy[2048];
    *count = 0;
    if (!text)
        return true;
    snprintf(copy, sizeof(copy), "%s", text);
    char *rest = copy;
    for (char *id; (id = strtok_r(rest, ",", &rest)) && *count < ROWS_MAX;) {
        uint32_t found = 0;
        if (gates && !gate_find(venue, id, &found))
            return false;
        while (!gates && found < venue->n_blocks && strcmp(venue->blocks[found]->block_id, id) != 0)
            found++;
        if (!gates && found == venue->n_blocks) {
            fprintf(stderr, "tifo: %s has no block %s; see tifo venue show\n", venue->venue_id, id);
            return false;
        }
        rows[(*count)++] = found;
    }
    qsort(rows, *count, sizeof(*rows), ascending);
    return true;
}

/* "0,2", ascending. */
static bool read_types(const char *text, uint32_t rows[ROWS_MAX], size_t *count)
{
    char *end = (char *)text;
    for (*count = 0; end && *end && *count < ROWS_MAX; end += *end == ',') {
        const char *from = end;
        rows[(*count)++] = (uint32_t)strtoul(from, &end, 10);
        if (end == from || (*end && *end != ',')) {
            fprintf(stderr, "tifo: --types %s: give their numbers, such as 0,2\n", text);
            return false;
        }
    }
    qsort(rows, *count, sizeof(*rows), ascending);
    return true;
}

static enum outcome set_list(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    Tifo__V1__SetCheckinListRequest request = TIFO__V1__SET_CHECKIN_LIST_REQUEST__INIT;
    Tifo__V1__CheckinList list = TIFO__V1__CHECKIN_LIST__INIT;
    char event[EVENT_ID_SIZE];
    uint32_t blocks[ROWS_MAX], gates[ROWS_MAX], types[ROWS_MAX];
    list.types = types;
    list.blocks = blocks;
    list.gates = gates;
    if (!event_find(link, venue, arguments->positional[0], event) ||
        !arguments_number(arguments, "--number", 1, UINT32_MAX, &list.number) ||
        !read_types(arguments_text(arguments, "--types"), types, &list.n_types) ||
        !read_ids(venue, arguments_text(arguments, "--blocks"), false, blocks, &list.n_blocks) ||
        !read_ids(venue, arguments_text(arguments, "--gates"), true, gates, &list.n_gates))
        return FAILED;
    list.name = (char *)arguments->positional[1];
    list.reentry = arguments_switch(arguments, "--reentry");
    list.checks_id = arguments_switch(arguments, "--checks-id");
    list.codes_only = arguments_switch(arguments, "--codes-only");
    request.event_id = event;
    request.list = &list;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__doors__descriptor,
                                              "SetCheckinList", &request.base),
                            arguments, print_list, venue);
}

/* ---- Conflicts ------------------------------------------------------------------------------- */

static const char *gate_text(const Tifo__V1__Venue *venue, uint32_t gate)
{
    return gate < venue->n_gates ? venue->gates[gate]->gate_id : "?";
}

static void print_conflict(const ProtobufCMessage *row, const void *venue)
{
    const Tifo__V1__Conflict *conflict = (const void *)row;
    const ProtobufCEnumValue *result =
        protobuf_c_enum_descriptor_get_value(&tifo__v1__scan_result__descriptor, conflict->result);
    printf("%s  %s  in at %s, %s%s%s: %s", conflict->ticket_id,
           seat_text(venue, conflict->seat).text, gate_text(venue, conflict->gate),
           time_text(conflict->at_ms).text, conflict->scanner[0] ? " by " : " by force",
           conflict->scanner, result ? result->name + strlen("SCAN_RESULT_") : "?");
    if (conflict->first_ms)
        printf(", was in at %s, %s", gate_text(venue, conflict->first_gate),
               time_text(conflict->first_ms).text);
    printf("\n");
}

static enum outcome conflicts(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__ListConflictsRequest request = TIFO__V1__LIST_CONFLICTS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_list(link, arguments, &tifo__v1__doors__descriptor, "ListConflicts",
                            &request.base, print_conflict, venue);
}

const struct command doors_show_command = {
    "doors show", "EVENT", "rules, check-in lists and who is in", 1, json_flags, .task = show,
};
const struct command doors_rules_command = {
    "doors rules", "EVENT",           "sets rules of an event's doors; others stay", 1,
    rules_flags,   .task = set_rules,
};
const struct command doors_list_command = {
    "doors list", "EVENT NAME",     "a check-in list: which tickets, at which gates", 2,
    list_flags,   .task = set_list,
};
const struct command doors_conflicts_command = {
    "doors conflicts", "EVENT", "who is in and should not be", 1, json_flags, .task = conflicts,
};
