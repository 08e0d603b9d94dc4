/* records.db beside a tifod that lives: read by others, damaged, in the way. */
#include "tests/e2e/server/bench.h"

#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void path_of(const struct bench *b, char path[128])
{
    snprintf(path, 128, "%s/records.db", b->data);
}

static Tifo__V1__GetClockResponse *get_clock(struct bench *b)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply =
        ask(b, &tifo__v1__clock__descriptor, "GetClock", &request, NULL);
    assert_non_null(reply);
    return reply;
}

/* Asks until the records have come as far as the journal. */
static void wait_for_records(struct bench *b)
{
    for (bool behind = true; behind;) {
        Tifo__V1__GetClockResponse *clock = get_clock(b);
        assert_string_equal(clock->records_problem, "");
        behind = clock->records_seq < clock->seq;
        drop(clock);
    }
}

static void shut_gate(struct bench *b, uint32_t gate)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode = TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = "rain";
    void *reply = ask(b, &tifo__v1__guidance__descriptor, "SetGate", &request, NULL);
    assert_non_null(reply);
    drop(reply);
}

static void anybodys_sql_reads_what_tifod_writes(void **state)
{
    struct bench *b = *state;
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *query;
    serve(b);
    import_ground(b);
    shut_gate(b, 1);
    wait_for_records(b);
    path_of(b, path);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT gate.mode, gate_change.reason FROM gate "
                                        "JOIN gate_change USING (gate) WHERE gate = 1",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_string_equal(sqlite3_column_text(query, 0), "closed");
    assert_string_equal(sqlite3_column_text(query, 1), "rain");
    /* A reader that stays in the middle of a query holds nobody up. */
    shut_gate(b, 0);
    wait_for_records(b);
    sqlite3_finalize(query);
    sqlite3_close(db);
    assert_int_equal(end_server(b, SIGTERM), 0);
    check_records(b);
}

static void damaged_records_are_made_anew(void **state)
{
    struct bench *b = *state;
    char path[128];
    serve(b);
    import_ground(b);
    shut_gate(b, 1);
    assert_int_equal(end_server(b, SIGTERM), 0);
    char *before = records_text(b);
    path_of(b, path);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fputs("scribble", file);
    fclose(file);
    serve(b);
    wait_for_records(b);
    assert_int_equal(end_server(b, SIGTERM), 0);
    assert_non_null(strstr(b->server.said, "records-made-anew"));
    char *after = records_text(b);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void without_records_it_serves_and_says_so(void **state)
{
    struct bench *b = *state;
    char path[128];
    path_of(b, path);
    assert_int_equal(mkdir(b->data, 0700), 0);
    assert_int_equal(mkdir(path, 0700), 0); /* Where the file should be. */
    serve(b);
    import_ground(b);
    shut_gate(b, 1);
    for (bool known = false; !known;) {
        Tifo__V1__GetClockResponse *clock = get_clock(b);
        known = strcmp(clock->records_problem, "RECORDS_UNAVAILABLE") == 0;
        assert_true(known || !clock->records_problem[0]);
        assert_int_equal(clock->records_seq, 0);
        drop(clock);
    }
    assert_int_equal(end_server(b, SIGTERM), 0);
    assert_non_null(strstr(b->server.said, "records-degraded"));
    assert_int_equal(rmdir(path), 0);
    serve(b);
    wait_for_records(b);
    assert_int_equal(end_server(b, SIGTERM), 0);
    check_records(b);
}

static void a_running_servers_records_are_not_rebuilt_by_another(void **state)
{
    struct bench *b = *state;
    const char *const rebuild[] = { "records", "rebuild", "--data", b->data, NULL };
    serve(b);
    import_ground(b);
    assert_int_equal(run_tifod(rebuild), 1);
    wait_for_records(b);
    assert_int_equal(end_server(b, SIGTERM), 0);
    check_records(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(anybodys_sql_reads_what_tifod_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_records_are_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_records_it_serves_and_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_running_servers_records_are_not_rebuilt_by_another,
                                        set_up, tear_down),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
