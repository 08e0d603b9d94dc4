#include "tests/unit/sim/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <string.h>

static struct small small;

static int run_once(void **state)
{
    (void)state;
    small_init(&small);
    return small_run(&small, small_break, 7, "run");
}

static int clean(void **state)
{
    (void)state;
    small_fini(&small);
    return 0;
}

/* The one number that a query answers. */
static double ask(const char *query)
{
    char path[256];
    sqlite3 *db;
    sqlite3_stmt *statement;
    small_path(&small, "run/trajectories.sqlite", path);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    double answer = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static void the_tables_are_jupedsim_s_third_version(void **state)
{
    (void)state;
    assert_true(ask("SELECT value FROM metadata WHERE key = 'version'") == 3);
    assert_true(ask("SELECT value FROM metadata WHERE key = 'fps'") == 2);
    assert_true(ask("SELECT count(*) FROM metadata WHERE key IN ('xmin','xmax','ymin','ymax')") ==
                4);
    assert_true(
        ask("SELECT count(*) FROM geometry WHERE wkt LIKE 'GEOMETRYCOLLECTION (POLYGON%'") == 1);
    assert_true(ask("SELECT count(*) FROM frame_data f LEFT JOIN geometry g"
                    " ON f.geometry_hash = g.hash WHERE g.hash IS NULL") == 0);
    assert_true(ask("SELECT count(*) FROM sqlite_master WHERE name = 'frame_id_idx'") == 1);
    assert_true(ask("SELECT count(*) FROM frame_data") == 12 * 60 * 2 + 1);
    assert_true(ask("SELECT max(frame) FROM frame_data") == 12 * 60 * 2);
}

static void everybody_is_in_the_first_and_the_last_frame_once(void **state)
{
    (void)state;
    double people = ask("SELECT count(DISTINCT id) FROM trajectory_data");
    assert_true(people > 100);
    assert_true(ask("SELECT count(*) FROM trajectory_data WHERE frame = 0") == people);
    assert_true(ask("SELECT count(*) FROM trajectory_data WHERE frame ="
                    " (SELECT max(frame) FROM frame_data)") == people);
    assert_true(ask("SELECT count(*) FROM (SELECT 1 FROM trajectory_data"
                    " GROUP BY frame, id HAVING count(*) > 1)") == 0);
}

/* Nobody moves in between two rows that are not neighbours: they sat there. */
static void whoever_walks_is_in_every_frame(void **state)
{
    (void)state;
    assert_true(ask("SELECT count(*) FROM (SELECT frame - lag(frame) OVER w AS gap,"
                    " abs(pos_x - lag(pos_x) OVER w) + abs(pos_y - lag(pos_y) OVER w) AS moved"
                    " FROM trajectory_data WINDOW w AS (PARTITION BY id ORDER BY frame))"
                    " WHERE gap > 1 AND moved > 0.001") == 0);
    /* Half a second at 2.5 m/s, and not everybody stands still. */
    assert_true(ask("SELECT max(moved) FROM (SELECT abs(pos_x - lag(pos_x) OVER w) +"
                    " abs(pos_y - lag(pos_y) OVER w) AS moved FROM trajectory_data"
                    " WINDOW w AS (PARTITION BY id ORDER BY frame))") < 2);
    assert_true(ask("SELECT count(*) FROM trajectory_data WHERE frame BETWEEN 100 AND 200") > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_are_jupedsim_s_third_version),
        cmocka_unit_test(everybody_is_in_the_first_and_the_last_frame_once),
        cmocka_unit_test(whoever_walks_is_in_every_frame),
    };
    return cmocka_run_group_tests(tests, run_once, clean);
}
