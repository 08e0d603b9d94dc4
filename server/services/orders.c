/* tifo.v1.Orders: holds that are paid for. */
#include "server/wire/order.h"

#include "server/services/order_changes.h"
#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/question.h"

#include <assert.h>
#include <sodium.h>
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

bool services_token(struct work *work, const char *token, char to[PAYMENT_TOKEN_BYTES + 1])
{
    const struct payment_provider *provider = work->services->payment;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    if (!check_text(&check, "payment_token", token, to, PAYMENT_TOKEN_BYTES + 1))
        return false;
    return token[0] == 0 || provider->ops->is_token(provider, token) ||
           check_refuse(&check, "payment_token", "is none that the payment provider knows; %s",
                        provider->tokens);
}

/* A short hash of what the provider tells them apart by. */
static void read_means(const struct payment_provider *provider, const char *token,
                       char to[MEANS_BYTES + 1])
{
    char fingerprint[PAYMENT_FINGERPRINT_BYTES + 1] = "";
    uint8_t hash[crypto_generichash_BYTES_MIN];
    static_assert(2 * sizeof hash == MEANS_BYTES, "as hexadecimal digits");
    if (token[0] && provider->ops->fingerprint)
        provider->ops->fingerprint(provider, token, fingerprint);
    to[0] = 0;
    if (!fingerprint[0])
        return;
    crypto_generichash(hash, sizeof hash, (const uint8_t *)fingerprint, strlen(fingerprint), NULL,
                       0);
    sodium_bin2hex(to, MEANS_BYTES + 1, hash, sizeof hash);
}

static bool confirm_caller(struct work *work)
{
    struct confirm_hold *confirm = &work->request.command.as.confirm_hold;
    struct actor by = { .is_operator = false };
    if (!work_actor(work, &by))
        return false;
    memcpy(confirm->person, by.person, sizeof confirm->person);
    confirm->is_operator = by.is_operator;
    return true;
}

static void confirm_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ConfirmHoldRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_confirmed);
    struct confirm_hold *confirm = &work->request.command.as.confirm_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_CONFIRM_HOLD;
    confirm->version = input->version;
    confirm->tender = (uint32_t)input->tender;
    if (check_id(&check, "hold_id", input->hold_id, &confirm->hold) &&
        (confirm->tender <= TENDER_EXTERNAL || check_refuse(&check, "tender", "is none")) &&
        check_text(&check, "for_person", input->for_person, confirm->for_person,
                   sizeof confirm->for_person) &&
        wire_answers(input->answers, input->n_answers, &work->arena, &confirm->answers,
                     &work->request.refusal) &&
        services_token(work, input->payment_token, confirm->payment_token) &&
        confirm_caller(work)) {
        read_means(work->services->payment, confirm->payment_token, confirm->means);
        work_post(work);
    } else {
        work_refuse(work);
    }
}

/* ---- GetOrder ---------------------------------------------------------------------------------
 */

struct order_asked {
    struct id id;
    struct actor by;
};

/* Its owner, or the organiser of its event: an event that nobody owns has none. */
bool services_may_see(const struct stadium *stadium, const struct order *order,
                      const struct actor *by)
{
    return strcmp(order->person, by->person) == 0 ||
           (stadium_event_detail(stadium, order->event)->organiser[0] &&
            stadium_is_organiser(stadium, order->event, by));
}

static const ProtobufCMessage *build_order(struct work *work, const struct app *app)
{
    const struct order_asked *asked = work->asked;
    const struct order *order = stadium_order_find(app_stadium(app), asked->id);
    if (!order || !services_may_see(app_stadium(app), order, &asked->by))
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
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_order);
    struct order_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->asked = asked;
    work_post_if(work, check_id(&check, "order_id", input->order_id, &asked->id) &&
                           work_actor(work, &asked->by));
}

/* ---- ListOrders -------------------------------------------------------------------------------
 */

/* Rows that one page looks at: what is filtered out must not keep the loop. */
enum { ROWS_LOOKED_AT = 4096 };

struct orders_asked {
    struct page page;
    struct id event;    /* None: of all. */
    const char *person; /* NULL: of everybody, asked by */
    struct actor by;
    uint32_t states; /* Bit by state; 0: all. */
    int64_t from_ms, before_ms;
};

/* Index of the event that is asked for; false: there is no such event. */
static bool asked_event(const struct orders_asked *asked, const struct stadium *stadium,
                        uint32_t *index)
{
    *index = STADIUM_ALL_EVENTS;
    if (id_is_none(asked->event))
        return true;
    *index = stadium_event_index(stadium, asked->event);
    return *index != STADIUM_NONE;
}

