/*
 * One call over HTTP/2.
 *
 *   waiting --accept--> taken --handler--> owed --answer--> answered --> over
 *
 * RECV_CLOSE tells that the client is gone, and has to complete before the call is let go. The
 * answer of a unary call takes it into its own batch (one batch for the whole call), unless it is
 * so late that a review has started it, or the call is no unary one. `close_started` decides
 * between the two, and orders what the answering thread did before what the owning thread does
 * after.
 *
 * `pending` counts the answer and every other batch under way; at zero the call is over.
 */
#ifndef RPC_WIRE_CALL_H
#define RPC_WIRE_CALL_H

#include <stdalign.h>

#include "api/rpc/call.h"
#include "api/rpc/wire.h"

/* A small call's request, and what its handler allocates, need no other memory. Of the streams of
 * topics there are many, and each keeps it as long as it lives. */
enum { RPC_WIRE_ROOM = 6 << 10, RPC_WIRE_STREAM_ROOM = 640 };

struct rpc_wire_call {
    struct rpc_call call; /* First. */
    struct rpc_wire *wire;
    const struct rpc_method_entry *waits_for; /* NULL: a seldom or an unknown method. */
    grpc_call *grpc;
    gpr_timespec deadline;
    grpc_call_details details; /* If it waited for such. */
    grpc_byte_buffer *payload;
    struct rpc_tag accepted, answer_sent, closed, message_read;
    atomic_bool close_started;
    int cancelled; /* Written by gRPC. */
    unsigned pending;
    struct rpc_arena message_arena; /* Of a stream of requests: the message at hand. */
    struct rpc_wire_bidi *bidi;     /* NULL: it does not send one by one. */

    /* While it is among the wire's unwatched calls. */
    struct rpc_wire_call *next_unwatched, *previous_unwatched;
    uint32_t unwatched_since; /* So many reviews had been. */
    bool unwatched;

    /* As a subscriber; the stream queue's thread. */
    struct rpc_stream_queue *queue;     /* NULL: not a server stream. */
    struct rpc_topic_shard *arrives_at; /* Written by who subscribes it. */
    struct rpc_topic_shard *shard;      /* NULL: not there yet, or not any more. */
    struct rpc_wire_call *next_stream, *previous_stream;
    struct rpc_tag frame_sent;
    uint64_t version; /* Sent last; 0: none. */
    uint32_t stalled; /* Reviews since the message that is under way was sent. */
    bool sending, client_gone, leaving, hung_up;

    /* Kept from call to call. */
    grpc_metadata_array metadata;
    struct rpc_wire_call *next_spare;
    alignas(max_align_t) char room[];
};

/* Lets `count` more calls of a method wait to be taken. `entry` NULL: of the seldom ones,
 * and of those that are unknown. */
void rpc_wire_call_wait(struct rpc_wire *wire, const struct rpc_method_entry *entry,
                        uint32_t count);
/* Frees a call that is over, or one of the spare ones. */
void rpc_wire_call_free(struct rpc_wire_call *call);
/* A batch has ended: the call is over when it was the last. */
void rpc_wire_call_unpend(struct rpc_wire_call *call);
grpc_byte_buffer *rpc_wire_pack(const ProtobufCMessage *message);

/* The first batch that sends something begins with the initial metadata. Metadata is held here
 * until its batch has begun. */
enum { RPC_WIRE_ENTRIES = 32 };
struct rpc_wire_entries {
    size_t count;
    grpc_metadata entries[RPC_WIRE_ENTRIES];
};
void rpc_wire_entries_init(struct rpc_wire_entries *entries, const struct rpc_entry *list);
void rpc_wire_entries_fini(struct rpc_wire_entries *entries);
/* Appends the operation, and fills `entries`, if it is due; returns the number of operations. */
size_t rpc_wire_send_headers(struct rpc_wire_call *call, grpc_op *ops, size_t count,
                             struct rpc_wire_entries *entries);
/* For GRPC_OP_SEND_MESSAGE. */
uint32_t rpc_wire_message_flags(const struct rpc_wire_call *call);
/* Ends the call from inside the transport, when nobody else will. */
void rpc_wire_call_answer(struct rpc_call *call, const ProtobufCMessage *reply,
                          const struct rpc_error *error);

/* Learns of the client's going, unless the answer's batch does so already. */
void rpc_wire_call_watch_close(struct rpc_wire_call *call);
/* The same, if it is not answered within the next two reviews (40 ms). */
void rpc_wire_call_watch_late(struct rpc_wire_call *call);
/* The done() of wire->review. */
void rpc_wire_review(struct rpc_tag *tag, bool ok);

/* In wire_request.c: a call has been taken. */
void rpc_wire_begin_unary(struct rpc_wire_call *call);
void rpc_wire_begin_server_stream(struct rpc_wire_call *call);
void rpc_wire_begin_server_send(struct rpc_wire_call *call);
void rpc_wire_begin_request_stream(struct rpc_wire_call *call);
/* Waits for the next message of a stream of requests. */
void rpc_wire_read_message(struct rpc_wire_call *call);

/* In wire_stream.c: a subscriber's client is gone. */
void rpc_wire_stream_gone(struct rpc_wire_call *call);
void rpc_wire_stream_subscribe(struct rpc_call *call, struct rpc_topic *topic);

/* In wire_bidi.c: what a call sends one by one. */
struct rpc_wire_bidi *rpc_wire_bidi_create(struct rpc_wire_call *call);
void rpc_wire_bidi_destroy(struct rpc_wire_bidi *bidi); /* NULL is accepted. */
/* Bidirectional streams. False: something is still being sent; when it is taken the next message
 * will be read. */
bool rpc_wire_bidi_may_read(struct rpc_wire_bidi *bidi);
void rpc_wire_bidi_send(struct rpc_call *call, const ProtobufCMessage *message);
void rpc_wire_bidi_answer(struct rpc_call *call, const ProtobufCMessage *reply,
                          const struct rpc_error *error);

#endif
