#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/client.h"
#include "echo_server.h"

/* ---- Client streams ------------------------------------------------------------------------- */

static void a_client_stream_is_added_up(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
    Rpc__Test__EchoRequest request = echo_request("", "four");
    int sent = 0;
    while (sent < 1000 && rpc_upload_send(upload, &request.base))
        sent++;
    Rpc__Test__EchoReply *reply;
    struct rpc_status status;
    if (rpc_upload_finish(upload, (ProtobufCMessage **)&reply, &status) != RPC_OK)
        fail_msg("after %d messages: %s: %s", sent, rpc_code_name(status.code), status.message);
    assert_int_equal(sent, 1000);
    assert_int_equal(reply->number, 4000);
    echo_reply_free(reply);
    assert_true(echo_reaches(&server.ended, 1));
    assert_int_equal(atomic_load(&server.said), 1000);
    echo_server_close(&server);
}

static void an_empty_client_stream_is_answered(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
    Rpc__Test__EchoReply *reply;
    assert_int_equal(rpc_upload_finish(upload, (ProtobufCMessage **)&reply, NULL), RPC_OK);
    assert_int_equal(reply->number, 0);
    echo_reply_free(reply);
    echo_server_close(&server);
}

static void a_client_stream_may_be_refused_in_the_middle(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
    Rpc__Test__EchoRequest good = echo_request("", "good"), bad = echo_request("", "refuse");
    assert_true(rpc_upload_send(upload, &good.base));
    assert_true(rpc_upload_send(upload, &bad.base));
    while (rpc_upload_send(upload, &good.base)) /* Until the refusal is here. */
        ;
    ProtobufCMessage *reply;
    struct rpc_status status;
    assert_int_equal(rpc_upload_finish(upload, &reply, &status), RPC_OUT_OF_RANGE);
    assert_string_equal(status.message, "too late");
    rpc_status_fini(&status);
    assert_true(echo_reaches(&server.ended, 1));
    assert_int_equal(atomic_load(&server.said), 2);
    echo_server_close(&server);
}

static void a_client_stream_that_breaks_off_is_not_taken_for_finished(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    Rpc__Test__EchoRequest request = echo_request("", "part");
    enum { STREAMS = 50 };
    for (size_t i = 1; i <= STREAMS; i++) {
        struct rpc_upload *upload =
            rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
        assert_true(rpc_upload_send(upload, &request.base));
        assert_true(echo_reaches(&server.said, i));
        grpc_call_cancel(((struct rpc_client_call *)upload)->grpc, NULL); /* Its first member. */
        ProtobufCMessage *reply;
        assert_int_equal(rpc_upload_finish(upload, &reply, NULL), RPC_CANCELLED);
    }
    assert_true(echo_reaches(&server.ended, STREAMS));
    assert_int_equal(atomic_load(&server.ends_seen), 0);
    echo_server_close(&server);
}

/* ---- Server streams ------------------------------------------------------------------------- */

/* What a watcher has heard. */
struct watcher {
    struct rpc_watch *watch;
    atomic_size_t frames, ends, newest;
    bool out_of_order;
    enum rpc_code code;
    sem_t *gate; /* NULL: none; otherwise the first frame waits for it. */
};

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct watcher *watcher = ctx;
    const Rpc__Test__EchoReply *reply = (const void *)message;
    if (reply->number <= watcher->newest)
        watcher->out_of_order = true;
    watcher->newest = reply->number;
    if (atomic_fetch_add(&watcher->frames, 1) == 0 && watcher->gate)
        sem_wait(watcher->gate);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    struct watcher *watcher = ctx;
    watcher->code = status->code;
    atomic_fetch_add(&watcher->ends, 1);
}

static void watch(struct watcher *watcher, struct rpc_channel *channel, const char *action)
{
    Rpc__Test__EchoRequest request = echo_request(action, "");
    watcher->watch = rpc_watch_start(channel, &rpc__test__echo__descriptor, "Follow", NULL,
                                     &request.base, on_message, on_end, watcher);
    assert_non_null(watcher->watch);
}

