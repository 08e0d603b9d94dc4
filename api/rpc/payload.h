/*
 * The bytes of a message that has come, decompressed. gRPC's own decompressing is switched off: it
 * knows no bound, so four megabytes could become four gigabytes, and it does not tell whether a
 * message came compressed.
 */
#ifndef RPC_PAYLOAD_H
#define RPC_PAYLOAD_H

#include <grpc/grpc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rpc_payload_fault {
    RPC_PAYLOAD_GOOD,
    RPC_PAYLOAD_ABSENT,    /* There is no message. */
    RPC_PAYLOAD_GARBLED,   /* It is not what its encoding says. */
    RPC_PAYLOAD_TOO_LARGE, /* It decompresses to more than it may. */
};

struct rpc_payload {
    const uint8_t *bytes;
    size_t size;
    bool compressed;   /* As it came. */
    grpc_slice whole;  /* Holds what lay in several slices. */
    uint8_t *inflated; /* What was decompressed, from malloc. */
};

/* Valid while the buffer (may be NULL) is, until rpc_payload_close(), which is due in any case. */
enum rpc_payload_fault rpc_payload_open(struct rpc_payload *payload, grpc_byte_buffer *buffer,
                                        size_t limit_bytes);
void rpc_payload_close(struct rpc_payload *payload);

#endif
