/* What the SQLite journal refuses, and how it says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/sqlite/journal.h"
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
#include <unistd.h>

static char *directory;
static char why[JOURNAL_WHY_SIZE];

static int start(void **state)
{
    (void)state;
    directory = directory_make();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    directory_remove(directory);
    return 0;
}

static enum status try_open(struct journal **journal, bool read_only)
{
    const struct sqlite_journal_options options = { .directory = directory,
                                                    .read_only = read_only };
    why[0] = 0;
    return sqlite_journal_open(&options, journal, why, sizeof(why));
}

static void write_turns(uint32_t from, uint32_t to)
{
    struct journal *journal;
    struct turns turns;
    turns_init(&turns);
    assert_int_equal(try_open(&journal, false), STATUS_OK);
    assert_int_equal(turns_append(journal, &turns, from, to), STATUS_OK);
    journal->ops->close(journal);
    turns_fini(&turns);
}

/* Opens and reads all: the first thing that is refused, or OK and how many turns there are. */
static enum status try_read(uint32_t *turn_count)
{
    struct journal *journal;
    enum status status = try_open(&journal, false);
    if (status != STATUS_OK)
        return status;
    status = turns_read(journal, turn_count, why, sizeof(why));
    journal->ops->close(journal);
    return status;
}

static void path_in(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", directory, name);
}

static void run_sql(const char *sql)
{
    char path[512];
    sqlite3 *db;
    path_in(path, sizeof(path), "journal.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_second_server_is_kept_out(void **state)
{
    (void)state;
    struct journal *first, *second;
    assert_int_equal(try_open(&first, false), STATUS_OK);
    assert_int_equal(try_open(&second, false), STATUS_JOURNAL_LOCKED);
    assert_null(second);
    assert_non_null(strstr(why, directory));
    first->ops->close(first);
    assert_int_equal(try_open(&second, false), STATUS_OK);
    second->ops->close(second);
}

static void a_reader_may_look_at_a_running_server(void **state)
{
    (void)state;
    struct journal *writer, *reader;
    struct turns turns;
    uint32_t count = 0;
    turns_init(&turns);
    assert_int_equal(try_open(&writer, false), STATUS_OK);
    turns_append(writer, &turns, 0, 5);
    assert_int_equal(try_open(&reader, true), STATUS_OK);
    assert_int_equal(turns_read(reader, &count, why, sizeof(why)), STATUS_OK);
    assert_int_equal(count, 5);
    assert_int_equal(turns_append(writer, &turns, 5, 8), STATUS_OK);
    assert_int_equal(turns_read(reader, &count, why, sizeof(why)), STATUS_OK);
    assert_int_equal(count, 8);
    reader->ops->close(reader);
    writer->ops->close(writer);
    turns_fini(&turns);
}

static void another_format_is_refused(void **state)
{
    (void)state;
    uint32_t count;
    write_turns(0, 3);
    run_sql("PRAGMA user_version = 7");
    assert_int_equal(try_read(&count), STATUS_JOURNAL_FORMAT);
    assert_non_null(strstr(why, "format 7"));
    run_sql("PRAGMA user_version = 1; PRAGMA application_id = 5");
    assert_int_equal(try_read(&count), STATUS_JOURNAL_FORMAT);
    assert_non_null(strstr(why, "not a journal of Tifo"));
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    (void)state;
    char path[512];
    uint32_t count;
    path_in(path, sizeof(path), "journal.db");
    FILE *out = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fprintf(out, "not a database at all ");
    fclose(out);
    assert_int_equal(try_read(&count), STATUS_JOURNAL_CORRUPT);
    assert_non_null(strstr(why, "journal.db"));
}

static void a_directory_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct journal *journal;
    const struct sqlite_journal_options options = { .directory = "/nowhere/at/all" };
    assert_int_equal(sqlite_journal_open(&options, &journal, why, sizeof(why)),
                     STATUS_JOURNAL_CANNOT_OPEN);
    assert_non_null(strstr(why, "/nowhere/at/all"));
}

static void an_empty_directory_has_nothing_to_read(void **state)
{
    (void)state;
    struct journal *journal;
    assert_int_equal(try_open(&journal, true), STATUS_JOURNAL_CANNOT_OPEN);
}

static void a_changed_or_missing_row_is_found_at_its_seq(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        const char *says;
    } cases[] = {
        { "UPDATE journal SET kind = kind + 1 WHERE seq = 9", "seq 9: the checksum" },
        { "UPDATE journal SET time_ms = time_ms + 1 WHERE seq = 10", "seq 10: the checksum" },
        { "UPDATE journal SET payload = x'00' WHERE seq = 11", "seq 11: the checksum" },
        { "UPDATE journal SET chain = chain + 1 WHERE seq = 12", "seq 12: the checksum" },
        { "DELETE FROM journal WHERE seq = 13", "seq 13: the row is missing" },
        { "DELETE FROM journal WHERE seq = 1", "seq 1: the row is missing" },
        { "DELETE FROM journal WHERE seq > 14", "seq 15: the journal does not end here" },
        { "UPDATE journal SET payload = (SELECT payload FROM journal WHERE seq = 4),"
          " kind = 4, time_ms = 1000 WHERE seq = 3",
          "seq 3: the checksum" },
    };
    uint32_t count;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        write_turns(0, 20);
        run_sql(cases[i].sql);
        assert_int_equal(try_read(&count), STATUS_JOURNAL_CORRUPT);
        assert_non_null(strstr(why, cases[i].says));
        directory_remove(directory);
        directory = directory_make();
    }
}

