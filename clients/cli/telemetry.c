#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/telemetry.pb-c.h"

enum { PAGE = 100, SERIES_PAGE = 10000 };

static const struct flag plain_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};
static const struct flag occupancy_flags[] = {
    { "--ttl", "SECONDS", "how long a device counts after it was heard, 1 to 300 (default 60)" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};
static const struct flag sources_flags[] = {
    { "--silent", "SECONDS", "only those that have not been heard for so long" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};
static const struct flag dead_flags[] = {
    { "--reason", "REASON", "only those that were refused for it, such as TIME_TOO_OLD" },
    { "--json", NULL, "one line of JSON each, with what was refused" },
    { NULL, NULL, NULL },
};
static const struct flag replay_flags[] = {
    { "--at", "TIME", "correct: when it was true, as 2026-05-16T15:00 (UTC)" },
    { "--index", "N", "correct: the gate, place or queue of a single reading" },
    { "--json", NULL, "the answer as JSON" },
    { NULL, NULL, NULL },
};
static const struct flag series_flags[] = {
    { "--step", "STEP", "second, minute or hour (default minute)" },
    { "--from", "TIME", "as 2026-05-16T15:00 (UTC)" },
    { "--to", "TIME", "up to, and not at" },
    { "--json", NULL, "one line of JSON a page" },
    { NULL, NULL, NULL },
};

static ProtobufCMessage *call(struct server_link *link, const char *method, const void *request)
{
    return server_link_call(link, &tifo__v1__telemetry__descriptor, method, request);
}

/* ---- telemetry counters -----------------------------------------------------------------------
 */

static void print_counters(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__GetIngestResponse *said = (const void *)message;
    (void)ctx;
    printf("readings: %" PRIu64 " accepted (%" PRIu64 " late), %" PRIu64 " duplicates, %" PRIu64
           " refused, %" PRIu64 " shed\n",
           said->accepted, said->late, said->duplicates, said->refused, said->shed);
    for (size_t i = 0; i < said->n_causes; i++)
        printf("  %-20s %" PRIu64 "\n", said->causes[i]->reason, said->causes[i]->readings);
    printf("%u sources, %u devices with a position\n", said->sources, said->devices);
    printf("time series: %" PRIu64 " readings, %" PRIu64 " dropped; dead letters: %" PRIu64
           ", %" PRIu64 " dropped\n",
           said->series_points, said->series_dropped, said->letters, said->letters_dropped);
    if (said->recording_problem[0])
        printf("neither are kept now: %s\n", said->recording_problem);
}

static enum outcome counters(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    const Tifo__V1__GetIngestRequest request = TIFO__V1__GET_INGEST_REQUEST__INIT;
    (void)venue;
    return server_link_tell(call(link, "GetIngest", &request), arguments, print_counters, NULL);
}

/* ---- telemetry sources -------------------------------------------------------------------------
 */

static void print_sources(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__ListSourcesResponse *said = (const void *)message;
    (void)ctx;
    for (size_t i = 0; i < said->n_sources; i++) {
        const Tifo__V1__Source *source = said->sources[i];
        printf("%-24s  %s  %10" PRIu64 " readings, %" PRIu64 " late, %" PRIu64 " duplicates\n",
               source->name, source->seen_ms ? time_text(source->seen_ms).text : "never",
               source->accepted, source->late, source->duplicates);
    }
}

static enum outcome sources(struct server_link *link, const Tifo__V1__Venue *venue,
                            const struct arguments *arguments)
{
    Tifo__V1__ListSourcesRequest request = TIFO__V1__LIST_SOURCES_REQUEST__INIT;
    (void)venue;
    if (!arguments_number(arguments, "--silent", 1, 86400, &request.silent_s))
        return BAD_USAGE;
    return server_link_tell(call(link, "ListSources", &request), arguments, print_sources, NULL);
}

/* ---- telemetry occupancy ----------------------------------------------------------------------
 */

static void print_occupancy(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__GetOccupancyResponse *said = (const void *)message;
    const Tifo__V1__Venue *venue = ctx;
    printf("%u devices, %s\n", said->devices, time_text(said->at_ms).text);
    for (uint32_t i = 0; i < said->n_place_devices && i < tifo_place_count(venue); i++)
        if (said->place_devices[i])
            printf("%-24s %8u\n", tifo_place_name(venue, i), said->place_devices[i]);
}

static enum outcome occupancy(struct server_link *link, const Tifo__V1__Venue *venue,
                              const struct arguments *arguments)
{
    Tifo__V1__GetOccupancyRequest request = TIFO__V1__GET_OCCUPANCY_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    if (!arguments_number(arguments, "--ttl", 1, 300, &request.ttl_s))
        return BAD_USAGE;
    return server_link_tell(call(link, "GetOccupancy", &request), arguments, print_occupancy,
                            venue);
}

/* ---- telemetry dead ----------------------------------------------------------------------------
 */

static void print_letter(const Tifo__V1__DeadLetter *letter)
{
    printf("%6" PRIu64 "  %s  %s %" PRIu64 ", %" PRIu64 " readings\n        %s%s%s: %s%s\n",
           letter->letter_id, time_text(letter->received_ms).text, letter->device, letter->sequence,
           letter->rows, letter->reason, letter->field[0] ? " " : "", letter->field,
           letter->message,
           letter->refused_case == TIFO__V1__DEAD_LETTER__REFUSED__NOT_SET
               ? " (too large: only this is kept)"
               : "");
}

struct letter_list {
    const char *reason; /* NULL: any. */
    bool json;
    size_t count;
};

static void print_letters(const ProtobufCMessage *message, void *ctx)
{
    const Tifo__V1__ListDeadLettersResponse *page = (const void *)message;
    struct letter_list *list = ctx;
    for (size_t i = 0; i < page->n_letters; i++) {
        if (list->reason && strcmp(list->reason, page->letters[i]->reason) != 0)
            continue;
        list->count++;
        if (list->json)
            message_json_print(&page->letters[i]->base);
        else
            print_letter(page->letters[i]);
    }
}

static enum outcome dead(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListDeadLettersRequest request = TIFO__V1__LIST_DEAD_LETTERS_REQUEST__INIT;
    struct letter_list list = { arguments_text(arguments, "--reason"),
                                arguments_switch(arguments, "--json"), 0 };
    (void)venue;
    request.page_size = PAGE;
    const enum outcome outcome =
        server_link_pages(link, &tifo__v1__telemetry__descriptor, "ListDeadLetters", &request.base,
                          print_letters, &list);
    if (outcome == DONE && !list.count && !list.json)
        printf("no refused readings are kept\n");
    return outcome;
}

/* ---- telemetry replay, drop --------------------------------------------------------------------
 */

static bool read_letter_id(const struct arguments *arguments, uint64_t *id)
{
    const char *text = arguments->positional[0];
    char *end;
    *id = strtoull(text, &end, 10);
    if (end != text && *end == 0 && *id > 0)
        return true;
    fprintf(stderr, "tifo: \"%s\" is no letter's number; see tifo telemetry dead\n", text);
    return false;
}

static bool correct_index(Tifo__V1__Reading *reading, uint32_t index)
{
    switch (reading->what_case) {
    case TIFO__V1__READING__WHAT_TURNSTILE:
        reading->turnstile->gate = index;
        return true;
    case TIFO__V1__READING__WHAT_ZONE:
        reading->zone->place = index;
        return true;
    case TIFO__V1__READING__WHAT_QUEUE:
        reading->queue->queue = index;
        return true;
    default:
        return false;
    }
}

/* What is refused, as the flags correct it, into the request; it stays the letter's. */
static bool correct(const struct arguments *arguments, Tifo__V1__DeadLetter *letter,
                    Tifo__V1__ReplayDeadLetterRequest *request)
{
    int64_t at_ms = 0;
    uint32_t index = UINT32_MAX;
    if (!arguments_time(arguments, "--at", &at_ms) ||
        !arguments_number(arguments, "--index", 0, UINT32_MAX - 1, &index))
        return false;
    const bool columns = letter->refused_case == TIFO__V1__DEAD_LETTER__REFUSED_READINGS;
    if (letter->refused_case == TIFO__V1__DEAD_LETTER__REFUSED__NOT_SET) {
        fprintf(stderr, "tifo: letter %" PRIu64 " was too large to be kept whole\n",
                letter->letter_id);
        return false;
    }
    if (index != UINT32_MAX && (columns || !correct_index(letter->reading, index))) {
        fprintf(stderr, "tifo: --index is for a single reading of a gate, a place or a queue\n");
        return false;
    }
    if (columns) {
        letter->readings->at_ms = at_ms ? at_ms : letter->readings->at_ms;
        request->corrected_case = TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__CORRECTED_READINGS;
        request->readings = letter->readings;
    } else {
        letter->reading->at_ms = at_ms ? at_ms : letter->reading->at_ms;
        request->corrected_case = TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__CORRECTED_READING;
        request->reading = letter->reading;
    }
    return true;
}

static void print_replay(const ProtobufCMessage *message, const void *ctx)
{
    const Tifo__V1__ReplayDeadLetterResponse *said = (const void *)message;
    const uint64_t *id = ctx;
    printf("letter %" PRIu64 " is taken: %" PRIu64 " readings\n", *id, said->accepted);
}

static enum outcome replay(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__ReplayDeadLetterRequest request = TIFO__V1__REPLAY_DEAD_LETTER_REQUEST__INIT;
    Tifo__V1__ListDeadLettersResponse *page = NULL;
    enum outcome outcome = BAD_USAGE;
    bool ready = true;
    (void)venue;
    if (!read_letter_id(arguments, &request.letter_id))
        return BAD_USAGE;
    if (arguments_text(arguments, "--at") || arguments_text(arguments, "--index")) {
        Tifo__V1__ListDeadLettersRequest listing = TIFO__V1__LIST_DEAD_LETTERS_REQUEST__INIT;
        char before[32];
        snprintf(before, sizeof before, "%" PRIu64, request.letter_id - 1);
        listing.page_size = 1;
        listing.page_token = before;
        page = (void *)call(link, "ListDeadLetters", &listing);
        if (!page)
            return FAILED;
        if (page->n_letters && page->letters[0]->letter_id == request.letter_id)
            ready = correct(arguments, page->letters[0], &request);
    }
    if (ready)
        outcome = server_link_tell(call(link, "ReplayDeadLetter", &request), arguments,
                                   print_replay, &request.letter_id);
    if (page)
        protobuf_c_message_free_unpacked(&page->base, NULL);
    return outcome;
}

static void print_drop(const ProtobufCMessage *message, const void *ctx)
{
    const uint64_t *id = ctx;
    (void)message;
    printf("letter %" PRIu64 " is forgotten\n", *id);
}

static enum outcome forget(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__DropDeadLetterRequest request = TIFO__V1__DROP_DEAD_LETTER_REQUEST__INIT;
    (void)venue;
    if (!read_letter_id(arguments, &request.letter_id))
        return BAD_USAGE;
    return server_link_tell(call(link, "DropDeadLetter", &request), arguments, print_drop,
                            &request.letter_id);
}

/* ---- telemetry series --------------------------------------------------------------------------
 */

static bool read_step(const struct arguments *arguments, Tifo__V1__SeriesStep *out)
{
    static const char *const names[] = { "", "second", "minute", "hour" };
    const char *text = arguments_text(arguments, "--step");
    for (int i = 1; i <= 3; i++) {
        if (strcmp(text ? text : "minute", names[i]) == 0) {
            *out = (Tifo__V1__SeriesStep)i;
            return true;
        }
    }
    fprintf(stderr, "tifo: --step \"%s\": second, minute or hour\n", text);
    return false;
}

static void print_buckets(const ProtobufCMessage *message, void *json)
{
    const Tifo__V1__GetSeriesResponse *page = (const void *)message;
    if (*(const bool *)json)
        message_json_print(message);
    for (size_t i = 0; i < page->n_at_ms && !*(const bool *)json; i++)
        printf("%s  %8" PRIu64 "  %12.6g %12.6g %12.6g %12.6g %14.9g\n",
               time_text(page->at_ms[i]).text, page->count[i], page->mean[i], page->min[i],
               page->max[i], page->last[i], page->sum[i]);
}

static enum outcome series(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__GetSeriesRequest request = TIFO__V1__GET_SERIES_REQUEST__INIT;
    bool json = arguments_switch(arguments, "--json");
    (void)venue;
    request.name = (char *)arguments->positional[0];
    request.page_size = SERIES_PAGE;
    if (!read_step(arguments, &request.step) ||
        !arguments_time(arguments, "--from", &request.from_ms) ||
        !arguments_time(arguments, "--to", &request.to_ms))
        return BAD_USAGE;
    if (!json)
        printf("%-23s  %8s  %12s %12s %12s %12s %14s\n", "from", "readings", "mean", "min", "max",
               "last", "sum");
    return server_link_pages(link, &tifo__v1__telemetry__descriptor, "GetSeries", &request.base,
                             print_buckets, &json);
}

/* ---- The table --------------------------------------------------------------------------------
 */

const struct command telemetry_counters_command = {
    "telemetry counters", "", "what became of all readings, by cause", 0, plain_flags,
    .task = counters,
};
const struct command telemetry_sources_command = {
    "telemetry sources", "", "who has sent readings, and when last", 0, sources_flags,
    .task = sources,
};
const struct command telemetry_occupancy_command = {
    "telemetry occupancy", "", "unique devices in each place", 0, occupancy_flags,
    .task = occupancy,
};
const struct command telemetry_series_command = {
    "telemetry series", "NAME",         "a time series, such as place/0/people or gate/2/in", 1,
    series_flags,       .task = series,
};
const struct command telemetry_dead_command = {
    "telemetry dead", "", "refused readings that are kept", 0, dead_flags, .task = dead,
};
const struct command telemetry_replay_command = {
    "telemetry replay", "LETTER",       "takes a refused reading after all", 1,
    replay_flags,       .task = replay,
};
const struct command telemetry_drop_command = {
    "telemetry drop", "LETTER", "forgets a refused reading", 1, plain_flags, .task = forget,
};
