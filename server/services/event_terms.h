/* The methods of tifo.v1.Events about types of ticket and quotas, for its table. */
#ifndef SERVICES_EVENT_TERMS_H
#define SERVICES_EVENT_TERMS_H

struct rpc_call;
void add_ticket_type(struct rpc_call *call, void *ctx);
void update_ticket_type(struct rpc_call *call, void *ctx);
void add_quota(struct rpc_call *call, void *ctx);
void update_quota(struct rpc_call *call, void *ctx);

#endif
