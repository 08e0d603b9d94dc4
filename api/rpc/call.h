/*
 * A call as its handler sees it, whatever carries it. What carries it (wire_call.h: HTTP/2,
 * memory.c: nothing) embeds `struct rpc_call` first and gives it `ops`.
 *
 * A call has one owner at a time: the rpc thread until the handler has handed it on, then whoever
 * owes the answer, then the transport again. Hand-overs are ordered by `answered` and by locks.
 */
#ifndef RPC_CALL_H
#define RPC_CALL_H

#include <stdatomic.h>

#include "api/rpc/arena.h"
#include "api/rpc/intercept.h"
#include "api/rpc/method.h"
#include "api/rpc/rpc.h"

/* Metadata to be sent; in the call's arena. */
struct rpc_entry {
    struct rpc_entry *next;
    const char *key, *value;
    size_t size;
};

/* Properties of certificates, as gRPC calls them. */
#define RPC_CERTIFICATE      "x509_pem_cert"
#define RPC_COMMON_NAME      "x509_common_name"
#define RPC_ALTERNATIVE_NAME "x509_subject_alternative_name"

struct rpc_call_ops {
    /* Ends the call: with `error`, or with OK after `reply` (may be NULL: call->packed_reply, or
     * nothing more to say). Nothing of the call is touched afterwards. */
    void (*answer)(struct rpc_call *call, const ProtobufCMessage *reply,
                   const struct rpc_error *error);
    void (*subscribe)(struct rpc_call *call, struct rpc_topic *topic);
    /* Calls that send one by one: packs the message before it returns. */
    void (*send)(struct rpc_call *call, const ProtobufCMessage *message);
    const char *(*metadata)(struct rpc_call *call, const char *key, size_t *size);
    const char *(*peer)(struct rpc_call *call);
    /* Of the peer's certificate: its property's value; NULL: no certificate, or no such value. */
    const char *(*certified)(struct rpc_call *call, const char *property, size_t index);
    int64_t (*expires_s)(struct rpc_call *call); /* The peer's certificate; NULL: never has one. */
    int64_t (*deadline_left_ms)(const struct rpc_call *call);
};

struct rpc_call {
    const struct rpc_call_ops *ops;
    struct rpc_server *server;
    const struct rpc_method_entry *method; /* NULL: a method that nobody has. */
    const char *path;
    const ProtobufCMessage *request;
    void *slot;
    const struct rpc_subscription *subscription; /* Of rpc_topic_follow(), in the arena; or NULL. */
    struct rpc_entry *headers, *trailers;
    const uint8_t *packed_reply; /* Of rpc_reply_packed(), until it returns; NULL: none. */
    size_t packed_reply_size;
    struct rpc_arena arena;
    atomic_bool answered;  /* Somebody has called reply, fail, finish or subscribe. */
    atomic_bool cancelled; /* The client is gone. */
    bool compressed;       /* The message at hand came so. */
    bool headers_sent;
    enum rpc_compression encoding, compression; /* Announced; of what is sent now. */
    bool handled;                               /* The handler has seen it, so `ended` is due. */
    bool is_live;                               /* Counted among the server's calls. */
    bool gone;                        /* Counted in the server's calls_gone; under its lock. */
    struct rpc_call *previous, *next; /* The server's live calls; under its lock. */
    struct rpc_intercepted intercepted;
};

/* What a request may unpack to, as a multiple of what may be received. */
enum { RPC_ARENA_FACTOR = 16 };

/* Unpacks a request into `arena`, sets call->request. False: the call has been failed. */
bool rpc_call_unpack(struct rpc_call *call, struct rpc_arena *arena, const uint8_t *bytes,
                     size_t size);
/* Runs the handler. */
void rpc_call_handle(struct rpc_call *call);
/* Runs `ended` if it is due, and interceptors. */
void rpc_call_ended(struct rpc_call *call);

#endif
