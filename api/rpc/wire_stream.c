/* Server streams: what a stream queue's thread does. */
#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <string.h>

#include "api/rpc/wire_call.h"

/* ---- One subscriber ------------------------------------------------------------------------- */

static void release_frame(void *frame)
{
    rpc_frame_release(frame);
}

/* What a subscriber is sent, as slices. gRPC empties the byte buffer of a send, so what is shared
 * is the frames behind it. */
static grpc_byte_buffer *buffer_of(const struct rpc_delivery *delivery)
{
    grpc_slice slices[RPC_DELIVERY_FRAMES + 1];
    size_t count = 0;
    for (; count < delivery->count; count++) {
        struct rpc_frame *frame = delivery->frames[count];
        slices[count] = grpc_slice_new_with_user_data(frame->bytes, frame->size, release_frame,
                                                      rpc_frame_hold(frame));
    }
    if (delivery->own_size > 0 || count == 0)
        slices[count++] =
            grpc_slice_from_copied_buffer((const char *)delivery->own, delivery->own_size);
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(slices, count);
    while (count-- > 0)
        grpc_slice_unref(slices[count]);
    return buffer;
}

static void send_frame(struct rpc_wire_call *call, const struct rpc_topic_now *now)
{
    struct rpc_server *server = call->wire->server;
    struct rpc_delivery delivery;
    rpc_topic_deliver(call->shard->topic, now, call->version, call->call.subscription, &delivery);
    grpc_byte_buffer *buffer = buffer_of(&delivery);
    grpc_op ops[2];
    struct rpc_wire_entries headers;
    memset(ops, 0, sizeof ops);
    size_t count = rpc_wire_send_headers(call, ops, 0, &headers);
    if (count == 0)
        atomic_fetch_add_explicit(&server->frames_conflated, delivery.version - call->version - 1,
                                  memory_order_relaxed);
    ops[count].op = GRPC_OP_SEND_MESSAGE;
    ops[count].flags = GRPC_WRITE_NO_COMPRESS; /* Not once for each subscriber. */
    ops[count++].data.send_message.send_message = buffer;
    call->version = delivery.version;
    call->sending = true;
    call->stalled = 0;
    call->pending++;
    rpc_core_batch(call->grpc, ops, count, &call->frame_sent);
    grpc_byte_buffer_destroy(buffer);
    rpc_delivery_release(&delivery);
    rpc_wire_entries_fini(&headers);
    atomic_fetch_add_explicit(&server->frames_sent, 1, memory_order_relaxed);
}

/* Takes the call out of its shard; the answer (`why`; NULL: OK) goes out when no frame is under
 * way.
 */
static void leave(struct rpc_wire_call *call, const struct rpc_error *why)
{
    if (!call->leaving) {
        struct rpc_topic_shard *shard = call->shard;
        if (call->previous_stream)
            call->previous_stream->next_stream = call->next_stream;
        else
            shard->first = call->next_stream;
        if (call->next_stream)
            call->next_stream->previous_stream = call->previous_stream;
        call->leaving = true;
        call->shard = NULL;
        atomic_fetch_sub(&shard->subscribers, 1);
        rpc_topic_release(shard->topic);
    }
    if (!call->sending)
        rpc_wire_call_answer(&call->call, NULL, why);
}

/* Sends what is new, ends what is to end; waits while a frame is under way. */
static void step(struct rpc_wire_call *call, const struct rpc_topic_now *now)
{
    if (call->sending)
        return;
    if (call->client_gone)
        leave(call, NULL);
    else if (now->frame && now->version != call->version)
        send_frame(call, now);
    else if (now->closed)
        leave(call, now->why);
}

/* Ends the stream also when a message is under way that its client does not take: the status goes
 * past it, and all that is left comes back as gone. */
static void hang_up(struct rpc_wire_call *call, const struct rpc_error *why)
{
    if (!call->sending) {
        rpc_intercept_fail(&call->call, why);
        leave(call, why);
        return;
    }
    if (!call->hung_up)
        grpc_call_cancel_with_status(call->grpc, (grpc_status_code)why->code, why->message, NULL);
    call->hung_up = true;
}

static void review(struct rpc_wire_call *call, const struct rpc_topic_now *now)
{
    const struct rpc_topic *topic = call->shard->topic;
    const struct rpc_topic_options *options = &topic->options;
    const bool is_over = rpc_subscription_is_over(topic, call->call.subscription, now->review_s);
    call->stalled += call->sending;
    /* What is under way has until the next review: then it can be said in full. */
    if (is_over && (!call->sending || call->stalled > 1))
        hang_up(call, options->expired);
    else if (options->too_slow && options->patience && call->stalled > options->patience)
        hang_up(call, options->too_slow);
}

static void frame_sent(struct rpc_tag *tag, bool ok)
{
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, frame_sent);
    call->sending = false;
    if (call->leaving) {
        leave(call, NULL); /* Its client has gone meanwhile. */
    } else if (ok) {
        struct rpc_topic_now now = rpc_topic_now(call->shard->topic);
        step(call, &now);
        rpc_topic_now_release(&now);
    } /* Otherwise RECV_CLOSE is on its way. */
    rpc_wire_call_unpend(call);
}

