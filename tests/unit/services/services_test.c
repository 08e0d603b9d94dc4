/* The whole server on one thread: what a client asks, hears and sees. */
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "server/adapters/memory/journal.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

#define VENUES(method)    "/tifo.v1.Venues/" method
#define CLOCK(method)     "/tifo.v1.Clock/" method
#define TELEMETRY(method) "/tifo.v1.Telemetry/" method
#define CROWD(method)     "/tifo.v1.Crowd/" method
#define GUIDANCE(method)  "/tifo.v1.Guidance/" method

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- What a client does -----------------------------------------------------------------------
 */

static uint64_t advance(struct test_server *server, int64_t to_ms)
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    request.to_ms = to_ms;
    Tifo__V1__AdvanceResponse *reply = test_server_must(server, CLOCK("Advance"), &request, NULL);
    const uint64_t guidance_seq = reply->guidance_seq;
    drop(reply);
    return guidance_seq;
}

static Tifo__V1__GetClockResponse *get_clock(struct test_server *server)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply = test_server_call(server, CLOCK("GetClock"), &request, NULL);
    assert_non_null(reply);
    return reply;
}

static Tifo__V1__Plan *get_plan(struct test_server *server, Tifo__V1__GetGuidanceResponse **reply)
{
    Tifo__V1__GetGuidanceRequest request = TIFO__V1__GET_GUIDANCE_REQUEST__INIT;
    *reply = test_server_call(server, GUIDANCE("GetGuidance"), &request, NULL);
    assert_non_null(*reply);
    return (*reply)->plan;
}

static Tifo__V1__CrowdState *get_crowd(struct test_server *server,
                                       Tifo__V1__GetCrowdResponse **reply)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    *reply = test_server_call(server, CROWD("GetCrowd"), &request, NULL);
    assert_non_null(*reply);
    return (*reply)->state;
}

static Tifo__V1__ReportResponse *report(struct test_server *server, Tifo__V1__Readings *readings,
                                        struct rpc_status *status)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    request.readings = readings;
    return test_server_call(server, TELEMETRY("Report"), &request, status);
}

static void report_people(struct test_server *server, uint64_t sequence, int64_t at_ms,
                          uint32_t place, uint32_t people)
{
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    struct rpc_status status = { 0 };
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &people;
    readings.source = "camera";
    readings.sequence = sequence;
    readings.at_ms = at_ms;
    readings.zones = &zones;
    Tifo__V1__ReportResponse *reply = report(server, &readings, &status);
    if (!reply)
        fail_msg("%s", status.message);
    drop(reply);
}

static void set_gate(struct test_server *server, uint32_t gate, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = mode;
    request.reason = "test";
    void *reply = test_server_call(server, GUIDANCE("SetGate"), &request, NULL);
    assert_non_null(reply);
    drop(reply);
}

static const Tifo__V1__Split *find_split(const Tifo__V1__Plan *plan, uint32_t origin,
                                         Tifo__V1__Purpose purpose)
{
    for (size_t i = 0; i < plan->n_splits; i++)
        if (plan->splits[i]->origin == origin && plan->splits[i]->purpose == purpose)
            return plan->splits[i];
    return NULL;
}

static uint32_t share_of(const Tifo__V1__Split *split, uint32_t destination)
{
    for (size_t i = 0; i < split->n_destination; i++)
        if (split->destination[i] == destination)
            return split->share_milli[i];
    return 0;
}

/* ---- Venues -----------------------------------------------------------------------------------
 */

static void an_imported_venue_is_given_back_as_it_was(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    Tifo__V1__GetVenueResponse *reply =
        test_server_call(&server, VENUES("GetVenue"), &request, NULL);
    assert_non_null(reply);
    Tifo__V1__Venue *ground = ground_venue("ground");
    const size_t size = tifo__v1__venue__get_packed_size(ground);
    assert_int_equal(tifo__v1__venue__get_packed_size(reply->venue), size);
    uint8_t *wanted = malloc(size), *got = malloc(size);
    tifo__v1__venue__pack(ground, wanted);
    tifo__v1__venue__pack(reply->venue, got);
    assert_memory_equal(wanted, got, size);
    free(wanted);
    free(got);
    ground_free(ground);
    drop(reply);
    test_server_close(&server);
}

