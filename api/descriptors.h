/*
 * The contract, described by itself: a packed google.protobuf.FileDescriptorSet of all that a
 * server of ours may offer, for rpc_server_options. Made at build time (api_embed_descriptors).
 */
#ifndef API_DESCRIPTORS_H
#define API_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t api_descriptors[];
extern const size_t api_descriptors_size;

#endif
