/*
 * Fan-out on gRPC C core alone, as little as does it: /bench.Fanout/Follow adds a stream to its
 * queue, /bench.Fanout/Publish has each queue's thread send the message to its streams, one slice
 * for all. What api/rpc adds is what tifod takes more. Prints its port and serves until its input
 * ends.
 *
 *   bare_core QUEUES
 *
 * Nothing is freed but what each message takes: streams stay until the end.
 */
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpc/support/log.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUES_MAX = 256, WAITING = 64 };

struct tag {
    void (*done)(struct tag *tag, bool ok);
};

struct stream {
    struct tag accepted, sent, closed;
    struct queue *queue;
    struct stream *next;
    grpc_call *call;
    grpc_metadata_array metadata;
    grpc_byte_buffer *request;
    gpr_timespec deadline;
    int cancelled;
    bool began, sending;
};

struct queue {
    grpc_completion_queue *cq;
    pthread_t thread;
    struct tag wake;
    grpc_call *bell;
    struct stream *streams;
};

struct publish {
    struct tag accepted, answered;
    grpc_call *call;
    grpc_metadata_array metadata;
    grpc_byte_buffer *request;
    gpr_timespec deadline;
    int cancelled;
};

static grpc_server *server;
static void *follow, *publishing;
static grpc_completion_queue *calls;
static struct queue queues[QUEUES_MAX];
static uint32_t queue_count, next_queue;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static grpc_slice latest; /* Under the lock. */

