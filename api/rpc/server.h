/*
 * Inside of a server: its methods, what carries its calls, and the calls that live.
 */
#ifndef RPC_SERVER_H
#define RPC_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/rpc/call.h"
#include "api/rpc/health.h"
#include "api/rpc/method.h"
#include "api/rpc/reflection.h"
#include "api/rpc/rpc.h"

enum { RPC_MAX_MESSAGE_BYTES = 4 << 20 }; /* Received, if the options do not say. */

struct rpc_server {
    struct rpc_method_table methods;
    struct rpc_wire *wire;                 /* NULL: memory transport only. */
    struct rpc_certificates *certificates; /* NULL: plaintext. */
    uint32_t max_message_bytes;
    enum rpc_compression compression; /* What a call begins with. */
    const struct rpc_interceptor *interceptors;
    size_t interceptor_count;
    struct rpc_health health;
    struct rpc_reflection reflection; /* Zeroed: none. */
    bool drained;                     /* The thread that drains and destroys. */

    pthread_mutex_t lock;
    pthread_cond_t changed; /* A call has ended or its client is gone, while draining. */
    bool draining;
    struct rpc_call *live; /* Calls from the wire. */
    struct rpc_topic *topics;
    uint64_t calls_started, calls_ended;
    uint64_t calls_refused; /* Because the server drains. */
    uint64_t calls_gone; /* Live ones whose client is gone: only the service's answer is missing. */

    uint64_t memory_started, memory_ended;
    struct rpc_memory_call *memory_calls; /* Of the one thread that uses the memory transport. */
    atomic_uint_fast64_t frames_sent, frames_conflated, unimplemented;
};

/* A call of the wire begins (false: the server is draining, it is to be refused and does not
 * count), loses its client, is over. */
bool rpc_server_call_started(struct rpc_server *server, struct rpc_call *call);
void rpc_server_call_gone(struct rpc_server *server, struct rpc_call *call);
void rpc_server_call_ended(struct rpc_server *server, struct rpc_call *call);

void rpc_server_add_topic(struct rpc_server *server, struct rpc_topic *topic);
void rpc_server_remove_topic(struct rpc_server *server, struct rpc_topic *topic);

#endif
