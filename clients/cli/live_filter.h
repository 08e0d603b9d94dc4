/* A filter of live rows, from words; and its messages, for people. */
#ifndef CLIENTS_CLI_LIVE_FILTER_H
#define CLIENTS_CLI_LIVE_FILTER_H

#include "clients/cli/arguments.h"
#include "tifo/v1/live.pb-c.h"

#define LIVE_FILTER_FLAGS                                                                          \
    { "--kinds", "LIST", "phase, place, gate, facility, alarm, guidance; with commas" },           \
        { "--places", "LIST", "only these zones and blocks, by id or index" },                     \
        { "--gates", "LIST", "only these gates, by id or index" },                                 \
    {                                                                                              \
        "--facilities", "LIST", "only these facilities, by id or index"                            \
    }

struct live_choice {
    Tifo__V1__LiveFilter filter; /* Points to what fini frees. */
};
/* False after a sentence on stderr. */
bool live_choice_read(struct live_choice *choice, const Tifo__V1__Venue *venue,
                      const struct arguments *arguments);
void live_choice_fini(struct live_choice *choice);

const char *live_kind_name(Tifo__V1__LiveKind kind);
void live_print(const Tifo__V1__Venue *venue, const Tifo__V1__WatchLiveResponse *message);

#endif
