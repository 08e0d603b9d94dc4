#include "tests/unit/sim/small.h"

#include "api/rpc/rpc.h"
#include "clients/c/tifo.h"
#include "sim/link.h"
#include "tests/support/partly.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* As much of a tifod as the link talks to: it keeps what is durable, and can lose what is not. */
struct fake {
    int64_t now_ms;
    bool driven;
    uint64_t taken;  /* Sequence of the last readings that became durable ... */
    uint64_t folded; /* ... and that only lies in memory. */
    uint32_t reports, advances, phases, gates, plans_read;
    uint32_t called; /* A bit for each block of the last phase. */
    uint64_t guidance_seq;
    int lose_advances;      /* So many times: forget what lies in memory, and do not answer. */
    int lose_gates;         /* So many times: do it, and do not answer. */
    Tifo__V1__Venue *venue; /* What it has; NULL: none. */
    bool hangs;             /* Keeps an Advance, and the run is told to stop meanwhile. */
    struct rpc_call *kept;
    bool gate_open;
    volatile sig_atomic_t stop;
    struct rpc_server *server;
    char address[32];
};

static void lose(struct rpc_call *call)
{
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNAVAILABLE, .message = "killed" });
}

static void get_clock(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    Tifo__V1__GetClockResponse reply = TIFO__V1__GET_CLOCK_RESPONSE__INIT;
    reply.now_ms = fake->now_ms;
    reply.driven = fake->driven;
    reply.seq = 42;
    reply.digest = 0xD1;
    rpc_reply(call, &reply.base);
}

static void advance(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    const Tifo__V1__AdvanceRequest *request = (const void *)rpc_request(call);
    fake->advances++;
    if (fake->hangs) {
        fake->kept = call;
        fake->stop = 1;
        return;
    }
    if (fake->lose_advances > 0) {
        fake->lose_advances--;
        fake->folded = fake->taken;
        lose(call);
        return;
    }
    fake->taken = fake->folded;
    fake->now_ms = request->to_ms;
    Tifo__V1__AdvanceResponse reply = TIFO__V1__ADVANCE_RESPONSE__INIT;
    reply.guidance_seq = fake->guidance_seq;
    rpc_reply(call, &reply.base);
}

