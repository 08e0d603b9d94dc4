/* Settlements: what left the accounts that take money in, and what is still there. */
#include "server/services/settlements.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

static Tifo__V1__Settlement *settlement_message(const struct stadium *stadium, uint32_t index,
                                                struct arena *arena)
{
    uint32_t count;
    const struct settlement *from = stadium_settlement(stadium, index);
    const struct event *event = &stadium_events(stadium, &count)[from->event];
    Tifo__V1__Settlement *to = arena_alloc(arena, sizeof *to);
    tifo__v1__settlement__init(to);
    to->number = from->number;
    to->account = (Tifo__V1__LedgerAccount)from->account;
    to->amount_minor = from->amount_minor;
    to->fee_minor = from->fee_minor;
    to->reference = arena_copy(arena, from->reference, sizeof from->reference);
    to->settled_ms = from->settled_ms;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->recorded_by = arena_copy(arena, from->caller, sizeof from->caller);
    to->voided = from->voided;
    to->version = from->version;
    return to;
}

/* The last that the event has: it was recorded by the command at hand. */
static uint32_t last_of(const struct stadium *stadium, uint32_t event)
{
    const struct settlement *row;
    uint32_t last = STADIUM_NONE;
    for (uint32_t i = 0; (row = stadium_settlement(stadium, i)); i++)
        if (row->event == event)
            last = i;
    return last;
}

/* ---- RecordSettlement, VoidSettlement ---------------------------------------------------------
 */

static const ProtobufCMessage *build_recorded(struct work *work, const struct app *app)
{
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!work_event(work, app, work->request.command.as.record_settlement.event, &event))
        return NULL;
    Tifo__V1__RecordSettlementResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__record_settlement_response__init(reply);
    reply->settlement = settlement_message(stadium, last_of(stadium, event), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void record_settlement(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RecordSettlementRequest *input = (const void *)rpc_request(call);
    const Tifo__V1__Settlement *from = input->settlement;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_recorded);
    struct record_settlement *ask = &work->request.command.as.record_settlement;
    const struct check top = { .refusal = &work->request.refusal, .at = "" };
    const struct check check = { .refusal = &work->request.refusal, .at = "settlement" };
    work->request.command.kind = COMMAND_RECORD_SETTLEMENT;
    if (check_id(&top, "event_id", input->event_id, &ask->event) &&
        (from || check_refuse(&top, "settlement", "is missing")) &&
        (from->settled_ms >= 0 || check_refuse(&check, "settled_ms", "is before 1970")) &&
        check_text(&check, "reference", from->reference, ask->reference, sizeof ask->reference) &&
        work_actor(work, &ask->by)) {
        ask->account = from->account ? (uint32_t)from->account : LEDGER_PROVIDER;
        ask->amount_minor = from->amount_minor;
        ask->fee_minor = from->fee_minor;
        ask->settled_ms = from->settled_ms;
        work_post(work);
    } else {
        work_refuse(work);
    }
}

static const ProtobufCMessage *build_voided(struct work *work, const struct app *app)
{
    const struct void_settlement *ask = &work->request.command.as.void_settlement;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!work_event(work, app, ask->event, &event))
        return NULL;
    Tifo__V1__VoidSettlementResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__void_settlement_response__init(reply);
    reply->settlement = settlement_message(
        stadium, stadium_settlement_find(stadium, event, ask->number), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void void_settlement(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__VoidSettlementRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_voided);
    struct void_settlement *ask = &work->request.command.as.void_settlement;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_VOID_SETTLEMENT;
    ask->number = input->number;
    work_post_if(work,
                 check_id(&check, "event_id", input->event_id, &ask->event) &&
                     check_text(&check, "reason", input->reason, ask->reason, sizeof ask->reason) &&
                     work_actor(work, &ask->by));
}

/* ---- ListSettlements --------------------------------------------------------------------------
 */

struct settlements_asked {
    struct id event;
    struct actor by;
    struct numbered_page page;
};

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct settlements_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct settlement *row;
    uint32_t event;
    bool more = false;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    Tifo__V1__ListSettlementsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_settlements_response__init(reply);
    reply->settlements = arena_array(&work->arena, asked->page.size, sizeof *reply->settlements);
    reply->unsettled = arena_array(&work->arena, LEDGER_EXTERNAL, sizeof *reply->unsettled);
    for (uint32_t i = 0; !more && (row = stadium_settlement(stadium, i)); i++) {
        if (row->event != event || row->number <= asked->page.after)
            continue;
        more = reply->n_settlements == asked->page.size;
        if (!more)
            reply->settlements[reply->n_settlements++] =
                settlement_message(stadium, i, &work->arena);
    }
    if (more) {
        reply->next_page_token =
            numbered_page_token(reply->settlements[reply->n_settlements - 1]->number, &work->arena);
    }
    for (uint32_t account = LEDGER_PROVIDER; account <= LEDGER_EXTERNAL; account++)
        if (stadium_balances(stadium, event)[account - 1].balance_minor)
            reply->unsettled[reply->n_unsettled++] =
                ledger_balance_message(stadium, event, account, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

void list_settlements(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListSettlementsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_list);
    struct settlements_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           numbered_page_read(input->page_size, input->page_token, &asked->page,
                                              &work->request.refusal) &&
                           work_actor(work, &asked->by));
}
