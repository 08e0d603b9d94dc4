#include "api/rpc/intercept.h"

#include <assert.h>
#include <string.h>

#include "api/rpc/call.h"
#include "api/rpc/clock.h"
#include "api/rpc/server.h"

bool rpc_intercept_begin(struct rpc_call *call)
{
    const struct rpc_server *server = call->server;
    if (server->interceptor_count == 0)
        return true;
    call->intercepted.began_ns = rpc_monotonic_ns();
    for (size_t i = 0; i < server->interceptor_count; i++) {
        const struct rpc_interceptor *interceptor = &server->interceptors[i];
        call->intercepted.begun++;
        bool goes_on = !interceptor->begin || interceptor->begin(call, interceptor->ctx);
        assert(goes_on != atomic_load(&call->answered) && "it goes on, or it has been failed");
        if (!goes_on)
            return false;
    }
    return true;
}

void rpc_intercept_fail(struct rpc_call *call, const struct rpc_error *error)
{
    if (call->intercepted.begun == 0)
        return;
    call->intercepted.code = error->code;
    if (error->message)
        call->intercepted.message =
            rpc_arena_string(&call->arena, error->message, strlen(error->message));
}

/* What the client has heard: not the service's answer if it went before that was out. */
static struct rpc_outcome outcome_of(const struct rpc_call *call)
{
    const struct rpc_intercepted *own = &call->intercepted;
    const uint64_t duration_ns = rpc_monotonic_ns() - own->began_ns;
    if (!atomic_load(&call->cancelled))
        return (struct rpc_outcome){ own->code, own->message, duration_ns };
    const bool is_late = call->ops->deadline_left_ms(call) == 0;
    return (struct rpc_outcome){ is_late ? RPC_DEADLINE_EXCEEDED : RPC_CANCELLED, NULL,
                                 duration_ns };
}

void rpc_intercept_end(struct rpc_call *call)
{
    if (call->intercepted.begun == 0)
        return;
    const struct rpc_outcome outcome = outcome_of(call);
    for (size_t i = call->intercepted.begun; i-- > 0;) {
        const struct rpc_interceptor *interceptor = &call->server->interceptors[i];
        if (interceptor->end)
            interceptor->end(call, &outcome, interceptor->ctx);
    }
}
