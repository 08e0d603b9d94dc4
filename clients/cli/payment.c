/*
 * What the payment provider has not settled yet.
 */
#include <stdio.h>
#include <stdlib.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/payments.pb-c.h"

static const struct flag list_flags[] = {
    { "--stuck", NULL, "only those that the provider was asked for in vain" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};

static void print_payment(const ProtobufCMessage *message, const void *ctx)
{
    static const char *const kinds[] = { "?",       "charge", "refund", "authorise",
                                         "capture", "void",   "return", "top-up" };
    const Tifo__V1__Payment *row = (const void *)message;
    (void)ctx;
    printf("%6u  %s  order %s  %-9s %s", row->number, time_text(row->wanted_ms).text, row->order_id,
           kinds[(unsigned)row->kind < sizeof kinds / sizeof kinds[0] ? row->kind : 0],
           money_text(row->amount_minor, row->currency).text);
    if (row->attempts)
        printf(", asked %u times in vain", row->attempts);
    if (row->ask_ms)
        printf(", again at %s\n", time_text(row->ask_ms).text);
    else
        printf(", being asked\n");
}

static void print_asked(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__AskPaymentResponse *reply = (const void *)message;
    if (reply->payment)
        print_payment(&reply->payment->base, ctx);
    else
        printf("the provider has answered\n");
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListPaymentsRequest request = TIFO__V1__LIST_PAYMENTS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.stuck = arguments_switch(arguments, "--stuck");
    return server_link_list(link, arguments, &tifo__v1__payments__descriptor, "ListPayments",
                            &request.base, print_payment, NULL);
}

static enum outcome ask(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__AskPaymentRequest request = TIFO__V1__ASK_PAYMENT_REQUEST__INIT;
    const char *number = arguments->positional[0];
    char *end;
    const unsigned long value = strtoul(number, &end, 10);
    (void)venue;
    if (end == number || *end || value < 1 || value > UINT32_MAX) {
        fprintf(stderr, "tifo: \"%s\" is no number of a payment; see tifo payment list\n", number);
        return BAD_USAGE;
    }
    request.number = (uint32_t)value;
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__payments__descriptor,
                                              "AskPayment", &request.base),
                            arguments, print_asked, NULL);
}

const struct command payment_list_command = {
    "payment list", "EVENT", "what the provider has not settled yet", 1, list_flags, .task = list,
};
const struct command payment_ask_command = {
    "payment ask",  "NUMBER",    "ask the provider now, not when it is due", 1,
    json_key_flags, .task = ask,
};
