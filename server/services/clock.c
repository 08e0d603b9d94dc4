/* tifo.v1.Clock: stadium time, moved by its driver. */
#include "server/services/work.h"
#include "tifo/v1/clock.pb-c.h"

/* ---- Advance ----------------------------------------------------------------------------------
 */

static void look_advanced(struct work *work, const struct app *app)
{
    uint64_t *guidance_seq = arena_alloc(&work->arena, sizeof *guidance_seq);
    *guidance_seq = stadium_guidance_seq(app_stadium(app));
    work->looked = guidance_seq;
}

static void reply_advanced(struct work *work)
{
    Tifo__V1__AdvanceResponse reply = TIFO__V1__ADVANCE_RESPONSE__INIT;
    reply.seq = work->request.seq;
    reply.guidance_seq = *(const uint64_t *)work->looked;
    rpc_reply(work->call, &reply.base);
}

static void advance(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AdvanceRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_ADVANCE, look_advanced, reply_advanced);
    work->request.to_ms = input->to_ms;
    work_post(work);
}

/* ---- GetClock ---------------------------------------------------------------------------------
 */

static void look_clock(struct work *work, const struct app *app)
{
    struct arena *arena = &work->arena;
    const struct stadium *stadium = app_stadium(app);
    Tifo__V1__GetClockResponse *reply = arena_alloc(arena, sizeof *reply);
    tifo__v1__get_clock_response__init(reply);
    reply->now_ms = app_now_ms(app);
    reply->driven = app_driven(app);
    reply->digest = stadium_digest(stadium);
    reply->guidance_seq = stadium_guidance_seq(stadium);
    reply->running_version = (char *)work->services->version;

    uint32_t count;
    const struct source *sources = stadium_sources(stadium, &count);
    reply->sources = arena_array(arena, count, sizeof *reply->sources);
    for (uint32_t i = 0; i < count; i++) {
        const struct source *source = arena_copy(arena, &sources[i], sizeof *source);
        Tifo__V1__SourcePosition *position = arena_alloc(arena, sizeof *position);
        tifo__v1__source_position__init(position);
        position->source = (char *)source->name;
        position->last_sequence = source->last_sequence;
        reply->sources[reply->n_sources++] = position;
    }
    work->looked = reply;
}

static void reply_clock(struct work *work)
{
    Tifo__V1__GetClockResponse *reply = work->looked;
    reply->seq = work->request.seq;
    rpc_reply(work->call, &reply->base);
}

static void get_clock(struct rpc_call *call, void *ctx)
{
    work_post(work_begin(call, ctx, REQUEST_READ, look_clock, reply_clock));
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
