#include "api/rpc/client.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/compression.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"
#include "api/rpc/metadata.h"
#include "api/rpc/payload.h"
#include "api/rpc/status.h"

/* ---- A call's life -------------------------------------------------------------------------- */

static void say(struct rpc_status *status, enum rpc_code code, const char *message)
{
    if (status)
        rpc_status_set(status, code, message, strlen(message), NULL, 0);
}

/* A queue to wait on: one that an earlier call has left, or a new one. */
static grpc_completion_queue *take_queue(struct rpc_channel *channel)
{
    pthread_mutex_lock(&channel->lock);
    grpc_completion_queue *queue =
        channel->idle_count > 0 ? channel->idle[--channel->idle_count] : NULL;
    pthread_mutex_unlock(&channel->lock);
    return queue ? queue : grpc_completion_queue_create_for_pluck(NULL);
}

static void leave_queue(struct rpc_channel *channel, grpc_completion_queue *queue)
{
    pthread_mutex_lock(&channel->lock);
    bool has_room = channel->idle_count < RPC_IDLE_QUEUES;
    if (has_room)
        channel->idle[channel->idle_count++] = queue;
    pthread_mutex_unlock(&channel->lock);
    if (has_room)
        return;
    grpc_completion_queue_shutdown(queue);
    grpc_completion_queue_pluck(queue, NULL, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    grpc_completion_queue_destroy(queue);
}

static void create_grpc(struct rpc_client_call *call, const char *service, const char *method,
                        int64_t timeout_ms)
{
    gpr_timespec deadline = gpr_inf_future(GPR_CLOCK_MONOTONIC);
    if (timeout_ms > 0)
        deadline = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
    char path[256];
    int size = snprintf(path, sizeof path, "/%s/%s", service, method);
    assert(size > 0 && (size_t)size < sizeof path);
    grpc_slice slice = grpc_slice_from_copied_buffer(path, (size_t)size);
    call->grpc = grpc_channel_create_call(call->channel->grpc, NULL, GRPC_PROPAGATE_DEFAULTS,
                                          call->queue ? call->queue : call->channel->cq, slice,
                                          NULL, deadline, NULL);
    grpc_slice_unref(slice);
}

/* False: the channel is closing. */
static bool enlist(struct rpc_client_call *call)
{
    struct rpc_channel *channel = call->channel;
    pthread_mutex_lock(&channel->lock);
    bool is_open = !channel->closing;
    if (is_open) {
        call->next = channel->live;
        if (call->next)
            call->next->previous = call;
        channel->live = call;
        if (!call->queue)
            channel->live_watches++;
    }
    pthread_mutex_unlock(&channel->lock);
    return is_open;
}

void rpc_client_call_delist(struct rpc_client_call *call)
{
    struct rpc_channel *channel = call->channel;
    pthread_mutex_lock(&channel->lock);
    if (call->previous)
        call->previous->next = call->next;
    else
        channel->live = call->next;
    if (call->next)
        call->next->previous = call->previous;
    if (!call->queue) {
        channel->live_watches--;
        pthread_cond_broadcast(&channel->changed);
    }
    pthread_mutex_unlock(&channel->lock);
}

/* NULL: nothing is said. */
static const char *encoding_name(enum rpc_compression compression)
{
    static const char *const names[] = {
        [RPC_COMPRESSION_NONE] = "identity",
        [RPC_COMPRESSION_DEFLATE] = "deflate",
        [RPC_COMPRESSION_GZIP] = "gzip",
    };
    return names[compression];
}

static void copy_metadata(struct rpc_client_call *call, const struct rpc_client_options *options)
{
    size_t count = options ? options->metadata_count : 0;
    const char *encoding = options ? encoding_name(options->compression) : NULL;
    if (!encoding)
        encoding = encoding_name(call->channel->compression);
    if (count == 0 && !encoding)
        return;
    call->metadata = rpc_new((count + 1) * sizeof *call->metadata);
    for (size_t i = 0; i < count; i++)
        call->metadata[call->metadata_count++] = (grpc_metadata){
            .key = grpc_slice_from_copied_string(options->metadata[i].key),
            .value = grpc_slice_from_copied_buffer(options->metadata[i].value,
                                                   rpc_metadata_size(&options->metadata[i])),
        };
    if (encoding)
        call->metadata[call->metadata_count++] = (grpc_metadata){
            .key = grpc_slice_from_static_string(GRPC_COMPRESSION_REQUEST_ALGORITHM_MD_KEY),
            .value = grpc_slice_from_static_string(encoding),
        };
}

bool rpc_client_call_init(struct rpc_client_call *call, struct rpc_channel *channel, bool blocking,
                          const ProtobufCServiceDescriptor *service, const char *method,
                          const struct rpc_client_options *options, struct rpc_status *status)
{
    const ProtobufCMethodDescriptor *descriptor =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    if (!descriptor) {
        say(status, RPC_UNIMPLEMENTED, "the service's .proto has no such method");
        return false;
    }
    assert((!options || !options->retry) && "only unary calls are retried");
    *call = (struct rpc_client_call){ .channel = channel,
                                      .service = service->name,
                                      .method = descriptor->name,
                                      .input = descriptor->input,
                                      .output = descriptor->output };
    if (blocking)
        call->queue = take_queue(channel);
    else
        rpc_channel_thread_queue(channel);
    create_grpc(call, service->name, method, options ? options->timeout_ms : 0);
    if (!enlist(call)) {
        grpc_call_unref(call->grpc);
        if (blocking)
            leave_queue(channel, call->queue);
        say(status, RPC_CANCELLED, "the channel is being destroyed");
        return false;
    }
    atomic_fetch_add_explicit(&channel->holders, 1, memory_order_relaxed);
    if (options && options->wait_for_ready)
        call->metadata_flags = GRPC_INITIAL_METADATA_WAIT_FOR_READY |
                               GRPC_INITIAL_METADATA_WAIT_FOR_READY_EXPLICITLY_SET;
    copy_metadata(call, options);
    grpc_metadata_array_init(&call->initial);
    grpc_metadata_array_init(&call->trailing);
    call->message = grpc_empty_slice();
    rpc_client_intercept_begin(call);
    return true;
}

void rpc_client_call_fini(struct rpc_client_call *call)
{
    grpc_byte_buffer_destroy(call->payload);
    grpc_metadata_array_destroy(&call->initial);
    grpc_metadata_array_destroy(&call->trailing);
    grpc_slice_unref(call->message);
    for (size_t i = 0; i < call->metadata_count; i++) {
        grpc_slice_unref(call->metadata[i].key);
        grpc_slice_unref(call->metadata[i].value);
    }
    free(call->metadata);
    grpc_call_unref(call->grpc);
    if (call->queue)
        leave_queue(call->channel, call->queue);
    rpc_channel_release(call->channel);
}

/* ---- Batches -------------------------------------------------------------------------------- */

grpc_byte_buffer *rpc_client_pack(const struct rpc_client_call *call,
                                  const ProtobufCMessage *message)
{
    assert(message->descriptor == call->input);
    (void)call;
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

grpc_op rpc_client_send_metadata(struct rpc_client_call *call)
{
    return (grpc_op){ .op = GRPC_OP_SEND_INITIAL_METADATA,
                      .flags = call->metadata_flags,
                      .data.send_initial_metadata = { .count = call->metadata_count,
                                                      .metadata = call->metadata } };
}

grpc_op rpc_client_send_message(const struct rpc_client_call *call, grpc_byte_buffer *buffer)
{
    return (grpc_op){ .op = GRPC_OP_SEND_MESSAGE,
                      .flags = call->message_flags,
                      .data.send_message = { .send_message = buffer } };
}

void rpc_client_compress(struct rpc_client_call *call, bool compresses)
{
    call->message_flags = compresses ? 0 : GRPC_WRITE_NO_COMPRESS;
}

grpc_op rpc_client_send_close(void)
{
    return (grpc_op){ .op = GRPC_OP_SEND_CLOSE_FROM_CLIENT };
}

grpc_op rpc_client_receive_metadata(struct rpc_client_call *call)
{
    return (grpc_op){ .op = GRPC_OP_RECV_INITIAL_METADATA,
                      .data.recv_initial_metadata = { .recv_initial_metadata = &call->initial } };
}

grpc_op rpc_client_receive_message(struct rpc_client_call *call)
{
    return (grpc_op){ .op = GRPC_OP_RECV_MESSAGE,
                      .data.recv_message = { .recv_message = &call->payload } };
}

grpc_op rpc_client_receive_status(struct rpc_client_call *call)
{
    return (grpc_op){ .op = GRPC_OP_RECV_STATUS_ON_CLIENT,
                      .data.recv_status_on_client = { .trailing_metadata = &call->trailing,
                                                      .status = &call->code,
                                                      .status_details = &call->message } };
}

bool rpc_client_call_do(struct rpc_client_call *call, const grpc_op *ops, size_t count)
{
    grpc_call_error error = grpc_call_start_batch(call->grpc, ops, count, call, NULL);
    assert(error == GRPC_CALL_OK);
    (void)error;
    grpc_event event =
        grpc_completion_queue_pluck(call->queue, call, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    return event.type == GRPC_OP_COMPLETE && event.success != 0;
}

/* ---- What comes back ------------------------------------------------------------------------ */

ProtobufCMessage *rpc_client_take_message(struct rpc_client_call *call)
{
    struct rpc_payload payload;
    ProtobufCMessage *message = NULL;
    if (rpc_payload_open(&payload, call->payload, call->channel->max_message_bytes) ==
        RPC_PAYLOAD_GOOD)
        message = protobuf_c_message_unpack(call->output, NULL, payload.size, payload.bytes);
    call->compressed = payload.compressed;
    rpc_payload_close(&payload);
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    return message;
}

static void copy_list(struct rpc_metadata_list *list, const grpc_metadata_array *from)
{
    rpc_metadata_list_init(list, from->count);
    for (size_t i = 0; i < from->count; i++) {
        const grpc_metadata *entry = &from->metadata[i];
        rpc_metadata_list_set(list, i, GRPC_SLICE_START_PTR(entry->key),
                              GRPC_SLICE_LENGTH(entry->key), GRPC_SLICE_START_PTR(entry->value),
                              GRPC_SLICE_LENGTH(entry->value));
    }
}

void rpc_client_take_status(const struct rpc_client_call *call, struct rpc_status *status)
{
    const uint8_t *details = NULL;
    size_t size = 0;
    for (size_t i = 0; i < call->trailing.count; i++) {
        const grpc_metadata *entry = &call->trailing.metadata[i];
        if (grpc_slice_str_cmp(entry->key, RPC_DETAILS_KEY) != 0)
            continue;
        details = GRPC_SLICE_START_PTR(entry->value);
        size = GRPC_SLICE_LENGTH(entry->value);
    }
    rpc_status_set(status, (enum rpc_code)call->code,
                   (const char *)GRPC_SLICE_START_PTR(call->message),
                   GRPC_SLICE_LENGTH(call->message), details, size);
    copy_list(&status->header, &call->initial);
    copy_list(&status->trailer, &call->trailing);
    status->compressed = call->compressed;
}

enum rpc_code rpc_client_take_answer(struct rpc_client_call *call, ProtobufCMessage **reply,
                                     struct rpc_status *status)
{
    *reply = NULL;
    enum rpc_code code = (enum rpc_code)call->code;
    if (code == RPC_OK && !(*reply = rpc_client_take_message(call))) {
        call->code = GRPC_STATUS_INTERNAL;
        code = RPC_INTERNAL;
        say(status, code, "the server's answer cannot be read; check both sides' .proto");
    } else if (status) {
        rpc_client_take_status(call, status);
    }
    rpc_client_intercept_end(call);
    return code;
}
