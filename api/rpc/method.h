/*
 * What a server can do: one row for each method of each service, checked against protobuf-c's
 * descriptors when the server starts.
 */
#ifndef RPC_METHOD_H
#define RPC_METHOD_H

#include "api/rpc/rpc.h"

struct rpc_method_entry {
    const struct rpc_method *row;
    const ProtobufCMessageDescriptor *input;
    const ProtobufCMessageDescriptor *output;
    void *ctx;           /* The service's. */
    const char *service; /* Its full name. A service's entries are neighbours. */
    char *path;          /* "/package.Service/Method" */
    bool seldom;         /* Found by its path: gRPC does not know it. */
    void *registered;    /* gRPC's handle; NULL for those, and on a server without a socket. */
};

struct rpc_method_table {
    struct rpc_method_entry *entries;
    size_t count;
};

/* Adds a service's methods. False: the rows do not fit the descriptor, `why` names the one. */
bool rpc_method_table_add(struct rpc_method_table *table, const struct rpc_service *service,
                          char *why, size_t why_size);
void rpc_method_table_fini(struct rpc_method_table *table);
/* All unary methods but those of the NULL-ended list are `seldom`. False: one of the list is none.
 */
bool rpc_method_table_often(struct rpc_method_table *table, const char *const *often, char *why,
                            size_t why_size);
/* A client may send more than one message. */
bool rpc_kind_takes_stream(enum rpc_kind kind);
/* The service sends messages of its own, any number of them. */
bool rpc_kind_sends(enum rpc_kind kind);
const struct rpc_method_entry *rpc_method_table_find(const struct rpc_method_table *table,
                                                     const char *path);

#endif
