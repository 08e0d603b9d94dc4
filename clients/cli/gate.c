/* Gates, and passages between two places: opened and shut. */
#include <stdio.h>
#include <string.h>

#include "clients/cli/dry_run.h"
#include "clients/cli/server_link.h"

static const struct flag flags[] = {
    { "--reason", "TEXT", "why, for the record, at most 200 bytes" },
    { "--dry-run", NULL, "changes nothing: what the plan would be" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

static bool opening_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *opening)
{
    for (size_t i = 0; i < venue->n_openings; i++)
        if (strcmp(venue->openings[i]->opening_id, id) == 0) {
            *opening = (uint32_t)i;
            return true;
        }
    fprintf(stderr, "tifo: %s has no opening %s; tifo venue show lists them\n", venue->venue_id,
            id);
    return false;
}

struct change {
    const char *id;
    bool closed;
};

static enum outcome ask_dry(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments, Tifo__V1__DryRunRequest *request,
                            const struct change *change)
{
    char what[96];
    snprintf(what, sizeof(what), "if %s were %s", change->id, change->closed ? "shut" : "open");
    return dry_run(link, venue, arguments, request, what);
}

static Tifo__V1__GateMode mode_of(const struct change *change)
{
    return change->closed ? TIFO__V1__GATE_MODE__GATE_MODE_CLOSED
                          : TIFO__V1__GATE_MODE__GATE_MODE_OPEN;
}

static void print_change(const struct change *change, uint64_t seq)
{
    printf("%s is %s, seq %llu\n", change->id, change->closed ? "closed" : "open",
           (unsigned long long)seq);
}

/* ---- Gates ----------------------------------------------------------------------------------- */

static void print_gate(const ProtobufCMessage *reply, const void *change)
{
    print_change(change, ((const Tifo__V1__SetGateResponse *)reply)->seq);
}

static enum outcome set_gate(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments, bool closed)
{
    const struct change change = { arguments->positional[0], closed };
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    if (!gate_find(venue, change.id, &request.gate))
        return FAILED;
    if (arguments_switch(arguments, "--dry-run")) {
        Tifo__V1__DryRunRequest dry = TIFO__V1__DRY_RUN_REQUEST__INIT;
        dry.close_gate = dry.open_gate = &request.gate;
        dry.n_close_gate = closed;
        dry.n_open_gate = !closed;
        return ask_dry(link, venue, arguments, &dry, &change);
    }
    request.venue_id = venue->venue_id;
    request.mode = mode_of(&change);
    request.reason = arguments_or(arguments, "--reason", "");
    return server_link_tell(
        server_link_call(link, &tifo__v1__guidance__descriptor, "SetGate", &request.base),
        arguments, print_gate, &change);
}

static enum outcome open_gate(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    return set_gate(link, venue, arguments, false);
}

static enum outcome close_gate(struct server_link *link, const Tifo__V1__Venue *venue,
                               const struct arguments *arguments)
{
    return set_gate(link, venue, arguments, true);
}

/* ---- Openings -------------------------------------------------------------------------------- */

static void print_opening(const ProtobufCMessage *reply, const void *change)
{
    print_change(change, ((const Tifo__V1__SetOpeningResponse *)reply)->seq);
}

static enum outcome set_opening(struct server_link *link, const Tifo__V1__Venue *venue,
                                const struct arguments *arguments, bool closed)
{
    const struct change change = { arguments->positional[0], closed };
    Tifo__V1__SetOpeningRequest request = TIFO__V1__SET_OPENING_REQUEST__INIT;
    if (!opening_find(venue, change.id, &request.opening))
        return FAILED;
    if (arguments_switch(arguments, "--dry-run")) {
        Tifo__V1__DryRunRequest dry = TIFO__V1__DRY_RUN_REQUEST__INIT;
        dry.close_opening = dry.open_opening = &request.opening;
        dry.n_close_opening = closed;
        dry.n_open_opening = !closed;
        return ask_dry(link, venue, arguments, &dry, &change);
    }
    request.venue_id = venue->venue_id;
    request.mode = mode_of(&change);
    request.reason = arguments_or(arguments, "--reason", "");
    return server_link_tell(
        server_link_call(link, &tifo__v1__guidance__descriptor, "SetOpening", &request.base),
        arguments, print_opening, &change);
}

static enum outcome open_opening(struct server_link *link, const Tifo__V1__Venue *venue,
                                 const struct arguments *arguments)
{
    return set_opening(link, venue, arguments, false);
}

static enum outcome close_opening(struct server_link *link, const Tifo__V1__Venue *venue,
                                  const struct arguments *arguments)
{
    return set_opening(link, venue, arguments, true);
}

const struct command gate_open_command = {
    "gate open", "GATE", "opens a gate both ways", 1, flags, .task = open_gate,
};
const struct command gate_close_command = {
    "gate close", "GATE", "shuts a gate; the plan follows", 1, flags, .task = close_gate,
};
const struct command opening_open_command = {
    "opening open",       "OPENING", "opens a passage between two places again", 1, flags,
    .task = open_opening,
};
const struct command opening_close_command = {
    "opening close",
    "OPENING",
    "a passage is blocked, as a stair may be; the plan follows",
    1,
    flags,
    .task = close_opening,
};
