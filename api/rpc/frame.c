#include "api/rpc/frame.h"

#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"

static struct rpc_frame *create(size_t size)
{
    struct rpc_frame *frame = rpc_new(sizeof *frame + size);
    atomic_init(&frame->holders, 1);
    frame->size = size;
    return frame;
}

struct rpc_frame *rpc_frame_create(const ProtobufCMessage *message)
{
    struct rpc_frame *frame = create(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, frame->bytes);
    return frame;
}

struct rpc_frame *rpc_frame_copy(const uint8_t *bytes, size_t size)
{
    struct rpc_frame *frame = create(size);
    memcpy(frame->bytes, bytes, size);
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
