/* What goes on: what gates pass, what alarms are worth and where plans lead hang on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/server_link.h"
#include "tifo/v1/venue.pb-c.h"

static const struct flag flags[] = {
    { "--label", "TEXT", "what the twin writes on the pitch, at most 40 bytes (the kind)" },
    { "--next", "TEXT", "what comes after it, such as \"second half\"" },
    { "--stand", "NAMES", "evacuation: only stands that begin so leave now, with commas (all)" },
    { "--add", NULL, "with --stand: beside those that leave already" },
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

/* ---- Stands that leave first ----------------------------------------------------------------- */

/* Each once. */
static void list_stands(const Tifo__V1__Venue *venue)
{
    for (size_t i = 0; i < venue->n_blocks; i++) {
        size_t first = 0;
        while (strcmp(venue->blocks[first]->stand, venue->blocks[i]->stand) != 0)
            first++;
        if (first == i)
            fprintf(stderr, "%s %s", i ? "," : "", venue->blocks[i]->stand);
    }
    fprintf(stderr, "\n");
}

static bool mark_stand(const Tifo__V1__Venue *venue, const char *name, bool *leaves)
{
    bool found = false;
    for (size_t i = 0; i < venue->n_blocks; i++)
        if (strncmp(venue->blocks[i]->stand, name, strlen(name)) == 0)
            found = leaves[i] = true;
    if (!found) {
        fprintf(stderr, "tifo: %s has no stand that begins with \"%s\"; it has", venue->venue_id,
                name);
        list_stands(venue);
    }
    return found;
}

static bool mark_stands(const Tifo__V1__Venue *venue, const char *names, bool *leaves)
{
    char copy[1024];
    bool found = strlen(names) < sizeof copy;
    snprintf(copy, sizeof copy, "%s", names);
    char *save, *part = strtok_r(copy, ",", &save);
    if (!found || !part) {
        fprintf(stderr, "tifo: --stand takes 1 to %zu bytes of names, with commas\n",
                sizeof copy - 1);
        return false;
    }
    for (; part && found; part = strtok_r(NULL, ",", &save))
        found = mark_stand(venue, part, leaves);
    return found;
}

/* Those that were called before. */
static bool mark_present(struct server_link *link, const Tifo__V1__Venue *venue, bool *leaves)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    ProtobufCMessage *reply =
        server_link_call(link, &tifo__v1__venues__descriptor, "GetVenue", &request.base);
    if (!reply)
        return false;
    const Tifo__V1__Phase *now = ((const Tifo__V1__GetVenueResponse *)reply)->phase;
    for (size_t i = 0; now && i < now->n_leave_block; i++)
        if (now->leave_block[i] < venue->n_blocks)
            leaves[now->leave_block[i]] = true;
    const bool everybody = now && now->n_leave_block == 0 &&
                           now->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION;
    if (everybody)
        fprintf(stderr, "tifo: everybody leaves already; without --add only those stands would\n");
    protobuf_c_message_free_unpacked(reply, NULL);
    return !everybody;
}

/* What --stand and --add come to, for free(); a sentence if not DONE. */
static enum outcome call_stands(struct server_link *link, const Tifo__V1__Venue *venue,
                                const struct arguments *arguments, Tifo__V1__Phase *phase)
{
    const char *names = arguments_text(arguments, "--stand");
    const bool adds = arguments_switch(arguments, "--add");
    if (!names && !adds)
        return DONE;
    if (!names || phase->kind != TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION) {
        fprintf(stderr, names ? "tifo: --stand is for an evacuation; others have no stages\n"
                              : "tifo: --add says nothing without --stand\n");
        return BAD_USAGE;
    }
    bool *leaves = calloc(venue->n_blocks + 1, sizeof *leaves);
    phase->leave_block = calloc(venue->n_blocks + 1, sizeof *phase->leave_block);
    if (!leaves || !phase->leave_block)
        abort();
    enum outcome outcome = mark_stands(venue, names, leaves) ? DONE : BAD_USAGE;
    if (outcome == DONE && adds && !mark_present(link, venue, leaves))
        outcome = FAILED;
    for (uint32_t i = 0; i < venue->n_blocks; i++)
        if (leaves[i])
            phase->leave_block[phase->n_leave_block++] = i;
    free(leaves);
    return outcome;
}

/* ---- The command ----------------------------------------------------------------------------- */

struct said {
    Tifo__V1__Phase phase;
    size_t blocks; /* Of the venue. */
};

static void print_phase(const ProtobufCMessage *reply, const void *ctx)
{
    const struct said *said = ctx;
    const Tifo__V1__Phase *set = &said->phase;
    printf("%s, seq %llu", kinds[set->kind - TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY],
           (unsigned long long)((const Tifo__V1__SetPhaseResponse *)reply)->seq);
    if (set->n_leave_block > 0)
        printf(": %zu blocks leave now, %zu stay", set->n_leave_block,
               said->blocks - set->n_leave_block);
    if (set->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION)
        printf("%s plans lead %s out, and count on open lanes at every gate",
               set->n_leave_block > 0 ? ";" : ":", set->n_leave_block > 0 ? "them" : "everybody");
    printf("\n");
}

static enum outcome set_phase(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__SetPhaseRequest request = TIFO__V1__SET_PHASE_REQUEST__INIT;
    struct said said = { TIFO__V1__PHASE__INIT, venue->n_blocks };
    Tifo__V1__Phase *phase = &said.phase;
    if (!kind_find(arguments->positional[0], &phase->kind))
        return BAD_USAGE;
    phase->label = arguments_or(arguments, "--label", arguments->positional[0]);
    phase->next_label = arguments_or(arguments, "--next", "");
    request.venue_id = venue->venue_id;
    request.phase = phase;
    enum outcome outcome = call_stands(link, venue, arguments, phase);
    if (outcome == DONE)
        outcome = server_link_tell(
            server_link_call(link, &tifo__v1__venues__descriptor, "SetPhase", &request.base),
            arguments, print_phase, &said);
    free(phase->leave_block);
    return outcome;
}

const struct command phase_command = {
    "phase", "KIND", "begins entry, play, break, egress or evacuation", 1, flags,
    .task = set_phase,
};
