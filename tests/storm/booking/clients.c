#include "tests/storm/booking/world.h"

#include "tests/storm/checker/judge.h"
#include "tests/support/ground.h"
#include "tests/support/shop.h"

#include <stdio.h>
#include <string.h>

enum { SEATS = GROUND_BLOCKS * GROUND_BLOCK_SEATS, WANTED_SEATS = 24 };

/* ---- Calls ----------------------------------------------------------------------------------- */

static void ask_as(struct world *w, const char *method, const char *caller, const char *key,
                   const ProtobufCMessage *request)
{
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = caller },
                                                   { .key = "idempotency-key", .value = key } };
    if (w->asking_count == ASKING_ROOM)
        return;
    struct asking *asking = &w->asking[w->asking_count++];
    w->calls++;
    asking->operation = history_call(&w->history, method, caller, key, request, w->now_ms);
    asking->call = rpc_memory_start(w->server.rpc, method, metadata, key ? 2 : 1, request);
}

void client_ask(struct world *w, const char *method, uint32_t client, bool writes,
                const ProtobufCMessage *request)
{
    char caller[16], key[24];
    snprintf(caller, sizeof caller, "fan-%u", client);
    /* Keys are counted by client: the same ones mean different things to different people. Now and
     * then somebody takes an old one. */
    const uint32_t number =
        world_roll(w, 60) ? w->keys[client]++ : world_roll(w, 1 + w->keys[client]);
    snprintf(key, sizeof key, "key-%u", number);
    ask_as(w, method, caller, writes ? key : NULL, request);
}

/* The same call once more: while the first is under way, when it is answered, or when nobody knows
 * what became of it. */
static void ask_again(struct world *w)
{
    const struct history *history = &w->history;
    const uint32_t back = world_roll(w, 4) ? 12 : history->count;
    const uint32_t from = history->count > back ? history->count - back : 0;
    if (history->count == 0)
        return;
    const struct operation *operation =
        &history->operations[from + world_roll(w, history->count - from)];
    if (!operation->key)
        return;
    ProtobufCMessage *request =
        protobuf_c_message_unpack(method_find(operation->method)->input, NULL,
                                  operation->request.size, operation->request.data);
    ask_as(w, operation->method, operation->caller, operation->key, request);
    protobuf_c_message_free_unpacked(request, NULL);
}

/* ---- What is asked for ----------------------------------------------------------------------- */

static void create_event(struct world *w)
{
    static uint32_t halves[GROUND_BLOCKS] = { 1, 2, 0, 2 };
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PriceCategory seated, free = TIFO__V1__PRICE_CATEGORY__INIT, *list[2];
    Tifo__V1__Event event;
    shop_describe(&event, &seated, list);
    free.name = "Free";
    list[1] = &free;
    event.starts_ms = w->now_ms + 60000 + world_roll(w, 3600 * 1000);
    event.ends_ms = event.starts_ms + 60000 + world_roll(w, 3600 * 1000);
    event.doors_ms = world_roll(w, 4) ? w->now_ms : event.starts_ms;
    event.hold_ttl_s = 10 + world_roll(w, 60);
    if (world_roll(w, 2)) {
        event.n_categories = 2;
        event.n_block_category = GROUND_BLOCKS;
        event.block_category = halves;
    }
    request.event = &event;
    client_ask(w, SHOP_EVENTS("CreateEvent"), world_roll(w, CLIENTS), true, &request.base);
}

/* Mostly who made the event. */
uint32_t client_organiser(struct world *w, char (*event)[TEXT_ID])
{
    return world_roll(w, 4) ? w->terms[event - w->events].organiser : world_roll(w, CLIENTS);
}

static void publish_event(struct world *w)
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    Tifo__V1__PublishEventRequest request = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    request.event_id = *event;
    client_ask(w, SHOP_EVENTS("PublishEvent"), client_organiser(w, event), true, &request.base);
}

