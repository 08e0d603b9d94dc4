/* What a call over HTTP/2 brings: one request, or a stream of messages. The calls thread. */
#include "api/rpc/wire_call.h"

#include <grpc/byte_buffer.h>
#include <stdio.h>
#include <string.h>

#include "api/rpc/payload.h"

static void refuse_payload(struct rpc_wire_call *call, enum rpc_payload_fault fault)
{
    char message[160];
    if (fault == RPC_PAYLOAD_TOO_LARGE) {
        snprintf(message, sizeof message,
                 "the request decompresses to more than %u bytes; send less at a time",
                 (unsigned)call->wire->server->max_message_bytes);
        rpc_fail(&call->call,
                 &(struct rpc_error){ .code = RPC_RESOURCE_EXHAUSTED, .message = message });
        return;
    }
    rpc_fail(&call->call,
             &(struct rpc_error){
                 .code = RPC_INVALID_ARGUMENT,
                 .message = fault == RPC_PAYLOAD_ABSENT
                                ? "the call brought no readable request; send one message"
                                : "the request is not compressed as grpc-encoding says" });
}

/* Unpacks call->payload. False: the call has been failed. */
static bool take_message(struct rpc_wire_call *call, struct rpc_arena *arena)
{
    struct rpc_payload payload;
    enum rpc_payload_fault fault =
        rpc_payload_open(&payload, call->payload, call->wire->server->max_message_bytes);
    call->call.compressed = payload.compressed;
    bool taken = fault == RPC_PAYLOAD_GOOD &&
                 rpc_call_unpack(&call->call, arena, payload.bytes, payload.size);
    if (fault != RPC_PAYLOAD_GOOD)
        refuse_payload(call, fault);
    rpc_payload_close(&payload);
    return taken;
}

void rpc_wire_begin_unary(struct rpc_wire_call *call)
{
    if (!take_message(call, &call->call.arena))
        return;
    rpc_call_handle(&call->call);
    /* Its end comes through this thread's queue, so it is still here, answered or not. */
    rpc_wire_call_watch_late(call);
}

/* A stream's thread may end the call while the handler runs here: nothing is touched after it. */
void rpc_wire_begin_server_stream(struct rpc_wire_call *call)
{
    rpc_wire_call_watch_close(call);
    if (take_message(call, &call->call.arena))
        rpc_call_handle(&call->call);
}

/* All of it happens on this thread: the call is still here when the handler returns. */
void rpc_wire_begin_server_send(struct rpc_wire_call *call)
{
    rpc_wire_call_watch_close(call);
    if (take_message(call, &call->call.arena))
        rpc_call_handle(&call->call);
    call->call.request = NULL;
}

/* ---- Streams of requests -------------------------------------------------------------------- */

void rpc_wire_read_message(struct rpc_wire_call *call)
{
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &call->payload;
    call->pending++;
    rpc_core_batch(call->grpc, &op, 1, &call->message_read);
}

static bool is_answered(struct rpc_wire_call *call)
{
    return atomic_load_explicit(&call->call.answered, memory_order_acquire);
}

static void handle_message(struct rpc_wire_call *call)
{
    if (take_message(call, &call->message_arena))
        rpc_call_handle(&call->call);
    call->call.request = NULL;
    rpc_arena_reset(&call->message_arena);
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    if (!is_answered(call) && (!call->bidi || rpc_wire_bidi_may_read(call->bidi)))
        rpc_wire_read_message(call);
}

/* Without a payload the client is done, or gone: then the reading failed, at once if it was gone
 * before, and otherwise in a way that gRPC tells only here. */
static void message_read(struct rpc_tag *tag, bool ok)
{
    static const struct rpc_error gone = { .code = RPC_CANCELLED,
                                           .message = "the client went away" };
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, message_read);
    if (is_answered(call))
        ;
    else if (call->payload)
        handle_message(call);
    else if (!ok || grpc_call_failed_before_recv_message(call->grpc))
        rpc_fail(&call->call, &gone);
    else
        rpc_call_handle(&call->call);
    rpc_wire_call_unpend(call);
}

void rpc_wire_begin_request_stream(struct rpc_wire_call *call)
{
    rpc_arena_init(&call->message_arena, NULL, 0,
                   (size_t)call->wire->server->max_message_bytes * RPC_ARENA_FACTOR);
    call->message_read.done = message_read;
    rpc_wire_call_watch_close(call);
    rpc_wire_read_message(call);
}
