/* What all records promise, run over each adapter; then what the durable ones add: other people's
 * SQL, damage, a full disk, and a kill at any moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/memory/records.h"
#include "server/adapters/sqlite/records.h"
#include "server/base/prng.h"
#include "tests/contract/journal/turns.h"
#include "tests/support/seed.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct thing {
    char name[12];
    uint32_t part;
    uint64_t u64;
    int64_t i64;
    int32_t i32;
    char text[20];
};
static const struct field thing_rows[] = {
    FIELD(struct thing, name, 1, TEXT), FIELD(struct thing, part, 2, U32),
    FIELD(struct thing, u64, 3, U64),   FIELD(struct thing, i64, 4, I64),
    FIELD(struct thing, i32, 5, I32),   FIELD(struct thing, text, 6, TEXT),
};
static const struct fields thing_fields = FIELDS("thing", struct thing, thing_rows);

struct count {
    uint32_t number;
    uint64_t times;
};
static const struct field count_rows[] = {
    FIELD(struct count, number, 1, U32),
    FIELD(struct count, times, 2, U64),
};
static const struct fields count_fields = FIELDS("count_", struct count, count_rows);

enum { THING, COUNT };
static const struct records_table tables[] = { { &thing_fields, 2, "i64, text" },
                                               { &count_fields, 1, NULL } };
static const struct records_schema schema = { tables, 2 };

struct subject {
    char *directory; /* NULL: memory. */
    struct memory_records memory;
    struct records *records;
};

static char why[RECORDS_WHY_SIZE];

static enum status try_open(struct subject *subject, const struct records_schema *as, bool fresh)
{
    const struct records_place place = subject->directory ? sqlite_records_place(subject->directory)
                                                          : memory_records_place(&subject->memory);
    return place.open(&place, as, fresh, &subject->records, why, sizeof why);
}

static void open_again(struct subject *subject, bool fresh)
{
    if (subject->records)
        subject->records->ops->close(subject->records);
    if (try_open(subject, &schema, fresh) != STATUS_OK)
        fail_msg("%s", why);
}

static int start_memory(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    open_again(subject, false);
    *state = subject;
    return 0;
}

static int start_sqlite(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    subject->directory = directory_make();
    open_again(subject, false);
    *state = subject;
    return 0;
}

static int stop(void **state)
{
    struct subject *subject = *state;
    if (subject->records)
        subject->records->ops->close(subject->records);
    if (subject->directory)
        directory_remove(subject->directory);
    memory_records_fini(&subject->memory);
    free(subject);
    return 0;
}

static void put_count(struct subject *subject, uint32_t number, uint64_t times)
{
    const struct count count = { number, times };
    subject->records->ops->put(subject->records, COUNT, &count);
}

static void commit(struct subject *subject, uint64_t seq)
{
    if (subject->records->ops->commit(subject->records, seq, why, sizeof why) != STATUS_OK)
        fail_msg("%s", why);
}

/* Times of a number; UINT64_MAX: there is none. */
static uint64_t times_of(struct subject *subject, uint32_t number)
{
    struct count count = { .number = number };
    return subject->records->ops->get(subject->records, COUNT, &count) ? count.times : UINT64_MAX;
}

struct list {
    uint32_t numbers[16];
    uint32_t count, stop_after;
};

static bool note(void *ctx, const void *row)
{
    struct list *list = ctx;
    list->numbers[list->count++] = ((const struct count *)row)->number;
    return list->count < list->stop_after;
}

static void new_records_are_empty(void **state)
{
    struct subject *subject = *state;
    struct list list = { .stop_after = 16 };
    assert_int_equal(subject->records->applied_seq, 0);
    assert_int_equal(times_of(subject, 1), UINT64_MAX);
    assert_int_equal(
        subject->records->ops->each(subject->records, COUNT, NULL, 0, note, &list, why, sizeof why),
        STATUS_OK);
    assert_int_equal(list.count, 0);
}

static void rows_come_back_in_the_order_of_their_keys(void **state)
{
    struct subject *subject = *state;
    static const uint32_t numbers[] = { 7, 1, UINT32_MAX, 3, 7, 0 };
    for (uint32_t i = 0; i < 6; i++)
        put_count(subject, numbers[i], i);
    commit(subject, 5);
    struct list list = { .stop_after = 16 };
    subject->records->ops->each(subject->records, COUNT, NULL, 5, note, &list, why, sizeof why);
    static const uint32_t expected[] = { 0, 1, 3, 7, UINT32_MAX };
    assert_int_equal(list.count, 5);
    assert_memory_equal(list.numbers, expected, sizeof expected);
    assert_int_equal(times_of(subject, 7), 4); /* Replaced. */
    struct list some = { .stop_after = 2 };
    subject->records->ops->each(subject->records, COUNT, NULL, 5, note, &some, why, sizeof why);
    assert_int_equal(some.count, 2);
}

