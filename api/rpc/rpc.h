/*
 * gRPC for C: a small runtime on gRPC C core and protobuf-c. It knows nothing of stadiums. This is
 * the server and what both sides share; the client is in channel.h.
 *
 * A server is a list of services; a service is protobuf-c's own descriptor plus one row a method:
 *
 *     static void echo(struct rpc_call *call, void *ctx)
 *     {
 *             const Echo__EchoRequest *request = (void *)rpc_request(call);
 *             Echo__EchoResponse reply = ECHO__ECHO_RESPONSE__INIT;
 *             reply.text = request->text;
 *             rpc_reply(call, &reply.base);
 *     }
 *     static const struct rpc_method methods[] = { { "Echo", RPC_UNARY, echo } };
 *     static const struct rpc_service service = { &echo__echo__descriptor, methods, 1, NULL };
 *
 * Threads. Handlers run on an rpc thread (memory transport: on the thread that calls). A call may
 * be answered from any thread, once; nothing of it may be touched after that. Handlers must not
 * block.
 *
 * Memory. Every call has an arena: the request, what rpc_alloc() hands out, and strings of metadata
 * live until the call ends. Replies are packed before rpc_reply()/rpc_topic_publish() return: they
 * stay the caller's.
 */
#ifndef RPC_RPC_H
#define RPC_RPC_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Status --------------------------------------------------------------------------------- */

/* The gRPC status codes. */
enum rpc_code {
    RPC_OK = 0,
    RPC_CANCELLED = 1,
    RPC_UNKNOWN = 2,
    RPC_INVALID_ARGUMENT = 3,
    RPC_DEADLINE_EXCEEDED = 4,
    RPC_NOT_FOUND = 5,
    RPC_ALREADY_EXISTS = 6,
    RPC_PERMISSION_DENIED = 7,
    RPC_RESOURCE_EXHAUSTED = 8,
    RPC_FAILED_PRECONDITION = 9,
    RPC_ABORTED = 10,
    RPC_OUT_OF_RANGE = 11,
    RPC_UNIMPLEMENTED = 12,
    RPC_INTERNAL = 13,
    RPC_UNAVAILABLE = 14,
    RPC_DATA_LOSS = 15,
    RPC_UNAUTHENTICATED = 16,
};

/* An error as google.rpc.Status carries it. Zero fields are left out. Strings are copied. */
struct rpc_error {
    enum rpc_code code;
    const char *message;     /* One sentence: what, where, how to mend. */
    const char *reason;      /* ErrorInfo.reason, such as "SEAT_TAKEN". */
    const char *domain;      /* ErrorInfo.domain; NULL: no ErrorInfo. */
    const char *field;       /* BadRequest: the path of the one field that is wrong; NULL: none. */
    uint32_t retry_after_ms; /* RetryInfo; 0: none. */
    /* The google.rpc.Status as rpc_error_pack() gave it, sent as it is: it was said before. NULL:
     * it is made from the fields above. */
    const uint8_t *packed;
    size_t packed_size;
};
/* The packed google.rpc.Status of an error with details (reason, field or retry), from malloc;
 * NULL: it has none. */
uint8_t *rpc_error_pack(const struct rpc_error *error, size_t *size);

/* Metadata: keys are lower case; a value is printable ASCII, or any bytes under a key that ends in
 * "-bin". */
struct rpc_metadata_entry {
    const char *key, *value; /* The value has a NUL behind it, too. */
    size_t size;             /* Of the value in bytes; 0: up to its NUL. */
};
struct rpc_metadata_list {
    struct rpc_metadata_entry *entries;
    size_t count;
};
/* The first entry of a key; NULL: absent. */
const struct rpc_metadata_entry *rpc_metadata_find(const struct rpc_metadata_list *list,
                                                   const char *key);

/* What the other side said, on a client or the memory transport. Owned by whoever received it:
 * rpc_status_fini() frees it. Zeroed is "OK, nothing said". */
struct rpc_status {
    enum rpc_code code;
    char *message; /* NULL: empty. */
    char *reason;  /* From the details; NULL: none. */
    char *domain;
    char *field;
    uint32_t retry_after_ms;
    struct rpc_metadata_list header, trailer; /* Sent before and after all messages. */
    bool compressed;                          /* The answer of a call with one came compressed. */
};
void rpc_status_fini(struct rpc_status *status);
const char *rpc_code_name(enum rpc_code code); /* "INVALID_ARGUMENT"; "UNKNOWN" for others. */

/* ---- Services ------------------------------------------------------------------------------- */

struct rpc_call;
struct rpc_tls;

