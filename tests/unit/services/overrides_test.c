/* What an operator says is what the plan says, over the API: overrides, passages that are shut, dry
 * runs of both, and all of it after a crash. */
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "server/adapters/memory/journal.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

#define GUIDANCE(method) "/tifo.v1.Guidance/" method

/* Blocks of the lower and of the upper north; the opening at the head of the north stairs. */
enum { LOWER_NORTH = 9, UPPER_NORTH = 11, STAIRS_NORTH = 6, CONCOURSE_UPPER_NORTH = 4 };

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

static void *call(struct test_server *server, const char *path, const void *request)
{
    struct rpc_status status = { 0 };
    void *reply = test_server_call(server, path, request, &status);
    if (!reply)
        fail_msg("%s: %s (%s)", path, status.message, status.field);
    return reply;
}

/* Returns the opening that joins the stairs to the upper concourse. */
static uint32_t import_ground(struct test_server *server)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = ground_venue("ground");
    uint32_t opening = UINT32_MAX;
    for (size_t i = 0; i < request.venue->n_openings; i++) {
        const Tifo__V1__Opening *o = request.venue->openings[i];
        if ((o->place_a == STAIRS_NORTH && o->place_b == CONCOURSE_UPPER_NORTH) ||
            (o->place_b == STAIRS_NORTH && o->place_a == CONCOURSE_UPPER_NORTH))
            opening = (uint32_t)i;
    }
    assert_true(opening != UINT32_MAX);
    drop(call(server, "/tifo.v1.Venues/ImportVenue", &request));
    ground_free(request.venue);
    return opening;
}

static void advance(struct test_server *server, int64_t to_ms)
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    request.to_ms = to_ms;
    drop(call(server, "/tifo.v1.Clock/Advance", &request));
}

/* Everybody sits. */
static void fill(struct test_server *server, int64_t at_ms)
{
    uint32_t place[GROUND_BLOCKS], people[GROUND_BLOCKS];
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    for (uint32_t i = 0; i < GROUND_BLOCKS; i++) {
        place[i] = GROUND_ZONES + i;
        people[i] = GROUND_BLOCK_SEATS;
    }
    zones.n_place = zones.n_people = GROUND_BLOCKS;
    zones.place = place;
    zones.people = people;
    readings.source = "cameras";
    readings.sequence = 1;
    readings.at_ms = at_ms;
    readings.zones = &zones;
    request.readings = &readings;
    drop(call(server, "/tifo.v1.Telemetry/Report", &request));
}

static uint32_t open_ground(struct test_server *server, struct journal *journal)
{
    test_server_open(server, journal);
    const uint32_t opening = import_ground(server);
    advance(server, START_MS);
    fill(server, START_MS);
    advance(server, START_MS + 20000);
    return opening;
}

static Tifo__V1__GetGuidanceResponse *get(struct test_server *server)
{
    const Tifo__V1__GetGuidanceRequest request = TIFO__V1__GET_GUIDANCE_REQUEST__INIT;
    Tifo__V1__GetGuidanceResponse *reply = call(server, GUIDANCE("GetGuidance"), &request);
    assert_non_null(reply->plan);
    return reply;
}

static const Tifo__V1__Split *exits_of(const Tifo__V1__Plan *plan, uint32_t origin)
{
    for (size_t i = 0; i < plan->n_splits; i++)
        if (plan->splits[i]->origin == origin &&
            plan->splits[i]->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT)
            return plan->splits[i];
    fail_msg("place %u has no split", origin);
    return NULL;
}

static uint32_t share_of(const Tifo__V1__Split *split, uint32_t destination)
{
    for (size_t i = 0; i < split->n_destination; i++)
        if (split->destination[i] == destination)
            return split->share_milli[i];
    return 0;
}

/* All of the lower north by the south gate. */
static uint32_t south[] = { 2 }, whole[] = { 1000 }, north[] = { 0 };
static Tifo__V1__Override fixed_south(void)
{
    Tifo__V1__Override rule = TIFO__V1__OVERRIDE__INIT;
    rule.origin = LOWER_NORTH;
    rule.purpose = TIFO__V1__PURPOSE__PURPOSE_EXIT;
    rule.kind = TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FIXED;
    rule.n_destination = rule.n_share_milli = 1;
    rule.destination = south;
    rule.share_milli = whole;
    rule.reason = "by the police";
    return rule;
}