static void import_venue(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    Tifo__V1__ImportVenueResponse reply = TIFO__V1__IMPORT_VENUE_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void get_venue(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    Tifo__V1__GetVenueResponse reply = TIFO__V1__GET_VENUE_RESPONSE__INIT;
    reply.venue = fake->venue;
    rpc_reply(call, &reply.base);
}

static void set_phase(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    const Tifo__V1__SetPhaseRequest *request = (const void *)rpc_request(call);
    fake->phases++;
    fake->called = 0;
    for (size_t i = 0; i < request->phase->n_leave_block; i++)
        fake->called |= 1u << request->phase->leave_block[i];
    Tifo__V1__SetPhaseResponse reply = TIFO__V1__SET_PHASE_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void report(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    const Tifo__V1__ReportRequest *request = (const void *)rpc_request(call);
    fake->reports++;
    if (request->readings->sequence > fake->folded)
        fake->folded = request->readings->sequence;
    Tifo__V1__ReportResponse reply = TIFO__V1__REPORT_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void get_guidance(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    Tifo__V1__GetGuidanceResponse reply = TIFO__V1__GET_GUIDANCE_RESPONSE__INIT;
    Tifo__V1__Plan plan = TIFO__V1__PLAN__INIT;
    plan.number = ++fake->plans_read;
    reply.plan = &plan;
    rpc_reply(call, &reply.base);
}

static void set_gate(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    const Tifo__V1__SetGateRequest *request = (const void *)rpc_request(call);
    fake->gates++;
    fake->gate_open = request->mode == TIFO__V1__GATE_MODE__GATE_MODE_OPEN;
    if (fake->lose_gates > 0) {
        fake->lose_gates--;
        lose(call);
        return;
    }
    Tifo__V1__SetGateResponse reply = TIFO__V1__SET_GATE_RESPONSE__INIT;
    rpc_reply(call, &reply.base);
}

static void get_crowd(struct rpc_call *call, void *ctx)
{
    struct fake *fake = ctx;
    Tifo__V1__GetCrowdResponse reply = TIFO__V1__GET_CROWD_RESPONSE__INIT;
    Tifo__V1__CrowdState state = TIFO__V1__CROWD_STATE__INIT;
    Tifo__V1__GateMode mode = fake->gate_open ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN
                                              : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    state.gate_mode = &mode;
    state.n_gate_mode = 1;
    static uint32_t waits[] = { 7, UINT32_MAX, 30 };
    state.gate_wait_s = waits;
    state.n_gate_wait_s = 3;
    reply.state = &state;
    rpc_reply(call, &reply.base);
}

static void fake_start(struct fake *fake)
{
    static const struct rpc_method clock[] = { { "Advance", RPC_UNARY, advance, NULL },
                                               { "GetClock", RPC_UNARY, get_clock, NULL } };
    static const struct rpc_method venues[] = { { "ImportVenue", RPC_UNARY, import_venue, NULL },
                                                { "GetVenue", RPC_UNARY, get_venue, NULL },
                                                { "SetPhase", RPC_UNARY, set_phase, NULL } };
    static const struct rpc_method telemetry[] = { { "Report", RPC_UNARY, report, NULL } };
    static const struct rpc_method guidance[] = { { "GetGuidance", RPC_UNARY, get_guidance, NULL },
                                                  { "SetGate", RPC_UNARY, set_gate, NULL } };
    static const struct rpc_method crowd[] = { { "GetCrowd", RPC_UNARY, get_crowd, NULL } };
    static struct partly kept[5];
    static const struct rpc_service *const services[] = { &kept[0].service, &kept[1].service,
                                                          &kept[2].service, &kept[3].service,
                                                          &kept[4].service, NULL };
    char why[200];
    partly_init(&kept[0], &tifo__v1__clock__descriptor, clock, COUNT(clock), fake);
    partly_init(&kept[1], &tifo__v1__venues__descriptor, venues, COUNT(venues), fake);
    partly_init(&kept[2], &tifo__v1__telemetry__descriptor, telemetry, COUNT(telemetry), fake);
    partly_init(&kept[3], &tifo__v1__guidance__descriptor, guidance, COUNT(guidance), fake);
    partly_init(&kept[4], &tifo__v1__crowd__descriptor, crowd, COUNT(crowd), fake);
    fake->server = rpc_server_create(
        &(struct rpc_server_options){ .address = "127.0.0.1:0", .services = services }, why,
        sizeof why);
    if (fake->server == NULL)
        fail_msg("%s", why);
    rpc_server_set_serving(fake->server, true);
    snprintf(fake->address, sizeof fake->address, "127.0.0.1:%u", rpc_server_port(fake->server));
}

static const int64_t start_ms = 1778942460000;

static struct link *open_link(struct fake *fake, Tifo__V1__Venue *venue, char *why, size_t size)
{
    return link_open(&(struct link_def){ .server.address = fake->address,
                                         .venue = venue,
                                         .start_ms = start_ms,
                                         .stop = &fake->stop },
                     why, size);
}

static Tifo__V1__Readings readings_of(uint64_t sequence)
{
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    readings.source = "sim";
    readings.sequence = sequence;
    return readings;
}

static bool turn(struct link *link, const Tifo__V1__Readings *readings, int64_t to_ms)
{
    return link_advance(link, &readings, 1, to_ms);
}

static void a_turn_reports_advances_and_reads_guidance_when_it_moved(void **state)
{
    (void)state;
    struct fake fake = { .driven = true, .gate_open = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400] = "";
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    if (link == NULL)
        fail_msg("%s", why);
    assert_true(fake.now_ms == start_ms);
    uint32_t number;
    assert_null(link_plan(link, &number));
    Tifo__V1__Readings readings = readings_of(1);
    assert_true(turn(link, &readings, start_ms + LINK_STEP_MS));
    assert_int_equal(fake.plans_read, 0);
    fake.guidance_seq = 9;
    readings = readings_of(2);
    assert_true(turn(link, &readings, start_ms + 2 * LINK_STEP_MS));
    assert_non_null(link_plan(link, &number));
    assert_int_equal(number, 1);
    assert_int_equal(fake.plans_read, 1);
    assert_true(fake.now_ms == start_ms + 2 * LINK_STEP_MS && fake.taken == 2);
    uint64_t seq, digest;
    assert_true(link_journal(link, &seq, &digest));
    assert_true(seq == 42 && digest == 0xD1);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void readings_that_a_killed_server_lost_are_told_again(void **state)
{
    (void)state;
    struct fake fake = { .driven = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400] = "";
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    fake.lose_advances = 2;
    Tifo__V1__Readings readings = readings_of(1);
    assert_true(turn(link, &readings, start_ms + LINK_STEP_MS));
    assert_int_equal(fake.reports, 3);
    assert_true(fake.taken == 1);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void a_gate_is_set_once_even_if_the_answer_is_lost(void **state)
{
    (void)state;
    struct fake fake = { .driven = true, .gate_open = true, .lose_gates = 1 };
    Tifo__V1__Venue *venue = small_venue();
    char why[400] = "";
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    assert_true(link_set_gate(link, 0, false, "a test"));
    assert_false(fake.gate_open);
    assert_int_equal(fake.gates, 1);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void a_stage_says_which_blocks_leave(void **state)
{
    (void)state;
    struct fake fake = { .driven = true };
    Tifo__V1__Venue *venue = small_venue();
    struct phase phase = { .kind = PHASE_EVACUATION, .label = "south out", .to_s = 60 };
    char why[400] = "";
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    phase.stand_count = 1;
    snprintf(phase.stands[0], sizeof phase.stands[0], "South");
    assert_true(link_set_phase(link, &phase, NULL));
    uint32_t south = 0;
    for (uint32_t i = 0; i < venue->n_blocks; i++)
        south |= (uint32_t)(venue->blocks[i]->stand[0] == 'S') << i;
    assert_true(south != 0 && fake.called == south);
    phase.stand_count = 0;
    assert_true(link_set_phase(link, &phase, NULL));
    assert_int_equal(fake.called, 0);
    assert_int_equal(fake.phases, 2);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void servers_that_do_not_fit_are_refused_in_words(void **state)
{
    (void)state;
    struct fake real = { .driven = false }, used = { .driven = true, .now_ms = start_ms + 1 };
    Tifo__V1__Venue *venue = small_venue();
    char why[400];
    fake_start(&real);
    assert_null(open_link(&real, venue, why, sizeof why));
    assert_non_null(strstr(why, "--clock driven"));
    rpc_server_destroy(real.server);
    fake_start(&used);
    assert_null(open_link(&used, venue, why, sizeof why));
    assert_non_null(strstr(why, "empty --data"));
    rpc_server_destroy(used.server);
    tifo_venue_free(venue);
}

static void a_server_that_comes_back_with_another_past_is_refused(void **state)
{
    (void)state;
    struct fake fake = { .driven = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400];
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    fake.lose_advances = 1;
    fake.now_ms = 0;
    Tifo__V1__Readings readings = readings_of(1);
    assert_false(turn(link, &readings, start_ms + LINK_STEP_MS));
    assert_non_null(strstr(link_problem(link), "another past"));
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void a_server_with_another_venue_keeps_its_time(void **state)
{
    (void)state;
    struct fake fake = { .driven = true, .now_ms = 5, .venue = small_venue() };
    Tifo__V1__Venue *venue = small_venue();
    char why[400];
    fake.venue->gates[0]->turnstiles++;
    fake_start(&fake);
    assert_null(open_link(&fake, venue, why, sizeof why));
    assert_non_null(strstr(why, "has another venue, four-gates"));
    assert_true(fake.now_ms == 5);
    /* The same one is no other. */
    fake.venue->gates[0]->turnstiles--;
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(fake.venue);
    tifo_venue_free(venue);
}

static void a_server_that_only_tells_the_time_is_given_up(void **state)
{
    (void)state;
    struct fake fake = { .driven = true, .gate_open = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400] = "";
    fake_start(&fake);
    struct link *link = link_open(&(struct link_def){ .server.address = fake.address,
                                                      .venue = venue,
                                                      .start_ms = start_ms,
                                                      .stop = &fake.stop,
                                                      .patience_s = 0.5 },
                                  why, sizeof why);
    assert_non_null(link);
    fake.lose_advances = INT32_MAX;
    Tifo__V1__Readings readings = readings_of(1);
    assert_false(turn(link, &readings, start_ms + LINK_STEP_MS));
    assert_non_null(strstr(link_problem(link), "answers, but not to Advance"));
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void waits_at_gates_are_read(void **state)
{
    (void)state;
    struct fake fake = { .driven = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400] = "";
    uint32_t waits[4];
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    assert_int_equal(venue->n_gates, 4);
    assert_true(link_gate_waits(link, waits));
    /* Of a gate that it says nothing about, nothing is expected. */
    assert_true(waits[0] == 7 && waits[1] == UINT32_MAX && waits[2] == 30 && waits[3] == 0);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

static void a_stopped_run_does_not_wait_for_a_server_that_hangs(void **state)
{
    (void)state;
    struct fake fake = { .driven = true };
    Tifo__V1__Venue *venue = small_venue();
    char why[400];
    fake_start(&fake);
    struct link *link = open_link(&fake, venue, why, sizeof why);
    assert_non_null(link);
    fake.hangs = true;
    Tifo__V1__Readings readings = readings_of(1);
    time_t before_s = time(NULL);
    assert_false(turn(link, &readings, start_ms + LINK_STEP_MS));
    assert_true(difftime(time(NULL), before_s) < 30);
    assert_int_equal(fake.advances, 2); /* One of them at the opening. */
    lose(fake.kept);
    link_close(link);
    rpc_server_destroy(fake.server);
    tifo_venue_free(venue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_reports_advances_and_reads_guidance_when_it_moved),
        cmocka_unit_test(readings_that_a_killed_server_lost_are_told_again),
        cmocka_unit_test(a_gate_is_set_once_even_if_the_answer_is_lost),
        cmocka_unit_test(a_stage_says_which_blocks_leave),
        cmocka_unit_test(servers_that_do_not_fit_are_refused_in_words),
        cmocka_unit_test(a_server_that_comes_back_with_another_past_is_refused),
        cmocka_unit_test(a_server_with_another_venue_keeps_its_time),
        cmocka_unit_test(a_server_that_only_tells_the_time_is_given_up),
        cmocka_unit_test(waits_at_gates_are_read),
        cmocka_unit_test(a_stopped_run_does_not_wait_for_a_server_that_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
