#include <stdio.h>

#include "clients/cli/selling.h"
#include "tifo/v1/events.pb-c.h"

static const struct flag cancel_flags[] = {
    { "--reason", "TEXT", "why, for those who have tickets, at most 200 bytes" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_published(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__PublishEventResponse *)reply)->event;
    (void)ctx;
    printf("\"%s\" is on sale, %u seats\n", event->title, event->seats);
}

static void print_cancelled(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__CancelEventResponse *)reply)->event;
    (void)ctx;
    printf("\"%s\" is cancelled; whoever has paid is refunded\n", event->title);
}

static enum outcome publish(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__PublishEventRequest request = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                              "PublishEvent", &request.base),
                            arguments, print_published, NULL);
}

static enum outcome cancel(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__CancelEventRequest request = TIFO__V1__CANCEL_EVENT_REQUEST__INIT;
    const char *reason = arguments_text(arguments, "--reason");
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    if (reason)
        request.reason = (char *)reason;
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__events__descriptor,
                                              "CancelEvent", &request.base),
                            arguments, print_cancelled, NULL);
}

const struct command event_publish_command = {
    "event publish", "EVENT", "puts an event on sale", 1, json_key_flags, .task = publish,
};
const struct command event_cancel_command = {
    "event cancel", "EVENT", "ends sales, refunds orders", 1, cancel_flags, .task = cancel,
};
