/* tifo.v1.Guidance: the plan in force, and the gates. */
#include "server/wire/guidance.h"

#include "server/services/work.h"
#include "server/wire/check.h"

#include <stdio.h>

enum { GUIDANCE_INTERVAL_MS = 250, DRY_RUN_OVERRIDES = 100 };

/* ---- GetGuidance ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_plan(struct work *work, const struct app *app)
{
    Tifo__V1__GetGuidanceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_guidance_response__init(reply);
    reply->plan = wire_plan(app_stadium(app), &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_guidance(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetGuidanceRequest *input = (const void *)rpc_request(call);
    if (call_venue(call, ctx, input->venue_id))
        work_post(work_begin(call, ctx, REQUEST_READ, build_plan));
}

/* ---- WatchGuidance ----------------------------------------------------------------------------
 */

static void watch_guidance(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchGuidanceRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    channel_feed_follow(&services->guidance, call, input->venue_id, input->after_seq, input->epoch);
}

static uint64_t plan_version(const struct feed *feed, const struct app *app)
{
    (void)feed;
    return stadium_venue(app_stadium(app)) ? stadium_guidance_seq(app_stadium(app)) : 0;
}

static void look_plan_feed(struct feed *feed, const struct app *app)
{
    struct channel_feed *own = (struct channel_feed *)feed;
    arena_reset(&own->arena);
    Tifo__V1__WatchGuidanceResponse *message = arena_alloc(&own->arena, sizeof *message);
    tifo__v1__watch_guidance_response__init(message);
    message->plan = wire_plan(app_stadium(app), &own->arena);
    message->to_seq = own->seq = stadium_seq(app_stadium(app));
    message->epoch = own->stream.epoch;
    own->message = &message->base;
}

void guidance_feeds_init(struct services *services)
{
    static const struct stream_fields fields = { 2, 3, STREAM_RECOVERIES(4) };
    services->guidance = (struct channel_feed){
        .feed = { .interval_ms = GUIDANCE_INTERVAL_MS,
                  .driven_interval_ms = GUIDANCE_INTERVAL_MS,
                  .version = plan_version,
                  .look = look_plan_feed,
                  .publish = channel_feed_publish },
        .services = services,
        .stream.fields = &fields,
    };
}

/* ---- SetGate ----------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_gate(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__SetGateResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_gate_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_gate(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetGateRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_gate);
    struct command *command = &work->request.command;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    command->kind = COMMAND_SET_GATE;
    command->as.set_gate.gate = input->gate;
    command->as.set_gate.mode = (uint32_t)input->mode;
    work_post_if(work, check_text(&check, "reason", input->reason, command->as.set_gate.reason,
                                  sizeof command->as.set_gate.reason));
}

/* ---- SetOpening -------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_opening(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__SetOpeningResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_opening_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_opening(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetOpeningRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_opening);
    struct command *command = &work->request.command;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    command->kind = COMMAND_SET_OPENING;
    command->as.set_opening.opening = input->opening;
    command->as.set_opening.mode = (uint32_t)input->mode;
    work_post_if(work, check_text(&check, "reason", input->reason, command->as.set_opening.reason,
                                  sizeof command->as.set_opening.reason));
}

/* ---- SetOverride ------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_override(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__SetOverrideResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_override_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_override(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetOverrideRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_override);
    const struct check check = { .refusal = &work->request.refusal, .at = "override" };
    work->request.command.kind = COMMAND_SET_OVERRIDE;
    work_post_if(
        work, wire_override(input->override, &check, &work->request.command.as.set_override.rule));
}

/* ---- DryRun -----------------------------------------------------------------------------------
 */

static const ProtobufCMessage *build_dry_run(struct work *work, const struct app *app)
{
    Tifo__V1__DryRunResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__dry_run_response__init(reply);
    reply->plan = wire_proposal(app_stadium(app), work->request.planned, &work->arena);
    reply->plan->to_seq = work->request.seq;
    reply->present = wire_bound(app_stadium(app), &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static bool take_rules(const Tifo__V1__DryRunRequest *input, struct work *work)
{
    struct check check = { .refusal = &work->request.refusal, .at = "" };
    if (input->n_overrides > DRY_RUN_OVERRIDES)
        return check_refuse(&check, "overrides", "%zu are too many; %d are possible",
                            input->n_overrides, DRY_RUN_OVERRIDES);
    struct override *rules = arena_array(&work->arena, input->n_overrides, sizeof *rules);
    for (size_t i = 0; i < input->n_overrides; i++) {
        snprintf(check.at, sizeof check.at, "overrides[%zu]", i);
        if (!wire_override(input->overrides[i], &check, &rules[i]))
            return false;
    }
    work->request.rules = rules;
    work->request.rule_count = (uint32_t)input->n_overrides;
    return true;
}

static void dry_run(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__DryRunRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_DRY_RUN, build_dry_run);
    work->request.shut = (struct u32s){ input->close_gate, (uint32_t)input->n_close_gate };
    work->request.opened = (struct u32s){ input->open_gate, (uint32_t)input->n_open_gate };
    work->request.shut_openings =
        (struct u32s){ input->close_opening, (uint32_t)input->n_close_opening };
    work->request.opened_openings =
        (struct u32s){ input->open_opening, (uint32_t)input->n_open_opening };
    work_post_if(work, take_rules(input, work));
}

struct rpc_service guidance_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "GetGuidance", RPC_UNARY, get_guidance, NULL },
        { "WatchGuidance", RPC_SERVER_STREAM, watch_guidance, NULL },
        { "SetGate", RPC_UNARY, set_gate, NULL },
        { "SetOpening", RPC_UNARY, set_opening, NULL },
        { "SetOverride", RPC_UNARY, set_override, NULL },
        { "DryRun", RPC_UNARY, dry_run, NULL },
    };
    return (struct rpc_service){ &tifo__v1__guidance__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