static void cancel_event(struct world *w)
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    Tifo__V1__CancelEventRequest request = TIFO__V1__CANCEL_EVENT_REQUEST__INIT;
    request.event_id = *event;
    request.reason = "Storm";
    client_ask(w, SHOP_EVENTS("CancelEvent"), client_organiser(w, event), true, &request.base);
}

static void add_quota(struct world *w, char *event, uint32_t client, bool small)
{
    Tifo__V1__AddQuotaRequest request = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota quota = TIFO__V1__QUOTA__INIT;
    quota.name = "Standing and children";
    quota.capacity = small ? 1 + world_roll(w, 8) : 10 + world_roll(w, 40);
    request.event_id = event;
    request.quota = &quota;
    client_ask(w, SHOP_EVENTS("AddQuota"), client, true, &request.base);
}

static void add_type(struct world *w, char *event, uint32_t client, bool general)
{
    Tifo__V1__AddTicketTypeRequest request = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    int64_t price = general ? 1500 : 900;
    uint32_t quota = 0;
    type.name = general ? "Standing" : "Child";
    type.general = general;
    type.n_price_minor = type.n_quotas = 1;
    type.price_minor = &price;
    type.quotas = &quota;
    type.max_per_order = general ? 3 : 0;
    type.max_per_means = general && world_roll(w, 3) == 0 ? 3 + world_roll(w, 5) : 0;
    type.tax_milli_percent = general ? 7700 : 20000;
    type.tax_included = !general;
    request.event_id = event;
    request.type = &type;
    client_ask(w, SHOP_EVENTS("AddTicketType"), client, true, &request.base);
}

/* More room, or less: perhaps less than is taken. */
static void update_quota(struct world *w)
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__UpdateQuotaRequest request = TIFO__V1__UPDATE_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota quota = TIFO__V1__QUOTA__INIT;
    if (!terms->version)
        return;
    quota.name = "Standing and children";
    quota.capacity = world_roll(w, 3) ? terms->capacity + world_roll(w, 10)
                                      : terms->capacity - terms->capacity / 4;
    quota.version = terms->version - (world_roll(w, 12) == 0);
    request.event_id = *event;
    request.quota = &quota;
    client_ask(w, SHOP_EVENTS("UpdateQuota"), client_organiser(w, event), true, &request.base);
}

static void get_event(struct world *w)
{
    Tifo__V1__GetEventRequest event = TIFO__V1__GET_EVENT_REQUEST__INIT;
    Tifo__V1__GetSeatMapRequest map = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    event.event_id = map.event_id = *KNOWN(w, event);
    if (world_roll(w, 2))
        client_ask(w, SHOP_EVENTS("GetEvent"), 0, false, &event.base);
    else
        client_ask(w, SHOP_SEAT("GetSeatMap"), 0, false, &map.base);
}

const struct known_terms *client_terms(const struct world *w, const char *event)
{
    uint32_t i = 0;
    while (i + 1 < KNOWN_MAX && strcmp(w->events[i], event) != 0)
        i++;
    return &w->terms[i];
}

/* Mostly one that still sells. */
char (*client_selling(struct world *w))[TEXT_ID]
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    for (int i = 0; i < 4 && w->terms[event - w->events].cancelled; i++)
        event = KNOWN(w, event);
    return event;
}

