/*
 * Messages a second from turnstiles through a real mosquitto (QoS 1 on both ways) into the crowd
 * state of a running tifod (--sensors with clients/sensors/sensors.yaml's turnstiles, a ground of
 * at least GATES gates G1, G2 ...): published as fast as the broker acknowledges, or at a given
 * rate, and checked at the end against what the gates have counted, to the person.
 *
 *     mqtt_load ADDRESS BROKER_PORT MESSAGES RATE  ->  messages a second, and the last one's delay
 * in ms
 *
 * RATE 0: as fast as it goes.
 */
#include "api/rpc/channel.h"

#include "tifo/v1/crowd.pb-c.h"

#include <inttypes.h>
#include <mosquitto.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* More under way only makes the library that publishes search longer. */
enum { GATES = 4, DEVICES = 64, UNDER_WAY = 500 };

static atomic_uint_fast64_t acknowledged;

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "mqtt_load: ");
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

static void nap(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
}

static void on_publish(struct mosquitto *mosquitto, void *ctx, int mid)
{
    (void)mosquitto, (void)ctx, (void)mid;
    atomic_fetch_add(&acknowledged, 1);
}

static uint64_t counted(struct rpc_channel *channel)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(channel, &tifo__v1__crowd__descriptor, "GetCrowd", NULL, &request.base, &reply,
                  &status) != RPC_OK)
        fail("GetCrowd: %s", status.message);
    const Tifo__V1__GetCrowdResponse *crowd = (const void *)reply;
    uint64_t total = 0;
    for (size_t i = 0; i < crowd->state->n_gate_total_in; i++)
        total += crowd->state->gate_total_in[i];
    protobuf_c_message_free_unpacked(reply, NULL);
    return total;
}

static void publish(struct mosquitto *mosquitto, uint64_t number)
{
    char topic[64], payload[96];
    snprintf(topic, sizeof topic, "bowl/G%u/turnstile/t-%u", (unsigned)(number % GATES) + 1,
             (unsigned)(number % DEVICES));
    snprintf(payload, sizeof payload, "{\"seq\":%" PRIu64 ",\"passed\":{\"in\":1,\"out\":0}}",
             number / DEVICES + 1);
    const int error =
        mosquitto_publish(mosquitto, NULL, topic, (int)strlen(payload), payload, 1, false);
    if (error)
        fail("%s", mosquitto_strerror(error));
}

int main(int argc, char **argv)
{
    if (argc != 5)
        fail("usage: mqtt_load ADDRESS BROKER_PORT MESSAGES RATE");
    struct rpc_channel *channel = rpc_channel_create(argv[1]);
    const uint64_t messages = strtoull(argv[3], NULL, 10);
    const double rate = strtod(argv[4], NULL);
    mosquitto_lib_init();
    struct mosquitto *mosquitto = mosquitto_new("load", true, NULL);
    mosquitto_max_inflight_messages_set(mosquitto, 0);
    mosquitto_publish_callback_set(mosquitto, on_publish);
    if (mosquitto_connect(mosquitto, "127.0.0.1", atoi(argv[2]), 60) ||
        mosquitto_loop_start(mosquitto))
        fail("cannot reach the broker");
    const uint64_t before = counted(channel);
    const double start_s = now_s();
    for (uint64_t i = 0; i < messages; i++) {
        while (i >= atomic_load(&acknowledged) + UNDER_WAY ||
               (rate > 0 && (double)i > (now_s() - start_s) * rate))
            nap();
        publish(mosquitto, i);
    }
    const double sent_s = now_s();
    while (counted(channel) - before < messages)
        if (now_s() > sent_s + 60)
            fail("%" PRIu64 " published, %" PRIu64 " counted", messages, counted(channel) - before);
        else
            nap();
    const double end_s = now_s();
    if (counted(channel) - before != messages)
        fail("%" PRIu64 " published, %" PRIu64 " counted", messages, counted(channel) - before);
    mosquitto_disconnect(mosquitto);
    mosquitto_loop_stop(mosquitto, false);
    mosquitto_destroy(mosquitto);
    mosquitto_lib_cleanup();
    rpc_channel_destroy(channel);
    printf("%.0f %.0f\n", (double)messages / (end_s - start_s), (end_s - sent_s) * 1000);
    return 0;
}
