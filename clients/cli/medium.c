/* Wristbands and the like: what tickets are exchanged for at the doors. */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/ticket_print.h"
#include "tifo/v1/doors.pb-c.h"

static const struct flag block_flags[] = {
    { "--reason", "TEXT", "why, at most 80 bytes; stewards see it; needed" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_medium(const Tifo__V1__Venue *venue, const Tifo__V1__Medium *medium)
{
    if (!medium->ticket) {
        printf("%s is free\n", medium->medium);
        return;
    }
    printf("%s%s%s stands for\n", medium->medium, medium->blocked ? ", blocked: " : "",
           medium->reason);
    ticket_print(venue, medium->ticket);
}

/* Every answer has its medium first. */
static enum outcome tell(const Tifo__V1__Venue *venue, const struct arguments *arguments,
                         ProtobufCMessage *message, const Tifo__V1__Medium *medium)
{
    if (arguments_switch(arguments, "--json"))
        message_json_print(message);
    else
        print_medium(venue, medium);
    protobuf_c_message_free_unpacked(message, NULL);
    return DONE;
}

static enum outcome issue(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__IssueMediumRequest request = TIFO__V1__ISSUE_MEDIUM_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    request.medium = (char *)arguments->positional[1];
    Tifo__V1__IssueMediumResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__doors__descriptor, "IssueMedium", &request.base);
    return reply ? tell(venue, arguments, &reply->base, reply->medium) : FAILED;
}

static enum outcome set_block(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments, const char *reason)
{
    Tifo__V1__BlockMediumRequest request = TIFO__V1__BLOCK_MEDIUM_REQUEST__INIT;
    request.medium = (char *)arguments->positional[0];
    request.blocked = reason != NULL;
    if (reason)
        request.reason = (char *)reason;
    Tifo__V1__BlockMediumResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__doors__descriptor, "BlockMedium", &request.base);
    return reply ? tell(venue, arguments, &reply->base, reply->medium) : FAILED;
}

static enum outcome block(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    return set_block(link, venue, arguments, arguments_or(arguments, "--reason", ""));
}

static enum outcome unblock(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    return set_block(link, venue, arguments, NULL);
}

static enum outcome hand_back(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__ReturnMediumRequest request = TIFO__V1__RETURN_MEDIUM_REQUEST__INIT;
    request.medium = (char *)arguments->positional[0];
    Tifo__V1__ReturnMediumResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__doors__descriptor, "ReturnMedium", &request.base);
    return reply ? tell(venue, arguments, &reply->base, reply->medium) : FAILED;
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetMediumRequest request = TIFO__V1__GET_MEDIUM_REQUEST__INIT;
    request.medium = (char *)arguments->positional[0];
    Tifo__V1__GetMediumResponse *reply =
        (void *)server_link_call(link, &tifo__v1__doors__descriptor, "GetMedium", &request.base);
    return reply ? tell(venue, arguments, &reply->base, reply->medium) : FAILED;
}

const struct command medium_issue_command = {
    "medium issue", "TICKET MEDIUM", "a ticket is exchanged for a wristband or the like", 2,
    json_key_flags, .task = issue,
};
const struct command medium_block_command = {
    "medium block", "MEDIUM", "it is lost: it opens nothing", 1, block_flags, .task = block,
};
const struct command medium_unblock_command = {
    "medium unblock", "MEDIUM",        "a blocked one opens again", 1,
    json_key_flags,   .task = unblock,
};
const struct command medium_return_command = {
    "medium return", "MEDIUM",          "it is handed back; the ticket's own code opens again", 1,
    json_key_flags,  .task = hand_back,
};
const struct command medium_show_command = {
    "medium show", "MEDIUM", "which ticket it stands for", 1, json_flags, .task = show,
};
