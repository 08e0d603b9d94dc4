#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grpc/grpc.h>
#include <stdio.h>

#include "echo_server.h"

static struct rpc_memory_call *start(struct echo_server *server, const char *method,
                                     const char *action, const char *text)
{
    Rpc__Test__EchoRequest request = echo_request(action, text);
    char path[64];
    snprintf(path, sizeof path, "/rpc.test.Echo/%s", method);
    return rpc_memory_start(server->rpc, path, NULL, 0, &request.base);
}

static void expect_reply(struct rpc_memory_call *call, const char *text, uint64_t number)
{
    Rpc__Test__EchoReply *reply = (void *)rpc_memory_next(call);
    assert_non_null(reply);
    assert_string_equal(reply->text, text);
    assert_int_equal(reply->number, number);
    echo_reply_free(reply);
}

static void a_unary_call_is_answered_inside(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    assert_false(grpc_is_initialized()); /* No sockets, no threads. */
    assert_int_equal(rpc_server_port(server.rpc), 0);
    struct rpc_memory_call *call = start(&server, "Say", "", "hello");
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_OK);
    rpc_status_fini(&status);
    expect_reply(call, "hello", 0);
    assert_null(rpc_memory_next(call));
    assert_int_equal(atomic_load(&server.ended), 1);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

static void an_error_arrives_with_its_details(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    struct rpc_memory_call *call = start(&server, "Say", "fail with details", "");
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "SEAT_TAKEN");
    assert_string_equal(status.field, "seats[3].row");
    assert_int_equal(status.retry_after_ms, 2500);
    rpc_status_fini(&status);
    assert_null(rpc_memory_next(call));
    rpc_memory_destroy(call);

    call = rpc_memory_start(server.rpc, "/rpc.test.Echo/Shout", NULL, 0, NULL);
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_UNIMPLEMENTED);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

static void metadata_is_seen(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    struct rpc_metadata_entry metadata[] = { { .key = "a", .value = "b" },
                                             { .key = "tifo-caller", .value = "gate 3" } };
    Rpc__Test__EchoRequest request = echo_request("tell metadata", "");
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/rpc.test.Echo/Say", metadata, 2, &request.base);
    expect_reply(call, "gate 3|absent|/rpc.test.Echo/Say|no deadline", 0);
    rpc_memory_destroy(call);
    call = start(&server, "Say", "tell peer", "");
    expect_reply(call, "memory", 0);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

static void an_answer_may_come_later_or_too_late(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    struct rpc_memory_call *call = start(&server, "Say", "hold", "later");
    assert_false(rpc_memory_ended(call, NULL));
    assert_int_equal(atomic_load(&server.ended), 0);
    echo_answer(echo_server_take(&server));
    assert_true(rpc_memory_ended(call, NULL));
    expect_reply(call, "later", 0);
    rpc_memory_destroy(call);
    assert_int_equal(atomic_load(&server.ended), 1);

    call = start(&server, "Say", "hold", "too late");
    rpc_memory_cancel(call);
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_CANCELLED);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    struct rpc_call *held = echo_server_take(&server);
    assert_true(rpc_cancelled(held));
    echo_answer(held);
    assert_int_equal(atomic_load(&server.ended), 2);
    echo_server_close(&server);
}

static void a_client_stream_is_added_up_or_refused(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    Rpc__Test__EchoRequest request = echo_request("", "four");
    struct rpc_memory_call *call = start(&server, "Sum", "", "first");
    rpc_memory_send(call, &request.base);
    assert_false(rpc_memory_ended(call, NULL));
    rpc_memory_send(call, NULL);
    assert_true(rpc_memory_ended(call, NULL));
    expect_reply(call, "", 9);
    rpc_memory_destroy(call);

    call = rpc_memory_start(server.rpc, "/rpc.test.Echo/Sum", NULL, 0, NULL);
    Rpc__Test__EchoRequest refused = echo_request("", "refuse");
    rpc_memory_send(call, &refused.base);
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_OUT_OF_RANGE);
    rpc_status_fini(&status);
    rpc_memory_send(call, &request.base);
    rpc_memory_destroy(call);

    call = start(&server, "Sum", "", "breaks off");
    rpc_memory_destroy(call);
    assert_int_equal(atomic_load(&server.ended), 3);
    assert_int_equal(atomic_load(&server.ends_seen), 1);
    echo_server_close(&server);
}

static void publish(struct echo_server *server, uint64_t number)
{
    Rpc__Test__EchoReply frame = RPC__TEST__ECHO_REPLY__INIT;
    frame.number = number;
    rpc_topic_publish(server->topic, &frame.base);
}

static void every_frame_of_a_topic_queues_up(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    publish(&server, 1);
    publish(&server, 2);
    struct rpc_memory_call *first = start(&server, "Follow", "subscribe", "");
    struct rpc_memory_call *second = start(&server, "Follow", "subscribe", "");
    assert_int_equal(rpc_topic_subscribers(server.topic), 2);
    publish(&server, 3);
    expect_reply(first, "", 2);
    expect_reply(first, "", 3);
    assert_null(rpc_memory_next(first));
    assert_false(rpc_memory_ended(first, NULL));
    rpc_memory_cancel(second);
    assert_int_equal(rpc_topic_subscribers(server.topic), 1);
    rpc_topic_destroy(server.topic);
    server.topic = NULL;
    struct rpc_status status;
    assert_true(rpc_memory_ended(first, &status));
    assert_int_equal(status.code, RPC_OK);
    rpc_status_fini(&status);
    rpc_memory_destroy(first);
    rpc_memory_destroy(second);
    assert_int_equal(atomic_load(&server.ended), 2);
    echo_server_close(&server);
}

static void a_drained_server_takes_no_calls(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    struct rpc_memory_call *live = start(&server, "Follow", "subscribe", "");
    rpc_server_drain(server.rpc, 1000);
    struct rpc_status status;
    assert_true(rpc_memory_ended(live, &status));
    assert_int_equal(status.code, RPC_UNAVAILABLE);
    assert_string_equal(status.message, "The server is stopping; watch again when it is back.");
    rpc_status_fini(&status);
    rpc_memory_destroy(live);
    struct rpc_memory_call *call = start(&server, "Say", "", "");
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_UNAVAILABLE);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unary_call_is_answered_inside),
        cmocka_unit_test(an_error_arrives_with_its_details),
        cmocka_unit_test(metadata_is_seen),
        cmocka_unit_test(an_answer_may_come_later_or_too_late),
        cmocka_unit_test(a_client_stream_is_added_up_or_refused),
        cmocka_unit_test(every_frame_of_a_topic_queues_up),
        cmocka_unit_test(a_drained_server_takes_no_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
