/* How buyers, and gateways for them, call the server in `tifo sale simulate`. */
#include "clients/cli/sale.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TRIES = 5 /* Before nobody knows. */, TIMEOUT_MS = 20000 };

void sale_complain(struct sale *sale, const char *who, const char *what)
{
    if (atomic_fetch_add(&sale->wrong, 1) == 0)
        fprintf(stderr, "tifo: %s: %s\n", who, what);
}

void sale_buyer(char name[BUYER_SIZE], uint32_t buyer)
{
    snprintf(name, BUYER_SIZE, "buyer-%u", buyer);
}

static bool is_open(enum rpc_code code)
{
    return code == RPC_UNAVAILABLE || code == RPC_DEADLINE_EXCEEDED || code == RPC_CANCELLED;
}

void *sale_call(struct worker *worker, const char *caller,
                const ProtobufCServiceDescriptor *service, const char *method, const char *key,
                const void *request, char reason[SALE_REASON])
{
    struct sale *sale = worker->sale;
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = caller },
                                                   { .key = "idempotency-key", .value = key } };
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = key ? 2 : 1,
                                                .timeout_ms = TIMEOUT_MS };
    for (int i = 0;
         !reply && (i == 0 || status.retry_after_ms || (is_open(status.code) && i < TRIES)); i++) {
        const struct timespec wait = { .tv_nsec = 1000000 * (long)(status.retry_after_ms % 1000) };
        if (status.retry_after_ms)
            nanosleep(&wait, NULL);
        rpc_status_fini(&status);
        status = (struct rpc_status){ 0 };
        rpc_unary(worker->channel, service, method, &options, request, &reply, &status);
    }
    snprintf(reason, SALE_REASON, "%s", reply ? "" : status.reason ? status.reason : "no answer");
    if (!reply)
        atomic_fetch_add(is_open(status.code) ? &sale->unknown : &sale->refused, 1);
    rpc_status_fini(&status);
    return reply;
}
