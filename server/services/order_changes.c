/* tifo.v1.Orders: tickets that are given back or exchanged, and orders that are approved. */
#include "server/services/order_changes.h"

#include "server/wire/id.h"
#include "server/wire/order.h"
#include "server/wire/terms.h"

/* ---- QuoteCancellation ------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_quote(struct work *work, const struct app *app)
{
    const struct cancel_order *ask = work->asked;
    struct cancellation quote;
    if (stadium_quote_cancellation(app_stadium(app), ask, app_now_ms(app), &quote,
                                   &work->request.refusal) != STATUS_OK)
        return NULL;
    Tifo__V1__QuoteCancellationResponse *reply =
        wire_cancellation(app_stadium(app), &quote, ask->cause, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

void quote_cancellation(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__QuoteCancellationRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_quote);
    struct cancel_order *ask = rpc_alloc(call, sizeof *ask);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    *ask = (struct cancel_order){
        .cause = input->by_organiser ? POLICY_BY_ORGANISER : POLICY_BY_OWNER,
        .lines = { input->lines, (uint32_t)input->n_lines },
    };
    work->asked = ask;
    work_post_if(work, check_id(&check, "order_id", input->order_id, &ask->order) &&
                           work_actor(work, &ask->by));
}

/* ---- CancelOrder ------------------------------------------------------------------------------
 */

static Tifo__V1__Order *order_now(struct work *work, const struct app *app, struct id id)
{
    const struct stadium *stadium = app_stadium(app);
    return wire_order(stadium, stadium_order_find(stadium, id), &work->arena);
}

static const ProtobufCMessage *build_cancelled(struct work *work, const struct app *app)
{
    Tifo__V1__CancelOrderResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__cancel_order_response__init(reply);
    reply->order = order_now(work, app, work->request.command.as.cancel_order.order);
    reply->seq = work->request.seq;
    return &reply->base;
}

void cancel_order(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__CancelOrderRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_cancelled);
    struct cancel_order *ask = &work->request.command.as.cancel_order;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_CANCEL_ORDER;
    ask->version = input->version;
    ask->cause = input->by_organiser ? POLICY_BY_ORGANISER : POLICY_BY_OWNER;
    ask->lines = (struct u32s){ input->lines, (uint32_t)input->n_lines };
    ask->is_quoted = input->quoted_case == TIFO__V1__CANCEL_ORDER_REQUEST__QUOTED_REFUND_MINOR;
    ask->quoted_minor = ask->is_quoted ? input->refund_minor : 0;
    work_post_if(work,
                 check_id(&check, "order_id", input->order_id, &ask->order) &&
                     check_text(&check, "reason", input->reason, ask->reason, sizeof ask->reason) &&
                     work_actor(work, &ask->by));
}

/* ---- ApproveOrder, RejectOrder ----------------------------------------------------------------
 */

static const ProtobufCMessage *build_approved(struct work *work, const struct app *app)
{
    Tifo__V1__ApproveOrderResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__approve_order_response__init(reply);
    reply->order = order_now(work, app, work->request.command.as.approve_order.order);
    reply->seq = work->request.seq;
    return &reply->base;
}

void approve_order(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ApproveOrderRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_approved);
    struct approve_order *ask = &work->request.command.as.approve_order;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_APPROVE_ORDER;
    ask->version = input->version;
    work_post_if(work, check_id(&check, "order_id", input->order_id, &ask->order) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_rejected(struct work *work, const struct app *app)
{
    Tifo__V1__RejectOrderResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__reject_order_response__init(reply);
    reply->order = order_now(work, app, work->request.command.as.reject_order.order);
    reply->seq = work->request.seq;
    return &reply->base;
}

void reject_order(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RejectOrderRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_rejected);
    struct reject_order *ask = &work->request.command.as.reject_order;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_REJECT_ORDER;
    ask->version = input->version;
    work_post_if(work,
                 check_id(&check, "order_id", input->order_id, &ask->order) &&
                     check_text(&check, "reason", input->reason, ask->reason, sizeof ask->reason) &&
                     work_actor(work, &ask->by));
}

/* ---- ExchangeLines ----------------------------------------------------------------------------
 */

/* As it is when the provider has answered, if it does so at once. */
static const ProtobufCMessage *build_exchanged(struct work *work, const struct app *app)
{
    const struct exchange_lines *ask = &work->request.command.as.exchange_lines;
    const struct stadium *stadium = app_stadium(app);
    if (stadium_hold_find(stadium, ask->hold)->state == HOLD_HELD)
        return work_deny(work, STATUS_PAYMENT_DECLINED, "payment_token");
    Tifo__V1__ExchangeLinesResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__exchange_lines_response__init(reply);
    reply->order = order_now(work, app, ask->order);
    reply->seq = work->request.seq;
    return &reply->base;
}

void exchange_lines(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ExchangeLinesRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_exchanged);
    struct exchange_lines *ask = &work->request.command.as.exchange_lines;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_EXCHANGE_LINES;
    ask->version = input->version;
    ask->hold_version = input->hold_version;
    ask->as_organiser = input->by_organiser;
    ask->lines = (struct u32s){ input->lines, (uint32_t)input->n_lines };
    ask->is_quoted = input->quoted_case == TIFO__V1__EXCHANGE_LINES_REQUEST__QUOTED_COST_MINOR;
    ask->quoted_minor = ask->is_quoted ? input->cost_minor : 0;
    work_post_if(work, check_id(&check, "order_id", input->order_id, &ask->order) &&
                           check_id(&check, "hold_id", input->hold_id, &ask->hold) &&
                           services_token(work, input->payment_token, ask->payment_token) &&
                           work_actor(work, &ask->by));
}
