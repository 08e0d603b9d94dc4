#include <stdio.h>
#include <string.h>

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

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments, Tifo__V1__GateMode mode)
{
    const char *id = arguments->positional[0];
    const bool closed = mode == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    Tifo__V1__SetOpeningRequest request = TIFO__V1__SET_OPENING_REQUEST__INIT;
    if (!opening_find(venue, id, &request.opening))
        return FAILED;
    if (arguments_switch(arguments, "--dry-run")) {
        Tifo__V1__DryRunRequest dry = TIFO__V1__DRY_RUN_REQUEST__INIT;
        char what[96];
        dry.close_opening = dry.open_opening = &request.opening;
        dry.n_close_opening = closed;
        dry.n_open_opening = !closed;
        snprintf(what, sizeof(what), "if %s were %s", id, closed ? "shut" : "open");
        return dry_run(link, venue, arguments, &dry, what);
    }
    request.venue_id = venue->venue_id;
    request.mode = mode;
    request.reason = arguments_or(arguments, "--reason", "");
    Tifo__V1__SetOpeningResponse *reply = (void *)server_link_call(
        link, &tifo__v1__guidance__descriptor, "SetOpening", &request.base);
    if (!reply)
        return FAILED;
    if (arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else
        printf("%s is %s, seq %llu\n", id, closed ? "closed" : "open",
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

const struct command opening_open_command = {
    "opening open", "OPENING",       "opens a passage between two places again", 1,
    flags,          .task = open_it,
};
const struct command opening_close_command = {
    "opening close",
    "OPENING",
    "a passage is blocked, as a stair may be; the plan follows",
    1,
    flags,
    .task = close_it,
};
