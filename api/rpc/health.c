#include "api/rpc/health.h"

#include "grpc/health/v1/health.pb-c.h"

static Grpc__Health__V1__HealthCheckResponse response(bool serving)
{
    Grpc__Health__V1__HealthCheckResponse message = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    message.status = serving ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
                             : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
    return message;
}

static void check(struct rpc_call *call, void *ctx)
{
    struct rpc_health *health = ctx;
    Grpc__Health__V1__HealthCheckResponse message = response(atomic_load(&health->serving));
    rpc_reply(call, &message.base);
}

static void watch(struct rpc_call *call, void *ctx)
{
    struct rpc_health *health = ctx;
    rpc_topic_subscribe(health->topic, call);
}

static const struct rpc_method methods[] = {
    { "Check", RPC_UNARY, check, NULL },
    { "Watch", RPC_SERVER_STREAM, watch, NULL },
};

void rpc_health_init(struct rpc_health *health)
{
    health->service = (struct rpc_service){ &grpc__health__v1__health__descriptor, methods,
                                            sizeof methods / sizeof *methods, health };
}

void rpc_health_open(struct rpc_health *health, struct rpc_server *server)
{
    health->topic = rpc_topic_create(server);
    rpc_health_set(health, false);
}

void rpc_health_close(struct rpc_health *health)
{
    rpc_topic_destroy(health->topic);
    health->topic = NULL;
}

void rpc_health_set(struct rpc_health *health, bool serving)
{
    atomic_store(&health->serving, serving);
    Grpc__Health__V1__HealthCheckResponse message = response(serving);
    rpc_topic_publish(health->topic, &message.base);
}
