#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "tifo/v1/guidance.pb-c.h"

static const struct flag flags[] = {
    { "--reason", "TEXT", "why, for the record, at most 200 bytes" },
    { "--dry-run", NULL, "changes nothing: what the plan would be" },
    { "--json", NULL, "the answer as JSON" },
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

static void print_time(const char *what, const Tifo__V1__PlanBound *bound)
{
    if (bound)
        printf("%s: %u people could be out in %u:%02u (T*fit%s), not before %u:%02u (T*bound)\n",
               what, bound->people, bound->fit_ms / 60000, bound->fit_ms / 1000 % 60,
               bound->exact ? "" : ", estimate", bound->bound_ms / 60000,
               bound->bound_ms / 1000 % 60);
}

/* Who of everybody would go where, by the plan: a line a gate. */
static void print_gates(const Tifo__V1__Venue *venue, const Tifo__V1__Plan *plan)
{
    for (size_t g = 0; g < venue->n_gates; g++) {
        uint32_t places = 0;
        double shares = 0;
        for (size_t i = 0; i < plan->n_splits; i++) {
            const Tifo__V1__Split *split = plan->splits[i];
            if (split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT ||
                !tifo_place_is_block(venue, split->origin))
                continue;
            for (size_t k = 0; k < split->n_destination && k < split->n_share_milli; k++)
                if (split->destination[k] == g) {
                    places++;
                    shares += split->share_milli[k] / 1000.0;
                }
        }
        printf("  %-8s from %u blocks, as many people as sit in %.1f of them\n",
               venue->gates[g]->gate_id, places, shares);
    }
}

static enum outcome dry_run(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments, uint32_t gate, bool closed)
{
    Tifo__V1__DryRunRequest request = TIFO__V1__DRY_RUN_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.close_gate = request.open_gate = &gate;
    request.n_close_gate = closed;
    request.n_open_gate = !closed;
    Tifo__V1__DryRunResponse *reply =
        (void *)server_link_call(link, &tifo__v1__guidance__descriptor, "DryRun", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json")) {
        message_json_print(&reply->base);
    } else if (reply->plan) {
        printf("dry run: if %s were %s; nothing has changed\n", venue->gates[gate]->gate_id,
               closed ? "shut" : "open");
        print_time("now", reply->present);
        print_time("then", reply->plan->bound);
        print_gates(venue, reply->plan);
    }
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments, Tifo__V1__GateMode mode)
{
    const char *id = arguments->positional[0], *reason = arguments_text(arguments, "--reason");
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    if (!gate_find(venue, id, &request.gate))
        return FAILED;
    if (arguments_switch(arguments, "--dry-run"))
        return dry_run(link, venue, arguments, request.gate,
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
