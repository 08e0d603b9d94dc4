/*
 * Readings a second into crowd state: streams of turnstile columns to a running tifod (real clock),
 * checked at the end against what its gates have counted.
 *
 *     telemetry_load ADDRESS READINGS_PER_MESSAGE SECONDS [rows]  ->  one number
 *
 * rows: single readings instead of columns, each of a device and with a sequence of its own.
 */
#include "api/rpc/channel.h"
#include "tests/support/ground.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STREAMS = 4, ROWS_MAX = 4096, READINGS_A_PERSON = 16 };

struct stream {
    const char *address;
    pthread_t thread;
    unsigned number;
    uint32_t rows;
    bool single;
    double seconds;
    int64_t at_ms;
    uint64_t sent, accepted;
};

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "telemetry_load: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    exit(1);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *ask(struct rpc_channel *channel, const ProtobufCServiceDescriptor *service,
                 const char *method, const void *request)
{
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(channel, service, method, NULL, request, &reply, &status) != RPC_OK)
        fail("%s: %s", method, status.message);
    return reply;
}

/* Single readings in the place of columns: `request` names them, and they are one stream's. */
struct singles {
    Tifo__V1__Reading *list[ROWS_MAX];
    Tifo__V1__Reading readings[ROWS_MAX];
    Tifo__V1__TurnstileCount counts[ROWS_MAX];
};

static struct singles *make_singles(const struct stream *own, char *device)
{
    struct singles *singles = calloc(1, sizeof *singles);
    for (uint32_t i = 0; i < own->rows; i++) {
        tifo__v1__reading__init(&singles->readings[i]);
        tifo__v1__turnstile_count__init(&singles->counts[i]);
        singles->readings[i].device = device;
        singles->readings[i].at_ms = own->at_ms;
        singles->readings[i].what_case = TIFO__V1__READING__WHAT_TURNSTILE;
        singles->readings[i].turnstile = &singles->counts[i];
        singles->list[i] = &singles->readings[i];
    }
    return singles;
}

/* The next message's: the sequence goes on, and so do gates and people. */
static void next_singles(struct singles *singles, const struct stream *own)
{
    for (uint32_t i = 0; i < own->rows; i++) {
        const uint64_t number = own->sent + i;
        singles->readings[i].sequence = number + 1;
        singles->counts[i].gate = (uint32_t)(number % GROUND_GATES);
        singles->counts[i].in = number % READINGS_A_PERSON == own->number;
    }
}

/* All gates in turn, and a person every READINGS_A_PERSON readings: what one tick adds up stays
 * below the million that no gate of this world exceeds. A source name of its own: a data directory
 * may be used again. */
static void *run_stream(void *ctx)
{
    struct stream *own = ctx;
    struct rpc_channel *channel = rpc_channel_create(own->address);
    uint32_t gate[ROWS_MAX], in[ROWS_MAX], none[ROWS_MAX];
    char source[64];
    Tifo__V1__StreamRequest request = TIFO__V1__STREAM_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__TurnstileCounts turnstiles = TIFO__V1__TURNSTILE_COUNTS__INIT;
    for (uint32_t i = 0; i < ROWS_MAX; i++) {
        gate[i] = i % GROUND_GATES;
        in[i] = i % READINGS_A_PERSON == own->number;
        none[i] = 0;
    }
    snprintf(source, sizeof source, "bench-%" PRId64 "-%u", own->at_ms, own->number);
    turnstiles.n_gate = turnstiles.n_in = turnstiles.n_out = own->rows;
    turnstiles.gate = gate;
    turnstiles.in = in;
    turnstiles.out = none;
    readings.source = source;
    readings.at_ms = own->at_ms;
    readings.turnstiles = &turnstiles;
    struct singles *singles = own->single ? make_singles(own, source) : NULL;
    if (singles) {
        request.batch = singles->list;
        request.n_batch = own->rows;
    } else {
        request.readings = &readings;
    }
    struct rpc_upload *upload =
        rpc_upload_start(channel, &tifo__v1__telemetry__descriptor, "Stream", NULL);
    const double until_s = now_s() + own->seconds;
    while (now_s() < until_s) {
        readings.sequence++;
        if (singles)
            next_singles(singles, own);
        if (!rpc_upload_send(upload, &request.base))
            break;
        own->sent += own->rows;
    }
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_upload_finish(upload, &reply, &status) != RPC_OK)
        fail("Stream: %s", status.message);
    const Tifo__V1__StreamResponse *said = (const void *)reply;
    if (said->accepted != own->sent)
        fail("sent %" PRIu64 ", accepted %" PRIu64 ": %s", own->sent, said->accepted,
             said->first_refusal);
    own->accepted = said->accepted;
    protobuf_c_message_free_unpacked(reply, NULL);
    rpc_channel_destroy(channel);
    free(singles);
    return NULL;
}

