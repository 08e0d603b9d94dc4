#include "api/rpc/topic.h"

#include <stdlib.h>

#include "api/rpc/arena.h"
#include "api/rpc/memory.h"
#include "api/rpc/server.h"
#include "api/rpc/wire.h"

struct rpc_topic *rpc_topic_create(struct rpc_server *server)
{
    size_t shards = server->wire ? server->wire->queue_count : 0;
    struct rpc_topic *topic = rpc_new(sizeof *topic + shards * sizeof *topic->shards);
    topic->server = server;
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
    pthread_mutex_destroy(&topic->lock);
    free(topic);
}

struct rpc_topic_now rpc_topic_now(struct rpc_topic *topic)
{
    pthread_mutex_lock(&topic->lock);
    struct rpc_topic_now now = { topic->latest ? rpc_frame_hold(topic->latest) : NULL,
                                 topic->change ? rpc_frame_hold(topic->change) : NULL,
                                 topic->version, topic->closed, topic->why };
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

void rpc_topic_publish_change(struct rpc_topic *topic, const ProtobufCMessage *change,
                              const ProtobufCMessage *whole)
{
    struct rpc_topic_now now = { rpc_frame_create(whole), change ? rpc_frame_create(change) : NULL,
                                 0, false, NULL };
    pthread_mutex_lock(&topic->lock);
    struct rpc_topic_now before = { topic->latest, topic->change, topic->version, false, NULL };
    topic->latest = now.frame;
    topic->change = now.change;
    now.version = ++topic->version;
    /* Subscribers of the memory transport have been sent everything before. */
    rpc_memory_publish(topic->memory, rpc_topic_frame_after(&now, before.version));
    pthread_mutex_unlock(&topic->lock);
    rpc_topic_now_release(&before);
    wake_shards(topic);
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
