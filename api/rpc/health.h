/*
 * grpc.health.v1.Health, built into every server: one answer for every service name. Check asks
 * once; Watch hears of each change.
 */
#ifndef RPC_HEALTH_H
#define RPC_HEALTH_H

#include <stdatomic.h>

#include "api/rpc/rpc.h"

struct rpc_health {
    struct rpc_service service;
    struct rpc_topic *topic;
    atomic_bool serving;
};

/* Fills health->service. */
void rpc_health_init(struct rpc_health *health);
/* Starts to answer NOT_SERVING; the server's topics must work by now. */
void rpc_health_open(struct rpc_health *health, struct rpc_server *server);
void rpc_health_close(struct rpc_health *health);
void rpc_health_set(struct rpc_health *health, bool serving);

#endif