void rpc_wire_stream_gone(struct rpc_wire_call *call)
{
    if (call->shard && !call->leaving)
        leave(call, NULL);
}

void rpc_wire_stream_subscribe(struct rpc_call *base, struct rpc_topic *topic)
{
    struct rpc_wire_call *call = (struct rpc_wire_call *)base;
    struct rpc_topic_shard *shard = &topic->shards[call->queue - call->wire->queues];
    assert(shard->queue == call->queue);
    call->arrives_at = shard;
    rpc_topic_hold(topic);
    atomic_fetch_add(&shard->subscribers, 1);
    rpc_stream_queue_arrive(call->queue, call);
}

/* ---- The queue's work ----------------------------------------------------------------------- */

static void take_in(struct rpc_wire_call *call)
{
    struct rpc_topic_shard *shard = call->arrives_at;
    call->shard = shard;
    call->frame_sent.done = frame_sent;
    call->previous_stream = NULL;
    call->next_stream = shard->first;
    if (shard->first)
        shard->first->previous_stream = call;
    shard->first = call;
    /* Its handler is done with it. */
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    grpc_metadata_array_destroy(&call->metadata);
    grpc_metadata_array_init(&call->metadata);
    struct rpc_topic_now now = rpc_topic_now(shard->topic);
    step(call, &now);
    rpc_topic_now_release(&now);
}

static void serve(struct rpc_topic_shard *shard)
{
    struct rpc_topic_now now = rpc_topic_now(shard->topic);
    const bool is_review = shard->reviewed != now.reviews;
    struct rpc_wire_call *next;
    shard->reviewed = now.reviews;
    for (struct rpc_wire_call *call = shard->first; call; call = next) {
        next = call->next_stream;
        step(call, &now);
        if (is_review && call->shard)
            review(call, &now);
    }
    rpc_topic_now_release(&now);
}

static struct rpc_topic_shard *find_work(struct rpc_stream_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    struct rpc_topic_shard *shard = queue->work;
    if (shard) {
        queue->work = shard->next_work;
        shard->in_work = false;
    }
    pthread_mutex_unlock(&queue->lock);
    return shard;
}

static void woken(struct rpc_tag *tag, bool ok)
{
    (void)ok;
    struct rpc_stream_queue *queue = RPC_TAG_OWNER(tag, struct rpc_stream_queue, wake);
    pthread_mutex_lock(&queue->lock);
    struct rpc_wire_call *arriving = queue->arriving;
    queue->arriving = NULL;
    queue->woken = false;
    pthread_mutex_unlock(&queue->lock);

    struct rpc_wire_call *next;
    for (struct rpc_wire_call *call = arriving; call; call = next) {
        next = call->next_stream;
        take_in(call);
    }
    for (struct rpc_topic_shard *shard; (shard = find_work(queue));) {
        serve(shard);
        rpc_topic_release(shard->topic);
    }
}

/* With the queue's lock held. One ring wakes the thread for all that comes until it runs. */
static void wake(struct rpc_stream_queue *queue)
{
    if (queue->woken)
        return;
    queue->woken = true;
    rpc_bell_ring(&queue->bell, &queue->wake);
}

void rpc_stream_queue_work(struct rpc_stream_queue *queue, struct rpc_topic_shard *shard)
{
    pthread_mutex_lock(&queue->lock);
    if (!shard->in_work) {
        shard->in_work = true;
        rpc_topic_hold(shard->topic);
        shard->next_work = queue->work;
        queue->work = shard;
        wake(queue);
    }
    pthread_mutex_unlock(&queue->lock);
}

void rpc_stream_queue_arrive(struct rpc_stream_queue *queue, struct rpc_wire_call *call)
{
    pthread_mutex_lock(&queue->lock);
    call->next_stream = queue->arriving;
    queue->arriving = call;
    wake(queue);
    pthread_mutex_unlock(&queue->lock);
}

void rpc_stream_queue_init(struct rpc_stream_queue *queue)
{
    /* It does not poll: sockets are read by the calls thread, so the two do not take turns at it.
     */
    grpc_completion_queue_attributes attributes = {
        .version = GRPC_CQ_CURRENT_VERSION,
        .cq_completion_type = GRPC_CQ_NEXT,
        .cq_polling_type = GRPC_CQ_NON_POLLING,
    };
    *queue = (struct rpc_stream_queue){ .wake = { woken } };
    queue->cq = grpc_completion_queue_create(grpc_completion_queue_factory_lookup(&attributes),
                                             &attributes, NULL);
    rpc_bell_init(&queue->bell, queue->cq);
    pthread_mutex_init(&queue->lock, NULL);
}

void rpc_stream_queue_fini(struct rpc_stream_queue *queue)
{
    rpc_bell_fini(&queue->bell);
    grpc_completion_queue_destroy(queue->cq);
    pthread_mutex_destroy(&queue->lock);
}
