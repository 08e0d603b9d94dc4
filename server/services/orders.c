/* tifo.v1.Orders: holds that are paid for. */
#include "server/wire/order.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

#include <string.h>

/* ---- ConfirmHold ------------------------------------------------------------------------------
 */

/* The order as it is when the provider has answered, if it does so at once. */
static const ProtobufCMessage *build_confirmed(struct work *work, const struct app *app)
{
    const struct confirm_hold *confirm = &work->request.command.as.confirm_hold;
    const struct order *order = stadium_order_find(app_stadium(app), confirm->order);
    if (order->state == ORDER_CANCELLED)
        return work_deny(work, STATUS_PAYMENT_DECLINED, "payment_token");
    Tifo__V1__ConfirmHoldResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__confirm_hold_response__init(reply);
    reply->order = wire_order(app_stadium(app), order, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static bool check_token(struct work *work, const char *token)
{
    const struct payment_provider *provider = work->services->payment;
    struct confirm_hold *confirm = &work->request.command.as.confirm_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    if (!check_text(&check, "payment_token", token, confirm->payment_token,
                    sizeof confirm->payment_token))
        return false;
    return token[0] == 0 || provider->ops->is_token(provider, token) ||
           check_refuse(&check, "payment_token", "is none that the payment provider knows; %s",
                        provider->tokens);
}

static void confirm_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ConfirmHoldRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_confirmed);
    struct confirm_hold *confirm = &work->request.command.as.confirm_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_CONFIRM_HOLD;
    confirm->version = input->version;
    if (check_id(&check, "hold_id", input->hold_id, &confirm->hold) &&
        check_token(work, input->payment_token) &&
        work_caller(work, confirm->person, sizeof confirm->person))
        work_post(work);
    else
        work_refuse(work);
}

/* ---- GetOrder ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_order(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct order *order = stadium_order_find(app_stadium(app), asked->id);
    if (!order || strcmp(order->person, asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_ORDER, "order_id");
    Tifo__V1__GetOrderResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_order_response__init(reply);
    reply->order = wire_order(app_stadium(app), order, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_order(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetOrderRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_order), "order_id", input->order_id);
}

/* ---- ListOrders -------------------------------------------------------------------------------
 */

struct orders_asked {
    struct page page;
    struct id event; /* None: of all. */
    const char *person;
};

/* Index of the event that is asked for; false: there is no such event. */
static bool asked_event(const struct orders_asked *asked, const struct stadium *stadium,
                        uint32_t *index)
{
    uint32_t count;
    *index = STADIUM_ALL_EVENTS;
    if (id_is_none(asked->event))
        return true;
    const struct event *event = stadium_event_find(stadium, asked->event);
    if (event)
        *index = (uint32_t)(event - stadium_events(stadium, &count));
    return event != NULL;
}

/* The newest first, from what the page begins with. */
static const ProtobufCMessage *build_orders(struct work *work, const struct app *app)
{
    const struct orders_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t event;
    if (!asked_event(asked, stadium, &event))
        return work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    const struct order *next = stadium_order_newest(stadium, asked->person, event);
    if (!id_is_none(asked->page.after)) {
        const struct order *last = stadium_order_find(stadium, asked->page.after);
        if (!last || strcmp(last->person, asked->person) != 0 ||
            (event != STADIUM_ALL_EVENTS && last->event != event))
            return work_deny(work, STATUS_BAD_FIELD, "page_token");
        next = stadium_order_before(stadium, last, event);
    }
    Tifo__V1__ListOrdersResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_orders_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->orders = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Order *));
    for (; next && reply->n_orders < asked->page.size;
         next = stadium_order_before(stadium, next, event))
        reply->orders[reply->n_orders++] = wire_order(stadium, next, arena);
    if (next)
        reply->next_page_token = reply->orders[reply->n_orders - 1]->order_id;
    return &reply->base;
}

static void list_orders(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListOrdersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_orders);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct orders_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = call_caller(call);
    work->asked = asked;
    if (page_read(input->page_size, input->page_token, &asked->page, &work->request.refusal) &&
        (input->event_id[0] == 0 || check_id(&check, "event_id", input->event_id, &asked->event)))
        work_post(work);
    else
        work_refuse(work);
}

struct rpc_service orders_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ConfirmHold", RPC_UNARY, confirm_hold, NULL },
        { "GetOrder", RPC_UNARY, get_order, NULL },
        { "ListOrders", RPC_UNARY, list_orders, NULL },
    };
    return (struct rpc_service){ &tifo__v1__orders__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
