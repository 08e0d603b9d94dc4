/* Server streams with messages of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "echo_server.h"

static struct rpc_talk *ask(struct rpc_channel *channel, const char *action, const char *count)
{
    struct rpc_talk *talk = rpc_talk_start(channel, &rpc__test__echo__descriptor, "Count", NULL);
    assert_non_null(talk);
    Rpc__Test__EchoRequest request = echo_request(action, count);
    assert_true(rpc_talk_send(talk, &request.base));
    rpc_talk_send_end(talk);
    return talk;
}

static void hear(ProtobufCMessage *message, uint64_t number, size_t size)
{
    assert_non_null(message);
    assert_int_equal(((Rpc__Test__EchoReply *)message)->number, number);
    assert_int_equal(strlen(((Rpc__Test__EchoReply *)message)->text), size);
    protobuf_c_message_free_unpacked(message, NULL);
}

static void all_messages_arrive_in_order_before_the_end(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    static const int counts[] = { 0, 1, 2, 50 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char count[16];
        snprintf(count, sizeof count, "%d", counts[i]);
        bool fails = i % 2;
        struct rpc_talk *talk = ask(server.channel, fails ? "fail plainly" : "", count);
        for (int number = 1; number <= counts[i]; number++)
            hear(rpc_talk_next(talk), (uint64_t)number, ECHO_COUNT_BYTES);
        assert_null(rpc_talk_next(talk));
        assert_int_equal(rpc_talk_finish(talk, NULL), fails ? RPC_NOT_FOUND : RPC_OK);
    }
    assert_true(echo_reaches(&server.ended, 4));
    echo_server_close(&server);
}

/* What a connection holds for a reader that does not read is bounded by flow control, so of ten
 * thousand messages (1 GB) only few are made. */
static void a_client_that_does_not_read_is_not_written_for(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *slow = ask(server.channel, "", "10000");
    hear(rpc_talk_next(slow), 1, ECHO_COUNT_BYTES);
    struct rpc_channel *other = rpc_channel_create(server.address);
    for (int i = 0; i < 2000; i++) {
        Rpc__Test__EchoReply *reply;
        assert_int_equal(echo_say(other, NULL, "tell peer", "", &reply, NULL), RPC_OK);
        echo_reply_free(reply);
    }
    rpc_channel_destroy(other);
    size_t made = atomic_load(&server.said) - 2000;
    assert_in_range(made, 1, 500);
    for (uint64_t number = 2; number <= 1000; number++)
        hear(rpc_talk_next(slow), number, ECHO_COUNT_BYTES);
    rpc_talk_cancel(slow);
    assert_int_equal(rpc_talk_finish(slow, NULL), RPC_CANCELLED);
    assert_true(echo_reaches(&server.ended, 2001));
    echo_server_close(&server);
}

static void another_thread_may_go_on_with_it(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *held = ask(server.channel, "hold", "1");
    hear(rpc_talk_next(held), 1, ECHO_COUNT_BYTES);
    struct rpc_call *call = echo_server_take(&server);
    echo_send(call, 2, "later");
    hear(rpc_talk_next(held), 2, 5);
    assert_ptr_equal(echo_server_take(&server), call); /* It was asked again. */
    rpc_finish(call);
    assert_null(rpc_talk_next(held));
    assert_int_equal(rpc_talk_finish(held, NULL), RPC_OK);

    struct rpc_talk *gone = ask(server.channel, "hold", "1");
    hear(rpc_talk_next(gone), 1, ECHO_COUNT_BYTES);
    call = echo_server_take(&server);
    rpc_talk_cancel(gone);
    assert_int_equal(rpc_talk_finish(gone, NULL), RPC_CANCELLED);
    while (!rpc_cancelled(call))
        ;
    echo_send(call, 2, "to nobody"); /* The handler hears that, and ends the call. */
    assert_true(echo_reaches(&server.ended, 2));
    echo_server_close(&server);
}

static void a_drain_ends_it(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *slow = ask(server.channel, "", "10000");
    hear(rpc_talk_next(slow), 1, ECHO_COUNT_BYTES);
    rpc_server_drain(server.rpc, 20);
    ProtobufCMessage *message;
    while ((message = rpc_talk_next(slow)))
        protobuf_c_message_free_unpacked(message, NULL);
    assert_int_not_equal(rpc_talk_finish(slow, NULL), RPC_OK);
    assert_true(echo_reaches(&server.ended, 1));
    echo_server_close(&server);
}

static void in_memory_it_is_the_same(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    Rpc__Test__EchoRequest request = echo_request("", "3");
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/rpc.test.Echo/Count", NULL, 0, &request.base);
    assert_int_equal(atomic_load(&server.said), 1); /* No more than what was taken, and one. */
    assert_false(rpc_memory_ended(call, NULL));
    for (uint64_t number = 1; number <= 3; number++)
        hear(rpc_memory_next(call), number, ECHO_COUNT_BYTES);
    assert_null(rpc_memory_next(call));
    assert_true(rpc_memory_ended(call, NULL));
    rpc_memory_destroy(call);

    call = rpc_memory_start(server.rpc, "/rpc.test.Echo/Count", NULL, 0, &request.base);
    hear(rpc_memory_next(call), 1, ECHO_COUNT_BYTES);
    rpc_memory_cancel(call);
    assert_int_equal(atomic_load(&server.ended), 2);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_messages_arrive_in_order_before_the_end),
        cmocka_unit_test(a_client_that_does_not_read_is_not_written_for),
        cmocka_unit_test(another_thread_may_go_on_with_it),
        cmocka_unit_test(a_drain_ends_it),
        cmocka_unit_test(in_memory_it_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
