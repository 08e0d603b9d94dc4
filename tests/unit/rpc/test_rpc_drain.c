#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "echo_server.h"

struct caller {
    struct echo_server *server;
    pthread_t thread;
    enum rpc_code code;
};

static void *call_hold(void *arg)
{
    struct caller *caller = arg;
    Rpc__Test__EchoReply *reply;
    caller->code = echo_say(caller->server->channel, NULL, "hold", "held", &reply, NULL);
    if (reply)
        echo_reply_free(reply);
    return NULL;
}

static void start_callers(struct caller *callers, size_t count, struct echo_server *server)
{
    for (size_t i = 0; i < count; i++) {
        callers[i] = (struct caller){ .server = server };
        pthread_create(&callers[i].thread, NULL, call_hold, &callers[i]);
    }
    assert_true(echo_reaches(&server->said, count));
}

static void expect(struct caller *callers, size_t count, enum rpc_code code)
{
    for (size_t i = 0; i < count; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].code, code);
    }
}

static void *drain(void *arg)
{
    rpc_server_drain(((struct echo_server *)arg)->rpc, 60000);
    return NULL;
}

static void calls_under_way_are_let_to_end(void **state)
{
    (void)state;
    enum { CALLERS = 20 };
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct caller callers[CALLERS];
    start_callers(callers, CALLERS, &server);
    pthread_t drainer;
    pthread_create(&drainer, NULL, drain, &server);

    /* New calls are refused before the old ones have ended. */
    Rpc__Test__EchoReply *reply;
    struct rpc_channel *late = rpc_channel_create(server.address);
    enum rpc_code code;
    while ((code = echo_say(late, NULL, "", "", &reply, NULL)) == RPC_OK)
        echo_reply_free(reply);
    assert_int_equal(code, RPC_UNAVAILABLE);
    rpc_channel_destroy(late);

    for (size_t i = 0; i < CALLERS; i++)
        echo_answer(echo_server_take(&server));
    pthread_join(drainer, NULL);
    expect(callers, CALLERS, RPC_OK);
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.calls_live, 0);
    assert_int_equal(stats.calls_started, stats.calls_ended);
    echo_server_close(&server);
}

static void *call_until_refused(void *arg)
{
    struct caller *caller = arg;
    Rpc__Test__EchoReply *reply;
    struct rpc_channel *channel = rpc_channel_create(caller->server->address);
    while ((caller->code = echo_say(channel, NULL, "", "", &reply, NULL)) == RPC_OK)
        echo_reply_free(reply);
    rpc_channel_destroy(channel);
    return NULL;
}

/* CANCELLED would not be tried again, by nobody's policy. */
static void who_calls_on_is_told_to_try_again(void **state)
{
    (void)state;
    enum { CALLERS = 8, CALLS_EACH = 20 };
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct caller callers[CALLERS];
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ .server = &server };
        pthread_create(&callers[i].thread, NULL, call_until_refused, &callers[i]);
    }
    assert_true(echo_reaches(&server.said, CALLERS * CALLS_EACH));
    rpc_server_drain(server.rpc, 60000);
    expect(callers, CALLERS, RPC_UNAVAILABLE);
    echo_server_close(&server);
}

static void what_is_left_after_the_grace_is_cancelled(void **state)
{
    (void)state;
    enum { CALLERS = 20 };
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct caller callers[CALLERS];
    start_callers(callers, CALLERS, &server);
    rpc_server_drain(server.rpc, 20);
    expect(callers, CALLERS, RPC_UNAVAILABLE);
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.calls_live, CALLERS); /* Never answered: given up with the server. */
    assert_int_equal(atomic_load(&server.ended), 0);
    echo_server_close(&server);
    assert_int_equal(atomic_load(&server.ended), CALLERS);
}

/* How watches have ended. */
struct ends {
    atomic_size_t all, told; /* `told`: that the server stops, and what to do. */
};

static void count_end(void *ctx, const struct rpc_status *status)
{
    struct ends *ends = ctx;
    if (status->code == RPC_UNAVAILABLE && status->message &&
        strcmp(status->message, "The server is stopping; watch again when it is back.") == 0)
        atomic_fetch_add(&ends->told, 1);
    atomic_fetch_add(&ends->all, 1);
}

static void ignore_message(void *ctx, const ProtobufCMessage *message)
{
    (void)ctx;
    (void)message;
}

/* Not with OK: to who reads on until the end that would say that what is watched has ended. */
static void streams_of_topics_end_at_once(void **state)
{
    (void)state;
    enum { WATCHES = 10 };
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct ends ends = { 0 };
    struct rpc_watch *watches[WATCHES];
    Rpc__Test__EchoRequest request = echo_request("subscribe", "");
    for (int i = 0; i < WATCHES; i++)
        watches[i] = rpc_watch_start(server.channel, &rpc__test__echo__descriptor, "Follow", NULL,
                                     &request.base, ignore_message, count_end, &ends);
    while (rpc_topic_subscribers(server.topic) != WATCHES)
        ;
    rpc_server_drain(server.rpc, 60000);
    assert_true(echo_reaches(&ends.all, WATCHES));
    assert_int_equal(atomic_load(&ends.told), WATCHES);
    assert_int_equal(atomic_load(&server.ended), WATCHES);
    for (int i = 0; i < WATCHES; i++)
        rpc_watch_destroy(watches[i]);
    echo_server_close(&server);
}

static void an_open_upload_is_cancelled_after_the_grace(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_upload *upload =
        rpc_upload_start(server.channel, &rpc__test__echo__descriptor, "Sum", NULL);
    Rpc__Test__EchoRequest request = echo_request("", "first");
    assert_true(rpc_upload_send(upload, &request.base));
    assert_true(echo_reaches(&server.said, 1));
    rpc_server_drain(server.rpc, 20);
    ProtobufCMessage *reply;
    assert_int_equal(rpc_upload_finish(upload, &reply, NULL), RPC_UNAVAILABLE);
    assert_int_equal(atomic_load(&server.ends_seen), 0);
    echo_server_close(&server);
    assert_int_equal(atomic_load(&server.ended), 1);
}

static void an_idle_server_may_be_opened_and_closed_often(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct echo_server server;
        echo_server_open(&server, true, &(struct rpc_server_options){ .stream_queues = 4 });
        echo_server_close(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_under_way_are_let_to_end),
        cmocka_unit_test(who_calls_on_is_told_to_try_again),
        cmocka_unit_test(what_is_left_after_the_grace_is_cancelled),
        cmocka_unit_test(streams_of_topics_end_at_once),
        cmocka_unit_test(an_open_upload_is_cancelled_after_the_grace),
        cmocka_unit_test(an_idle_server_may_be_opened_and_closed_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
