/* tifo.v1.Clock: stadium time, moved by its driver. */
#include "server/services/work.h"
#include "tifo/v1/clock.pb-c.h"

/* ---- Advance ----------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_advanced(struct work *work, const struct app *app)
{
    Tifo__V1__AdvanceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__advance_response__init(reply);
    reply->seq = work->request.seq;
    reply->guidance_seq = stadium_guidance_seq(app_stadium(app));
    return &reply->base;
}

static void advance(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AdvanceRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_ADVANCE, build_advanced);
    work->request.to_ms = input->to_ms;
    work_post(work);
}

/* ---- GetClock ---------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_clock(struct work *work, const struct app *app)
{
    struct arena *arena = &work->arena;
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__GetClockResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__get_clock_response__init(reply);
    reply->seq = work->request.seq;
    reply->now_ms = app_now_ms(app);
    reply->driven = app_driven(app);
    reply->digest = stadium_digest(stadium);
    reply->guidance_seq = stadium_guidance_seq(stadium);
    reply->running_version = (char *)work->services->version;

    if (work->services->follower) {
        struct follower_stats stats;
        follower_stats(work->services->follower, &stats);
        reply->records_seq = stats.applied_seq;
        if (stats.status != STATUS_OK)
            reply->records_problem = (char *)status_reason(stats.status);
    }

    uint32_t count;
    const struct source *sources = stadium_sources(stadium, &count);
    reply->sources = arena_array(arena, count, sizeof *reply->sources);
    for (uint32_t i = 0; i < count; i++) {
        Tifo__V1__SourcePosition *position = arena_alloc(arena, sizeof *position);
        tifo__v1__source_position__init(position);
        position->source = (char *)sources[i].name;
        position->last_sequence = sources[i].last_sequence;
        reply->sources[reply->n_sources++] = position;
    }
    return &reply->base;
}

static void get_clock(struct rpc_call *call, void *ctx)
{
    work_post(work_begin(call, ctx, REQUEST_READ, build_clock));
}

struct rpc_service clock_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "Advance", RPC_UNARY, advance, NULL },
        { "GetClock", RPC_UNARY, get_clock, NULL },
    };
    return (struct rpc_service){ &tifo__v1__clock__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
