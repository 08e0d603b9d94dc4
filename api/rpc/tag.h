/*
 * What is started on gRPC names a tag; the thread of the completion queue calls its done().
 */
#ifndef RPC_TAG_H
#define RPC_TAG_H

#include <stdbool.h>
#include <stddef.h>

struct rpc_tag {
    void (*done)(struct rpc_tag *tag, bool ok);
};

/* The struct of type `type` whose member `member` `tag` points to. */
#define RPC_TAG_OWNER(tag, type, member) ((type *)(void *)((char *)(tag)-offsetof(type, member)))

#endif
