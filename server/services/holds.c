/* tifo.v1.Seats: what somebody holds. */
#include "server/services/holds.h"

#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"
#include "server/wire/seats.h"

#include <string.h>

static Tifo__V1__Hold *hold_now(const struct app *app, struct id id, struct arena *arena)
{
    const struct stadium *stadium = app_stadium(app);
    return wire_hold(stadium, stadium_hold_find(stadium, id), app_now_ms(app), arena);
}

/* ---- HoldSeats, ReleaseHold -------------------------------------------------------------------
 */

static const ProtobufCMessage *build_held(struct work *work, const struct app *app)
{
    Tifo__V1__HoldSeatsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__hold_seats_response__init(reply);
    reply->hold = hold_now(app, work->request.command.as.hold_seats.id, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void hold_seats(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__HoldSeatsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_held);
    struct hold_seats *hold = &work->request.command.as.hold_seats;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_HOLD_SEATS;
    if (!check_id(&check, "event_id", input->event_id, &hold->event) ||
        (input->resale_ticket_id[0] &&
         !check_id(&check, "resale_ticket_id", input->resale_ticket_id, &hold->listing)) ||
        !wire_wanted(input->seats, input->n_seats, input->lines, input->n_lines, &work->arena,
                     &hold->lines, &work->request.refusal) ||
        !check_text(&check, "voucher", input->voucher, hold->voucher, sizeof hold->voucher) ||
        !check_text(&check, "allocation_code", input->allocation_code, hold->allocation,
                    sizeof hold->allocation) ||
        !work_caller(work, hold->person, sizeof hold->person)) {
        work_refuse(work);
        return;
    }
    hold->admission = admission_entry(ctx, input->admission_token, hold->event, hold->person);
    work_post(work);
}

static const ProtobufCMessage *build_released(struct work *work, const struct app *app)
{
    Tifo__V1__ReleaseHoldResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__release_hold_response__init(reply);
    reply->hold = hold_now(app, work->request.command.as.release_hold.hold, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void release_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReleaseHoldRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_released);
    struct release_hold *release = &work->request.command.as.release_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_RELEASE_HOLD;
    work_post_if(work, check_id(&check, "hold_id", input->hold_id, &release->hold) &&
                           work_caller(work, release->person, sizeof release->person));
}

/* ---- ChangeHold, ExtendHold, SetBuyer ---------------------------------------------------------
 */

static const ProtobufCMessage *build_changed(struct work *work, const struct app *app)
{
    Tifo__V1__ChangeHoldResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__change_hold_response__init(reply);
    reply->hold = hold_now(app, work->request.command.as.change_hold.hold, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void change_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ChangeHoldRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_changed);
    struct change_hold *change = &work->request.command.as.change_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_CHANGE_HOLD;
    change->version = input->version;
    change->remove = (struct u32s){ input->remove, (uint32_t)input->n_remove };
    change->change_voucher =
        input->voucher_change_case == TIFO__V1__CHANGE_HOLD_REQUEST__VOUCHER_CHANGE_VOUCHER;
    work_post_if(work,
                 check_id(&check, "hold_id", input->hold_id, &change->hold) &&
                     wire_wanted(NULL, 0, input->add, input->n_add, &work->arena, &change->add,
                                 &work->request.refusal) &&
                     check_text(&check, "voucher", change->change_voucher ? input->voucher : "",
                                change->voucher, sizeof change->voucher) &&
                     check_text(&check, "allocation_code", input->allocation_code,
                                change->allocation, sizeof change->allocation) &&
                     work_caller(work, change->person, sizeof change->person));
}

static const ProtobufCMessage *build_extended(struct work *work, const struct app *app)
{
    Tifo__V1__ExtendHoldResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__extend_hold_response__init(reply);
    reply->hold = hold_now(app, work->request.command.as.extend_hold.hold, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void extend_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ExtendHoldRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_extended);
    struct extend_hold *extend = &work->request.command.as.extend_hold;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_EXTEND_HOLD;
    extend->version = input->version;
    work_post_if(work, check_id(&check, "hold_id", input->hold_id, &extend->hold) &&
                           work_caller(work, extend->person, sizeof extend->person));
}

static const ProtobufCMessage *build_bought(struct work *work, const struct app *app)
{
    Tifo__V1__SetBuyerResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_buyer_response__init(reply);
    reply->hold = hold_now(app, work->request.command.as.set_buyer.hold, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

void set_buyer(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetBuyerRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_bought);
    struct set_buyer *set = &work->request.command.as.set_buyer;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_BUYER;
    set->version = input->version;
    work_post_if(work,
                 check_id(&check, "hold_id", input->hold_id, &set->hold) &&
                     check_text(&check, "tax_id", input->tax_id, set->tax_id, sizeof set->tax_id) &&
                     work_caller(work, set->person, sizeof set->person));
}

/* ---- GetHold ----------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_hold(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct seathold *hold = stadium_hold_find(app_stadium(app), asked->id);
    if (!hold || strcmp(hold->person, asked->person) != 0)
        return work_deny(work, STATUS_UNKNOWN_HOLD, "hold_id");
    Tifo__V1__GetHoldResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_hold_response__init(reply);
    reply->hold = wire_hold(app_stadium(app), hold, app_now_ms(app), &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

void get_hold(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetHoldRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_hold), "hold_id", input->hold_id);
}

/* ---- ListHolds --------------------------------------------------------------------------------
 */

struct holds_asked {
    struct page page;
    const char *person;
};

/* *next: 1 + index of what the page begins with, or 0. False: the page before ended with a hold
 * that is none of theirs any more. */
static bool first_hold(const struct stadium *stadium, const struct holds_asked *asked,
                       uint32_t *next)
{
    *next = stadium_hold_of_person(stadium, asked->person, 0);
    if (id_is_none(asked->page.after))
        return true;
    while (*next && !id_equal(stadium_hold(stadium, *next - 1)->id, asked->page.after))
        *next = stadium_hold_of_person(stadium, asked->person, *next);
    if (*next == 0)
        return false;
    *next = stadium_hold_of_person(stadium, asked->person, *next);
    return true;
}

static const ProtobufCMessage *build_holds(struct work *work, const struct app *app)
{
    const struct holds_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    struct arena *arena = &work->arena;
    uint32_t next;
    if (!first_hold(stadium, asked, &next))
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    Tifo__V1__ListHoldsResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__list_holds_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->holds = arena_array(arena, asked->page.size, sizeof(Tifo__V1__Hold *));
    for (; next && reply->n_holds < asked->page.size;
         next = stadium_hold_of_person(stadium, asked->person, next)) {
        const struct seathold *row = stadium_hold(stadium, next - 1);
        Tifo__V1__Hold *hold = wire_hold(stadium, row, app_now_ms(app), arena);
        if (hold->state == TIFO__V1__HOLD_STATE__HOLD_STATE_HELD) /* The tick will come. */
            reply->holds[reply->n_holds++] = hold;
    }
    if (next)
        reply->next_page_token = reply->holds[reply->n_holds - 1]->hold_id;
    return &reply->base;
}

void list_holds(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListHoldsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_holds);
    struct holds_asked *asked = rpc_alloc(call, sizeof *asked);
    asked->person = call_caller(call);
    work->asked = asked;
    work_post_if(
        work, page_read(input->page_size, input->page_token, &asked->page, &work->request.refusal));
}