static void say(struct test_server *server, Tifo__V1__Override *rule)
{
    Tifo__V1__SetOverrideRequest request = TIFO__V1__SET_OVERRIDE_REQUEST__INIT;
    request.override = rule;
    drop(call(server, GUIDANCE("SetOverride"), &request));
}

/* Everybody to the south gate: that costs. */
static void say_all(struct test_server *server)
{
    Tifo__V1__Override rule = fixed_south();
    for (rule.origin = GROUND_ZONES; rule.origin < GROUND_PLACES; rule.origin++)
        say(server, &rule);
}

static void a_plan_obeys_and_says_what_it_costs(void **state)
{
    (void)state;
    struct test_server server;
    struct journal *journal = memory_journal_open(NULL);
    open_ground(&server, journal);
    say_all(&server);
    Tifo__V1__GetGuidanceResponse *reply = get(&server);
    const Tifo__V1__Plan *plan = reply->plan;
    assert_int_equal(share_of(exits_of(plan, LOWER_NORTH), 2), 1000);
    assert_int_equal(plan->n_overrides, GROUND_BLOCKS);
    assert_string_equal(plan->overrides[0]->reason, "by the police");
    assert_int_equal(plan->overrides[0]->set_ms, START_MS + 20000);
    assert_false(plan->overrides[0]->suspended);
    assert_true(plan->free_clearance_s > 0);
    assert_true(plan->clearance_s > plan->free_clearance_s);
    drop(reply);

    /* After a crash it still holds. */
    test_server_close(&server);
    test_server_open(&server, journal);
    reply = get(&server);
    assert_int_equal(reply->plan->n_overrides, GROUND_BLOCKS);
    assert_int_equal(share_of(exits_of(reply->plan, LOWER_NORTH), 2), 1000);
    assert_true(reply->plan->free_clearance_s > 0);
    drop(reply);

    Tifo__V1__Override back = fixed_south();
    back.kind = TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_TAKEN_BACK;
    back.n_destination = back.n_share_milli = 0;
    for (back.origin = GROUND_ZONES; back.origin < GROUND_PLACES; back.origin++)
        say(&server, &back);
    reply = get(&server);
    assert_int_equal(reply->plan->n_overrides, 0);
    assert_int_equal(reply->plan->free_clearance_s, 0);
    assert_true(share_of(exits_of(reply->plan, LOWER_NORTH), 0) > 0);
    drop(reply);
    test_server_close(&server);
    journal->ops->close(journal);
}

static void a_forbidden_exit_is_not_taken(void **state)
{
    (void)state;
    struct test_server server;
    open_ground(&server, NULL);
    Tifo__V1__Override rule = fixed_south();
    rule.kind = TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FORBIDDEN;
    rule.n_share_milli = 0;
    rule.destination = north;
    say(&server, &rule);
    Tifo__V1__GetGuidanceResponse *reply = get(&server);
    assert_int_equal(share_of(exits_of(reply->plan, LOWER_NORTH), 0), 0);
    assert_true(reply->plan->free_clearance_s > 0);
    drop(reply);
    test_server_close(&server);
}

static bool has_exits(const Tifo__V1__Plan *plan, uint32_t origin)
{
    for (size_t i = 0; i < plan->n_splits; i++)
        if (plan->splits[i]->origin == origin &&
            plan->splits[i]->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT)
            return true;
    return false;
}

static void set_opening(struct test_server *server, uint32_t opening, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetOpeningRequest request = TIFO__V1__SET_OPENING_REQUEST__INIT;
    request.opening = opening;
    request.mode = mode;
    drop(call(server, GUIDANCE("SetOpening"), &request));
}