/* What messages are compressed with. */
enum rpc_compression {
    RPC_COMPRESSION_DEFAULT, /* As the server's or the channel's options say; there: NONE. */
    RPC_COMPRESSION_NONE,
    RPC_COMPRESSION_DEFLATE,
    RPC_COMPRESSION_GZIP,
};

enum rpc_kind {
    RPC_UNARY,
    RPC_CLIENT_STREAM,
    RPC_SERVER_STREAM, /* Of the frames of a topic. */
    RPC_BIDI_STREAM,
    RPC_SERVER_SEND, /* A server stream with messages of its own. */
};

/* UNARY, SERVER_STREAM: called once, with the request there.
 *
 * SERVER_SEND: called with the request, and again with rpc_request() == NULL whenever all that was
 * sent with rpc_send() is taken by the transport, so a client that does not read is not written
 * for; it ends with rpc_finish() or rpc_fail(). What the request holds stays until the call ends.
 * Without having sent anything, the handler hands the call on: whoever has it sends once, then the
 * handler is asked again, or ends it. To a
 * client that is gone it is called with rpc_cancelled(): it has to end the call.
 *
 * CLIENT_STREAM: called for each message
 * (rpc_request() is that message, valid until the handler returns) and last, when the client is
 * done, with rpc_request() == NULL: then it must be answered. The next message is read after the
 * handler returns, so a slow handler slows its sender. Before that last time only the handler may
 * answer (to refuse early): a client that goes away ends the call without it.
 *
 * BIDI_STREAM: called as for CLIENT_STREAM; it sends with rpc_send(), any number of messages each
 * time, and ends with rpc_finish() or rpc_fail(). The next message is read when the handler has
 * returned and all it sent is taken by the transport, so a client that does not read is not read
 * from, and a call holds no more than what one run of its handler has sent. */
typedef void rpc_handler(struct rpc_call *call, void *ctx);

struct rpc_method {
    const char *name; /* As in the .proto. */
    enum rpc_kind kind;
    rpc_handler *handle;
    rpc_handler *ended; /* Optional: the call is over, whoever ended it; always the last word, once.
                           Only for calls that `handle` has seen. */
};

/* One row a method of the descriptor. Checked both ways at start: a row without a method, a method
 * without a row, or another streaming kind than the .proto's is a start error that names it (kinds
 * are checked where the descriptor knows them; protobuf-c's does not). */
struct rpc_service {
    const ProtobufCServiceDescriptor *descriptor;
    const struct rpc_method *methods;
    size_t method_count;
    void *ctx; /* Handed to every handler. */
};

/* ---- A call, seen by its handler --------------------------------------------------------------
 */

const ProtobufCMessage *rpc_request(const struct rpc_call *call);
/* "/tifo.v1.Venues/GetVenue"; what the client asked for, also if there is no such method. */
const char *rpc_method_path(const struct rpc_call *call);
const char *rpc_peer(const struct rpc_call *call); /* "ipv4:127.0.0.1:5000"; memory: "memory" */
/* Whether the client has shown a certificate, which the server's CA has signed. */
bool rpc_peer_is_certified(const struct rpc_call *call);
/* Whom that certificate names: the subject's common name, or else the first alternative name. NULL:
 * a client without a certificate (no mTLS, memory), or one that names nobody. */
const char *rpc_peer_identity(const struct rpc_call *call);
/* When that certificate ends, Unix seconds; 0: there is none. */
int64_t rpc_peer_expires_s(const struct rpc_call *call);
/* The certificate's alternative names (DNS names, URIs, addresses), one by one; NULL: no more. */
const char *rpc_peer_alternative_name(const struct rpc_call *call, size_t index);
/* Value of a metadata key (lower case) the client sent; NULL: absent. */
const char *rpc_metadata(const struct rpc_call *call, const char *key);
/* The same with its size in bytes, for keys that end in "-bin". */
const void *rpc_metadata_bytes(const struct rpc_call *call, const char *key, size_t *size);
/* True if the message at hand came compressed. */
bool rpc_request_compressed(const struct rpc_call *call);
/* Milliseconds left until the client's deadline; INT64_MAX: none; 0: over. */
int64_t rpc_deadline_left_ms(const struct rpc_call *call);
/* True once the client is gone (cancelled, deadline, connection lost). A hint: it may turn true any
 * time, and does so some 40 ms late for a unary call. */
bool rpc_cancelled(const struct rpc_call *call);
/* From the call's arena, zeroed, aligned for any type; freed when the call ends. Handler thread
 * only. */
