/*
 * From a gate that is shut to a plan that leaves it: a full ground in a running tifod (real clock),
 * somebody who watches its guidance, and an operator who shuts a gate and opens it again.
 *
 *     closure_delay ADDRESS VENUE.geojson CLOSURES  ->  p50 and p99 in milliseconds
 */
#include "api/rpc/channel.h"
#include "clients/c/tifo.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLOSURES_MOST = 1000, PATIENCE_S = 10 };

/* What the last plan says. */
struct seen {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint32_t number;
    uint64_t gates; /* Bit by gate: somebody is sent there. */
    int64_t at_us;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "closure_delay: %s: %s\n", what, why ? why : "");
    exit(1);
}

static int64_t stadium_ms(struct rpc_channel *channel)
{
    const Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(channel, &tifo__v1__clock__descriptor, "GetClock", NULL, &request.base, &reply,
                  &status) != RPC_OK)
        fail("GetClock", status.message);
    const int64_t now_ms = ((const Tifo__V1__GetClockResponse *)reply)->now_ms;
    protobuf_c_message_free_unpacked(reply, NULL);
    return now_ms;
}

static void tell(struct rpc_channel *channel, const ProtobufCServiceDescriptor *service,
                 const char *method, const void *request)
{
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    if (rpc_unary(channel, service, method, NULL, request, &reply, &status) != RPC_OK)
        fail(method, status.message);
    protobuf_c_message_free_unpacked(reply, NULL);
}

static void on_message(void *ctx, const ProtobufCMessage *message)
{
    struct seen *seen = ctx;
    const Tifo__V1__Plan *plan = ((const Tifo__V1__WatchGuidanceResponse *)message)->plan;
    uint64_t gates = 0;
    for (size_t i = 0; plan && i < plan->n_splits; i++)
        for (size_t k = 0; plan->splits[i]->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT &&
                           k < plan->splits[i]->n_destination;
             k++)
            gates |= UINT64_C(1) << plan->splits[i]->destination[k] % 64;
    pthread_mutex_lock(&seen->mutex);
    seen->number = plan ? plan->number : 0;
    seen->gates = gates;
    seen->at_us = now_us();
    pthread_cond_signal(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static void on_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx;
    (void)status;
}

/* Until a plan sends somebody to the gate, or nobody; returns when that came. */
static int64_t await(struct seen *seen, uint32_t gate, bool led)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&seen->mutex);
    while (seen->number == 0 || (seen->gates >> gate & 1) != led)
        if (pthread_cond_timedwait(&seen->changed, &seen->mutex, &until) != 0)
            fail("WatchGuidance", "no plan follows within 10 s");
    const int64_t at_us = seen->at_us;
    pthread_mutex_unlock(&seen->mutex);
    return at_us;
}

static void set_gate(struct rpc_channel *channel, uint32_t gate, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = mode;
    tell(channel, &tifo__v1__guidance__descriptor, "SetGate", &request);
}

/* Everybody sits, and is to leave. */
static void fill(struct rpc_channel *channel, const Tifo__V1__Venue *venue)
{
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    Tifo__V1__ReportRequest report = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__SetPhaseRequest set = TIFO__V1__SET_PHASE_REQUEST__INIT;
    Tifo__V1__Phase phase = TIFO__V1__PHASE__INIT;
    uint32_t *place = calloc(venue->n_blocks, sizeof *place);
    uint32_t *people = calloc(venue->n_blocks, sizeof *people);
    for (size_t b = 0; b < venue->n_blocks; b++) {
        place[b] = (uint32_t)(venue->n_zones + b);
        people[b] = venue->blocks[b]->seats;
    }
    zones.n_place = zones.n_people = venue->n_blocks;
    zones.place = place;
    zones.people = people;
    readings.source = "cameras";
    readings.sequence = 1;
    readings.at_ms = phase.started_ms = stadium_ms(channel);
    readings.zones = &zones;
    report.readings = &readings;
    tell(channel, &tifo__v1__telemetry__descriptor, "Report", &report);
    phase.kind = TIFO__V1__PHASE_KIND__PHASE_KIND_EGRESS;
    set.phase = &phase;
    tell(channel, &tifo__v1__venues__descriptor, "SetPhase", &set);
    free(place);
    free(people);
}

static int ascending(const void *a, const void *b)
{
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

int main(int argc, char **argv)
{
    static struct seen seen = { .mutex = PTHREAD_MUTEX_INITIALIZER,
                                .changed = PTHREAD_COND_INITIALIZER };
    static double delay_ms[CLOSURES_MOST];
    struct tifo_problem problem;
    Tifo__V1__ImportVenueRequest import = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    const uint32_t closures = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    if (closures < 1 || closures > CLOSURES_MOST ||
        !tifo_venue_load(argv[2], &import.venue, &problem))
        fail("usage", "closure_delay ADDRESS VENUE.geojson CLOSURES (1 to 1,000)");
    struct rpc_channel *channel = rpc_channel_create(argv[1]);
    struct rpc_channel *other = rpc_channel_create(argv[1]);
    tell(channel, &tifo__v1__venues__descriptor, "ImportVenue", &import);
    const Tifo__V1__WatchGuidanceRequest request = TIFO__V1__WATCH_GUIDANCE_REQUEST__INIT;
    struct rpc_watch *watch =
        rpc_watch_start(other, &tifo__v1__guidance__descriptor, "WatchGuidance", NULL,
                        &request.base, on_message, on_end, &seen);
    fill(channel, import.venue);
    for (uint32_t i = 0; i < closures; i++) {
        const uint32_t gate = i % (uint32_t)import.venue->n_gates;
        await(&seen, gate, true);
        const int64_t shut_us = now_us();
        set_gate(channel, gate, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
        delay_ms[i] = (double)(await(&seen, gate, false) - shut_us) / 1000;
        set_gate(channel, gate, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
    }
    rpc_watch_destroy(watch);
    rpc_channel_destroy(other);
    rpc_channel_destroy(channel);
    qsort(delay_ms, closures, sizeof delay_ms[0], ascending);
    printf("%.1f %.1f\n", delay_ms[closures / 2], delay_ms[(uint64_t)(closures - 1) * 99 / 100]);
    tifo_venue_free(import.venue);
    return 0;
}
