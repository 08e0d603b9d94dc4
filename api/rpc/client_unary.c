#include <grpc/byte_buffer.h>

#include "api/rpc/client.h"

enum rpc_code rpc_client_attempt(struct rpc_channel *channel,
                                 const ProtobufCServiceDescriptor *service, const char *method,
                                 const struct rpc_client_options *options,
                                 const ProtobufCMessage *request, ProtobufCMessage **reply,
                                 struct rpc_status *status)
{
    struct rpc_client_call call;
    struct rpc_status refused = { 0 };
    *reply = NULL;
    if (!rpc_client_call_init(&call, channel, true, service, method, options, &refused)) {
        enum rpc_code code = refused.code;
        if (status)
            *status = refused;
        else
            rpc_status_fini(&refused);
        return code;
    }
    grpc_byte_buffer *buffer = rpc_client_pack(&call, request);
    const grpc_op ops[] = {
        rpc_client_send_metadata(&call),   rpc_client_send_message(&call, buffer),
        rpc_client_send_close(),           rpc_client_receive_metadata(&call),
        rpc_client_receive_message(&call), rpc_client_receive_status(&call),
    };
    rpc_client_call_do(&call, ops, sizeof ops / sizeof *ops);
    grpc_byte_buffer_destroy(buffer);
    rpc_client_call_delist(&call);
    enum rpc_code code = rpc_client_take_answer(&call, reply, status);
    rpc_client_call_fini(&call);
    return code;
}

enum rpc_code rpc_unary(struct rpc_channel *channel, const ProtobufCServiceDescriptor *service,
                        const char *method, const struct rpc_client_options *options,
                        const ProtobufCMessage *request, ProtobufCMessage **reply,
                        struct rpc_status *status)
{
    bool is_retried = options && options->retry;
    return (is_retried ? rpc_client_retry : rpc_client_attempt)(channel, service, method, options,
                                                                request, reply, status);
}