void *rpc_alloc(struct rpc_call *call, size_t size);
/* A place for the service's own state of a call, such as what a client stream has counted. */
void **rpc_slot(struct rpc_call *call);

/* Adds initial metadata; before the first message and the answer. At most 31. */
void rpc_header(struct rpc_call *call, const char *key, const char *value);
void rpc_header_bytes(struct rpc_call *call, const char *key, const void *value, size_t size);
/* Adds trailing metadata; before the answer. At most 31. */
void rpc_trailer(struct rpc_call *call, const char *key, const char *value);
void rpc_trailer_bytes(struct rpc_call *call, const char *key, const void *value, size_t size);
/* How messages are compressed from now on, instead of as the server's options say. A call keeps the
 * first way that is not NONE, announced with its first message: one that begins with NONE alone
 * stays so. A client that does not take it (grpc-accept-encoding) gets the other way, or none; so
 * does a message that would not shrink. A topic's frames go as they are. */
void rpc_compress(struct rpc_call *call, enum rpc_compression compression);
/* The answer of a unary or client-streaming call. */
void rpc_reply(struct rpc_call *call, const ProtobufCMessage *reply);
/* The same with the packed bytes of a reply, for those who keep answers. */
void rpc_reply_packed(struct rpc_call *call, const uint8_t *reply, size_t size);
/* Between the two, what this thread answers may wait, so that many answers leave as few packets. For
 * a moment: whoever was answered first waits for the last. They do not nest; to uncork what is not
 * corked does nothing. The program's sendmsg() is theirs (cork.c). */
void rpc_cork(void);
void rpc_uncork(void);
/* Ends any call with an error. */
void rpc_fail(struct rpc_call *call, const struct rpc_error *error);
/* BIDI_STREAM, SERVER_SEND: queues a message behind those sent before; it is packed at once and
 * stays the caller's. By the handler, and after its last time (rpc_request() == NULL) by whoever
 * owes the end; not after the end. To a client that is gone it does nothing. */
void rpc_send(struct rpc_call *call, const ProtobufCMessage *message);
/* Ends a server stream or a bidirectional one with OK, after what was sent. */
void rpc_finish(struct rpc_call *call);

/* ---- Topics: one message for many streams -----------------------------------------------------
 */

/*
 * A topic carries whole-state messages to any number of server streams: the frame is encoded once
 * and its bytes are shared by all subscribers. A subscriber that is still busy with an older frame
 * skips to the newest when it is ready (conflation), so a slow reader costs one frame of memory and
 * sees no old news. Any thread may publish; sends are made by the rpc thread that owns the stream.
 */
struct rpc_topic;
struct rpc_server;
/* Destroy it before its server. A stream may be asked for as soon as the server serves, so before
 * the topic is there: its handler refuses then (UNAVAILABLE). */
struct rpc_topic *rpc_topic_create(struct rpc_server *server);
/* Its streams end with OK; those that a drain has ended before have heard UNAVAILABLE. NULL is
 * accepted. */
void rpc_topic_destroy(struct rpc_topic *topic);
/* Packs `message` once and hands it to every subscriber. It is also what new subscribers get first.
 */
void rpc_topic_publish(struct rpc_topic *topic, const ProtobufCMessage *message);
/* The same for state that is large and changes little: whoever has been sent the frame before gets
 * `change`, whoever has not (new, or too slow for it) gets `whole`. NULL: all get `whole`. */
void rpc_topic_publish_change(struct rpc_topic *topic, const ProtobufCMessage *change,
                              const ProtobufCMessage *whole);
/* Makes the (server-streaming) call a subscriber; the last published frame, if any, goes out at
 * once. It counts as the call's answer: from any thread, once, instead of rpc_fail()/rpc_finish().
 */
void rpc_topic_subscribe(struct rpc_topic *topic, struct rpc_call *call);
size_t rpc_topic_subscribers(const struct rpc_topic *topic);

/*
 * A topic with a history numbers its states and keeps its last changes. Changes are such that two
 * of them written one behind the other are one change (protobuf merges them: rows follow each
 * other), so a slow subscriber is sent all that it missed as one message, made of the bytes that
 * the others were sent and a few of its own behind them, which say where it begins. What is done
 * for a slow one:
 *
 *   1. conflate: while a message is under way nothing is sent; then one message leads to the
 * newest;
 *   2. skip: with more missed than is kept, or than the whole state has bytes, that message is the
 *      whole (its `from_field` is 0);
 *   3. disconnect: after `patience` reviews in a row with the same message still under way the
 * stream ends with `too_slow`, of which it hears code and message.
 */
