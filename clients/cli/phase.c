/* What goes on: what gates pass, what alarms are worth and where plans lead hang on it. */
#include <stdio.h>
#include <string.h>

#include "clients/cli/server_link.h"
#include "tifo/v1/venue.pb-c.h"

static const struct flag flags[] = {
    { "--label", "TEXT", "what the twin writes on the pitch, at most 40 bytes (the kind)" },
    { "--next", "TEXT", "what comes after it, such as \"second half\"" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};

static const char *const kinds[] = { "entry", "play", "break", "egress", "evacuation" };

static bool kind_find(const char *name, Tifo__V1__PhaseKind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], name) == 0) {
            *kind = (Tifo__V1__PhaseKind)(TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY + (int)i);
            return true;
        }
    fprintf(stderr, "tifo: \"%s\" is no phase; use entry, play, break, egress or evacuation\n",
            name);
    return false;
}

static void print_phase(const ProtobufCMessage *reply, const void *phase)
{
    const Tifo__V1__Phase *set = phase;
    printf("%s, seq %llu%s\n", kinds[set->kind - TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY],
           (unsigned long long)((const Tifo__V1__SetPhaseResponse *)reply)->seq,
           set->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION
               ? ": plans lead everybody out, and count on open lanes at every gate"
               : "");
}

static enum outcome set_phase(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__SetPhaseRequest request = TIFO__V1__SET_PHASE_REQUEST__INIT;
    Tifo__V1__Phase phase = TIFO__V1__PHASE__INIT;
    if (!kind_find(arguments->positional[0], &phase.kind))
        return BAD_USAGE;
    phase.label = (char *)arguments_or(arguments, "--label", arguments->positional[0]);
    phase.next_label = (char *)arguments_or(arguments, "--next", "");
    request.venue_id = venue->venue_id;
    request.phase = &phase;
    return server_link_tell(
        server_link_call(link, &tifo__v1__venues__descriptor, "SetPhase", &request.base), arguments,
        print_phase, &phase);
}

const struct command phase_command = {
    "phase", "KIND", "begins entry, play, break, egress or evacuation", 1, flags,
    .task = set_phase,
};
