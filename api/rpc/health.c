#include "api/rpc/health.h"

#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"
#include "grpc/health/v1/health.pb-c.h"

typedef Grpc__Health__V1__HealthCheckResponse response;
typedef Grpc__Health__V1__HealthCheckResponse__ServingStatus serving_status;

static response response_of(serving_status status)
{
    response message = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    message.status = status;
    return message;
}

static serving_status status_of(bool serving)
{
    return serving ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
                   : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
}

static struct rpc_health_entry *find(const struct rpc_health *health, const char *service)
{
    for (size_t i = 0; i < health->count; i++)
        if (strcmp(health->entries[i].name, service) == 0)
            return &health->entries[i];
    return NULL;
}

/* ---- The service ---------------------------------------------------------------------------- */

/* The entry that the request asks for. */
static struct rpc_health_entry *asked(const struct rpc_call *call, const struct rpc_health *health)
{
    return find(health, ((const Grpc__Health__V1__HealthCheckRequest *)rpc_request(call))->service);
}

static void check(struct rpc_call *call, void *ctx)
{
    const struct rpc_health_entry *entry = asked(call, ctx);
    if (!entry) {
        rpc_fail(call, &(struct rpc_error){ .code = RPC_NOT_FOUND,
                                            .message = "this server has no such service" });
        return;
    }
    const response message = response_of(status_of(atomic_load(&entry->serving)));
    rpc_reply(call, &message.base);
}

/* As the protocol wants it: who watches an unknown service is told so, and stays. */
static void watch(struct rpc_call *call, void *ctx)
{
    const struct rpc_health *health = ctx;
    const struct rpc_health_entry *entry = asked(call, health);
    rpc_topic_subscribe(entry ? entry->topic : health->unknown, call);
}

static const struct rpc_method methods[] = {
    { "Check", RPC_UNARY, check, NULL },
    { "Watch", RPC_SERVER_STREAM, watch, NULL },
};

/* ---- Life ----------------------------------------------------------------------------------- */

void rpc_health_init(struct rpc_health *health)
{
    health->service = (struct rpc_service){ &grpc__health__v1__health__descriptor, methods,
                                            sizeof methods / sizeof *methods, health };
}

static void add(struct rpc_health *health, struct rpc_server *server, const char *name)
{
    struct rpc_health_entry *entry = &health->entries[health->count++];
    entry->name = name;
    entry->topic = rpc_topic_create(server);
}

void rpc_health_open(struct rpc_health *health, struct rpc_server *server,
                     const struct rpc_method_table *table)
{
    health->entries = rpc_new((table->count + 1) * sizeof *health->entries);
    add(health, server, "");
    for (size_t i = 0; i < table->count; i++)
        if (!find(health, table->entries[i].service))
            add(health, server, table->entries[i].service);
    rpc_health_set_all(health, false);
    health->unknown = rpc_topic_create(server);
    const response message =
        response_of(GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN);
    rpc_topic_publish(health->unknown, &message.base);
}

void rpc_health_close(struct rpc_health *health)
{
    for (size_t i = 0; i < health->count; i++)
        rpc_topic_destroy(health->entries[i].topic);
    rpc_topic_destroy(health->unknown);
    free(health->entries);
    health->entries = NULL;
    health->count = 0;
}

static void set(struct rpc_health_entry *entry, bool serving)
{
    atomic_store(&entry->serving, serving);
    const response message = response_of(status_of(serving));
    rpc_topic_publish(entry->topic, &message.base);
}

void rpc_health_set_all(struct rpc_health *health, bool serving)
{
    for (size_t i = 0; i < health->count; i++)
        set(&health->entries[i], serving);
}

bool rpc_health_set(struct rpc_health *health, const char *service, bool serving)
{
    struct rpc_health_entry *entry = find(health, service);
    if (entry)
        set(entry, serving);
    return entry != NULL;
}
