#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "echo_server.h"

static struct rpc_talk *talk(struct echo_server *server)
{
    struct rpc_talk *started =
        rpc_talk_start(server->channel, &rpc__test__echo__descriptor, "Talk", NULL);
    assert_non_null(started);
    return started;
}

static void say(struct rpc_talk *talk, const char *action, const char *text)
{
    Rpc__Test__EchoRequest request = echo_request(action, text);
    assert_true(rpc_talk_send(talk, &request.base));
}

static void expect(Rpc__Test__EchoReply *reply, uint64_t number, const char *text)
{
    assert_non_null(reply);
    assert_int_equal(reply->number, number);
    assert_string_equal(reply->text, text);
    echo_reply_free(reply);
}

static void hear(struct rpc_talk *talk, uint64_t number, const char *text)
{
    expect((Rpc__Test__EchoReply *)rpc_talk_next(talk), number, text);
}

static void hear_end(struct rpc_talk *talk, enum rpc_code code)
{
    assert_null(rpc_talk_next(talk));
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), code);
}

static void each_message_is_answered_in_order(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *one = talk(&server), *other = talk(&server);
    for (uint64_t i = 1; i <= 500; i++) {
        say(one, "", "one");
        say(other, "", "other");
        hear(one, i, "one");
        hear(other, i, "other");
    }
    rpc_talk_send_end(one);
    hear(one, 501, "the end");
    hear_end(one, RPC_OK);
    for (int i = 0; i < 50; i++) /* Without waiting for the answers. */
        say(other, "", "at once");
    rpc_talk_send_end(other);
    for (uint64_t i = 501; i <= 550; i++)
        hear(other, i, "at once");
    hear(other, 551, "the end");
    hear_end(other, RPC_OK);
    assert_true(echo_reaches(&server.ended, 2));
    assert_int_equal(atomic_load(&server.ends_seen), 2);
    echo_server_close(&server);
}

static void a_client_that_says_nothing_is_heard_to_the_end(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *silent = talk(&server);
    rpc_talk_send_end(silent);
    hear(silent, 1, "the end");
    hear_end(silent, RPC_OK);
    echo_server_close(&server);
}

static void what_was_sent_arrives_before_the_end(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *failed = talk(&server);
    say(failed, "a hundred times", "many");
    say(failed, "fail with details", "last");
    for (uint64_t i = 1; i <= 100; i++)
        hear(failed, i, "many");
    hear(failed, 101, "last");
    assert_null(rpc_talk_next(failed));
    struct rpc_status status;
    assert_int_equal(rpc_talk_finish(failed, &status), RPC_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "SEAT_TAKEN");
    assert_string_equal(status.domain, "tifo");
    assert_string_equal(status.field, "seats[3].row");
    rpc_status_fini(&status);

    struct rpc_talk *finished = talk(&server);
    say(finished, "finish", "enough");
    hear(finished, 1, "enough");
    hear_end(finished, RPC_OK);
    assert_true(echo_reaches(&server.ended, 2));
    assert_int_equal(atomic_load(&server.ends_seen), 0);
    echo_server_close(&server);
}

static void another_thread_may_send_and_finish_when_the_client_is_done(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *held = talk(&server);
    say(held, "hold the end", "first");
    rpc_talk_send_end(held);
    struct rpc_call *call = echo_server_take(&server);
    for (uint64_t i = 2; i <= 300; i++)
        echo_send(call, i, "later");
    rpc_finish(call);
    hear(held, 1, "first");
    for (uint64_t i = 2; i <= 300; i++)
        hear(held, i, "later");
    hear_end(held, RPC_OK);

    struct rpc_talk *gone = talk(&server);
    say(gone, "hold the end", "first");
    rpc_talk_send_end(gone);
    call = echo_server_take(&server);
    rpc_talk_cancel(gone);
    assert_int_equal(rpc_talk_finish(gone, NULL), RPC_CANCELLED);
    while (!rpc_cancelled(call))
        ;
    for (uint64_t i = 2; i <= 10; i++)
        echo_send(call, i, "too late");
    rpc_finish(call);
    assert_true(echo_reaches(&server.ended, 2));
    echo_server_close(&server);
}

static void a_client_that_breaks_off_is_not_taken_for_done(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    enum { TALKS = 100 };
    for (size_t i = 1; i <= TALKS; i++) {
        struct rpc_talk *broken = talk(&server);
        say(broken, "", "hello");
        if (i % 2) /* With the answer taken, or still on its way. */
            hear(broken, 1, "hello");
        rpc_talk_cancel(broken);
        assert_int_equal(rpc_talk_finish(broken, NULL), RPC_CANCELLED);
    }
    assert_true(echo_reaches(&server.said, TALKS / 2));
    /* Whoever has been heard is over. */
    while (atomic_load(&server.ended) != atomic_load(&server.said))
        ;
    assert_int_equal(atomic_load(&server.ends_seen), 0);
    echo_server_close(&server);
}

enum { MANY = 300, BIG = 100000 };

