#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"

static const struct flag flags[] = {
    { "--json", NULL, "the answer as JSON" },
    SERVER_FLAGS,
    { NULL, NULL, NULL },
};

static enum outcome import(struct server_link *link, Tifo__V1__Venue *venue, bool json)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = venue;
    Tifo__V1__ImportVenueResponse *reply =
        (void *)server_link_call(link, &tifo__v1__venues__descriptor, "ImportVenue", &request.base);
    if (!reply)
        return FAILED;
    if (json)
        message_json_print(&reply->base);
    else
        printf("%s %s at %s, seq %llu\n", venue->venue_id,
               reply->already_known ? "is already there" : "imported", link->address,
               (unsigned long long)reply->seq);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return DONE;
}

static enum outcome run(const struct arguments *arguments)
{
    Tifo__V1__Venue *venue;
    struct tifo_problem problem;
    if (!tifo_venue_load(arguments->positional[0], &venue, &problem)) {
        char line[1024];
        tifo_problem_print(&problem, line, sizeof(line));
        fprintf(stderr, "%s\n", line);
        return FAILED;
    }
    struct server_link link;
    enum outcome outcome = FAILED;
    if (server_link_open(&link, arguments)) {
        outcome = import(&link, venue, arguments_switch(arguments, "--json"));
        server_link_close(&link);
    }
    tifo_venue_free(venue);
    return outcome;
}

const struct command venue_import_command = {
    "venue import", "FILE", "gives a venue file to a tifod", 1, flags, .run = run,
};
