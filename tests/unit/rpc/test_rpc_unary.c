#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grpc/grpc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/rpc/client.h"
#include "echo_server.h"

static void a_request_comes_back(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    for (int i = 0; i < 500; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d", i);
        Rpc__Test__EchoReply *reply;
        assert_int_equal(echo_say(server.channel, NULL, "", text, &reply, NULL), RPC_OK);
        assert_string_equal(reply->text, text);
        echo_reply_free(reply);
    }
    assert_true(echo_reaches(&server.ended, 500));
    echo_server_close(&server);
}

static void an_error_arrives_with_its_details(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    Rpc__Test__EchoReply *reply;
    struct rpc_status status;
    assert_int_equal(echo_say(server.channel, NULL, "fail with details", "", &reply, &status),
                     RPC_FAILED_PRECONDITION);
    assert_null(reply);
    assert_int_equal(status.code, RPC_FAILED_PRECONDITION);
    assert_string_equal(status.message, "the seat is taken; choose another – now");
    assert_string_equal(status.reason, "SEAT_TAKEN");
    assert_string_equal(status.domain, "tifo");
    assert_string_equal(status.field, "seats[3].row");
    assert_int_equal(status.retry_after_ms, 2500);
    rpc_status_fini(&status);

    assert_int_equal(echo_say(server.channel, NULL, "fail plainly", "", &reply, &status),
                     RPC_NOT_FOUND);
    assert_string_equal(status.message, "no such venue");
    assert_null(status.domain);
    assert_null(status.field);
    rpc_status_fini(&status);
    echo_server_close(&server);
}

static void another_thread_may_answer(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    echo_server_work(&server);
    for (int i = 0; i < 300; i++) {
        Rpc__Test__EchoReply *reply;
        assert_int_equal(echo_say(server.channel, NULL, "hold", "later", &reply, NULL), RPC_OK);
        assert_string_equal(reply->text, "later");
        echo_reply_free(reply);
    }
    echo_server_close(&server);
}

static void the_deadline_ends_the_call_and_the_late_answer_is_harmless(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    Rpc__Test__EchoReply *reply;
    struct rpc_client_options options = { .timeout_ms = 50 };
    assert_int_equal(echo_say(server.channel, &options, "hold", "", &reply, NULL),
                     RPC_DEADLINE_EXCEEDED);
    struct rpc_call *call = echo_server_take(&server);
    while (!rpc_cancelled(call))
        ;
    /* The client may have cancelled a moment before the deadline that the server was told. */
    while (rpc_deadline_left_ms(call) > 0)
        ;
    assert_int_equal(atomic_load(&server.ended), 0);
    echo_answer(call);
    assert_true(echo_reaches(&server.ended, 1));
    echo_server_close(&server);
}

static void the_handler_sees_that_its_client_is_gone(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_channel *channel = rpc_channel_create(server.address);
    Rpc__Test__EchoRequest request = echo_request("hold", "");
    struct rpc_client_call call;
    assert_true(rpc_client_call_init(&call, channel, true, &rpc__test__echo__descriptor, "Say",
                                     NULL, NULL));
    grpc_byte_buffer *buffer = rpc_client_pack(&call, &request.base);
    const grpc_op ops[] = { rpc_client_send_metadata(&call), rpc_client_send_message(&call, buffer),
                            rpc_client_send_close() };
    assert_true(rpc_client_call_do(&call, ops, 3));
    grpc_byte_buffer_destroy(buffer);
    struct rpc_call *seen = echo_server_take(&server);
    assert_false(rpc_cancelled(seen));
    grpc_call_cancel(call.grpc, NULL);
    while (!rpc_cancelled(seen))
        ;
    rpc_client_call_delist(&call);
    rpc_client_call_fini(&call);
    rpc_channel_destroy(channel);
    echo_answer(seen);
    assert_true(echo_reaches(&server.ended, 1));
    echo_server_close(&server);
}

struct asker {
    struct echo_server *server;
    pthread_t thread;
    atomic_bool answered;
};

