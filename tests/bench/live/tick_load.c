/*
 * tick_load: how long after a tick those who follow know of it.
 *
 *   tick_load HOST:PORT CHANNELS STREAMS SECONDS
 *
 * STREAMS streams of WatchLive on each channel follow place 0 of a tifod with a real clock, while a
 * camera reports other people there every 50 ms. Prints one line of JSON over all messages that
 * came: ms from the tick (the message's at_ms: whole milliseconds) and from the newest reading that
 * it tells of (measured_ms) to the arrival.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/rpc/channel.h"
#include "tifo/v1/live.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

enum { CHANNELS_MAX = 16, REPORT_MS = 50, MESSAGES_MAX = 1 << 22 };

struct times {
    double *tick_ms, *reading_ms;
    atomic_size_t count, ended;
};

static double unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void hear(void *ctx, const ProtobufCMessage *message)
{
    struct times *times = ctx;
    const Tifo__V1__WatchLiveResponse *live = (const void *)message;
    const double now_ms = unix_ms();
    if (live->from_seq == 0 || live->measured_ms == 0)
        return;
    const size_t index = atomic_fetch_add(&times->count, 1);
    if (index >= MESSAGES_MAX)
        return;
    times->tick_ms[index] = now_ms - (double)live->at_ms;
    times->reading_ms[index] = now_ms - (double)live->measured_ms;
}

static void end(void *ctx, const struct rpc_status *status)
{
    (void)status;
    atomic_fetch_add(&((struct times *)ctx)->ended, 1);
}

static bool report(struct rpc_channel *channel, uint64_t sequence)
{
    uint32_t place = 0, people = 100 + (uint32_t)sequence % 50;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply;
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &people;
    readings.source = "camera";
    readings.sequence = sequence;
    readings.at_ms = (int64_t)unix_ms();
    readings.zones = &zones;
    request.readings = &readings;
    const enum rpc_code code = rpc_unary(channel, &tifo__v1__telemetry__descriptor, "Report", NULL,
                                         &request.base, &reply, &status);
    if (code == RPC_OK)
        protobuf_c_message_free_unpacked(reply, NULL);
    else
        fprintf(stderr, "tick_load: %s\n", status.message);
    rpc_status_fini(&status);
    return code == RPC_OK;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, by_value);
    return values[(size_t)(share * (double)(count - 1))];
}

int main(int argc, char **argv)
{
    static struct times times;
    struct rpc_channel *channels[CHANNELS_MAX];
    const int channel_count = argc == 5 ? atoi(argv[2]) : 0;
    const int streams = argc == 5 ? atoi(argv[3]) : 0, seconds = argc == 5 ? atoi(argv[4]) : 0;
    if (channel_count < 1 || channel_count > CHANNELS_MAX || streams < 1 || seconds < 1) {
        fprintf(stderr, "usage: tick_load HOST:PORT CHANNELS STREAMS SECONDS\n");
        return 2;
    }
    times.tick_ms = malloc(MESSAGES_MAX * sizeof *times.tick_ms);
    times.reading_ms = malloc(MESSAGES_MAX * sizeof *times.reading_ms);
    uint32_t place = 0;
    Tifo__V1__LiveFilter filter = TIFO__V1__LIVE_FILTER__INIT;
    Tifo__V1__WatchLiveRequest request = TIFO__V1__WATCH_LIVE_REQUEST__INIT;
    filter.places = &place;
    filter.n_places = 1;
    request.filter = &filter;
    for (int i = 0; i < channel_count; i++) {
        channels[i] = rpc_channel_create(argv[1]);
        for (int k = 0; k < streams; k++)
            rpc_watch_start(channels[i], &tifo__v1__live__descriptor, "WatchLive", NULL,
                            &request.base, hear, end, &times);
    }
    struct rpc_channel *camera = rpc_channel_create(argv[1]);
    uint64_t sequence = 0;
    const double until_ms = unix_ms() + 1e3 * seconds;
    while (unix_ms() < until_ms && report(camera, ++sequence))
        nanosleep(&(struct timespec){ .tv_nsec = REPORT_MS * 1000000L }, NULL);
    size_t count = atomic_load(&times.count);
    if (count > MESSAGES_MAX)
        count = MESSAGES_MAX;
    if (count == 0 || atomic_load(&times.ended) > 0 || unix_ms() < until_ms) {
        fprintf(stderr, "tick_load: %zu messages came, %zu streams ended\n", count,
                atomic_load(&times.ended));
        return 1;
    }
    printf(
        "{\"messages\": %zu, \"tick_p50_ms\": %.2f, \"tick_p95_ms\": %.2f, \"tick_p99_ms\": %.2f, "
        "\"reading_p50_ms\": %.2f, \"reading_p95_ms\": %.2f}\n",
        count, at(times.tick_ms, count, 0.5), at(times.tick_ms, count, 0.95),
        at(times.tick_ms, count, 0.99), at(times.reading_ms, count, 0.5),
        at(times.reading_ms, count, 0.95));
    fflush(stdout);
    _Exit(0); /* The streams are still open. */
}