static grpc_slice latest_slice(void)
{
    pthread_mutex_lock(&lock);
    grpc_slice slice = grpc_slice_ref(latest);
    pthread_mutex_unlock(&lock);
    return slice;
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

static void send_to(struct stream *stream, grpc_slice slice)
{
    grpc_op ops[2];
    size_t count = 0;
    memset(ops, 0, sizeof ops);
    if (!stream->began)
        ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    ops[count].op = GRPC_OP_SEND_MESSAGE;
    ops[count++].data.send_message.send_message = buffer;
    stream->began = stream->sending = true;
    grpc_call_start_batch(stream->call, ops, count, &stream->sent, NULL);
    grpc_byte_buffer_destroy(buffer);
}

static void sent(struct tag *tag, bool ok)
{
    (void)ok;
    struct stream *stream = (struct stream *)((char *)tag - offsetof(struct stream, sent));
    stream->sending = false;
}

static void closed(struct tag *tag, bool ok)
{
    (void)tag;
    (void)ok;
}

static void accepted(struct tag *tag, bool ok);

static void wait_for_stream(void)
{
    struct stream *stream = calloc(1, sizeof *stream);
    stream->accepted.done = accepted;
    stream->sent.done = sent;
    stream->closed.done = closed;
    stream->queue = &queues[next_queue++ % queue_count];
    grpc_metadata_array_init(&stream->metadata);
    grpc_server_request_registered_call(server, follow, &stream->call, &stream->deadline,
                                        &stream->metadata, &stream->request, stream->queue->cq,
                                        calls, &stream->accepted);
}

/* On the calls thread; the first message goes out from here, too. */
static void accepted(struct tag *tag, bool ok)
{
    struct stream *stream = (struct stream *)tag;
    if (!ok)
        return;
    wait_for_stream();
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    op.data.recv_close_on_server.cancelled = &stream->cancelled;
    grpc_call_start_batch(stream->call, &op, 1, &stream->closed, NULL);
    grpc_metadata_array_destroy(&stream->metadata);
    grpc_byte_buffer_destroy(stream->request);
    pthread_mutex_lock(&lock);
    stream->next = stream->queue->streams;
    stream->queue->streams = stream;
    pthread_mutex_unlock(&lock);
    grpc_slice slice = latest_slice();
    send_to(stream, slice);
    grpc_slice_unref(slice);
}

static void woken(struct tag *tag, bool ok)
{
    (void)ok;
    struct queue *queue = (struct queue *)((char *)tag - offsetof(struct queue, wake));
    grpc_slice slice = latest_slice();
    for (struct stream *stream = queue->streams; stream; stream = stream->next)
        if (!stream->sending)
            send_to(stream, slice);
    grpc_slice_unref(slice);
}

/* ---- Publishing -------------------------------------------------------------------------------
 */

static void answered(struct tag *tag, bool ok)
{
    (void)ok;
    struct publish *publish = (struct publish *)((char *)tag - offsetof(struct publish, answered));
    grpc_call_unref(publish->call);
    free(publish);
}

static void publish_accepted(struct tag *tag, bool ok);

static void wait_for_publish(void)
{
    struct publish *publish = calloc(1, sizeof *publish);
    publish->accepted.done = publish_accepted;
    publish->answered.done = answered;
    grpc_metadata_array_init(&publish->metadata);
    grpc_server_request_registered_call(server, publishing, &publish->call, &publish->deadline,
                                        &publish->metadata, &publish->request, calls, calls,
                                        &publish->accepted);
}

static void publish_accepted(struct tag *tag, bool ok)
{
    struct publish *publish = (struct publish *)tag;
    if (!ok)
        return;
    wait_for_publish();
    grpc_byte_buffer_reader reader;
    grpc_byte_buffer_reader_init(&reader, publish->request);
    grpc_slice message = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    grpc_byte_buffer_destroy(publish->request);
    grpc_metadata_array_destroy(&publish->metadata);
    pthread_mutex_lock(&lock);
    grpc_slice_unref(latest);
    latest = message;
    pthread_mutex_unlock(&lock);
    for (uint32_t i = 0; i < queue_count; i++)
        grpc_call_start_batch(queues[i].bell, NULL, 0, &queues[i].wake, NULL);
    grpc_slice nothing = grpc_empty_slice();
    grpc_byte_buffer *reply = grpc_raw_byte_buffer_create(&nothing, 1);
    grpc_op ops[4];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = reply;
    ops[2].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[3].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[3].data.recv_close_on_server.cancelled = &publish->cancelled;
    grpc_call_start_batch(publish->call, ops, 4, &publish->answered, NULL);
    grpc_byte_buffer_destroy(reply);
}

/* ---- Threads ----------------------------------------------------------------------------------
 */

static void *run(void *cq)
{
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(cq, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        if (event.type == GRPC_OP_COMPLETE)
            ((struct tag *)event.tag)->done(event.tag, event.success != 0);
    }
}

static void drop_log(gpr_log_func_args *args)
{
    (void)args;
}

static void open_queue(struct queue *queue, grpc_channel *nowhere)
{
    const grpc_completion_queue_attributes attributes = {
        .version = GRPC_CQ_CURRENT_VERSION,
        .cq_completion_type = GRPC_CQ_NEXT,
        .cq_polling_type = GRPC_CQ_NON_POLLING,
    };
    queue->cq = grpc_completion_queue_create(grpc_completion_queue_factory_lookup(&attributes),
                                             &attributes, NULL);
    queue->wake.done = woken;
    queue->bell = grpc_channel_create_call(nowhere, NULL, GRPC_PROPAGATE_DEFAULTS, queue->cq,
                                           grpc_slice_from_static_string("/bell"), NULL,
                                           gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    pthread_create(&queue->thread, NULL, run, queue->cq);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    queue_count = argc == 2 ? (uint32_t)atoi(argv[1]) : 0;
    if (queue_count < 1 || queue_count > QUEUES_MAX) {
        fprintf(stderr, "usage: bare_core QUEUES\n");
        return 2;
    }
    gpr_set_log_function(drop_log);
    grpc_init();
    latest = grpc_empty_slice();
    grpc_channel_credentials *insecure = grpc_insecure_credentials_create();
    grpc_channel *nowhere = grpc_channel_create("127.0.0.1:1", insecure, NULL);
    calls = grpc_completion_queue_create_for_next(NULL);
    grpc_arg arg = { .type = GRPC_ARG_INTEGER,
                     .key = (char *)GRPC_ARG_MAX_CONCURRENT_STREAMS,
                     .value.integer = 1000 };
    const grpc_channel_args args = { 1, &arg };
    server = grpc_server_create(&args, NULL);
    grpc_server_register_completion_queue(server, calls, NULL);
    follow = grpc_server_register_method(server, "/bench.Fanout/Follow", NULL,
                                         GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
    publishing = grpc_server_register_method(server, "/bench.Fanout/Publish", NULL,
                                             GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
    const int port = grpc_server_add_http2_port(server, "127.0.0.1:0",
                                                grpc_insecure_server_credentials_create());
    for (uint32_t i = 0; i < queue_count; i++)
        open_queue(&queues[i], nowhere);
    grpc_server_start(server);
    for (uint32_t i = 0; i < WAITING; i++)
        wait_for_stream();
    wait_for_publish();
    pthread_create(&thread, NULL, run, calls);
    printf("%d\n", port);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    _Exit(0); /* Streams are still open. */
}
