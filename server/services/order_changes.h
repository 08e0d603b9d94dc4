/* Methods of tifo.v1.Orders that change what was bought. */
#ifndef SERVICES_ORDER_CHANGES_H
#define SERVICES_ORDER_CHANGES_H

#include "server/services/work.h"

void quote_cancellation(struct rpc_call *call, void *ctx);
void cancel_order(struct rpc_call *call, void *ctx);
void approve_order(struct rpc_call *call, void *ctx);
void reject_order(struct rpc_call *call, void *ctx);
void exchange_lines(struct rpc_call *call, void *ctx);

/* orders.c: copies a token that the provider knows, or none; false: it refused. */
bool services_token(struct work *work, const char *token, char to[PAYMENT_TOKEN_BYTES + 1]);

/* orders.c: whether an order is theirs to see: its owner's, or the organiser's. */
bool services_may_see(const struct stadium *stadium, const struct order *order,
                      const struct actor *by);

#endif
