/* tifo.v1.Terms: on what terms an event's orders are made and given back. */
#include "server/wire/terms.h"
#include "server/services/work.h"
#include "server/wire/id.h"

static Tifo__V1__EventTerms *terms_now(struct work *work, const struct app *app, struct id id)
{
    const struct stadium *stadium = app_stadium(app);
    const uint32_t event = stadium_event_index(stadium, id);
    return event == STADIUM_NONE ? NULL : wire_terms(stadium_terms(stadium, event), &work->arena);
}

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    Tifo__V1__SetTermsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_terms_response__init(reply);
    reply->terms = terms_now(work, app, work->request.command.as.set_policy.event);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_terms(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetTermsRequest *input = (const void *)rpc_request(call);
    if (!input->terms) {
        refuse_call_with(call, STATUS_BAD_FIELD, "terms");
        return;
    }
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_policy *ask = &work->request.command.as.set_policy;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_POLICY;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           wire_set_policy(input->terms, ask, &work->request.refusal) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_terms(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    Tifo__V1__GetTermsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_terms_response__init(reply);
    reply->terms = terms_now(work, app, asked->id);
    reply->as_of_seq = work->request.seq;
    return reply->terms ? &reply->base : work_deny(work, STATUS_UNKNOWN_EVENT, "event_id");
}

static void get_terms(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetTermsRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_terms), "event_id", input->event_id);
}

struct rpc_service terms_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetTerms", RPC_UNARY, set_terms, NULL },
        { "GetTerms", RPC_UNARY, get_terms, NULL },
    };
    return (struct rpc_service){ &tifo__v1__terms__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
