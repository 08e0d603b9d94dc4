/* tifo.v1.History: the rows, and what its tasks share. */
#include "server/services/history.h"

#include "server/services/work.h"
#include "server/wire/check.h"

#include <stdio.h>

/* Kinds from here on tell of people. */
enum { FIRST_PRIVATE_KIND = 60 };

static void set(struct history_kinds *kinds, uint32_t kind)
{
    kinds->bits[kind / 64] |= (uint64_t)1 << kind % 64;
}

bool history_wants(const struct history_kinds *kinds, uint32_t kind)
{
    return kind < HISTORY_KINDS && kinds->bits[kind / 64] >> kind % 64 & 1;
}

static bool read_kinds(struct rpc_call *call, const uint32_t *kinds, size_t count, bool all,
                       struct history_kinds *to)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    char field[32];
    *to = (struct history_kinds){ { 0 } };
    for (uint32_t kind = 0; kind < HISTORY_KINDS && count == 0; kind++)
        if (all || kind < FIRST_PRIVATE_KIND)
            set(to, kind);
    for (size_t i = 0; i < count; i++) {
        snprintf(field, sizeof field, "kinds[%zu]", i);
        if (kinds[i] >= HISTORY_KINDS || !fact_fields((enum fact_kind)kinds[i])) {
            check_refuse(&check, field,
                         "is %u, which is no kind of fact; see Fact.what in "
                         "journal.proto",
                         kinds[i]);
        } else if (history_wants(to, kinds[i])) {
            check_refuse(&check, field, "is %u, which is there twice; name each kind once",
                         kinds[i]);
        } else if (!all && kinds[i] >= FIRST_PRIVATE_KIND) {
            refuse_call_with(call, STATUS_NOT_OPERATOR, field);
            return false;
        }
        if (refusal.status != STATUS_OK) {
            refuse_call(call, &refusal);
            return false;
        }
        set(to, kinds[i]);
    }
    return true;
}

bool history_begin(struct rpc_call *call, struct services *services, const char *venue_id,
                   const uint32_t *kinds, size_t count, struct history_kinds *to)
{
    if (!services->historian || !atomic_load(&services->attached)) {
        refuse_call_with(call, STATUS_STARTING, NULL);
        return false;
    }
    return call_venue(call, services, venue_id) &&
           read_kinds(call, kinds, count, call_is_operator(call, services), to);
}

bool history_check_times(struct rpc_call *call, int64_t from_ms, int64_t to_ms)
{
    struct refusal refusal = { .status = STATUS_OK };
    const struct check check = { .refusal = &refusal, .at = "" };
    if (from_ms < 0)
        check_refuse(&check, "from_ms", "is negative; give Unix milliseconds, or 0");
    else if (to_ms != 0 && to_ms <= from_ms)
        check_refuse(&check, "to_ms", "is not after from_ms; give a later time, or 0");
    else
        return true;
    refuse_call(call, &refusal);
    return false;
}

bool history_add(struct rpc_call *call, struct services *services, struct history_task *task)
{
    if (historian_add(services->historian, task))
        return true;
    refuse_call_with(call, STATUS_HISTORY_BUSY, NULL);
    return false;
}

void history_fail(struct rpc_call *call, const char *why)
{
    rpc_fail(call, &(struct rpc_error){ .code = RPC_DATA_LOSS,
                                        .message = why,
                                        .reason = status_reason(STATUS_JOURNAL_CORRUPT),
                                        .domain = "tifo" });
}

void history_stop(struct rpc_call *call)
{
    refuse_call_with(call, STATUS_STOPPING, NULL);
}

/* ---- Messages ---------------------------------------------------------------------------------
 */

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void release(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

ProtobufCAllocator history_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){ .alloc = allocate, .free = release, .allocator_data = arena };
}

Tifo__V1__HistoryFact *history_fact(const struct journal_row *row, struct arena *arena)
{
    ProtobufCAllocator allocator = history_allocator(arena);
    Tifo__V1__HistoryFact *to = arena_alloc(arena, sizeof *to);
    tifo__v1__history_fact__init(to);
    to->seq = row->seq;
    to->at_ms = row->time_ms;
    to->kind = row->kind;
    to->fact = tifo__v1__fact__unpack(&allocator, row->payload.size, row->payload.data);
    return to;
}

struct rpc_service history_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ListFacts", RPC_UNARY, list_facts, NULL },
        { "Replay", RPC_SERVER_SEND, replay, NULL },
        { "Summarize", RPC_UNARY, summarize, NULL },
    };
    return (struct rpc_service){ &tifo__v1__history__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
