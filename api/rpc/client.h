/*
 * Inside of the client: the channel, and what every kind of call has in common.
 *
 * Blocking calls wait on a queue of their own, so that the thread that asks is the one that reads
 * the socket; the channel's thread exists once there is a watch.
 */
#ifndef RPC_CLIENT_H
#define RPC_CLIENT_H

#include <grpc/grpc.h>
#include <pthread.h>
#include <stdatomic.h>

#include "api/rpc/channel.h"
#include "api/rpc/clock.h"
#include "api/rpc/core.h"

enum { RPC_IDLE_QUEUES = 8 };

/* In thousandths of a token. */
struct rpc_retry_budget {
    uint32_t tokens, most;
    uint64_t random; /* The state of a xorshift, for pauses. */
};

struct rpc_channel {
    grpc_channel *grpc;
    uint32_t max_message_bytes;
    enum rpc_compression compression;
    const struct rpc_client_interceptor *interceptors;
    size_t interceptor_count;
    struct rpc_retry_budget budget; /* Under the lock. */
    atomic_size_t holders;          /* Its owner and each call. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct rpc_client_call *live;
    size_t live_watches;
    bool closing, has_thread;
    grpc_completion_queue *cq; /* The thread's. */
    pthread_t thread;
    grpc_completion_queue *idle[RPC_IDLE_QUEUES]; /* For blocking calls. */
    size_t idle_count;
};

struct rpc_client_call {
    struct rpc_channel *channel;
    const char *service, *method;            /* The descriptors'. */
    struct rpc_client_call *previous, *next; /* The channel's live calls. */
    const ProtobufCMessageDescriptor *input, *output;
    grpc_call *grpc;
    grpc_completion_queue *queue; /* Of a blocking call; NULL: the channel's. */
    uint32_t metadata_flags;
    uint32_t message_flags; /* Of what is sent next. */
    bool compressed;        /* The message taken last came so. */
    grpc_metadata *metadata;
    size_t metadata_count;
    grpc_metadata_array initial, trailing;
    grpc_byte_buffer *payload;
    grpc_status_code code;
    grpc_slice message;
    uint64_t began_ns; /* For interceptors. */
};

/* False: the service has no such method, or the channel is closing; *status says which. */
bool rpc_client_call_init(struct rpc_client_call *call, struct rpc_channel *channel, bool blocking,
                          const ProtobufCServiceDescriptor *service, const char *method,
                          const struct rpc_client_options *options, struct rpc_status *status);
/* It has ended: nothing is left to cancel. */
void rpc_client_call_delist(struct rpc_client_call *call);
void rpc_client_call_fini(struct rpc_client_call *call); /* After delisting. */

/* Operations of a batch; the buffer of a message is destroyed after the batch has begun. */
grpc_byte_buffer *rpc_client_pack(const struct rpc_client_call *call,
                                  const ProtobufCMessage *message);
grpc_op rpc_client_send_metadata(struct rpc_client_call *call);
grpc_op rpc_client_send_message(const struct rpc_client_call *call, grpc_byte_buffer *buffer);
/* Whether what is sent from now on is compressed in the options' way. */
void rpc_client_compress(struct rpc_client_call *call, bool compresses);
grpc_op rpc_client_send_close(void);
grpc_op rpc_client_receive_metadata(struct rpc_client_call *call);
grpc_op rpc_client_receive_message(struct rpc_client_call *call);
grpc_op rpc_client_receive_status(struct rpc_client_call *call);

/* Blocking calls: starts the batch and waits for its end. False: it failed. */
bool rpc_client_call_do(struct rpc_client_call *call, const grpc_op *ops, size_t count);

/* Unpacks and destroys call->payload; NULL: there is none, or it cannot be read. */
ProtobufCMessage *rpc_client_take_message(struct rpc_client_call *call);
/* What the server said, after the status has been received. */
void rpc_client_take_status(const struct rpc_client_call *call, struct rpc_status *status);
/* The end of a call with one answer. */
enum rpc_code rpc_client_take_answer(struct rpc_client_call *call, ProtobufCMessage **reply,
                                     struct rpc_status *status);

/* In client_intercept.c. The end: once the status is known. */
void rpc_client_intercept_begin(struct rpc_client_call *call);
void rpc_client_intercept_end(const struct rpc_client_call *call);

/* In client_retry.c: rpc_unary() with options->retry, and one attempt of it in client_unary.c. */
void rpc_retry_budget_init(struct rpc_retry_budget *budget, uint32_t tokens);
enum rpc_code rpc_client_retry(struct rpc_channel *channel,
                               const ProtobufCServiceDescriptor *service, const char *method,
                               const struct rpc_client_options *options,
                               const ProtobufCMessage *request, ProtobufCMessage **reply,
                               struct rpc_status *status);
enum rpc_code rpc_client_attempt(struct rpc_channel *channel,
                                 const ProtobufCServiceDescriptor *service, const char *method,
                                 const struct rpc_client_options *options,
                                 const ProtobufCMessage *request, ProtobufCMessage **reply,
                                 struct rpc_status *status);

/* The channel's own queue, with its thread running. */
grpc_completion_queue *rpc_channel_thread_queue(struct rpc_channel *channel);
void rpc_channel_release(struct rpc_channel *channel);

#endif
