/*
 * What a topic's frame costs: it is encoded once, gRPC is handed its bytes and not a copy, and each
 * stream is sent to by the thread of its own queue. The linker puts __wrap_rpc_core_batch() between
 * the runtime and gRPC.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grpc/byte_buffer.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/rpc/wire_call.h"
#include "echo_server.h"

enum { STREAMS = 12, QUEUES = 3, FRAMES = 5, SENDS_MAX = STREAMS * (FRAMES + 1) };

/* ---- What is handed to gRPC ----------------------------------------------------------------- */

struct sent_frame {
    const uint8_t *bytes;
    size_t size;
    size_t queue; /* Of its stream. */
    bool by_own_thread;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct sent_frame sends[SENDS_MAX];
static size_t send_count;

static void write_down(const struct rpc_wire_call *call, const grpc_byte_buffer *buffer)
{
    const grpc_slice_buffer *slices = &buffer->data.raw.slice_buffer;
    pthread_mutex_lock(&lock);
    assert_true(send_count < SENDS_MAX);
    assert_int_equal(slices->count, 1);
    sends[send_count++] = (struct sent_frame){
        .bytes = GRPC_SLICE_START_PTR(slices->slices[0]),
        .size = GRPC_SLICE_LENGTH(slices->slices[0]),
        .queue = (size_t)(call->queue - call->wire->queues),
        .by_own_thread = pthread_equal(pthread_self(), call->queue->thread) != 0,
    };
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void __real_rpc_core_batch(grpc_call *call, const grpc_op *ops, size_t count, struct rpc_tag *tag);
void __wrap_rpc_core_batch(grpc_call *call, const grpc_op *ops, size_t count, struct rpc_tag *tag);

/* The client's batches come through here, too, with other tags. */
void __wrap_rpc_core_batch(grpc_call *call, const grpc_op *ops, size_t count, struct rpc_tag *tag)
{
    const struct rpc_wire_call *own = RPC_TAG_OWNER(tag, struct rpc_wire_call, frame_sent);
    for (size_t i = 0; i < count; i++)
        if (ops[i].op == GRPC_OP_SEND_MESSAGE && ops[i].flags == GRPC_WRITE_NO_COMPRESS)
            write_down(own, ops[i].data.send_message.send_message);
    __real_rpc_core_batch(call, ops, count, tag);
}

static void wait_for_sends(size_t count)
{
    pthread_mutex_lock(&lock);
    while (send_count < count)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* ---- Subscribers ---------------------------------------------------------------------------- */

struct audience {
    struct echo_server server;
    struct rpc_talk *talks[STREAMS]; /* They read when told to, so the server's sends may wait. */
};

static void open_audience(struct audience *audience)
{
    send_count = 0;
    echo_server_open(&audience->server, true,
                     &(struct rpc_server_options){ .stream_queues = QUEUES });
    const Rpc__Test__EchoRequest request = echo_request("subscribe", "");
    for (size_t i = 0; i < STREAMS; i++) {
        audience->talks[i] =
            rpc_talk_start(audience->server.channel, &rpc__test__echo__descriptor, "Follow", NULL);
        assert_true(rpc_talk_send(audience->talks[i], &request.base));
        rpc_talk_send_end(audience->talks[i]);
    }
    atomic_size_t *said = &audience->server.said;
    assert_true(echo_reaches(said, STREAMS));
}

static void close_audience(struct audience *audience)
{
    for (size_t i = 0; i < STREAMS; i++)
        rpc_talk_finish(audience->talks[i], NULL);
    echo_server_close(&audience->server);
}

static void publish(struct audience *audience, uint64_t number, const char *text)
{
    Rpc__Test__EchoReply frame = RPC__TEST__ECHO_REPLY__INIT;
    frame.number = number;
    frame.text = (char *)text;
    rpc_topic_publish(audience->server.topic, &frame.base);
}

/* Waits until no more than `count` hold it, ten seconds at most; returns how many do. */
static size_t holders_left(struct rpc_frame *frame, size_t count)
{
    for (int i = 0; i < 10000 && atomic_load(&frame->holders) > count; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    return atomic_load(&frame->holders);
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void a_frame_is_shared_and_not_copied(void **state)
{
    (void)state;
    const size_t size = 4 << 20; /* No stream's window takes it whole. */
    char *text = malloc(size + 1);
    memset(text, 'x', size);
    text[size] = '\0';
    struct audience audience;
    open_audience(&audience);
    publish(&audience, 1, text);
    wait_for_sends(STREAMS);

    struct rpc_topic *topic = audience.server.topic;
    struct rpc_frame *frame = rpc_topic_now(topic).frame; /* Held. */
    for (size_t i = 0; i < STREAMS; i++) {
        assert_ptr_equal(sends[i].bytes, frame->bytes);
        assert_int_equal(sends[i].size, frame->size);
    }
    /* Nobody reads: gRPC still holds what it was given for each stream; with copies it would not.
     * Beside it the topic and this test, and a queue's thread until it is done with its streams. */
    assert_int_equal(holders_left(frame, STREAMS + 2), STREAMS + 2);

    for (size_t i = 0; i < STREAMS; i++) {
        Rpc__Test__EchoReply *reply = (Rpc__Test__EchoReply *)rpc_talk_next(audience.talks[i]);
        assert_non_null(reply);
        assert_string_equal(reply->text, text);
        echo_reply_free(reply);
    }
    close_audience(&audience);
    assert_int_equal(atomic_load(&frame->holders), 1);
    rpc_frame_release(frame);
    free(text);
}

static void a_stream_is_sent_to_by_the_thread_of_its_queue(void **state)
{
    (void)state;
    struct audience audience;
    size_t per_queue[QUEUES] = { 0 };
    open_audience(&audience);
    for (uint64_t number = 1; number <= FRAMES; number++) {
        publish(&audience, number, "");
        for (size_t i = 0; i < STREAMS; i++) {
            Rpc__Test__EchoReply *reply = (Rpc__Test__EchoReply *)rpc_talk_next(audience.talks[i]);
            assert_non_null(reply);
            assert_int_equal(reply->number, number);
            echo_reply_free(reply);
        }
    }
    wait_for_sends(STREAMS * FRAMES);
    for (size_t i = 0; i < send_count; i++) {
        assert_true(sends[i].by_own_thread);
        per_queue[sends[i].queue]++;
    }
    for (size_t i = 0; i < QUEUES; i++)
        assert_true(per_queue[i] > 0);
    close_audience(&audience);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_shared_and_not_copied),
        cmocka_unit_test(a_stream_is_sent_to_by_the_thread_of_its_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