/* The upper north has no other way down: nothing is said there that cannot be done. */
static void a_blocked_stair_is_planned_at_once(void **state)
{
    (void)state;
    struct test_server server;
    const uint32_t opening = open_ground(&server, NULL);
    set_opening(&server, opening, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    Tifo__V1__GetGuidanceResponse *reply = get(&server);
    assert_int_equal(reply->plan->n_closed_opening, 1);
    assert_int_equal(reply->plan->closed_opening[0], opening);
    assert_false(has_exits(reply->plan, UPPER_NORTH));
    assert_false(has_exits(reply->plan, CONCOURSE_UPPER_NORTH));
    assert_true(has_exits(reply->plan, LOWER_NORTH));
    drop(reply);
    set_opening(&server, opening, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
    reply = get(&server);
    assert_int_equal(reply->plan->n_closed_opening, 0);
    assert_int_equal(exits_of(reply->plan, CONCOURSE_UPPER_NORTH)->next_place[0], STAIRS_NORTH);
    drop(reply);
    Tifo__V1__SetOpeningRequest request = TIFO__V1__SET_OPENING_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.opening = 1000;
    request.mode = TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    assert_null(test_server_call(&server, GUIDANCE("SetOpening"), &request, &status));
    assert_string_equal(status.field, "opening");
    rpc_status_fini(&status);
    test_server_close(&server);
}

static void a_dry_run_takes_them_too(void **state)
{
    (void)state;
    struct test_server server;
    uint32_t opening = open_ground(&server, NULL);
    Tifo__V1__Override every[GROUND_BLOCKS], *rules[GROUND_BLOCKS];
    for (uint32_t i = 0; i < GROUND_BLOCKS; i++) {
        every[i] = fixed_south();
        every[i].origin = GROUND_ZONES + i;
        rules[i] = &every[i];
    }
    Tifo__V1__DryRunRequest request = TIFO__V1__DRY_RUN_REQUEST__INIT;
    request.overrides = rules;
    request.n_overrides = GROUND_BLOCKS;
    Tifo__V1__DryRunResponse *dry = call(&server, GUIDANCE("DryRun"), &request);
    assert_int_equal(share_of(exits_of(dry->plan, LOWER_NORTH), 2), 1000);
    assert_int_equal(dry->plan->n_overrides, GROUND_BLOCKS);
    assert_true(dry->plan->clearance_s > dry->plan->free_clearance_s);
    drop(dry);
    request.close_opening = &opening;
    request.n_close_opening = 1;
    dry = call(&server, GUIDANCE("DryRun"), &request);
    assert_int_equal(dry->plan->n_closed_opening, 1);
    assert_false(has_exits(dry->plan, UPPER_NORTH));
    drop(dry);
    Tifo__V1__GetGuidanceResponse *reply = get(&server);
    assert_int_equal(reply->plan->n_overrides, 0);
    assert_int_equal(reply->plan->n_closed_opening, 0);
    assert_int_equal(reply->plan->free_clearance_s, 0);
    drop(reply);

    /* What is in force can be left out. */
    Tifo__V1__Override *rule = &every[0];
    say(&server, rule);
    rule->kind = TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_TAKEN_BACK;
    rule->n_destination = rule->n_share_milli = 0;
    request.n_overrides = 1;
    dry = call(&server, GUIDANCE("DryRun"), &request);
    assert_int_equal(dry->plan->n_overrides, 0);
    assert_int_equal(dry->plan->free_clearance_s, 0);
    drop(dry);
    rule->origin = 1000;
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, GUIDANCE("DryRun"), &request, &status));
    assert_string_equal(status.field, "override.origin");
    rpc_status_fini(&status);
    test_server_close(&server);
}

static void assert_refused(struct test_server *server, Tifo__V1__Override *rule, const char *field)
{
    Tifo__V1__SetOverrideRequest request = TIFO__V1__SET_OVERRIDE_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.override = rule;
    assert_null(test_server_call(server, GUIDANCE("SetOverride"), &request, &status));
    assert_string_equal(status.reason, "BAD_FIELD");
    assert_string_equal(status.field, field);
    rpc_status_fini(&status);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static uint32_t many[17], half[] = { 500 };
    struct test_server server;
    open_ground(&server, NULL);
    Tifo__V1__Override rule = fixed_south();
    rule.n_share_milli = 0;
    assert_refused(&server, &rule, "override.share_milli");
    rule = fixed_south();
    rule.share_milli = half;
    assert_refused(&server, &rule, "override.share_milli");
    rule = fixed_south();
    rule.destination = rule.share_milli = many;
    rule.n_destination = rule.n_share_milli = 17;
    assert_refused(&server, &rule, "override.destination");
    rule = fixed_south();
    rule.kind = TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_UNSPECIFIED;
    rule.n_share_milli = 0;
    assert_refused(&server, &rule, "override.kind");
    assert_refused(&server, NULL, "override.origin");
    test_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_obeys_and_says_what_it_costs),
        cmocka_unit_test(a_forbidden_exit_is_not_taken),
        cmocka_unit_test(a_blocked_stair_is_planned_at_once),
        cmocka_unit_test(a_dry_run_takes_them_too),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