static void hold_seats(struct world *w)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seats[6];
    const uint32_t count = 1 + world_roll(w, 4);
    /* Some seats are wanted by all. */
    const uint32_t first = world_roll(w, world_roll(w, 6) ? SEATS - 4 : WANTED_SEATS);
    char(*event)[TEXT_ID] = client_selling(w);
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__NewLines places = TIFO__V1__NEW_LINES__INIT, children = TIFO__V1__NEW_LINES__INIT;
    Tifo__V1__NewLines parking = TIFO__V1__NEW_LINES__INIT;
    Tifo__V1__NewLines *lines[] = { &places, &children, &parking };
    for (uint32_t i = 0; i < count; i++)
        seats[i] = first + i;
    request.event_id = *event;
    request.seats = seats;
    request.n_seats = count;
    request.allocation_code = deals_code(w, terms, count, seats);
    if (terms->general && terms->child && world_roll(w, terms->small ? 3 : 4) == 0) {
        places.ticket_type = terms->general;
        places.places = 1 + world_roll(w, 3);
        children.ticket_type = terms->child;
        children.seats = seats;
        children.n_seats = 1;
        request.seats++;
        request.n_seats--;
        request.lines = lines;
        request.n_lines = 2;
    }
    if (checkout_parks(w, terms, request.n_lines ? &parking : &places, count))
        request.n_lines++;
    request.lines = lines;
    uint32_t client = world_roll(w, CLIENTS);
    char code[CODE];
    request.voucher = carts_code(w, terms, request.n_lines > 0, code);
    if (terms->line)
        request.admission_token = waits_token(w, *event, &client);
    if (terms->line && !request.admission_token[0] && world_roll(w, 12))
        return; /* Most know that they have to stand in line. */
    client_ask(w, SHOP_SEAT("HoldSeats"), client, true, &request.base);
}

/* Mostly one that lives. */
struct known_hold *client_hold(struct world *w)
{
    struct known_hold *hold = KNOWN(w, hold);
    for (int i = 0; i < 12 && (hold->over || hold->expires_ms <= w->now_ms); i++)
        hold = KNOWN(w, hold);
    return hold;
}

/* Mostly a hold's owner. */
uint32_t client_who(struct world *w, uint32_t client)
{
    return world_roll(w, 25) ? client : world_roll(w, CLIENTS);
}

static void release_hold(struct world *w)
{
    const struct known_hold *hold = client_hold(w);
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = (char *)hold->id;
    client_ask(w, SHOP_SEAT("ReleaseHold"), client_who(w, hold->client), true, &request.base);
}

static void get_hold(struct world *w)
{
    const struct known_hold *hold = client_hold(w);
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    request.hold_id = (char *)hold->id;
    client_ask(w, SHOP_SEAT("GetHold"), client_who(w, hold->client), false, &request.base);
}

/* At the very end of a hold's time, a millisecond before or after. */
static void wait_for_end(struct world *w, const struct known_hold *hold)
{
    const int64_t to_ms = hold->expires_ms - 1 + world_roll(w, 3);
    if (to_ms < w->now_ms || to_ms > w->now_ms + 100 * 1000)
        return;
    w->now_ms = to_ms;
    storm_clock_set(w->clock, to_ms);
}

static void confirm_hold(struct world *w)
{
    const struct known_hold *hold = client_hold(w);
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = (char *)hold->id;
    request.version = hold->version - (world_roll(w, 25) == 0);
    struct checkout checkout;
    request.payment_token = "tok_ok";
    checkout_fill(w, hold, &checkout, &request);
    if (world_roll(w, 15) == 0)
        wait_for_end(w, hold);
    client_ask(w, SHOP_ORDERS("ConfirmHold"), client_who(w, hold->client), true, &request.base);
}

static void get_order(struct world *w)
{
    const struct known_order *order = KNOWN(w, order);
    Tifo__V1__GetOrderRequest status = TIFO__V1__GET_ORDER_REQUEST__INIT;
    Tifo__V1__GetTicketsRequest tickets = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    status.order_id = tickets.order_id = (char *)order->id;
    if (world_roll(w, 2))
        client_ask(w, SHOP_ORDERS("GetOrder"), order->client, false, &status.base);
    else
        client_ask(w, SHOP_TICKETS("GetTickets"), order->client, false, &tickets.base);
}

static void scan_ticket(struct world *w)
{
    struct known_code *code = KNOWN(w, code);
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    char text[TICKET_CODE_CHARS + 1];
    memcpy(text, code->code, sizeof text);
    if (world_roll(w, 20) == 0)
        text[40] = text[40] == 'A' ? 'B' : 'A';
    char name[MEDIUM_NAME], *medium = world_roll(w, 3) ? NULL : doors_medium(w, name);
    if (medium)
        request.medium = medium;
    else
        request.code = text;
    request.gate = world_roll(w, GROUND_GATES);
    request.nonce = 1 + world_roll(w, 3);
    request.event_id = world_roll(w, 3) ? "" : world_roll(w, 3) ? code->event : *KNOWN(w, event);
    client_ask(w, SHOP_TICKETS("ScanTicket"), world_roll(w, CLIENTS), true, &request.base);
}

