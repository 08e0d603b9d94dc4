/* Streams by filter: what is shown, what changes, who goes on where, who follows. */
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "server/services/live.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/live.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS INT64_C(1778942460000)

typedef Tifo__V1__WatchLiveResponse shown;

static struct test_server server;
static uint64_t sequence;
static int64_t now_ms;

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- What happens -----------------------------------------------------------------------------
 */

static void advance(int64_t by_ms)
{
    test_server_advance(&server, now_ms += by_ms);
    test_server_run(&server);
}

static int open_ground(void **state)
{
    (void)state;
    test_server_open(&server, NULL);
    test_server_import_ground(&server);
    sequence = 0;
    now_ms = START_MS;
    advance(0);
    return 0;
}

static int close_ground(void **state)
{
    (void)state;
    test_server_close(&server);
    return 0;
}

/* So many people are seen in a place; shown from here on. */
static void people(uint32_t place, uint32_t count)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &count;
    readings.source = "camera";
    readings.sequence = ++sequence;
    readings.at_ms = now_ms;
    readings.zones = &zones;
    request.readings = &readings;
    test_server_do(&server, "/tifo.v1.Telemetry/Report", &request);
    advance(250);
}

static void set_gate(uint32_t gate, Tifo__V1__GateMode mode)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = mode;
    test_server_do(&server, "/tifo.v1.Guidance/SetGate", &request);
    advance(250);
}

/* ---- Who follows ------------------------------------------------------------------------------
 */

static struct rpc_memory_call *watch_as(const char *caller, Tifo__V1__LiveFilter *filter,
                                        uint64_t after, const char *epoch)
{
    Tifo__V1__WatchLiveRequest request = TIFO__V1__WATCH_LIVE_REQUEST__INIT;
    const struct rpc_metadata_entry metadata = { .key = "tifo-caller", .value = caller };
    request.filter = filter;
    request.after_seq = after;
    request.epoch = (char *)epoch;
    struct rpc_memory_call *call =
        rpc_memory_start(server.rpc, "/tifo.v1.Live/WatchLive", &metadata, 1, &request.base);
    test_server_run(&server);
    return call;
}

static struct rpc_memory_call *watch(Tifo__V1__LiveFilter *filter)
{
    return watch_as("somebody", filter, 0, "");
}

static shown *next(struct rpc_memory_call *call)
{
    shown *message = (shown *)rpc_memory_next(call);
    assert_non_null(message);
    return message;
}

static void nothing_more(struct rpc_memory_call *call)
{
    assert_null(rpc_memory_next(call));
    assert_false(rpc_memory_ended(call, NULL));
}

static Tifo__V1__LiveFilter kinds(Tifo__V1__LiveKind *list, size_t count)
{
    Tifo__V1__LiveFilter filter = TIFO__V1__LIVE_FILTER__INIT;
    filter.kinds = list;
    filter.n_kinds = count;
    return filter;
}

static Tifo__V1__LiveFilter places(uint32_t *list, size_t count)
{
    Tifo__V1__LiveFilter filter = TIFO__V1__LIVE_FILTER__INIT;
    filter.places = list;
    filter.n_places = count;
    return filter;
}

/* ---- What is shown ----------------------------------------------------------------------------
 */

static void all_is_shown_first_and_then_what_changes(void **state)
{
    (void)state;
    struct rpc_memory_call *call = watch(NULL);
    shown *whole = next(call);
    assert_int_equal(whole->from_seq, 0);
    assert_int_equal(whole->n_places, GROUND_PLACES);
    assert_int_equal(whole->n_gates, GROUND_GATES);
    assert_int_equal(whole->n_facilities, GROUND_FACILITIES);
    assert_int_equal(whole->n_phases, 1);
    assert_int_equal(whole->n_plans, 1);
    assert_true(whole->simulated);
    assert_int_not_equal(strlen(whole->epoch), 0);
    nothing_more(call);
    people(2, 40);
    shown *change = next(call);
    assert_int_equal(change->from_seq, whole->to_seq);
    assert_true(change->to_seq > change->from_seq);
    assert_int_equal(change->n_places, 1);
    assert_int_equal(change->places[0]->place, 2);
    assert_int_equal(change->places[0]->people, 40);
    assert_int_equal(change->inside, 40);
    assert_int_equal(change->n_gates, 0);
    assert_int_equal(change->n_phases, 0);
    nothing_more(call);
    drop(whole);
    drop(change);
    rpc_memory_destroy(call);
}

