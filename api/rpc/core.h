/*
 * gRPC C core's own start and end, and the threads that run its queues.
 */
#ifndef RPC_CORE_H
#define RPC_CORE_H

#include <grpc/grpc.h>
#include <pthread.h>

#include "api/rpc/tag.h"

/* Counted: each start needs its stop. gRPC's log is silent unless the environment has
 * GRPC_VERBOSITY: what the user must know is in our own words. */
void rpc_core_start(void);
void rpc_core_stop(void);

/* Starts a batch; asserts that gRPC takes it. What the thread did before comes before tag->done().
 */
void rpc_core_batch(grpc_call *call, const grpc_op *ops, size_t count, struct rpc_tag *tag);

/* Starts a thread; signals are left to the others. */
void rpc_core_thread(pthread_t *thread, void *(*body)(void *arg), void *arg);
/* Runs a thread that hands each tag (struct rpc_tag) of the queue to its done(), until the queue is
 * shut down. */
void rpc_core_run(pthread_t *thread, grpc_completion_queue *cq);
/* Shuts the queue down and waits for its thread. */
void rpc_core_join(pthread_t thread, grpc_completion_queue *cq);

/* Posts tags to a queue from any thread. libgrpc 1.51 has no alarm for C, but a batch of no
 * operations ends at once, and a call to nowhere will take any number of them. */
struct rpc_bell {
    grpc_channel *channel;
    grpc_call *call;
};
void rpc_bell_init(struct rpc_bell *bell, grpc_completion_queue *cq);
void rpc_bell_fini(struct rpc_bell *bell);
/* The queue's thread will call tag->done(). Until it has, the same tag is not rung again. */
void rpc_bell_ring(struct rpc_bell *bell, struct rpc_tag *tag);

#endif
