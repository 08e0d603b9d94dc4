#include <grpc/byte_buffer.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"

/* Three batches are under way: the request, the message being waited for, the status. When all have
 * ended, the call has. Everything but `ended` belongs to the channel's thread. */
struct rpc_watch {
    struct rpc_client_call call;
    struct rpc_tag requested, message_read, status_read;
    unsigned pending;
    rpc_on_message *on_message;
    rpc_on_end *on_end;
    void *ctx;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended;
};

static void end(struct rpc_watch *watch)
{
    struct rpc_status status;
    rpc_client_take_status(&watch->call, &status);
    watch->on_end(watch->ctx, &status);
    rpc_status_fini(&status);
    rpc_client_intercept_end(&watch->call);
    pthread_mutex_lock(&watch->lock);
    watch->ended = true;
    rpc_client_call_delist(&watch->call);
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

static void batch_ended(struct rpc_watch *watch)
{
    if (--watch->pending == 0)
        end(watch);
}

static void requested(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    batch_ended(RPC_TAG_OWNER(tag, struct rpc_watch, requested));
}

static void status_read(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    batch_ended(RPC_TAG_OWNER(tag, struct rpc_watch, status_read));
}

static void message_read(struct rpc_tag *tag, bool ok)
{
    (void)ok; /* Then there is no payload. */
    struct rpc_watch *watch = RPC_TAG_OWNER(tag, struct rpc_watch, message_read);
    if (!watch->call.payload) {
        batch_ended(watch);
        return;
    }
    ProtobufCMessage *message = rpc_client_take_message(&watch->call);
    if (message)
        watch->on_message(watch->ctx, message);
    else
        grpc_call_cancel_with_status(watch->call.grpc, GRPC_STATUS_INTERNAL,
                                     "a message of the server cannot be read; check both .proto",
                                     NULL);
    protobuf_c_message_free_unpacked(message, NULL);
    grpc_op op = rpc_client_receive_message(&watch->call);
    rpc_core_batch(watch->call.grpc, &op, 1, &watch->message_read);
}

struct rpc_watch *rpc_watch_start(struct rpc_channel *channel,
                                  const ProtobufCServiceDescriptor *service, const char *method,
                                  const struct rpc_client_options *options,
                                  const ProtobufCMessage *request, rpc_on_message *on_message,
                                  rpc_on_end *on_end, void *ctx)
{
    struct rpc_watch *watch = rpc_new(sizeof *watch);
    watch->on_message = on_message;
    watch->on_end = on_end;
    watch->ctx = ctx;
    watch->requested.done = requested;
    watch->message_read.done = message_read;
    watch->status_read.done = status_read;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->changed, NULL);
    if (!rpc_client_call_init(&watch->call, channel, false, service, method, options, NULL)) {
        pthread_cond_destroy(&watch->changed);
        pthread_mutex_destroy(&watch->lock);
        free(watch);
        return NULL;
    }
    grpc_byte_buffer *buffer = rpc_client_pack(&watch->call, request);
    const grpc_op status = rpc_client_receive_status(&watch->call);
    const grpc_op ask[] = {
        rpc_client_send_metadata(&watch->call),
        rpc_client_send_message(&watch->call, buffer),
        rpc_client_send_close(),
        rpc_client_receive_metadata(&watch->call),
    };
    const grpc_op message = rpc_client_receive_message(&watch->call);
    watch->pending = 3;
    rpc_core_batch(watch->call.grpc, &status, 1, &watch->status_read);
    rpc_core_batch(watch->call.grpc, ask, sizeof ask / sizeof *ask, &watch->requested);
    rpc_core_batch(watch->call.grpc, &message, 1, &watch->message_read);
    grpc_byte_buffer_destroy(buffer);
    return watch;
}

void rpc_watch_destroy(struct rpc_watch *watch)
{
    if (!watch)
        return;
    grpc_call_cancel(watch->call.grpc, NULL);
    pthread_mutex_lock(&watch->lock);
    while (!watch->ended)
        pthread_cond_wait(&watch->changed, &watch->lock);
    pthread_mutex_unlock(&watch->lock);
    rpc_client_call_fini(&watch->call);
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}
