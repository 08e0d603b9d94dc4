/* What the tasks of tifo.v1.History share. Each is a file: list.c, replay.c, summary.c. */
#ifndef SERVICES_HISTORY_H
#define SERVICES_HISTORY_H

#include "server/history/historian.h"
#include "server/services/services.h"
#include "tifo/v1/history.pb-c.h"

/* Kinds of facts, a bit each. */
enum { HISTORY_KINDS = 1024 };
struct history_kinds {
    uint64_t bits[HISTORY_KINDS / 64];
};
bool history_wants(const struct history_kinds *kinds, uint32_t kind);

/* What a call begins with: false, and it has been refused, unless there is a history, the venue is
 * this one, and the caller may see the kinds. */
bool history_begin(struct rpc_call *call, struct services *services, const char *venue_id,
                   const uint32_t *kinds, size_t count, struct history_kinds *to);
/* From the first to before the second; `to_ms` 0: no end. False: refused. */
bool history_check_times(struct rpc_call *call, int64_t from_ms, int64_t to_ms);
/* Hands the task on; refused when there are too many. */
bool history_add(struct rpc_call *call, struct services *services, struct history_task *task);

/* The row as a message, in the arena. */
Tifo__V1__HistoryFact *history_fact(const struct journal_row *row, struct arena *arena);
ProtobufCAllocator history_allocator(struct arena *arena);

/* Handlers. */
void list_facts(struct rpc_call *call, void *ctx);
void replay(struct rpc_call *call, void *ctx);
void summarize(struct rpc_call *call, void *ctx);

/* The journal cannot be read. */
void history_fail(struct rpc_call *call, const char *why);
/* The server closes. */
void history_stop(struct rpc_call *call);

#endif