static void a_range_is_a_part_of_them(void **state)
{
    struct subject *subject = *state;
    struct records *records = subject->records;
    for (uint32_t i = 0; i < 10; i++)
        put_count(subject, i, i % 3);
    commit(subject, 5);
    const struct count after = { .number = 3 };
    const struct records_range behind = { .after = &after };
    const struct records_range ones = { .column = "times", .value = 1 };
    const struct records_range both = { &after, "times", 1 };
    static const uint32_t expected[] = { 1, 4, 7 };
    struct list list = { .stop_after = 16 }, some = list, few = list;
    records->ops->each(records, COUNT, &behind, 5, note, &list, why, sizeof why);
    assert_int_equal(list.count, 6);
    assert_int_equal(list.numbers[0], 4);
    records->ops->each(records, COUNT, &ones, 5, note, &some, why, sizeof why);
    assert_int_equal(some.count, 3);
    assert_memory_equal(some.numbers, expected, sizeof expected);
    records->ops->each(records, COUNT, &both, 5, note, &few, why, sizeof why);
    assert_int_equal(few.count, 2);
    assert_memory_equal(few.numbers, expected + 1, 2 * sizeof *expected);
}

static void every_value_survives(void **state)
{
    struct subject *subject = *state;
    struct thing things[] = {
        { "", 0, 0, 0, 0, "" },
        { "a", 1, UINT64_MAX, INT64_MIN, INT32_MIN, "nineteen characters" },
        { "a", UINT32_MAX, 1, INT64_MAX, INT32_MAX, "it's; \"DROP\" -- \xc3\xa9" },
    };
    for (int i = 0; i < 3; i++)
        subject->records->ops->put(subject->records, THING, &things[i]);
    commit(subject, 1);
    open_again(subject, false);
    for (int i = 0; i < 3; i++) {
        struct thing thing = { .part = things[i].part };
        strcpy(thing.name, things[i].name);
        assert_true(subject->records->ops->get(subject->records, THING, &thing));
        assert_memory_equal(&thing, &things[i], sizeof thing);
    }
}

static void what_is_not_committed_is_dropped(void **state)
{
    struct subject *subject = *state;
    put_count(subject, 1, 10);
    commit(subject, 3);
    put_count(subject, 1, 20);
    put_count(subject, 2, 20);
    assert_int_equal(times_of(subject, 1), 20); /* Seen inside already. */
    open_again(subject, false);
    assert_int_equal(subject->records->applied_seq, 3);
    assert_int_equal(times_of(subject, 1), 10);
    assert_int_equal(times_of(subject, 2), UINT64_MAX);
}

static void fresh_ones_know_nothing(void **state)
{
    struct subject *subject = *state;
    put_count(subject, 1, 10);
    commit(subject, 3);
    open_again(subject, true);
    new_records_are_empty(state);
}

static void who_asks_for_more_than_is_there_hears_it(void **state)
{
    struct subject *subject = *state;
    struct list list = { .stop_after = 16 };
    put_count(subject, 1, 10);
    commit(subject, 3);
    struct records *records = subject->records;
    assert_int_equal(records->ops->each(records, COUNT, NULL, 4, note, &list, why, sizeof why),
                     STATUS_RECORDS_BEHIND);
    commit(subject, 4); /* Facts that changed no row count, too. */
    assert_int_equal(records->ops->each(records, COUNT, NULL, 4, note, &list, why, sizeof why),
                     STATUS_OK);
    assert_int_equal(list.count, 1);
}

/* ---- The file ---------------------------------------------------------------------------------
 */

static void path_in(char *path, size_t size, const struct subject *subject, const char *end)
{
    snprintf(path, size, "%s/records.db%s", subject->directory, end);
}