static void publish(struct echo_server *server, uint64_t number, const char *text)
{
    Rpc__Test__EchoReply frame = RPC__TEST__ECHO_REPLY__INIT;
    frame.number = number;
    frame.text = (char *)text;
    rpc_topic_publish(server->topic, &frame.base);
}

static void wait_for_subscribers(struct echo_server *server, size_t count)
{
    while (rpc_topic_subscribers(server->topic) != count)
        ;
}

static void subscribers_hear_the_latest_and_what_follows(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, &(struct rpc_server_options){ .stream_queues = 3 });
    enum { WATCHERS = 20, FRAMES = 50 };
    struct watcher watchers[WATCHERS] = { 0 };
    publish(&server, 1, "old");
    publish(&server, 2, "latest");
    for (int i = 0; i < WATCHERS; i++)
        watch(&watchers[i], server.channel, "subscribe");
    for (int i = 0; i < WATCHERS; i++) {
        assert_true(echo_reaches(&watchers[i].frames, 1));
        assert_int_equal(watchers[i].newest, 2);
    }
    assert_int_equal(rpc_topic_subscribers(server.topic), WATCHERS);
    for (size_t frame = 1; frame <= FRAMES; frame++) {
        publish(&server, 2 + frame, "new");
        for (int i = 0; i < WATCHERS; i++)
            assert_true(echo_reaches(&watchers[i].frames, 1 + frame));
    }
    rpc_topic_destroy(server.topic);
    server.topic = NULL;
    for (int i = 0; i < WATCHERS; i++) {
        assert_true(echo_reaches(&watchers[i].ends, 1));
        assert_int_equal(watchers[i].code, RPC_OK);
        assert_int_equal(watchers[i].newest, 2 + FRAMES);
        assert_false(watchers[i].out_of_order);
        rpc_watch_destroy(watchers[i].watch);
    }
    assert_true(echo_reaches(&server.ended, WATCHERS));
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.frames_sent, WATCHERS * (1 + FRAMES));
    assert_int_equal(stats.frames_conflated, 0);
    echo_server_close(&server);
}

static void a_slow_subscriber_skips_to_the_newest(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    enum { FRAMES = 300, SIZE = 100000 };
    char *text = malloc(SIZE + 1);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    sem_t gate;
    sem_init(&gate, 0, 0);
    struct rpc_channel *other = rpc_channel_create(server.address);
    struct watcher slow = { .gate = &gate }, quick = { 0 };
    watch(&slow, server.channel, "subscribe");
    watch(&quick, other, "subscribe");
    wait_for_subscribers(&server, 2);
    publish(&server, 1, text);
    assert_true(echo_reaches(&slow.frames, 1));
    for (size_t i = 2; i <= FRAMES; i++) {
        publish(&server, i, text);
        assert_true(echo_reaches(&quick.frames, i)); /* Not held up by the slow one. */
    }
    assert_int_equal(atomic_load(&slow.frames), 1);
    struct rpc_server_stats before;
    rpc_server_stats(server.rpc, &before);
    assert_true(before.frames_sent < 2 * FRAMES);
    sem_post(&gate);
    rpc_topic_destroy(server.topic);
    server.topic = NULL;
    assert_true(echo_reaches(&slow.ends, 1));
    assert_int_equal(slow.newest, FRAMES);
    assert_false(slow.out_of_order);
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.frames_sent, atomic_load(&slow.frames) + FRAMES);
    assert_int_equal(stats.frames_conflated, FRAMES - atomic_load(&slow.frames));
    assert_true(atomic_load(&slow.frames) < FRAMES / 2);
    rpc_watch_destroy(slow.watch);
    rpc_watch_destroy(quick.watch);
    rpc_channel_destroy(other);
    sem_destroy(&gate);
    free(text);
    echo_server_close(&server);
}

