/* Calls that are tried again, and the client's interceptors that see each attempt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "echo_server.h"

/* ---- A server that refuses the first few calls ----------------------------------------------- */

struct moody_server {
    struct echo_server echo;
    struct rpc_interceptor mood;
    struct rpc_error error;
    atomic_size_t refusals, calls; /* Still to come; seen. */
};

static bool refuse(struct rpc_call *call, void *ctx)
{
    struct moody_server *server = ctx;
    atomic_fetch_add(&server->calls, 1);
    if (atomic_load(&server->refusals) == 0)
        return true;
    atomic_fetch_sub(&server->refusals, 1);
    rpc_fail(call, &server->error);
    return false;
}

static void open_moody(struct moody_server *server, enum rpc_code code, uint32_t retry_after_ms)
{
    *server = (struct moody_server){
        .mood = { refuse, NULL, server },
        .error = { .code = code, .message = "in a mood", .retry_after_ms = retry_after_ms },
    };
    echo_server_open(
        &server->echo, true,
        &(struct rpc_server_options){ .interceptors = &server->mood, .interceptor_count = 1 });
}

static const struct rpc_retry quickly = { .attempts = 10, .backoff_ms = 2, .backoff_max_ms = 4 };

/* Say, after so many refusals; how many calls the server saw is in *calls. */
static enum rpc_code say(struct moody_server *server, struct rpc_channel *channel, size_t refusals,
                         const struct rpc_client_options *options, size_t *calls)
{
    Rpc__Test__EchoReply *reply;
    atomic_store(&server->refusals, refusals);
    atomic_store(&server->calls, 0);
    enum rpc_code code =
        echo_say(channel ? channel : server->echo.channel, options, "", "hello", &reply, NULL);
    if (reply) {
        assert_string_equal(reply->text, "hello");
        echo_reply_free(reply);
    }
    *calls = atomic_load(&server->calls);
    return code;
}

/* ---- What is tried again -------------------------------------------------------------------- */

static void only_who_asks_for_it_is_retried(void **state)
{
    (void)state;
    struct moody_server server;
    size_t calls;
    open_moody(&server, RPC_UNAVAILABLE, 0);
    assert_int_equal(say(&server, NULL, 2, NULL, &calls), RPC_UNAVAILABLE);
    assert_int_equal(calls, 1);
    assert_int_equal(
        say(&server, NULL, 2, &(struct rpc_client_options){ .retry = &quickly }, &calls), RPC_OK);
    assert_int_equal(calls, 3);
    echo_server_close(&server.echo);
}

static void attempts_are_bounded(void **state)
{
    (void)state;
    struct moody_server server;
    size_t calls;
    const struct rpc_retry thrice = { .attempts = 3, .backoff_ms = 2 };
    open_moody(&server, RPC_UNAVAILABLE, 0);
    assert_int_equal(
        say(&server, NULL, 100, &(struct rpc_client_options){ .retry = &thrice }, &calls),
        RPC_UNAVAILABLE);
    assert_int_equal(calls, 3);
    echo_server_close(&server.echo);
}

static void other_failures_are_final(void **state)
{
    (void)state;
    static const enum rpc_code codes[] = { RPC_ABORTED, RPC_INTERNAL, RPC_DEADLINE_EXCEEDED,
                                           RPC_RESOURCE_EXHAUSTED };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct moody_server server;
        size_t calls;
        open_moody(&server, codes[i], 0);
        assert_int_equal(
            say(&server, NULL, 1, &(struct rpc_client_options){ .retry = &quickly }, &calls),
            codes[i]);
        assert_int_equal(calls, 1);
        echo_server_close(&server.echo);
    }
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void the_server_says_when(void **state)
{
    (void)state;
    enum { AFTER_MS = 120 };
    struct moody_server server;
    size_t calls;
    open_moody(&server, RPC_RESOURCE_EXHAUSTED, AFTER_MS);
    const int64_t before_ms = now_ms();
    assert_int_equal(
        say(&server, NULL, 2, &(struct rpc_client_options){ .retry = &quickly }, &calls), RPC_OK);
    assert_int_equal(calls, 3);
    assert_true(now_ms() - before_ms >= 2 * AFTER_MS);
    echo_server_close(&server.echo);
}

static void a_timeout_is_for_all_attempts(void **state)
{
    (void)state;
    struct moody_server server;
    size_t calls;
    open_moody(&server, RPC_UNAVAILABLE, 600000);
    /* The pause that the server asks for would not end in time: the failure is told at once. */
    assert_int_equal(say(&server, NULL, 1,
                         &(struct rpc_client_options){ .retry = &quickly, .timeout_ms = 300000 },
                         &calls),
                     RPC_UNAVAILABLE);
    assert_int_equal(calls, 1);
    echo_server_close(&server.echo);
}

