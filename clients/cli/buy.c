#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/question.h"
#include "clients/cli/selling.h"

static const struct flag flags[] = {
    { "--token", "TEXT", "what the payment provider knows the payer's means by (tok_ok)" },
    { "--cash", NULL, "sold by you as the organiser, at the box office" },
    { "--comp", NULL, "given away by you as the organiser" },
    { "--for", "NAME", "whose the order will be, sold by the organiser" },
    { "--tax-id", "ID", "of your business, in another country than the event's taxes are of" },
    { "--answer", "LIST", "to what is asked: QUESTION:ANSWER or QUESTION/LINE:ANSWER, ..." },
    HOLD_FLAGS,
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void tell_release(const Tifo__V1__Hold *hold)
{
    fprintf(stderr, "tifo: if the seats are still held, let them go with: tifo release %s\n",
            hold->hold_id);
}

static Tifo__V1__ConfirmHoldResponse *confirm(struct server_link *link,
                                              const struct arguments *arguments,
                                              const Tifo__V1__Hold *hold)
{
    const char *token = arguments_text(arguments, "--token");
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.payment_token = token ? (char *)token : "tok_ok";
    request.for_person = arguments_or(arguments, "--for", "");
    Tifo__V1__Answer answers[ANSWERS_MAX], *list[ANSWERS_MAX];
    request.answers = list;
    if (!answers_read(arguments_or(arguments, "--answer", ""), answers, list, &request.n_answers))
        return NULL;
    if (arguments_switch(arguments, "--cash"))
        request.tender = TIFO__V1__TENDER__TENDER_CASH;
    else if (arguments_switch(arguments, "--comp"))
        request.tender = TIFO__V1__TENDER__TENDER_COMP;
    Tifo__V1__ConfirmHoldResponse *reply = (void *)server_link_write(
        link, arguments, &tifo__v1__orders__descriptor, "ConfirmHold", &request.base);
    if (!reply)
        tell_release(hold);
    return reply;
}

/* The order, then its tickets: as JSON a line each. */
static enum outcome tell(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments, const Tifo__V1__Order *order)
{
    if (arguments_text(arguments, "--for")) { /* Tickets are their owner's to see. */
        printf("order %s: %s, for %s\n", order->order_id, order_state_text(order), order->person);
        return DONE;
    }
    Tifo__V1__GetTicketsResponse *tickets = order_tickets(link, order->order_id);
    if (!tickets)
        return FAILED;
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&order->base);
        message_json_print(&tickets->base);
    } else {
        order_print(venue, order, tickets);
    }
    protobuf_c_message_free_unpacked(&tickets->base, NULL);
    return DONE;
}

static enum outcome buy(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__HoldSeatsResponse *held = seats_hold(link, venue, arguments);
    if (!held)
        return FAILED;
    const char *tax_id = arguments_text(arguments, "--tax-id");
    Tifo__V1__SetBuyerResponse *priced =
        tax_id ? buyer_set(link, arguments, held->hold, tax_id) : NULL;
    Tifo__V1__ConfirmHoldResponse *bought = NULL;
    if (!tax_id || priced)
        bought = confirm(link, arguments, priced ? priced->hold : held->hold);
    else
        tell_release(held->hold);
    enum outcome outcome = bought ? tell(link, venue, arguments, bought->order) : FAILED;
    if (bought)
        protobuf_c_message_free_unpacked(&bought->base, NULL);
    if (priced)
        protobuf_c_message_free_unpacked(&priced->base, NULL);
    protobuf_c_message_free_unpacked(&held->base, NULL);
    return outcome;
}

const struct command buy_command = {
    "buy", "EVENT SEATS", "holds seats, pays, and prints the tickets", 2, flags, .task = buy,
};
