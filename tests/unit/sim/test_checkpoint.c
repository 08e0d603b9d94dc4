/* A run that was stopped and gone on with is the run that was not. */
#include "sim/archive.h"
#include "sim/run_foreign.h"
#include "tests/unit/sim/small.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <sqlite3.h>

#define SHOP TIFO_SOURCE_DIR "/tests/unit/foreign/fixtures/shop.scenario"

static struct small small;
static volatile sig_atomic_t stop, never;

static int make_folder(void **state)
{
    (void)state;
    small_init(&small);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    small_fini(&small);
    return 0;
}

/* Sets `stop` as soon as a checkpoint gets its name. */
static void *watch(void *ctx)
{
    char event[sizeof(struct inotify_event) + 256];
    int watched = *(int *)ctx;
    while (!stop) {
        if (read(watched, event, sizeof event) <= 0)
            break;
        stop = strcmp(((struct inotify_event *)(void *)event)->name, CHECKPOINT_NAME) == 0;
    }
    return NULL;
}

typedef int run_kind(const struct run_options *options);

/* Runs once whole, and once stopped at its first checkpoint and gone on with. */
static void run_both(run_kind *run, struct run_options options, double every_s)
{
    char whole[256], halves[256], checkpoint[256];
    options.quiet = true;
    options.stop = &never;
    options.out = small_path(&small, "whole", whole);
    assert_int_equal(run(&options), 0);
    options.out = small_path(&small, "halves", halves);
    options.checkpoint_every = every_s;
    options.speed = 25; /* It must not be at its end before it is seen to have a checkpoint. */
    options.stop = &stop;
    stop = 0;
    assert_int_equal(mkdir(halves, 0777), 0);
    int watched = inotify_init();
    assert_true(inotify_add_watch(watched, halves, IN_MOVED_TO) >= 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, watch, &watched), 0);
    assert_int_equal(run(&options), 1);
    pthread_join(thread, NULL);
    close(watched);
    options.speed = 0;
    options.resume = small_path(&small, "halves/" CHECKPOINT_NAME, checkpoint);
    options.stop = &never;
    assert_int_equal(access(checkpoint, F_OK), 0);
    assert_int_equal(run(&options), 0);
    assert_int_not_equal(access(checkpoint, F_OK), 0); /* It goes when the run is done. */
}

static void assert_same_file(const char *one, const char *other)
{
    char *a = small_read(&small, one), *b = small_read(&small, other);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void assert_same_trajectories(void)
{
    char path[256], sql[400];
    sqlite3 *db;
    sqlite3_stmt *statement;
    small_path(&small, "whole/trajectories.sqlite", path);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS other",
             small_path(&small, "halves/trajectories.sqlite", path));
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_prepare_v2(db,
                       "SELECT (SELECT count(*) FROM trajectory_data),"
                       " (SELECT count(*) FROM other.trajectory_data),"
                       " (SELECT count(*) FROM (SELECT * FROM trajectory_data"
                       "  EXCEPT SELECT * FROM other.trajectory_data))",
                       -1, &statement, NULL);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_true(sqlite3_column_int64(statement, 0) > 100);
    assert_int_equal(sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1));
    assert_int_equal(sqlite3_column_int64(statement, 2), 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void check_scenario(const char *text)
{
    char path[256];
    small_init(&small);
    small_write(&small, "small.yaml", text);
    run_both(run_scenario,
             (struct run_options){ .scenario = small_path(&small, "small.yaml", path) }, 30);
    assert_same_file("whole/run.json", "halves/run.json");
    assert_same_trajectories();
    small_fini(&small);
}

static void people_who_leave_go_on(void **state)
{
    (void)state;
    check_scenario(small_egress);
}

static void people_who_arrive_go_on(void **state)
{
    (void)state;
    check_scenario(small_arrival);
}

static void a_foreign_scenario_goes_on(void **state)
{
    (void)state;
    run_both(run_foreign, (struct run_options){ .scenario = SHOP }, 20);
    assert_same_file("whole/summary.json", "halves/summary.json");
    assert_same_file("whole/series.csv", "halves/series.csv");
    assert_same_trajectories();
}

static uint64_t value = 7;

static void walk_value(struct archive *archive, void *ctx)
{
    (void)ctx;
    ARCHIVE(archive, value);
}

static void what_does_not_fit_is_refused_in_words(void **state)
{
    (void)state;
    char path[256], why[400];
    small_path(&small, "c", path);
    assert_true(checkpoint_write(path, 1, walk_value, NULL, why, sizeof why));
    value = 0;
    assert_true(checkpoint_read(path, 1, walk_value, NULL, why, sizeof why));
    assert_int_equal(value, 7);
    assert_false(checkpoint_read(path, 2, walk_value, NULL, why, sizeof why));
    assert_non_null(strstr(why, "another scenario"));
    FILE *file = fopen(path, "r+b");
    fseek(file, -1, SEEK_END);
    fputc(1, file);
    fclose(file);
    assert_false(checkpoint_read(path, 1, walk_value, NULL, why, sizeof why));
    assert_non_null(strstr(why, "damaged"));
    small_write(&small, "c", "no checkpoint");
    assert_false(checkpoint_read(path, 1, walk_value, NULL, why, sizeof why));
    assert_non_null(strstr(why, "no checkpoint"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_who_leave_go_on),
        cmocka_unit_test(people_who_arrive_go_on),
        cmocka_unit_test_setup_teardown(a_foreign_scenario_goes_on, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused_in_words, make_folder,
                                        drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
