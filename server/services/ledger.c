/* tifo.v1.Ledger: the books. */
#include "server/services/ledger_entries.h"
#include "server/services/page.h"
#include "server/services/settlements.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "tifo/v1/ledger.pb-c.h"

Tifo__V1__LedgerBalance *ledger_balance_message(const struct stadium *stadium, uint32_t index,
                                                uint32_t account, struct arena *arena)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[index];
    const struct ledger_balance *row = &stadium_balances(stadium, index)[account - 1];
    Tifo__V1__LedgerBalance *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ledger_balance__init(to);
    to->event_id = wire_id_text(event->id, arena);
    to->account = (Tifo__V1__LedgerAccount)account;
    to->balance_minor = row->balance_minor;
    to->entries = row->entries;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    return to;
}

/* ---- ListLedger -------------------------------------------------------------------------------
 */

struct ledger_asked {
    struct page page;
    struct id event; /* None: all that are theirs. */
    struct actor by;
};

static void add_event(const struct stadium *stadium, uint32_t index, struct arena *arena,
                      Tifo__V1__ListLedgerResponse *reply)
{
    for (uint32_t account = 1; account <= LEDGER_ACCOUNTS; account++) {
        if (stadium_balances(stadium, index)[account - 1].entries)
            reply->balances[reply->n_balances++] =
                ledger_balance_message(stadium, index, account, arena);
    }
}

static const ProtobufCMessage *build_ledger(struct work *work, const struct app *app)
{
    const struct ledger_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t count, next = 0, end;
    const struct event *events = stadium_events(stadium, &count);
    const struct event *only = stadium_event_find(stadium, asked->event);
    const struct event *last = stadium_event_find(stadium, asked->page.after);
    if (!id_is_none(asked->event) && !only)
        return work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    if (only && !stadium_is_organiser(stadium, (uint32_t)(only - events), &asked->by))
        return work_deny(work, STATUS_NOT_ORGANISER, "event_id");
    if (!id_is_none(asked->page.after) && !last)
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    next = only ? (uint32_t)(only - events) : last ? (uint32_t)(last - events) + 1 : 0;
    end = only ? next + 1 : count - next > asked->page.size ? next + asked->page.size : count;
    Tifo__V1__ListLedgerResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_ledger_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->balances =
        arena_array(&work->arena, (size_t)(end - next) * LEDGER_ACCOUNTS, sizeof *reply->balances);
    for (; next < end; next++) {
        if (stadium_is_organiser(stadium, next, &asked->by))
            add_event(stadium, next, &work->arena, reply);
    }
    if (!only && end < count)
        reply->next_page_token = wire_id_text(events[end - 1].id, &work->arena);
    return &reply->base;
}

static void list_ledger(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListLedgerRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_ledger);
    struct ledger_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->asked = asked;
    work_post_if(work, work_actor(work, &asked->by) &&
                           page_read(input->page_size, input->page_token, &asked->page,
                                     &work->request.refusal) &&
                           (input->event_id[0] == 0 ||
                            check_id(&check, "event_id", input->event_id, &asked->event)));
}

/* ---- GetBalance -------------------------------------------------------------------------------
 */

struct balance_asked {
    struct id event;
    uint32_t account;
    struct actor by;
};

static const ProtobufCMessage *build_balance(struct work *work, const struct app *app)
{
    const struct balance_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t index;
    if (!work_own_event(work, app, asked->event, &asked->by, &index))
        return NULL;
    Tifo__V1__GetBalanceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_balance_response__init(reply);
    reply->balance = ledger_balance_message(stadium, index, asked->account, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_balance(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetBalanceRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_balance);
    struct balance_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    asked->account = (uint32_t)input->account;
    work->asked = asked;
    if ((asked->account >= 1 && asked->account <= LEDGER_ACCOUNTS
             ? true
             : check_refuse(&check, "account", "is none; they are numbered from 1 to %d",
                            LEDGER_ACCOUNTS)) &&
        check_id(&check, "event_id", input->event_id, &asked->event) &&
        work_actor(work, &asked->by))
        work_post(work);
    else
        work_refuse(work);
}

struct rpc_service ledger_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ListLedger", RPC_UNARY, list_ledger, NULL },
        { "GetBalance", RPC_UNARY, get_balance, NULL },
        { "ListEntries", RPC_UNARY, list_entries, NULL },
        { "RecordSettlement", RPC_UNARY, record_settlement, NULL },
        { "VoidSettlement", RPC_UNARY, void_settlement, NULL },
        { "ListSettlements", RPC_UNARY, list_settlements, NULL },
    };
    return (struct rpc_service){ &tifo__v1__ledger__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
