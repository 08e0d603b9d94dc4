#include "tests/e2e/server/fans.h"

#include "api/rpc/channel.h"
#include "tests/support/ground.h"
#include "tests/support/must.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

#include <stdio.h>
#include <string.h>

enum { SEATS = GROUND_BLOCKS * GROUND_BLOCK_SEATS, CALL_TIMEOUT_MS = 20000, HOLD_TTL_S = 30 };

/* ---- Calls ----------------------------------------------------------------------------------- */

/* A channel to the server that lives; waits for another one if ours is dead. */
static void connect_fan(struct fan *fan, bool is_dead)
{
    struct stage *stage = fan->stage;
    pthread_mutex_lock(&stage->mutex);
    while (is_dead && fan->generation == stage->generation)
        pthread_cond_wait(&stage->changed, &stage->mutex);
    if (fan->generation != stage->generation) {
        rpc_channel_destroy(fan->channel);
        fan->channel = rpc_channel_create(stage->address);
        fan->generation = stage->generation;
    }
    pthread_mutex_unlock(&stage->mutex);
}

/* One call and its record. False: nobody knows what became of it. */
bool fan_call(struct fan *fan, const ProtobufCServiceDescriptor *service, const char *method,
              const char *key, const void *request, ProtobufCMessage **reply)
{
    struct stage *stage = fan->stage;
    char path[96];
    struct rpc_status status = { 0 };
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = fan->name },
                                                   { .key = "idempotency-key", .value = key } };
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = key ? 2 : 1,
                                                .timeout_ms = CALL_TIMEOUT_MS };
    snprintf(path, sizeof path, "/%s/%s", service->name, method);
    pthread_mutex_lock(&stage->mutex);
    const uint32_t record = history_call(&stage->history, path, fan->name, key, request, INT64_MIN);
    pthread_mutex_unlock(&stage->mutex);
    *reply = NULL;
    const enum rpc_code code =
        rpc_unary(fan->channel, service, method, &options, request, reply, &status);
    /* Ours says why it refuses; without that nobody knows what happened. */
    const bool known = code == RPC_OK || (status.reason && code != RPC_UNAVAILABLE);
    must_say(known || code == RPC_UNAVAILABLE, "%s: %s %s", path, rpc_code_name(code),
             status.message);
    pthread_mutex_lock(&stage->mutex);
    if (known)
        history_return(&stage->history, record, *reply, &status, INT64_MAX);
    stage->acks += known;
    pthread_cond_broadcast(&stage->changed);
    pthread_mutex_unlock(&stage->mutex);
    rpc_status_fini(&status);
    return known;
}

/* Until there is an answer, or it is given up: NULL then, too. */
void *fan_insist(struct fan *fan, const ProtobufCServiceDescriptor *service, const char *method,
                 bool writes, const void *request)
{
    char key[48];
    ProtobufCMessage *reply = NULL;
    snprintf(key, sizeof key, "key-%u", ++fan->keys);
    connect_fan(fan, false);
    while (!fan_call(fan, service, method, writes ? key : NULL, request, &reply)) {
        connect_fan(fan, true);
        if (prng_below(&fan->prng, 20) == 0)
            return NULL;
    }
    if (writes && prng_below(&fan->prng, 6) == 0) { /* Once more, although the answer is known. */
        ProtobufCMessage *again = NULL;
        fan_call(fan, service, method, key, request, &again);
        protobuf_c_message_free_unpacked(again, NULL);
    }
    return reply;
}

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- What fans do ---------------------------------------------------------------------------- */

static Tifo__V1__HoldSeatsResponse *hold_some(struct fan *fan)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    struct stage *stage = fan->stage;
    char event[EVENT_ID];
    uint32_t seats[4];
    const uint32_t first = prng_below(&fan->prng, prng_below(&fan->prng, 5) ? SEATS - 4 : 12);
    for (uint32_t i = 0; i < 4; i++)
        seats[i] = first + i;
    pthread_mutex_lock(&stage->mutex);
    memcpy(event, stage->event, sizeof event);
    pthread_mutex_unlock(&stage->mutex);
    request.event_id = event;
    request.seats = seats;
    request.n_seats = 1 + prng_below(&fan->prng, 4);
    return fan_insist(fan, &tifo__v1__seats__descriptor, "HoldSeats", true, &request);
}

static void release(struct fan *fan, const Tifo__V1__Hold *hold)
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    drop(fan_insist(fan, &tifo__v1__seats__descriptor, "ReleaseHold", true, &request));
}

static void look(struct fan *fan, const Tifo__V1__Hold *hold)
{
    Tifo__V1__GetHoldRequest one = TIFO__V1__GET_HOLD_REQUEST__INIT;
    Tifo__V1__GetEventRequest all = TIFO__V1__GET_EVENT_REQUEST__INIT;
    one.hold_id = hold->hold_id;
    all.event_id = hold->event_id;
    drop(fan_insist(fan, &tifo__v1__seats__descriptor, "GetHold", false, &one));
    drop(fan_insist(fan, &tifo__v1__events__descriptor, "GetEvent", false, &all));
}

static void scan(struct fan *fan, const Tifo__V1__Ticket *ticket)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = ticket->code;
    request.gate = prng_below(&fan->prng, GROUND_GATES);
    /* Whoever comes after them with the same ticket stays out. */
    for (request.nonce = 1; request.nonce <= 2; request.nonce++)
        drop(fan_insist(fan, &tifo__v1__tickets__descriptor, "ScanTicket", true, &request));
}

