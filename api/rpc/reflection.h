/*
 * grpc.reflection.v1 and v1alpha, built into every server that is given its descriptors: lists the
 * services, and hands out the file that defines a symbol or has a name, with all that file needs.
 * Extensions are not answered for (proto3 has none worth asking after).
 */
#ifndef RPC_REFLECTION_H
#define RPC_REFLECTION_H

#include "api/rpc/descriptors.h"
#include "api/rpc/method.h"
#include "api/rpc/rpc.h"

struct rpc_reflection {
    const struct rpc_method_table *methods; /* The server's. */
    struct rpc_descriptors descriptors;
    ProtobufCServiceDescriptor alpha; /* v1's with another name: their messages are the same. */
    struct rpc_service services[2];
};

/* Fills reflection->services. False: the set cannot be read, `why` says so. */
bool rpc_reflection_init(struct rpc_reflection *reflection, const struct rpc_method_table *methods,
                         const uint8_t *set, size_t size, char *why, size_t why_size);
void rpc_reflection_fini(struct rpc_reflection *reflection); /* Zeroed is accepted. */

#endif
