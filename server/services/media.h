/* The calls of tifo.v1.Doors that are about media: rows of its table. */
#ifndef SERVICES_MEDIA_H
#define SERVICES_MEDIA_H

struct rpc_call;

void issue_medium(struct rpc_call *call, void *ctx);
void block_medium(struct rpc_call *call, void *ctx);
void return_medium(struct rpc_call *call, void *ctx);
void get_medium(struct rpc_call *call, void *ctx);

#endif