static void the_same_venue_again_is_known_and_another_is_refused(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = ground_venue("ground");
    Tifo__V1__ImportVenueResponse *reply =
        test_server_call(&server, VENUES("ImportVenue"), &request, NULL);
    assert_true(reply->already_known);
    drop(reply);
    request.venue->gates[0]->exit_capacity_ppm = 50;
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, VENUES("ImportVenue"), &request, &status));
    assert_int_equal(status.code, RPC_ALREADY_EXISTS);
    assert_string_equal(status.reason, "VENUE_EXISTS");
    assert_string_equal(status.domain, "tifo");
    rpc_status_fini(&status);
    ground_free(request.venue);
    test_server_close(&server);
}

/* Each makes one venue wrong; the refusal names the field. */
static void no_centre(Tifo__V1__Venue *venue)
{
    drop(venue->zones[3]->centre);
    venue->zones[3]->centre = NULL;
}
static void no_outline(Tifo__V1__Venue *venue)
{
    venue->blocks[1]->outline->n_xy_cm = 4;
}
static void wrong_index(Tifo__V1__Venue *venue)
{
    venue->gates[2]->zone_inside = 99;
}
static void wide_as_infinity(Tifo__V1__Venue *venue)
{
    venue->openings[1]->width_m = 1e300;
}
static void long_name(Tifo__V1__Venue *venue)
{
    free(venue->facilities[0]->name);
    venue->facilities[0]->name = malloc(200);
    memset(venue->facilities[0]->name, 'x', 199);
    venue->facilities[0]->name[199] = 0;
}

static void a_wrong_venue_is_refused_with_its_field(void **state)
{
    (void)state;
    static const struct {
        void (*spoil)(Tifo__V1__Venue *venue);
        const char *field;
    } cases[] = {
        { no_centre, "venue.zones[3].centre" },
        { no_outline, "venue.blocks[1].outline" },
        { wrong_index, "venue.gates[2].zone_inside" },
        { wide_as_infinity, "venue.openings[1].width_m" },
        { long_name, "venue.facilities[0].name" },
    };
    struct test_server server;
    test_server_open(&server, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
        struct rpc_status status = { 0 };
        request.venue = ground_venue("ground");
        cases[i].spoil(request.venue);
        assert_null(test_server_call(&server, VENUES("ImportVenue"), &request, &status));
        assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
        assert_string_equal(status.reason, "BAD_FIELD");
        assert_string_equal(status.field, cases[i].field);
        assert_non_null(strstr(status.message, cases[i].field));
        rpc_status_fini(&status);
        ground_free(request.venue);
    }
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, VENUES("GetVenue"), &request, &status));
    assert_int_equal(status.code, RPC_NOT_FOUND);
    assert_string_equal(status.reason, "UNKNOWN_VENUE");
    rpc_status_fini(&status);
    test_server_close(&server);
}

/* NULL: refused, and *status says why. */
static void *set_phase(struct test_server *server, Tifo__V1__Phase *phase,
                       struct rpc_status *status)
{
    Tifo__V1__SetPhaseRequest request = TIFO__V1__SET_PHASE_REQUEST__INIT;
    request.phase = phase;
    return test_server_call(server, VENUES("SetPhase"), &request, status);
}

static void the_phase_is_kept_and_shown(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    Tifo__V1__Phase phase = TIFO__V1__PHASE__INIT;
    phase.kind = TIFO__V1__PHASE_KIND__PHASE_KIND_BREAK;
    phase.label = "half time";
    phase.started_ms = START_MS;
    phase.ends_ms = START_MS + 900000;
    phase.next_label = "second half";
    void *reply = set_phase(&server, &phase, NULL);
    assert_non_null(reply);
    drop(reply);
    Tifo__V1__GetCrowdResponse *crowd;
    const Tifo__V1__Phase *shown = get_crowd(&server, &crowd)->phase;
    assert_int_equal(shown->kind, phase.kind);
    assert_string_equal(shown->label, "half time");
    assert_string_equal(shown->next_label, "second half");
    assert_int_equal(shown->ends_ms, phase.ends_ms);
    drop(crowd);
    test_server_close(&server);
}