static void flip(const char *path, long offset, uint8_t bits)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, offset, SEEK_SET);
    fputc(byte ^ bits, file);
    fclose(file);
}

/* Anywhere in the file: found, or in bytes that hold nothing. turns_read() compares every row. */
static void a_flipped_byte_is_found(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    char path[512];
    struct stat stat_now;
    path_in(path, sizeof(path), "journal.db");
    write_turns(0, 200);
    stat(path, &stat_now);
    int found = 0;
    for (int i = 0; i < 300; i++) {
        long offset = prng_below(&prng, (uint32_t)stat_now.st_size);
        uint8_t bits = (uint8_t)(1 + prng_below(&prng, 255));
        uint32_t count = 0;
        flip(path, offset, bits);
        enum status status = try_read(&count);
        if (status == STATUS_OK && count != 200)
            fail_msg("a flip at %ld hid %u turns", offset, 200 - count);
        if (status != STATUS_OK) {
            assert_true(strlen(why) > 20);
            found++;
        }
        flip(path, offset, bits);
        assert_int_equal(try_read(&count), STATUS_OK);
    }
    assert_true(found > 150);
}

static bool see_any(void *ctx, const struct journal_row *row)
{
    (void)row;
    ++*(uint32_t *)ctx;
    return true;
}

/* Whoever reads a part finds the damage of that part. */
static void a_changed_row_is_found_by_who_reads_it(void **state)
{
    (void)state;
    struct journal *journal;
    uint32_t count = 0;
    write_turns(0, 40);
    run_sql("UPDATE journal SET time_ms = time_ms + 1 WHERE seq = 30");
    assert_int_equal(try_open(&journal, false), STATUS_OK);
    assert_int_equal(turns_fetch(journal, 30, why, sizeof(why)), STATUS_JOURNAL_CORRUPT);
    assert_non_null(strstr(why, "seq 30"));
    assert_int_equal(turns_fetch(journal, 29, why, sizeof(why)), STATUS_OK);
    assert_int_equal(turns_fetch(journal, 31, why, sizeof(why)), STATUS_OK);
    assert_int_equal(journal->ops->read(journal, 31, see_any, &count, why, sizeof(why)), STATUS_OK);
    assert_int_equal(count, turn_first_seq(40) - 31);
    assert_int_equal(journal->ops->read(journal, 25, see_any, &count, why, sizeof(why)),
                     STATUS_JOURNAL_CORRUPT);
    assert_non_null(strstr(why, "seq 30"));
    journal->ops->close(journal);
}

/* No room: the turn fails with a sentence, later ones are refused, earlier ones are there. */
static void a_disk_that_takes_no_more_fails_the_turn_and_all_after_it(void **state)
{
    (void)state;
    struct journal *journal;
    struct turns turns;
    struct rlimit before, small;
    uint32_t count = 0;
    turns_init(&turns);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(try_open(&journal, false), STATUS_OK);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 256 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = turns_append(journal, &turns, 0, 1000);
    uint32_t kept = turns.done - 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(status == STATUS_JOURNAL_FAILED || status == STATUS_JOURNAL_FULL);
    assert_non_null(strstr(turns.why, "journal.db"));
    assert_int_equal(turns_append(journal, &turns, kept, kept + 1), STATUS_JOURNAL_FAILED);
    journal->ops->close(journal);
    assert_int_equal(try_read(&count), STATUS_OK);
    assert_int_equal(count, kept);
    assert_true(kept > 10);
    turns_fini(&turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_server_is_kept_out, start, stop),
        cmocka_unit_test_setup_teardown(a_reader_may_look_at_a_running_server, start, stop),
        cmocka_unit_test_setup_teardown(another_format_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_directory_that_is_not_there_is_named, start, stop),
        cmocka_unit_test_setup_teardown(an_empty_directory_has_nothing_to_read, start, stop),
        cmocka_unit_test_setup_teardown(a_changed_or_missing_row_is_found_at_its_seq, start, stop),
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_found, start, stop),
        cmocka_unit_test_setup_teardown(a_changed_row_is_found_by_who_reads_it, start, stop),
        cmocka_unit_test_setup_teardown(a_disk_that_takes_no_more_fails_the_turn_and_all_after_it,
                                        start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
