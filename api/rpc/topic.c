#include "api/rpc/topic.h"

#include <assert.h>
#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/call.h"
#include "api/rpc/memory.h"
#include "api/rpc/server.h"
#include "api/rpc/wire.h"

struct rpc_topic *rpc_topic_create(struct rpc_server *server)
{
    return rpc_topic_create_with(server, &(struct rpc_topic_options){ .history = 0 });
}

struct rpc_topic *rpc_topic_create_with(struct rpc_server *server,
                                        const struct rpc_topic_options *options)
{
    size_t shards = server->wire ? server->wire->queue_count : 0;
    struct rpc_topic *topic = rpc_new(sizeof *topic + shards * sizeof *topic->shards);
    topic->server = server;
    topic->options = *options;
    assert(options->history <= RPC_DELIVERY_FRAMES);
    if (options->history)
        topic->history = rpc_new(options->history * sizeof *topic->history);
    pthread_mutex_init(&topic->lock, NULL);
    atomic_init(&topic->holders, 1);
    topic->shard_count = shards;
    for (size_t i = 0; i < shards; i++) {
        topic->shards[i].topic = topic;
        topic->shards[i].queue = &server->wire->queues[i];
    }
    rpc_server_add_topic(server, topic);
    return topic;
}

void rpc_topic_hold(struct rpc_topic *topic)
{
    atomic_fetch_add_explicit(&topic->holders, 1, memory_order_relaxed);
}

void rpc_topic_release(struct rpc_topic *topic)
{
    if (atomic_fetch_sub_explicit(&topic->holders, 1, memory_order_acq_rel) != 1)
        return;
    rpc_frame_release(topic->latest);
    rpc_frame_release(topic->change);
    for (uint32_t i = 0; i < topic->options.history; i++)
        rpc_frame_release(topic->history[i].frame);
    free(topic->history);
    pthread_mutex_destroy(&topic->lock);
    free(topic);
}

struct rpc_topic_now rpc_topic_now(struct rpc_topic *topic)
{
    pthread_mutex_lock(&topic->lock);
    struct rpc_topic_now now = { topic->latest ? rpc_frame_hold(topic->latest) : NULL,
                                 topic->change ? rpc_frame_hold(topic->change) : NULL,
                                 topic->version,
                                 topic->closed,
                                 topic->why,
                                 topic->reviews,
                                 topic->review_s };
    pthread_mutex_unlock(&topic->lock);
    return now;
}

void rpc_topic_now_release(struct rpc_topic_now *now)
{
    rpc_frame_release(now->frame);
    rpc_frame_release(now->change);
}

struct rpc_frame *rpc_topic_frame_after(const struct rpc_topic_now *now, uint64_t version)
{
    return now->change && version != 0 && version + 1 == now->version ? now->change : now->frame;
}

static void wake_shards(struct rpc_topic *topic)
{
    for (size_t i = 0; i < topic->shard_count; i++)
        if (atomic_load(&topic->shards[i].subscribers) > 0)
            rpc_stream_queue_work(topic->shards[i].queue, &topic->shards[i]);
}

void rpc_topic_publish(struct rpc_topic *topic, const ProtobufCMessage *message)
{
    rpc_topic_publish_change(topic, NULL, message);
}

static struct rpc_change *change_to(const struct rpc_topic *topic, uint64_t version)
{
    return &topic->history[version % topic->options.history];
}

static void forget_oldest(struct rpc_topic *topic)
{
    struct rpc_change *change = change_to(topic, topic->oldest++);
    if (change->frame)
        topic->history_bytes -= change->frame->size;
    rpc_frame_release(change->frame);
    change->frame = NULL;
}

/* With the lock held: what leads to topic->version. */
static void keep_change(struct rpc_topic *topic, struct rpc_frame *change, uint64_t from,
                        uint64_t to)
{
    const size_t most = topic->options.history_bytes;
    if (topic->oldest == 0)
        topic->oldest = topic->version;
    if (topic->version - topic->oldest == topic->options.history)
        forget_oldest(topic);
    *change_to(topic, topic->version) =
        (struct rpc_change){ change ? rpc_frame_hold(change) : NULL, from, to };
    topic->history_bytes += change ? change->size : 0;
    while (most && topic->history_bytes > most && topic->oldest < topic->version)
        forget_oldest(topic);
}

/* Takes the frames over. `to` is where a topic with a history is now. */
static void publish(struct rpc_topic *topic, struct rpc_frame *change, struct rpc_frame *whole,
                    uint64_t from, uint64_t to)
{
    struct rpc_topic_now now = { .frame = whole, .change = change };
    pthread_mutex_lock(&topic->lock);
    struct rpc_topic_now before = { .frame = topic->latest,
                                    .change = topic->change,
                                    .version = topic->version };
    topic->latest = whole;
    topic->change = change;
    now.version = ++topic->version;
    if (topic->history)
        keep_change(topic, change, from, to);
    /* Subscribers of the memory transport have been sent everything before. */
    rpc_memory_publish(topic->memory, rpc_topic_frame_after(&now, before.version));
    pthread_mutex_unlock(&topic->lock);
    rpc_topic_now_release(&before);
    wake_shards(topic);
}

void rpc_topic_publish_change(struct rpc_topic *topic, const ProtobufCMessage *change,
                              const ProtobufCMessage *whole)
{
    assert(!topic->history && "a topic with a history is published as packed");
    publish(topic, change ? rpc_frame_create(change) : NULL, rpc_frame_create(whole), 0, 0);
}