static void a_stage_is_kept_and_shown(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    Tifo__V1__Phase phase = TIFO__V1__PHASE__INIT;
    uint32_t block = 0;
    phase.kind = TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION;
    phase.leave_block = &block;
    phase.n_leave_block = 1;
    drop(set_phase(&server, &phase, NULL));
    Tifo__V1__GetCrowdResponse *crowd;
    const Tifo__V1__Phase *shown = get_crowd(&server, &crowd)->phase;
    assert_int_equal(shown->n_leave_block, 1);
    assert_int_equal(shown->leave_block[0], 0);
    drop(crowd);
    block = 999;
    struct rpc_status status = { 0 };
    assert_null(set_phase(&server, &phase, &status));
    assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
    assert_string_equal(status.reason, "BAD_FIELD");
    assert_string_equal(status.field, "phase.leave_block");
    rpc_status_fini(&status);
    test_server_close(&server);
}

/* ---- Telemetry and the crowd ------------------------------------------------------------------
 */

static void readings_show_after_the_next_tick(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    report_people(&server, 1, START_MS + 100, 0, 1500);
    Tifo__V1__GetCrowdResponse *reply;
    assert_int_equal(get_crowd(&server, &reply)->people[0], 0);
    drop(reply);

    advance(&server, START_MS + 250);
    const Tifo__V1__CrowdState *crowd = get_crowd(&server, &reply);
    assert_int_equal(crowd->people[0], 1500);
    assert_int_equal(crowd->density_milli[0], 1500);
    assert_int_equal(crowd->inside, 1500);
    assert_int_equal(crowd->at_ms, START_MS + 250);
    assert_int_equal(crowd->measured_ms, START_MS + 100);
    assert_int_equal(crowd->measured_ago_ms[0], 150);
    assert_int_equal(crowd->measured_ago_ms[1], UINT32_MAX);
    assert_int_equal(crowd->n_people, GROUND_PLACES);
    assert_int_equal(crowd->n_gate_mode, GROUND_GATES);
    assert_int_equal(crowd->n_facility_queue, GROUND_FACILITIES);
    assert_true(crowd->simulated);
    drop(reply);
    test_server_close(&server);
}

static void a_message_counts_once(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__TurnstileCounts turnstiles = TIFO__V1__TURNSTILE_COUNTS__INIT;
    uint32_t gate[] = { 1, 2 }, in[] = { 5, 7 }, out[] = { 0, 1 };
    turnstiles.n_gate = turnstiles.n_in = turnstiles.n_out = 2;
    turnstiles.gate = gate;
    turnstiles.in = in;
    turnstiles.out = out;
    readings.source = "turnstiles";
    readings.sequence = 7;
    readings.at_ms = START_MS;
    readings.turnstiles = &turnstiles;
    for (int i = 0; i < 2; i++) {
        Tifo__V1__ReportResponse *reply = report(&server, &readings, NULL);
        assert_int_equal(reply->accepted, i == 0 ? 2 : 0);
        assert_int_equal(reply->duplicates, i == 0 ? 0 : 2);
        drop(reply);
    }
    advance(&server, START_MS + 250);
    Tifo__V1__GetCrowdResponse *crowd;
    assert_int_equal(get_crowd(&server, &crowd)->gate_total_in[1], 5);
    assert_int_equal(crowd->state->gate_total_out[2], 1);
    drop(crowd);
    Tifo__V1__GetClockResponse *clock = get_clock(&server);
    assert_int_equal(clock->n_sources, 1);
    assert_string_equal(clock->sources[0]->source, "turnstiles");
    assert_int_equal(clock->sources[0]->last_sequence, 7);
    drop(clock);
    test_server_close(&server);
}

