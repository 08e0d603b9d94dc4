/*
 * The HTTP/2 transport of a server, on gRPC C core.
 *
 * Threads. The calls thread polls: it reads every socket, takes new calls and owns unary and
 * client-streaming ones. Each stream queue has a thread that owns the server streams bound to it
 * and sends on them; it does not poll (it would take sockets away from the calls thread) but sleeps
 * until there is work. Answers are sent by whoever answers.
 */
#ifndef RPC_WIRE_H
#define RPC_WIRE_H

#include <grpc/grpc.h>
#include <pthread.h>

#include "api/rpc/core.h"
#include "api/rpc/server.h"
#include "api/rpc/tag.h"
#include "api/rpc/topic.h"

struct rpc_stream_queue {
    grpc_completion_queue *cq;
    pthread_t thread;
    struct rpc_bell bell;
    struct rpc_tag wake;

    pthread_mutex_t lock;
    bool woken;                     /* `wake` is under way. */
    struct rpc_wire_call *arriving; /* Subscribed, not yet seen by the thread. */
    struct rpc_topic_shard *work;   /* Have something new to send. */
};

struct rpc_wire {
    struct rpc_server *server;
    grpc_server *grpc;
    grpc_completion_queue *cq;
    pthread_t thread;
    struct rpc_guard *guard;
    uint16_t port;
    struct rpc_bell bell;
    struct rpc_tag shut_down, turn, review;
    bool is_shut_down, had_turn; /* Under the server's lock. */
    void (*turn_run)(struct rpc_server *server);

    /* Unary calls whose clients may go away unnoticed so far, oldest first; the calls thread's. */
    struct rpc_wire_call *first_unwatched, *last_unwatched;
    uint32_t reviews;
    atomic_bool has_unwatched, reviewing;

    struct rpc_wire_call *spare; /* Ended calls, for the next ones; the calls thread's. */
    uint32_t spare_count;
    uint32_t next_queue;
    uint32_t queue_count;
    struct rpc_stream_queue queues[];
};

/* Listens for server->methods. NULL: `why` says why not. */
struct rpc_wire *rpc_wire_open(struct rpc_server *server, const struct rpc_server_options *options,
                               char *why, size_t why_size);
/* Begins to take calls. */
void rpc_wire_start(struct rpc_wire *wire, uint32_t unary_slots);
/* Runs `run` on the calls thread, between two events and with the server's lock held, and waits for
 * it: what had come before it has been seen to. Not from that thread. */
void rpc_wire_turn(struct rpc_wire *wire, void (*run)(struct rpc_server *server));
/* No new calls and connections. */
void rpc_wire_stop(struct rpc_wire *wire);
void rpc_wire_cancel_calls(struct rpc_wire *wire);
/* After rpc_wire_stop(), when every call is over. NULL is accepted. */
void rpc_wire_close(struct rpc_wire *wire);

/* ---- Stream queues (wire_stream.c) ---- */

void rpc_stream_queue_init(struct rpc_stream_queue *queue);
void rpc_stream_queue_fini(struct rpc_stream_queue *queue); /* The thread has ended. */
/* Has the queue's thread look at the shard. Any thread. */
void rpc_stream_queue_work(struct rpc_stream_queue *queue, struct rpc_topic_shard *shard);
/* Hands a call to its queue's thread as a subscriber of the shard. Any thread that owns it. */
void rpc_stream_queue_arrive(struct rpc_stream_queue *queue, struct rpc_wire_call *call);

#endif