void clients_sell(struct world *w)
{
    create_event(w);
}

void clients_ask(struct world *w)
{
    const uint32_t roll = world_roll(w, 200);
    if (w->asking_count >= ASKING_MAX)
        return;
    if (w->event_count == 0 || (roll == 0 && w->event_count < 40))
        create_event(w);
    else if (roll == 1)
        world_roll(w, 3) ? publish_event(w) : cancel_event(w);
    else if (roll == 2)
        update_quota(w);
    else if (roll < 16)
        ask_again(w);
    else if (roll < 20)
        get_event(w);
    else if (roll < 90 || w->hold_count == 0)
        hold_seats(w);
    else if (roll < 108)
        waits_ask(w);
    else if (roll < 119)
        release_hold(w);
    else if (roll < 122)
        get_hold(w);
    else if (roll < 132)
        world_roll(w, 5) ? carts_ask(w) : checkout_ask(w);
    else if (roll < 165 || w->order_count == 0)
        confirm_hold(w);
    else if (roll < 172)
        world_roll(w, 3) ? deals_ask(w) : books_ask(w);
    else if (roll < 185 || w->code_count == 0)
        world_roll(w, 3) ? get_order(w) : orders_ask(w);
    else
        (world_roll(w, 3) ? scan_ticket : world_roll(w, 2) ? tickets_ask : doors_ask)(w);
}

/* ---- What is heard --------------------------------------------------------------------------- */

uint32_t client_of(const struct operation *operation)
{
    return (uint32_t)(operation->caller[strlen("fan-")] - '0');
}

void client_know_hold(struct world *w, const Tifo__V1__Hold *told, uint32_t client, bool is_new)
{
    struct known_hold *hold = NULL;
    if (is_new)
        hold = &w->holds[w->hold_count++ % KNOWN_MAX];
    for (uint32_t i = 0; !hold && i < KNOWN_MAX; i++)
        if (strcmp(w->holds[i].id, told->hold_id) == 0)
            hold = &w->holds[i];
    if (!hold)
        return;
    snprintf(hold->id, sizeof hold->id, "%s", told->hold_id);
    hold->client = client;
    hold->version = told->version;
    hold->expires_ms = told->expires_ms;
    hold->lines = (uint32_t)told->n_seats;
    hold->extensions = told->extensions;
    snprintf(hold->event, sizeof hold->event, "%s", told->event_id);
    hold->over = told->state != TIFO__V1__HOLD_STATE__HOLD_STATE_HELD;
}

static void know_order(struct world *w, const Tifo__V1__Order *told, uint32_t client, bool is_new)
{
    struct known_order *order = is_new ? &w->orders[w->order_count++ % KNOWN_MAX] : NULL;
    for (uint32_t i = 0; i < KNOWN_MAX; i++) {
        if (strcmp(w->holds[i].id, told->hold_id) == 0)
            w->holds[i].over = true;
        if (!order && strcmp(w->orders[i].id, told->order_id) == 0)
            order = &w->orders[i];
    }
    if (!order)
        return;
    snprintf(order->id, sizeof order->id, "%s", told->order_id);
    snprintf(order->event, sizeof order->event, "%s", told->event_id);
    order->client = is_new ? client : order->client;
    order->lines = (uint32_t)told->n_lines;
    order->version = told->version;
    order->asks = told->state == TIFO__V1__ORDER_STATE__ORDER_STATE_APPROVAL_REQUIRED;
}

/* Of the event that the operation's request begins with. */
uint32_t client_event(const struct world *w, const struct operation *operation)
{
    uint32_t i = 0;
    while (i + 1 < KNOWN_MAX && memcmp(w->events[i], operation->request.data + 2, TEXT_ID - 1) != 0)
        i++;
    return i;
}

