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

/* ---- Client streams ------------------------------------------------------------------------- */

static void read_message(struct rpc_wire_call *call)
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

static void message_read(struct rpc_tag *tag, bool ok)
{
    (void)ok; /* Then there is no payload. */
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, message_read);
    if (!is_answered(call) && call->payload) {
        if (take_message(call, &call->message_arena))
            rpc_call_handle(&call->call);
        call->call.request = NULL;
        rpc_arena_reset(&call->message_arena);
        grpc_byte_buffer_destroy(call->payload);
        call->payload = NULL;
        if (!is_answered(call))
            read_message(call);
    } else if (!is_answered(call)) {
        /* gRPC says the same for "the client is done" and "the client is gone", but in the latter
         * case nothing can be sent any more. */
        grpc_op op;
        memset(&op, 0, sizeof op);
        op.op = GRPC_OP_SEND_INITIAL_METADATA;
        call->metadata_sent = true;
        call->pending++;
        rpc_core_batch(call->grpc, &op, 1, &call->end_checked);
    }
    rpc_wire_call_unpend(call);
}

static void end_checked(struct rpc_tag *tag, bool ok)
{
    struct rpc_wire_call *call = RPC_TAG_OWNER(tag, struct rpc_wire_call, end_checked);
    if (ok && !is_answered(call))
        rpc_call_handle(&call->call);
    else if (!is_answered(call))
        rpc_fail(&call->call,
                 &(struct rpc_error){ .code = RPC_CANCELLED, .message = "the client went away" });
    rpc_wire_call_unpend(call);
}

void rpc_wire_begin_client_stream(struct rpc_wire_call *call)
{
    rpc_arena_init(&call->message_arena, NULL, 0,
                   (size_t)call->wire->server->max_message_bytes * RPC_ARENA_FACTOR);
    call->message_read.done = message_read;
    call->end_checked.done = end_checked;
    rpc_wire_call_watch_close(call);
    read_message(call);
}
