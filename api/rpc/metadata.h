/*
 * Lists of metadata as a client keeps them.
 */
#ifndef RPC_METADATA_H
#define RPC_METADATA_H

#include "api/rpc/rpc.h"

/* Room for `count` entries, each to be set once. */
void rpc_metadata_list_init(struct rpc_metadata_list *list, size_t count);
/* Copies. */
void rpc_metadata_list_set(struct rpc_metadata_list *list, size_t at, const void *key,
                           size_t key_size, const void *value, size_t value_size);
void rpc_metadata_list_copy(struct rpc_metadata_list *list, const struct rpc_metadata_list *from);
void rpc_metadata_list_fini(struct rpc_metadata_list *list);
/* The size of an entry's value in bytes. */
size_t rpc_metadata_size(const struct rpc_metadata_entry *entry);

#endif