static void *ask(void *arg)
{
    struct asker *asker = arg;
    Rpc__Test__EchoReply *reply;
    assert_int_equal(echo_say(asker->server->channel, NULL, "hold", "", &reply, NULL), RPC_OK);
    atomic_store(&asker->answered, true);
    echo_reply_free(reply);
    return NULL;
}

/* The kernel keeps nothing for longer than 200 ms, and this thread may stand still that long. */
static void a_corked_answer_goes_when_it_is_uncorked(void **state)
{
    (void)state;
    enum { TRIES = 10, HELD_MS = 20 };
    struct echo_server server;
    int held = 0;
    echo_server_open(&server, true, NULL);
    for (int i = 0; i < TRIES; i++) {
        struct asker asker = { .server = &server };
        assert_int_equal(pthread_create(&asker.thread, NULL, ask, &asker), 0);
        struct rpc_call *call = echo_server_take(&server);
        rpc_cork();
        echo_answer(call);
        nanosleep(&(struct timespec){ .tv_nsec = HELD_MS * 1000000 }, NULL);
        held += !atomic_load(&asker.answered);
        rpc_uncork();
        pthread_join(asker.thread, NULL);
        assert_true(atomic_load(&asker.answered));
    }
    assert_true(held > TRIES / 2);
    echo_server_close(&server);
}

static const char *find_trailer(const struct rpc_client_call *call, const char *key, char *out,
                                size_t size)
{
    for (size_t i = 0; i < call->trailing.count; i++) {
        const grpc_metadata *entry = &call->trailing.metadata[i];
        if (grpc_slice_str_cmp(entry->key, key) != 0)
            continue;
        snprintf(out, size, "%.*s", (int)GRPC_SLICE_LENGTH(entry->value),
                 (const char *)GRPC_SLICE_START_PTR(entry->value));
        return out;
    }
    return NULL;
}

static void metadata_and_trailers_travel(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = "turnstile 7" } };
    struct rpc_client_options options = { .metadata = metadata,
                                          .metadata_count = 1,
                                          .timeout_ms = 5000 };
    Rpc__Test__EchoRequest request = echo_request("tell metadata", "");
    struct rpc_client_call call;
    assert_true(rpc_client_call_init(&call, server.channel, true, &rpc__test__echo__descriptor,
                                     "Say", &options, NULL));
    grpc_byte_buffer *buffer = rpc_client_pack(&call, &request.base);
    const grpc_op ops[] = {
        rpc_client_send_metadata(&call),   rpc_client_send_message(&call, buffer),
        rpc_client_send_close(),           rpc_client_receive_metadata(&call),
        rpc_client_receive_message(&call), rpc_client_receive_status(&call)
    };
    assert_true(rpc_client_call_do(&call, ops, 6));
    grpc_byte_buffer_destroy(buffer);
    char value[64];
    assert_string_equal(find_trailer(&call, "seen-by", value, sizeof value), "echo");
    assert_string_equal(find_trailer(&call, "caller", value, sizeof value), "turnstile 7");
    Rpc__Test__EchoReply *reply = (void *)rpc_client_take_message(&call);
    assert_string_equal(reply->text, "turnstile 7|absent|/rpc.test.Echo/Say|deadline");
    echo_reply_free(reply);
    rpc_client_call_delist(&call);
    rpc_client_call_fini(&call);

    assert_int_equal(echo_say(server.channel, NULL, "tell peer", "", &reply, NULL), RPC_OK);
    assert_memory_equal(reply->text, "ipv4:127.0.0.1:", 15);
    echo_reply_free(reply);
    echo_server_close(&server);
}

/* Echo's descriptor with another service name or another input for Say. */
struct forged {
    ProtobufCServiceDescriptor service;
    ProtobufCMethodDescriptor methods[3];
};

static void forge(struct forged *forged)
{
    forged->service = rpc__test__echo__descriptor;
    memcpy(forged->methods, rpc__test__echo__descriptor.methods, sizeof forged->methods);
    forged->service.methods = forged->methods;
}

