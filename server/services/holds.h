/* The methods of tifo.v1.Seats about holds, for its table. */
#ifndef SERVICES_HOLDS_H
#define SERVICES_HOLDS_H

struct rpc_call;
void hold_seats(struct rpc_call *call, void *ctx);
void release_hold(struct rpc_call *call, void *ctx);
void change_hold(struct rpc_call *call, void *ctx);
void extend_hold(struct rpc_call *call, void *ctx);
void set_buyer(struct rpc_call *call, void *ctx);
void get_hold(struct rpc_call *call, void *ctx);
void list_holds(struct rpc_call *call, void *ctx);

#endif
