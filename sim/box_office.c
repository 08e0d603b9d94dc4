#include "sim/box_office.h"

#include "clients/c/tifo.h"
#include "sim/chance.h"
#include "sim/memory.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTY_MOST = 4, CODE_CHARS = 167, ID_CHARS = 32, KEY_CHARS = 48 };

struct box_office {
    struct box_office_def def;
    char event[ID_CHARS + 1];
    char (*codes)[CODE_CHARS + 1]; /* By person who bought. */
    uint32_t sold;
};

/* People with neighbouring seats of one row who buy together. */
struct party {
    uint32_t people[PARTY_MOST];
    uint32_t seats[PARTY_MOST];
    size_t count;
    char caller[KEY_CHARS];
};

/* ---- The event -------------------------------------------------------------------------------
 */

static bool ask(struct box_office *o, const ProtobufCServiceDescriptor *service, const char *method,
                const char *caller, const char *key, const ProtobufCMessage *message, void *reply)
{
    return link_call(o->def.link,
                     &(struct link_request){ .service = service,
                                             .method = method,
                                             .caller = caller,
                                             .key = key,
                                             .message = message },
                     reply);
}

static bool create_event(struct box_office *o)
{
    const struct scenario *s = o->def.scenario;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT;
    Tifo__V1__PriceCategory *categories[] = { &category };
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__CreateEventResponse *reply = NULL;
    category.name = "Seat";
    category.price_minor = (int64_t)s->tickets.price_minor;
    event.title = (char *)s->title;
    event.currency = "EUR";
    event.doors_ms = s->start_ms;
    event.starts_ms = s->start_ms + (int64_t)(scenario_phase(s, s->clock_zero_s)->to_s * 1000);
    event.ends_ms = event.starts_ms + (int64_t)(s->duration_s * 1000);
    event.categories = categories;
    event.n_categories = 1;
    request.venue_id = o->def.venue->venue_id;
    request.event = &event;
    if (!ask(o, &tifo__v1__events__descriptor, "CreateEvent", "organiser", "create", &request.base,
             &reply))
        return false;
    snprintf(o->event, sizeof o->event, "%s", reply->event->event_id);
    tifo__v1__create_event_response__free_unpacked(reply, NULL);
    return true;
}

static bool publish_event(struct box_office *o)
{
    Tifo__V1__PublishEventRequest request = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventResponse *reply = NULL;
    request.event_id = o->event;
    if (!ask(o, &tifo__v1__events__descriptor, "PublishEvent", "organiser", "publish",
             &request.base, &reply))
        return false;
    tifo__v1__publish_event_response__free_unpacked(reply, NULL);
    return true;
}

/* ---- Buying ----------------------------------------------------------------------------------
 */

static bool hold(struct box_office *o, struct party *party, char hold_id[ID_CHARS + 1],
                 uint64_t *version)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__HoldSeatsResponse *reply = NULL;
    request.event_id = o->event;
    request.seats = party->seats;
    request.n_seats = party->count;
    if (!ask(o, &tifo__v1__seats__descriptor, "HoldSeats", party->caller, "hold", &request.base,
             &reply))
        return false;
    snprintf(hold_id, ID_CHARS + 1, "%s", reply->hold->hold_id);
    *version = reply->hold->version;
    tifo__v1__hold_seats_response__free_unpacked(reply, NULL);
    return true;
}

/* Whether the order is paid; the built-in provider answers within the turn or the next ones. */
static bool is_paid(struct box_office *o, const struct party *party, const char *order_id,
                    bool *paid)
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    Tifo__V1__GetOrderResponse *reply = NULL;
    request.order_id = (char *)order_id;
    if (!ask(o, &tifo__v1__orders__descriptor, "GetOrder", party->caller, NULL, &request.base,
             &reply))
        return false;
    *paid = reply->order->state != TIFO__V1__ORDER_STATE__ORDER_STATE_PENDING;
    tifo__v1__get_order_response__free_unpacked(reply, NULL);
    return true;
}

static bool confirm(struct box_office *o, const struct party *party, char *hold_id,
                    uint64_t version, char order_id[ID_CHARS + 1])
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    Tifo__V1__ConfirmHoldResponse *reply = NULL;
    request.hold_id = hold_id;
    request.version = version;
    request.payment_token = o->def.scenario->tickets.price_minor > 0 ? "tok_ok" : "";
    if (!ask(o, &tifo__v1__orders__descriptor, "ConfirmHold", party->caller, "confirm",
             &request.base, &reply))
        return false;
    snprintf(order_id, ID_CHARS + 1, "%s", reply->order->order_id);
    bool paid = reply->order->state == TIFO__V1__ORDER_STATE__ORDER_STATE_PAID;
    tifo__v1__confirm_hold_response__free_unpacked(reply, NULL);
    while (!paid && !*o->def.stop)
        if (!is_paid(o, party, order_id, &paid))
            return false;
    return paid;
}

