/*
 * Orders that change: given back, exchanged, approved.
 */
#include <stdio.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "clients/cli/time_text.h"

#define LINES_FLAG                                                                                 \
    {                                                                                              \
        "--lines", "LIST", "which of its lines, from 0, such as 0,2 (all)"                         \
    }
#define ORGANISER_FLAG                                                                             \
    {                                                                                              \
        "--organiser", NULL, "as the organiser: anybody's order"                                   \
    }

static const struct flag quote_flags[] = {
    LINES_FLAG,
    ORGANISER_FLAG,
    JSON_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag cancel_flags[] = {
    LINES_FLAG, ORGANISER_FLAG, { "--reason", "TEXT", "why, at most 200 bytes" },
    JSON_FLAG,  KEY_FLAG,       { NULL, NULL, NULL },
};
static const struct flag reject_flags[] = {
    { "--reason", "TEXT", "why, at most 200 bytes" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag exchange_flags[] = {
    LINES_FLAG,
    ORGANISER_FLAG,
    { "--token", "TEXT", "for what it costs more: what the provider knows the payer by (tok_ok)" },
    HOLD_FLAGS,
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

struct some_lines {
    uint32_t list[LIST_MAX];
    size_t count;
};

static bool read_lines(const struct arguments *arguments, struct some_lines *lines)
{
    const char *text = arguments_text(arguments, "--lines");
    lines->count = 0;
    return !text || list_read("--lines", text, lines->list, &lines->count);
}

static Tifo__V1__GetOrderResponse *order_get(struct server_link *link, const char *id)
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    request.order_id = (char *)id;
    return (void *)server_link_call(link, &tifo__v1__orders__descriptor, "GetOrder", &request.base);
}

static void print_state(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Order *order = (const void *)row;
    (void)ctx;
    printf("order %s: %s", order->order_id, order_state_text(order));
    if (order->refunding_minor)
        printf(", %s on the way back", money_text(order->refunding_minor, order->currency).text);
    if (order->refunded_minor)
        printf(", %s refunded", money_text(order->refunded_minor, order->currency).text);
    printf("\n");
}

/* ---- Giving back ----------------------------------------------------------------------------- */

static void print_quote(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__QuoteCancellationResponse *quote = (const void *)reply;
    (void)ctx;
    printf("%s\n", quote->sentence);
    if (quote->valid_until_ms)
        printf("until %s\n", time_text(quote->valid_until_ms).text);
}

static enum outcome quote(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__QuoteCancellationRequest request = TIFO__V1__QUOTE_CANCELLATION_REQUEST__INIT;
    struct some_lines lines;
    (void)venue;
    if (!read_lines(arguments, &lines))
        return BAD_USAGE;
    request.order_id = (char *)arguments->positional[0];
    request.by_organiser = arguments_switch(arguments, "--organiser");
    request.lines = lines.list;
    request.n_lines = lines.count;
    return server_link_tell(
        server_link_call(link, &tifo__v1__orders__descriptor, "QuoteCancellation", &request.base),
        arguments, print_quote, NULL);
}

static enum outcome cancel(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__CancelOrderRequest request = TIFO__V1__CANCEL_ORDER_REQUEST__INIT;
    struct some_lines lines;
    (void)venue;
    if (!read_lines(arguments, &lines))
        return BAD_USAGE;
    Tifo__V1__GetOrderResponse *found = order_get(link, arguments->positional[0]);
    if (!found)
        return FAILED;
    request.order_id = found->order->order_id;
    request.version = found->order->version;
    request.by_organiser = arguments_switch(arguments, "--organiser");
    request.reason = arguments_or(arguments, "--reason", "");
    request.lines = lines.list;
    request.n_lines = lines.count;
    const enum outcome outcome =
        server_link_show(server_link_write(link, arguments, &tifo__v1__orders__descriptor,
                                           "CancelOrder", &request.base),
                         arguments, print_state, NULL);
    protobuf_c_message_free_unpacked(&found->base, NULL);
    return outcome;
}

/* ---- Approval -------------------------------------------------------------------------------- */

static enum outcome approve(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__ApproveOrderRequest request = TIFO__V1__APPROVE_ORDER_REQUEST__INIT;
    Tifo__V1__GetOrderResponse *found = order_get(link, arguments->positional[0]);
    (void)venue;
    if (!found)
        return FAILED;
    request.order_id = found->order->order_id;
    request.version = found->order->version;
    const enum outcome outcome =
        server_link_show(server_link_write(link, arguments, &tifo__v1__orders__descriptor,
                                           "ApproveOrder", &request.base),
                         arguments, print_state, NULL);
    protobuf_c_message_free_unpacked(&found->base, NULL);
    return outcome;
}

static enum outcome reject(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__RejectOrderRequest request = TIFO__V1__REJECT_ORDER_REQUEST__INIT;
    Tifo__V1__GetOrderResponse *found = order_get(link, arguments->positional[0]);
    (void)venue;
    if (!found)
        return FAILED;
    request.order_id = found->order->order_id;
    request.version = found->order->version;
    request.reason = arguments_or(arguments, "--reason", "");
    const enum outcome outcome =
        server_link_show(server_link_write(link, arguments, &tifo__v1__orders__descriptor,
                                           "RejectOrder", &request.base),
                         arguments, print_state, NULL);
    protobuf_c_message_free_unpacked(&found->base, NULL);
    return outcome;
}

/* ---- Exchange -------------------------------------------------------------------------------- */

static void print_exchanged(const ProtobufCMessage *reply, const void *venue)
{
    const Tifo__V1__Order *order = ((const Tifo__V1__ExchangeLinesResponse *)reply)->order;
    print_state(&order->base, NULL);
    for (size_t i = 0; i < order->n_lines; i++)
        printf("%zu  %s  %s\n", i, seat_text(venue, order->lines[i]->seat).text,
               money_text(order->lines[i]->total_minor, order->currency).text);
}

/* All that it still has, when --lines says nothing. */
static void default_lines(const Tifo__V1__Order *order, struct some_lines *lines)
{
    for (size_t i = 0; i < order->n_lines && i < LIST_MAX; i++) {
        if (!order->lines[i]->cancelled)
            lines->list[lines->count++] = order->lines[i]->position;
    }
}

static enum outcome swap(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments, const Tifo__V1__Order *order,
                         struct some_lines *lines)
{
    Tifo__V1__ExchangeLinesRequest request = TIFO__V1__EXCHANGE_LINES_REQUEST__INIT;
    Tifo__V1__HoldSeatsResponse *held =
        seats_hold_of(link, venue, order->event_id, arguments->positional[1], arguments);
    if (!held)
        return FAILED;
    if (lines->count == 0)
        default_lines(order, lines);
    request.order_id = order->order_id;
    request.version = order->version;
    request.hold_id = held->hold->hold_id;
    request.hold_version = held->hold->version;
    request.payment_token = arguments_or(arguments, "--token", "tok_ok");
    request.by_organiser = arguments_switch(arguments, "--organiser");
    request.lines = lines->list;
    request.n_lines = lines->count;
    const enum outcome outcome =
        server_link_tell(server_link_write(link, arguments, &tifo__v1__orders__descriptor,
                                           "ExchangeLines", &request.base),
                         arguments, print_exchanged, venue);
    if (outcome != DONE)
        fprintf(stderr, "tifo: if the seats are still held, let them go with: tifo release %s\n",
                held->hold->hold_id);
    protobuf_c_message_free_unpacked(&held->base, NULL);
    return outcome;
}

static enum outcome exchange(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    struct some_lines lines;
    if (!read_lines(arguments, &lines))
        return BAD_USAGE;
    Tifo__V1__GetOrderResponse *found = order_get(link, arguments->positional[0]);
    if (!found)
        return FAILED;
    const enum outcome outcome = swap(link, venue, arguments, found->order, &lines);
    protobuf_c_message_free_unpacked(&found->base, NULL);
    return outcome;
}

/* ---- The commands ---------------------------------------------------------------------------- */

const struct command order_quote_command = {
    "order quote", "ORDER",       "what would come back if it were given back now", 1,
    quote_flags,   .task = quote,
};
const struct command order_cancel_command = {
    "order cancel", "ORDER",        "gives tickets back, by the terms of the event", 1,
    cancel_flags,   .task = cancel,
};
const struct command order_approve_command = {
    "order approve", "ORDER",         "takes the money of an order that waits for you", 1,
    json_key_flags,  .task = approve,
};
const struct command order_reject_command = {
    "order reject", "ORDER", "lets its seats and money go", 1, reject_flags, .task = reject,
};
const struct command order_exchange_command = {
    "order exchange", "ORDER SEATS",    "other seats for its lines, one for one", 2,
    exchange_flags,   .task = exchange,
};