static void an_unknown_method_is_unimplemented_at_once(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct forged forged;
    forge(&forged);
    forged.service.name = "rpc.test.Nothing";
    Rpc__Test__EchoRequest request = echo_request("", "");
    for (int i = 0; i < 50; i++) {
        ProtobufCMessage *reply;
        struct rpc_status status;
        assert_int_equal(
            rpc_unary(server.channel, &forged.service, "Say", NULL, &request.base, &reply, &status),
            RPC_UNIMPLEMENTED);
        assert_non_null(strstr(status.message, "/rpc.test.Nothing/Say"));
        rpc_status_fini(&status);
    }
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.unimplemented, 50);
    echo_server_close(&server);
}

static void malformed_bytes_are_an_invalid_argument(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    struct forged forged;
    forge(&forged);
    forged.methods[0].input = &rpc__test__not_an_echo__descriptor;
    Rpc__Test__NotAnEcho request = RPC__TEST__NOT_AN_ECHO__INIT;
    request.text = 0xffffffffffffffff;
    ProtobufCMessage *reply;
    struct rpc_status status;
    assert_int_equal(
        rpc_unary(server.channel, &forged.service, "Say", NULL, &request.base, &reply, &status),
        RPC_INVALID_ARGUMENT);
    assert_non_null(strstr(status.message, "rpc.test.EchoRequest"));
    rpc_status_fini(&status);
    assert_int_equal(atomic_load(&server.said), 0);
    assert_int_equal(atomic_load(&server.ended), 0);
    echo_server_close(&server);
}

/* Else a single bad text would be kept and make every answer that shows it unreadable. */
static void a_text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\xff",
        "a\x80",
        "\xc3",
        "\xc0\xaf",
        "\xe0\x80\xaf",
        "\xed\xa0\x80",
        "\xe2\x82",
        "\xf4\x90\x80\x80",
        "\xf0\x9f",
        "\xf0\x80\x80\xaf",
        "\xe2\x28\xa1 tail",
        "\xf5\x80\x80\x80",
    };
    static const char *const good[] = { "\x7f",
                                        "\xc3\xa9",
                                        "\xed\x9f\xbf",
                                        "\xef\xbf\xbd",
                                        "4 p/m\xc2\xb2 \xf0\x9f\x8f\x9f",
                                        "\xf4\x8f\xbf\xbf" };
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    Rpc__Test__EchoReply *reply;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct rpc_status status;
        assert_int_equal(echo_say(server.channel, NULL, "", bad[i], &reply, &status),
                         RPC_INVALID_ARGUMENT);
        assert_string_equal(status.field, "text");
        rpc_status_fini(&status);
    }
    assert_int_equal(atomic_load(&server.said), 0);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(echo_say(server.channel, NULL, "", good[i], &reply, NULL), RPC_OK);
        assert_string_equal(reply->text, good[i]);
        echo_reply_free(reply);
    }
    echo_server_close(&server);
}

static void a_message_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    enum { SIZE = 5 << 20 };
    char *text = malloc(SIZE + 1);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    Rpc__Test__EchoReply *reply;
    assert_int_equal(echo_say(server.channel, NULL, "", text, &reply, NULL),
                     RPC_RESOURCE_EXHAUSTED);
    text[3 << 20] = '\0';
    assert_int_equal(echo_say(server.channel, NULL, "", text, &reply, NULL), RPC_OK);
    assert_string_equal(reply->text, text);
    echo_reply_free(reply);
    free(text);
    echo_server_close(&server);
}

static void a_small_message_that_unpacks_to_a_huge_one_is_refused(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, &(struct rpc_server_options){ .max_message_bytes = 1 << 16 });
    enum { PARTS = 30000 };
    Rpc__Test__EchoRequest__Part part = RPC__TEST__ECHO_REQUEST__PART__INIT;
    Rpc__Test__EchoRequest__Part **parts = malloc(PARTS * sizeof *parts);
    for (int i = 0; i < PARTS; i++)
        parts[i] = &part;
    Rpc__Test__EchoRequest request = echo_request("", "");
    request.n_parts = PARTS;
    request.parts = parts;
    ProtobufCMessage *reply;
    struct rpc_status status;
    assert_int_equal(rpc_unary(server.channel, &rpc__test__echo__descriptor, "Say", NULL,
                               &request.base, &reply, &status),
                     RPC_RESOURCE_EXHAUSTED);
    assert_non_null(strstr(status.message, "send less"));
    rpc_status_fini(&status);
    free(parts);
    echo_server_close(&server);
}

