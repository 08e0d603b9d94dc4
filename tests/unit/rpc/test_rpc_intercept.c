/* Interceptors: what they see before a call and after it, and how they refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "api/rpc/call.h"
#include "echo_server.h"
#include "grpc/health/v1/health.pb-c.h"

/* ---- An interceptor that writes down what it sees, and refuses callers named "mallory" ------- */

enum { LOG_MAX = 64 };

struct witness {
    const char *name;
    struct log *log;
};

struct log {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char lines[LOG_MAX][300];
    size_t count;
};

static void write_line(struct witness *witness, const char *what, const struct rpc_call *call,
                       const char *detail)
{
    struct log *log = witness->log;
    pthread_mutex_lock(&log->lock);
    assert_true(log->count < LOG_MAX);
    snprintf(log->lines[log->count++], sizeof *log->lines, "%s %s %s %s", witness->name, what,
             rpc_method_path(call), detail);
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->lock);
}

static bool begin(struct rpc_call *call, void *ctx)
{
    const char *caller = rpc_metadata(call, "caller");
    write_line(ctx, "begin", call, caller ? caller : "-");
    if (!caller || strcmp(caller, "mallory") != 0)
        return true;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNAUTHENTICATED, .message = "not you" });
    return false;
}

static void end(const struct rpc_call *call, const struct rpc_outcome *outcome, void *ctx)
{
    char detail[200];
    snprintf(detail, sizeof detail, "%s %s %s", rpc_code_name(outcome->code),
             outcome->message ? outcome->message : "-",
             outcome->duration_ns > 0 ? "timed" : "untimed");
    write_line(ctx, "end", call, detail);
}

struct watched_server {
    struct echo_server echo;
    struct log log;
    struct witness witnesses[2];
    struct rpc_interceptor interceptors[2];
};

static void open_watched(struct watched_server *server, bool has_socket, size_t count)
{
    *server = (struct watched_server){
        .log = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER },
        .witnesses = { { "outer", &server->log }, { "inner", &server->log } },
        .interceptors = { { begin, end, &server->witnesses[0] },
                          { begin, end, &server->witnesses[1] } },
    };
    const struct rpc_server_options options = { .interceptors = server->interceptors,
                                                .interceptor_count = count,
                                                .stream_queues = 2 };
    echo_server_open(&server->echo, has_socket, &options);
}

/* Waits for as many lines: the end of a call may come after its answer. */
static void expect_lines(struct watched_server *server, const char *const *lines, size_t count)
{
    struct log *log = &server->log;
    pthread_mutex_lock(&log->lock);
    while (log->count < count)
        pthread_cond_wait(&log->changed, &log->lock);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(log->lines[i], lines[i]);
    assert_int_equal(log->count, count);
    log->count = 0;
    pthread_mutex_unlock(&log->lock);
}
#define EXPECT(server, ...)                                                                        \
    expect_lines(server, (const char *const[]){ __VA_ARGS__ },                                     \
                 sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static enum rpc_code say(struct watched_server *server, const char *caller, const char *action)
{
    const struct rpc_metadata_entry metadata = { .key = "caller", .value = caller };
    const struct rpc_client_options options = { .metadata = &metadata,
                                                .metadata_count = caller ? 1 : 0,
                                                .timeout_ms = 20000 };
    Rpc__Test__EchoReply *reply;
    enum rpc_code code = echo_say(server->echo.channel, &options, action, "hello", &reply, NULL);
    if (reply)
        echo_reply_free(reply);
    return code;
}

/* ---- Over sockets --------------------------------------------------------------------------- */

static void they_are_around_a_call_in_order(void **state)
{
    (void)state;
    struct watched_server server;
    open_watched(&server, true, 2);
    assert_int_equal(say(&server, "alice", ""), RPC_OK);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say alice", "inner begin /rpc.test.Echo/Say alice",
           "inner end /rpc.test.Echo/Say OK - timed", "outer end /rpc.test.Echo/Say OK - timed");
    assert_int_equal(say(&server, NULL, "fail plainly"), RPC_NOT_FOUND);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say -", "inner begin /rpc.test.Echo/Say -",
           "inner end /rpc.test.Echo/Say NOT_FOUND no such venue timed",
           "outer end /rpc.test.Echo/Say NOT_FOUND no such venue timed");
    echo_server_close(&server.echo);
}

