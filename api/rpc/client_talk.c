#include <grpc/byte_buffer.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"

/* Whoever sends and whoever takes wait on the same queue, each for a tag of its own. */
struct rpc_talk {
    struct rpc_client_call call;
    struct rpc_tag sent, received;
    bool has_metadata; /* Received; asked for together with the first message. */
    bool is_over;      /* The server sends no more. */
};

static bool do_batch(struct rpc_talk *talk, const grpc_op *ops, size_t count, struct rpc_tag *tag)
{
    rpc_core_batch(talk->call.grpc, ops, count, tag);
    grpc_event event = grpc_completion_queue_pluck(talk->call.queue, tag,
                                                   gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    return event.type == GRPC_OP_COMPLETE && event.success != 0;
}

struct rpc_talk *rpc_talk_start(struct rpc_channel *channel,
                                const ProtobufCServiceDescriptor *service, const char *method,
                                const struct rpc_client_options *options)
{
    struct rpc_talk *talk = rpc_new(sizeof *talk);
    if (!rpc_client_call_init(&talk->call, channel, true, service, method, options, NULL)) {
        free(talk);
        return NULL;
    }
    /* At once: the server may have something to say first. Its failing is heard at the end. */
    const grpc_op metadata = rpc_client_send_metadata(&talk->call);
    do_batch(talk, &metadata, 1, &talk->sent);
    return talk;
}

bool rpc_talk_send(struct rpc_talk *talk, const ProtobufCMessage *message)
{
    grpc_byte_buffer *buffer = rpc_client_pack(&talk->call, message);
    const grpc_op op = rpc_client_send_message(&talk->call, buffer);
    bool is_taken = do_batch(talk, &op, 1, &talk->sent);
    grpc_byte_buffer_destroy(buffer);
    return is_taken;
}

void rpc_talk_compress(struct rpc_talk *talk, bool compresses)
{
    rpc_client_compress(&talk->call, compresses);
}

bool rpc_talk_compressed(const struct rpc_talk *talk)
{
    return talk->call.compressed;
}

void rpc_talk_send_end(struct rpc_talk *talk)
{
    const grpc_op op = rpc_client_send_close();
    do_batch(talk, &op, 1, &talk->sent);
}

ProtobufCMessage *rpc_talk_next(struct rpc_talk *talk)
{
    grpc_op ops[2];
    size_t count = 0;
    if (talk->is_over)
        return NULL;
    if (!talk->has_metadata)
        ops[count++] = rpc_client_receive_metadata(&talk->call);
    talk->has_metadata = true;
    ops[count++] = rpc_client_receive_message(&talk->call);
    bool has_come = do_batch(talk, ops, count, &talk->received) && talk->call.payload;
    ProtobufCMessage *message = has_come ? rpc_client_take_message(&talk->call) : NULL;
    talk->is_over = !has_come;
    if (has_come && !message)
        grpc_call_cancel_with_status(talk->call.grpc, GRPC_STATUS_INTERNAL,
                                     "a message of the server cannot be read; check both .proto",
                                     NULL);
    return message;
}

void rpc_talk_cancel(struct rpc_talk *talk)
{
    grpc_call_cancel(talk->call.grpc, NULL);
}

enum rpc_code rpc_talk_finish(struct rpc_talk *talk, struct rpc_status *status)
{
    struct rpc_client_call *call = &talk->call;
    if (!talk->is_over)
        rpc_talk_cancel(talk);
    const grpc_op op = rpc_client_receive_status(call);
    do_batch(talk, &op, 1, &talk->received);
    rpc_client_call_delist(call);
    enum rpc_code code = (enum rpc_code)call->code;
    if (status)
        rpc_client_take_status(call, status);
    rpc_client_intercept_end(call);
    rpc_client_call_fini(call);
    free(talk);
    return code;
}