static void a_wrong_message_is_refused_with_its_field(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    uint32_t good[] = { 0, 1 }, beyond[] = { 0, GROUND_PLACES }, many[] = { 1, 1000001 };
    const struct {
        const char *source;
        uint64_t sequence;
        int64_t at_ms;
        uint32_t *place, *people;
        size_t n_people;
        const char *reason, *field;
    } cases[] = {
        { "", 1, START_MS, good, good, 2, "BAD_FIELD", "readings.source" },
        { "a b", 1, START_MS, good, good, 2, "BAD_FIELD", "readings.source" },
        { "a", 0, START_MS, good, good, 2, "BAD_FIELD", "readings.sequence" },
        { "a", 1, 0, good, good, 2, "BAD_FIELD", "readings.at_ms" },
        { "a", 1, START_MS + 60001, good, good, 2, "TIME_IN_FUTURE", "readings.at_ms" },
        { "a", 1, START_MS, beyond, good, 2, "BAD_FIELD", "readings.zones.place[1]" },
        { "a", 1, START_MS, good, many, 2, "BAD_FIELD", "readings.zones.people[1]" },
        { "a", 1, START_MS, good, good, 1, "BAD_FIELD", "readings.zones.people" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
        Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
        struct rpc_status status = { 0 };
        zones.n_place = 2;
        zones.place = cases[i].place;
        zones.n_people = cases[i].n_people;
        zones.people = cases[i].people;
        readings.source = (char *)cases[i].source;
        readings.sequence = cases[i].sequence;
        readings.at_ms = cases[i].at_ms;
        readings.zones = &zones;
        assert_null(report(&server, &readings, &status));
        assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
        assert_string_equal(status.reason, cases[i].reason);
        assert_string_equal(status.field, cases[i].field);
        rpc_status_fini(&status);
    }
    Tifo__V1__GetClockResponse *clock = get_clock(&server);
    const uint64_t seq = clock->seq;
    drop(clock);
    advance(&server, START_MS + 250);
    clock = get_clock(&server);
    assert_int_equal(clock->seq, seq);
    drop(clock);
    test_server_close(&server);
}

static void a_stream_counts_what_it_took_and_what_it_refused(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    Tifo__V1__StreamRequest request = TIFO__V1__STREAM_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    uint32_t place = 1, people = 10;
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &people;
    readings.source = "camera";
    readings.at_ms = START_MS;
    readings.zones = &zones;
    request.readings = &readings;
    struct rpc_memory_call *call = rpc_memory_start(server.rpc, TELEMETRY("Stream"), NULL, 0, NULL);
    const uint64_t sequences[] = { 1, 2, 2, 0, 3 };
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        readings.sequence = sequences[i];
        rpc_memory_send(call, &request.base);
    }
    rpc_memory_send(call, NULL);
    assert_true(rpc_memory_ended(call, NULL));
    Tifo__V1__StreamResponse *reply = (void *)rpc_memory_next(call);
    assert_non_null(reply);
    assert_int_equal(reply->accepted, 3);
    assert_int_equal(reply->duplicates, 1);
    assert_int_equal(reply->refused, 1);
    assert_non_null(strstr(reply->first_refusal, "readings.sequence"));
    drop(reply);
    rpc_memory_destroy(call);
    test_server_close(&server);
}

