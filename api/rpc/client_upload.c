#include <grpc/byte_buffer.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/client.h"

struct rpc_upload {
    struct rpc_client_call call;
    bool has_begun; /* Metadata goes out with the first message. */
};

struct rpc_upload *rpc_upload_start(struct rpc_channel *channel,
                                    const ProtobufCServiceDescriptor *service, const char *method,
                                    const struct rpc_client_options *options)
{
    struct rpc_upload *upload = rpc_new(sizeof *upload);
    if (rpc_client_call_init(&upload->call, channel, true, service, method, options, NULL))
        return upload;
    free(upload);
    return NULL;
}

bool rpc_upload_send(struct rpc_upload *upload, const ProtobufCMessage *message)
{
    grpc_op ops[2];
    size_t count = 0;
    if (!upload->has_begun)
        ops[count++] = rpc_client_send_metadata(&upload->call);
    upload->has_begun = true;
    grpc_byte_buffer *buffer = rpc_client_pack(&upload->call, message);
    ops[count++] = rpc_client_send_message(buffer);
    bool is_taken = rpc_client_call_do(&upload->call, ops, count);
    grpc_byte_buffer_destroy(buffer);
    return is_taken;
}

enum rpc_code rpc_upload_finish(struct rpc_upload *upload, ProtobufCMessage **reply,
                                struct rpc_status *status)
{
    struct rpc_client_call *call = &upload->call;
    grpc_op ops[5];
    size_t count = 0;
    if (!upload->has_begun)
        ops[count++] = rpc_client_send_metadata(call);
    ops[count++] = rpc_client_send_close();
    ops[count++] = rpc_client_receive_metadata(call);
    ops[count++] = rpc_client_receive_message(call);
    ops[count++] = rpc_client_receive_status(call);
    rpc_client_call_do(call, ops, count);
    rpc_client_call_delist(call);
    enum rpc_code code = rpc_client_take_answer(call, reply, status);
    rpc_client_call_fini(call);
    free(upload);
    return code;
}
