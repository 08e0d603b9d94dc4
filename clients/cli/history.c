/* tifo history, tifo replay, tifo summary: what happened. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/live_filter.h"
#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/history.pb-c.h"

#define TIME_FLAGS                                                                                 \
    { "--from", "TIME", "stadium time in UTC, 2026-05-16T15:00 (the beginning)" },                 \
    {                                                                                              \
        "--to", "TIME", "before this time (the end)"                                               \
    }
#define FACTS_FLAG                                                                                 \
    {                                                                                              \
        "--facts", "LIST", "kinds of facts, as journal.proto names them, with commas (all)"        \
    }
#define JSON_LINES                                                                                 \
    {                                                                                              \
        "--json", NULL, "as JSON, one a line"                                                      \
    }

/* ---- Facts ------------------------------------------------------------------------------------
 */

/* Kinds by their names; false after a sentence. The list is the caller's to free. */
static bool read_kinds(const struct arguments *arguments, uint32_t **kinds, size_t *count)
{
    const char *text = arguments_text(arguments, "--facts");
    *kinds = NULL;
    *count = 0;
    if (!text)
        return true;
    char *words = strdup(text), *rest = words;
    *kinds = malloc((strlen(text) + 1) * sizeof **kinds);
    if (!words || !*kinds)
        abort();
    const ProtobufCFieldDescriptor *field = NULL;
    for (const char *word; (word = strtok_r(rest, ",", &rest));) {
        field = protobuf_c_message_descriptor_get_field_by_name(&tifo__v1__fact__descriptor, word);
        if (!field || field->id < 10) {
            fprintf(stderr, "tifo: --facts: no fact is called %s; journal.proto has their names\n",
                    word);
            free(words);
            free(*kinds);
            return false;
        }
        (*kinds)[(*count)++] = field->id;
    }
    free(words);
    return true;
}

static const char *kind_name(uint32_t kind)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(&tifo__v1__fact__descriptor, kind);
    return field ? field->name : "?";
}

static void print_fact(const Tifo__V1__HistoryFact *fact, bool json)
{
    if (json)
        message_json_print(&fact->base);
    else
        printf("%10llu  %s  %s\n", (unsigned long long)fact->seq, time_text(fact->at_ms).text,
               kind_name(fact->kind));
}

/* ---- history ----------------------------------------------------------------------------------
 */

static const struct flag history_flags[] = {
    FACTS_FLAG,
    TIME_FLAGS,
    { "--newest", NULL, "the newest first" },
    { "--limit", "N", "not more than so many (100; 0: all)" },
    JSON_LINES,
    { NULL, NULL, NULL },
};

static enum outcome print_pages(struct server_link *link, const struct arguments *arguments,
                                Tifo__V1__ListFactsRequest *request, uint32_t limit)
{
    char token[64] = "";
    uint32_t left = limit ? limit : UINT32_MAX;
    do {
        request->page_token = token;
        request->page_size = left < 500 ? left : 500;
        Tifo__V1__ListFactsResponse *reply = (void *)server_link_call(
            link, &tifo__v1__history__descriptor, "ListFacts", &request->base);
        if (!reply)
            return FAILED;
        for (size_t i = 0; i < reply->n_facts; i++)
            print_fact(reply->facts[i], arguments_switch(arguments, "--json"));
        left -= (uint32_t)reply->n_facts;
        snprintf(token, sizeof token, "%s", reply->next_page_token);
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    } while (token[0] && left > 0);
    return DONE;
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListFactsRequest request = TIFO__V1__LIST_FACTS_REQUEST__INIT;
    uint32_t limit = 100;
    request.venue_id = venue->venue_id;
    request.newest_first = arguments_switch(arguments, "--newest");
    if (!arguments_number(arguments, "--limit", 0, UINT32_MAX, &limit) ||
        !arguments_time(arguments, "--from", &request.from_ms) ||
        !arguments_time(arguments, "--to", &request.to_ms) ||
        !read_kinds(arguments, &request.kinds, &request.n_kinds))
        return BAD_USAGE;
    const enum outcome outcome = print_pages(link, arguments, &request, limit);
    free(request.kinds);
    return outcome;
}

const struct command history_command = {
    "history", "", "what happened, from the journal", 0, history_flags, .task = list,
};

