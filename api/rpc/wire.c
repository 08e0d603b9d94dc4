#include "api/rpc/wire.h"

#include <grpc/grpc_security.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/rpc/clock.h"
#include "api/rpc/core.h"
#include "api/rpc/credentials.h"
#include "api/rpc/guard.h"
#include "api/rpc/listen.h"
#include "api/rpc/settings.h"
#include "api/rpc/wire_call.h"

/* Calls that wait to be taken cost a little at each event (libgrpc 1.51 looks through all that is
 * outstanding of a queue), so their sum is bounded, too. */
enum { WAITING_TOTAL = 1024, WAITING_LEAST = 8, UNARY_SLOTS = 128 };
enum { STREAM_QUEUES_MOST = 256 };

/* Twenty thousand connections take a quarter of it. */
enum { MAX_MEMORY_BYTES = 1 << 30 };

/* How long a client has to acknowledge the end of its connection. */
enum { GOODBYE_MS = 500 };

static void shut_down(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    struct rpc_wire *wire = RPC_TAG_OWNER(tag, struct rpc_wire, shut_down);
    pthread_mutex_lock(&wire->server->lock);
    wire->is_shut_down = true;
    pthread_cond_broadcast(&wire->server->changed);
    pthread_mutex_unlock(&wire->server->lock);
}

static void turn(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    struct rpc_wire *wire = RPC_TAG_OWNER(tag, struct rpc_wire, turn);
    pthread_mutex_lock(&wire->server->lock);
    wire->turn_run(wire->server);
    wire->had_turn = true;
    pthread_cond_broadcast(&wire->server->changed);
    pthread_mutex_unlock(&wire->server->lock);
}

/* The guard's thread. */
static void looked(void *ctx)
{
    struct rpc_wire *wire = ctx;
    if (atomic_load(&wire->has_unwatched) && !atomic_exchange(&wire->reviewing, true))
        rpc_bell_ring(&wire->bell, &wire->review);
}

static size_t max_memory_bytes(const struct rpc_server_options *options)
{
    return options->max_memory_bytes ? options->max_memory_bytes : MAX_MEMORY_BYTES;
}