static void one_that_refuses_is_the_last_to_see_the_call(void **state)
{
    (void)state;
    struct watched_server server;
    open_watched(&server, true, 2);
    assert_int_equal(say(&server, "mallory", ""), RPC_UNAUTHENTICATED);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say mallory",
           "outer end /rpc.test.Echo/Say UNAUTHENTICATED not you timed");
    assert_int_equal(atomic_load(&server.echo.said), 0);
    assert_int_equal(atomic_load(&server.echo.ended), 0);
    echo_server_close(&server.echo);
}

static void streams_are_refused_before_their_first_message(void **state)
{
    (void)state;
    struct watched_server server;
    open_watched(&server, true, 1);
    const struct rpc_metadata_entry metadata = { .key = "caller", .value = "mallory" };
    const struct rpc_client_options options = { .metadata = &metadata, .metadata_count = 1 };

    struct rpc_talk *talk =
        rpc_talk_start(server.echo.channel, &rpc__test__echo__descriptor, "Talk", &options);
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), RPC_UNAUTHENTICATED);
    EXPECT(&server, "outer begin /rpc.test.Echo/Talk mallory",
           "outer end /rpc.test.Echo/Talk UNAUTHENTICATED not you timed");

    struct rpc_upload *upload =
        rpc_upload_start(server.echo.channel, &rpc__test__echo__descriptor, "Sum", &options);
    ProtobufCMessage *sum;
    assert_int_equal(rpc_upload_finish(upload, &sum, NULL), RPC_UNAUTHENTICATED);
    EXPECT(&server, "outer begin /rpc.test.Echo/Sum mallory",
           "outer end /rpc.test.Echo/Sum UNAUTHENTICATED not you timed");
    echo_server_close(&server.echo);
}

static void ignore_message(void *ctx, const ProtobufCMessage *message)
{
    (void)message;
    atomic_fetch_add((atomic_size_t *)ctx, 1);
}

static void ignore_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx;
    (void)status;
}

static void a_client_that_leaves_is_a_cancelled_call(void **state)
{
    (void)state;
    struct watched_server server;
    atomic_size_t messages = 0;
    open_watched(&server, true, 1);
    const Rpc__Test__EchoRequest request = echo_request("subscribe", "");
    Rpc__Test__EchoReply frame = RPC__TEST__ECHO_REPLY__INIT;
    rpc_topic_publish(server.echo.topic, &frame.base);
    struct rpc_watch *watch =
        rpc_watch_start(server.echo.channel, &rpc__test__echo__descriptor, "Follow", NULL,
                        &request.base, ignore_message, ignore_end, &messages);
    assert_true(echo_reaches(&messages, 1));
    rpc_watch_destroy(watch);
    EXPECT(&server, "outer begin /rpc.test.Echo/Follow -",
           "outer end /rpc.test.Echo/Follow CANCELLED - timed");

    /* A unary call whose deadline passes before its answer. */
    Rpc__Test__EchoReply *reply;
    assert_int_equal(echo_say(server.echo.channel, &(struct rpc_client_options){ .timeout_ms = 50 },
                              "hold", "late", &reply, NULL),
                     RPC_DEADLINE_EXCEEDED);
    struct rpc_call *held = echo_server_take(&server.echo);
    /* An answer that is sent in time is one, and the client's clock may be a moment ahead. */
    while (!atomic_load(&held->cancelled) || rpc_deadline_left_ms(held) > 0)
        sched_yield();
    echo_answer(held);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say -",
           "outer end /rpc.test.Echo/Say DEADLINE_EXCEEDED - timed");
    echo_server_close(&server.echo);
}