static bool is_asked_for(const struct orders_asked *asked, const struct order *order,
                         uint32_t event)
{
    return (event == STADIUM_ALL_EVENTS || order->event == event) &&
           (asked->states == 0 || asked->states >> order->state & 1) &&
           order->placed_ms >= asked->from_ms &&
           (asked->before_ms == 0 || order->placed_ms < asked->before_ms);
}

/* The next older one: of the person, or of everybody. NULL: there is none. */
static const struct order *older(const struct stadium *stadium, const struct orders_asked *asked,
                                 const struct order *order, uint32_t event)
{
    if (asked->person)
        return stadium_order_before(stadium, order, event);
    const uint32_t index = stadium_order_index(stadium, order);
    return index ? stadium_order(stadium, index - 1) : NULL;
}

/* What the page begins with; false: its token is none of this list. */
static bool first_row(const struct stadium *stadium, const struct orders_asked *asked,
                      uint32_t event, const struct order **first)
{
    const uint32_t count = stadium_order_count(stadium);
    if (id_is_none(asked->page.after)) {
        *first = asked->person ? stadium_order_newest(stadium, asked->person, event)
                 : count       ? stadium_order(stadium, count - 1)
                               : NULL;
        return true;
    }
    const struct order *last = stadium_order_find(stadium, asked->page.after);
    if (!last || (asked->person && (strcmp(last->person, asked->person) != 0 ||
                                    (event != STADIUM_ALL_EVENTS && last->event != event))))
        return false;
    *first = older(stadium, asked, last, event);
    return true;
}

/* The newest first. */
static const ProtobufCMessage *build_orders(struct work *work, const struct app *app)
{
    const struct orders_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    const struct order *next, *last = NULL;
    uint32_t event;
    if (!asked_event(asked, stadium, &event))
        return work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
    if (!asked->person && !stadium_is_organiser(stadium, event, &asked->by))
        return work_deny(work, STATUS_NOT_ORGANISER, "event_id");
    if (!first_row(stadium, asked, event, &next))
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    Tifo__V1__ListOrdersResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_orders_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->orders = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Order *));
    for (uint32_t rows = 0; next && reply->n_orders < asked->page.size && rows < ROWS_LOOKED_AT;
         rows++) {
        if (is_asked_for(asked, next, event))
            reply->orders[reply->n_orders++] = wire_order(stadium, next, arena);
        last = next;
        next = older(stadium, asked, next, event);
    }
    if (next)
        reply->next_page_token = wire_id_text(last->id, arena);
    return &reply->base;
}

/* Bits of the states asked for. */
static bool read_states(const Tifo__V1__ListOrdersRequest *input, struct work *work,
                        uint32_t *states)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    for (size_t i = 0; i < input->n_states; i++) {
        const uint32_t state = (uint32_t)input->states[i];
        if (state < 1 || state > ORDER_PARTIALLY_REFUNDED)
            return check_refuse(&check, "states", "has one that is none");
        *states |= 1u << state;
    }
    return true;
}

static void list_orders(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListOrdersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_orders);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct orders_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = input->of_everybody ? NULL : call_caller(call);
    asked->from_ms = input->placed_from_ms;
    asked->before_ms = input->placed_before_ms;
    work->asked = asked;
    work_post_if(work, work_actor(work, &asked->by) && read_states(input, work, &asked->states) &&
                           page_read(input->page_size, input->page_token, &asked->page,
                                     &work->request.refusal) &&
                           ((input->event_id[0] == 0 && !input->of_everybody) ||
                            check_id(&check, "event_id", input->event_id, &asked->event)));
}

struct rpc_service orders_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ConfirmHold", RPC_UNARY, confirm_hold, NULL },
        { "GetOrder", RPC_UNARY, get_order, NULL },
        { "ListOrders", RPC_UNARY, list_orders, NULL },
        { "QuoteCancellation", RPC_UNARY, quote_cancellation, NULL },
        { "CancelOrder", RPC_UNARY, cancel_order, NULL },
        { "ApproveOrder", RPC_UNARY, approve_order, NULL },
        { "RejectOrder", RPC_UNARY, reject_order, NULL },
        { "ExchangeLines", RPC_UNARY, exchange_lines, NULL },
    };
    return (struct rpc_service){ &tifo__v1__orders__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
