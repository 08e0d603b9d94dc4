/* A topic with a history: who is slow hears all that it missed as one message, or the whole, or is
 * hung up on; who comes back goes on where it was, or hears that it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "echo_server.h"

enum { HISTORY = 8, PATIENCE = 3, LARGE = 4 << 20, WHOLE = 1000 };

static const struct rpc_error too_slow = { .code = RPC_RESOURCE_EXHAUSTED, .message = "too slow" };
static const struct rpc_error expired = {
    .code = RPC_UNAUTHENTICATED, .message = "expired", .reason = "EXPIRED", .domain = "test"
};

struct stage {
    struct echo_server server;
    uint64_t to; /* Published so far, in steps of ten. */
};

static void open_stage_for(struct stage *stage, uint32_t patience, bool has_socket,
                           size_t history_bytes)
{
    echo_server_open(&stage->server, has_socket,
                     &(struct rpc_server_options){ .stream_queues = 2 });
    rpc_topic_destroy(stage->server.topic);
    stage->server.topic = rpc_topic_create_with(
        stage->server.rpc, &(struct rpc_topic_options){ .history = HISTORY,
                                                        .history_bytes = history_bytes,
                                                        .from_field = 3,
                                                        .to_field = 2,
                                                        .patience = patience,
                                                        .too_slow = &too_slow,
                                                        .expired = &expired });
    stage->to = 0;
}

static void open_stage(struct stage *stage, bool has_socket, size_t history_bytes)
{
    open_stage_for(stage, PATIENCE, has_socket, history_bytes);
}

static uint8_t *packed(const Rpc__Test__EchoReply *reply, size_t *size)
{
    *size = protobuf_c_message_get_packed_size(&reply->base);
    uint8_t *bytes = malloc(*size);
    protobuf_c_message_pack(&reply->base, bytes);
    return bytes;
}

/* The change has one row, of the number that it leads to; `text_size` makes it large. */
static void publish(struct stage *stage, size_t text_size)
{
    char *change_text = malloc(text_size + 1), *whole_text = malloc(WHOLE + 1);
    uint32_t row = (uint32_t)stage->to + 10;
    memset(change_text, 'c', text_size);
    memset(whole_text, 'w', WHOLE);
    change_text[text_size] = whole_text[WHOLE] = '\0';
    Rpc__Test__EchoReply change = RPC__TEST__ECHO_REPLY__INIT, whole = change;
    change.from = stage->to;
    change.number = whole.number = stage->to += 10;
    change.text = change_text;
    whole.text = whole_text;
    change.n_rows = 1;
    change.rows = &row;
    struct rpc_packed_update update = { .from = change.from, .to = change.number };
    uint8_t *change_bytes = packed(&change, &update.change_size);
    uint8_t *whole_bytes = packed(&whole, &update.whole_size);
    update.change = change.from ? change_bytes : NULL;
    update.whole = whole_bytes;
    rpc_topic_publish_packed(stage->server.topic, &update);
    free(change_bytes);
    free(whole_bytes);
    free(change_text);
    free(whole_text);
}

static struct rpc_talk *follow(struct stage *stage, const char *text)
{
    const Rpc__Test__EchoRequest request = echo_request("follow", text);
    struct rpc_talk *talk =
        rpc_talk_start(stage->server.channel, &rpc__test__echo__descriptor, "Follow", NULL);
    assert_true(rpc_talk_send(talk, &request.base));
    rpc_talk_send_end(talk);
    return talk;
}

static void check(Rpc__Test__EchoReply *reply, uint64_t from, uint64_t to, size_t rows)
{
    assert_non_null(reply);
    assert_int_equal(reply->from, from);
    assert_int_equal(reply->number, to);
    assert_int_equal(reply->n_rows, rows);
    for (size_t i = 0; i < rows; i++)
        assert_int_equal(reply->rows[i], to - 10 * (rows - 1 - i));
}

static void expect(struct rpc_talk *talk, uint64_t from, uint64_t to, size_t rows)
{
    Rpc__Test__EchoReply *reply = (void *)rpc_talk_next(talk);
    check(reply, from, to, rows);
    echo_reply_free(reply);
}

static uint64_t frames_sent(struct stage *stage)
{
    struct rpc_server_stats stats;
    rpc_server_stats(stage->server.rpc, &stats);
    return stats.frames_sent;
}