static uint64_t counted(struct rpc_channel *channel)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *reply =
        ask(channel, &tifo__v1__crowd__descriptor, "GetCrowd", &request);
    uint64_t total = 0;
    for (size_t i = 0; i < reply->state->n_gate_total_in; i++)
        total += reply->state->gate_total_in[i];
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return total;
}

static int64_t stadium_ms(struct rpc_channel *channel)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply =
        ask(channel, &tifo__v1__clock__descriptor, "GetClock", &request);
    const int64_t now_ms = reply->now_ms;
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return now_ms;
}

int main(int argc, char **argv)
{
    const bool single = argc == 5 && strcmp(argv[4], "rows") == 0;
    if (argc != 4 && !single)
        fail("usage: telemetry_load ADDRESS READINGS_PER_MESSAGE SECONDS [rows]");
    const uint32_t rows = (uint32_t)strtoul(argv[2], NULL, 10);
    if (rows < 1 || rows > ROWS_MAX || (!single && rows % READINGS_A_PERSON != 0))
        fail("%s readings a message: multiples of %d up to %d are possible", argv[2],
             READINGS_A_PERSON, ROWS_MAX);
    struct rpc_channel *channel = rpc_channel_create(argv[1]);
    Tifo__V1__ImportVenueRequest import = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    import.venue = ground_venue("ground");
    protobuf_c_message_free_unpacked(
        ask(channel, &tifo__v1__venues__descriptor, "ImportVenue", &import), NULL);
    ground_free(import.venue);

    const uint64_t before = counted(channel);
    const int64_t at_ms = stadium_ms(channel);
    struct stream streams[STREAMS];
    const double started_s = now_s();
    for (unsigned i = 0; i < STREAMS; i++) {
        streams[i] = (struct stream){ .address = argv[1],
                                      .number = i,
                                      .rows = rows,
                                      .single = single,
                                      .seconds = strtod(argv[3], NULL),
                                      .at_ms = at_ms };
        pthread_create(&streams[i].thread, NULL, run_stream, &streams[i]);
    }
    uint64_t accepted = 0;
    for (unsigned i = 0; i < STREAMS; i++) {
        pthread_join(streams[i].thread, NULL);
        accepted += streams[i].accepted;
    }
    /* Done is when the crowd's state has them all. */
    const double patience_s = now_s() + 10;
    uint64_t people = 0;
    for (unsigned i = 0; i < STREAMS; i++)
        people += streams[i].accepted / READINGS_A_PERSON +
                  (streams[i].accepted % READINGS_A_PERSON > i ? 1 : 0);
    while (counted(channel) - before != people)
        if (now_s() > patience_s)
            fail("sent %" PRIu64 " people, but the gates have counted %" PRIu64, people,
                 counted(channel) - before);
    const double took_s = now_s() - started_s;
    rpc_channel_destroy(channel);
    printf("%.0f\n", (double)accepted / took_s);
    return 0;
}
