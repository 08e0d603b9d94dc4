/* Organisers who keep seats for a channel, and who look at orders before they are paid; people who
 * offer their tickets to others. */
#include "tests/storm/booking/world.h"

#include "tests/support/ground.h"
#include "tests/support/shop.h"
#include "tifo/v1/allocations.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/resale.pb-c.h"

#include <stdio.h>
#include <string.h>

#define ALLOCATION(method) "/tifo.v1.Allocations/" method
#define RESALE(method)     "/tifo.v1.Resale/" method

static uint32_t event_at(const struct world *w, const char *event)
{
    uint32_t i = 0;
    while (i + 1 < KNOWN_MAX && strcmp(w->events[i], event) != 0)
        i++;
    return i;
}

/* ---- Seats that are kept --------------------------------------------------------------------- */

/* One range or two, mostly for a time; half of the time of seats that all want. */
static void set_allocation(struct world *w, char *event, uint32_t client, uint32_t number)
{
    Tifo__V1__SetAllocationRequest request = TIFO__V1__SET_ALLOCATION_REQUEST__INIT;
    Tifo__V1__Allocation allocation = TIFO__V1__ALLOCATION__INIT;
    Tifo__V1__SeatRange ranges[2] = { TIFO__V1__SEAT_RANGE__INIT, TIFO__V1__SEAT_RANGE__INIT };
    Tifo__V1__SeatRange *list[] = { &ranges[0], &ranges[1] };
    ranges[0].first = world_roll(w, world_roll(w, 2) ? 16 : GROUND_BLOCK_SEATS);
    ranges[0].count = 1 + world_roll(w, 40);
    ranges[1].first = ranges[0].first + ranges[0].count + world_roll(w, GROUND_BLOCK_SEATS);
    ranges[1].count = 1 + world_roll(w, 10);
    allocation.number = number;
    allocation.name = "Away";
    allocation.code = world_roll(w, 2) ? "AWAY" : "away";
    allocation.seats = list;
    allocation.n_seats = 1 + world_roll(w, 2);
    if (world_roll(w, 3))
        allocation.release_ms = w->now_ms + 1 + world_roll(w, 90000);
    request.event_id = event;
    request.allocation = &allocation;
    client_ask(w, ALLOCATION("SetAllocation"), client, true, &request.base);
}

static void know_allocation(struct world *w, const struct operation *operation,
                            const Tifo__V1__Allocation *told)
{
    struct known_terms *terms = &w->terms[client_event(w, operation)];
    terms->kept.first = told->seats[0]->first;
    terms->kept.count = told->seats[0]->count;
    terms->kept.released = told->released;
}

char *deals_code(struct world *w, const struct known_terms *terms, uint32_t count, uint32_t *seats)
{
    if (terms->kept.count < count || world_roll(w, terms->kept.released ? 20 : 4))
        return "";
    const uint32_t first = terms->kept.first + world_roll(w, terms->kept.count - count + 1);
    for (uint32_t i = 0; i < count; i++)
        seats[i] = first + i;
    return world_roll(w, 2) ? "AWAY" : "Away";
}

/* Others, or until another time; or somebody looks what is kept. */
static void change_allocation(struct world *w)
{
    char(*event)[TEXT_ID] = client_selling(w);
    for (int i = 0; i < 6 && !w->terms[event - w->events].kept.count; i++)
        event = client_selling(w);
    Tifo__V1__ListAllocationsRequest look = TIFO__V1__LIST_ALLOCATIONS_REQUEST__INIT;
    look.event_id = *event;
    if (!w->terms[event - w->events].kept.count || world_roll(w, 2))
        client_ask(w, ALLOCATION("ListAllocations"), client_organiser(w, event), false, &look.base);
    else
        set_allocation(w, *event, client_organiser(w, event), 1);
}

/* ---- Orders that are looked at first --------------------------------------------------------- */

static void approve(struct world *w)
{
    const struct known_order *order = KNOWN(w, order);
    for (int i = 0; i < 20 && !order->asks; i++)
        order = KNOWN(w, order);
    Tifo__V1__ApproveOrderRequest approve = TIFO__V1__APPROVE_ORDER_REQUEST__INIT;
    Tifo__V1__RejectOrderRequest reject = TIFO__V1__REJECT_ORDER_REQUEST__INIT;
    const uint32_t event = event_at(w, order->event);
    if (!order->asks && world_roll(w, 6))
        return;
    approve.order_id = reject.order_id = (char *)order->id;
    approve.version = reject.version = order->version - (world_roll(w, 25) == 0);
    reject.reason = "Storm";
    const uint32_t client = client_organiser(w, &w->events[event]);
    if (world_roll(w, 5))
        client_ask(w, SHOP_ORDERS("ApproveOrder"), client, true, &approve.base);
    else
        client_ask(w, SHOP_ORDERS("RejectOrder"), client, true, &reject.base);
}

/* ---- Tickets that are resold ----------------------------------------------------------------- */