static void know_quota(struct world *w, const struct operation *operation,
                       const Tifo__V1__Quota *quota)
{
    const uint32_t at = client_event(w, operation);
    const bool is_new = w->terms[at].version == 0;
    w->terms[at].capacity = quota->capacity;
    w->terms[at].version = quota->version;
    if (!is_new)
        return;
    add_type(w, w->events[at], client_of(operation), true);
    add_type(w, w->events[at], client_of(operation), false);
}

static void know_type(struct world *w, const struct operation *operation,
                      const Tifo__V1__TicketType *type)
{
    struct known_terms *terms = &w->terms[client_event(w, operation)];
    if (strcmp(type->name, "Parking") == 0) {
        checkout_know_parking(w, client_event(w, operation), type->index);
        return;
    }
    *(type->general ? &terms->general : &terms->child) = type->index;
    if (!terms->general || !terms->child)
        return;
    carts_begin(w, client_event(w, operation));
    checkout_begin(w, client_event(w, operation));
}

static void know(struct world *w, const struct operation *operation, const void *reply)
{
    const char *method = operation->method;
    const uint32_t client = client_of(operation);
    if (strcmp(method, SHOP_EVENTS("CreateEvent")) == 0) {
        const Tifo__V1__CreateEventResponse *created = reply;
        const uint32_t at = w->event_count++ % KNOWN_MAX;
        snprintf(w->events[at], TEXT_ID, "%s", created->event->event_id);
        w->terms[at] = (struct known_terms){ .organiser = client,
                                             .small = world_roll(w, 2),
                                             .line = world_roll(w, 4) == 0,
                                             .joins = world_roll(w, 2) };
        add_quota(w, w->events[at], client, w->terms[at].small);
        Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
        publish.event_id = created->event->event_id;
        client_ask(w, SHOP_EVENTS("PublishEvent"), client, true, &publish.base);
        deals_begin(w, at);
        waits_begin(w, at);
    } else if (strcmp(method, SHOP_EVENTS("CancelEvent")) == 0) {
        w->terms[client_event(w, operation)].cancelled = true;
    } else if (strcmp(method, SHOP_EVENTS("AddQuota")) == 0) {
        know_quota(w, operation, ((const Tifo__V1__AddQuotaResponse *)reply)->quota);
    } else if (strcmp(method, SHOP_EVENTS("UpdateQuota")) == 0) {
        know_quota(w, operation, ((const Tifo__V1__UpdateQuotaResponse *)reply)->quota);
    } else if (strcmp(method, SHOP_EVENTS("AddTicketType")) == 0) {
        know_type(w, operation, ((const Tifo__V1__AddTicketTypeResponse *)reply)->type);
    } else if (strcmp(method, SHOP_SEAT("HoldSeats")) == 0) {
        client_know_hold(w, ((const Tifo__V1__HoldSeatsResponse *)reply)->hold, client, true);
    } else if (strcmp(method, SHOP_SEAT("GetHold")) == 0) {
        client_know_hold(w, ((const Tifo__V1__GetHoldResponse *)reply)->hold, client, false);
    } else if (strcmp(method, SHOP_SEAT("ReleaseHold")) == 0) {
        client_know_hold(w, ((const Tifo__V1__ReleaseHoldResponse *)reply)->hold, client, false);
    } else if (strcmp(method, SHOP_ORDERS("ConfirmHold")) == 0) {
        know_order(w, ((const Tifo__V1__ConfirmHoldResponse *)reply)->order, client, true);
    } else if (strcmp(method, SHOP_ORDERS("GetOrder")) == 0) {
        know_order(w, ((const Tifo__V1__GetOrderResponse *)reply)->order, client, false);
    } else if (strcmp(method, SHOP_ORDERS("ExchangeLines")) == 0) {
        know_order(w, ((const Tifo__V1__ExchangeLinesResponse *)reply)->order, client, false);
    } else if (strcmp(method, SHOP_ORDERS("ApproveOrder")) == 0) {
        know_order(w, ((const Tifo__V1__ApproveOrderResponse *)reply)->order, client, false);
    } else if (strcmp(method, SHOP_ORDERS("RejectOrder")) == 0) {
        know_order(w, ((const Tifo__V1__RejectOrderResponse *)reply)->order, client, false);
    } else if (strcmp(method, SHOP_ORDERS("CancelOrder")) == 0) {
        know_order(w, ((const Tifo__V1__CancelOrderResponse *)reply)->order, client, false);
    } else if (strcmp(method, SHOP_TICKETS("GetTickets")) == 0) {
        const Tifo__V1__GetTicketsResponse *told = reply;
        for (size_t i = 0; i < told->n_tickets; i++) {
            if (told->tickets[i]->state == TIFO__V1__TICKET_STATE__TICKET_STATE_TRANSFERRED)
                continue;
            struct known_code *code = &w->codes[w->code_count++ % KNOWN_MAX];
            snprintf(code->code, sizeof code->code, "%s", told->tickets[i]->code);
            snprintf(code->event, sizeof code->event, "%s", told->tickets[i]->event_id);
            snprintf(code->ticket, sizeof code->ticket, "%s", told->tickets[i]->ticket_id);
            code->client = client;
        }
    } else {
        carts_know(w, operation, reply);
        checkout_know(w, operation, reply);
        deals_know(w, operation, reply);
        doors_know(w, operation, reply);
        books_know(w, operation, reply);
        waits_know(w, operation, reply);
    }
}

