#include <grpc/byte_buffer.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"

struct rpc_upload {
    struct rpc_client_call call;
};

struct rpc_upload *rpc_upload_start(struct rpc_channel *channel,
                                    const ProtobufCServiceDescriptor *service, const char *method,
                                    const struct rpc_client_options *options)
{
    struct rpc_upload *upload = rpc_new(sizeof *upload);
    if (!rpc_client_call_init(&upload->call, channel, true, service, method, options, NULL)) {
        free(upload);
        return NULL;
    }
    /* Its failing is heard at the end. */
    const grpc_op metadata = rpc_client_send_metadata(&upload->call);
    rpc_client_call_do(&upload->call, &metadata, 1);
    return upload;
}

bool rpc_upload_send(struct rpc_upload *upload, const ProtobufCMessage *message)
{
    grpc_byte_buffer *buffer = rpc_client_pack(&upload->call, message);
    const grpc_op op = rpc_client_send_message(&upload->call, buffer);
    bool is_taken = rpc_client_call_do(&upload->call, &op, 1);
    grpc_byte_buffer_destroy(buffer);
    return is_taken;
}

void rpc_upload_compress(struct rpc_upload *upload, bool compresses)
{
    rpc_client_compress(&upload->call, compresses);
}

void rpc_upload_cancel(struct rpc_upload *upload)
{
    grpc_call_cancel(upload->call.grpc, NULL);
}

enum rpc_code rpc_upload_finish(struct rpc_upload *upload, ProtobufCMessage **reply,
                                struct rpc_status *status)
{
    struct rpc_client_call *call = &upload->call;
    const grpc_op ops[] = {
        rpc_client_send_close(),
        rpc_client_receive_metadata(call),
        rpc_client_receive_message(call),
        rpc_client_receive_status(call),
    };
    rpc_client_call_do(call, ops, sizeof ops / sizeof *ops);
    rpc_client_call_delist(call);
    enum rpc_code code = rpc_client_take_answer(call, reply, status);
    rpc_client_call_fini(call);
    free(upload);
    return code;
}
