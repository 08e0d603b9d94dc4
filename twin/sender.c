#include "twin/sender.h"

#include "api/rpc/channel.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING_MOST = 256, CALL_TIMEOUT_MS = 4000 };

struct sender {
    struct tifo_server server;
    char *caller;
    void (*wake)(void *ctx);
    void *wake_ctx;
    pthread_t thread;
    struct rpc_channel *channel; /* The thread's. */

    pthread_mutex_t mutex; /* Guards everything below. */
    pthread_cond_t changed;
    bool closing;
    char venue_id[80];
    struct order orders[WAITING_MOST]; /* Rings: taken from the front. */
    size_t order_first, order_count;
    struct outcome outcomes[WAITING_MOST];
    size_t outcome_first, outcome_count;
};

/* One call; an order that failed says why. */
static void call(struct sender *sender, const ProtobufCServiceDescriptor *service,
                 const char *method, const ProtobufCMessage *request, struct outcome *outcome)
{
    const struct rpc_metadata_entry caller = { .key = "tifo-caller", .value = sender->caller };
    const struct rpc_client_options options = { .metadata = &caller,
                                                .metadata_count = 1,
                                                .timeout_ms = CALL_TIMEOUT_MS };
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply = NULL;
    enum rpc_code code =
        rpc_unary(sender->channel, service, method, &options, request, &reply, &status);
    outcome->done = code == RPC_OK;
    if (!outcome->done)
        snprintf(outcome->why, sizeof outcome->why, "%.190s",
                 status.message && *status.message ? status.message : rpc_code_name(code));
    if (reply)
        protobuf_c_message_free_unpacked(reply, NULL);
    rpc_status_fini(&status);
}

static void set_gate(struct sender *sender, char *venue_id, struct outcome *outcome)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.venue_id = venue_id;
    request.gate = outcome->order.subject;
    request.mode = outcome->order.kind == ORDER_OPEN_GATE ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN
                                                          : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = outcome->order.reason;
    call(sender, &tifo__v1__guidance__descriptor, "SetGate", &request.base, outcome);
}

static void acknowledge(struct sender *sender, char *venue_id, struct outcome *outcome)
{
    Tifo__V1__AcknowledgeAlarmRequest request = TIFO__V1__ACKNOWLEDGE_ALARM_REQUEST__INIT;
    request.venue_id = venue_id;
    request.number = outcome->order.subject;
    call(sender, &tifo__v1__crowd__descriptor, "AcknowledgeAlarm", &request.base, outcome);
}

/* For no time at all: off the shelf. */
static void shelve(struct sender *sender, char *venue_id, struct outcome *outcome)
{
    Tifo__V1__ShelveAlarmRequest request = TIFO__V1__SHELVE_ALARM_REQUEST__INIT;
    request.venue_id = venue_id;
    request.number = outcome->order.subject;
    request.duration_s = outcome->order.kind == ORDER_SHELVE ? outcome->order.duration_s : 0;
    request.reason = outcome->order.reason;
    call(sender, &tifo__v1__crowd__descriptor, "ShelveAlarm", &request.base, outcome);
}

static void carry_out(struct sender *sender, char *venue_id, struct outcome *outcome)
{
    static void (*const ways[])(struct sender *, char *, struct outcome *) = {
        [ORDER_OPEN_GATE] = set_gate,      [ORDER_CLOSE_GATE] = set_gate,
        [ORDER_ACKNOWLEDGE] = acknowledge, [ORDER_SHELVE] = shelve,
        [ORDER_UNSHELVE] = shelve,
    };
    char why[256] = "";
    if (!sender->channel)
        sender->channel = tifo_channel(&sender->server, why, sizeof why);
    if (sender->channel)
        ways[outcome->order.kind](sender, venue_id, outcome);
    else
        snprintf(outcome->why, sizeof outcome->why, "%.190s", why);
}

/* Waits for an order; false: it closes. */
static bool next_order(struct sender *sender, struct order *order, char *venue_id, size_t size)
{
    pthread_mutex_lock(&sender->mutex);
    while (!sender->closing && !sender->order_count)
        pthread_cond_wait(&sender->changed, &sender->mutex);
    bool going_on = !sender->closing;
    if (going_on) {
        *order = sender->orders[sender->order_first];
        sender->order_first = (sender->order_first + 1) % WAITING_MOST;
        sender->order_count--;
        snprintf(venue_id, size, "%s", sender->venue_id);
    }
    pthread_mutex_unlock(&sender->mutex);
    return going_on;
}

static void *run(void *ctx)
{
    struct sender *sender = ctx;
    char venue_id[sizeof sender->venue_id];
    struct outcome outcome = { 0 };
    while (next_order(sender, &outcome.order, venue_id, sizeof venue_id)) {
        outcome.done = false;
        outcome.why[0] = '\0';
        carry_out(sender, venue_id, &outcome);
        pthread_mutex_lock(&sender->mutex);
        if (sender->outcome_count < WAITING_MOST)
            sender->outcomes[(sender->outcome_first + sender->outcome_count++) % WAITING_MOST] =
                outcome;
        pthread_mutex_unlock(&sender->mutex);
        sender->wake(sender->wake_ctx);
    }
    return NULL;
}

struct sender *sender_open(const struct tifo_server *server, const char *caller,
                           void (*wake)(void *ctx), void *ctx)
{
    struct sender *sender = calloc(1, sizeof *sender);
    if (!sender || !(sender->caller = strdup(caller)))
        abort();
    sender->server = *server;
    sender->server = *server;
    sender->wake = wake;
    sender->wake_ctx = ctx;
    pthread_mutex_init(&sender->mutex, NULL);
    pthread_cond_init(&sender->changed, NULL);
    if (pthread_create(&sender->thread, NULL, run, sender) != 0)
        abort();
    return sender;
}

void sender_close(struct sender *sender)
{
    if (!sender)
        return;
    pthread_mutex_lock(&sender->mutex);
    sender->closing = true;
    pthread_cond_signal(&sender->changed);
    pthread_mutex_unlock(&sender->mutex);
    pthread_join(sender->thread, NULL);
    rpc_channel_destroy(sender->channel);
    pthread_cond_destroy(&sender->changed);
    pthread_mutex_destroy(&sender->mutex);
    free(sender->caller);
    free(sender);
}

bool sender_send(struct sender *sender, const char *venue_id, const struct order *order)
{
    pthread_mutex_lock(&sender->mutex);
    bool room = sender->order_count < WAITING_MOST;
    if (room) {
        sender->orders[(sender->order_first + sender->order_count++) % WAITING_MOST] = *order;
        snprintf(sender->venue_id, sizeof sender->venue_id, "%s", venue_id);
        pthread_cond_signal(&sender->changed);
    }
    pthread_mutex_unlock(&sender->mutex);
    return room;
}

bool sender_take(struct sender *sender, struct outcome *out)
{
    pthread_mutex_lock(&sender->mutex);
    bool there = sender->outcome_count > 0;
    if (there) {
        *out = sender->outcomes[sender->outcome_first];
        sender->outcome_first = (sender->outcome_first + 1) % WAITING_MOST;
        sender->outcome_count--;
    }
    pthread_mutex_unlock(&sender->mutex);
    return there;
}
