/* Tickets as their holders see them. */
#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/ticket_print.h"

static void tell(const Tifo__V1__Venue *venue, const struct arguments *arguments,
                 const Tifo__V1__Ticket *ticket)
{
    if (arguments_switch(arguments, "--json"))
        message_json_print(&ticket->base);
    else
        ticket_print(venue, ticket);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetTicketRequest request = TIFO__V1__GET_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    Tifo__V1__GetTicketResponse *reply =
        (void *)server_link_call(link, &tifo__v1__tickets__descriptor, "GetTicket", &request.base);
    if (!reply)
        return FAILED;
    tell(venue, arguments, reply->ticket);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static void print_row(const ProtobufCMessage *ticket, const void *venue)
{
    ticket_print(venue, (const Tifo__V1__Ticket *)ticket);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListTicketsRequest request = TIFO__V1__LIST_TICKETS_REQUEST__INIT;
    return server_link_list(link, arguments, &tifo__v1__tickets__descriptor, "ListTickets",
                            &request.base, print_row, venue);
}

static enum outcome transfer(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    Tifo__V1__TransferTicketRequest request = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    request.to = (char *)arguments->positional[1];
    Tifo__V1__TransferTicketResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__tickets__descriptor, "TransferTicket", &request.base);
    if (!reply)
        return FAILED;
    tell(venue, arguments, reply->ticket);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome reissue(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__ReissueTicketRequest request = TIFO__V1__REISSUE_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    Tifo__V1__ReissueTicketResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__tickets__descriptor, "ReissueTicket", &request.base);
    if (!reply)
        return FAILED;
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return show(link, venue, arguments); /* With its new code. */
}

const struct command ticket_show_command = {
    "ticket show", "TICKET", "a ticket of yours and its code", 1, json_flags, .task = show,
};
const struct command ticket_list_command = {
    "ticket list", "", "tickets that others gave to you", 0, json_flags, .task = list,
};
const struct command ticket_transfer_command = {
    "ticket transfer", "TICKET TO",      "gives a ticket to somebody else; your code ends", 2,
    json_key_flags,    .task = transfer,
};
const struct command ticket_reissue_command = {
    "ticket reissue", "TICKET",        "a new code; whoever has the old one has nothing", 1,
    json_key_flags,   .task = reissue,
};