void rpc_topic_publish_packed(struct rpc_topic *topic, const struct rpc_packed_update *update)
{
    assert(topic->history && update->from <= update->to);
    publish(topic, update->change ? rpc_frame_copy(update->change, update->change_size) : NULL,
            rpc_frame_copy(update->whole, update->whole_size), update->from, update->to);
}

void rpc_topic_review(struct rpc_topic *topic, int64_t now_s)
{
    pthread_mutex_lock(&topic->lock);
    topic->reviews++;
    topic->review_s = now_s;
    pthread_mutex_unlock(&topic->lock);
    rpc_memory_review_all(topic, now_s);
    wake_shards(topic);
}

/* ---- What a subscriber is sent ----------------------------------------------------------------
 */

static void add_own(struct rpc_delivery *to, const uint8_t *bytes, size_t size)
{
    assert(to->own_size + size <= sizeof to->own);
    for (size_t i = 0; i < size; i++)
        to->own[to->own_size++] = bytes[i];
}

static void add_varint(struct rpc_delivery *to, uint64_t number)
{
    uint8_t bytes[10];
    size_t size = 0;
    for (; number >= 0x80; number >>= 7)
        bytes[size++] = (uint8_t)(number | 0x80);
    bytes[size++] = (uint8_t)number;
    add_own(to, bytes, size);
}

static void add_number(struct rpc_delivery *to, uint32_t field, uint64_t number)
{
    add_varint(to, (uint64_t)field << 3);
    add_varint(to, number);
}

/* With the lock held: all changes from the one that leads to `first` on. False: one is not there
 * any more, or they are more than so many bytes. */
static bool add_changes(const struct rpc_topic *topic, uint64_t first, size_t bytes_max,
                        struct rpc_delivery *out)
{
    size_t bytes = 0;
    if (first < topic->oldest)
        return false;
    for (uint64_t version = first; version <= topic->version; version++) {
        const struct rpc_change *change = change_to(topic, version);
        if (!change->frame || (bytes += change->frame->size) > bytes_max)
            return false;
    }
    for (uint64_t version = first; version <= topic->version; version++)
        out->frames[out->count++] = rpc_frame_hold(change_to(topic, version)->frame);
    return true;
}

/* With the lock held: from what it has, without a gap. */
static bool resume(const struct rpc_topic *topic, uint64_t after, struct rpc_delivery *out)
{
    const uint64_t to = change_to(topic, topic->version)->to;
    if (after > to)
        return false;
    uint64_t first = topic->version + 1;
    while (first > topic->oldest && change_to(topic, first - 1)->to > after)
        first--;
    const bool is_there = first > topic->version || change_to(topic, first)->from <= after;
    if (!is_there || !add_changes(topic, first, SIZE_MAX, out))
        return false;
    add_number(out, topic->options.from_field, after);
    if (out->count == 0)
        add_number(out, topic->options.to_field, to);
    return true;
}

void rpc_topic_deliver(struct rpc_topic *topic, const struct rpc_topic_now *now, uint64_t version,
                       const struct rpc_subscription *subscription, struct rpc_delivery *out)
{
    out->count = out->own_size = 0;
    out->version = now->version;
    if (!topic->history || (version != 0 && (version + 1 == now->version || !now->change)) ||
        (version == 0 && !subscription)) {
        out->frames[out->count++] = rpc_frame_hold(rpc_topic_frame_after(now, version));
        return;
    }
    pthread_mutex_lock(&topic->lock);
    out->version = topic->version;
    bool whole = true;
    if (version != 0) {
        if (add_changes(topic, version + 1, topic->latest->size, out)) {
            whole = false;
            add_number(out, topic->options.from_field, change_to(topic, version + 1)->from);
        }
    } else if (subscription->resumes && resume(topic, subscription->after, out)) {
        whole = false;
        add_own(out, subscription->recovered, subscription->recovered_size);
    } else {
        add_own(out, subscription->not_recovered, subscription->not_recovered_size);
    }
    if (whole)
        out->frames[out->count++] = rpc_frame_hold(topic->latest);
    pthread_mutex_unlock(&topic->lock);
}

bool rpc_subscription_is_over(const struct rpc_topic *topic,
                              const struct rpc_subscription *subscription, int64_t now_s)
{
    return subscription && topic->options.expired && subscription->expires_s != 0 &&
           subscription->expires_s <= now_s;
}

void rpc_delivery_release(struct rpc_delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        rpc_frame_release(delivery->frames[i]);
    delivery->count = 0;
}

bool rpc_topic_is_closed(struct rpc_topic *topic)
{
    pthread_mutex_lock(&topic->lock);
    bool is_closed = topic->closed;
    pthread_mutex_unlock(&topic->lock);
    return is_closed;
}

void rpc_topic_close(struct rpc_topic *topic, const struct rpc_error *why)
{
    pthread_mutex_lock(&topic->lock);
    if (!topic->closed)
        topic->why = why;
    topic->closed = true;
    pthread_mutex_unlock(&topic->lock);
    rpc_memory_finish_all(topic);
    wake_shards(topic);
}

void rpc_topic_destroy(struct rpc_topic *topic)
{
    if (!topic)
        return;
    rpc_server_remove_topic(topic->server, topic);
    rpc_topic_close(topic, NULL);
    rpc_topic_release(topic);
}

size_t rpc_topic_subscribers(const struct rpc_topic *topic)
{
    size_t count = atomic_load(&topic->memory_subscribers);
    for (size_t i = 0; i < topic->shard_count; i++)
        count += atomic_load(&topic->shards[i].subscribers);
    return count;
}
