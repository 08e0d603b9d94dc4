/* tifo.v1.Crowd: the live picture. */
#include "server/wire/crowd.h"

#include "server/services/columns.h"
#include "server/services/work.h"
#include "server/wire/check.h"

enum { CROWD_INTERVAL_MS = 250, POSITIONS_INTERVAL_MS = 100, POSITIONS_AGING_MS = 1000 };

/* ---- GetCrowd ---------------------------------------------------------------------------------
 */

static Tifo__V1__CrowdState *state_of(const struct app *app, struct arena *arena)
{
    return wire_crowd(app_stadium(app), app_now_ms(app), app_driven(app), arena);
}

static const ProtobufCMessage *build_crowd(struct work *work, const struct app *app)
{
    Tifo__V1__GetCrowdResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_crowd_response__init(reply);
    reply->state = state_of(app, &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_crowd(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetCrowdRequest *input = (const void *)rpc_request(call);
    if (call_venue(call, ctx, input->venue_id))
        work_post(work_begin(call, ctx, REQUEST_READ, build_crowd));
}

/* ---- AcknowledgeAlarm, ShelveAlarm ------------------------------------------------------------
 */

static const ProtobufCMessage *build_acknowledge(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__AcknowledgeAlarmResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__acknowledge_alarm_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void acknowledge_alarm(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__AcknowledgeAlarmRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_acknowledge);
    struct command *command = &work->request.command;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    command->kind = COMMAND_ACKNOWLEDGE_ALARM;
    command->as.acknowledge_alarm.number = input->number;
    work_post_if(work, check_text(&check, "tifo-caller", call_caller(call),
                                  command->as.acknowledge_alarm.caller,
                                  sizeof command->as.acknowledge_alarm.caller));
}

static const ProtobufCMessage *build_shelve(struct work *work, const struct app *app)
{
    (void)app;
    Tifo__V1__ShelveAlarmResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__shelve_alarm_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void shelve_alarm(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ShelveAlarmRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_shelve);
    struct shelve_alarm *shelve = &work->request.command.as.shelve_alarm;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SHELVE_ALARM;
    shelve->number = input->number;
    /* Too long a time is refused by the core: it must not wrap on the way. */
    shelve->for_ms =
        input->duration_s > SHELVE_MAX_MS / 1000 ? UINT32_MAX : input->duration_s * 1000;
    work_post_if(work, check_text(&check, "tifo-caller", call_caller(call), shelve->caller,
                                  sizeof shelve->caller) &&
                           check_text(&check, "reason", input->reason, shelve->reason,
                                      sizeof shelve->reason));
}

/* ---- GetAlarmSummary --------------------------------------------------------------------------
 */

enum { SUMMARY_MOST_S = 86400, SUMMARY_S = 3600, OPERATORS_MOST = 100 };

static const ProtobufCMessage *build_summary(struct work *work, const struct app *app)
{
    const Tifo__V1__GetAlarmSummaryRequest *input = (const void *)rpc_request(work->call);
    const struct stadium *stadium = app_stadium(app);
    const uint32_t operators = input->operators ? input->operators : 1;
    const int64_t window_ms = (int64_t)(input->window_s ? input->window_s : SUMMARY_S) * 1000;
    Tifo__V1__GetAlarmSummaryResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_alarm_summary_response__init(reply);
    const struct alarm_summary summary =
        alarm_summarise(stadium, app_now_ms(app), window_ms, operators);
    wire_alarm_summary(stadium, &summary, app_now_ms(app), operators, &work->arena, reply);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_alarm_summary(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetAlarmSummaryRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_summary);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work_post_if(work,
                 (input->window_s <= SUMMARY_MOST_S ||
                  check_refuse(&check, "window_s", "window_s: %d s at most", SUMMARY_MOST_S)) &&
                     (input->operators <= OPERATORS_MOST ||
                      check_refuse(&check, "operators", "operators: %d at most", OPERATORS_MOST)));
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

static void watch_crowd(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchCrowdRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    channel_feed_follow(&services->crowd, call, input->venue_id, input->after_seq, input->epoch);
}

static void watch_positions(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WatchPositionsRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    channel_feed_follow(&services->positions, call, input->venue_id, input->after_seq,
                        input->epoch);
    app_wake(services->app);
}

/* ---- Feeds ------------------------------------------------------------------------------------
 */

static struct channel_feed *of(struct feed *feed)
{
    return (struct channel_feed *)feed;
}

static uint64_t crowd_version(const struct feed *feed, const struct app *app)
{
    (void)feed;
    return stadium_venue(app_stadium(app)) ? stadium_crowd_seq(app_stadium(app)) : 0;
}

static void look_crowd_feed(struct feed *feed, const struct app *app)
{
    struct arena *arena = &of(feed)->arena;
    arena_reset(arena);
    Tifo__V1__WatchCrowdResponse *message = arena_alloc(arena, sizeof *message);
    tifo__v1__watch_crowd_response__init(message);
    message->state = state_of(app, arena);
    message->to_seq = of(feed)->seq = message->state->to_seq;
    message->epoch = of(feed)->stream.epoch;
    of(feed)->message = &message->base;
}

/* Changes with what is reported, and now and then so that aged positions go away. */
static uint64_t positions_version(const struct feed *feed, const struct app *app)
{
    const struct channel_feed *own = (const struct channel_feed *)feed;
    const uint64_t version = intake_positions_version(app_intake(own->services->app));
    if (version == 0 || rpc_topic_subscribers(own->stream.topic) == 0)
        return 0;
    return version + (uint64_t)(app_now_ms(app) / POSITIONS_AGING_MS);
}

static void look_positions_feed(struct feed *feed, const struct app *app)
{
    struct channel_feed *own = of(feed);
    struct positions positions;
    arena_reset(&own->arena);
    intake_positions(app_intake(own->services->app), app_now_ms(app), &own->arena, &positions);
    Tifo__V1__WatchPositionsResponse *message = arena_alloc(&own->arena, sizeof *message);
    columns_positions(&positions, app_now_ms(app), message);
    message->to_seq = ++own->seq;
    message->epoch = own->stream.epoch;
    own->message = &message->base;
}

void crowd_feeds_init(struct services *services)
{
    static const struct stream_fields crowd = { 2, 3, STREAM_RECOVERIES(4) },
                                      positions = { 6, 7, STREAM_RECOVERIES(8) };
    services->crowd = (struct channel_feed){
        .feed = { .interval_ms = CROWD_INTERVAL_MS,
                  .driven_interval_ms = CROWD_INTERVAL_MS,
                  .version = crowd_version,
                  .look = look_crowd_feed,
                  .publish = channel_feed_publish },
        .services = services,
        .stream.fields = &crowd,
    };
    services->positions = (struct channel_feed){
        .feed = { .interval_ms = POSITIONS_INTERVAL_MS,
                  .version = positions_version,
                  .look = look_positions_feed,
                  .publish = channel_feed_publish },
        .services = services,
        .stream.fields = &positions,
    };
}

struct rpc_service crowd_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "GetCrowd", RPC_UNARY, get_crowd, NULL },
        { "WatchCrowd", RPC_SERVER_STREAM, watch_crowd, NULL },
        { "WatchPositions", RPC_SERVER_STREAM, watch_positions, NULL },
        { "AcknowledgeAlarm", RPC_UNARY, acknowledge_alarm, NULL },
        { "ShelveAlarm", RPC_UNARY, shelve_alarm, NULL },
        { "GetAlarmSummary", RPC_UNARY, get_alarm_summary, NULL },
    };
    return (struct rpc_service){ &tifo__v1__crowd__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