/* NULL: `why` names an option that is out of its range. */
static grpc_server *create_server(const struct rpc_server_options *o, char *why, size_t why_size)
{
    const struct rpc_setting rows[] = {
        { NULL, "unary_slots", o->unary_slots, 1, WAITING_TOTAL, -1 },
        { NULL, "stream_queues", o->stream_queues, 1, STREAM_QUEUES_MOST, -1 },
        { GRPC_ARG_MAX_CONCURRENT_STREAMS, "max_streams", o->max_streams, 1, 1000000, 1000 },
        { GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, "max_message_bytes", o->max_message_bytes, 1,
          RPC_MESSAGE_MAX_BYTES, RPC_MAX_MESSAGE_BYTES },
        { GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, "max_send_bytes", o->max_send_bytes, 1,
          RPC_MESSAGE_MAX_BYTES, -1 },
        { GRPC_ARG_MAX_METADATA_SIZE, "max_metadata_bytes", o->max_metadata_bytes, 1 << 10, 1 << 20,
          8 << 10 },
        { GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, "handshake_timeout_ms", o->handshake_timeout_ms,
          RPC_SHORTEST_MS, RPC_HOUR_MS, 10 * RPC_SECOND_MS },
        { GRPC_ARG_KEEPALIVE_TIME_MS, "keepalive_ms", o->keepalive_ms, RPC_SHORTEST_MS, RPC_DAY_MS,
          2 * RPC_HOUR_MS },
        { GRPC_ARG_KEEPALIVE_TIMEOUT_MS, "keepalive_timeout_ms", o->keepalive_timeout_ms,
          RPC_SHORTEST_MS, RPC_HOUR_MS, 20 * RPC_SECOND_MS },
        { GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, "min_ping_ms", o->min_ping_ms,
          RPC_SHORTEST_MS, RPC_DAY_MS, 300 * RPC_SECOND_MS },
        { GRPC_ARG_MAX_CONNECTION_IDLE_MS, "max_idle_ms", o->max_idle_ms, RPC_SHORTEST_MS,
          RPC_DAY_MS, -1 },
        { GRPC_ARG_MAX_CONNECTION_AGE_MS, "max_age_ms", o->max_age_ms, RPC_SHORTEST_MS, RPC_DAY_MS,
          -1 },
        { GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, "max_age_grace_ms", o->max_age_grace_ms,
          RPC_SHORTEST_MS, RPC_DAY_MS, -1 },
    };
    struct rpc_settings settings = { .count = 0 };
    if (!rpc_settings_add_options(&settings, rows, sizeof rows / sizeof *rows, why, why_size))
        return NULL;
    rpc_settings_add(&settings, GRPC_ARG_ALLOW_REUSEPORT, 0);
    rpc_settings_add(&settings, GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0); /* payload.h does. */
    /* Idle connections are pinged, too, as often as need be. */
    rpc_settings_add(&settings, GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    rpc_settings_add(&settings, GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    rpc_settings_add(&settings, GRPC_ARG_ENABLE_CHANNELZ, 0);
    grpc_resource_quota *quota = grpc_resource_quota_create("rpc server");
    grpc_resource_quota_resize(quota, max_memory_bytes(o));
    grpc_channel_args args = rpc_settings_args(&settings);
    settings.args[args.num_args++] = (grpc_arg){
        .type = GRPC_ARG_POINTER,
        .key = (char *)GRPC_ARG_RESOURCE_QUOTA,
        .value.pointer = { .p = quota, .vtable = grpc_resource_quota_arg_vtable() },
    };
    grpc_server *created = grpc_server_create(&args, NULL);
    grpc_resource_quota_unref(quota);
    return created;
}

static void register_methods(struct rpc_wire *wire)
{
    struct rpc_method_table *methods = &wire->server->methods;
    for (size_t i = 0; i < methods->count; i++) {
        struct rpc_method_entry *entry = &methods->entries[i];
        if (entry->seldom)
            continue;
        entry->registered = grpc_server_register_method(
            wire->grpc, entry->path, NULL,
            rpc_kind_takes_stream(entry->row->kind) ? GRPC_SRM_PAYLOAD_NONE
                                                    : GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER,
            0);
    }
}

static uint16_t add_port(const struct rpc_wire *wire, const char *address)
{
    grpc_server_credentials *credentials = rpc_server_credentials(wire->server->certificates);
    int port = grpc_server_add_http2_port(wire->grpc, address, credentials);
    grpc_server_credentials_release(credentials);
    return (uint16_t)port;
}

static void wait_for_calls(struct rpc_wire *wire, uint32_t unary_slots)
{
    const struct rpc_method_table *methods = &wire->server->methods;
    uint32_t seldom = 0;
    for (size_t i = 0; i < methods->count; i++)
        seldom += methods->entries[i].seldom;
    uint32_t share = WAITING_TOTAL / ((uint32_t)methods->count - seldom + 1);
    if (share > unary_slots)
        share = unary_slots;
    if (share < WAITING_LEAST)
        share = WAITING_LEAST;
    for (size_t i = 0; i < methods->count; i++) {
        const struct rpc_method_entry *entry = &methods->entries[i];
        if (!entry->seldom)
            rpc_wire_call_wait(wire, entry, entry->row->kind == RPC_UNARY ? share : WAITING_LEAST);
    }
    rpc_wire_call_wait(wire, NULL, seldom ? share : WAITING_LEAST);
}

static void run_threads(struct rpc_wire *wire)
{
    for (uint32_t i = 0; i < wire->queue_count; i++)
        rpc_core_run(&wire->queues[i].thread, wire->queues[i].cq);
    rpc_core_run(&wire->thread, wire->cq);
}

struct rpc_wire *rpc_wire_open(struct rpc_server *server, const struct rpc_server_options *options,
                               char *why, size_t why_size)
{
    uint32_t queue_count = options->stream_queues ? options->stream_queues : 1;
    rpc_core_start();
    grpc_server *grpc = create_server(options, why, why_size);
    if (!grpc) {
        rpc_core_stop();
        return NULL;
    }
    struct rpc_wire *wire = rpc_new(sizeof *wire + queue_count * sizeof *wire->queues);
    wire->server = server;
    wire->grpc = grpc;
    wire->queue_count = queue_count;
    wire->shut_down.done = shut_down;
    wire->turn.done = turn;
    wire->review.done = rpc_wire_review;
    for (uint32_t i = 0; i < queue_count; i++)
        rpc_stream_queue_init(&wire->queues[i]);
    wire->cq = grpc_completion_queue_create_for_next(NULL);
    rpc_bell_init(&wire->bell, wire->cq);
    grpc_server_register_completion_queue(wire->grpc, wire->cq, NULL);
    register_methods(wire);
    wire->port = add_port(wire, options->address);
    if (wire->port != 0) {
        wire->guard = rpc_guard_start(wire->port, max_memory_bytes(options) / 2, looked, wire);
        return wire;
    }
    rpc_listen_explain(options->address, why, why_size);
    run_threads(wire);
    rpc_wire_stop(wire);
    rpc_wire_close(wire);
    return NULL;
}

void rpc_wire_start(struct rpc_wire *wire, uint32_t unary_slots)
{
    grpc_server_start(wire->grpc);
    wait_for_calls(wire, unary_slots ? unary_slots : UNARY_SLOTS);
    run_threads(wire);
}

void rpc_wire_turn(struct rpc_wire *wire, void (*run)(struct rpc_server *server))
{
    pthread_mutex_lock(&wire->server->lock);
    wire->turn_run = run;
    wire->had_turn = false;
    pthread_mutex_unlock(&wire->server->lock);
    rpc_bell_ring(&wire->bell, &wire->turn);
    pthread_mutex_lock(&wire->server->lock);
    while (!wire->had_turn)
        pthread_cond_wait(&wire->server->changed, &wire->server->lock);
    pthread_mutex_unlock(&wire->server->lock);
}

void rpc_wire_stop(struct rpc_wire *wire)
{
    grpc_server_shutdown_and_notify(wire->grpc, wire->cq, &wire->shut_down);
}

void rpc_wire_cancel_calls(struct rpc_wire *wire)
{
    grpc_server_cancel_all_calls(wire->grpc);
}

/* Waits until the clients have acknowledged the end of their connections; hangs up on one that does
 * not. */
static void say_goodbye(struct rpc_wire *wire)
{
    struct rpc_server *server = wire->server;
    struct timespec until = rpc_after_ms(GOODBYE_MS);
    int waited = 0;
    pthread_mutex_lock(&server->lock);
    while (!wire->is_shut_down && waited == 0)
        waited = pthread_cond_timedwait(&server->changed, &server->lock, &until);
    pthread_mutex_unlock(&server->lock);
    rpc_wire_cancel_calls(wire);
    pthread_mutex_lock(&server->lock);
    while (!wire->is_shut_down)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

void rpc_wire_close(struct rpc_wire *wire)
{
    if (!wire)
        return;
    say_goodbye(wire);
    rpc_guard_stop(wire->guard);
    grpc_server_destroy(wire->grpc);
    rpc_bell_fini(&wire->bell);
    rpc_core_join(wire->thread, wire->cq);
    grpc_completion_queue_destroy(wire->cq);
    for (uint32_t i = 0; i < wire->queue_count; i++) {
        rpc_core_join(wire->queues[i].thread, wire->queues[i].cq);
        rpc_stream_queue_fini(&wire->queues[i]);
    }
    while (wire->spare) {
        struct rpc_wire_call *call = wire->spare;
        wire->spare = call->next_spare;
        rpc_wire_call_free(call);
    }
    free(wire);
    rpc_core_stop();
}