/* Follows, and takes nothing, though the second message is one that no window takes whole. */
static struct rpc_talk *stall(struct stage *stage)
{
    publish(stage, 1);
    struct rpc_talk *talk = follow(stage, "0 0");
    while (frames_sent(stage) == 0)
        ;
    publish(stage, LARGE);
    while (frames_sent(stage) == 1)
        ;
    return talk;
}

static void who_keeps_up_hears_each_change_without_a_gap(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, true, 0);
    publish(&stage, 1);
    struct rpc_talk *talk = follow(&stage, "0 0");
    expect(talk, 0, 10, 0);
    for (uint64_t i = 1; i <= 3 * HISTORY; i++) {
        publish(&stage, 1);
        expect(talk, 10 * i, 10 * i + 10, 1);
    }
    rpc_talk_finish(talk, NULL);
    echo_server_close(&stage.server);
}

static void who_is_slow_hears_one_message_for_all_that_it_missed(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, true, 0);
    struct rpc_talk *slow = stall(&stage);
    struct rpc_talk *quick = follow(&stage, "0 0");
    expect(quick, 0, 20, 0);
    for (uint64_t i = 2; i < 7; i++) {
        publish(&stage, 1);
        expect(quick, 10 * i, 10 * i + 10, 1);
    }
    expect(slow, 0, 10, 0);
    expect(slow, 10, 20, 1);
    expect(slow, 20, 70, 5);
    publish(&stage, 1);
    expect(slow, 70, 80, 1);
    rpc_talk_finish(slow, NULL);
    rpc_talk_finish(quick, NULL);
    echo_server_close(&stage.server);
}

static void who_missed_more_than_is_kept_hears_the_whole(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, true, 0);
    struct rpc_talk *slow = stall(&stage);
    for (size_t i = 0; i <= HISTORY; i++)
        publish(&stage, 1);
    expect(slow, 0, 10, 0);
    expect(slow, 10, 20, 1);
    expect(slow, 0, stage.to, 0);
    rpc_talk_finish(slow, NULL);
    echo_server_close(&stage.server);
}

static void who_missed_more_bytes_than_the_whole_has_hears_the_whole(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, true, 0);
    struct rpc_talk *slow = stall(&stage);
    publish(&stage, WHOLE / 2);
    publish(&stage, WHOLE);
    expect(slow, 0, 10, 0);
    expect(slow, 10, 20, 1);
    expect(slow, 0, stage.to, 0);
    rpc_talk_finish(slow, NULL);
    echo_server_close(&stage.server);
}

static void who_takes_nothing_is_hung_up_on_and_nobody_else(void **state)
{
    (void)state;
    struct stage stage;
    struct rpc_status status = { 0 };
    open_stage(&stage, true, 0);
    struct rpc_talk *slow = stall(&stage);
    struct rpc_talk *quick = follow(&stage, "0 0");
    expect(quick, 0, 20, 0);
    for (size_t i = 0; i < PATIENCE; i++) {
        rpc_topic_review(stage.server.topic, 1);
        publish(&stage, 1);
        expect(quick, stage.to - 10, stage.to, 1);
        assert_int_equal(rpc_topic_subscribers(stage.server.topic), 2);
    }
    /* A queue that has not had one review before the next comes sees to one. */
    while (rpc_topic_subscribers(stage.server.topic) != 1) {
        rpc_topic_review(stage.server.topic, 1);
        publish(&stage, 1);
        expect(quick, stage.to - 10, stage.to, 1);
    }
    Rpc__Test__EchoReply *reply;
    while ((reply = (void *)rpc_talk_next(slow)))
        echo_reply_free(reply);
    assert_int_equal(rpc_talk_finish(slow, &status), RPC_RESOURCE_EXHAUSTED);
    assert_string_equal(status.message, "too slow");
    rpc_status_fini(&status);
    publish(&stage, 1);
    expect(quick, stage.to - 10, stage.to, 1);
    rpc_talk_finish(quick, NULL);
    echo_server_close(&stage.server);
}

