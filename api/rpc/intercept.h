/*
 * The server's interceptors around a call. Without any, a call costs two comparisons more.
 */
#ifndef RPC_INTERCEPT_H
#define RPC_INTERCEPT_H

#include "api/rpc/rpc.h"

/* What a call remembers for its interceptors. */
struct rpc_intercepted {
    size_t begun;        /* How many have let it pass, or were refusing it. */
    uint64_t began_ns;   /* Monotonic. */
    enum rpc_code code;  /* How the service has answered. */
    const char *message; /* In the call's arena; NULL: none. */
};

/* False: one of them has refused the call. */
bool rpc_intercept_begin(struct rpc_call *call);
/* The service ends the call with an error. Whoever answers. */
void rpc_intercept_fail(struct rpc_call *call, const struct rpc_error *error);
/* The call is over. */
void rpc_intercept_end(struct rpc_call *call);

#endif
