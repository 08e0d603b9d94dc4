/* tifo guidance override: an operator's word on one place's guidance. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/dry_run.h"
#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"

enum { DESTINATIONS = 16 };

static const struct flag flags[] = {
    { "--fix", "G1=60,G2=40", "these shares in percent, whatever the plan would say" },
    { "--forbid", "G1,G2", "anything but these" },
    { "--back", NULL, "takes back what was said before" },
    { "--purpose", "WHAT", "exit, food or toilets (exit)" },
    { "--reason", "TEXT", "why, for the record, at most 200 bytes" },
    { "--dry-run", NULL, "changes nothing: what the plan would be, and what it would cost" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

/* The message, and room for its lists. */
struct rule {
    Tifo__V1__Override message;
    uint32_t destination[DESTINATIONS], share_milli[DESTINATIONS];
};

static enum outcome complain(const char *sentence, const char *text)
{
    fprintf(stderr, "tifo: guidance override: %s%s; see --help\n", sentence, text);
    return BAD_USAGE;
}

static bool find(const Tifo__V1__Venue *venue, Tifo__V1__Purpose purpose, const char *id,
                 uint32_t *index)
{
    return purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT ? tifo_gate_find(venue, id, index)
                                                      : tifo_facility_find(venue, id, index);
}

/* Ascending, as the API wants them. */
static void insert(struct rule *rule, uint32_t destination, uint32_t share_milli)
{
    size_t at = rule->message.n_destination++;
    for (; at > 0 && rule->destination[at - 1] > destination; at--) {
        rule->destination[at] = rule->destination[at - 1];
        rule->share_milli[at] = rule->share_milli[at - 1];
    }
    rule->destination[at] = destination;
    rule->share_milli[at] = share_milli;
}

/* One of the list, "G1" or "G1=60"; false after a complaint. */
static bool take(struct rule *rule, const Tifo__V1__Venue *venue, char *word, bool fixed)
{
    char *equals = strchr(word, '='), *end = NULL;
    uint32_t index;
    double percent = 0;
    if (equals) {
        *equals = 0;
        percent = strtod(equals + 1, &end);
    }
    if (rule->message.n_destination == DESTINATIONS) {
        complain("at most 16 are possible", "");
    } else if (!find(venue, rule->message.purpose, word, &index)) {
        complain("the venue has no gate or facility ", word);
    } else if (fixed ? !end || end == equals + 1 || *end != 0 || !(percent >= 0.1) ||
                           !(percent <= 100)
                     : equals != NULL) {
        complain(fixed ? "give a share in percent, such as =60, after " : "no shares go with ",
                 word);
    } else {
        insert(rule, index, (uint32_t)(percent * 10 + 0.5));
        return true;
    }
    return false;
}

static bool take_list(struct rule *rule, const Tifo__V1__Venue *venue, const char *list, bool fixed)
{
    char text[512], *rest;
    if (snprintf(text, sizeof(text), "%s", list) >= (int)sizeof(text)) {
        complain("that is too long: ", list);
        return false;
    }
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        if (!take(rule, venue, word, fixed))
            return false;
    return true;
}

static bool read_purpose(const struct arguments *arguments, Tifo__V1__Purpose *purpose)
{
    static const char *const names[] = { "exit", "food", "toilets" };
    const char *text = arguments_or(arguments, "--purpose", "exit");
    for (int i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            *purpose = (Tifo__V1__Purpose)(i + 1);
            return true;
        }
    complain("there is no purpose ", text);
    return false;
}

static enum outcome read_rule(struct rule *rule, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    const char *fix = arguments_text(arguments, "--fix");
    const char *forbid = arguments_text(arguments, "--forbid");
    const bool back = arguments_switch(arguments, "--back");
    tifo__v1__override__init(&rule->message);
    rule->message.destination = rule->destination;
    rule->message.share_milli = rule->share_milli;
    rule->message.reason = arguments_or(arguments, "--reason", "");
    if ((fix != NULL) + (forbid != NULL) + back != 1)
        return complain("give one of --fix, --forbid and --back", "");
    if (!tifo_place_find(venue, arguments->positional[0], &rule->message.origin)) {
        fprintf(stderr, "tifo: %s has no zone or block %s; tifo venue show lists them\n",
                venue->venue_id, arguments->positional[0]);
        return FAILED;
    }
    if (!read_purpose(arguments, &rule->message.purpose) ||
        (!back && !take_list(rule, venue, fix ? fix : forbid, fix != NULL)))
        return BAD_USAGE;
    rule->message.n_share_milli = fix ? rule->message.n_destination : 0;
    rule->message.kind = back  ? TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_TAKEN_BACK
                         : fix ? TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FIXED
                               : TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FORBIDDEN;
    return DONE;
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    struct rule rule;
    Tifo__V1__Override *message = &rule.message;
    const enum outcome read = read_rule(&rule, venue, arguments);
    if (read != DONE)
        return read;
    if (arguments_switch(arguments, "--dry-run")) {
        Tifo__V1__DryRunRequest dry = TIFO__V1__DRY_RUN_REQUEST__INIT;
        dry.overrides = &message;
        dry.n_overrides = 1;
        return dry_run(link, venue, arguments, &dry, "if an operator said so");
    }
    Tifo__V1__SetOverrideRequest request = TIFO__V1__SET_OVERRIDE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.override = message;
    Tifo__V1__SetOverrideResponse *reply = (void *)server_link_call(
        link, &tifo__v1__guidance__descriptor, "SetOverride", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        printf("%s: %s, seq %llu; tifo guidance says what it costs\n", arguments->positional[0],
               arguments_switch(arguments, "--back") ? "taken back" : "so it is",
               (unsigned long long)reply->seq);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

const struct command guidance_override_command = {
    "guidance override", "PLACE", "fixes or forbids where a place's people go", 1, flags,
    .task = set,
};
