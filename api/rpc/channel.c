#include <grpc/grpc_security.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"

/* A server that was restarted is found again soon: the waiting time grows from the first to the
 * last of these. Answers may be larger than requests: a venue, everybody's position. */
enum { RECONNECT_MS = 50, RECONNECT_MAX_MS = 1000, MAX_ANSWER_BYTES = 256 << 20 };

static grpc_channel *create_grpc(const char *address)
{
    static const struct {
        const char *key;
        int value;
    } settings[] = {
        { GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, RECONNECT_MS },
        { GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, RECONNECT_MAX_MS },
        { GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, MAX_ANSWER_BYTES },
        { GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1 }, /* A connection of its own. */
        { GRPC_ARG_ENABLE_HTTP_PROXY, 0 },
    };
    enum { COUNT = sizeof settings / sizeof *settings };
    grpc_arg args[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        args[i] = (grpc_arg){ .type = GRPC_ARG_INTEGER,
                              .key = (char *)settings[i].key,
                              .value.integer = settings[i].value };
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(
        address, credentials, &(grpc_channel_args){ .num_args = COUNT, .args = args });
    grpc_channel_credentials_release(credentials);
    return channel;
}

struct rpc_channel *rpc_channel_create(const char *address)
{
    struct rpc_channel *channel = rpc_new(sizeof *channel);
    rpc_core_start();
    channel->grpc = create_grpc(address);
    atomic_init(&channel->holders, 1);
    pthread_mutex_init(&channel->lock, NULL);
    pthread_cond_init(&channel->changed, NULL);
    return channel;
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
    while (channel->live_watches > 0)
        pthread_cond_wait(&channel->changed, &channel->lock);
    pthread_mutex_unlock(&channel->lock);
    if (channel->has_thread) {
        rpc_core_join(channel->thread, channel->cq);
        grpc_completion_queue_destroy(channel->cq);
    }
    rpc_channel_release(channel);
}
