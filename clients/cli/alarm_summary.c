/* tifo alarm summary: whether alarms are few enough for those who answer them (EEMUA 191). */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/crowd.pb-c.h"

enum { MINUTES = 60, MINUTES_MAX = 24 * 60, OPERATORS_MAX = 100 };

static const struct flag flags[] = {
    { "--minutes", "N", "of the last so many, 1 to 1440 (default 60)" },
    { "--operators", "N", "who share the alarms, 1 to 100 (default 1)" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

static void print_summary(const Tifo__V1__GetAlarmSummaryResponse *s)
{
    printf("since %s: %u raised, %u high, %u medium, %u low\n", time_text(s->from_ms).text,
           s->raised, s->high, s->medium, s->low);
    printf(
        "an operator in ten minutes: %.1f on average (acceptable: 1); all of them: %u at most, %u "
        "just now; %.1f %% of the time in flood\n",
        s->per_operator_10min_milli / 1000.0, s->peak_10min, s->last_10min, s->flood_milli / 10.0);
    printf(
        "now: %u open, %u of them for more than an hour, %u shelved, %u suppressed by design, %u "
        "chattering\n",
        s->open, s->standing, s->shelved, s->suppressed, s->chattering);
    if (s->acknowledged)
        printf("%u acknowledged, after %u s on average\n", s->acknowledged, s->acknowledge_s);
    for (size_t i = 0; i < s->n_worst; i++)
        printf("%4u  %s\n", s->worst[i]->raised, s->worst[i]->place);
}

static enum outcome summary(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__GetAlarmSummaryRequest request = TIFO__V1__GET_ALARM_SUMMARY_REQUEST__INIT;
    uint32_t minutes = MINUTES;
    request.venue_id = venue->venue_id;
    request.operators = 1;
    if (!arguments_number(arguments, "--minutes", 1, MINUTES_MAX, &minutes) ||
        !arguments_number(arguments, "--operators", 1, OPERATORS_MAX, &request.operators))
        return BAD_USAGE;
    request.window_s = minutes * 60;
    Tifo__V1__GetAlarmSummaryResponse *reply = (void *)server_link_call(
        link, &tifo__v1__crowd__descriptor, "GetAlarmSummary", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        print_summary(reply);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

const struct command alarm_summary_command = {
    "alarm summary", "", "how many alarms there were, and whether that is too many", 0, flags,
    .task = summary,
};