static int64_t query(const struct subject *subject, const char *sql)
{
    char path[512];
    sqlite3 *db;
    sqlite3_stmt *statement;
    path_in(path, sizeof path, subject, "");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    const int code = sqlite3_step(statement);
    assert_true(code == SQLITE_ROW || code == SQLITE_DONE);
    const int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* They tell who bought what. Made anew they are no other. */
static void nobody_else_reads_the_file(void **state)
{
    struct subject *subject = *state;
    put_count(subject, 1, 10);
    commit(subject, 3);
    directory_check_private(subject->directory, "records.db");
    open_again(subject, true);
    put_count(subject, 1, 10);
    commit(subject, 3);
    directory_check_private(subject->directory, "records.db");
}

static void plain_sql_reads_while_we_write(void **state)
{
    struct subject *subject = *state;
    put_count(subject, 1, 10);
    commit(subject, 3);
    put_count(subject, 2, 20); /* A transaction is open. */
    assert_int_equal(query(subject, "SELECT seq FROM applied"), 3);
    assert_int_equal(query(subject, "SELECT count(*) FROM count_"), 1);
    assert_int_equal(query(subject, "SELECT times FROM count_ WHERE number = 1"), 10);
    commit(subject, 4);
    assert_int_equal(query(subject, "SELECT seq FROM applied"), 4);
}

static void another_format_is_told_apart(void **state)
{
    struct subject *subject = *state;
    static const struct records_table other[] = { { &thing_fields, 1, NULL } };
    static const struct records_schema other_schema = { other, 1 };
    put_count(subject, 1, 10);
    commit(subject, 3);
    subject->records->ops->close(subject->records);
    assert_int_equal(try_open(subject, &other_schema, false), STATUS_RECORDS_FORMAT);
    assert_null(subject->records);
    assert_int_equal(try_open(subject, &other_schema, true), STATUS_OK);
    assert_int_equal(subject->records->applied_seq, 0);
    subject->records->ops->close(subject->records);
    assert_int_equal(try_open(subject, &schema, false), STATUS_RECORDS_FORMAT);
    query(subject, "PRAGMA application_id = 7");
    assert_int_equal(try_open(subject, &other_schema, false), STATUS_RECORDS_FORMAT);
}

static void a_file_that_is_taken_away_is_noticed(void **state)
{
    struct subject *subject = *state;
    char path[512];
    put_count(subject, 1, 10);
    commit(subject, 3);
    path_in(path, sizeof path, subject, "");
    assert_int_equal(unlink(path), 0);
    put_count(subject, 2, 20);
    assert_int_equal(subject->records->ops->commit(subject->records, 4, why, sizeof why),
                     STATUS_RECORDS_CORRUPT);
    assert_non_null(strstr(why, "records.db"));
    open_again(subject, true);
    put_count(subject, 2, 20);
    commit(subject, 4);
    assert_int_equal(query(subject, "SELECT seq FROM applied"), 4);
}

static void damage_is_noticed(void **state)
{
    struct subject *subject = *state;
    char path[512];
    for (uint32_t i = 0; i < 1000; i++)
        put_count(subject, i, i);
    commit(subject, 3);
    subject->records->ops->close(subject->records);
    path_in(path, sizeof path, subject, "");
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fputs("this is no database", file);
    fclose(file);
    assert_int_equal(try_open(subject, &schema, false), STATUS_RECORDS_CORRUPT);
    assert_non_null(strstr(why, "records.db"));
    open_again(subject, true);
    /* A table that somebody drops is found out at the commit. */
    query(subject, "DROP TABLE count_");
    put_count(subject, 1, 1);
    assert_int_equal(subject->records->ops->commit(subject->records, 4, why, sizeof why),
                     STATUS_RECORDS_CORRUPT);
}

/* Commits do not wait for the disk: what it has after a power cut nobody knows. */
static void a_stop_of_the_machine_is_noticed(void **state)
{
    struct subject *subject = *state;
    put_count(subject, 1, 10);
    commit(subject, 3);
    assert_int_equal(query(subject, "SELECT length(boot) FROM boot_mark"), 36);
    subject->records->ops->close(subject->records);
    subject->records = NULL;
    assert_int_equal(query(subject, "SELECT length(boot) FROM boot_mark"), 0);
    open_again(subject, false);
    assert_int_equal(subject->records->applied_seq, 3);
    subject->records->ops->close(subject->records);
    query(subject, "UPDATE boot_mark SET boot = 'another run of the machine'");
    assert_int_equal(try_open(subject, &schema, false), STATUS_RECORDS_CORRUPT);
    assert_non_null(strstr(why, "the machine stopped while "));
    assert_int_equal(try_open(subject, &schema, true), STATUS_OK);
    assert_int_equal(subject->records->applied_seq, 0);
}

static void a_full_disk_takes_nothing_back(void **state)
{
    struct subject *subject = *state;
    struct rlimit before;
    put_count(subject, 1, 10);
    commit(subject, 3);
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit small = { 64 << 10, before.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (uint32_t i = 0; i < 20000; i++)
        put_count(subject, i, 77);
    const enum status status = subject->records->ops->commit(subject->records, 4, why, sizeof why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(status == STATUS_RECORDS_FULL || status == STATUS_RECORDS_UNAVAILABLE);
    open_again(subject, false);
    assert_int_equal(subject->records->applied_seq, 3);
    assert_int_equal(times_of(subject, 1), 10);
    assert_int_equal(times_of(subject, 2), UINT64_MAX);
}

static int64_t query_with(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* Somebody's sqlite3 stays open while the records are made anew, and may even write when it ends.
 */
static void who_has_it_open_sees_it_made_anew(void **state)
{
    struct subject *subject = *state;
    char path[512];
    sqlite3 *other;
    put_count(subject, 1, 10);
    commit(subject, 3);
    path_in(path, sizeof path, subject, "");
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(query_with(other, "SELECT times FROM count_"), 10);
    open_again(subject, true);
    put_count(subject, 2, 20);
    commit(subject, 7);
    assert_int_equal(query_with(other, "SELECT times FROM count_"), 20);
    assert_int_equal(query_with(other, "SELECT seq FROM applied"), 7);
    sqlite3_close(other);
    put_count(subject, 3, 30);
    commit(subject, 8);
    open_again(subject, false);
    assert_int_equal(subject->records->applied_seq, 8);
    assert_int_equal(times_of(subject, 1), UINT64_MAX);
    assert_int_equal(times_of(subject, 2), 20);
}

/* ---- Killed -----------------------------------------------------------------------------------
 */

enum { ROWS_EACH = 50 };

/* Transaction n sets ROWS_EACH rows to n; a byte for each that is committed. */
static void commit_for_ever(const char *directory, int fd)
{
    struct subject subject = { .directory = (char *)directory };
    open_again(&subject, false);
    for (;;) {
        const uint64_t seq = subject.records->applied_seq + 1;
        for (uint32_t i = 0; i < ROWS_EACH; i++)
            put_count(&subject, i, seq);
        if (subject.records->ops->commit(subject.records, seq, why, sizeof why) != STATUS_OK ||
            write(fd, "", 1) != 1)
            _exit(2);
    }
}

static void a_kill_leaves_whole_transactions(void **state)
{
    struct subject *subject = *state;
    struct prng prng = { test_seed() };
    const char *given = getenv("TIFO_CRASHES");
    uint64_t applied = 0;
    subject->records->ops->close(subject->records);
    subject->records = NULL;
    for (int crashes = given ? atoi(given) : 20; crashes > 0; crashes--) {
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(fds[0]);
            commit_for_ever(subject->directory, fds[1]);
        }
        close(fds[1]);
        uint64_t seen = 0;
        char byte;
        for (uint64_t acks = prng_below(&prng, 40); seen < acks && read(fds[0], &byte, 1) == 1;)
            seen++;
        kill(child, SIGKILL);
        while (read(fds[0], &byte, 1) == 1)
            seen++;
        close(fds[0]);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        open_again(subject, false);
        const uint64_t now = subject->records->applied_seq;
        assert_in_range(now, applied + seen, applied + seen + 1);
        for (uint32_t i = 0; now && i < ROWS_EACH; i++)
            assert_int_equal(times_of(subject, i), now);
        applied = now;
        subject->records->ops->close(subject->records);
        subject->records = NULL;
    }
}

#define EVERY_ADAPTER(test)                                                                        \
    { #test " (memory)", test, start_memory, stop, NULL },                                         \
    {                                                                                              \
#test " (sqlite)", test, start_sqlite, stop, NULL                                          \
    }
#define SQLITE_ALONE(test) cmocka_unit_test_setup_teardown(test, start_sqlite, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY_ADAPTER(new_records_are_empty),
        EVERY_ADAPTER(rows_come_back_in_the_order_of_their_keys),
        EVERY_ADAPTER(a_range_is_a_part_of_them),
        EVERY_ADAPTER(every_value_survives),
        EVERY_ADAPTER(what_is_not_committed_is_dropped),
        EVERY_ADAPTER(fresh_ones_know_nothing),
        EVERY_ADAPTER(who_asks_for_more_than_is_there_hears_it),
        SQLITE_ALONE(nobody_else_reads_the_file),
        SQLITE_ALONE(plain_sql_reads_while_we_write),
        SQLITE_ALONE(another_format_is_told_apart),
        SQLITE_ALONE(a_file_that_is_taken_away_is_noticed),
        SQLITE_ALONE(damage_is_noticed),
        SQLITE_ALONE(a_stop_of_the_machine_is_noticed),
        SQLITE_ALONE(who_has_it_open_sees_it_made_anew),
        SQLITE_ALONE(a_full_disk_takes_nothing_back),
        SQLITE_ALONE(a_kill_leaves_whole_transactions),
    };
    umask(022); /* The usual one: others may read what is made. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
