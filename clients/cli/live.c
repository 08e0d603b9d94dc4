/* tifo live, tifo viewers: rows of the live picture, and who follows them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/live_filter.h"
#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"

static const struct flag live_flags[] = {
    LIVE_FILTER_FLAGS,
    { "--json", NULL, "each message as JSON, one a line" },
    { NULL, NULL, NULL },
};

struct watch {
    const Tifo__V1__Venue *venue;
    bool json;
};

static void hear(void *ctx, const ProtobufCMessage *message)
{
    const struct watch *watch = ctx;
    if (watch->json)
        message_json_print(message);
    else
        live_print(watch->venue, (const void *)message);
    fflush(stdout);
}

static enum outcome follow(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    struct watch watch = { .venue = venue, .json = arguments_switch(arguments, "--json") };
    struct live_choice choice;
    Tifo__V1__WatchLiveRequest request = TIFO__V1__WATCH_LIVE_REQUEST__INIT;
    if (!live_choice_read(&choice, venue, arguments))
        return BAD_USAGE;
    request.venue_id = venue->venue_id;
    request.filter = &choice.filter;
    const enum outcome outcome = server_link_follow(link, &tifo__v1__live__descriptor, "WatchLive",
                                                    &request.base, hear, &watch);
    live_choice_fini(&choice);
    return outcome;
}

const struct command live_command = {
    "live", "",         "what changes in the live picture, until interrupted",
    0,      live_flags, .task = follow,
};

/* ---- viewers ----------------------------------------------------------------------------------
 */

static const struct flag viewers_flags[] = {
    { "--list", NULL, "who they are, one by one" },
    { "--caller", "NAME", "with --list: only theirs" },
    { "--json", NULL, "as JSON" },
    { NULL, NULL, NULL },
};

static void print_rows(const char *noun, const uint32_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%u", i ? "," : noun, rows[i]);
}

static void print_filter(const Tifo__V1__LiveFilter *filter)
{
    for (size_t i = 0; filter && i < filter->n_kinds; i++)
        printf("%s%s", i ? "," : "", live_kind_name(filter->kinds[i]));
    if (!filter)
        return;
    print_rows(" places ", filter->places, filter->n_places);
    print_rows(" gates ", filter->gates, filter->n_gates);
    print_rows(" facilities ", filter->facilities, filter->n_facilities);
}

static void print_counts(const ProtobufCMessage *message, const void *ctx)
{
    (void)ctx;
    const Tifo__V1__CountViewersResponse *reply = (const void *)message;
    printf("%u streams of %u callers; crowd %u, guidance %u, positions %u\n", reply->streams,
           reply->callers, reply->crowd_streams, reply->guidance_streams, reply->position_streams);
    for (size_t i = 0; i < reply->n_topics; i++) {
        printf("%8u  ", reply->topics[i]->streams);
        print_filter(reply->topics[i]->filter);
        printf("\n");
    }
}

static void print_viewer(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Viewer *viewer = (const void *)row;
    (void)ctx;
    printf("%8llu  %-20s since %s  ", (unsigned long long)viewer->number, viewer->caller,
           time_text(viewer->since_ms).text);
    print_filter(viewer->filter);
    printf("\n");
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListViewersRequest listing = TIFO__V1__LIST_VIEWERS_REQUEST__INIT;
    Tifo__V1__CountViewersRequest request = TIFO__V1__COUNT_VIEWERS_REQUEST__INIT;
    listing.venue_id = request.venue_id = venue->venue_id;
    listing.caller = arguments_or(arguments, "--caller", "");
    if (arguments_switch(arguments, "--list"))
        return server_link_list(link, arguments, &tifo__v1__live__descriptor, "ListViewers",
                                &listing.base, print_viewer, NULL);
    return server_link_tell(
        server_link_call(link, &tifo__v1__live__descriptor, "CountViewers", &request.base),
        arguments, print_counts, NULL);
}

const struct command viewers_command = {
    "viewers",     "",           "how many streams follow what, and whose they are", 0,
    viewers_flags, .task = show,
};
