#include <stdio.h>
#include <stdlib.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/crowd.pb-c.h"

enum { SHELVE_MINUTES = 10, SHELVE_MINUTES_MAX = 240 };

static const struct flag list_flags[] = {
    { "--json", NULL, "one line of JSON each" },
    { NULL, NULL, NULL },
};
static const struct flag answer_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};
static const struct flag shelve_flags[] = {
    { "--minutes", "N", "for how long, 1 to 240 (default 10)" },
    { "--reason", "TEXT", "why it can wait, for the record, at most 200 bytes" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

/* ---- alarm list ------------------------------------------------------------------------------ */

static void print_alarm(const Tifo__V1__Alarm *alarm)
{
    static const char *const priorities[] = { "?", "low", "medium", "high" };
    printf("%3u  %-6s  %s", alarm->number,
           priorities[alarm->priority >= 1 && alarm->priority <= 3 ? alarm->priority : 0],
           time_text(alarm->since_ms).text);
    if (alarm->shelved_until_ms)
        printf("  shelved until %s by %s: %s", time_text(alarm->shelved_until_ms).text,
               alarm->shelved_by, alarm->shelved_reason);
    else if (alarm->acknowledged_ms)
        printf("  acknowledged by %s", alarm->acknowledged_by);
    else
        printf("  unacknowledged");
    printf("\n     %s. %s\n", alarm->cause, alarm->action);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    Tifo__V1__GetCrowdResponse *reply =
        (void *)server_link_call(link, &tifo__v1__crowd__descriptor, "GetCrowd", &request.base);
    if (!reply)
        return FAILED;
    bool json = arguments_switch(arguments, "--json");
    size_t count = reply->state ? reply->state->n_alarms : 0;
    for (size_t i = 0; i < count; i++) {
        if (json)
            message_json_print(&reply->state->alarms[i]->base);
        else
            print_alarm(reply->state->alarms[i]);
    }
    if (!count && !json)
        printf("no alarm is open\n");
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

/* ---- alarm ack, shelve, unshelve ------------------------------------------------------------- */

static bool read_number(const struct arguments *arguments, uint32_t *out)
{
    const char *text = arguments->positional[0];
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (end == text || *end || number < 1 || number > UINT32_MAX) {
        fprintf(stderr, "tifo: \"%s\" is no alarm's number; see tifo alarm list\n", text);
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

static enum outcome acknowledge(struct server_link *link, const Tifo__V1__Venue *venue,
                                const struct arguments *arguments)
{
    Tifo__V1__AcknowledgeAlarmRequest request = TIFO__V1__ACKNOWLEDGE_ALARM_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    if (!read_number(arguments, &request.number))
        return BAD_USAGE;
    Tifo__V1__AcknowledgeAlarmResponse *reply = (void *)server_link_call(
        link, &tifo__v1__crowd__descriptor, "AcknowledgeAlarm", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        printf("alarm %u is acknowledged, seq %llu\n", request.number,
               (unsigned long long)reply->seq);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

/* `minutes` 0: off the shelf. */
static enum outcome shelve_for(struct server_link *link, const Tifo__V1__Venue *venue,
                               const struct arguments *arguments, uint32_t minutes,
                               const char *reason)
{
    Tifo__V1__ShelveAlarmRequest request = TIFO__V1__SHELVE_ALARM_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.duration_s = minutes * 60;
    request.reason = (char *)reason;
    if (!read_number(arguments, &request.number))
        return BAD_USAGE;
    Tifo__V1__ShelveAlarmResponse *reply =
        (void *)server_link_call(link, &tifo__v1__crowd__descriptor, "ShelveAlarm", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else if (minutes)
        printf("alarm %u is shelved for %u min, seq %llu\n", request.number, minutes,
               (unsigned long long)reply->seq);
    else
        printf("alarm %u is off the shelf, seq %llu\n", request.number,
               (unsigned long long)reply->seq);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome shelve(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    uint32_t minutes = SHELVE_MINUTES;
    const char *reason = arguments_text(arguments, "--reason");
    if (!arguments_number(arguments, "--minutes", 1, SHELVE_MINUTES_MAX, &minutes))
        return BAD_USAGE;
    return shelve_for(link, venue, arguments, minutes, reason ? reason : "");
}

static enum outcome unshelve(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    return shelve_for(link, venue, arguments, 0, "");
}

const struct command alarm_list_command = {
    "alarm list", "", "open alarms, worst first", 0, list_flags, .task = list,
};
const struct command alarm_ack_command = {
    "alarm ack", "NUMBER", "says that somebody has seen it", 1, answer_flags, .task = acknowledge,
};
const struct command alarm_shelve_command = {
    "alarm shelve", "NUMBER", "sets it aside for a time", 1, shelve_flags, .task = shelve,
};
const struct command alarm_unshelve_command = {
    "alarm unshelve", "NUMBER", "takes it off the shelf", 1, answer_flags, .task = unshelve,
};