static bool take_codes(struct box_office *o, const struct party *party, char *order_id)
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    Tifo__V1__GetTicketsResponse *reply = NULL;
    request.order_id = order_id;
    if (!ask(o, &tifo__v1__tickets__descriptor, "GetTickets", party->caller, NULL, &request.base,
             &reply))
        return false;
    for (size_t i = 0; i < reply->n_tickets; i++)
        for (size_t k = 0; k < party->count; k++)
            if (party->seats[k] == reply->tickets[i]->seat) {
                snprintf(o->codes[party->people[k]], CODE_CHARS + 1, "%s", reply->tickets[i]->code);
                o->sold++;
            }
    tifo__v1__get_tickets_response__free_unpacked(reply, NULL);
    return true;
}

static bool buy(struct box_office *o, struct party *party)
{
    char hold_id[ID_CHARS + 1], order_id[ID_CHARS + 1];
    uint64_t version;
    snprintf(party->caller, sizeof party->caller, "fan-%" PRIu32, party->people[0]);
    return hold(o, party, hold_id, &version) && confirm(o, party, hold_id, version, order_id) &&
           take_codes(o, party, order_id);
}

/* The people of one row, in the order of their seats, party by party. `*person` is the row's first,
 * and then the next row's. */
static bool sell_row(struct box_office *o, uint32_t first_seat, uint32_t seats, uint32_t *person)
{
    struct party party = { .count = 0 };
    size_t size = 0;
    for (; *person < o->def.tickets->people; ++*person) {
        uint32_t seat = behaviour_seat(o->def.behaviour, *person);
        if (seat >= first_seat + seats)
            break;
        if (!tickets_bought(o->def.tickets, *person))
            continue;
        if (party.count == 0)
            size = 1 + (size_t)(chance(o->def.seed, CHANCE_PARTY, *person) * PARTY_MOST);
        party.people[party.count] = *person;
        party.seats[party.count++] = seat;
        if (party.count < size)
            continue;
        if (!buy(o, &party))
            return false;
        party.count = 0;
    }
    return party.count == 0 || buy(o, &party);
}

static bool sell(struct box_office *o)
{
    uint32_t seat = 0, person = 0;
    for (size_t b = 0; b < o->def.venue->n_blocks; b++)
        for (size_t r = 0; r < o->def.venue->blocks[b]->n_rows; r++) {
            uint32_t seats = o->def.venue->blocks[b]->rows[r]->seats;
            if (*o->def.stop || !sell_row(o, seat, seats, &person))
                return false;
            seat += seats;
        }
    return true;
}

struct box_office *box_office_open(const struct box_office_def *def)
{
    struct box_office *o = memory_array(1, sizeof *o);
    o->def = *def;
    o->codes = memory_array(def->tickets->people, sizeof *o->codes);
    if (create_event(o) && publish_event(o) && sell(o))
        return o;
    box_office_close(o);
    return NULL;
}

void box_office_close(struct box_office *o)
{
    if (o == NULL)
        return;
    free(o->codes);
    free(o);
}

uint32_t box_office_sold(const struct box_office *o)
{
    return o->sold;
}

/* ---- At the gate -----------------------------------------------------------------------------
 */

/* Looks like a code; nobody has signed it. */
static void forge(const struct box_office *o, uint32_t person, char code[CODE_CHARS + 1])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint64_t state = o->def.seed;
    for (size_t i = 0; i < CODE_CHARS; i++)
        code[i] = letters[(size_t)(chance(state + i, CHANCE_TICKET, person) * 64)];
    code[CODE_CHARS] = '\0';
}

static enum scan scan_of(Tifo__V1__ScanResult result)
{
    switch (result) {
    case TIFO__V1__SCAN_RESULT__SCAN_RESULT_OK:
        return SCAN_ADMITTED;
    case TIFO__V1__SCAN_RESULT__SCAN_RESULT_INVALID:
        return SCAN_INVALID;
    case TIFO__V1__SCAN_RESULT__SCAN_RESULT_ALREADY_REDEEMED:
        return SCAN_REDEEMED;
    default:
        return SCAN_REFUSED;
    }
}

bool box_office_scan(struct box_office *o, uint32_t person, uint32_t gate, enum scan *scan)
{
    char forged[CODE_CHARS + 1];
    uint32_t owner = o->def.tickets->holds[person];
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    Tifo__V1__ScanTicketResponse *reply = NULL;
    if (owner == TICKET_FORGED)
        forge(o, person, forged);
    request.code = owner == TICKET_FORGED ? forged : o->codes[owner];
    request.gate = gate;
    request.event_id = o->event;
    request.nonce = (uint64_t)person + 1; /* Everybody is scanned once. */
    if (!ask(o, &tifo__v1__tickets__descriptor, "ScanTicket", o->def.venue->gates[gate]->gate_id,
             NULL, &request.base, &reply))
        return false;
    *scan = scan_of(reply->result);
    tifo__v1__scan_ticket_response__free_unpacked(reply, NULL);
    return true;
}