static void whose_time_is_over_hears_so(void **state)
{
    (void)state;
    struct stage stage;
    struct rpc_status status = { 0 };
    /* Reviews follow each other at once here: nobody is too slow. */
    open_stage_for(&stage, 0, true, 0);
    publish(&stage, 1);
    struct rpc_talk *brief = follow(&stage, "0 100"), *other = follow(&stage, "0 101");
    expect(brief, 0, 10, 0);
    expect(other, 0, 10, 0);
    rpc_topic_review(stage.server.topic, 99);
    publish(&stage, 1);
    expect(brief, 10, 20, 1);
    /* What is just being sent has until the next one. */
    rpc_topic_review(stage.server.topic, 100);
    expect(other, 10, 20, 1);
    while (rpc_topic_subscribers(stage.server.topic) != 1)
        rpc_topic_review(stage.server.topic, 100);
    assert_null(rpc_talk_next(brief));
    assert_int_equal(rpc_talk_finish(brief, &status), RPC_UNAUTHENTICATED);
    assert_string_equal(status.message, "expired");
    rpc_status_fini(&status);
    publish(&stage, 1);
    expect(other, 20, 30, 1);
    rpc_talk_finish(other, NULL);
    echo_server_close(&stage.server);
}

/* The first message of who comes back, on either transport. */
static Rpc__Test__EchoReply *first_of(struct stage *stage, const char *text)
{
    Rpc__Test__EchoReply *reply;
    if (stage->server.channel) {
        struct rpc_talk *talk = follow(stage, text);
        reply = (void *)rpc_talk_next(talk);
        rpc_talk_finish(talk, NULL);
        return reply;
    }
    const Rpc__Test__EchoRequest request = echo_request("follow", text);
    struct rpc_memory_call *call =
        rpc_memory_start(stage->server.rpc, "/rpc.test.Echo/Follow", NULL, 0, &request.base);
    reply = (void *)rpc_memory_next(call);
    rpc_memory_destroy(call);
    return reply;
}

static void expect_first(struct stage *stage, uint64_t after, bool recovered, uint64_t from,
                         size_t rows)
{
    char text[32];
    snprintf(text, sizeof text, "%llu 0", (unsigned long long)after);
    Rpc__Test__EchoReply *reply = first_of(stage, text);
    check(reply, from, stage->to, rows);
    assert_int_equal(reply->recovered, recovered ? 1 : 2);
    echo_reply_free(reply);
}

static void come_back(bool has_socket)
{
    struct stage stage;
    open_stage(&stage, has_socket, 0);
    for (size_t i = 0; i < 5; i++)
        publish(&stage, 1);
    expect_first(&stage, 40, true, 40, 1);
    expect_first(&stage, 20, true, 20, 3);
    expect_first(&stage, 25, true, 25, 3); /* Amid a change. */
    expect_first(&stage, 50, true, 50, 0); /* Nothing new. */
    expect_first(&stage, 51, false, 0, 0); /* Not of this server. */
    expect_first(&stage, 5, false, 0, 0);  /* Before the first. */
    for (size_t i = 0; i < HISTORY; i++)
        publish(&stage, 1);
    expect_first(&stage, 50, true, 50, HISTORY);
    expect_first(&stage, 49, false, 0, 0);
    echo_server_close(&stage.server);
}

static void who_comes_back_goes_on_where_it_was(void **state)
{
    (void)state;
    come_back(true);
}

static void the_memory_transport_does_the_same(void **state)
{
    (void)state;
    come_back(false);
}

static void a_history_has_no_more_bytes_than_it_may(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, false, 1000);
    for (size_t i = 0; i < 5; i++)
        publish(&stage, 400);
    expect_first(&stage, 30, true, 30, 2);
    expect_first(&stage, 20, false, 0, 0);
    publish(&stage, 2000); /* The last one is kept in any case. */
    expect_first(&stage, 50, true, 50, 1);
    expect_first(&stage, 40, false, 0, 0);
    echo_server_close(&stage.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_keeps_up_hears_each_change_without_a_gap),
        cmocka_unit_test(who_is_slow_hears_one_message_for_all_that_it_missed),
        cmocka_unit_test(who_missed_more_than_is_kept_hears_the_whole),
        cmocka_unit_test(who_missed_more_bytes_than_the_whole_has_hears_the_whole),
        cmocka_unit_test(who_takes_nothing_is_hung_up_on_and_nobody_else),
        cmocka_unit_test(whose_time_is_over_hears_so),
        cmocka_unit_test(who_comes_back_goes_on_where_it_was),
        cmocka_unit_test(the_memory_transport_does_the_same),
        cmocka_unit_test(a_history_has_no_more_bytes_than_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
