/* A method of tifo.v1.Ledger, for its table. */
#ifndef SERVICES_LEDGER_ENTRIES_H
#define SERVICES_LEDGER_ENTRIES_H

struct rpc_call;
void list_entries(struct rpc_call *call, void *ctx);

#endif
