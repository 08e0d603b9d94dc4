/* `tifo waitlist`: waiting for tickets of an event that is sold out. */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/waitlist.pb-c.h"

static const struct flag open_flags[] = {
    { "--capacity", "N", "how many may wait, to 100000 (default min(100, max(20, seats)))" },
    { "--claim", "S", "seconds to take an offer (default 24 h, or 4 h within 72 h of the start)" },
    { "--closed", NULL, "nobody else waits" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag enter_flags[] = {
    { "--type", "N", "index of the type of ticket (default 0)" },
    { "--party", "N", "how many tickets, 1 to 16 (default 1)" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag write_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag show_flags[] = {
    { "--json", NULL, "one line of JSON each" },
    { NULL, NULL, NULL },
};

#define WAITS &tifo__v1__waitlists__descriptor

static void print_wait(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Wait *wait = (const void *)row;
    (void)ctx;
    static const char *const states[] = { "?",        "waits",   "has an offer", "bought",
                                          "declined", "expired", "cancelled" };
    printf("%s %s, %u of type %u, since %s", wait->person,
           states[wait->state <= 6 ? wait->state : 0], wait->party, wait->type,
           time_text(wait->asked_ms).text);
    if (wait->position)
        printf(", %u ahead", wait->position - 1);
    if (wait->hold_id && wait->hold_id[0])
        printf(": hold %s until %s", wait->hold_id, time_text(wait->offered_until_ms).text);
    printf("\n");
}

static void print_set(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Waitlist *list = ((const Tifo__V1__SetWaitlistResponse *)reply)->waitlist;
    (void)ctx;
    printf("%u wait, %u have an offer%s\n", list->waiting, list->offered,
           list->closed ? "; it is closed" : "");
}
static enum outcome open(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__SetWaitlistRequest request = TIFO__V1__SET_WAITLIST_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!arguments_number(arguments, "--capacity", 0, 100000, &request.capacity) ||
        !arguments_number(arguments, "--claim", 60, 604800, &request.claim_s))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.closed = arguments_switch(arguments, "--closed");
    return server_link_tell(server_link_write(link, arguments, WAITS, "SetWaitlist", &request.base),
                            arguments, print_set, NULL);
}

static enum outcome enter(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__EnterWaitlistRequest request = TIFO__V1__ENTER_WAITLIST_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    request.party = 1;
    if (!arguments_number(arguments, "--type", 0, 31, &request.type) ||
        !arguments_number(arguments, "--party", 1, 16, &request.party))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(
        server_link_write(link, arguments, WAITS, "EnterWaitlist", &request.base), arguments,
        print_wait, NULL);
}

static enum outcome leave(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__LeaveWaitlistRequest request = TIFO__V1__LEAVE_WAITLIST_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(
        server_link_write(link, arguments, WAITS, "LeaveWaitlist", &request.base), arguments,
        print_wait, NULL);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetWaitRequest request = TIFO__V1__GET_WAIT_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_call(link, WAITS, "GetWait", &request.base), arguments,
                            print_wait, NULL);
}

/* The channel's thread. */
static void hear_waits(void *ctx, const ProtobufCMessage *message)
{
    const Tifo__V1__WatchMyWaitsResponse *told = (const void *)message;
    const bool *json = ctx;
    if (*json)
        message_json_print(message);
    for (size_t i = 0; !*json && i < told->n_waits; i++)
        print_wait(&told->waits[i]->base, NULL);
    fflush(stdout);
}

static enum outcome watch(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__WatchMyWaitsRequest request = TIFO__V1__WATCH_MY_WAITS_REQUEST__INIT;
    bool json = arguments_switch(arguments, "--json");
    (void)venue;
    return server_link_follow(link, WAITS, "WatchMyWaits", &request.base, hear_waits, &json);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListWaitingRequest request = TIFO__V1__LIST_WAITING_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_list(link, arguments, WAITS, "ListWaiting", &request.base, print_wait, NULL);
}

const struct command waitlist_open_command = {
    "waitlist open", "EVENT", "lets people wait for tickets", 1, open_flags, .task = open,
};
const struct command waitlist_enter_command = {
    "waitlist enter", "EVENT", "you wait for tickets", 1, enter_flags, .task = enter,
};
const struct command waitlist_leave_command = {
    "waitlist leave", "EVENT", "you do not, or decline", 1, write_flags, .task = leave,
};
const struct command waitlist_show_command = {
    "waitlist show", "EVENT", "where you are; your offer", 1, show_flags, .task = show,
};
const struct command waitlist_watch_command = {
    "waitlist watch", "", "what you wait for, whenever it changes", 0, show_flags, .task = watch,
};
const struct command waitlist_list_command = {
    "waitlist list", "EVENT", "who waits, the first first", 1, show_flags, .task = list,
};
