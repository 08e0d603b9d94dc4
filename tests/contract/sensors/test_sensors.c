/* What every source of sensors' messages promises, run over each adapter; then what a broker and
 * polled devices add. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/http/http.h"
#include "server/adapters/memory/sensors.h"
#include "server/adapters/mqtt/mqtt.h"
#include "tests/contract/sensors/sink.h"
#include "tests/support/broker.h"
#include "tests/support/web.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { MEMORY, MQTT, HTTP };

struct subject {
    enum kind kind;
    struct sensor_source *source;
    struct sink sink;
    struct broker broker;
    struct publisher *publisher;
    struct web *web;
    struct log log;
    uint32_t window;
    int64_t timeout_ms;
};

static struct sensor_source *open_mqtt(struct subject *subject, const char *const *filters)
{
    char why[256];
    struct sensor_source *source =
        mqtt_sensors_open(&(struct mqtt_options){ .name = "broker",
                                                  .host = "127.0.0.1",
                                                  .port = subject->broker.port,
                                                  .client_id = "contract",
                                                  .filters = filters,
                                                  .window = subject->window,
                                                  .session_s = 3600,
                                                  .log = &subject->log },
                          why, sizeof why);
    assert_non_null(source);
    return source;
}

static void open_source(struct subject *subject)
{
    static const char *const filters[] = { "count/+", NULL };
    char url[2][64];
    struct http_poll polls[2] = { { 0 } };
    switch (subject->kind) {
    case MEMORY:
        subject->source = memory_sensors_open();
        break;
    case MQTT:
        subject->source = open_mqtt(subject, filters);
        break;
    case HTTP:
        for (int i = 0; i < 2; i++) {
            snprintf(url[i], sizeof url[i], "http://127.0.0.1:%d/%d", web_port(subject->web), i);
            polls[i] = (struct http_poll){ .name = i ? "count/b" : "count/a",
                                           .url = url[i],
                                           .every_ms = 20,
                                           .timeout_ms = subject->timeout_ms };
        }
        subject->source = http_sensors_open(polls, 2, &subject->log);
        break;
    }
}

static int begin(void **state, enum kind kind)
{
    struct subject *subject = calloc(1, sizeof *subject);
    subject->kind = kind;
    subject->window = 100;
    subject->timeout_ms = kind == HTTP ? 2000 : 0;
    subject->log = (struct log){ stderr, LOG_QUIET };
    sink_init(&subject->sink);
    if (kind == MQTT) {
        broker_init(&subject->broker);
        broker_start(&subject->broker);
        subject->publisher = publisher_start(subject->broker.port, "contract-publisher");
    }
    if (kind == HTTP)
        subject->web = web_start();
    open_source(subject);
    *state = subject;
    return 0;
}

static int begin_memory(void **state)
{
    return begin(state, MEMORY);
}

static int begin_mqtt(void **state)
{
    return begin(state, MQTT);
}

static int begin_http(void **state)
{
    return begin(state, HTTP);
}

static void close_source(struct subject *subject)
{
    if (subject->source)
        subject->source->ops->close(subject->source);
    subject->source = NULL;
}

static int end(void **state)
{
    struct subject *subject = *state;
    close_source(subject);
    if (subject->kind == MQTT) {
        publisher_stop(subject->publisher);
        broker_stop(&subject->broker);
        broker_fini(&subject->broker);
    }
    if (subject->web)
        web_stop(subject->web);
    sink_fini(&subject->sink);
    free(subject);
    return 0;
}

/* ---- Words of the tests ------------------------------------------------------------------------
 */

static void wait_for_link(struct subject *subject, bool up)
{
    struct sensor_link link;
    do
        assert_true(subject->source->ops->look(subject->source, 0, &link));
    while (link.up != up);
}

