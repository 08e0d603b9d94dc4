/* `tifo join`: taking part in an event without a seat; and who may not. */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/joins.pb-c.h"

static const struct flag flags[] = {
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag list_flags[] = {
    { "--waiting", NULL, "only those who wait, in the order of waiting" },
    { "--json", NULL, "one line of JSON each" },
    { NULL, NULL, NULL },
};
static const struct flag open_flags[] = {
    { "--capacity", "N", "how many may join; 0: any number (default)" },
    { "--waitlist", "N", "how many may wait, to 1000 (default min(100, max(20, capacity)))" },
    { "--closed", NULL, "nobody joins any more" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag reason_flags[] = {
    { "--reason", "TEXT", "why; they read it, at most 200 bytes" },
    { "--until", "TIME", "a ban: until when, UTC, 2026-05-16T10:00 (default: for ever)" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};

#define JOINS &tifo__v1__joins__descriptor

static void print_join(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Join *join = (const void *)row;
    (void)ctx;
    static const char *const states[] = {
        "?", "joined", "waits", "cancelled", "expired", "rejected"
    };
    printf("%s %s since %s", join->person, states[join->state <= 5 ? join->state : 0],
           time_text(join->joined_ms).text);
    if (join->position)
        printf(", %u ahead", join->position - 1);
    printf("%s%s\n", join->reason[0] ? ": " : "", join->reason);
}

/* ---- For the organiser ----------------------------------------------------------------------- */

static void print_joining(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Joining *joining = ((const Tifo__V1__SetJoiningResponse *)reply)->joining;
    (void)ctx;
    printf("%u have joined, %u wait%s\n", joining->active, joining->waiting,
           joining->closed ? "; it is closed" : "");
}

static enum outcome open(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__SetJoiningRequest request = TIFO__V1__SET_JOINING_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!arguments_number(arguments, "--capacity", 0, UINT32_MAX, &request.capacity) ||
        !arguments_number(arguments, "--waitlist", 0, 1000, &request.waitlist))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.closed = arguments_switch(arguments, "--closed");
    return server_link_tell(server_link_write(link, arguments, JOINS, "SetJoining", &request.base),
                            arguments, print_joining, NULL);
}

static enum outcome kick(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__KickPersonRequest request = TIFO__V1__KICK_PERSON_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.person = (char *)arguments->positional[1];
    request.reason = arguments_or(arguments, "--reason", "");
    return server_link_show(server_link_write(link, arguments, JOINS, "KickPerson", &request.base),
                            arguments, print_join, NULL);
}

static void print_banned(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__Ban *ban = ((const Tifo__V1__BanPersonResponse *)reply)->ban;
    (void)ctx;
    printf("%s is banned %s%s\n", ban->person, ban->until_ms ? "until " : "for ever",
           ban->until_ms ? time_text(ban->until_ms).text : "");
}

static enum outcome ban(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__BanPersonRequest request = TIFO__V1__BAN_PERSON_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!arguments_time(arguments, "--until", &request.until_ms))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.person = (char *)arguments->positional[1];
    request.reason = arguments_or(arguments, "--reason", "");
    return server_link_tell(server_link_write(link, arguments, JOINS, "BanPerson", &request.base),
                            arguments, print_banned, NULL);
}

static void print_unbanned(const ProtobufCMessage *reply, const void *ctx)
{
    (void)reply;
    printf("%s may take part again\n", (const char *)ctx);
}

static enum outcome unban(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__UnbanPersonRequest request = TIFO__V1__UNBAN_PERSON_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.person = (char *)arguments->positional[1];
    return server_link_tell(server_link_write(link, arguments, JOINS, "UnbanPerson", &request.base),
                            arguments, print_unbanned, request.person);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListJoinWaitlistRequest waiting = TIFO__V1__LIST_JOIN_WAITLIST_REQUEST__INIT;
    Tifo__V1__ListParticipantsRequest all = TIFO__V1__LIST_PARTICIPANTS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    waiting.event_id = all.event_id = event;
    if (arguments_switch(arguments, "--waiting"))
        return server_link_list(link, arguments, JOINS, "ListJoinWaitlist", &waiting.base,
                                print_join, NULL);
    return server_link_list(link, arguments, JOINS, "ListParticipants", &all.base, print_join,
                            NULL);
}

/* ---- For whoever joins ----------------------------------------------------------------------- */

static enum outcome join(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__JoinEventRequest request = TIFO__V1__JOIN_EVENT_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_write(link, arguments, JOINS, "JoinEvent", &request.base),
                            arguments, print_join, NULL);
}

static enum outcome cancel(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__CancelJoinRequest request = TIFO__V1__CANCEL_JOIN_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_write(link, arguments, JOINS, "CancelJoin", &request.base),
                            arguments, print_join, NULL);
}

const struct command join_open_command = {
    "join open", "EVENT", "lets people take part without a seat", 1, open_flags, .task = open,
};
const struct command join_event_command = {
    "join event", "EVENT", "you take part, or wait for a place", 1, flags, .task = join,
};
const struct command join_cancel_command = {
    "join cancel", "EVENT", "you do not after all", 1, flags, .task = cancel,
};
const struct command join_list_command = {
    "join list", "EVENT", "who takes part, or did", 1, list_flags, .task = list,
};
const struct command kick_command = {
    "kick", "EVENT PERSON", "somebody has to go", 2, reason_flags, .task = kick,
};
const struct command ban_command = {
    "ban", "EVENT PERSON", "neither joins nor holds seats", 2, reason_flags, .task = ban,
};
const struct command unban_command = {
    "unban", "EVENT PERSON", "may again", 2, flags, .task = unban,
};
