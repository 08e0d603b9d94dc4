/* Tickets that their buyers offer to others. */
#include "tests/storm/checker/judge.h"

#include "tifo/v1/resale.pb-c.h"

#include <string.h>

/* ---- On what terms --------------------------------------------------------------------------- */

static void ask_set(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__SetResaleRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_RESALE;
    command->as.set_resale = (struct set_resale){ .event = judge_id(request->event_id),
                                                  .cap_percent = request->terms->cap_percent,
                                                  .fee_bp = request->terms->fee_bp };
    judge_person(deed, command->as.set_resale.by.person);
}

static bool tell_terms(struct checker *c, const struct deed *deed, const char *id,
                       const Tifo__V1__ResaleTerms *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(id));
    return (event && told->cap_percent == event->resale_cap_percent &&
            told->fee_bp == event->resale_fee_bp) ||
           mismatch(c, deed, "resale is said to be capped at %u with a fee of %u",
                    told->cap_percent, told->fee_bp);
}

static bool tell_set(struct checker *c, const struct deed *deed)
{
    return tell_terms(c, deed,
                      ((const Tifo__V1__SetResaleRequest *)(const void *)deed->request)->event_id,
                      ((const Tifo__V1__SetResaleResponse *)deed->reply)->terms);
}

static bool tell_get(struct checker *c, const struct deed *deed)
{
    return tell_terms(c, deed,
                      ((const Tifo__V1__GetResaleRequest *)(const void *)deed->request)->event_id,
                      ((const Tifo__V1__GetResaleResponse *)deed->reply)->terms);
}

/* ---- Offers ---------------------------------------------------------------------------------- */

static void ask_offer(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__OfferTicketRequest *request = (const void *)deed->request;
    command->kind = COMMAND_LIST_TICKET;
    command->as.list_ticket.ticket = judge_id(request->ticket_id);
    command->as.list_ticket.price_minor = (uint32_t)request->price_minor;
    judge_person(deed, command->as.list_ticket.person);
}

static void ask_withdraw(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__WithdrawOfferRequest *request = (const void *)deed->request;
    command->kind = COMMAND_WITHDRAW_LISTING;
    command->as.withdraw_listing.ticket = judge_id(request->ticket_id);
    judge_person(deed, command->as.withdraw_listing.person);
}

static bool tell_withdrawn(struct checker *c, const struct deed *deed)
{
    (void)c, (void)deed;
    return true; /* It says nothing. */
}

static bool is_held(const struct checker *c, const struct deed *deed,
                    const struct model_ticket *ticket, bool told)
{
    int64_t times[2];
    judge_times(deed, times);
    return told == model_listing_held(&c->model, ticket, times[0]) ||
           told == model_listing_held(&c->model, ticket, times[1]);
}

static bool tell_offer(struct checker *c, const struct deed *deed, const Tifo__V1__Offer *told)
{
    const struct model_ticket *ticket = model_ticket_find(&c->model, judge_id(told->ticket_id));
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    if (!ticket || !event || !ticket->listing.open)
        return mismatch(c, deed, "a ticket is said to be offered, and is not");
    if (told->price_minor != ticket->listing.price_minor || told->seat != ticket->seat ||
        told->listed_ms != ticket->listing.listed_ms ||
        told->max_price_minor != resale_model_most(&c->model, ticket))
        return mismatch(c, deed, "seat %u is said to be offered for %lld of at most %lld",
                        told->seat, (long long)told->price_minor, (long long)told->max_price_minor);
    if (!is_held(c, deed, ticket, told->held))
        return mismatch(c, deed, "an offer is said to be held by somebody, or not");
    return event->state == EVENT_CANCELLED || /* Who waits is told later. */
           told->waiters_until_ms == resale_model_waiters_ms(event, ticket) ||
           mismatch(c, deed, "an offer is said to be for who waits until %lld",
                    (long long)told->waiters_until_ms);
}

static bool tell_offered(struct checker *c, const struct deed *deed)
{
    return tell_offer(c, deed, ((const Tifo__V1__OfferTicketResponse *)deed->reply)->offer);
}

static uint32_t count_offers(const struct checker *c, uint32_t event)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->model.ticket_count; i++) {
        const struct model_ticket *ticket = &c->model.tickets[i];
        count += ticket->listing.open &&
                 c->model.holds[c->model.orders[ticket->order].hold].event == event;
    }
    return count;
}

/* All of them, the longest offered first. */
static bool tell_list(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ListOffersRequest *request = (const void *)deed->request;
    const Tifo__V1__ListOffersResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    if (!event)
        return mismatch(c, deed, "there is no such event");
    const uint32_t count = count_offers(c, (uint32_t)(event - c->model.events));
    if (told->next_page_token[0] ? told->n_offers >= count : told->n_offers != count)
        return mismatch(c, deed, "%zu tickets are said to be offered, and %u are", told->n_offers,
                        count);
    for (size_t i = 0; i < told->n_offers; i++) {
        if (i > 0 && told->offers[i]->listed_ms < told->offers[i - 1]->listed_ms)
            return mismatch(c, deed, "offers are told in another order");
        if (!tell_offer(c, deed, told->offers[i]))
            return false;
    }
    return true;
}

const struct method resale_methods[] = {
    { "/tifo.v1.Resale/SetResale", MESSAGES(set_resale), ask_set, FACT_RESALE_SET, 0, tell_set },
    { "/tifo.v1.Resale/GetResale", MESSAGES(get_resale), NULL, 0, 0, tell_get },
    { "/tifo.v1.Resale/OfferTicket", MESSAGES(offer_ticket), ask_offer, FACT_TICKET_LISTED, 0,
      tell_offered },
    { "/tifo.v1.Resale/WithdrawOffer", MESSAGES(withdraw_offer), ask_withdraw,
      FACT_LISTING_WITHDRAWN, 0, tell_withdrawn },
    { "/tifo.v1.Resale/ListOffers", MESSAGES(list_offers), NULL, 0, 0, tell_list },
    { 0 },
};