struct rpc_topic_options {
    uint32_t history;     /* Changes kept, to 256; 0: a topic without, all else is unused. */
    size_t history_bytes; /* Of all of them; 0: endless. */
    uint32_t from_field, to_field; /* uint64 fields of the message: it covers (from, to]. */
    uint32_t patience;             /* 0: endless. */
    const struct rpc_error *too_slow, *expired; /* Outlive the topic; NULL: endless. */
};
struct rpc_topic *rpc_topic_create_with(struct rpc_server *server,
                                        const struct rpc_topic_options *options);

/* The next state, packed by the caller; copied. `from` is where the update before went to. */
struct rpc_packed_update {
    uint64_t from, to;     /* Also in the messages: `from_field` of `whole` is 0. */
    const uint8_t *change; /* NULL: all get `whole`. */
    size_t change_size;
    const uint8_t *whole;
    size_t whole_size;
};
void rpc_topic_publish_packed(struct rpc_topic *topic, const struct rpc_packed_update *update);

/* What a subscriber asks for; pointers outlive the topic. */
struct rpc_subscription {
    bool resumes; /* It has all up to `after`, and wants what follows. */
    uint64_t after;
    /* Packed fields that are its own, up to 16 bytes, at the end of its first message: of one that
     * continues where it was (if there is nothing new it is empty and comes at once), and of one
     * that is the whole. */
    const uint8_t *recovered, *not_recovered;
    size_t recovered_size, not_recovered_size;
    int64_t expires_s; /* Unix time; the first review after it ends the stream with `expired`. 0:
                          never. */
};
/* As rpc_topic_subscribe(), of a topic with a history that has published something. */
void rpc_topic_follow(struct rpc_topic *topic, struct rpc_call *call,
                      const struct rpc_subscription *subscription);
/* Looks after all subscribers: call it every so often, from any thread (memory: from its own). */
void rpc_topic_review(struct rpc_topic *topic, int64_t now_s);

/* ---- Server --------------------------------------------------------------------------------- */

/* How a call ended, for interceptors of both sides. */
struct rpc_outcome {
    enum rpc_code code;  /* What the client heard; CANCELLED or DEADLINE_EXCEEDED: it left. */
    const char *message; /* NULL: none. Valid inside. */
    uint64_t duration_ns;
};

/* Plain functions around every call, those of health, reflection and unknown methods included: they
 * log, count, let in or refuse. Both are optional and must not block. */
struct rpc_interceptor {
    /* Before the handler, and before the request is unpacked: asks for method, metadata and peer.
     * True: the call goes on. False: it is refused, with an rpc_fail() of its own. */
    bool (*begin)(struct rpc_call *call, void *ctx);
    /* The call is over; in the reverse order, and only if `begin` has seen it. On the thread that
     * owned the call: for streams of topics a stream queue's, so several may run at once. */
    void (*end)(const struct rpc_call *call, const struct rpc_outcome *outcome, void *ctx);
    void *ctx;
};

/* Zero is a default everywhere. Times are in milliseconds, sizes in bytes; a value out of its range
 * is a start error that names it. */
struct rpc_server_options {
    const char *address;       /* "127.0.0.1:0" takes a free port. NULL: memory transport only. */
    const struct rpc_tls *tls; /* See tls.h; NULL: plaintext. */
    const struct rpc_service *const *services; /* NULL-ended; must outlive the server. */
    /* A packed google.protobuf.FileDescriptorSet, as protoc --include_imports --descriptor_set_out
     * writes it, for grpc.reflection.v1 and v1alpha; must outlive the server. NULL: no reflection.
     */
    const uint8_t *descriptors;
    size_t descriptors_size;
    const struct rpc_interceptor *interceptors; /* In this order; must outlive the server. */
    size_t interceptor_count;
    /* Unary methods that are called often, as "/package.Service/Method", NULL-ended; must outlive
     * the server. The others are found by their path: a call of theirs costs a little more, and
     * each connection takes 128 bytes less for each of them. NULL: all are. */
    const char *const *often;
    uint32_t unary_slots;   /* Calls of each method that wait to be taken, to 1,024; 0: 128. */
    uint32_t stream_queues; /* Threads for server streams, to 256; 0: 1. */
    enum rpc_compression compression; /* Of what is sent. */

