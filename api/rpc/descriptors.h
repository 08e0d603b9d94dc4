/*
 * The files of a packed google.protobuf.FileDescriptorSet, found by name and by what they define.
 * Nothing is unpacked: it walks the bytes, which may be anything, and never leaves them. The set
 * stays the caller's and outlives this.
 */
#ifndef RPC_DESCRIPTORS_H
#define RPC_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the set; for texts, too: they have no NUL behind them. */
struct rpc_span {
    const uint8_t *bytes;
    size_t size;
};

struct rpc_descriptor_file {
    struct rpc_span proto; /* The packed FileDescriptorProto. */
    struct rpc_span name, package;
};

struct rpc_descriptors {
    struct rpc_descriptor_file *files;
    size_t count;
};

/* False: it is no such set; nothing is kept. */
bool rpc_descriptors_init(struct rpc_descriptors *descriptors, const uint8_t *set, size_t size);
void rpc_descriptors_fini(struct rpc_descriptors *descriptors);

/* NULL: there is none. */
const struct rpc_descriptor_file *rpc_descriptors_find_file(
    const struct rpc_descriptors *descriptors, const char *name);
/* By the full name of a service, method, message, field, oneof, extension or enum (values of enums
 * are not looked at). NULL: nothing is called so. */
const struct rpc_descriptor_file *rpc_descriptors_find_symbol(
    const struct rpc_descriptors *descriptors, const char *symbol);

/* Lists a file and all it needs, itself first, each once. `out` has room for `count` files. */
size_t rpc_descriptors_closure(const struct rpc_descriptors *descriptors,
                               const struct rpc_descriptor_file *file,
                               const struct rpc_descriptor_file **out);

#endif
