#include <stdio.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/events.pb-c.h"

static const char *state_word(Tifo__V1__EventState state)
{
    static const char *const words[] = { "?", "draft", "on sale", "cancelled", "over" };
    return words[state <= 4 ? state : 0];
}

/* ---- event list ------------------------------------------------------------------------------ */

static void print_row(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Event *event = (const void *)row;
    (void)ctx;
    printf("%-10.8s %-24s %-10s %7u %7u %7u  %s\n", event->event_id,
           time_text(event->starts_ms).text, state_word(event->state), event->seats, event->sold,
           event->admitted, event->title);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListEventsRequest request = TIFO__V1__LIST_EVENTS_REQUEST__INIT;
    if (!arguments_switch(arguments, "--json"))
        printf("%-10s %-24s %-10s %7s %7s %7s  %s\n", "event", "starts", "", "seats", "sold", "in",
               "title");
    request.venue_id = venue->venue_id;
    return server_link_list(link, arguments, &tifo__v1__events__descriptor, "ListEvents",
                            &request.base, print_row, NULL);
}

/* ---- event show ------------------------------------------------------------------------------ */

static void print_event(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Event *event = ((const Tifo__V1__GetEventResponse *)reply)->event;
    (void)ctx;
    printf("%s: %s, %s%s%s\n", event->event_id, event->title, state_word(event->state),
           event->cancel_reason[0] ? ": " : "", event->cancel_reason);
    printf("doors %s, starts %s, ends %s\n", time_text(event->doors_ms).text,
           time_text(event->starts_ms).text, time_text(event->ends_ms).text);
    printf("%u seats: %u free, %u held, %u sold; %u are in\n", event->seats,
           event->seats - event->held - event->sold, event->held, event->sold, event->admitted);
    for (size_t i = 0; i < event->n_categories; i++)
        printf("%-24s %s\n", event->categories[i]->name,
               money_text(event->categories[i]->price_minor, event->currency).text);
    for (size_t i = 0; i < event->n_types; i++)
        printf("%-24s %u held, %u sold%s\n", event->types[i]->name, event->types[i]->held,
               event->types[i]->sold, event->types[i]->hidden ? ", hidden" : "");
    for (size_t i = 0; i < event->n_quotas; i++)
        printf("%-24s %u of %u left\n", event->quotas[i]->name,
               event->quotas[i]->capacity - event->quotas[i]->held - event->quotas[i]->sold -
                   event->quotas[i]->reserved,
               event->quotas[i]->capacity);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetEventRequest request = TIFO__V1__GET_EVENT_REQUEST__INIT;
    char id[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], id))
        return FAILED;
    request.event_id = id;
    return server_link_tell(
        server_link_call(link, &tifo__v1__events__descriptor, "GetEvent", &request.base), arguments,
        print_event, NULL);
}

const struct command event_list_command = {
    "event list", "", "all events, the oldest first", 0, json_flags, .task = list,
};
const struct command event_show_command = {
    "event show", "EVENT", "one event: times, prices, how many seats", 1, json_flags, .task = show,
};
