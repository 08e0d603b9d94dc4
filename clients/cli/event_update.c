#include <stdio.h>

#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"

enum { HOURS_MAX = 240, HOUR_MS = 3600 * 1000 };

static const struct flag update_flags[] = {
    { "--title", "TEXT", "what it is called" },
    { "--starts", "TIME", "in UTC, such as 2026-05-16T15:00; doors and end move with it" },
    { "--hours", "N", "how long it takes, 1 to 240" },
    { "--city", "TEXT", "where it is, for people" },
    { "--kind", "TEXT", "what it is, such as Football" },
    { "--description", "TEXT", "what else there is to say" },
    ORPHANS_FLAG,
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

/* What is given changes; what is not stays. */
static bool read_event(const struct arguments *arguments, Tifo__V1__Event *event)
{
    const int64_t before = event->starts_ms;
    uint32_t hours = 0;
    event->title = arguments_or(arguments, "--title", event->title);
    event->city = arguments_or(arguments, "--city", event->city);
    event->kind = arguments_or(arguments, "--kind", event->kind);
    event->description = arguments_or(arguments, "--description", event->description);
    if (!orphans_read(arguments, &event->refuse_orphans) ||
        !arguments_time(arguments, "--starts", &event->starts_ms) ||
        !arguments_number(arguments, "--hours", 1, HOURS_MAX, &hours))
        return false;
    event->doors_ms += event->starts_ms - before;
    event->ends_ms = hours ? event->starts_ms + (int64_t)hours * HOUR_MS
                           : event->ends_ms + event->starts_ms - before;
    return true;
}

static void print_updated(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__UpdateEventResponse *)reply)->event;
    (void)ctx;
    printf("\"%s\" starts %s\n", event->title, time_text(event->starts_ms).text);
}

static void print_unpublished(const ProtobufCMessage *reply, const void *ctx)
{
    (void)ctx;
    printf("\"%s\" is a draft again\n",
           ((const Tifo__V1__UnpublishEventResponse *)reply)->event->title);
}

static enum outcome update(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__UpdateEventRequest request = TIFO__V1__UPDATE_EVENT_REQUEST__INIT;
    Tifo__V1__GetEventResponse *reply = event_get(link, venue, arguments->positional[0]);
    if (!reply)
        return FAILED;
    Tifo__V1__Event event = *reply->event;
    enum outcome outcome = BAD_USAGE;
    request.event = &event;
    if (read_event(arguments, &event))
        outcome = server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                                     "UpdateEvent", &request.base),
                                   arguments, print_updated, NULL);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static enum outcome unpublish(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__UnpublishEventRequest request = TIFO__V1__UNPUBLISH_EVENT_REQUEST__INIT;
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                              "UnpublishEvent", &request.base),
                            arguments, print_unpublished, NULL);
}

const struct command event_update_command = {
    "event update", "EVENT", "another title, time or text", 1, update_flags, .task = update,
};
const struct command event_unpublish_command = {
    "event unpublish", "EVENT",           "a draft again, while nothing is sold", 1,
    json_key_flags,    .task = unpublish,
};
