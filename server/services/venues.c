/* tifo.v1.Venues: the ground and its match day. */
#include "server/wire/venue.h"

#include "server/services/work.h"

/* ---- ImportVenue ------------------------------------------------------------------------------
 */

static void reply_import(struct work *work)
{
    Tifo__V1__ImportVenueResponse reply = TIFO__V1__IMPORT_VENUE_RESPONSE__INIT;
    reply.seq = work->request.seq;
    reply.already_known = work->request.fact_count == 0;
    rpc_reply(work->call, &reply.base);
}

static void import_venue(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ImportVenueRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, NULL, reply_import);
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

static void look_venue(struct work *work, const struct app *app)
{
    work->looked = arena_copy(&work->arena, stadium_phase(app_stadium(app)), sizeof(struct phase));
}

static void reply_venue(struct work *work)
{
    Tifo__V1__GetVenueResponse reply = TIFO__V1__GET_VENUE_RESPONSE__INIT;
    Tifo__V1__Phase phase;
    wire_phase_message(work->looked, &phase);
    reply.venue = wire_venue_message(intake_venue(app_intake(work->services->app)));
    reply.as_of_seq = work->request.seq;
    reply.phase = &phase;
    rpc_reply(work->call, &reply.base);
    tifo__v1__venue__free_unpacked(reply.venue, NULL);
}

static void get_venue(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetVenueRequest *input = (const void *)rpc_request(call);
    if (call_venue(call, ctx, input->venue_id))
        work_post(work_begin(call, ctx, REQUEST_READ, look_venue, reply_venue));
}

/* ---- SetPhase ---------------------------------------------------------------------------------
 */

static void reply_phase(struct work *work)
{
    Tifo__V1__SetPhaseResponse reply = TIFO__V1__SET_PHASE_RESPONSE__INIT;
    reply.seq = work->request.seq;
    rpc_reply(work->call, &reply.base);
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
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, NULL, reply_phase);
    struct command *command = &work->request.command;
    command->kind = COMMAND_SET_PHASE;
    if (wire_phase(input->phase, &command->as.set_phase.phase, &work->request.refusal) == STATUS_OK)
        work_post(work);
    else
        work_refuse(work);
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
