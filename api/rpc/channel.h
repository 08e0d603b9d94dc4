/*
 * The client of gRPC for C. A channel is one connection, found again when the server comes back.
 * Calls may be made from any thread; blocking ones read the socket themselves, callbacks come on
 * the channel's thread and hold up its other watches while they run.
 */
#ifndef RPC_CHANNEL_H
#define RPC_CHANNEL_H

#include "api/rpc/rpc.h"

struct rpc_channel;
struct rpc_tls;

struct rpc_client_call;

/* Plain functions around every call of a channel, each attempt on its own: they add metadata,
 * count, log. Both are optional and must not block. */
struct rpc_client_interceptor {
    /* Before it is sent. */
    void (*begin)(struct rpc_client_call *call, void *ctx);
    /* It is over; in the reverse order. On the thread that waits for the call, a watch's on the
     * channel's. */
    void (*end)(const struct rpc_client_call *call, const struct rpc_outcome *outcome, void *ctx);
    void *ctx;
};
const char *rpc_client_service(const struct rpc_client_call *call); /* "tifo.v1.Venues" */
const char *rpc_client_method(const struct rpc_client_call *call);  /* "GetVenue" */
/* In `begin` only; the entry is copied. */
void rpc_client_add_metadata(struct rpc_client_call *call, const struct rpc_metadata_entry *entry);

/* Zero is a default everywhere. Times are in milliseconds, sizes in bytes; a value out of its range
 * is an error that names it. */
struct rpc_channel_options {
    const char *address;       /* "host:port", "[v6]:port", "unix:/path". */
    const struct rpc_tls *tls; /* See tls.h; NULL: plaintext. */

    /* Reaching the server, again and again: the pause after a failure grows by 1.6 from the first
     * to the last of these, 20 % more or less. */
    uint32_t backoff_min_ms;     /* 10 ms to 1 h; 0: 50. */
    uint32_t backoff_max_ms;     /* 10 ms to 24 h; 0: 1,000. */
    uint32_t connect_timeout_ms; /* For one attempt; 10 ms to 1 h; 0: 20,000. */

    /* Noticing that it is gone. Servers hang up on clients that ping too often: by default
     * more than once in 5 min. Pings are a second apart at least. */
    uint32_t keepalive_ms;         /* Silent for so long: pinged; 10 ms to 24 h; 0: never. */
    uint32_t keepalive_timeout_ms; /* No answer to that: closed; 10 ms to 1 h; 0: 20,000. */
    bool keepalive_without_calls;  /* Pings, too, when no call is under way. */

    uint32_t max_message_bytes;  /* Received; to 1 GiB; 0: 256 MiB. RESOURCE_EXHAUSTED beyond. */
    uint32_t max_send_bytes;     /* Sent, likewise; 0: no limit. */
    uint32_t max_metadata_bytes; /* All of a call's, received; 1 KiB to 1 MiB; 0: 8 KiB. */

    enum rpc_compression compression; /* Of what is sent, where a call says nothing else. */

    const struct rpc_client_interceptor
        *interceptors; /* In this order; must outlive the channel. */
    size_t interceptor_count;
    /* What calls that may be retried have in common, so that a server in trouble is not asked more
     * and more: an attempt that fails takes one token of so many, a success brings back a tenth;
     * with half of them gone nothing is retried. 1 to 1,000; 0: 10. */
    uint32_t retry_tokens;
};

/* NULL: `why` (of size >= 256) says what is wrong with the options. It does not wait for the
 * server: calls do, or do not (wait_for_ready). */
struct rpc_channel *rpc_channel_open(const struct rpc_channel_options *options, char *why,
                                     size_t why_size);
/* The same with defaults: plaintext. Cannot fail. */
struct rpc_channel *rpc_channel_create(const char *address);
/* Cancels what is live; watches and uploads still have to be destroyed or finished. NULL is
 * accepted. */
void rpc_channel_destroy(struct rpc_channel *channel);

/* Trying a unary call again, for who knows that it may be done twice. Tried again is what ended
 * with UNAVAILABLE, and with RESOURCE_EXHAUSTED if the server says when to come back. A pause is
 * what the server asks for (RetryInfo), and on top the back-off: doubled each time, and half of it
 * to all of it at random. It is not begun if it would take more than an hour, or than what is left
 * of the call's timeout, which is for all attempts together. */
