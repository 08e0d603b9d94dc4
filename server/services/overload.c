/*
 * Under overload most calls are refused, so what a refusal costs decides how soon it is heard. The
 * calls that come in floods are refused here, before anything of them is read: neither request nor
 * key, so one that is malformed, too, hears first that there is no room. All others, and those that
 * come right when the last room goes, are refused by work_post() with the same words.
 *
 * Nothing is lost by not looking at an idempotency key: what has been done is told again only by
 * those who can post.
 */
#include "server/services/work.h"

#include <stdlib.h>
#include <string.h>

/* All that these do is a work that is posted. */
static const char *const in_floods[] = {
    "/tifo.v1.Seats/HoldSeats",
    "/tifo.v1.Orders/ConfirmHold",
    "/tifo.v1.Tickets/ScanTicket",
    "/tifo.v1.Seats/ReleaseHold",
};

static bool comes_in_floods(const struct rpc_call *call)
{
    const char *path = rpc_method_path(call);
    for (size_t i = 0; i < sizeof in_floods / sizeof in_floods[0]; i++)
        if (strcmp(path, in_floods[i]) == 0)
            return true;
    return false;
}

static bool let_in(struct rpc_call *call, void *ctx)
{
    const struct services *services = ctx;
    if (!comes_in_floods(call) || app_has_room(services->app))
        return true;
    rpc_fail(call, &services->full);
    return false;
}

struct rpc_interceptor overload_interceptor(struct services *services)
{
    services->full = error_packed(STATUS_INBOX_FULL);
    return (struct rpc_interceptor){ .begin = let_in, .ctx = services };
}

void overload_fini(struct services *services)
{
    free((uint8_t *)services->full.packed);
}
