/*
 * What server and topics need of the memory transport. One thread uses it and the topics its calls
 * subscribe to.
 */
#ifndef RPC_MEMORY_H
#define RPC_MEMORY_H

#include "api/rpc/frame.h"
#include "api/rpc/rpc.h"

struct rpc_memory_call;
/* To the list of subscribers that begins with `first` (NULL: none). */
void rpc_memory_publish(struct rpc_memory_call *first, struct rpc_frame *frame);
/* Ends all subscribers of a topic that is closed. */
void rpc_memory_finish_all(struct rpc_topic *topic);
/* Ends those whose time is over. */
void rpc_memory_review_all(struct rpc_topic *topic, int64_t now_s);
void rpc_memory_cancel_all(struct rpc_server *server);

#endif