struct rpc_retry {
    uint32_t attempts;       /* In all, 2 to 10; 0: 4. */
    uint32_t backoff_ms;     /* The first; to 1 h; 0: 100. */
    uint32_t backoff_max_ms; /* To 1 h; 0: 5,000. */
};

struct rpc_client_options {
    const struct rpc_metadata_entry *metadata;
    size_t metadata_count;
    int64_t timeout_ms;  /* 0: none. */
    bool wait_for_ready; /* Wait for the server to come up instead of failing with UNAVAILABLE. */
    enum rpc_compression compression; /* Of what is sent; the server has to know it. 0: the
                                         channel's. */
    const struct rpc_retry *retry;    /* NULL: never. Unary calls only: streams are not retried. */
};

/* Calls a unary method and waits. On RPC_OK *reply is the answer (free with
 * protobuf_c_message_free_unpacked); otherwise it is NULL and *status (may be NULL) says why. */
enum rpc_code rpc_unary(struct rpc_channel *channel, const ProtobufCServiceDescriptor *service,
                        const char *method, const struct rpc_client_options *options,
                        const ProtobufCMessage *request, ProtobufCMessage **reply,
                        struct rpc_status *status);

/* Server streaming: on_message for each message (only valid inside), then on_end once. If
 * rpc_watch_start() returns NULL (the service has no such method) neither is called. Both run on
 * the channel's thread. */
struct rpc_watch;
typedef void rpc_on_message(void *ctx, const ProtobufCMessage *message);
typedef void rpc_on_end(void *ctx, const struct rpc_status *status);
struct rpc_watch *rpc_watch_start(struct rpc_channel *channel,
                                  const ProtobufCServiceDescriptor *service, const char *method,
                                  const struct rpc_client_options *options,
                                  const ProtobufCMessage *request, rpc_on_message *on_message,
                                  rpc_on_end *on_end, void *ctx);
/* Cancels if it is live, waits for on_end, frees. Not from inside a callback. NULL is accepted. */
void rpc_watch_destroy(struct rpc_watch *watch);

/* Client streaming, blocking: each send waits until the transport has taken the message. */
struct rpc_upload;
struct rpc_upload *rpc_upload_start(struct rpc_channel *channel,
                                    const ProtobufCServiceDescriptor *service, const char *method,
                                    const struct rpc_client_options *options);
/* False: the call is over; finish it to hear why. */
bool rpc_upload_send(struct rpc_upload *upload, const ProtobufCMessage *message);
/* Whether what is sent from now on is compressed in the options' way; it begins with yes. */
void rpc_upload_compress(struct rpc_upload *upload, bool compresses);
void rpc_upload_cancel(struct rpc_upload *upload); /* From any thread, before the finish. */
/* Ends the sending, waits for the answer, frees the upload. As rpc_unary() otherwise. */
enum rpc_code rpc_upload_finish(struct rpc_upload *upload, ProtobufCMessage **reply,
                                struct rpc_status *status);

/* Bidirectional streaming, blocking; a server stream is read in the same way, after its one message
 * and rpc_talk_send_end(). One thread may send while another takes what comes. */
struct rpc_talk;
struct rpc_talk *rpc_talk_start(struct rpc_channel *channel,
                                const ProtobufCServiceDescriptor *service, const char *method,
                                const struct rpc_client_options *options);
/* Waits until the transport has taken the message. False: the call is over. */
bool rpc_talk_send(struct rpc_talk *talk, const ProtobufCMessage *message);
/* As rpc_upload_compress(). By the thread that sends. */
void rpc_talk_compress(struct rpc_talk *talk, bool compresses);
/* Nothing more will be sent. By the thread that sends, once. */
void rpc_talk_send_end(struct rpc_talk *talk);
/* Waits for the next message; free with protobuf_c_message_free_unpacked(). NULL: the call is over,
 * or the message cannot be read: finish it to hear why. */
ProtobufCMessage *rpc_talk_next(struct rpc_talk *talk);
/* True if the message that was taken last came compressed. By the thread that takes. */
bool rpc_talk_compressed(const struct rpc_talk *talk);
void rpc_talk_cancel(struct rpc_talk *talk); /* From any thread. */
/* When no other thread uses it: cancels unless rpc_talk_next() has answered NULL, waits for the
 * status, frees the talk. */
enum rpc_code rpc_talk_finish(struct rpc_talk *talk, struct rpc_status *status);

#endif
