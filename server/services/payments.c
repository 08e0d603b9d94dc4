/* tifo.v1.Payments: what the provider has not settled yet. */
#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "tifo/v1/payments.pb-c.h"

static Tifo__V1__Payment *payment_message(const struct stadium *stadium, const struct payment *from,
                                          struct arena *arena)
{
    uint32_t count;
    const struct payment_wait wait = stadium_payment_wait(stadium, from->number);
    const struct order *order = stadium_order(stadium, from->order);
    const struct event *event = &stadium_events(stadium, &count)[order->event];
    Tifo__V1__Payment *to = arena_alloc(arena, sizeof *to);
    tifo__v1__payment__init(to);
    to->number = from->number;
    to->kind = (Tifo__V1__PaymentKind)from->kind;
    to->order_id = wire_id_text(order->id, arena);
    to->amount_minor = from->amount_minor;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->wanted_ms = wait.wanted_ms;
    to->attempts = wait.attempts;
    to->ask_ms = wait.ask_ms;
    return to;
}

/* ---- ListPayments -----------------------------------------------------------------------------
 */

struct payments_asked {
    struct id event;
    struct actor by;
    bool stuck;
    struct numbered_page page;
};

static bool is_asked_for(const struct stadium *stadium, const struct payments_asked *asked,
                         uint32_t event, const struct payment *payment)
{
    return payment->number > asked->page.after &&
           stadium_order(stadium, payment->order)->event == event &&
           (!asked->stuck || stadium_payment_wait(stadium, payment->number).attempts);
}

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct payments_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    bool more = false;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    Tifo__V1__ListPaymentsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_payments_response__init(reply);
    reply->payments = arena_array(&work->arena, asked->page.size, sizeof *reply->payments);
    for (const struct payment *row = stadium_payment_open(stadium); row && !more;
         row = stadium_payment_after(stadium, row)) {
        if (!is_asked_for(stadium, asked, event, row))
            continue;
        more = reply->n_payments == asked->page.size;
        if (!more)
            reply->payments[reply->n_payments++] = payment_message(stadium, row, &work->arena);
    }
    if (more) {
        reply->next_page_token =
            numbered_page_token(reply->payments[reply->n_payments - 1]->number, &work->arena);
    }
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void list_payments(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListPaymentsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_list);
    struct payments_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    asked->stuck = input->stuck;
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           numbered_page_read(input->page_size, input->page_token, &asked->page,
                                              &work->request.refusal) &&
                           work_actor(work, &asked->by));
}

/* ---- AskPayment -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_asked(struct work *work, const struct app *app)
{
    const struct stadium *stadium = app_stadium(app);
    const struct payment *payment =
        stadium_payment(stadium, work->request.command.as.ask_payment.number);
    Tifo__V1__AskPaymentResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__ask_payment_response__init(reply);
    if (payment)
        reply->payment = payment_message(stadium, payment, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void ask_payment(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AskPaymentRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_asked);
    struct ask_payment *ask = &work->request.command.as.ask_payment;
    work->request.command.kind = COMMAND_ASK_PAYMENT;
    ask->number = input->number;
    work_post_if(work, work_actor(work, &ask->by));
}

struct rpc_service payments_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ListPayments", RPC_UNARY, list_payments, NULL },
        { "AskPayment", RPC_UNARY, ask_payment, NULL },
    };
    return (struct rpc_service){ &tifo__v1__payments__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
