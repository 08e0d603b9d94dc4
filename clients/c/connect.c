#include <stdio.h>

#include "api/rpc/channel.h"
#include "api/rpc/tls.h"
#include "clients/c/tifo.h"
#include "grpc/health/v1/health.pb-c.h"

/* tifod allows pings that are 10 s apart. */
enum { WHY_NOT_TIMEOUT_MS = 1000, KEEPALIVE_MS = 30000 };

static bool has_tls(const struct tifo_server *server)
{
    return server->tls_ca || server->tls_cert || server->tls_key;
}

struct rpc_channel *tifo_channel(const struct tifo_server *server, char *why, size_t why_size)
{
    const struct rpc_tls tls = { .ca.file = server->tls_ca,
                                 .certificate.file = server->tls_cert,
                                 .key.file = server->tls_key };
    return rpc_channel_open(&(struct rpc_channel_options){ .address = server->address,
                                                           .tls = has_tls(server) ? &tls : NULL },
                            why, why_size);
}

/* Asks whether the server serves; `status` is the caller's to fini. */
static bool is_serving(struct rpc_channel *channel, const struct rpc_client_options *options,
                       struct rpc_status *status)
{
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    rpc_unary(channel, &grpc__health__v1__health__descriptor, "Check", options, &request.base,
              &reply, status);
    bool serving = reply && ((Grpc__Health__V1__HealthCheckResponse *)(void *)reply)->status ==
                                GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
    if (reply)
        protobuf_c_message_free_unpacked(reply, NULL);
    return serving;
}

/* Why nobody answers: over TLS there may be somebody who is not trusted, or does not trust us. */
static void explain(struct rpc_channel *channel, const struct tifo_server *server, char *why,
                    size_t why_size)
{
    struct rpc_status status = { 0 };
    if (!has_tls(server)) {
        snprintf(why, why_size,
                 "no tifod answers at %s; start one with: tifod --listen %s --data DIR",
                 server->address, server->address);
        return;
    }
    is_serving(channel, &(struct rpc_client_options){ .timeout_ms = WHY_NOT_TIMEOUT_MS }, &status);
    snprintf(why, why_size, "no tifod answers at %s with these certificates: %s", server->address,
             status.message ? status.message : "it does not say why");
    rpc_status_fini(&status);
}

struct rpc_channel *tifo_connect(const struct tifo_server *server, int64_t timeout_ms, char *why,
                                 size_t why_size)
{
    struct rpc_channel *channel = tifo_channel(server, why, why_size);
    if (!channel)
        return NULL;
    const struct rpc_client_options options = { .timeout_ms = timeout_ms, .wait_for_ready = true };
    struct rpc_status status = { 0 };
    bool serving = is_serving(channel, &options, &status);
    enum rpc_code code = status.code;
    rpc_status_fini(&status);
    if (serving)
        return channel;
    if (code == RPC_OK)
        snprintf(why, why_size, "the tifod at %s is not ready yet; try again in a moment",
                 server->address);
    else
        explain(channel, server, why, why_size);
    rpc_channel_destroy(channel);
    return NULL;
}
