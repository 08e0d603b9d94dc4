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
    uint64_t reviewed;         /* The topic's last review that its subscribers have had. */
    atomic_size_t subscribers; /* With those on their way here. */
};

/* What leads from one published state to the next: it covers (from, to]. */
struct rpc_change {
    struct rpc_frame *frame; /* NULL: only the whole does. */
    uint64_t from, to;
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
    uint64_t reviews;            /* So far; at the last one it was */
    int64_t review_s;            /* this time. */
    struct rpc_topic_options options;
    struct rpc_change *history; /* By version, a ring; NULL: a topic without. */
    uint64_t oldest;            /* Version that its oldest change leads to. */
    size_t history_bytes;
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
    uint64_t reviews;
    int64_t review_s;
};
struct rpc_topic_now rpc_topic_now(struct rpc_topic *topic);
void rpc_topic_now_release(struct rpc_topic_now *now);
/* What brings somebody who has been sent `version` (0: nothing) up to date. */
struct rpc_frame *rpc_topic_frame_after(const struct rpc_topic_now *now, uint64_t version);

/* What a subscriber is sent next: frames that others are sent, too, and behind them a few bytes of
 * its own. Together they are one message, as protobuf merges what is written one behind the other:
 * rows of repeated fields follow each other, of other fields the last one counts. */
enum { RPC_DELIVERY_FRAMES = 256, RPC_DELIVERY_OWN_BYTES = 64 };
struct rpc_delivery {
    struct rpc_frame *frames[RPC_DELIVERY_FRAMES]; /* Held. */
    size_t count;
    uint8_t own[RPC_DELIVERY_OWN_BYTES];
    size_t own_size;
    uint64_t version; /* It leads there. */
};
/* To whoever has been sent `version` (0: nothing yet, and asks for `subscription`, if that is not
 * NULL). Only of a topic that has published something. */
void rpc_topic_deliver(struct rpc_topic *topic, const struct rpc_topic_now *now, uint64_t version,
                       const struct rpc_subscription *subscription, struct rpc_delivery *out);
/* Its caller may not go on: `options.expired`. */
bool rpc_subscription_is_over(const struct rpc_topic *topic,
                              const struct rpc_subscription *subscription, int64_t now_s);
void rpc_delivery_release(struct rpc_delivery *delivery);

void rpc_topic_hold(struct rpc_topic *topic);
void rpc_topic_release(struct rpc_topic *topic);
/* Its streams end with `why` (static; NULL: with OK), also those that subscribe later; the first
 * who closes it has said why. Its owner still has to destroy it. */
void rpc_topic_close(struct rpc_topic *topic, const struct rpc_error *why);
bool rpc_topic_is_closed(struct rpc_topic *topic);

#endif
