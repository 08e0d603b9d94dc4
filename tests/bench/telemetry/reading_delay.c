/*
 * How long a reading takes to a subscriber: a stream of columns at a steady rate to a running tifod
 * (real clock), and somebody who watches the crowd. Each message counts a person more in one place;
 * what a subscriber sees there says which messages it has seen.
 *
 *     reading_delay ADDRESS READINGS_A_SECOND SECONDS  ->  p50 and p95 in milliseconds
 */
#include "api/rpc/channel.h"
#include "tests/support/ground.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGES_A_SECOND = 100, MESSAGES_MOST = 100 * 600, ROWS_MOST = 4096, PLACE = 1 };

struct seen {
    pthread_mutex_t mutex;
    int64_t sent_us[MESSAGES_MOST + 1]; /* By people in the place: the first message has 1. */
    double delay_ms[MESSAGES_MOST + 1];
    uint32_t sent, seen;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "reading_delay: %s: %s\n", what, why ? why : "");
    exit(1);
}

static void *ask(struct rpc_channel *channel, const ProtobufCServiceDescriptor *service,
                 const char *method, const void *request)
{
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(channel, service, method, NULL, request, &reply, &status) != RPC_OK)
        fail(method, status.message);
    return reply;
}

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct seen *seen = ctx;
    const Tifo__V1__WatchCrowdResponse *response = (const void *)message;
    const int64_t at_us = now_us();
    if (!response->state || response->state->n_people <= PLACE)
        return;
    pthread_mutex_lock(&seen->mutex);
    while (seen->seen < response->state->people[PLACE] && seen->seen < seen->sent) {
        seen->seen++;
        seen->delay_ms[seen->seen] = (double)(at_us - seen->sent_us[seen->seen]) / 1000;
    }
    pthread_mutex_unlock(&seen->mutex);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx;
    (void)status;
}

static int ascending(const void *a, const void *b)
{
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static void send_all(struct rpc_channel *channel, struct seen *seen, uint32_t rows,
                     uint32_t messages)
{
    static uint32_t place[ROWS_MOST], people[ROWS_MOST];
    Tifo__V1__StreamRequest request = TIFO__V1__STREAM_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    Tifo__V1__GetClockRequest clock = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *time =
        ask(channel, &tifo__v1__clock__descriptor, "GetClock", &clock);
    for (uint32_t i = 0; i < rows; i++)
        place[i] = i == 0 ? PLACE : 2 + i % (GROUND_PLACES - 2);
    zones.n_place = zones.n_people = rows;
    zones.place = place;
    zones.people = people;
    readings.source = "delay";
    readings.zones = &zones;
    readings.at_ms = time->now_ms;
    request.readings = &readings;
    protobuf_c_message_free_unpacked(&time->base, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(channel, &tifo__v1__telemetry__descriptor, "Stream", NULL);
    const int64_t began_us = now_us();
    for (uint32_t i = 1; i <= messages; i++) {
        const int64_t due_us = began_us + (int64_t)i * 1000000 / MESSAGES_A_SECOND;
        const struct timespec until = { due_us / 1000000, due_us % 1000000 * 1000 };
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        people[0] = i;
        readings.sequence = i;
        pthread_mutex_lock(&seen->mutex);
        seen->sent_us[i] = now_us();
        seen->sent = i;
        pthread_mutex_unlock(&seen->mutex);
        if (!rpc_upload_send(upload, &request.base))
            break;
    }
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_upload_finish(upload, &reply, &status) != RPC_OK)
        fail("Stream", status.message);
    if (((const Tifo__V1__StreamResponse *)reply)->accepted != (uint64_t)rows * messages)
        fail("Stream", ((const Tifo__V1__StreamResponse *)reply)->first_refusal);
    protobuf_c_message_free_unpacked(reply, NULL);
}

int main(int argc, char **argv)
{
    static struct seen seen = { .mutex = PTHREAD_MUTEX_INITIALIZER };
    if (argc != 4)
        fail("usage", "reading_delay ADDRESS READINGS_A_SECOND SECONDS");
    const uint32_t rows = (uint32_t)strtoul(argv[2], NULL, 10) / MESSAGES_A_SECOND;
    const uint32_t messages = (uint32_t)strtoul(argv[3], NULL, 10) * MESSAGES_A_SECOND;
    if (rows < 1 || rows > ROWS_MOST || messages < 1 || messages > MESSAGES_MOST)
        fail("usage", "100 to 409,600 readings a second, for 1 to 600 seconds");
    struct rpc_channel *channel = rpc_channel_create(argv[1]);
    Tifo__V1__ImportVenueRequest import = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    import.venue = ground_venue("ground");
    protobuf_c_message_free_unpacked(
        ask(channel, &tifo__v1__venues__descriptor, "ImportVenue", &import), NULL);
    ground_free(import.venue);

    struct rpc_channel *other = rpc_channel_create(argv[1]);
    const Tifo__V1__WatchCrowdRequest watch_request = TIFO__V1__WATCH_CROWD_REQUEST__INIT;
    struct rpc_watch *watch = rpc_watch_start(other, &tifo__v1__crowd__descriptor, "WatchCrowd",
                                              NULL, &watch_request.base, on_message, on_end, &seen);
    send_all(channel, &seen, rows, messages);
    const int64_t patience_us = now_us() + 10 * 1000000;
    for (bool all = false; !all;) {
        const struct timespec moment = { .tv_nsec = 10 * 1000000 };
        nanosleep(&moment, NULL);
        pthread_mutex_lock(&seen.mutex);
        all = seen.seen == messages;
        pthread_mutex_unlock(&seen.mutex);
        if (!all && now_us() > patience_us)
            fail("WatchCrowd", "the last readings are not shown within 10 s");
    }
    rpc_watch_destroy(watch);
    rpc_channel_destroy(other);
    rpc_channel_destroy(channel);
    qsort(seen.delay_ms + 1, messages, sizeof seen.delay_ms[0], ascending);
    printf("%.1f %.1f\n", seen.delay_ms[1 + messages / 2],
           seen.delay_ms[1 + (uint64_t)messages * 95 / 100]);
    return 0;
}