/* Somebody says it, so that it comes over link 0 with the topic "count/a". */
static void say(struct subject *subject, const char *payload)
{
    const struct sensor_message message = { .topic = "count/a",
                                            .payload = payload,
                                            .size = strlen(payload) };
    if (subject->kind == MEMORY)
        memory_sensors_offer(subject->source, &message);
    else if (subject->kind == MQTT)
        publisher_send(subject->publisher, "count/a", payload, 0);
    else
        web_set(subject->web, 0, 200, payload);
}

static void start_source(struct subject *subject)
{
    assert_true(subject->source->ops->start(subject->source, &subject->sink.sensor_sink));
    if (subject->kind == MQTT)
        wait_for_link(subject, true);
}

static void assert_seen(struct subject *subject, uint32_t index, const char *payload)
{
    sink_wait(&subject->sink, index + 1);
    const struct seen *seen = &subject->sink.seen[index];
    assert_int_equal(seen->link, 0);
    assert_string_equal(seen->topic, "count/a");
    assert_string_equal(seen->payload, payload);
    assert_false(seen->kept);
}

/* ---- Every source ------------------------------------------------------------------------------
 */

static void what_is_said_comes_once_and_in_order(void **state)
{
    struct subject *subject = *state;
    enum { MANY = 8 };
    char payload[16];
    start_source(subject);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(payload, sizeof payload, "{\"n\":%u}", i);
        say(subject, payload);
        assert_seen(subject, i, payload);
        sink_make_durable(&subject->sink, subject->source);
    }
    close_source(subject);
    assert_int_equal(sink_count(&subject->sink), MANY);
}

static void where_there_is_no_room_the_same_comes_again(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    sink_set_later(&subject->sink, 3);
    say(subject, "1");
    assert_seen(subject, 0, "1");
    assert_true(subject->sink.offers >= 4);
    sink_make_durable(&subject->sink, subject->source);
    say(subject, "2");
    assert_seen(subject, 1, "2");
    close_source(subject);
    assert_int_equal(sink_count(&subject->sink), 2);
}

static void nothing_is_asked_for_before_there_is_room_at_all(void **state)
{
    struct subject *subject = *state;
    struct sensor_link link;
    if (subject->kind == MEMORY)
        return; /* It has nobody to ask. */
    sink_set_ready(&subject->sink, false);
    assert_true(subject->source->ops->start(subject->source, &subject->sink.sensor_sink));
    assert_true(subject->source->ops->look(subject->source, 0, &link));
    assert_false(link.up);
    assert_int_equal(link.connections + link.failures, 0);
    if (subject->kind == HTTP)
        say(subject, "7");
    sink_set_ready(&subject->sink, true);
    wait_for_link(subject, true);
    if (subject->kind == MQTT)
        say(subject, "7");
    assert_seen(subject, 0, "7");
}

static void after_stop_nothing_is_taken(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    say(subject, "1");
    assert_seen(subject, 0, "1");
    subject->source->ops->stop(subject->source);
    const uint32_t offers = subject->sink.offers;
    say(subject, "2");
    sink_make_durable(&subject->sink, subject->source);
    close_source(subject);
    assert_int_equal(sink_count(&subject->sink), 1);
    assert_int_equal(subject->sink.offers, offers);
}

static void stop_ends_a_wait_for_room(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    sink_set_later(&subject->sink, UINT32_MAX);
    say(subject, "1");
    uint32_t offers;
    do {
        pthread_mutex_lock(&subject->sink.mutex);
        offers = subject->sink.offers;
        pthread_mutex_unlock(&subject->sink.mutex);
    } while (offers == 0);
    subject->source->ops->stop(subject->source);
    close_source(subject);
    assert_int_equal(sink_count(&subject->sink), 0);
}

static void a_source_that_never_started_can_be_closed(void **state)
{
    struct subject *subject = *state;
    struct sensor_link link;
    assert_true(subject->source->ops->look(subject->source, 0, &link));
    assert_false(link.up);
    assert_true(strlen(link.name) > 0);
    assert_false(subject->source->ops->look(subject->source, 99, &link));
    subject->source->ops->durable(subject->source, 1);
    close_source(subject);
}

