/* The channel's interceptors around a call. */
#include <grpc/support/alloc.h>
#include <stdlib.h>

#include "api/rpc/client.h"
#include "api/rpc/metadata.h"

const char *rpc_client_service(const struct rpc_client_call *call)
{
    return call->service;
}

const char *rpc_client_method(const struct rpc_client_call *call)
{
    return call->method;
}

void rpc_client_add_metadata(struct rpc_client_call *call, const struct rpc_metadata_entry *entry)
{
    grpc_metadata *grown =
        realloc(call->metadata, (call->metadata_count + 1) * sizeof *call->metadata);
    if (!grown)
        abort();
    call->metadata = grown;
    call->metadata[call->metadata_count++] = (grpc_metadata){
        .key = grpc_slice_from_copied_string(entry->key),
        .value = grpc_slice_from_copied_buffer(entry->value, rpc_metadata_size(entry)),
    };
}

void rpc_client_intercept_begin(struct rpc_client_call *call)
{
    const struct rpc_channel *channel = call->channel;
    if (channel->interceptor_count == 0)
        return;
    call->began_ns = rpc_monotonic_ns();
    for (size_t i = 0; i < channel->interceptor_count; i++)
        if (channel->interceptors[i].begin)
            channel->interceptors[i].begin(call, channel->interceptors[i].ctx);
}

void rpc_client_intercept_end(const struct rpc_client_call *call)
{
    const struct rpc_channel *channel = call->channel;
    if (channel->interceptor_count == 0)
        return;
    char *message = grpc_slice_to_c_string(call->message);
    const struct rpc_outcome outcome = { .code = (enum rpc_code)call->code,
                                         .message = message[0] ? message : NULL,
                                         .duration_ns = rpc_monotonic_ns() - call->began_ns };
    for (size_t i = channel->interceptor_count; i-- > 0;)
        if (channel->interceptors[i].end)
            channel->interceptors[i].end(call, &outcome, channel->interceptors[i].ctx);
    gpr_free(message);
}