static void a_watch_that_is_cancelled_leaves_the_topic(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct watcher stays = { 0 };
    watch(&stays, server.channel, "subscribe");
    wait_for_subscribers(&server, 1);
    for (uint64_t i = 1; i <= 50; i++) {
        struct watcher leaves = { 0 };
        watch(&leaves, server.channel, "subscribe");
        publish(&server, i, "news"); /* Perhaps before, perhaps after it has subscribed. */
        rpc_watch_destroy(leaves.watch);
        assert_int_equal(atomic_load(&leaves.ends), 1);
        assert_int_equal(leaves.code, RPC_CANCELLED);
        assert_true(echo_reaches(&stays.frames, i));
    }
    wait_for_subscribers(&server, 1);
    rpc_watch_destroy(stays.watch);
    wait_for_subscribers(&server, 0);
    echo_server_close(&server);
}

static void a_server_stream_may_be_refused_finished_or_subscribed_by_another_thread(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    static const struct {
        const char *action;
        enum rpc_code code;
    } rows[] = { { "fail with details", RPC_FAILED_PRECONDITION }, { "finish", RPC_OK } };
    for (size_t i = 0; i < 2; i++) {
        struct watcher watcher = { 0 };
        watch(&watcher, server.channel, rows[i].action);
        assert_true(echo_reaches(&watcher.ends, 1));
        assert_int_equal(watcher.code, rows[i].code);
        assert_int_equal(atomic_load(&watcher.frames), 0);
        rpc_watch_destroy(watcher.watch);
    }
    publish(&server, 7, "for those who were held");
    struct watcher held = { 0 };
    watch(&held, server.channel, "hold");
    rpc_topic_subscribe(server.topic, echo_server_take(&server));
    assert_true(echo_reaches(&held.frames, 1));
    rpc_watch_destroy(held.watch);

    struct watcher gone = { 0 };
    watch(&gone, server.channel, "hold");
    struct rpc_call *call = echo_server_take(&server);
    rpc_watch_destroy(gone.watch);
    while (!rpc_cancelled(call))
        ;
    rpc_topic_subscribe(server.topic, call);
    assert_true(echo_reaches(&server.ended, 4));
    wait_for_subscribers(&server, 0);
    echo_server_close(&server);
}

static void a_stream_with_a_malformed_request_is_refused(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    ProtobufCServiceDescriptor forged = rpc__test__echo__descriptor;
    ProtobufCMethodDescriptor methods[4];
    memcpy(methods, forged.methods, sizeof methods);
    methods[2].input = &rpc__test__not_an_echo__descriptor;
    forged.methods = methods;
    Rpc__Test__NotAnEcho request = RPC__TEST__NOT_AN_ECHO__INIT;
    request.text = 0xffffffffffffffff;
    struct watcher watcher = { 0 };
    watcher.watch = rpc_watch_start(server.channel, &forged, "Follow", NULL, &request.base,
                                    on_message, on_end, &watcher);
    assert_true(echo_reaches(&watcher.ends, 1));
    assert_int_equal(watcher.code, RPC_INVALID_ARGUMENT);
    rpc_watch_destroy(watcher.watch);
    assert_null(rpc_watch_start(server.channel, &forged, "Shout", NULL, &request.base, on_message,
                                on_end, &watcher));
    echo_server_close(&server);
    assert_int_equal(atomic_load(&server.ended), 0);
}

static void destroying_a_channel_ends_its_watches(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_channel *channel = rpc_channel_create(server.address);
    struct watcher watcher = { 0 };
    watch(&watcher, channel, "subscribe");
    wait_for_subscribers(&server, 1);
    rpc_channel_destroy(channel);
    assert_int_equal(atomic_load(&watcher.ends), 1);
    rpc_watch_destroy(watcher.watch);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_stream_is_added_up),
        cmocka_unit_test(an_empty_client_stream_is_answered),
        cmocka_unit_test(a_client_stream_may_be_refused_in_the_middle),
        cmocka_unit_test(a_client_stream_that_breaks_off_is_not_taken_for_finished),
        cmocka_unit_test(subscribers_hear_the_latest_and_what_follows),
        cmocka_unit_test(a_slow_subscriber_skips_to_the_newest),
        cmocka_unit_test(a_watch_that_is_cancelled_leaves_the_topic),
        cmocka_unit_test(a_server_stream_may_be_refused_finished_or_subscribed_by_another_thread),
        cmocka_unit_test(a_stream_with_a_malformed_request_is_refused),
        cmocka_unit_test(destroying_a_channel_ends_its_watches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