static void a_crowded_zone_raises_an_alarm(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    for (uint64_t i = 1; i <= 60; i++) {
        const int64_t at_ms = START_MS + 250 * (int64_t)i;
        report_people(&server, i, at_ms - 10, 2, 2500); /* 3.57 p/m2 */
        advance(&server, at_ms);
    }
    Tifo__V1__GetCrowdResponse *reply;
    const Tifo__V1__CrowdState *crowd = get_crowd(&server, &reply);
    assert_int_equal(crowd->los[2], TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_F);
    assert_int_equal(crowd->n_alarms, 1);
    assert_int_equal(crowd->alarms[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY);
    assert_int_equal(crowd->alarms[0]->subject, 2);
    assert_true(strlen(crowd->alarms[0]->cause) > 0);
    assert_true(strlen(crowd->alarms[0]->action) > 0);
    drop(reply);
    test_server_close(&server);
}

static void an_alarm_is_acknowledged_and_shelved(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    report_people(&server, 1, START_MS - 10, 2, 300);
    set_gate(&server, 1, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    advance(&server, START_MS + 250);

    struct rpc_status status = { 0 };
    Tifo__V1__AcknowledgeAlarmRequest acknowledge = TIFO__V1__ACKNOWLEDGE_ALARM_REQUEST__INIT;
    acknowledge.number = 7;
    assert_null(test_server_call(&server, CROWD("AcknowledgeAlarm"), &acknowledge, &status));
    assert_string_equal(status.reason, "UNKNOWN_ALARM");
    rpc_status_fini(&status);
    acknowledge.number = 1;
    Tifo__V1__AcknowledgeAlarmResponse *seen =
        test_server_call(&server, CROWD("AcknowledgeAlarm"), &acknowledge, NULL);
    assert_true(seen && seen->seq > 0);
    drop(seen);

    Tifo__V1__ShelveAlarmRequest shelve = TIFO__V1__SHELVE_ALARM_REQUEST__INIT;
    shelve.number = 1;
    shelve.duration_s = 4294968; /* A thousandfold it would wrap to less than a second. */
    shelve.reason = "works at the gate";
    assert_null(test_server_call(&server, CROWD("ShelveAlarm"), &shelve, &status));
    assert_string_equal(status.field, "duration_s");
    rpc_status_fini(&status);
    shelve.duration_s = 600;
    Tifo__V1__ShelveAlarmResponse *shelved =
        test_server_call(&server, CROWD("ShelveAlarm"), &shelve, NULL);
    assert_true(shelved && shelved->seq > 0);
    drop(shelved);

    Tifo__V1__GetCrowdResponse *reply;
    const Tifo__V1__CrowdState *crowd = get_crowd(&server, &reply);
    assert_int_equal(crowd->n_alarms, 1);
    assert_int_equal(crowd->alarms[0]->acknowledged_ms, START_MS + 250);
    assert_string_equal(crowd->alarms[0]->acknowledged_by, "anonymous");
    assert_int_equal(crowd->alarms[0]->shelved_until_ms, START_MS + 250 + 600 * 1000);
    assert_string_equal(crowd->alarms[0]->shelved_reason, "works at the gate");
    assert_true(crowd->alarms[0]->place[0] && crowd->alarms[0]->prediction[0]);
    drop(reply);

    Tifo__V1__GetAlarmSummaryRequest ask = TIFO__V1__GET_ALARM_SUMMARY_REQUEST__INIT;
    ask.window_s = 86401;
    assert_null(test_server_call(&server, CROWD("GetAlarmSummary"), &ask, &status));
    assert_string_equal(status.field, "window_s");
    rpc_status_fini(&status);
    ask.window_s = 1200;
    ask.operators = 2;
    Tifo__V1__GetAlarmSummaryResponse *summary =
        test_server_call(&server, CROWD("GetAlarmSummary"), &ask, NULL);
    assert_true(summary && summary->raised == 1 && summary->open == 1 && summary->shelved == 1);
    assert_int_equal(summary->per_operator_10min_milli, 250);
    assert_int_equal(summary->n_worst, 1);
    assert_true(summary->worst[0]->place[0]);
    drop(summary);
    test_server_close(&server);
}

/* ---- Guidance ---------------------------------------------------------------------------------
 */

static void every_place_inside_has_a_plan_for_every_purpose(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    Tifo__V1__GetGuidanceResponse *reply;
    const Tifo__V1__Plan *plan = get_plan(&server, &reply);
    assert_int_equal(plan->number, 1);
    for (uint32_t place = 0; place < GROUND_PLACES; place++) {
        for (int purpose = 1; purpose <= 3; purpose++) {
            const Tifo__V1__Split *split = find_split(plan, place, (Tifo__V1__Purpose)purpose);
            if (place == GROUND_OUTSIDE) {
                assert_null(split);
                continue;
            }
            assert_non_null(split);
            uint32_t total = 0;
            for (size_t i = 0; i < split->n_share_milli; i++)
                total += split->share_milli[i];
            assert_int_equal(total, 1000);
        }
    }
    /* A block's arrow points into the concourse before it. */
    assert_int_equal(find_split(plan, 9, TIFO__V1__PURPOSE__PURPOSE_EXIT)->next_place[0], 0);
    drop(reply);
    test_server_close(&server);
}

static void a_closed_gate_is_planned_around(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    report_people(&server, 1, START_MS, 9, 300);
    uint64_t before = advance(&server, START_MS + 250);
    Tifo__V1__GetGuidanceResponse *reply;
    const Tifo__V1__Split *split =
        find_split(get_plan(&server, &reply), 9, TIFO__V1__PURPOSE__PURPOSE_EXIT);
    assert_true(share_of(split, 0) > 500);
    drop(reply);

    set_gate(&server, 0, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    const Tifo__V1__Plan *plan = get_plan(&server, &reply);
    for (size_t i = 0; i < plan->n_splits; i++)
        if (plan->splits[i]->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT)
            assert_int_equal(share_of(plan->splits[i], 0), 0);
    drop(reply);
    assert_true(advance(&server, START_MS + 500) > before);
    Tifo__V1__GetCrowdResponse *crowd;
    assert_int_equal(get_crowd(&server, &crowd)->gate_mode[0],
                     TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    assert_int_equal(crowd->state->n_alarms, 1);
    assert_int_equal(crowd->state->alarms[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED);
    drop(crowd);
    test_server_close(&server);
}

static void a_gate_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.gate = GROUND_GATES;
    request.mode = TIFO__V1__GATE_MODE__GATE_MODE_OPEN;
    assert_null(test_server_call(&server, GUIDANCE("SetGate"), &request, &status));
    assert_string_equal(status.reason, "UNKNOWN_GATE");
    assert_string_equal(status.field, "gate");
    rpc_status_fini(&status);
    request.venue_id = "elsewhere";
    status = (struct rpc_status){ 0 };
    assert_null(test_server_call(&server, GUIDANCE("SetGate"), &request, &status));
    assert_string_equal(status.reason, "UNKNOWN_VENUE");
    rpc_status_fini(&status);
    test_server_close(&server);
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

static void watchers_see_the_state_and_then_what_changes(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    Tifo__V1__WatchCrowdRequest watch_crowd = TIFO__V1__WATCH_CROWD_REQUEST__INIT;
    Tifo__V1__WatchGuidanceRequest watch_guidance = TIFO__V1__WATCH_GUIDANCE_REQUEST__INIT;
    struct rpc_memory_call *crowd =
        rpc_memory_start(server.rpc, CROWD("WatchCrowd"), NULL, 0, &watch_crowd.base);
    struct rpc_memory_call *guidance =
        rpc_memory_start(server.rpc, GUIDANCE("WatchGuidance"), NULL, 0, &watch_guidance.base);
    test_server_run(&server);
    drop(rpc_memory_next(crowd));
    Tifo__V1__WatchGuidanceResponse *plan = (void *)rpc_memory_next(guidance);
    assert_int_equal(plan->plan->number, 1);
    drop(plan);
    while (rpc_memory_next(crowd))
        fail_msg("a frame without news");

    report_people(&server, 1, START_MS, 0, 77);
    advance(&server, START_MS + 250);
    Tifo__V1__WatchCrowdResponse *news = (void *)rpc_memory_next(crowd);
    assert_non_null(news);
    assert_int_equal(news->state->from_seq, 0);
    drop(news);
    /* Several facts of one turn may be one frame; the last one has it all. */
    Tifo__V1__GetCrowdResponse *reply;
    assert_int_equal(get_crowd(&server, &reply)->people[0], 77);
    drop(reply);
    rpc_memory_destroy(crowd);
    rpc_memory_destroy(guidance);
    test_server_close(&server);
}

static void positions_are_passed_on_and_forgotten(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    Tifo__V1__WatchPositionsRequest watch = TIFO__V1__WATCH_POSITIONS_REQUEST__INIT;
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, CROWD("WatchPositions"), NULL, 0, &watch.base);
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__DevicePositions positions = TIFO__V1__DEVICE_POSITIONS__INIT;
    uint32_t device[] = { 7, 8 }, place[] = { 0, 9 };
    int32_t x_cm[] = { 100, -200 }, y_cm[] = { 300, 400 };
    positions.n_device = positions.n_x_cm = positions.n_y_cm = positions.n_place = 2;
    positions.device = device;
    positions.x_cm = x_cm;
    positions.y_cm = y_cm;
    positions.place = place;
    readings.source = "phones";
    readings.sequence = 1;
    readings.at_ms = START_MS;
    readings.positions = &positions;
    drop(report(&server, &readings, NULL));
    test_server_run(&server);
    Tifo__V1__WatchPositionsResponse *frame = (void *)rpc_memory_next(call);
    assert_non_null(frame);
    assert_int_equal(frame->n_device, 2);
    for (size_t i = 0; i < 2; i++) {
        const size_t k = frame->device[i] == 7 ? 0 : 1;
        assert_int_equal(frame->x_cm[i], x_cm[k]);
        assert_int_equal(frame->y_cm[i], y_cm[k]);
        assert_int_equal(frame->place[i], place[k]);
    }
    drop(frame);
    advance(&server, START_MS + 11000);
    frame = (void *)rpc_memory_next(call);
    assert_non_null(frame);
    assert_int_equal(frame->n_device, 0);
    drop(frame);
    rpc_memory_destroy(call);
    test_server_close(&server);
}

/* ---- Time and the journal ---------------------------------------------------------------------
 */

static void time_goes_on_and_never_back(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    advance(&server, START_MS);
    advance(&server, START_MS);
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    const struct {
        int64_t to_ms;
        const char *reason;
    } cases[] = { { START_MS - 1, "CLOCK_BACKWARDS" }, { INT64_MAX, "BAD_FIELD" } };
    for (size_t i = 0; i < 2; i++) {
        struct rpc_status status = { 0 };
        request.to_ms = cases[i].to_ms;
        assert_null(test_server_call(&server, CLOCK("Advance"), &request, &status));
        assert_string_equal(status.reason, cases[i].reason);
        assert_string_equal(status.field, "to_ms");
        rpc_status_fini(&status);
    }
    Tifo__V1__GetClockResponse *clock = get_clock(&server);
    assert_int_equal(clock->now_ms, START_MS);
    assert_true(clock->driven);
    assert_string_equal(clock->running_version, "test");
    drop(clock);
    test_server_close(&server);
}

/* One step of a match: some readings, a gate that closes and opens, time. */
static void play(struct test_server *server, uint64_t step)
{
    const int64_t at_ms = START_MS + 250 * (int64_t)step;
    report_people(server, step, at_ms - 100, (uint32_t)(step % GROUND_ZONES),
                  (uint32_t)(step * 37 % 2600));
    if (step == 40)
        set_gate(server, 1, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    if (step == 90)
        set_gate(server, 1, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
    advance(server, at_ms);
}

enum { STEPS = 200 };

/* Plays it all on a journal; after every `crash_every` steps the server is a new one. */
static uint64_t play_all(uint64_t crash_every, uint64_t *seq)
{
    struct journal *journal = memory_journal_open(NULL);
    struct test_server server;
    test_server_open(&server, journal);
    test_server_import_ground(&server);
    for (uint64_t step = 1; step <= STEPS; step++) {
        play(&server, step);
        if (crash_every && step % crash_every == 0) {
            /* Taken, but lost with the crash: it is sent again afterwards. */
            report_people(&server, step + 1, START_MS + 250 * (int64_t)step + 100, 3, 99);
            test_server_close(&server);
            test_server_open(&server, journal);
            Tifo__V1__GetClockResponse *clock = get_clock(&server);
            assert_int_equal(clock->now_ms, START_MS + 250 * (int64_t)step);
            assert_int_equal(clock->sources[0]->last_sequence, step);
            drop(clock);
            advance(&server, START_MS + 250 * (int64_t)step);
        }
    }
    Tifo__V1__GetClockResponse *clock = get_clock(&server);
    const uint64_t digest = clock->digest;
    *seq = clock->seq;
    drop(clock);
    test_server_close(&server);
    journal->ops->close(journal);
    return digest;
}

static void a_crash_does_not_change_the_digest(void **state)
{
    (void)state;
    uint64_t seq, other_seq;
    const uint64_t digest = play_all(0, &seq);
    assert_true(seq > STEPS);
    assert_true(play_all(0, &other_seq) == digest);
    assert_int_equal(other_seq, seq);
    assert_true(play_all(7, &other_seq) == digest);
    assert_int_equal(other_seq, seq);
    assert_true(play_all(50, &other_seq) == digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_imported_venue_is_given_back_as_it_was),
        cmocka_unit_test(the_same_venue_again_is_known_and_another_is_refused),
        cmocka_unit_test(a_wrong_venue_is_refused_with_its_field),
        cmocka_unit_test(the_phase_is_kept_and_shown),
        cmocka_unit_test(a_stage_is_kept_and_shown),
        cmocka_unit_test(readings_show_after_the_next_tick),
        cmocka_unit_test(a_message_counts_once),
        cmocka_unit_test(a_wrong_message_is_refused_with_its_field),
        cmocka_unit_test(a_stream_counts_what_it_took_and_what_it_refused),
        cmocka_unit_test(a_crowded_zone_raises_an_alarm),
        cmocka_unit_test(an_alarm_is_acknowledged_and_shelved),
        cmocka_unit_test(every_place_inside_has_a_plan_for_every_purpose),
        cmocka_unit_test(a_closed_gate_is_planned_around),
        cmocka_unit_test(a_gate_that_is_not_there_is_refused),
        cmocka_unit_test(watchers_see_the_state_and_then_what_changes),
        cmocka_unit_test(positions_are_passed_on_and_forgotten),
        cmocka_unit_test(time_goes_on_and_never_back),
        cmocka_unit_test(a_crash_does_not_change_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