static void a_missing_server_is_unavailable(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    char address[32];
    memcpy(address, server.address, sizeof address);
    echo_server_close(&server);
    struct rpc_channel *channel = rpc_channel_create(address);
    Rpc__Test__EchoReply *reply;
    assert_int_equal(echo_say(channel, NULL, "", "", &reply, NULL), RPC_UNAVAILABLE);
    struct rpc_client_options patient = { .timeout_ms = 100, .wait_for_ready = true };
    assert_int_equal(echo_say(channel, &patient, "", "", &reply, NULL), RPC_DEADLINE_EXCEEDED);
    rpc_channel_destroy(channel);
}

static void a_channel_finds_a_server_that_has_come_back(void **state)
{
    (void)state;
    struct echo_server server;
    echo_server_open(&server, true, NULL);
    char address[32];
    memcpy(address, server.address, sizeof address);
    struct rpc_channel *channel = rpc_channel_create(address);
    struct rpc_client_options patient = { .timeout_ms = 10000, .wait_for_ready = true };
    Rpc__Test__EchoReply *reply;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(echo_say(channel, &patient, "", "here", &reply, NULL), RPC_OK);
        echo_reply_free(reply);
        echo_server_close(&server);
        assert_int_equal(echo_say(channel, NULL, "", "gone", &reply, NULL), RPC_UNAVAILABLE);
        echo_server_open(&server, true, &(struct rpc_server_options){ .address = address });
    }
    rpc_channel_destroy(channel);
    echo_server_close(&server);
}

struct caller {
    struct echo_server *server;
    int number;
    int good;
};

static void *call_twenty_times(void *arg)
{
    struct caller *caller = arg;
    for (int i = 0; i < 20; i++) {
        char text[32];
        snprintf(text, sizeof text, "%d/%d", caller->number, i);
        Rpc__Test__EchoReply *reply;
        enum rpc_code code =
            echo_say(caller->server->channel, NULL, i % 2 ? "hold" : "", text, &reply, NULL);
        if (code == RPC_OK && strcmp(reply->text, text) == 0)
            caller->good++;
        if (code == RPC_OK)
            echo_reply_free(reply);
    }
    return NULL;
}

static void two_hundred_callers(const struct rpc_server_options *options)
{
    enum { CALLERS = 200 };
    struct echo_server server;
    echo_server_open(&server, true, options);
    echo_server_work(&server);
    struct caller callers[CALLERS];
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ &server, i, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, call_twenty_times, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(callers[i].good, 20);
    }
    assert_true(echo_reaches(&server.ended, CALLERS * 20));
    echo_server_close(&server);
}

static void two_hundred_threads_may_call_at_once(void **state)
{
    (void)state;
    two_hundred_callers(NULL);
}

static void more_calls_than_slots_and_streams_wait_their_turn(void **state)
{
    (void)state;
    two_hundred_callers(&(struct rpc_server_options){ .unary_slots = 2, .max_streams = 3 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back),
        cmocka_unit_test(an_error_arrives_with_its_details),
        cmocka_unit_test(another_thread_may_answer),
        cmocka_unit_test(the_deadline_ends_the_call_and_the_late_answer_is_harmless),
        cmocka_unit_test(the_handler_sees_that_its_client_is_gone),
        cmocka_unit_test(a_corked_answer_goes_when_it_is_uncorked),
        cmocka_unit_test(metadata_and_trailers_travel),
        cmocka_unit_test(an_unknown_method_is_unimplemented_at_once),
        cmocka_unit_test(malformed_bytes_are_an_invalid_argument),
        cmocka_unit_test(a_text_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_message_over_the_limit_is_refused),
        cmocka_unit_test(a_small_message_that_unpacks_to_a_huge_one_is_refused),
        cmocka_unit_test(a_missing_server_is_unavailable),
        cmocka_unit_test(a_channel_finds_a_server_that_has_come_back),
        cmocka_unit_test(two_hundred_threads_may_call_at_once),
        cmocka_unit_test(more_calls_than_slots_and_streams_wait_their_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
