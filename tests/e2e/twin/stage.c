#include "tests/e2e/twin/stage.h"

#include "clients/c/tifo.h"
#include "tests/support/partly.h"

#include <stdio.h>
#include <stdlib.h>

static void get_venue(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    Tifo__V1__GetVenueResponse reply = TIFO__V1__GET_VENUE_RESPONSE__INIT;
    reply.venue = stage->venue;
    rpc_reply(call, &reply.base);
}

/* ---- What an operator asks for: noted, and granted */

static void note(struct stage *stage, struct rpc_call *call, const char *reason)
{
    const char *caller = rpc_metadata(call, "tifo-caller");
    snprintf(stage->caller, sizeof stage->caller, "%s", caller ? caller : "");
    snprintf(stage->reason, sizeof stage->reason, "%s", reason);
}

static void acknowledge_alarm(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    const Tifo__V1__AcknowledgeAlarmRequest *request = (const void *)rpc_request(call);
    pthread_mutex_lock(&stage->opening);
    stage->acknowledged = request->number;
    note(stage, call, "");
    pthread_mutex_unlock(&stage->opening);
    Tifo__V1__AcknowledgeAlarmResponse reply = TIFO__V1__ACKNOWLEDGE_ALARM_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void shelve_alarm(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    const Tifo__V1__ShelveAlarmRequest *request = (const void *)rpc_request(call);
    pthread_mutex_lock(&stage->opening);
    stage->shelved = request->number;
    stage->shelved_s = request->duration_s;
    note(stage, call, request->reason);
    pthread_mutex_unlock(&stage->opening);
    Tifo__V1__ShelveAlarmResponse reply = TIFO__V1__SHELVE_ALARM_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void set_gate(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    const Tifo__V1__SetGateRequest *request = (const void *)rpc_request(call);
    pthread_mutex_lock(&stage->opening);
    stage->gate = request->gate;
    stage->gate_mode = request->mode;
    note(stage, call, request->reason);
    pthread_mutex_unlock(&stage->opening);
    Tifo__V1__SetGateResponse reply = TIFO__V1__SET_GATE_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

struct stage stage_asked(struct stage *stage)
{
    pthread_mutex_lock(&stage->opening);
    struct stage copy = *stage;
    pthread_mutex_unlock(&stage->opening);
    return copy;
}

/* ---- Streams */

static void subscribe(struct stage *stage, struct rpc_topic *const *topic, struct rpc_call *call)
{
    pthread_mutex_lock(&stage->opening);
    rpc_topic_subscribe(*topic, call);
    pthread_mutex_unlock(&stage->opening);
}

static void watch_crowd(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    subscribe(stage, &stage->crowd, call);
}

static void watch_positions(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    subscribe(stage, &stage->positions, call);
}

static void watch_guidance(struct rpc_call *call, void *ctx)
{
    struct stage *stage = ctx;
    subscribe(stage, &stage->guidance, call);
}

static const struct rpc_method venue_methods[] = {
    { "GetVenue", RPC_UNARY, get_venue, NULL },
};
static const struct rpc_method crowd_methods[] = {
    { "WatchCrowd", RPC_SERVER_STREAM, watch_crowd, NULL },
    { "WatchPositions", RPC_SERVER_STREAM, watch_positions, NULL },
    { "AcknowledgeAlarm", RPC_UNARY, acknowledge_alarm, NULL },
    { "ShelveAlarm", RPC_UNARY, shelve_alarm, NULL },
};
static const struct rpc_method guidance_methods[] = {
    { "WatchGuidance", RPC_SERVER_STREAM, watch_guidance, NULL },
    { "SetGate", RPC_UNARY, set_gate, NULL },
};

void stage_open(struct stage *stage)
{
    stage_open_on(stage, states_venue());
}

void stage_open_on(struct stage *stage, Tifo__V1__Venue *venue)
{
    char why[200];
    static struct partly kept[3]; /* There is one stage at a time. */
    static const struct rpc_service *const services[] = { &kept[0].service, &kept[1].service,
                                                          &kept[2].service, NULL };
#define ROWS(methods) methods, sizeof methods / sizeof *methods
    partly_init(&kept[0], &tifo__v1__venues__descriptor, ROWS(venue_methods), stage);
    partly_init(&kept[1], &tifo__v1__crowd__descriptor, ROWS(crowd_methods), stage);
    partly_init(&kept[2], &tifo__v1__guidance__descriptor, ROWS(guidance_methods), stage);
#undef ROWS
    *stage = (struct stage){ .venue = venue };
    pthread_mutex_init(&stage->opening, NULL);
    pthread_mutex_lock(&stage->opening);
    struct rpc_server_options options = { .address = "127.0.0.1:0", .services = services };
    stage->server = rpc_server_create(&options, why, sizeof why);
    if (!stage->server) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    stage->crowd = rpc_topic_create(stage->server);
    stage->guidance = rpc_topic_create(stage->server);
    stage->positions = rpc_topic_create(stage->server);
    pthread_mutex_unlock(&stage->opening);
    rpc_server_set_serving(stage->server, true);
    snprintf(stage->address, sizeof stage->address, "127.0.0.1:%u", rpc_server_port(stage->server));
}

void stage_close(struct stage *stage)
{
    rpc_server_drain(stage->server, 1000);
    rpc_topic_destroy(stage->crowd);
    rpc_topic_destroy(stage->guidance);
    rpc_topic_destroy(stage->positions);
    rpc_server_destroy(stage->server);
    tifo_venue_free(stage->venue);
    pthread_mutex_destroy(&stage->opening);
}

void stage_show(struct stage *stage, enum moment moment, int64_t at_ms)
{
    Tifo__V1__CrowdState *crowd = states_crowd(stage->venue, moment, at_ms);
    Tifo__V1__WatchCrowdResponse crowd_frame = TIFO__V1__WATCH_CROWD_RESPONSE__INIT;
    Tifo__V1__WatchGuidanceResponse guidance_frame = TIFO__V1__WATCH_GUIDANCE_RESPONSE__INIT;
    Tifo__V1__WatchPositionsResponse *positions = states_positions(stage->venue, crowd);
    crowd_frame.state = crowd;
    guidance_frame.plan = states_plan(stage->venue, moment);
    rpc_topic_publish(stage->guidance, &guidance_frame.base);
    rpc_topic_publish(stage->positions, &positions->base);
    rpc_topic_publish(stage->crowd, &crowd_frame.base);
    protobuf_c_message_free_unpacked(&crowd->base, NULL);
    protobuf_c_message_free_unpacked(&guidance_frame.plan->base, NULL);
    protobuf_c_message_free_unpacked(&positions->base, NULL);
}

size_t stage_watchers(const struct stage *stage)
{
    return rpc_topic_subscribers(stage->crowd) + rpc_topic_subscribers(stage->guidance) +
           rpc_topic_subscribers(stage->positions);
}
