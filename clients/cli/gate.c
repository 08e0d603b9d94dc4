#include <stdio.h>

#include "clients/cli/dry_run.h"
#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"

static const struct flag flags[] = {
    { "--reason", "TEXT", "why, for the record, at most 200 bytes" },
    { "--dry-run", NULL, "changes nothing: what the plan would be" },
    { "--json", NULL, "the answer as JSON" },
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

static enum outcome ask_dry(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments, uint32_t gate, bool closed)
{
    Tifo__V1__DryRunRequest request = TIFO__V1__DRY_RUN_REQUEST__INIT;
    char what[96];
    request.close_gate = request.open_gate = &gate;
    request.n_close_gate = closed;
    request.n_open_gate = !closed;
    snprintf(what, sizeof(what), "if %s were %s", venue->gates[gate]->gate_id,
             closed ? "shut" : "open");
    return dry_run(link, venue, arguments, &request, what);
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments, Tifo__V1__GateMode mode)
{
    const char *id = arguments->positional[0], *reason = arguments_text(arguments, "--reason");
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    if (!gate_find(venue, id, &request.gate))
        return FAILED;
    if (arguments_switch(arguments, "--dry-run"))
        return ask_dry(link, venue, arguments, request.gate,
                       mode == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    request.venue_id = venue->venue_id;
    request.mode = mode;
    if (reason)
        request.reason = (char *)reason;
    Tifo__V1__SetGateResponse *reply =
        (void *)server_link_call(link, &tifo__v1__guidance__descriptor, "SetGate", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        printf("%s is %s, seq %llu\n", id,
               mode == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED ? "closed" : "open",
               (unsigned long long)reply->seq);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome open_it(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    return set(link, venue, arguments, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
}

static enum outcome close_it(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    return set(link, venue, arguments, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
}

const struct command gate_open_command = {
    "gate open", "GATE", "opens a gate both ways", 1, flags, .task = open_it,
};
const struct command gate_close_command = {
    "gate close", "GATE", "shuts a gate; the plan follows", 1, flags, .task = close_it,
};
