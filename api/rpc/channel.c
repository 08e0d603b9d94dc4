#include <grpc/grpc_security.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"
#include "api/rpc/credentials.h"
#include "api/rpc/settings.h"

/* A server that was restarted is found again soon. Answers may be larger than requests: a venue,
 * everybody's position. */
enum { BACKOFF_MS = 50, BACKOFF_MAX_MS = 1000, MAX_ANSWER_BYTES = 256 << 20 };

/* False: `why` names an option that is out of its range. */
static bool set(struct rpc_settings *settings, const struct rpc_channel_options *o, char *why,
                size_t why_size)
{
    const struct rpc_setting rows[] = {
        { GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, "backoff_min_ms", o->backoff_min_ms,
          RPC_SHORTEST_MS, RPC_HOUR_MS, BACKOFF_MS },
        { GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, "backoff_max_ms", o->backoff_max_ms, RPC_SHORTEST_MS,
          RPC_DAY_MS, BACKOFF_MAX_MS },
        { GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, "connect_timeout_ms", o->connect_timeout_ms,
          RPC_SHORTEST_MS, RPC_HOUR_MS, 20 * RPC_SECOND_MS },
        { GRPC_ARG_KEEPALIVE_TIME_MS, "keepalive_ms", o->keepalive_ms, RPC_SHORTEST_MS, RPC_DAY_MS,
          -1 },
        { GRPC_ARG_KEEPALIVE_TIMEOUT_MS, "keepalive_timeout_ms", o->keepalive_timeout_ms,
          RPC_SHORTEST_MS, RPC_HOUR_MS, 20 * RPC_SECOND_MS },
        { GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, "max_message_bytes", o->max_message_bytes, 1,
          RPC_MESSAGE_MAX_BYTES, MAX_ANSWER_BYTES },
        { GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, "max_send_bytes", o->max_send_bytes, 1,
          RPC_MESSAGE_MAX_BYTES, -1 },
        { GRPC_ARG_MAX_METADATA_SIZE, "max_metadata_bytes", o->max_metadata_bytes, 1 << 10, 1 << 20,
          8 << 10 },
        { NULL, "retry_tokens", o->retry_tokens, 1, 1000, -1 },
    };
    rpc_settings_add(settings, GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, o->keepalive_without_calls);
    rpc_settings_add(settings, GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    rpc_settings_add(settings, GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0); /* payload.h does. */
    rpc_settings_add(settings, GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL,
                     1); /* A connection of its own. */
    rpc_settings_add(settings, GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return rpc_settings_add_options(settings, rows, sizeof rows / sizeof *rows, why, why_size);
}

/* NULL: `why` says what is wrong with the options. */
static grpc_channel *create_grpc(const struct rpc_channel_options *options, char *why,
                                 size_t why_size)
{
    struct rpc_settings settings = { .count = 0 };
    grpc_channel *channel = NULL;
    grpc_channel_credentials *credentials =
        set(&settings, options, why, why_size)
            ? rpc_channel_credentials(options->tls, why, why_size)
            : NULL;
    if (!credentials)
        return NULL;
    grpc_channel_args args = rpc_settings_args(&settings);
    if (options->tls && options->tls->server_name)
        settings.args[args.num_args++] =
            (grpc_arg){ .type = GRPC_ARG_STRING,
                        .key = (char *)GRPC_SSL_TARGET_NAME_OVERRIDE_ARG,
                        .value.string = (char *)options->tls->server_name };
    channel = grpc_channel_create(options->address, credentials, &args);
    grpc_channel_credentials_release(credentials);
    return channel;
}

struct rpc_channel *rpc_channel_open(const struct rpc_channel_options *options, char *why,
                                     size_t why_size)
{
    rpc_core_start();
    grpc_channel *grpc = create_grpc(options, why, why_size);
    if (!grpc) {
        rpc_core_stop();
        return NULL;
    }
    struct rpc_channel *channel = rpc_new(sizeof *channel);
    channel->grpc = grpc;
    channel->max_message_bytes =
        options->max_message_bytes ? options->max_message_bytes : MAX_ANSWER_BYTES;
    channel->compression = options->compression;
    atomic_init(&channel->holders, 1);
    channel->interceptors = options->interceptors;
    channel->interceptor_count = options->interceptor_count;
    rpc_retry_budget_init(&channel->budget, options->retry_tokens);
    pthread_mutex_init(&channel->lock, NULL);
    rpc_cond_init(&channel->changed);
    return channel;
}

struct rpc_channel *rpc_channel_create(const char *address)
{
    return rpc_channel_open(&(struct rpc_channel_options){ .address = address }, NULL, 0);
}

grpc_completion_queue *rpc_channel_thread_queue(struct rpc_channel *channel)
{
    pthread_mutex_lock(&channel->lock);
    if (!channel->has_thread) {
        channel->cq = grpc_completion_queue_create_for_next(NULL);
        rpc_core_run(&channel->thread, channel->cq);
        channel->has_thread = true;
    }
    pthread_mutex_unlock(&channel->lock);
    return channel->cq;
}

void rpc_channel_release(struct rpc_channel *channel)
{
    if (atomic_fetch_sub_explicit(&channel->holders, 1, memory_order_acq_rel) != 1)
        return;
    grpc_channel_destroy(channel->grpc);
    for (size_t i = 0; i < channel->idle_count; i++) {
        grpc_completion_queue_shutdown(channel->idle[i]);
        grpc_completion_queue_pluck(channel->idle[i], NULL, gpr_inf_future(GPR_CLOCK_MONOTONIC),
                                    NULL);
        grpc_completion_queue_destroy(channel->idle[i]);
    }
    pthread_cond_destroy(&channel->changed);
    pthread_mutex_destroy(&channel->lock);
    free(channel);
    rpc_core_stop();
}

void rpc_channel_destroy(struct rpc_channel *channel)
{
    if (!channel)
        return;
    pthread_mutex_lock(&channel->lock);
    channel->closing = true;
    for (struct rpc_client_call *call = channel->live; call; call = call->next)
        grpc_call_cancel(call->grpc, NULL);
    pthread_cond_broadcast(&channel->changed); /* Nobody waits to try again. */
    while (channel->live_watches > 0)
        pthread_cond_wait(&channel->changed, &channel->lock);
    pthread_mutex_unlock(&channel->lock);
    if (channel->has_thread) {
        rpc_core_join(channel->thread, channel->cq);
        grpc_completion_queue_destroy(channel->cq);
    }
    rpc_channel_release(channel);
}