static void go_in(struct fan *fan, const Tifo__V1__Order *order)
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    Tifo__V1__GetOrderRequest again = TIFO__V1__GET_ORDER_REQUEST__INIT;
    request.order_id = again.order_id = order->order_id;
    drop(fan_insist(fan, &tifo__v1__orders__descriptor, "GetOrder", false, &again));
    Tifo__V1__GetTicketsResponse *reply =
        fan_insist(fan, &tifo__v1__tickets__descriptor, "GetTickets", false, &request);
    for (size_t i = 0; reply && i < reply->n_tickets; i++)
        scan(fan, reply->tickets[i]);
    drop(reply);
}

void fan_buy(struct fan *fan, const Tifo__V1__Hold *hold)
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    request.payment_token = prng_below(&fan->prng, 8) ? "tok_ok" : "tok_declined";
    Tifo__V1__ConfirmHoldResponse *reply =
        fan_insist(fan, &tifo__v1__orders__descriptor, "ConfirmHold", true, &request);
    if (reply)
        go_in(fan, reply->order);
    else /* Declined perhaps: the fence is another one now. */
        look(fan, hold);
    drop(reply);
}

static bool is_over(struct stage *stage)
{
    pthread_mutex_lock(&stage->mutex);
    const bool over = stage->over;
    pthread_mutex_unlock(&stage->mutex);
    return over;
}

static void *act(void *ctx)
{
    struct fan *fan = ctx;
    while (!is_over(fan->stage)) {
        if (prng_below(&fan->prng, 4) == 0) {
            fan_wait(fan);
            continue;
        }
        Tifo__V1__HoldSeatsResponse *held = hold_some(fan);
        const uint32_t roll = prng_below(&fan->prng, 12);
        if (held && roll < 2)
            fan_buy(fan, held->hold);
        else if (held && roll < 4)
            look(fan, held->hold);
        else if (held && roll < 10)
            release(fan, held->hold);
        drop(held);
    }
    return NULL;
}

/* ---- The stage ------------------------------------------------------------------------------- */

void stage_init(struct stage *stage)
{
    *stage = (struct stage){ 0 };
    pthread_mutex_init(&stage->mutex, NULL);
    pthread_cond_init(&stage->changed, NULL);
}

void stage_fini(struct stage *stage)
{
    history_fini(&stage->history);
    pthread_cond_destroy(&stage->changed);
    pthread_mutex_destroy(&stage->mutex);
}

void stage_announce(struct stage *stage, const char *address)
{
    pthread_mutex_lock(&stage->mutex);
    stage->generation++;
    snprintf(stage->address, sizeof stage->address, "%s", address);
    pthread_cond_broadcast(&stage->changed);
    pthread_mutex_unlock(&stage->mutex);
}

void stage_sell(struct stage *stage, struct rpc_channel *channel, int64_t starts_ms)
{
    struct fan office = { .stage = stage, .name = "office", .channel = channel };
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *categories = &category;
    ProtobufCMessage *created = NULL, *published = NULL;
    char key[48];
    category.name = "Everywhere";
    category.price_minor = 2500;
    event.title = "Derby";
    event.currency = "EUR";
    event.starts_ms = starts_ms;
    event.ends_ms = starts_ms + 2 * 3600 * 1000;
    event.hold_ttl_s = HOLD_TTL_S;
    event.n_categories = 1;
    event.categories = &categories;
    create.event = &event;
    snprintf(key, sizeof key, "sell-%u", stage->generation);
    must(fan_call(&office, &tifo__v1__events__descriptor, "CreateEvent", key, &create, &created) &&
             created,
         "an event is created");
    char *id = ((Tifo__V1__CreateEventResponse *)created)->event->event_id;
    publish.event_id = id;
    must(fan_call(&office, &tifo__v1__events__descriptor, "PublishEvent", key, &publish,
                  &published) &&
             published,
         "an event is published");
    pthread_mutex_lock(&stage->mutex);
    snprintf(stage->event, sizeof stage->event, "%s", id);
    pthread_mutex_unlock(&stage->mutex);
    fans_sell_waiting(&office, id, starts_ms);
    drop(created);
    drop(published);
}

void stage_wait(struct stage *stage, uint64_t more)
{
    pthread_mutex_lock(&stage->mutex);
    const uint64_t acks = stage->acks + more;
    while (stage->acks < acks)
        pthread_cond_wait(&stage->changed, &stage->mutex);
    pthread_mutex_unlock(&stage->mutex);
}

void fans_start(struct stage *stage, uint32_t count, uint64_t seed)
{
    stage->fan_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct fan *fan = &stage->fans[i];
        *fan = (struct fan){ .stage = stage, .prng = { seed + 1 + i } };
        snprintf(fan->name, sizeof fan->name, "fan-%u", i);
        must(pthread_create(&fan->thread, NULL, act, fan) == 0, "a thread starts");
    }
}

void fans_join(struct stage *stage)
{
    pthread_mutex_lock(&stage->mutex);
    stage->over = true;
    pthread_mutex_unlock(&stage->mutex);
    for (uint32_t i = 0; i < stage->fan_count; i++) {
        pthread_join(stage->fans[i].thread, NULL);
        rpc_channel_destroy(stage->fans[i].channel);
    }
}
