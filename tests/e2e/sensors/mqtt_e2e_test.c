/*
 * What turnstiles publish to a real mosquitto is what the gates of a real tifod have counted in the
 * end: to the person, though the broker is ended and started again in the middle, and though tifod
 * is killed. TIFO_LONG=1: 20,000 messages a second for half a minute.
 */
#include "tests/e2e/server/bench.h"
#include "tests/support/broker.h"
#include "tests/support/ground.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { DEVICES = 8, WINDOW = 500 };

struct match {
    struct bench *bench;
    struct broker broker;
    struct publisher *publisher;
    uint64_t sequence; /* Of the last message of each device. */
    char file[128];
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_sensors(struct match *match)
{
    snprintf(match->file, sizeof match->file, "%s/sensors.yaml", match->bench->folder);
    FILE *file = fopen(match->file, "w");
    fprintf(file,
            "mqtt:\n"
            "  - name: bowl\n"
            "    broker: 127.0.0.1:%d\n"
            "    client_id: tifod-test\n"
            "    topics:\n"
            "      - topic: bowl/{gate}/turnstile/{device}\n"
            "        kind: turnstile\n"
            "        sequence: seq\n"
            "        in: { field: passed.in }\n",
            match->broker.port);
    fclose(file);
    match->bench->sensors = match->file;
}

static int begin(void **state)
{
    struct match *match = calloc(1, sizeof *match);
    void *bench;
    if (set_up(&bench) != 0)
        return -1;
    match->bench = bench;
    broker_init(&match->broker);
    write_sensors(match);
    *state = match;
    return 0;
}

static int end(void **state)
{
    struct match *match = *state;
    void *bench = match->bench;
    broker_fini(&match->broker);
    free(match);
    return tear_down(&bench);
}

/* Also waits for the session: what is published before there ever was one goes nowhere. */
static void serve_with_sensors(struct match *match)
{
    serve_real(match->bench);
    if (match->sequence == 0)
        import_ground(match->bench);
    assert_true(process_says(&match->bench->server, "sensors-connected"));
}

/* A message of each device, each of one person. */
static void publish_round(struct match *match)
{
    char topic[64], payload[64];
    match->sequence++;
    for (int device = 0; device < DEVICES; device++) {
        snprintf(topic, sizeof topic, "bowl/G%d/turnstile/t-%d", device % GROUND_GATES + 1, device);
        snprintf(payload, sizeof payload, "{\"seq\":%" PRIu64 ",\"passed\":{\"in\":1}}",
                 match->sequence);
        publisher_send(match->publisher, topic, payload, WINDOW);
    }
}

static uint64_t counted(struct match *match)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    struct rpc_status status = { 0 };
    Tifo__V1__GetCrowdResponse *reply =
        ask(match->bench, &tifo__v1__crowd__descriptor, "GetCrowd", &request, &status);
    uint64_t total = 0;
    if (!reply)
        fail_msg("%s", status.message);
    for (size_t i = 0; i < reply->state->n_gate_total_in; i++)
        total += reply->state->gate_total_in[i];
    drop(reply);
    return total;
}

static void wait_for_count(struct match *match, uint64_t people)
{
    const double patience_s = now_s() + 60;
    while (counted(match) < people)
        if (now_s() > patience_s)
            fail_msg("published %" PRIu64 ", the gates have counted %" PRIu64, people,
                     counted(match));
    assert_int_equal(counted(match), people);
}

static uint64_t published(const struct match *match)
{
    return match->sequence * DEVICES;
}

static void nothing_is_lost_when_the_broker_starts_again(void **state)
{
    struct match *match = *state;
    const bool is_long = getenv("TIFO_LONG") != NULL;
    const uint64_t rounds = is_long ? 75000 : 1500;
    broker_start(&match->broker);
    serve_with_sensors(match);
    match->publisher = publisher_start(match->broker.port, "turnstiles");
    const double start_s = now_s();
    while (match->sequence < rounds / 3)
        publish_round(match);
    broker_stop(&match->broker);
    broker_start(&match->broker);
    while (match->sequence < rounds)
        publish_round(match);
    publisher_wait(match->publisher);
    wait_for_count(match, published(match));
    print_message("%" PRIu64 " messages, the broker's restart included, in %.1f s: %.0f/s\n",
                  published(match), now_s() - start_s,
                  (double)published(match) / (now_s() - start_s));
    publisher_stop(match->publisher);
    assert_int_equal(end_server(match->bench, SIGTERM), 0);
    broker_stop(&match->broker);
}

static void nothing_is_lost_or_counted_twice_when_tifod_is_killed(void **state)
{
    struct match *match = *state;
    broker_start(&match->broker);
    serve_with_sensors(match);
    match->publisher = publisher_start(match->broker.port, "turnstiles");
    for (int kill_number = 1; kill_number <= 3; kill_number++) {
        for (int round = 0; round < 250; round++)
            publish_round(match);
        /* Some is taken and not durable, some is not even read. */
        assert_int_equal(end_server(match->bench, SIGKILL), -1);
        for (int round = 0; round < 50; round++)
            publish_round(match);
        serve_with_sensors(match);
    }
    publisher_wait(match->publisher);
    wait_for_count(match, published(match));
    publisher_stop(match->publisher);
    assert_int_equal(end_server(match->bench, SIGTERM), 0);
    broker_stop(&match->broker);
}

static void a_broker_that_is_away_is_waited_for(void **state)
{
    struct match *match = *state;
    serve_real(match->bench); /* It serves all the same. */
    import_ground(match->bench);
    assert_int_equal(counted(match), 0);
    broker_start(&match->broker);
    match->publisher = publisher_start(match->broker.port, "turnstiles");
    assert_true(process_says(&match->bench->server, "sensors-connected"));
    publish_round(match);
    publisher_wait(match->publisher);
    wait_for_count(match, published(match));
    publisher_stop(match->publisher);
    broker_stop(&match->broker);
    assert_int_equal(end_server(match->bench, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_lost_when_the_broker_starts_again, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_lost_or_counted_twice_when_tifod_is_killed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_broker_that_is_away_is_waited_for, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