static void a_filter_shows_its_rows_alone(void **state)
{
    (void)state;
    uint32_t west = 2, gate_one = 1;
    Tifo__V1__LiveFilter in_west = places(&west, 1);
    Tifo__V1__LiveFilter at_gate = TIFO__V1__LIVE_FILTER__INIT;
    at_gate.gates = &gate_one;
    at_gate.n_gates = 1;
    struct rpc_memory_call *one = watch(&in_west), *two = watch(&at_gate);
    shown *first = next(one), *second = next(two);
    assert_int_equal(first->n_places, 1);
    assert_int_equal(first->n_gates + first->n_facilities + first->n_phases + first->n_plans, 0);
    assert_int_equal(second->n_gates, 1);
    assert_int_equal(second->gates[0]->gate, 1);
    assert_int_equal(second->n_places, 0);
    people(3, 10); /* Nobody's row. */
    nothing_more(one);
    nothing_more(two);
    people(2, 7);
    nothing_more(two);
    shown *moved = next(one);
    assert_int_equal(moved->from_seq, first->to_seq); /* Without a gap. */
    assert_int_equal(moved->places[0]->people, 7);
    assert_int_equal(moved->inside, 17);
    set_gate(1, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    nothing_more(one);
    shown *shut = next(two);
    assert_int_equal(shut->from_seq, second->to_seq);
    assert_int_equal(shut->gates[0]->mode, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    drop(first);
    drop(second);
    drop(moved);
    drop(shut);
    rpc_memory_destroy(one);
    rpc_memory_destroy(two);
}

/* A jam's alarm is about its other zones, too. */
static void who_follows_a_member_of_a_jam_hears_its_alarm(void **state)
{
    (void)state;
    uint32_t north = 0, east = 3;
    Tifo__V1__LiveFilter in_north = places(&north, 1), in_east = places(&east, 1);
    for (int i = 0; i < 48; i++)
        people(2, 2000); /* C1W, at 2.9 p/m2. */
    struct rpc_memory_call *one = watch(&in_north), *two = watch(&in_east);
    shown *before = next(one);
    drop(next(two));
    assert_int_equal(before->n_alarms, 0);
    people(0, 2600);
    shown *jam = next(one);
    assert_int_equal(jam->n_alarms, 1);
    assert_int_equal(jam->alarms[0]->subject, 2);
    assert_int_equal(jam->alarms[0]->n_members, 1);
    assert_int_equal(jam->alarms[0]->members[0], north);
    people(0, 100); /* It stays theirs: they are to hear that it is over. */
    shown *eased = next(one);
    assert_int_equal(eased->n_alarms, 1);
    assert_int_equal(eased->alarms[0]->n_members, 0);
    nothing_more(two);
    drop(before);
    drop(jam);
    drop(eased);
    rpc_memory_destroy(one);
    rpc_memory_destroy(two);
}

static void alarms_come_and_go_by_what_they_are_about(void **state)
{
    (void)state;
    Tifo__V1__LiveKind alarms = TIFO__V1__LIVE_KIND__LIVE_KIND_ALARM;
    uint32_t gate_two = 2;
    Tifo__V1__LiveFilter all = kinds(&alarms, 1), at_gate = kinds(&alarms, 1);
    at_gate.gates = &gate_two;
    at_gate.n_gates = 1;
    people(0, 100);
    struct rpc_memory_call *one = watch(&all), *two = watch(&at_gate);
    drop(next(one));
    drop(next(two));
    set_gate(1, TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    shown *raised = next(one);
    assert_int_equal(raised->n_alarms, 1);
    assert_int_equal(raised->alarms[0]->subject, 1);
    assert_int_equal(raised->n_gates, 0);
    nothing_more(two);
    set_gate(1, TIFO__V1__GATE_MODE__GATE_MODE_OPEN);
    shown *cleared = next(one);
    assert_int_equal(cleared->n_alarms, 0);
    assert_int_equal(cleared->n_cleared_alarms, 1);
    assert_int_equal(cleared->cleared_alarms[0], raised->alarms[0]->number);
    nothing_more(two);
    people(0, 101);
    nothing_more(one); /* It is told once that one is cleared. */
    drop(raised);
    drop(cleared);
    rpc_memory_destroy(one);
    rpc_memory_destroy(two);
}

static void a_wrong_filter_is_refused_with_its_field(void **state)
{
    (void)state;
    uint32_t rows[] = { 3, GROUND_PLACES, 3 };
    Tifo__V1__LiveKind list[] = { TIFO__V1__LIVE_KIND__LIVE_KIND_PHASE, 9,
                                  TIFO__V1__LIVE_KIND__LIVE_KIND_PHASE };
    Tifo__V1__LiveFilter unknown = places(rows, 2), twice = unknown, kind = kinds(list, 2),
                         kind_twice = kind, empty = kinds(list, 1), facility = empty;
    rows[1] = GROUND_PLACES;
    uint32_t both[] = { 3, 3 };
    Tifo__V1__LiveKind same[] = { list[0], list[0] };
    twice.places = both;
    kind_twice.kinds = same;
    empty.places = rows;
    empty.n_places = 1;
    facility.n_kinds = 0;
    facility.facilities = rows + 1;
    facility.n_facilities = 1;
    const struct {
        Tifo__V1__LiveFilter *filter;
        const char *field;
    } cases[] = {
        { &unknown, "filter.places[1]" }, { &twice, "filter.places[1]" },
        { &kind, "filter.kinds[1]" },     { &kind_twice, "filter.kinds[1]" },
        { &empty, "filter.places" },      { &facility, "filter.facilities[0]" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rpc_status status = { 0 };
        struct rpc_memory_call *call = watch(cases[i].filter);
        assert_true(rpc_memory_ended(call, &status));
        assert_int_equal(status.code, RPC_INVALID_ARGUMENT);
        assert_string_equal(status.field, cases[i].field);
        rpc_status_fini(&status);
        rpc_memory_destroy(call);
    }
}

/* ---- Going on ---------------------------------------------------------------------------------
 */

static void who_comes_back_goes_on_where_it_was_or_is_told(void **state)
{
    (void)state;
    uint32_t west = 2, east = 3;
    Tifo__V1__LiveFilter filter = places(&west, 1), other = places(&east, 1);
    struct rpc_memory_call *call = watch(&filter);
    shown *whole = next(call);
    rpc_memory_destroy(call);
    people(2, 1);
    people(2, 2);
    call = watch_as("somebody", &filter, whole->to_seq, whole->epoch);
    shown *missed = next(call);
    assert_int_equal(missed->recovery, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED);
    assert_int_equal(missed->from_seq, whole->to_seq);
    assert_int_equal(missed->n_places, 2); /* One after the other: the last one counts. */
    assert_int_equal(missed->places[1]->people, 2);
    nothing_more(call);
    people(2, 3);
    shown *then = next(call);
    assert_int_equal(then->from_seq, missed->to_seq);
    assert_int_equal(then->recovery, 0);
    rpc_memory_destroy(call);
    const struct {
        Tifo__V1__LiveFilter *filter;
        uint64_t after;
        const char *epoch;
        Tifo__V1__LiveRecovery recovery;
    } cases[] = {
        { &filter, 1, whole->epoch, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_TOO_OLD },
        { &filter, 1000, whole->epoch, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_TOO_OLD },
        { &filter, then->to_seq, "elsewhere", TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH },
        { &other, then->to_seq, whole->epoch, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH },
        { &filter, then->to_seq, whole->epoch, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        call = watch_as("somebody", cases[i].filter, cases[i].after, cases[i].epoch);
        shown *first = next(call);
        const bool recovered =
            cases[i].recovery == TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_RECOVERED;
        assert_int_equal(first->recovery, cases[i].recovery);
        assert_int_equal(first->from_seq, recovered ? cases[i].after : 0);
        assert_int_equal(first->n_places, recovered ? 0 : 1);
        drop(first);
        rpc_memory_destroy(call);
    }
    drop(whole);
    drop(missed);
    drop(then);
}

static void an_epoch_ends_with_its_server(void **state)
{
    (void)state;
    struct rpc_memory_call *call = watch(NULL);
    shown *whole = next(call);
    rpc_memory_destroy(call);
    struct test_server *again = malloc(sizeof *again);
    struct rpc_memory_call *second;
    test_server_open(again, server.journal);
    Tifo__V1__WatchLiveRequest request = TIFO__V1__WATCH_LIVE_REQUEST__INIT;
    request.after_seq = whole->to_seq;
    request.epoch = whole->epoch;
    second = rpc_memory_start(again->rpc, "/tifo.v1.Live/WatchLive", NULL, 0, &request.base);
    test_server_run(again);
    shown *first = next(second);
    assert_int_equal(first->recovery, TIFO__V1__LIVE_RECOVERY__LIVE_RECOVERY_OTHER_EPOCH);
    assert_int_equal(first->from_seq, 0);
    assert_int_equal(first->to_seq, whole->to_seq);
    assert_string_not_equal(first->epoch, whole->epoch);
    drop(first);
    drop(whole);
    rpc_memory_destroy(second);
    test_server_close(again);
    free(again);
}

/* ---- Who follows ------------------------------------------------------------------------------
 */

static Tifo__V1__CountViewersResponse *count(void)
{
    Tifo__V1__CountViewersRequest request = TIFO__V1__COUNT_VIEWERS_REQUEST__INIT;
    void *reply = test_server_call(&server, "/tifo.v1.Live/CountViewers", &request, NULL);
    assert_non_null(reply);
    return reply;
}

static void viewers_are_counted_by_what_they_follow(void **state)
{
    (void)state;
    uint32_t turned[] = { 3, 2 }, straight[] = { 2, 3 };
    Tifo__V1__LiveFilter one = places(turned, 2), same = places(straight, 2);
    struct rpc_memory_call *calls[] = { watch_as("ann", &one, 0, ""), watch_as("bob", &same, 0, ""),
                                        watch_as("bob", NULL, 0, "") };
    Tifo__V1__CountViewersResponse *reply = count();
    assert_int_equal(reply->streams, 3);
    assert_int_equal(reply->callers, 2);
    assert_int_equal(reply->n_topics, 2);
    assert_int_equal(reply->topics[0]->streams, 2); /* The order of rows makes no other filter. */
    assert_int_equal(reply->topics[0]->filter->n_places, 2);
    assert_int_equal(reply->topics[0]->filter->places[0], 2);
    assert_int_equal(reply->topics[1]->filter->n_kinds, LIVE_KINDS);
    drop(reply);
    rpc_memory_destroy(calls[1]);
    reply = count();
    assert_int_equal(reply->streams, 2);
    assert_int_equal(reply->callers, 2);
    drop(reply);
    rpc_memory_destroy(calls[2]);
    reply = count();
    assert_int_equal(reply->callers, 1);
    assert_int_equal(reply->n_topics, 1);
    drop(reply);
    rpc_memory_destroy(calls[0]);
}

static void viewers_are_listed_in_pages(void **state)
{
    (void)state;
    enum { STREAMS = 5 };
    struct rpc_memory_call *calls[STREAMS];
    Tifo__V1__ListViewersRequest request = TIFO__V1__LIST_VIEWERS_REQUEST__INIT;
    for (size_t i = 0; i < STREAMS; i++)
        calls[i] = watch_as(i % 2 ? "bob" : "ann", NULL, 0, "");
    request.page_size = 2;
    char token[32] = "";
    size_t seen = 0, pages = 0;
    do {
        request.page_token = token;
        Tifo__V1__ListViewersResponse *reply =
            test_server_call(&server, "/tifo.v1.Live/ListViewers", &request, NULL);
        assert_non_null(reply);
        for (size_t i = 0; i < reply->n_viewers; i++, seen++) {
            assert_string_equal(reply->viewers[i]->caller, seen % 2 ? "bob" : "ann");
            assert_int_equal(reply->viewers[i]->since_ms, START_MS);
        }
        snprintf(token, sizeof token, "%s", reply->next_page_token);
        drop(reply);
        if (pages++ == 0) /* Who leaves meanwhile is not missed. */
            rpc_memory_cancel(calls[0]);
    } while (token[0]);
    assert_int_equal(seen, STREAMS);
    assert_int_equal(pages, 3);
    request.page_token = "nonsense";
    struct rpc_status status = { 0 };
    assert_null(test_server_call(&server, "/tifo.v1.Live/ListViewers", &request, &status));
    assert_string_equal(status.field, "page_token");
    rpc_status_fini(&status);
    for (size_t i = 0; i < STREAMS; i++)
        rpc_memory_destroy(calls[i]);
}

static void there_are_only_so_many_filters(void **state)
{
    (void)state;
    struct rpc_memory_call *calls[LIVE_FILTERS + 1];
    for (uint32_t i = 0; i <= LIVE_FILTERS; i++) {
        uint32_t rows[GROUND_PLACES];
        size_t some = 0;
        for (uint32_t bit = 0; bit < GROUND_PLACES; bit++)
            if ((i + 1) >> bit & 1)
                rows[some++] = bit;
        Tifo__V1__LiveFilter filter = places(rows, some);
        calls[i] = watch(&filter);
    }
    struct rpc_status status = { 0 };
    assert_true(rpc_memory_ended(calls[LIVE_FILTERS], &status));
    assert_int_equal(status.code, RPC_RESOURCE_EXHAUSTED);
    assert_string_equal(status.reason, "FILTERS_FULL");
    assert_string_equal(status.field, "filter");
    rpc_status_fini(&status);
    assert_false(rpc_memory_ended(calls[LIVE_FILTERS - 1], NULL));
    for (uint32_t i = 0; i <= LIVE_FILTERS; i++)
        rpc_memory_destroy(calls[i]);
}

int main(void)
{
#define ON_GROUND(test) cmocka_unit_test_setup_teardown(test, open_ground, close_ground)
    const struct CMUnitTest tests[] = {
        ON_GROUND(all_is_shown_first_and_then_what_changes),
        ON_GROUND(a_filter_shows_its_rows_alone),
        ON_GROUND(who_follows_a_member_of_a_jam_hears_its_alarm),
        ON_GROUND(alarms_come_and_go_by_what_they_are_about),
        ON_GROUND(a_wrong_filter_is_refused_with_its_field),
        ON_GROUND(who_comes_back_goes_on_where_it_was_or_is_told),
        ON_GROUND(an_epoch_ends_with_its_server),
        ON_GROUND(viewers_are_counted_by_what_they_follow),
        ON_GROUND(viewers_are_listed_in_pages),
        ON_GROUND(there_are_only_so_many_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
