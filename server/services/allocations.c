/* tifo.v1.Allocations: seats that are kept for somebody. */
#include "server/services/work.h"
#include "server/wire/allocation.h"
#include "server/wire/id.h"

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    const struct set_allocation *ask = &work->request.command.as.set_allocation;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event, number = ask->number;
    if (!work_event(work, app, ask->event, &event))
        return NULL;
    if (number == 0) /* The last: it was added. */
        while (stadium_allocation(stadium, event, number + 1))
            number++;
    Tifo__V1__SetAllocationResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_allocation_response__init(reply);
    reply->allocation =
        wire_allocation(stadium, stadium_allocation(stadium, event, number), true, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_allocation(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetAllocationRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_allocation *ask = &work->request.command.as.set_allocation;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_ALLOCATION;
    work_post_if(
        work,
        check_id(&check, "event_id", input->event_id, &ask->event) &&
            (input->allocation || check_refuse(&check, "allocation", "is missing")) &&
            wire_set_allocation(input->allocation, &work->arena, ask, &work->request.refusal) &&
            work_actor(work, &ask->by));
}

struct list_asked {
    struct id event;
    struct actor by;
};

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct allocation *row;
    uint32_t event;
    if (!work_event(work, app, asked->event, &event))
        return NULL;
    const bool secret = stadium_is_organiser(stadium, event, &asked->by);
    Tifo__V1__ListAllocationsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_allocations_response__init(reply);
    reply->allocations = arena_array(&work->arena, EVENT_ALLOCATIONS, sizeof *reply->allocations);
    for (uint32_t number = 1; (row = stadium_allocation(stadium, event, number)); number++)
        reply->allocations[reply->n_allocations++] =
            wire_allocation(stadium, row, secret, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void list_allocations(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListAllocationsRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_list);
    struct list_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    *asked = (struct list_asked){ 0 };
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           work_actor(work, &asked->by));
}

struct rpc_service allocations_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetAllocation", RPC_UNARY, set_allocation, NULL },
        { "ListAllocations", RPC_UNARY, list_allocations, NULL },
    };
    return (struct rpc_service){ &tifo__v1__allocations__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
