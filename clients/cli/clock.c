#include <stdio.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/clock.pb-c.h"

static const struct flag flags[] = {
    { "--json", NULL, "everything as JSON" },
    SERVER_FLAGS,
    { NULL, NULL, NULL },
};

static void print_clock(const Tifo__V1__GetClockResponse *clock)
{
    printf("tifod %s, %s clock: %s\nseq %llu, digest %016llx\n", clock->running_version,
           clock->driven ? "driven" : "real", time_text(clock->now_ms).text,
           (unsigned long long)clock->seq, (unsigned long long)clock->digest);
    if (clock->records_problem[0])
        printf("records.db: %s; tifod serves without it and tries again\n", clock->records_problem);
    else
        printf("records.db: %llu facts behind\n",
               (unsigned long long)(clock->seq - clock->records_seq));
    for (size_t i = 0; i < clock->n_sources; i++)
        printf("source %s: %llu\n", clock->sources[i]->source,
               (unsigned long long)clock->sources[i]->last_sequence);
}

static enum outcome run(const struct arguments *arguments)
{
    struct server_link link;
    if (!server_link_open(&link, arguments))
        return FAILED;
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply =
        (void *)server_link_call(&link, &tifo__v1__clock__descriptor, "GetClock", &request.base);
    if (reply && arguments_switch(arguments, "--json"))
        message_json_print(&reply->base);
    else if (reply)
        print_clock(reply);
    enum outcome outcome = reply ? DONE : FAILED;
    if (reply)
        protobuf_c_message_free_unpacked(&reply->base, NULL);
    server_link_close(&link);
    return outcome;
}

const struct command clock_command = {
    "clock", "", "stadium time, journal position and digest", 0, flags, .run = run,
};
