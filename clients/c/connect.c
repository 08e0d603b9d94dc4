#include <stdio.h>

#include "api/rpc/channel.h"
#include "clients/c/tifo.h"
#include "grpc/health/v1/health.pb-c.h"

struct rpc_channel *tifo_connect(const char *address, int64_t timeout_ms, char *why,
                                 size_t why_size)
{
    struct rpc_channel *channel = rpc_channel_create(address);
    if (!channel) {
        snprintf(why, why_size, "\"%s\" is not an address; give host:port, such as %s", address,
                 TIFO_DEFAULT_ADDRESS);
        return NULL;
    }
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    struct rpc_client_options options = { .timeout_ms = timeout_ms, .wait_for_ready = true };
    ProtobufCMessage *reply = NULL;
    enum rpc_code code = rpc_unary(channel, &grpc__health__v1__health__descriptor, "Check",
                                   &options, &request.base, &reply, NULL);
    bool serving =
        code == RPC_OK && ((Grpc__Health__V1__HealthCheckResponse *)(void *)reply)->status ==
                              GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
    if (reply)
        protobuf_c_message_free_unpacked(reply, NULL);
    if (serving)
        return channel;
    if (code == RPC_OK)
        snprintf(why, why_size, "the tifod at %s is not ready yet; try again in a moment", address);
    else
        snprintf(why, why_size,
                 "no tifod answers at %s; start one with: tifod --listen %s --data DIR", address,
                 address);
    rpc_channel_destroy(channel);
    return NULL;
}
