/* What a call over HTTP/2 brings: one request, or a stream of messages. The calls thread. */
#include "api/rpc/wire_call.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <string.h>

/* Unpacks call->payload. False: the call has been failed. */
static bool take_message(struct rpc_wire_call *call, struct rpc_arena *arena)
{
    grpc_byte_buffer_reader reader;
    if (!call->payload || !grpc_byte_buffer_reader_init(&reader, call->payload)) {
        rpc_fail(&call->call,
                 &(struct rpc_error){
                     .code = RPC_INVALID_ARGUMENT,
                     .message = "the call brought no readable request; send one message" });
        return false;
    }
    grpc_slice *first;
    bool taken;
    if (!grpc_byte_buffer_reader_peek(&reader, &first)) {
        taken = rpc_call_unpack(&call->call, arena, NULL, 0);
    } else if (GRPC_SLICE_LENGTH(*first) == grpc_byte_buffer_length(call->payload)) {
        taken = rpc_call_unpack(&call->call, arena, GRPC_SLICE_START_PTR(*first),
                                GRPC_SLICE_LENGTH(*first));
    } else {
        grpc_byte_buffer_reader_destroy(&reader);
        grpc_byte_buffer_reader_init(&reader, call->payload);
        grpc_slice all = grpc_byte_buffer_reader_readall(&reader);
        taken =
            rpc_call_unpack(&call->call, arena, GRPC_SLICE_START_PTR(all), GRPC_SLICE_LENGTH(all));
        grpc_slice_unref(all);
    }
    grpc_byte_buffer_reader_destroy(&reader);
    return taken;
}

void rpc_wire_begin_unary(struct rpc_wire_call *call)
{
    if (!take_message(call, &call->call.arena))
        return;
    rpc_call_handle(&call->call);
    /* Its end comes through this thread's queue, so it is still here, answered or not. */
    rpc_wire_call_watch_close(call);
}

/* A stream's thread may end the call while the handler runs here: nothing is touched after it. */
void rpc_wire_begin_server_stream(struct rpc_wire_call *call)
{
    rpc_wire_call_watch_close(call);
    if (take_message(call, &call->call.arena))
        rpc_call_handle(&call->call);
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
