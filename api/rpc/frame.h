/*
 * A packed message that many may hold: encoded once, counted, never changed.
 */
#ifndef RPC_FRAME_H
#define RPC_FRAME_H

#include <protobuf-c/protobuf-c.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct rpc_frame {
    atomic_size_t holders;
    size_t size;
    uint8_t bytes[];
};

struct rpc_frame *rpc_frame_create(const ProtobufCMessage *message); /* One holder: the caller. */
struct rpc_frame *rpc_frame_copy(const uint8_t *bytes, size_t size);
struct rpc_frame *rpc_frame_hold(struct rpc_frame *frame);
void rpc_frame_release(struct rpc_frame *frame); /* NULL is accepted. */

#endif