static void unknown_methods_and_health_are_seen(void **state)
{
    (void)state;
    struct watched_server server;
    open_watched(&server, true, 1);
    const ProtobufCMethodDescriptor method = { "Vanish", &rpc__test__echo_request__descriptor,
                                               &rpc__test__echo_reply__descriptor };
    const unsigned index[] = { 0 };
    const ProtobufCServiceDescriptor service = { .magic = PROTOBUF_C__SERVICE_DESCRIPTOR_MAGIC,
                                                 .name = "rpc.test.Nowhere",
                                                 .n_methods = 1,
                                                 .methods = &method,
                                                 .method_indices_by_name = index };
    const Rpc__Test__EchoRequest request = echo_request("", "");
    ProtobufCMessage *reply;
    assert_int_equal(
        rpc_unary(server.echo.channel, &service, "Vanish", NULL, &request.base, &reply, NULL),
        RPC_UNIMPLEMENTED);
    EXPECT(&server, "outer begin /rpc.test.Nowhere/Vanish -",
           "outer end /rpc.test.Nowhere/Vanish UNIMPLEMENTED this server has no method "
           "/rpc.test.Nowhere/Vanish; check its name and the server's version timed");
    const Grpc__Health__V1__HealthCheckRequest check = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    assert_int_equal(rpc_unary(server.echo.channel, &grpc__health__v1__health__descriptor, "Check",
                               NULL, &check.base, &reply, NULL),
                     RPC_OK);
    protobuf_c_message_free_unpacked(reply, NULL);
    EXPECT(&server, "outer begin /grpc.health.v1.Health/Check -",
           "outer end /grpc.health.v1.Health/Check OK - timed");
    echo_server_close(&server.echo);
}

/* ---- Over memory ---------------------------------------------------------------------------- */

static enum rpc_code say_in_memory(struct watched_server *server, const char *path,
                                   const char *caller)
{
    const struct rpc_metadata_entry metadata = { .key = "caller", .value = caller };
    const Rpc__Test__EchoRequest request = echo_request("", "");
    struct rpc_status status = { 0 };
    struct rpc_memory_call *call =
        rpc_memory_start(server->echo.rpc, path, &metadata, 1, &request.base);
    assert_true(rpc_memory_ended(call, &status));
    enum rpc_code code = status.code;
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    return code;
}

static void the_memory_transport_has_them_too(void **state)
{
    (void)state;
    struct watched_server server;
    open_watched(&server, false, 1);
    assert_int_equal(say_in_memory(&server, "/rpc.test.Echo/Say", "alice"), RPC_OK);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say alice",
           "outer end /rpc.test.Echo/Say OK - timed");
    assert_int_equal(say_in_memory(&server, "/rpc.test.Echo/Say", "mallory"), RPC_UNAUTHENTICATED);
    EXPECT(&server, "outer begin /rpc.test.Echo/Say mallory",
           "outer end /rpc.test.Echo/Say UNAUTHENTICATED not you timed");
    assert_int_equal(say_in_memory(&server, "/no/Method", "alice"), RPC_UNIMPLEMENTED);
    EXPECT(&server, "outer begin /no/Method alice",
           "outer end /no/Method UNIMPLEMENTED this server has no such method timed");

    const Rpc__Test__EchoRequest follow = echo_request("subscribe", "");
    struct rpc_memory_call *call =
        rpc_memory_start(server.echo.rpc, "/rpc.test.Echo/Follow", NULL, 0, &follow.base);
    rpc_memory_destroy(call);
    EXPECT(&server, "outer begin /rpc.test.Echo/Follow -",
           "outer end /rpc.test.Echo/Follow CANCELLED - timed");
    echo_server_close(&server.echo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_around_a_call_in_order),
        cmocka_unit_test(one_that_refuses_is_the_last_to_see_the_call),
        cmocka_unit_test(streams_are_refused_before_their_first_message),
        cmocka_unit_test(a_client_that_leaves_is_a_cancelled_call),
        cmocka_unit_test(unknown_methods_and_health_are_seen),
        cmocka_unit_test(the_memory_transport_has_them_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