/* ---- A memory: what is done with is forgotten --------------------------------------------------
 */

static void memory_keeps_what_is_not_durable(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    say(subject, "1");
    sink_wait(&subject->sink, 1);
    assert_int_equal(memory_sensors_done(subject->source), 0);
    sink_make_durable(&subject->sink, subject->source);
    say(subject, "2"); /* When it is taken the first one is among what is kept. */
    sink_wait(&subject->sink, 2);
    assert_int_equal(memory_sensors_done(subject->source), 1);
}

/* ---- A broker ----------------------------------------------------------------------------------
 */

static void reopen(struct subject *subject)
{
    close_source(subject);
    open_source(subject);
    start_source(subject);
}

static void a_broker_brings_again_what_was_not_acknowledged(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    say(subject, "1");
    say(subject, "2");
    assert_seen(subject, 1, "2"); /* Taken, but nothing is durable: as before a crash. */
    reopen(subject);
    assert_seen(subject, 2, "1");
    assert_seen(subject, 3, "2");
    sink_make_durable(&subject->sink, subject->source);
    reopen(subject);
    say(subject, "3");
    assert_seen(subject, 4, "3");
    close_source(subject);
    assert_int_equal(sink_count(&subject->sink), 5);
}

static void a_broker_keeps_what_is_said_meanwhile(void **state)
{
    struct subject *subject = *state;
    start_source(subject);
    close_source(subject);
    open_source(subject);
    say(subject, "1");
    say(subject, "2");
    start_source(subject);
    assert_seen(subject, 0, "1");
    assert_seen(subject, 1, "2");
}

static void no_more_than_the_window_is_under_way(void **state)
{
    struct subject *subject = *state;
    enum { MANY = 100, WINDOW = 7 };
    close_source(subject);
    subject->window = WINDOW;
    open_source(subject);
    start_source(subject);
    for (int i = 0; i < MANY; i++)
        publisher_send(subject->publisher, "count/a", "1", MANY);
    for (uint32_t done = 0; done < MANY; done = subject->sink.done) {
        sink_wait(&subject->sink, done + 1);
        sink_make_durable(&subject->sink, subject->source);
    }
    assert_true(subject->sink.most_open <= WINDOW);
    assert_int_equal(sink_count(&subject->sink), MANY);
}

static void a_broker_that_ends_is_come_back_to(void **state)
{
    struct subject *subject = *state;
    struct sensor_link link;
    start_source(subject);
    broker_stop(&subject->broker);
    wait_for_link(subject, false);
    broker_start(&subject->broker);
    wait_for_link(subject, true);
    assert_true(subject->source->ops->look(subject->source, 0, &link));
    assert_int_equal(link.connections, 2);
    assert_true(link.failures >= 1 && link.since_ms > 0 && strlen(link.why) > 0);
    say(subject, "1");
    assert_seen(subject, 0, "1");
}

static void what_a_broker_kept_is_told_from_what_happens(void **state)
{
    struct subject *subject = *state;
    publisher_send_kept(subject->publisher, "count/a", "5");
    start_source(subject);
    sink_wait(&subject->sink, 1);
    assert_true(subject->sink.seen[0].kept);
    sink_make_durable(&subject->sink, subject->source);
    say(subject, "6");
    assert_seen(subject, 1, "6");
}

/* ---- Polled devices ----------------------------------------------------------------------------
 */

static void what_has_not_changed_is_taken_once(void **state)
{
    struct subject *subject = *state;
    struct web_counts counts;
    say(subject, "5");
    start_source(subject);
    assert_seen(subject, 0, "5");
    web_wait(subject->web, 0, 6);
    web_look(subject->web, &counts);
    assert_true(counts.unchanged[0] >= 4);
    assert_int_equal(sink_count(&subject->sink), 1);
}

