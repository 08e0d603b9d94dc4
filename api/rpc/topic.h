/*
 * Inside of a topic: the newest frame, and its subscribers in one shard for each stream queue.
 *
 * Locks: `lock` guards latest, version, closed and the memory transport's subscribers. A shard's
 * list belongs to the thread of its queue; its place in the queue's list of work to the queue's
 * lock. Order: server lock, topic lock, queue lock.
 */
#ifndef RPC_TOPIC_H
#define RPC_TOPIC_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/rpc/frame.h"
#include "api/rpc/rpc.h"

struct rpc_stream_queue;
struct rpc_wire_call;

struct rpc_topic_shard {
    struct rpc_topic *topic;
    struct rpc_stream_queue *queue;
    struct rpc_wire_call *first;       /* Subscribers. */
    struct rpc_topic_shard *next_work; /* In the queue's list of work. */
    bool in_work;
    atomic_size_t subscribers; /* With those on their way here. */
};

struct rpc_topic {
    struct rpc_server *server;
    struct rpc_topic *previous, *next; /* Of the server. */
    pthread_mutex_t lock;
    struct rpc_frame *latest; /* NULL: nothing published yet. */
    struct rpc_frame
        *change;      /* What leads to it from the version before; NULL: only `latest` does. */
    uint64_t version; /* Of `latest`; counts from 1. */
    bool closed;      /* Its streams end once they have `latest`, */
    const struct rpc_error *why; /* with this; NULL: with OK. Static; set with `closed`. */
    struct rpc_memory_call *memory;
    atomic_size_t memory_subscribers;
    atomic_size_t holders; /* Its owner, each subscriber, each place in a list of work. */
    size_t shard_count;
    struct rpc_topic_shard shards[];
};

/* A moment of a topic; holds its frames (NULL: none yet): release it. */
struct rpc_topic_now {
    struct rpc_frame *frame, *change;
    uint64_t version;
    bool closed;
    const struct rpc_error *why;
};
struct rpc_topic_now rpc_topic_now(struct rpc_topic *topic);
void rpc_topic_now_release(struct rpc_topic_now *now);
/* What brings somebody who has been sent `version` (0: nothing) up to date. */
struct rpc_frame *rpc_topic_frame_after(const struct rpc_topic_now *now, uint64_t version);

void rpc_topic_hold(struct rpc_topic *topic);
void rpc_topic_release(struct rpc_topic *topic);
/* Its streams end with `why` (static; NULL: with OK), also those that subscribe later; the first
 * who closes it has said why. Its owner still has to destroy it. */
void rpc_topic_close(struct rpc_topic *topic, const struct rpc_error *why);
bool rpc_topic_is_closed(struct rpc_topic *topic);

#endif
