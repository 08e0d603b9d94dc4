/*
 * grpc.health.v1.Health, built into every server: one status for each service and one, by the empty
 * name, for the server. Check asks once; Watch hears of each change.
 */
#ifndef RPC_HEALTH_H
#define RPC_HEALTH_H

#include <stdatomic.h>

#include "api/rpc/method.h"
#include "api/rpc/rpc.h"

struct rpc_health_entry {
    const char *name; /* "": the server. */
    struct rpc_topic *topic;
    atomic_bool serving;
};

struct rpc_health {
    struct rpc_service service;
    struct rpc_health_entry *entries; /* The server's comes first. */
    size_t count;
    struct rpc_topic *unknown; /* For who watches a service that is not here. */
};

/* Fills health->service. */
void rpc_health_init(struct rpc_health *health);
/* Starts to answer NOT_SERVING for the server and all its services; topics must work by now. */
void rpc_health_open(struct rpc_health *health, struct rpc_server *server,
                     const struct rpc_method_table *methods);
void rpc_health_close(struct rpc_health *health);
void rpc_health_set_all(struct rpc_health *health, bool serving);
/* False: there is no such service. */
bool rpc_health_set(struct rpc_health *health, const char *service, bool serving);

#endif