/* True: the call is over. */
static bool hear(struct world *w, const struct asking *asking)
{
    struct rpc_status status = { 0 };
    if (!rpc_memory_ended(asking->call, &status))
        return false;
    ProtobufCMessage *reply = rpc_memory_next(asking->call);
    if (world_roll(w, 50)) { /* Or it is lost on its way. */
        history_return(&w->history, asking->operation, reply, &status, w->now_ms);
        const struct operation operation = w->history.operations[asking->operation];
        rpc_memory_destroy(asking->call);
        if (reply)
            know(w, &operation, reply);
    } else {
        rpc_memory_destroy(asking->call);
    }
    protobuf_c_message_free_unpacked(reply, NULL);
    rpc_status_fini(&status);
    return true;
}

void clients_hear(struct world *w)
{
    for (uint32_t i = 0; i < w->asking_count;) {
        const struct asking asking = w->asking[i];
        /* Some are slow to look. */
        if (world_roll(w, 10) == 0 || !rpc_memory_ended(asking.call, NULL)) {
            i++;
            continue;
        }
        w->asking[i] = w->asking[--w->asking_count];
        hear(w, &asking);
    }
}

void clients_forget(struct world *w)
{
    while (w->asking_count)
        rpc_memory_destroy(w->asking[--w->asking_count].call);
    for (int i = 0; i < STREAMS; i++) {
        rpc_memory_destroy(w->following[i].call);
        w->following[i].call = NULL;
    }
}

/* ---- Streams --------------------------------------------------------------------------------- */

static void follow(struct world *w, struct following *stream)
{
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    if (w->event_count == 0)
        return;
    memcpy(stream->event, *KNOWN(w, event), TEXT_ID);
    request.event_id = stream->event;
    stream->number = ++w->streams;
    stream->call = rpc_memory_start(w->server.rpc, SHOP_SEAT("WatchSeats"), NULL, 0, &request.base);
}

static void read_some(struct world *w, struct following *stream)
{
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    request.event_id = stream->event;
    for (uint32_t left = world_roll(w, 6); left > 0; left--) {
        ProtobufCMessage *message = rpc_memory_next(stream->call);
        if (!message)
            return;
        history_heard(&w->history, stream->number, SHOP_SEAT("WatchSeats"), &request.base, message);
        protobuf_c_message_free_unpacked(message, NULL);
    }
}

void clients_follow(struct world *w)
{
    struct following *stream = &w->following[world_roll(w, STREAMS)];
    if (!stream->call) {
        follow(w, stream);
    } else if (world_roll(w, 60) == 0) {
        rpc_memory_destroy(stream->call);
        stream->call = NULL;
    } else {
        read_some(w, stream);
    }
}
