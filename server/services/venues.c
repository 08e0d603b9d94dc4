/* tifo.v1.Venues: the ground and its match day. */
#include "server/wire/venue.h"

#include "server/services/work.h"

/* ---- ImportVenue ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_import(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__ImportVenueResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__import_venue_response__init(reply);
    reply->seq = work->request.seq;
    reply->already_known = work->request.fact_count == 0;
    return &reply->base;
}

static void import_venue(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ImportVenueRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_import);
    struct command *command = &work->request.command;
    if (!input->venue) {
        refuse_call_with(call, STATUS_BAD_FIELD, "venue");
        return;
    }
    command->kind = COMMAND_IMPORT_VENUE;
    if (wire_venue(input->venue, &work->arena, &command->as.import_venue.venue,
                   &work->request.refusal) != STATUS_OK) {
        work_refuse(work);
        return;
    }
    work_post(work);
}

/* ---- GetVenue ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_venue(struct work *work, const struct app *app)
{
    struct arena *arena = &work->arena;
    Tifo__V1__GetVenueResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__get_venue_response__init(reply);
    reply->venue = wire_venue_message(stadium_venue(app_stadium(app)), arena);
    reply->as_of_seq = work->request.seq;
    reply->phase = arena_alloc(arena, sizeof *reply->phase);
    wire_phase_message(stadium_phase(app_stadium(app)), reply->phase);
    return &reply->base;
}

static void get_venue(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetVenueRequest *input = (const void *)rpc_request(call);
    if (call_venue(call, ctx, input->venue_id))
        work_post(work_begin(call, ctx, REQUEST_READ, build_venue));
}

/* ---- SetPhase ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_phase(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__SetPhaseResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_phase_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_phase(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetPhaseRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    if (!input->phase) {
        refuse_call_with(call, STATUS_BAD_FIELD, "phase");
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_phase);
    struct command *command = &work->request.command;
    command->kind = COMMAND_SET_PHASE;
    work_post_if(work, wire_phase(input->phase, &command->as.set_phase.phase,
                                  &work->request.refusal) == STATUS_OK);
}

struct rpc_service venues_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ImportVenue", RPC_UNARY, import_venue, NULL },
        { "GetVenue", RPC_UNARY, get_venue, NULL },
        { "SetPhase", RPC_UNARY, set_phase, NULL },
    };
    return (struct rpc_service){ &tifo__v1__venues__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
