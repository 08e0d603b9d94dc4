#include <stdio.h>

#include "api/money/money.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"

static const struct flag list_flags[] = {
    { "--event", "EVENT", "only of this event" },
    { "--all", NULL, "everybody's of the event, as its organiser" },
    { "--waiting", NULL, "only those that wait for approval" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    request.order_id = (char *)arguments->positional[0];
    Tifo__V1__GetOrderResponse *reply =
        (void *)server_link_call(link, &tifo__v1__orders__descriptor, "GetOrder", &request.base);
    Tifo__V1__GetTicketsResponse *tickets =
        reply ? order_tickets(link, arguments->positional[0]) : NULL;
    enum outcome outcome = tickets ? DONE : FAILED;
    if (tickets && arguments_switch(arguments, "--json")) {
        message_json_print(&reply->order->base);
        message_json_print(&tickets->base);
    } else if (tickets) {
        order_print(venue, reply->order, tickets);
    }
    if (tickets)
        protobuf_c_message_free_unpacked(&tickets->base, NULL);
    if (reply)
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

static void print_row(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Order *order = (const void *)row;
    (void)ctx;
    printf("%s  %s  %-9s %3zu seats  %s\n", order->order_id, time_text(order->placed_ms).text,
           order_state_text(order), order->n_seats,
           money_text(order->total_minor, order->currency).text);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListOrdersRequest request = TIFO__V1__LIST_ORDERS_REQUEST__INIT;
    Tifo__V1__OrderState waiting = TIFO__V1__ORDER_STATE__ORDER_STATE_APPROVAL_REQUIRED;
    const char *of = arguments_text(arguments, "--event");
    char event[EVENT_ID_SIZE] = "";
    if (of && !event_find(link, venue, of, event))
        return FAILED;
    request.event_id = event;
    request.of_everybody = arguments_switch(arguments, "--all");
    request.states = &waiting;
    request.n_states = arguments_switch(arguments, "--waiting");
    return server_link_list(link, arguments, &tifo__v1__orders__descriptor, "ListOrders",
                            &request.base, print_row, NULL);
}

const struct command order_show_command = {
    "order show", "ORDER", "an order of yours and its tickets", 1, json_flags, .task = show,
};
const struct command order_list_command = {
    "order list", "", "your orders, the newest first", 0, list_flags, .task = list,
};
