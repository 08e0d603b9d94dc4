/* Who calls. */
#include "server/services/work.h"
#include "server/wire/check.h"

#include <string.h>

/* Whether the call comes from this machine: such peers are believed what they say of themselves.
 * gRPC writes peers with numbers, so a prefix says all: no name can look like one. */
static bool is_local(const char *peer)
{
    static const char *const local[] = { "memory", "unix:", "ipv4:127.",
                                         "ipv6:%5B::1%5D:", "ipv6:[::1]:" };
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (strncmp(peer, local[i], strlen(local[i])) == 0)
            return true;
    return false;
}

const char *call_caller(struct rpc_call *call)
{
    const char *certified = rpc_peer_identity(call);
    const char *said = rpc_metadata(call, "tifo-caller");
    if (certified)
        return certified;
    if (rpc_peer_is_certified(call)) /* It names nobody: then nobody is who calls. */
        return "anonymous";
    return said && said[0] && is_local(rpc_peer(call)) ? said : "anonymous";
}

static bool is_named(const struct services *services, const char *caller)
{
    const char *const *operators = services->operators;
    for (; operators && *operators; operators++)
        if (strcmp(*operators, caller) == 0)
            return true;
    return false;
}

bool call_is_operator(struct rpc_call *call, const struct services *services)
{
    if (!rpc_peer_is_certified(call) && is_local(rpc_peer(call)))
        return true;
    return rpc_peer_is_certified(call) && is_named(services, call_caller(call));
}

bool work_actor(struct work *work, struct actor *to)
{
    to->is_operator |= is_named(work->services, call_caller(work->call));
    return work_caller(work, to->person, sizeof to->person);
}

bool work_caller(struct work *work, char *to, size_t size)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    return check_text(&check, "tifo-caller", call_caller(work->call), to, size);
}
