/* Organisers who keep seats for a channel, and who look at orders before they are paid. */
#include "tests/storm/booking/world.h"

#include "tests/support/ground.h"
#include "tests/support/shop.h"
#include "tifo/v1/allocations.pb-c.h"
#include "tifo/v1/orders.pb-c.h"

#include <string.h>

#define ALLOCATION(method) "/tifo.v1.Allocations/" method

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
    uint32_t event = 0;
    while (event + 1 < KNOWN_MAX && strcmp(w->events[event], order->event) != 0)
        event++;
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

/* ---- All of them ----------------------------------------------------------------------------- */

void deals_begin(struct world *w, uint32_t event)
{
    if (world_roll(w, 3) == 0)
        set_allocation(w, w->events[event], w->terms[event].organiser, 0);
}

void deals_ask(struct world *w)
{
    if (w->order_count == 0 || world_roll(w, 8) == 0)
        change_allocation(w);
    else
        approve(w);
}

void deals_know(struct world *w, const struct operation *operation, const void *reply)
{
    if (strcmp(operation->method, ALLOCATION("SetAllocation")) == 0)
        know_allocation(w, operation, ((const Tifo__V1__SetAllocationResponse *)reply)->allocation);
}
