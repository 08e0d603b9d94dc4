/* `tifo-sim run` of another simulator's scenario: the files it leaves. */
#include "sim/run_foreign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <jansson.h>
#include <sqlite3.h>

#define HALL TIFO_SOURCE_DIR "/tests/unit/foreign/fixtures/hall.json"

static volatile sig_atomic_t stop;
static char folder[] = "/tmp/run-foreign-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    static const char *const files[] = { "summary.json", "series.csv", "report.html",
                                         "trajectories.sqlite", "trajectories.tape" };
    char path[200];
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        remove(path);
    }
    return rmdir(folder);
}

static double ask(const char *query)
{
    char path[200];
    sqlite3 *db;
    sqlite3_stmt *statement;
    snprintf(path, sizeof path, "%s/trajectories.sqlite", folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    double answer = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static double figure(const json_t *root, const char *key)
{
    return json_number_value(json_object_get(root, key));
}

static void a_run_leaves_summary_series_report_and_trajectories(void **state)
{
    (void)state;
    char path[200];
    struct run_options options = { .scenario = HALL, .out = folder, .quiet = true, .stop = &stop };
    assert_int_equal(run_foreign(&options), 0);
    snprintf(path, sizeof path, "%s/summary.json", folder);
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    assert_true(json_is_true(json_object_get(root, "all_out")));
    assert_true(figure(root, "left_people") == 33);
    assert_int_equal(json_array_size(json_object_get(root, "spots")), 4);
    assert_int_equal(json_array_size(json_object_get(root, "not_honoured")), 1);
    /* Who comes later is in no frame before that, and who has left in none after. */
    assert_true(ask("SELECT count(DISTINCT id) FROM trajectory_data") == 33);
    assert_true(ask("SELECT count(*) FROM trajectory_data WHERE frame = 0") == 23);
    assert_true(ask("SELECT max(frame) FROM frame_data") * 0.5 >= figure(root, "last_out_s") - 0.5);
    assert_true(ask("SELECT count(*) FROM trajectory_data t JOIN trajectory_data u ON t.id = u.id"
                    " AND u.frame = t.frame + 1 WHERE abs(t.pos_x - u.pos_x) > 1.2") == 0);
    assert_true(ask("SELECT count(*) FROM geometry WHERE wkt LIKE"
                    " 'GEOMETRYCOLLECTION (POLYGON ((0.0000 0.0000, 30.0000%'") == 1);
    json_decref(root);
}

static void another_seed_is_another_crowd(void **state)
{
    (void)state;
    char path[200];
    struct run_options options = {
        .scenario = HALL, .out = folder, .quiet = true, .stop = &stop, .has_seed = true, .seed = 8
    };
    snprintf(path, sizeof path, "%s/summary.json", folder);
    json_t *before = json_load_file(path, 0, NULL);
    assert_int_equal(run_foreign(&options), 0);
    json_t *after = json_load_file(path, 0, NULL);
    assert_string_not_equal(json_string_value(json_object_get(before, "hash")),
                            json_string_value(json_object_get(after, "hash")));
    json_decref(before);
    json_decref(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_leaves_summary_series_report_and_trajectories),
        cmocka_unit_test(another_seed_is_another_crowd),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