/* A server that cannot be reached is tried again, too. */
static void a_server_that_comes_back_is_found(void **state)
{
    (void)state;
    struct moody_server server;
    size_t calls;
    char address[32];
    open_moody(&server, RPC_UNAVAILABLE, 0);
    strcpy(address, server.echo.address);
    echo_server_close(&server.echo);
    char why[256];
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){
            .address = address, .backoff_min_ms = 10, .backoff_max_ms = 20, .retry_tokens = 1000 },
        why, sizeof why);
    assert_non_null(channel);
    assert_int_equal(
        say(&server, channel, 0, &(struct rpc_client_options){ .retry = &quickly }, &calls),
        RPC_UNAVAILABLE);
    assert_int_equal(calls, 0);
    echo_server_open(&server.echo, true, &(struct rpc_server_options){ .address = address });
    const struct rpc_retry patiently = { .attempts = 10, .backoff_ms = 40 };
    assert_int_equal(
        say(&server, channel, 0, &(struct rpc_client_options){ .retry = &patiently }, &calls),
        RPC_OK);
    rpc_channel_destroy(channel);
    echo_server_close(&server.echo);
}

/* ---- The budget ----------------------------------------------------------------------------- */

static void a_server_in_trouble_is_asked_less(void **state)
{
    (void)state;
    struct moody_server server;
    size_t calls;
    char why[256];
    const struct rpc_client_options options = { .retry = &quickly };
    open_moody(&server, RPC_UNAVAILABLE, 0);
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){ .address = server.echo.address, .retry_tokens = 4 }, why,
        sizeof why);
    assert_non_null(channel);
    /* Of 4 tokens the first failure leaves 3, which is more than half, the second 2. */
    say(&server, channel, 100, &options, &calls);
    assert_int_equal(calls, 2);
    say(&server, channel, 100, &options, &calls);
    assert_int_equal(calls, 1);
    /* 1 token is left; 20 successes make it 3, and the next failure 2 again. */
    for (int i = 0; i < 20; i++)
        assert_int_equal(say(&server, channel, 0, &options, &calls), RPC_OK);
    say(&server, channel, 100, &options, &calls);
    assert_int_equal(calls, 1);
    /* 11 more make it more than 3: one failure is affordable. */
    for (int i = 0; i < 11; i++)
        assert_int_equal(say(&server, channel, 0, &options, &calls), RPC_OK);
    assert_int_equal(say(&server, channel, 1, &options, &calls), RPC_OK);
    assert_int_equal(calls, 2);
    rpc_channel_destroy(channel);
    echo_server_close(&server.echo);
}

static void options_out_of_range_are_named(void **state)
{
    (void)state;
    char why[256] = "";
    assert_null(rpc_channel_open(
        &(struct rpc_channel_options){ .address = "127.0.0.1:1", .retry_tokens = 1001 }, why,
        sizeof why));
    assert_string_equal(why,
                        "the option retry_tokens is 1001; give 1 to 1000, or 0 for its default");
}

/* ---- A channel that goes -------------------------------------------------------------------- */

struct waiting {
    struct rpc_channel *channel;
    enum rpc_code code;
};

static void *wait_long(void *arg)
{
    struct waiting *waiting = arg;
    Rpc__Test__EchoReply *reply;
    waiting->code = echo_say(waiting->channel, &(struct rpc_client_options){ .retry = &quickly },
                             "", "hello", &reply, NULL);
    return NULL;
}

static void a_pause_ends_with_its_channel(void **state)
{
    (void)state;
    struct moody_server server;
    open_moody(&server, RPC_UNAVAILABLE, 600000);
    struct waiting waiting = { .channel = rpc_channel_create(server.echo.address) };
    pthread_t thread;
    atomic_store(&server.refusals, 100);
    assert_int_equal(pthread_create(&thread, NULL, wait_long, &waiting), 0);
    assert_true(echo_reaches(&server.calls, 1));
    rpc_channel_destroy(waiting.channel);
    pthread_join(thread, NULL);
    /* Whether it was in its pause already, or its first attempt was cancelled. */
    assert_true(waiting.code == RPC_UNAVAILABLE || waiting.code == RPC_CANCELLED);
    assert_int_equal(atomic_load(&server.calls), 1);
    echo_server_close(&server.echo);
}

/* ---- Interceptors --------------------------------------------------------------------------- */

struct diary {
    char text[1024];
    const char *caller; /* What is added to each call; NULL: nothing. */
    pthread_mutex_t lock;
};

static void note(struct diary *diary, const char *line)
{
    pthread_mutex_lock(&diary->lock);
    strncat(diary->text, line, sizeof diary->text - strlen(diary->text) - 1);
    pthread_mutex_unlock(&diary->lock);
}

