#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "echo_server.h"

static const char BYTES[] = { 'x', '\0', '\xff', '\n', '\0' };
static const struct rpc_metadata_entry ENTRIES[] = {
    { .key = "echo-header", .value = "a value" },
    { .key = "echo-trailer-bin", .value = BYTES, .size = sizeof BYTES },
};

static void expect_entry(const struct rpc_metadata_list *list, const char *key, const void *value,
                         size_t size)
{
    const struct rpc_metadata_entry *entry = rpc_metadata_find(list, key);
    assert_non_null(entry);
    assert_int_equal(entry->size, size);
    assert_memory_equal(entry->value, value, size);
    assert_int_equal(entry->value[size], '\0');
}

static void expect_echoed(const struct rpc_status *status)
{
    expect_entry(&status->header, "echo-header", "a value", 7);
    expect_entry(&status->header, "zero-bin", "a\0b", 3);
    assert_null(rpc_metadata_find(&status->header, "echo-trailer-bin"));
    expect_entry(&status->trailer, "echo-trailer-bin", BYTES, sizeof BYTES);
    assert_null(rpc_metadata_find(&status->trailer, "echo-header"));
}

static void metadata_comes_back_before_and_after_the_answer(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_client_options options = { .metadata = ENTRIES, .metadata_count = 2 };
    Rpc__Test__EchoReply *reply;
    struct rpc_status status;
    assert_int_equal(echo_say(server.channel, &options, "echo metadata", "hello", &reply, &status),
                     RPC_OK);
    assert_string_equal(reply->text, "hello");
    echo_reply_free(reply);
    expect_echoed(&status);
    rpc_status_fini(&status);
    assert_int_equal(echo_say(server.channel, NULL, "", "hello", &reply, &status), RPC_OK);
    assert_int_equal(status.header.count, 0);
    assert_int_equal(status.trailer.count, 0);
    rpc_status_fini(&status);
    echo_reply_free(reply);
    echo_server_close(&server);
}

static void an_error_brings_metadata_too(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_talk *talk =
        rpc_talk_start(server.channel, &rpc__test__echo__descriptor, "Count", NULL);
    Rpc__Test__EchoRequest request = echo_request("fail plainly", "1");
    assert_true(rpc_talk_send(talk, &request.base));
    rpc_talk_send_end(talk);
    ProtobufCMessage *message;
    while ((message = rpc_talk_next(talk)))
        protobuf_c_message_free_unpacked(message, NULL);
    struct rpc_status status;
    assert_int_equal(rpc_talk_finish(talk, &status), RPC_NOT_FOUND);
    assert_string_equal(status.message, "no such venue");
    expect_entry(&status.header, "wanted", "1", 1);
    rpc_status_fini(&status);
    echo_server_close(&server);
}

static void metadata_in_memory_is_the_same(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, false, NULL);
    Rpc__Test__EchoRequest request = echo_request("echo metadata", "hello");
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/rpc.test.Echo/Say", ENTRIES, 2, &request.base);
    struct rpc_status status;
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_OK);
    expect_echoed(&status);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    echo_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_comes_back_before_and_after_the_answer),
        cmocka_unit_test(an_error_brings_metadata_too),
        cmocka_unit_test(metadata_in_memory_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