    /* What one client may ask for. */
    uint32_t max_streams; /* Calls at a time on a connection, to 1,000,000; 0: 1,000. */
    /* Of a message received, and decompressed; to 1 GiB; 0: 4 MiB. RESOURCE_EXHAUSTED beyond. */
    uint32_t max_message_bytes;
    uint32_t max_send_bytes;     /* Sent, likewise; 0: no limit. */
    uint32_t max_metadata_bytes; /* All of a call's, received; 1 KiB to 1 MiB; 0: 8 KiB. */
    /* For all connections and the messages that come on them; beyond it calls and connections are
     * refused until there is room: 4 clients with 1,000 calls each that never end their messages
     * would take 16 GiB. When the process grows by half of it within ten seconds, whoever has
     * sent most for what they were answered is hung up on. 0: 1 GiB. */
    size_t max_memory_bytes;

    /* Connections that are dead, slow or a burden. */
    uint32_t handshake_timeout_ms; /* For TLS and HTTP/2 to begin; 10 ms to 1 h; 0: 10,000. */
    uint32_t keepalive_ms;         /* Silent for so long: it is pinged; 10 ms to 24 h; 0: 2 h. */
    uint32_t keepalive_timeout_ms; /* No answer to that: it is closed; 10 ms to 1 h; 0: 20,000. */
    /* A client that pings more often, with nothing else to say, is told so (GOAWAY,
     * "too_many_pings") and hung up on; 10 ms to 24 h; 0: 5 min. */
    uint32_t min_ping_ms;
    uint32_t max_idle_ms; /* Without a call for so long: closed; 10 ms to 24 h; 0: never. */
    /* So old (10 % more or less): it takes no new calls, its client makes another connection; 10 ms
     * to 24 h; 0: never. Calls under way then have so long to end; 10 ms to 24 h; 0: no limit. */
    uint32_t max_age_ms, max_age_grace_ms;
};

/* Creates and starts it: on return it serves. On failure NULL, and `why` (of size >= 256) says what
 * is wrong and how to mend it. grpc.health.v1.Health, reflection if there are descriptors, and, for
 * every unknown method, UNIMPLEMENTED are built in. */
struct rpc_server *rpc_server_create(const struct rpc_server_options *options, char *why,
                                     size_t why_size);
uint16_t rpc_server_port(const struct rpc_server *server); /* 0: memory transport only. */
/* What grpc.health.v1 says of the server (the empty name) and of all its services. All start as
 * NOT_SERVING, and are so again from the beginning of a drain. */
void rpc_server_set_serving(struct rpc_server *server, bool serving);
/* Of one service by its full name, such as "tifo.v1.Venues", or of the server alone (""). False:
 * there is no such service. */
bool rpc_server_set_service_serving(struct rpc_server *server, const char *service, bool serving);
/* Graceful: refuses new calls (UNAVAILABLE), lets those under way end, cancels what is left after
 * `grace_ms`, ends topics' streams at once (UNAVAILABLE, so that nobody takes the end of the server
 * for the end of what is watched); unless `grace_ms` is 0 it goes on refusing until nobody has
 * called for 100 ms, for a second at most. Blocks until all are over; afterwards nobody may touch a
 * call. Not from an rpc thread; and while it blocks somebody has to give the answers that are still
 * owed, or they are given up after `grace_ms`. */
void rpc_server_drain(struct rpc_server *server, uint32_t grace_ms);
void rpc_server_destroy(
    struct rpc_server *server); /* Drains first if nobody did. NULL is accepted. */

/* Counters since the start, for metrics and tests. */
struct rpc_server_stats {
    uint64_t calls_started, calls_ended, calls_live, frames_sent, frames_conflated, unimplemented;
};
void rpc_server_stats(const struct rpc_server *server, struct rpc_server_stats *out);

/* ---- Memory transport: the same services without a socket, on the calling thread ----------------
 */

/* Starts a call of `path` and hands it the packed and unpacked-again request, as the wire would.
 * The handler runs inside. What streams send queues up without a limit and is taken with
 * rpc_memory_next(). */
struct rpc_memory_call *rpc_memory_start(struct rpc_server *server, const char *path,
                                         const struct rpc_metadata_entry *metadata,
                                         size_t metadata_count, const ProtobufCMessage *request);
/* Client and bidirectional streams: a further message; NULL ends the sending. */
void rpc_memory_send(struct rpc_memory_call *call, const ProtobufCMessage *message);
/* The next message for the client, or NULL when there is none yet. Free with
 * protobuf_c_message_free_unpacked(m, NULL). */
ProtobufCMessage *rpc_memory_next(struct rpc_memory_call *call);
/* True when the call has ended; then *status (may be NULL) is filled. */
bool rpc_memory_ended(struct rpc_memory_call *call, struct rpc_status *status);
void rpc_memory_cancel(struct rpc_memory_call *call);
/* Cancels it if it is live. */
void rpc_memory_destroy(struct rpc_memory_call *call);

#endif
