/* Methods of tifo.v1.Ledger, for its table. */
#ifndef SERVICES_SETTLEMENTS_H
#define SERVICES_SETTLEMENTS_H

#include "server/core/stadium.h"
#include "tifo/v1/ledger.pb-c.h"

struct rpc_call;
void record_settlement(struct rpc_call *call, void *ctx);
void void_settlement(struct rpc_call *call, void *ctx);
void list_settlements(struct rpc_call *call, void *ctx);

/* ledger.c: an account of an event, in the arena. */
Tifo__V1__LedgerBalance *ledger_balance_message(const struct stadium *stadium, uint32_t event,
                                                uint32_t account, struct arena *arena);

#endif
