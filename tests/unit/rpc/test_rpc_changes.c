/* A topic of changes: who follows hears them, who is new or fell behind hears the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "echo_server.h"

enum { SIZE = 100000 };

/* A client that keeps state: a change leads to its number from the one before. */
struct follower {
    struct rpc_watch *watch;
    atomic_size_t frames, wholes, newest, ends;
    atomic_bool gap;
    sem_t *gate; /* NULL: none; otherwise the first frame waits for it. */
};

static void hear(struct follower *follower, const Rpc__Test__EchoReply *reply)
{
    const bool is_change = reply->text[0] == 'c';
    if (is_change && reply->number != follower->newest + 1)
        follower->gap = true;
    follower->wholes += !is_change;
    follower->newest = reply->number;
}

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct follower *follower = ctx;
    hear(follower, (const void *)message);
    if (atomic_fetch_add(&follower->frames, 1) == 0 && follower->gate)
        sem_wait(follower->gate);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    (void)status;
    atomic_fetch_add(&((struct follower *)ctx)->ends, 1);
}

static void follow(struct follower *follower, struct rpc_channel *channel)
{
    Rpc__Test__EchoRequest request = echo_request("subscribe", "");
    follower->watch = rpc_watch_start(channel, &rpc__test__echo__descriptor, "Follow", NULL,
                                      &request.base, on_message, on_end, follower);
    assert_non_null(follower->watch);
}

static void publish(struct echo_server *server, uint64_t number)
{
    static char change_text[SIZE + 1], whole_text[SIZE + 1];
    Rpc__Test__EchoReply change = RPC__TEST__ECHO_REPLY__INIT, whole = change;
    memset(change_text, 'c', SIZE);
    memset(whole_text, 'w', SIZE);
    change.number = whole.number = number;
    change.text = change_text;
    whole.text = whole_text;
    rpc_topic_publish_change(server->topic, &change.base, &whole.base);
}

static void who_follows_hears_changes_and_who_is_new_the_whole(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, &(struct rpc_server_options){ .stream_queues = 2 });
    enum { FRAMES = 50 };
    struct follower first = { 0 }, late = { 0 };
    follow(&first, server.channel);
    while (rpc_topic_subscribers(server.topic) != 1)
        ;
    for (size_t i = 1; i <= FRAMES; i++) {
        publish(&server, i);
        assert_true(echo_reaches(&first.frames, i));
    }
    follow(&late, server.channel);
    assert_true(echo_reaches(&late.frames, 1));
    assert_int_equal(late.newest, FRAMES);
    publish(&server, FRAMES + 1);
    assert_true(echo_reaches(&late.frames, 2));
    assert_true(echo_reaches(&first.frames, FRAMES + 1));
    assert_int_equal(first.wholes, 1);
    assert_int_equal(late.wholes, 1);
    assert_false(first.gap || late.gap);
    rpc_watch_destroy(first.watch);
    rpc_watch_destroy(late.watch);
    echo_server_close(&server);
}

static void who_stalls_hears_the_whole_again_and_has_no_gap(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    enum { FRAMES = 300 };
    sem_t gate;
    sem_init(&gate, 0, 0);
    struct rpc_channel *other = rpc_channel_create(server.address);
    struct follower stalled = { .gate = &gate }, quick = { 0 };
    follow(&stalled, server.channel);
    follow(&quick, other);
    while (rpc_topic_subscribers(server.topic) != 2)
        ;
    publish(&server, 1);
    assert_true(echo_reaches(&stalled.frames, 1));
    for (size_t i = 2; i <= FRAMES; i++) {
        publish(&server, i);
        assert_true(echo_reaches(&quick.frames, i));
    }
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_true(stats.frames_sent < 2 * FRAMES);
    sem_post(&gate);
    assert_true(echo_reaches(&stalled.newest, FRAMES));
    /* It is back: the next one is a change again. */
    const size_t wholes = stalled.wholes;
    publish(&server, FRAMES + 1);
    assert_true(echo_reaches(&stalled.newest, FRAMES + 1));
    assert_int_equal(stalled.wholes, wholes);
    assert_true(wholes >= 2 && wholes < FRAMES / 2);
    assert_int_equal(quick.wholes, 1);
    assert_false(stalled.gap || quick.gap);
    rpc_watch_destroy(stalled.watch);
    rpc_watch_destroy(quick.watch);
    rpc_channel_destroy(other);
    sem_destroy(&gate);
    echo_server_close(&server);
}

static void hear_all(struct rpc_memory_call *call, struct follower *follower)
{
    Rpc__Test__EchoReply *reply;
    while ((reply = (void *)rpc_memory_next(call))) {
        follower->frames++;
        hear(follower, reply);
        echo_reply_free(reply);
    }
}

static void the_memory_transport_does_the_same(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    Rpc__Test__EchoRequest request = echo_request("subscribe", "");
    struct follower first = { 0 }, late = { 0 };
    struct rpc_memory_call *one =
        rpc_memory_start(server.rpc, "/rpc.test.Echo/Follow", NULL, 0, &request.base);
    for (size_t i = 1; i <= 3; i++)
        publish(&server, i);
    struct rpc_memory_call *two =
        rpc_memory_start(server.rpc, "/rpc.test.Echo/Follow", NULL, 0, &request.base);
    publish(&server, 4);
    hear_all(one, &first);
    hear_all(two, &late);
    assert_int_equal(first.frames, 4);
    assert_int_equal(first.wholes, 1);
    assert_int_equal(late.frames, 2);
    assert_int_equal(late.wholes, 1);
    assert_false(first.gap || late.gap);
    rpc_memory_destroy(one);
    rpc_memory_destroy(two);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_follows_hears_changes_and_who_is_new_the_whole),
        cmocka_unit_test(who_stalls_hears_the_whole_again_and_has_no_gap),
        cmocka_unit_test(the_memory_transport_does_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