static void begin(struct rpc_client_call *call, void *ctx)
{
    struct diary *diary = ctx;
    char line[100];
    snprintf(line, sizeof line, "> %s/%s\n", rpc_client_service(call), rpc_client_method(call));
    note(diary, line);
    if (diary->caller)
        rpc_client_add_metadata(
            call, &(struct rpc_metadata_entry){ .key = "tifo-caller", .value = diary->caller });
}

static void end(const struct rpc_client_call *call, const struct rpc_outcome *outcome, void *ctx)
{
    char line[100];
    (void)call;
    snprintf(line, sizeof line, "< %s %s\n", rpc_code_name(outcome->code),
             outcome->message ? outcome->message : "-");
    note(ctx, line);
    assert_true(outcome->duration_ns > 0);
}

static void interceptors_see_each_attempt(void **state)
{
    (void)state;
    struct moody_server server;
    struct diary diary = { .lock = PTHREAD_MUTEX_INITIALIZER };
    const struct rpc_client_interceptor interceptor = { begin, end, &diary };
    char why[256];
    size_t calls;
    open_moody(&server, RPC_UNAVAILABLE, 0);
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){
            .address = server.echo.address, .interceptors = &interceptor, .interceptor_count = 1 },
        why, sizeof why);
    say(&server, channel, 1, &(struct rpc_client_options){ .retry = &quickly }, &calls);
    assert_string_equal(diary.text, "> rpc.test.Echo/Say\n< UNAVAILABLE in a mood\n"
                                    "> rpc.test.Echo/Say\n< OK -\n");
    rpc_channel_destroy(channel);
    echo_server_close(&server.echo);
}

static void ignore_message(void *ctx, const ProtobufCMessage *message)
{
    (void)ctx;
    (void)message;
}

static void ignore_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx;
    (void)status;
}

static void they_add_metadata_to_calls_of_any_kind(void **state)
{
    (void)state;
    struct moody_server server;
    struct diary diary = { .caller = "the diary", .lock = PTHREAD_MUTEX_INITIALIZER };
    struct diary other = { .lock = PTHREAD_MUTEX_INITIALIZER };
    const struct rpc_client_interceptor interceptors[] = { { begin, end, &diary },
                                                           { begin, end, &other } };
    char why[256];
    open_moody(&server, RPC_UNAVAILABLE, 0);
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){
            .address = server.echo.address, .interceptors = interceptors, .interceptor_count = 2 },
        why, sizeof why);
    const struct rpc_metadata_entry own = { .key = "other", .value = "x" };
    Rpc__Test__EchoReply *reply;
    assert_int_equal(echo_say(channel,
                              &(struct rpc_client_options){ .metadata = &own, .metadata_count = 1 },
                              "tell metadata", "", &reply, NULL),
                     RPC_OK);
    assert_int_equal(strncmp(reply->text, "the diary|", 10), 0);
    echo_reply_free(reply);

    struct rpc_talk *talk = rpc_talk_start(channel, &rpc__test__echo__descriptor, "Talk", NULL);
    rpc_talk_send_end(talk);
    echo_reply_free((Rpc__Test__EchoReply *)rpc_talk_next(talk));
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), RPC_OK);

    ProtobufCMessage *sum;
    struct rpc_upload *upload =
        rpc_upload_start(channel, &rpc__test__echo__descriptor, "Sum", NULL);
    assert_int_equal(rpc_upload_finish(upload, &sum, NULL), RPC_OK);
    protobuf_c_message_free_unpacked(sum, NULL);

    const Rpc__Test__EchoRequest request = echo_request("finish", "");
    rpc_watch_destroy(rpc_watch_start(channel, &rpc__test__echo__descriptor, "Follow", NULL,
                                      &request.base, ignore_message, ignore_end, NULL));
    rpc_channel_destroy(channel);
    assert_non_null(strstr(other.text, "> rpc.test.Echo/Follow\n< "));
    assert_non_null(strstr(other.text, "> rpc.test.Echo/Talk\n< OK -\n> rpc.test.Echo/Sum\n< OK"));
    assert_string_equal(diary.text, other.text);
    echo_server_close(&server.echo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_asks_for_it_is_retried),
        cmocka_unit_test(attempts_are_bounded),
        cmocka_unit_test(other_failures_are_final),
        cmocka_unit_test(the_server_says_when),
        cmocka_unit_test(a_timeout_is_for_all_attempts),
        cmocka_unit_test(a_server_that_comes_back_is_found),
        cmocka_unit_test(a_server_in_trouble_is_asked_less),
        cmocka_unit_test(options_out_of_range_are_named),
        cmocka_unit_test(a_pause_ends_with_its_channel),
        cmocka_unit_test(interceptors_see_each_attempt),
        cmocka_unit_test(they_add_metadata_to_calls_of_any_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
