/* A service of which a test's own server has some methods only: the others are there, too, as a
 * server's table has to have them all, and answer UNIMPLEMENTED, "not here". So a method that is
 * new in a .proto file breaks no server that a test makes by hand. */
#ifndef TESTS_SUPPORT_PARTLY_H
#define TESTS_SUPPORT_PARTLY_H

#include "api/rpc/rpc.h"

enum { PARTLY_METHODS = 64 };

/* It must outlive the server. */
struct partly {
    struct rpc_service service;
    struct rpc_method methods[PARTLY_METHODS];
};

/* `methods` are copied; aborts when one of them is not the descriptor's. */
void partly_init(struct partly *partly, const ProtobufCServiceDescriptor *descriptor,
                 const struct rpc_method *methods, size_t count, void *ctx);

#endif