/* ---- replay -----------------------------------------------------------------------------------
 */

static const struct flag replay_flags[] = {
    FACTS_FLAG,
    TIME_FLAGS,
    { "--speed", "X", "times as fast as it was, 0.001 to 1000 (as fast as it goes)" },
    { "--picture", NULL, "the live picture instead of facts, with the flags of `tifo live`" },
    LIVE_FILTER_FLAGS,
    JSON_LINES,
    { NULL, NULL, NULL },
};

struct player {
    const Tifo__V1__Venue *venue;
    bool json;
};

static void hear(void *ctx, const ProtobufCMessage *message)
{
    const struct player *player = ctx;
    const Tifo__V1__ReplayResponse *reply = (const void *)message;
    for (size_t i = 0; i < reply->n_facts; i++)
        print_fact(reply->facts[i], player->json);
    if (reply->picture && player->json)
        message_json_print(&reply->picture->base);
    else if (reply->picture)
        live_print(player->venue, reply->picture);
    fflush(stdout);
}

static bool read_speed(const struct arguments *arguments, uint32_t *milli)
{
    const char *text = arguments_text(arguments, "--speed");
    char *end;
    if (!text)
        return true;
    const double speed = strtod(text, &end);
    if (*end || !(speed >= 0.001 && speed <= 1000)) {
        fprintf(stderr, "tifo: --speed %s: give a number from 0.001 to 1000\n", text);
        return false;
    }
    *milli = (uint32_t)(speed * 1000 + 0.5);
    return true;
}

static enum outcome play(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    struct player player = { .venue = venue, .json = arguments_switch(arguments, "--json") };
    struct live_choice choice;
    Tifo__V1__ReplayRequest request = TIFO__V1__REPLAY_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    if (!arguments_time(arguments, "--from", &request.from_ms) ||
        !arguments_time(arguments, "--to", &request.to_ms) ||
        !read_speed(arguments, &request.speed_milli) ||
        !live_choice_read(&choice, venue, arguments))
        return BAD_USAGE;
    enum outcome outcome = BAD_USAGE;
    if (arguments_switch(arguments, "--picture"))
        request.picture = &choice.filter;
    if (read_kinds(arguments, &request.kinds, &request.n_kinds))
        outcome = server_link_follow(link, &tifo__v1__history__descriptor, "Replay", &request.base,
                                     hear, &player);
    free(request.kinds);
    live_choice_fini(&choice);
    return outcome;
}

const struct command replay_command = {
    "replay", "", "what happened, once more, at any speed", 0, replay_flags, .task = play,
};

/* ---- summary ----------------------------------------------------------------------------------
 */

static const struct flag summary_flags[] = {
    TIME_FLAGS,
    { "--window", "SECONDS", "10 to 86400 (60)" },
    JSON_LINES,
    { NULL, NULL, NULL },
};

static enum outcome summarize(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__SummarizeRequest request = TIFO__V1__SUMMARIZE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    if (!arguments_time(arguments, "--from", &request.from_ms) ||
        !arguments_time(arguments, "--to", &request.to_ms) ||
        !arguments_number(arguments, "--window", 10, 86400, &request.window_s))
        return BAD_USAGE;
    Tifo__V1__SummarizeResponse *reply =
        (void *)server_link_call(link, &tifo__v1__history__descriptor, "Summarize", &request.base);
    if (!reply)
        return FAILED;
    const bool json = arguments_switch(arguments, "--json");
    if (!json)
        printf("%-24s %8s %8s %8s %7s %8s %7s %6s\n", "from", "facts", "in", "out", "alarms",
               "tickets", "orders", "plans");
    for (size_t i = 0; i < reply->n_windows; i++) {
        const Tifo__V1__SummaryWindow *row = reply->windows[i];
        if (json)
            message_json_print(&row->base);
        else
            printf("%-24s %8llu %8llu %8llu %7u %8u %7u %6u\n", time_text(row->from_ms).text,
                   (unsigned long long)row->facts, (unsigned long long)row->gates_in,
                   (unsigned long long)row->gates_out, row->alarms_raised, row->tickets_admitted,
                   row->orders_paid, row->plans_adopted);
    }
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

const struct command summary_command = {
    "summary",
    "",
    "what happened in each minute, or other window, counted",
    0,
    summary_flags,
    .task = summarize,
};
