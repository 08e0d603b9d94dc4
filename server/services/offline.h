/* The part of tifo.v1.Doors that is for gates without a network. */
#ifndef SERVICES_OFFLINE_H
#define SERVICES_OFFLINE_H

#include "api/rpc/rpc.h"
#include "server/core/stadium.h"

/* Handlers of doors.c's table. */
void get_manifest(struct rpc_call *call, void *ctx);
void upload_scans(struct rpc_call *call, void *ctx);
void list_conflicts(struct rpc_call *call, void *ctx);

#endif
