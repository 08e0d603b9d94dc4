/* tifo.v1.Vouchers: codes that change what a hold costs, or what it may have. */
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/ticket_type.h"

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

/* ---- AddVoucher, UpdateVoucher ----------------------------------------------------------------
 */

static Tifo__V1__Voucher *voucher_now(struct work *work, const struct app *app)
{
    const struct set_voucher *set = &work->request.command.as.set_voucher;
    const struct stadium *stadium = app_stadium(app);
    const uint32_t event = stadium_event_index(stadium, set->event);
    uint32_t used, number = stadium_voucher_find(stadium, event, set->voucher.code);
    const struct voucher *voucher = stadium_voucher(stadium, number - 1, &used);
    return wire_voucher(voucher, used, &work->arena);
}

static const ProtobufCMessage *build_added(struct work *work, const struct app *app)
{
    Tifo__V1__AddVoucherResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__add_voucher_response__init(reply);
    reply->voucher = voucher_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static const ProtobufCMessage *build_updated(struct work *work, const struct app *app)
{
    Tifo__V1__UpdateVoucherResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__update_voucher_response__init(reply);
    reply->voucher = voucher_now(work, app);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_voucher(struct work *work, const char *event_id, const Tifo__V1__Voucher *voucher,
                        bool update)
{
    struct set_voucher *set = &work->request.command.as.set_voucher;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_VOUCHER;
    set->update = update;
    work_post_if(work, check_id(&check, "event_id", event_id, &set->event) &&
                           (voucher || check_refuse(&check, "voucher", "is missing")) &&
                           wire_set_voucher(voucher, set, &work->request.refusal) &&
                           work_actor(work, &set->by));
}

static void add_voucher(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AddVoucherRequest *input = (const void *)rpc_request(call);
    set_voucher(work_begin(call, ctx, REQUEST_COMMAND, build_added), input->event_id,
                input->voucher, false);
}

static void update_voucher(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UpdateVoucherRequest *input = (const void *)rpc_request(call);
    set_voucher(work_begin(call, ctx, REQUEST_COMMAND, build_updated), input->event_id,
                input->voucher, true);
}

/* ---- ListVouchers -----------------------------------------------------------------------------
 */

struct vouchers_asked {
    struct id event;
    struct actor by;
    uint32_t size;
    const char *after; /* The last code of the page before; empty: the first page. */
};

static const ProtobufCMessage *build_vouchers(struct work *work, const struct app *app)
{
    const struct vouchers_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event, last = 0;
    if (!work_own_event(work, app, asked->event, &asked->by, &event))
        return NULL;
    if (asked->after[0] && !(last = stadium_voucher_find(stadium, event, asked->after)))
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    Tifo__V1__ListVouchersResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_vouchers_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->vouchers = arena_array(&work->arena, asked->size, sizeof(Tifo__V1__Voucher *));
    uint32_t next = stadium_voucher_after(stadium, event, last), used;
    for (; next && reply->n_vouchers < asked->size;
         next = stadium_voucher_after(stadium, event, next)) {
        const struct voucher *voucher = stadium_voucher(stadium, next - 1, &used);
        reply->vouchers[reply->n_vouchers++] = wire_voucher(voucher, used, &work->arena);
    }
    if (next)
        reply->next_page_token = reply->vouchers[reply->n_vouchers - 1]->code;
    return &reply->base;
}

static void list_vouchers(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListVouchersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_vouchers);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct vouchers_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->size = input->page_size ? input->page_size : PAGE_SIZE;
    asked->size = asked->size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : asked->size;
    asked->after = input->page_token;
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           work_actor(work, &asked->by));
}

struct rpc_service vouchers_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "AddVoucher", RPC_UNARY, add_voucher, NULL },
        { "UpdateVoucher", RPC_UNARY, update_voucher, NULL },
        { "ListVouchers", RPC_UNARY, list_vouchers, NULL },
    };
    return (struct rpc_service){ &tifo__v1__vouchers__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
