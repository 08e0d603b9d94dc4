/* What stewards and the ticket office do with tickets that are not theirs. */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/ticket_print.h"
#include "tifo/v1/doors.pb-c.h"

static const struct flag block_flags[] = {
    { "--reason", "TEXT", "why, at most 80 bytes; stewards see it; needed" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag find_flags[] = {
    { "--order", "ORDER", "of this order; or" },
    { "--ticket", "TICKET", "this one; or" },
    { "--person", "NAME", "who bought them, or holds them by now; or" },
    { "--seats", "SEATS", "for these seats: BLOCK/ROW/NUMBER or BLOCK/ROW/FIRST-LAST" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};

static enum outcome set_block(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments, const char *reason)
{
    Tifo__V1__BlockTicketRequest request = TIFO__V1__BLOCK_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    request.blocked = reason != NULL;
    if (reason)
        request.reason = (char *)reason;
    Tifo__V1__BlockTicketResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__tickets__descriptor, "BlockTicket", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        ticket_print(venue, reply->ticket);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome block(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    const char *reason = arguments_text(arguments, "--reason");
    return set_block(link, venue, arguments, reason ? reason : "");
}

static enum outcome unblock(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    return set_block(link, venue, arguments, NULL);
}

static enum outcome find(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__FindTicketsRequest request = TIFO__V1__FIND_TICKETS_REQUEST__INIT;
    const char *order = arguments_text(arguments, "--order");
    const char *ticket = arguments_text(arguments, "--ticket");
    const char *person = arguments_text(arguments, "--person");
    const char *seats_text = arguments_text(arguments, "--seats");
    char event[EVENT_ID_SIZE];
    uint32_t seats[HOLD_SEATS_MAX];
    if (!event_find(link, venue, arguments->positional[0], event) ||
        (seats_text && !seats_read(venue, seats_text, seats, &request.n_seat)))
        return FAILED;
    request.event_id = event;
    request.order_id = (char *)(order ? order : "");
    request.ticket_id = (char *)(ticket ? ticket : "");
    request.person = (char *)(person ? person : "");
    request.seat = seats;
    Tifo__V1__FindTicketsResponse *reply =
        (void *)server_link_call(link, &tifo__v1__doors__descriptor, "FindTickets", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    for (size_t i = 0; !arguments_switch(arguments, "--json") && i < reply->n_tickets; i++)
        ticket_print(venue, reply->tickets[i]);
    const enum outcome outcome = reply->n_tickets > 0 ? DONE : FAILED;
    if (outcome == FAILED)
        fprintf(stderr, "tifo: there is no such ticket\n");
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

const struct command ticket_block_command = {
    "ticket block", "TICKET",      "a ticket opens nothing until it is unblocked", 1,
    block_flags,    .task = block,
};
const struct command ticket_unblock_command = {
    "ticket unblock", "TICKET",        "a blocked ticket is good again", 1,
    json_key_flags,   .task = unblock,
};
const struct command ticket_find_command = {
    "ticket find", "EVENT",      "tickets by order, person or seat, for stewards", 1,
    find_flags,    .task = find,
};
