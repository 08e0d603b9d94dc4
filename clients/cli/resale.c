/*
 * Tickets that their buyers offer to others. Whoever wants one: tifo buy EVENT resale:TICKET.
 */
#include <stdio.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "tifo/v1/resale.pb-c.h"

enum { MILLI = 1000, PERCENT_MAX_MILLI = 100 * MILLI };

static const struct flag set_flags[] = {
    { "--cap", "PERCENT", "of what was paid, at most; 0: no resale; needed" },
    { "--fee", "PERCENT", "of the price, which the seller does not get (0)" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static void print_terms(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__ResaleTerms *terms = (const void *)row;
    (void)ctx;
    if (terms->cap_percent == 0)
        printf("tickets cannot be resold\n");
    else
        printf("tickets are resold for at most %u %% of what was paid; %g %% of the price are the "
               "organiser's\n",
               terms->cap_percent, terms->fee_bp / 100.0);
}

static void print_offer(const ProtobufCMessage *row, const void *venue)
{
    const Tifo__V1__Offer *offer = (const void *)row;
    printf("%s  %-24s %10s%s%s\n", offer->ticket_id, seat_text(venue, offer->seat).text,
           money_text(offer->price_minor, offer->currency).text, offer->held ? "  held" : "",
           offer->waiters_until_ms ? "  for who waits, first" : "");
}

static void print_withdrawn(const ProtobufCMessage *reply, const void *ctx)
{
    (void)reply, (void)ctx;
    printf("withdrawn: the ticket is good again\n");
}

static void print_list(const ProtobufCMessage *reply, const void *ctx)
{
    const Tifo__V1__ListOffersResponse *list = (const void *)reply;
    if (list->n_offers == 0)
        printf("nothing is offered\n");
    for (size_t i = 0; i < list->n_offers; i++)
        print_offer(&list->offers[i]->base, ctx);
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetResaleRequest request = TIFO__V1__SET_RESALE_REQUEST__INIT;
    Tifo__V1__ResaleTerms terms = TIFO__V1__RESALE_TERMS__INIT;
    char event[EVENT_ID_SIZE];
    uint32_t fee_milli = 0;
    if (!arguments_text(arguments, "--cap")) {
        fprintf(stderr, "tifo: --cap is missing: how much of what was paid may be asked?\n");
        return BAD_USAGE;
    }
    if (!arguments_number(arguments, "--cap", 0, 100, &terms.cap_percent) ||
        !percent_read(arguments, "--fee", PERCENT_MAX_MILLI, &fee_milli))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    terms.fee_bp = fee_milli / 10;
    request.event_id = event;
    request.terms = &terms;
    return server_link_show(server_link_write(link, arguments, &tifo__v1__resale__descriptor,
                                              "SetResale", &request.base),
                            arguments, print_terms, NULL);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetResaleRequest request = TIFO__V1__GET_RESALE_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(
        server_link_call(link, &tifo__v1__resale__descriptor, "GetResale", &request.base),
        arguments, print_terms, NULL);
}

/* The event of a ticket of theirs; NULL after a sentence. */
static Tifo__V1__GetEventResponse *event_of(struct server_link *link, const Tifo__V1__Venue *venue,
                                            const char *ticket)
{
    Tifo__V1__GetTicketRequest request = TIFO__V1__GET_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)ticket;
    Tifo__V1__GetTicketResponse *reply =
        (void *)server_link_call(link, &tifo__v1__tickets__descriptor, "GetTicket", &request.base);
    Tifo__V1__GetEventResponse *event =
        reply ? event_get(link, venue, reply->ticket->event_id) : NULL;
    if (reply)
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    return event;
}

static enum outcome offer(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__OfferTicketRequest request = TIFO__V1__OFFER_TICKET_REQUEST__INIT;
    const char *price = arguments->positional[1];
    Tifo__V1__GetEventResponse *event = event_of(link, venue, arguments->positional[0]);
    enum outcome outcome = event ? BAD_USAGE : FAILED;
    request.ticket_id = (char *)arguments->positional[0];
    if (event && money_read(price, event->event->currency, &request.price_minor))
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__resale__descriptor,
                                                     "OfferTicket", &request.base),
                                   arguments, print_offer, venue);
    else if (event)
        fprintf(stderr, "tifo: \"%s\" is no price in %s\n", price, event->event->currency);
    if (event)
        protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome withdraw(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    Tifo__V1__WithdrawOfferRequest request = TIFO__V1__WITHDRAW_OFFER_REQUEST__INIT;
    (void)venue;
    request.ticket_id = (char *)arguments->positional[0];
    return server_link_tell(server_link_write(link, arguments, &tifo__v1__resale__descriptor,
                                              "WithdrawOffer", &request.base),
                            arguments, print_withdrawn, NULL);
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListOffersRequest request = TIFO__V1__LIST_OFFERS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.page_size = 200;
    return server_link_tell(
        server_link_call(link, &tifo__v1__resale__descriptor, "ListOffers", &request.base),
        arguments, print_list, venue);
}

const struct command resale_set_command = {
    "resale set", "EVENT",     "whether tickets are resold, and for how much", 1,
    set_flags,    .task = set,
};
const struct command resale_show_command = {
    "resale show", "EVENT",      "whether tickets are resold, and for how much", 1,
    json_flags,    .task = show,
};
const struct command resale_offer_command = {
    "resale offer", "TICKET PRICE", "offers your ticket to others", 2,
    json_key_flags, .task = offer,
};
const struct command resale_withdraw_command = {
    "resale withdraw", "TICKET", "keeps it after all", 1, json_key_flags, .task = withdraw,
};
const struct command resale_list_command = {
    "resale list", "EVENT",      "what is offered; tifo buy EVENT resale:TICKET", 1,
    json_flags,    .task = list,
};