static void set_resale(struct world *w, char *event, uint32_t client)
{
    Tifo__V1__SetResaleRequest request = TIFO__V1__SET_RESALE_REQUEST__INIT;
    Tifo__V1__ResaleTerms terms = TIFO__V1__RESALE_TERMS__INIT;
    terms.cap_percent = world_roll(w, 8) ? 50 + world_roll(w, 51) : 0;
    terms.fee_bp = 500 * world_roll(w, 4);
    request.event_id = event;
    request.terms = &terms;
    client_ask(w, RESALE("SetResale"), client, true, &request.base);
}

/* Mostly a ticket of an event that lets its be resold, for less than it cost. */
static void offer_ticket(struct world *w)
{
    const struct known_code *code = KNOWN(w, code);
    for (int i = 0; i < 12 && !w->terms[event_at(w, code->event)].resale; i++)
        code = KNOWN(w, code);
    Tifo__V1__OfferTicketRequest request = TIFO__V1__OFFER_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)code->ticket;
    request.price_minor = 1 + world_roll(w, world_roll(w, 8) ? 450 : 3000);
    client_ask(w, RESALE("OfferTicket"), client_who(w, code->client), true, &request.base);
}

static struct known_offer *some_offer(struct world *w)
{
    struct known_offer *offer = KNOWN(w, offer);
    for (int i = 0; i < 12 && offer->over; i++)
        offer = KNOWN(w, offer);
    return offer;
}

static void hold_offered(struct world *w)
{
    struct known_offer *offer = some_offer(w);
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t client = (offer->client + 1 + world_roll(w, CLIENTS - 1)) % CLIENTS;
    if (offer->over && world_roll(w, 8))
        return;
    request.event_id = offer->event;
    request.resale_ticket_id = offer->ticket;
    if (w->terms[event_at(w, offer->event)].line)
        request.admission_token = waits_token(w, offer->event, &client);
    client_ask(w, SHOP_SEAT("HoldSeats"), client, true, &request.base);
    offer->over = world_roll(w, 4);
}

/* Taken back, or looked at. */
static void change_offer(struct world *w)
{
    struct known_offer *offer = some_offer(w);
    Tifo__V1__WithdrawOfferRequest request = TIFO__V1__WITHDRAW_OFFER_REQUEST__INIT;
    Tifo__V1__ListOffersRequest list = TIFO__V1__LIST_OFFERS_REQUEST__INIT;
    Tifo__V1__GetResaleRequest terms = TIFO__V1__GET_RESALE_REQUEST__INIT;
    request.ticket_id = offer->ticket;
    list.event_id = terms.event_id = offer->event;
    list.page_size = 200;
    switch (world_roll(w, 6)) {
    case 0:
        set_resale(w, offer->event, w->terms[event_at(w, offer->event)].organiser);
        break;
    case 1:
        client_ask(w, RESALE("GetResale"), offer->client, false, &terms.base);
        break;
    case 2:
        client_ask(w, RESALE("WithdrawOffer"), client_who(w, offer->client), true, &request.base);
        break;
    default:
        client_ask(w, RESALE("ListOffers"), offer->client, false, &list.base);
    }
}

static void know_offer(struct world *w, const Tifo__V1__Offer *told, uint32_t client)
{
    struct known_offer *offer = &w->offers[w->offer_count++ % KNOWN_MAX];
    snprintf(offer->ticket, sizeof offer->ticket, "%s", told->ticket_id);
    snprintf(offer->event, sizeof offer->event, "%s", told->event_id);
    offer->client = client;
    offer->over = false;
}

/* ---- All of them ----------------------------------------------------------------------------- */

void deals_begin(struct world *w, uint32_t event)
{
    if (world_roll(w, 3) == 0)
        set_allocation(w, w->events[event], w->terms[event].organiser, 0);
    if (world_roll(w, 2))
        set_resale(w, w->events[event], w->terms[event].organiser);
}

void deals_ask(struct world *w)
{
    const uint32_t roll = world_roll(w, 16);
    if (w->order_count == 0 || roll == 0)
        change_allocation(w);
    else if (roll < 7 || w->code_count == 0)
        approve(w);
    else if (roll < 11 || w->offer_count == 0)
        offer_ticket(w);
    else if (roll < 15)
        hold_offered(w);
    else
        change_offer(w);
}

void deals_know(struct world *w, const struct operation *operation, const void *reply)
{
    if (strcmp(operation->method, ALLOCATION("SetAllocation")) == 0)
        know_allocation(w, operation, ((const Tifo__V1__SetAllocationResponse *)reply)->allocation);
    else if (strcmp(operation->method, RESALE("SetResale")) == 0)
        w->terms[client_event(w, operation)].resale =
            ((const Tifo__V1__SetResaleResponse *)reply)->terms->cap_percent > 0;
    else if (strcmp(operation->method, RESALE("OfferTicket")) == 0)
        know_offer(w, ((const Tifo__V1__OfferTicketResponse *)reply)->offer, client_of(operation));
}