static void *say_many(void *arg)
{
    char *text = malloc(BIG + 1);
    memset(text, 'x', BIG);
    text[BIG] = '\0';
    Rpc__Test__EchoRequest request = echo_request("", text);
    for (int i = 0; i < MANY && rpc_talk_send(arg, &request.base); i++)
        ;
    free(text);
    return NULL;
}

/* As much work for the calls thread as all of the talk would be. */
static void keep_busy(struct echo_server *server)
{
    char *text = malloc(BIG + 1);
    memset(text, 'y', BIG);
    text[BIG] = '\0';
    struct rpc_channel *channel = rpc_channel_create(server->address);
    for (int i = 0; i < 2 * MANY; i++) {
        Rpc__Test__EchoReply *reply;
        assert_int_equal(echo_say(channel, NULL, "", text, &reply, NULL), RPC_OK);
        echo_reply_free(reply);
    }
    rpc_channel_destroy(channel);
    free(text);
}

static void a_client_that_does_not_read_is_not_read_from(void **state)
{
    (void)state;
    for (int is_cancelled = 0; is_cancelled < 2; is_cancelled++) {
        struct echo_server server;
        echo_server_open(&server, true, NULL);
        struct rpc_talk *slow = talk(&server);
        pthread_t sender;
        pthread_create(&sender, NULL, say_many, slow);
        keep_busy(&server);
        size_t heard = atomic_load(&server.said) - 2 * MANY;
        assert_in_range(heard, 1, MANY / 2);
        if (is_cancelled)
            rpc_talk_cancel(slow);
        for (uint64_t i = 1; !is_cancelled && i <= MANY; i++) {
            Rpc__Test__EchoReply *reply = (Rpc__Test__EchoReply *)rpc_talk_next(slow);
            assert_int_equal(reply->number, i);
            assert_int_equal(strlen(reply->text), BIG);
            echo_reply_free(reply);
        }
        pthread_join(sender, NULL);
        rpc_talk_finish(slow, NULL);
        assert_true(echo_reaches(&server.ended, 2 * MANY + 1));
        assert_int_equal(atomic_load(&server.ends_seen), 0);
        echo_server_close(&server);
    }
}

static void a_drain_ends_a_talk_that_goes_on(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *open = talk(&server);
    say(open, "", "hello");
    hear(open, 1, "hello");
    rpc_server_drain(server.rpc, 20);
    assert_null(rpc_talk_next(open));
    assert_int_not_equal(rpc_talk_finish(open, NULL), RPC_OK);
    assert_true(echo_reaches(&server.ended, 1));
    echo_server_close(&server);
}

/* ---- Memory transport ----------------------------------------------------------------------- */

static struct rpc_memory_call *remember(struct echo_server *server, const char *action)
{
    Rpc__Test__EchoRequest request = echo_request(action, "first");
    return rpc_memory_start(server->rpc, "/rpc.test.Echo/Talk", NULL, 0, &request.base);
}

static void expect_end(struct rpc_memory_call *call, enum rpc_code code)
{
    struct rpc_status status;
    assert_null(rpc_memory_next(call));
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, code);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
}

static void a_talk_in_memory_is_the_same(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    struct rpc_memory_call *call = remember(&server, "");
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 1, "first");
    assert_null(rpc_memory_next(call));
    Rpc__Test__EchoRequest many = echo_request("a hundred times", "many");
    rpc_memory_send(call, &many.base);
    assert_false(rpc_memory_ended(call, NULL));
    rpc_memory_send(call, NULL);
    for (uint64_t i = 2; i <= 101; i++)
        expect((Rpc__Test__EchoReply *)rpc_memory_next(call), i, "many");
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 102, "the end");
    expect_end(call, RPC_OK);

    call = remember(&server, "fail with details");
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 1, "first");
    expect_end(call, RPC_FAILED_PRECONDITION);

    call = remember(&server, "");
    rpc_memory_cancel(call);
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 1, "first");
    expect_end(call, RPC_CANCELLED);

    call = remember(&server, "hold the end");
    rpc_memory_send(call, NULL);
    struct rpc_call *held = echo_server_take(&server);
    echo_send(held, 2, "later");
    rpc_finish(held);
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 1, "first");
    expect((Rpc__Test__EchoReply *)rpc_memory_next(call), 2, "later");
    expect_end(call, RPC_OK);
    assert_int_equal(atomic_load(&server.ended), 4);
    assert_int_equal(atomic_load(&server.ends_seen), 2);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_answered_in_order),
        cmocka_unit_test(a_client_that_says_nothing_is_heard_to_the_end),
        cmocka_unit_test(what_was_sent_arrives_before_the_end),
        cmocka_unit_test(another_thread_may_send_and_finish_when_the_client_is_done),
        cmocka_unit_test(a_client_that_breaks_off_is_not_taken_for_done),
        cmocka_unit_test(a_client_that_does_not_read_is_not_read_from),
        cmocka_unit_test(a_drain_ends_a_talk_that_goes_on),
        cmocka_unit_test(a_talk_in_memory_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