static void a_connection_is_kept(void **state)
{
    struct subject *subject = *state;
    struct web_counts counts;
    web_set(subject->web, 0, 200, "1");
    web_set(subject->web, 1, 200, "1");
    start_source(subject);
    web_wait(subject->web, 0, 10);
    web_wait(subject->web, 1, 10);
    web_look(subject->web, &counts);
    assert_int_equal(counts.connections, 2);
}

static void a_silent_device_holds_up_no_other_one(void **state)
{
    struct subject *subject = *state;
    struct web_counts counts;
    close_source(subject);
    subject->timeout_ms = 60 * 1000;
    open_source(subject);
    web_set(subject->web, 0, 200, "1");
    web_set(subject->web, 1, 0, "");
    start_source(subject);
    web_wait(subject->web, 1, 1);
    web_look(subject->web, &counts);
    web_wait(subject->web, 0, counts.requests[0] + 5);
    web_look(subject->web, &counts);
    assert_int_equal(counts.requests[1], 1); /* Still the first one. */
    wait_for_link(subject, true);
}

static void a_silent_device_is_given_up_in_time_and_asked_again(void **state)
{
    struct subject *subject = *state;
    struct sensor_link link;
    close_source(subject);
    subject->timeout_ms = 50;
    open_source(subject);
    web_set(subject->web, 1, 0, "");
    start_source(subject);
    web_wait(subject->web, 1, 2);
    assert_true(subject->source->ops->look(subject->source, 1, &link));
    assert_false(link.up);
    assert_true(link.failures >= 1 && strlen(link.why) > 0);
}

static void a_device_that_says_no_is_asked_less_often_and_comes_back(void **state)
{
    struct subject *subject = *state;
    struct sensor_link link;
    web_set(subject->web, 0, 503, "busy");
    web_set(subject->web, 1, 200, "1");
    start_source(subject);
    web_wait(subject->web, 0, 4); /* After 20, 40, 80 ms. */
    struct web_counts counts;
    web_look(subject->web, &counts);
    assert_true(counts.requests[0] < counts.requests[1] + 2);
    assert_true(subject->source->ops->look(subject->source, 0, &link));
    assert_non_null(strstr(link.why, "503"));
    say(subject, "8");
    wait_for_link(subject, true);
    for (uint32_t i = 0;; i++) {
        sink_wait(&subject->sink, i + 1);
        if (subject->sink.seen[i].link == 0)
            break;
    }
}

#define EACH(test)                                                                                 \
    { #test "/memory", test, begin_memory, end, NULL },                                            \
        { #test "/mqtt", test, begin_mqtt, end, NULL },                                            \
    {                                                                                              \
#test "/http", test, begin_http, end, NULL                                                 \
    }
#define ONE(test, begin)                                                                           \
    {                                                                                              \
#test, test, begin, end, NULL                                                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(what_is_said_comes_once_and_in_order),
        EACH(where_there_is_no_room_the_same_comes_again),
        EACH(nothing_is_asked_for_before_there_is_room_at_all),
        EACH(after_stop_nothing_is_taken),
        EACH(stop_ends_a_wait_for_room),
        EACH(a_source_that_never_started_can_be_closed),
        ONE(memory_keeps_what_is_not_durable, begin_memory),
        ONE(a_broker_brings_again_what_was_not_acknowledged, begin_mqtt),
        ONE(a_broker_keeps_what_is_said_meanwhile, begin_mqtt),
        ONE(no_more_than_the_window_is_under_way, begin_mqtt),
        ONE(a_broker_that_ends_is_come_back_to, begin_mqtt),
        ONE(what_a_broker_kept_is_told_from_what_happens, begin_mqtt),
        ONE(what_has_not_changed_is_taken_once, begin_http),
        ONE(a_connection_is_kept, begin_http),
        ONE(a_silent_device_holds_up_no_other_one, begin_http),
        ONE(a_silent_device_is_given_up_in_time_and_asked_again, begin_http),
        ONE(a_device_that_says_no_is_asked_less_often_and_comes_back, begin_http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
