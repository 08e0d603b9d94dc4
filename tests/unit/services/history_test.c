/* The past: pages of the journal, facts and pictures played again, windows of time. */
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "server/core/fact.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/history.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

enum { MINUTES = 5 };

static struct test_server server;
static uint64_t sequence;
static int64_t now_ms;

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- What happened ----------------------------------------------------------------------------
 */

static void advance(int64_t by_ms)
{
    test_server_advance(&server, now_ms += by_ms);
}

static void pass(uint32_t gate, uint32_t in)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__TurnstileCounts turnstiles = TIFO__V1__TURNSTILE_COUNTS__INIT;
    uint32_t out = 1;
    turnstiles.n_gate = turnstiles.n_in = turnstiles.n_out = 1;
    turnstiles.gate = &gate;
    turnstiles.in = &in;
    turnstiles.out = &out;
    readings.source = "turnstiles";
    readings.sequence = ++sequence;
    readings.at_ms = now_ms;
    readings.turnstiles = &turnstiles;
    request.readings = &readings;
    test_server_do(&server, "/tifo.v1.Telemetry/Report", &request);
}

static void set_gate(uint32_t gate, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = mode;
    test_server_do(&server, "/tifo.v1.Guidance/SetGate", &request);
}

/* Each minute 30 people in and one out, and a gate that is shut and opened. */
static int play_match(void **state)
{
    (void)state;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    sequence = 0;
    now_ms = START_MS;
    advance(0);
    for (uint32_t minute = 0; minute < MINUTES; minute++) {
        pass(0, 30);
        advance(20000);
        set_gate(1, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
        advance(20000);
        set_gate(1, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
        advance(20000);
    }
    return 0;
}

static int end_match(void **state)
{
    (void)state;
    test_server_close(&server);
    return 0;
}

/* ---- ListFacts --------------------------------------------------------------------------------
 */

static Tifo__V1__ListFactsResponse *list(Tifo__V1__ListFactsRequest *request)
{
    Tifo__V1__ListFactsResponse *reply =
        test_server_call(&server, "/tifo.v1.History/ListFacts", request, NULL);
    assert_non_null(reply);
    return reply;
}

static void pages_have_each_fact_once_in_order(void **state)
{
    (void)state;
    for (int newest_first = 0; newest_first < 2; newest_first++) {
        Tifo__V1__ListFactsRequest request = TIFO__V1__LIST_FACTS_REQUEST__INIT;
        char token[32] = "";
        const uint64_t last = stadium_seq(server.stadium);
        uint64_t seen = 0;
        request.newest_first = newest_first;
        request.page_size = 7;
        do {
            request.page_token = token;
            Tifo__V1__ListFactsResponse *reply = list(&request);
            assert_true(reply->n_facts <= 7);
            for (size_t i = 0; i < reply->n_facts; i++) {
                const Tifo__V1__HistoryFact *fact = reply->facts[i];
                assert_int_equal(fact->seq, newest_first ? last - seen : seen + 1);
                assert_int_equal(fact->at_ms, fact->fact->time_ms);
                assert_int_equal(fact->kind, fact->fact->what_case);
                seen++;
            }
            snprintf(token, sizeof token, "%s", reply->next_page_token);
            drop(reply);
            if (newest_first && seen == 7) /* What is new moves no page. */
                advance(60000);
        } while (token[0]);
        assert_true(newest_first ? seen == last : seen >= last);
    }
}

static void kinds_and_times_choose(void **state)
{
    (void)state;
    Tifo__V1__ListFactsRequest request = TIFO__V1__LIST_FACTS_REQUEST__INIT;
    uint32_t gates = FACT_GATE_SET;
    request.kinds = &gates;
    request.n_kinds = 1;
    Tifo__V1__ListFactsResponse *reply = list(&request);
    assert_int_equal(reply->n_facts, 2 * MINUTES);
    assert_string_equal(reply->next_page_token, "");
    assert_int_equal(reply->as_of_seq, stadium_seq(server.stadium));
    drop(reply);
    request.from_ms = START_MS + 60000 + 20000; /* The second minute's closing, */
    request.to_ms = START_MS + 120000 + 20000;  /* up to before the third one's. */
    for (int newest_first = 0; newest_first < 2; newest_first++) {
        request.newest_first = newest_first;
        reply = list(&request);
        assert_int_equal(reply->n_facts, 2);
        const Tifo__V1__GateSet *closed = reply->facts[newest_first]->fact->gate_set;
        assert_int_equal(closed->mode, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
        assert_int_equal(reply->facts[newest_first]->at_ms, request.from_ms);
        drop(reply);
    }
    request.from_ms = now_ms + 1;
    request.to_ms = 0;
    reply = list(&request);
    assert_int_equal(reply->n_facts, 0);
    assert_string_equal(reply->next_page_token, "");
    drop(reply);
}

static void wrong_questions_are_refused_with_their_field(void **state)
{
    (void)state;
    uint32_t unknown[] = { FACT_GATE_SET, 999 }, twice[] = { FACT_GATE_SET, FACT_GATE_SET };
    const struct {
        Tifo__V1__ListFactsRequest request;
        const char *field;
    } cases[] = {
        { { .base = PROTOBUF_C_MESSAGE_INIT(&tifo__v1__list_facts_request__descriptor),
            .kinds = unknown,
            .n_kinds = 2 },
          "kinds[1]" },
        { { .base = PROTOBUF_C_MESSAGE_INIT(&tifo__v1__list_facts_request__descriptor),
            .kinds = twice,
            .n_kinds = 2 },
          "kinds[1]" },
        { { .base = PROTOBUF_C_MESSAGE_INIT(&tifo__v1__list_facts_request__descriptor),
            .from_ms = 5,
            .to_ms = 5 },
          "to_ms" },
        { { .base = PROTOBUF_C_MESSAGE_INIT(&tifo__v1__list_facts_request__descriptor),
            .page_token = "x" },
          "page_token" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Tifo__V1__ListFactsRequest request = cases[i].request;
        struct rpc_status status = { 0 };
        request.venue_id = "";
        request.page_token = request.page_token ? request.page_token : "";
        assert_null(test_server_call(&server, "/tifo.v1.History/ListFacts", &request, &status));
        assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
        assert_string_equal(status.field, cases[i].field);
        rpc_status_fini(&status);
    }
}

/* ---- Replay -----------------------------------------------------------------------------------
 */

static struct rpc_memory_call *play(const Tifo__V1__ReplayRequest *request)
{
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/tifo.v1.History/Replay", NULL, 0, &request->base);
    test_server_run(&server);
    return call;
}

/* Takes what is there and lets the server go on. */
static Tifo__V1__ReplayResponse *next(struct rpc_memory_call *call)
{
    Tifo__V1__ReplayResponse *message = (void *)rpc_memory_next(call);
    test_server_run(&server);
    return message;
}

static void facts_are_played_in_the_order_of_the_journal(void **state)
{
    (void)state;
    Tifo__V1__ReplayRequest request = TIFO__V1__REPLAY_REQUEST__INIT;
    Tifo__V1__ListFactsRequest listing = TIFO__V1__LIST_FACTS_REQUEST__INIT;
    listing.page_size = 500;
    Tifo__V1__ListFactsResponse *wanted = list(&listing);
    struct rpc_memory_call *call = play(&request);
    struct rpc_status status = { 0 };
    uint64_t to_seq = 0;
    size_t seen = 0;
    for (Tifo__V1__ReplayResponse *message; (message = next(call)); drop(message)) {
        assert_int_equal(message->from_seq, to_seq);
        to_seq = message->to_seq;
        for (size_t i = 0; i < message->n_facts; i++, seen++) {
            const Tifo__V1__HistoryFact *a = message->facts[i], *b = wanted->facts[seen];
            uint8_t one[8192], two[8192];
            const size_t size = tifo__v1__history_fact__get_packed_size(a);
            if (size > sizeof one)
                continue;
            assert_int_equal(size, tifo__v1__history_fact__get_packed_size(b));
            tifo__v1__history_fact__pack(a, one);
            tifo__v1__history_fact__pack(b, two);
            assert_memory_equal(one, two, size);
        }
    }
    assert_int_equal(seen, wanted->n_facts);
    assert_int_equal(seen, stadium_seq(server.stadium));
    assert_int_equal(to_seq, seen);
    assert_true(rpc_memory_ended(call, &status));
    assert_int_equal(status.code, RPC_OK);
    rpc_status_fini(&status);
    rpc_memory_destroy(call);
    drop(wanted);
}

/* Facts that have come by now. */
static size_t come(struct rpc_memory_call *call)
{
    size_t count = 0;
    for (Tifo__V1__ReplayResponse *message; (message = next(call)); drop(message))
        count += message->n_facts;
    return count;
}

static void a_replay_keeps_its_pace_and_begins_where_it_is_told(void **state)
{
    (void)state;
    Tifo__V1__ReplayRequest request = TIFO__V1__REPLAY_REQUEST__INIT;
    uint32_t gates = FACT_GATE_SET;
    request.kinds = &gates;
    request.n_kinds = 1;
    request.speed_milli = 10000;
    request.from_ms = START_MS + 60000; /* Then the next closing is 20 s away: 2 s. */
    struct rpc_memory_call *call = play(&request);
    assert_int_equal(come(call), 0);
    server.machine_ms += 1900;
    test_server_run(&server);
    assert_int_equal(come(call), 0);
    server.machine_ms += 100;
    test_server_run(&server);
    assert_int_equal(come(call), 1);
    server.machine_ms += 2000;
    test_server_run(&server);
    assert_int_equal(come(call), 1);
    server.machine_ms += 6000; /* Who was slow catches up. */
    test_server_run(&server);
    assert_int_equal(come(call), 2);
    assert_false(rpc_memory_ended(call, NULL));
    server.machine_ms += 100000;
    test_server_run(&server);
    assert_int_equal(come(call), 2 * (MINUTES - 2) - 2 + 0);
    assert_true(rpc_memory_ended(call, NULL));
    rpc_memory_destroy(call);
}

/* Rows as a client keeps them. */
struct screen {
    uint32_t people[GROUND_PLACES];
    uint64_t total_in[GROUND_GATES];
    Tifo__V1__GateMode mode[GROUND_GATES];
    uint32_t inside;
    uint64_t seq;
};

static void show(struct screen *screen, const Tifo__V1__WatchLiveResponse *picture)
{
    assert_true(picture->from_seq == 0 || picture->from_seq == screen->seq);
    for (size_t i = 0; i < picture->n_places; i++)
        screen->people[picture->places[i]->place] = picture->places[i]->people;
    for (size_t i = 0; i < picture->n_gates; i++) {
        screen->total_in[picture->gates[i]->gate] = picture->gates[i]->total_in;
        screen->mode[picture->gates[i]->gate] = picture->gates[i]->mode;
    }
    screen->inside = picture->inside;
    screen->seq = picture->to_seq;
}

static void the_picture_is_played_to_what_it_is_now(void **state)
{
    (void)state;
    Tifo__V1__LiveFilter all = TIFO__V1__LIVE_FILTER__INIT;
    Tifo__V1__ReplayRequest request = TIFO__V1__REPLAY_REQUEST__INIT;
    Tifo__V1__WatchLiveRequest live = TIFO__V1__WATCH_LIVE_REQUEST__INIT;
    struct screen played = { 0 }, now = { 0 };
    request.picture = &all;
    request.from_ms = START_MS + 60000 + 30000; /* The gate is shut then. */
    struct rpc_memory_call *call = play(&request);
    Tifo__V1__ReplayResponse *message = next(call);
    assert_non_null(message);
    assert_int_equal(message->picture->from_seq, 0);
    assert_int_equal(message->picture->n_places, GROUND_PLACES);
    assert_int_equal(message->picture->gates[1]->mode, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    assert_int_equal(message->picture->gates[0]->total_in, 60);
    for (; message; message = next(call)) {
        show(&played, message->picture);
        drop(message);
    }
    assert_true(rpc_memory_ended(call, NULL));
    rpc_memory_destroy(call);
    call = rpc_memory_start(server.rpc, "/tifo.v1.Live/WatchLive", NULL, 0, &live.base);
    test_server_run(&server);
    Tifo__V1__WatchLiveResponse *whole = (void *)rpc_memory_next(call);
    show(&now, whole);
    drop(whole);
    rpc_memory_destroy(call);
    now.seq = played.seq; /* The last facts may change no row. */
    assert_memory_equal(&played, &now, sizeof now);
}

static void a_replay_that_cannot_be_is_refused(void **state)
{
    (void)state;
    Tifo__V1__LiveFilter filter = TIFO__V1__LIVE_FILTER__INIT;
    uint32_t place = GROUND_PLACES, kind = FACT_GATE_SET;
    Tifo__V1__ReplayRequest fast = TIFO__V1__REPLAY_REQUEST__INIT, both = fast, wrong = fast;
    fast.speed_milli = 1000001;
    both.picture = wrong.picture = &filter;
    both.kinds = &kind;
    both.n_kinds = 1;
    filter.places = &place;
    filter.n_places = 1;
    const struct {
        const Tifo__V1__ReplayRequest *request;
        const char *field;
    } cases[] = { { &fast, "speed_milli" }, { &both, "kinds" }, { &wrong, "picture.places[0]" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rpc_status status = { 0 };
        struct rpc_memory_call *call = play(cases[i].request);
        assert_true(rpc_memory_ended(call, &status));
        assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
        assert_string_equal(status.field, cases[i].field);
        rpc_status_fini(&status);
        rpc_memory_destroy(call);
    }
}

static void who_leaves_a_replay_leaves_nothing_behind(void **state)
{
    (void)state;
    Tifo__V1__ReplayRequest request = TIFO__V1__REPLAY_REQUEST__INIT;
    request.speed_milli = 1;
    struct rpc_memory_call *call = play(&request);
    rpc_memory_cancel(call);
    server.machine_ms += 2000;
    test_server_run(&server);
    rpc_memory_destroy(call);
    struct rpc_server_stats stats;
    rpc_server_stats(server.rpc, &stats);
    assert_int_equal(stats.calls_live, 0);
}

/* ---- Summarize --------------------------------------------------------------------------------
 */

static void windows_count_what_happened(void **state)
{
    (void)state;
    Tifo__V1__SummarizeRequest request = TIFO__V1__SUMMARIZE_REQUEST__INIT;
    request.from_ms = START_MS;
    request.to_ms = START_MS + MINUTES * 60000;
    Tifo__V1__SummarizeResponse *reply =
        test_server_call(&server, "/tifo.v1.History/Summarize", &request, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->n_windows, MINUTES);
    for (size_t i = 0; i < MINUTES; i++) {
        const Tifo__V1__SummaryWindow *window = reply->windows[i];
        uint64_t facts = 0, gates = 0, alarms = 0;
        for (size_t k = 0; k < window->n_kinds; k++) {
            facts += window->kinds[k]->count;
            if (window->kinds[k]->kind == FACT_GATE_SET)
                gates = window->kinds[k]->count;
            if (window->kinds[k]->kind == FACT_ALARM_RAISED)
                alarms = window->kinds[k]->count;
        }
        assert_int_equal(window->from_ms, START_MS + (int64_t)i * 60000);
        assert_int_equal(window->facts, facts);
        assert_int_equal(gates, 2);
        assert_int_equal(window->gates_in, 30);
        assert_int_equal(window->gates_out, 1);
        assert_int_equal(window->alarms_raised, alarms);
        if (i > 0)
            assert_int_equal(window->first_seq,
                             reply->windows[i - 1]->first_seq + reply->windows[i - 1]->facts);
    }
    drop(reply);
    struct rpc_status status = { 0 };
    request.window_s = 9;
    assert_null(test_server_call(&server, "/tifo.v1.History/Summarize", &request, &status));
    assert_string_equal(status.field, "window_s");
    rpc_status_fini(&status);
}

int main(void)
{
#define AFTER_MATCH(test) cmocka_unit_test_setup_teardown(test, play_match, end_match)
    const struct CMUnitTest tests[] = {
        AFTER_MATCH(pages_have_each_fact_once_in_order),
        AFTER_MATCH(kinds_and_times_choose),
        AFTER_MATCH(wrong_questions_are_refused_with_their_field),
        AFTER_MATCH(facts_are_played_in_the_order_of_the_journal),
        AFTER_MATCH(a_replay_keeps_its_pace_and_begins_where_it_is_told),
        AFTER_MATCH(the_picture_is_played_to_what_it_is_now),
        AFTER_MATCH(a_replay_that_cannot_be_is_refused),
        AFTER_MATCH(who_leaves_a_replay_leaves_nothing_behind),
        AFTER_MATCH(windows_count_what_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
