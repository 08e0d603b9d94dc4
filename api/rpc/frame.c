#include "api/rpc/frame.h"

#include <stdlib.h>

#include "api/rpc/arena.h"

struct rpc_frame *rpc_frame_create(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    struct rpc_frame *frame = rpc_new(sizeof *frame + size);
    atomic_init(&frame->holders, 1);
    frame->size = size;
    protobuf_c_message_pack(message, frame->bytes);
    return frame;
}

struct rpc_frame *rpc_frame_hold(struct rpc_frame *frame)
{
    atomic_fetch_add_explicit(&frame->holders, 1, memory_order_relaxed);
    return frame;
}

void rpc_frame_release(struct rpc_frame *frame)
{
    if (frame && atomic_fetch_sub_explicit(&frame->holders, 1, memory_order_acq_rel) == 1)
        free(frame);
}
