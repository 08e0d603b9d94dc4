/* What every journal promises, run over each adapter; then what the memory adapter adds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/memory/journal.h"
#include "server/adapters/sqlite/journal.h"
#include "tests/contract/journal/turns.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct subject {
    bool sqlite;
    char *directory;
    struct journal *journal;
    struct turns turns;
};

static void open_again(struct subject *subject)
{
    char why[JOURNAL_WHY_SIZE];
    const struct sqlite_journal_options options = { .directory = subject->directory };
    assert_int_equal(sqlite_journal_open(&options, &subject->journal, why, sizeof(why)), STATUS_OK);
}

static int start(void **state, bool sqlite)
{
    struct subject *subject = calloc(1, sizeof(*subject));
    subject->sqlite = sqlite;
    turns_init(&subject->turns);
    if (sqlite) {
        subject->directory = directory_make();
        open_again(subject);
    } else {
        subject->journal = memory_journal_open(NULL);
    }
    *state = subject;
    return 0;
}

static int start_memory(void **state)
{
    return start(state, false);
}

static int start_sqlite(void **state)
{
    return start(state, true);
}

static int stop(void **state)
{
    struct subject *subject = *state;
    if (subject->journal)
        subject->journal->ops->close(subject->journal);
    if (subject->directory)
        directory_remove(subject->directory);
    turns_fini(&subject->turns);
    free(subject);
    return 0;
}

static uint32_t turns_there(struct subject *subject)
{
    char why[JOURNAL_WHY_SIZE] = "";
    uint32_t count = 0;
    assert_int_equal(turns_read(subject->journal, &count, why, sizeof(why)), STATUS_OK);
    return count;
}

static void a_new_journal_is_empty(void **state)
{
    assert_int_equal(turns_there(*state), 0);
}

static void rows_come_back_as_they_were_appended(void **state)
{
    struct subject *subject = *state;
    assert_int_equal(turns_append(subject->journal, &subject->turns, 0, 40), STATUS_OK);
    assert_int_equal(turns_there(subject), 40);
    assert_int_equal(turns_append(subject->journal, &subject->turns, 40, 41), STATUS_OK);
    assert_int_equal(turns_there(subject), 41);
}

static void appends_complete_in_their_order(void **state)
{
    struct subject *subject = *state;
    enum { MANY = 200 };
    struct turn *turns = calloc(MANY, sizeof(*turns));
    for (uint32_t k = 0; k < MANY; k++) {
        turn_make(&turns[k], k, &subject->turns);
        assert_int_equal(subject->journal->ops->append(subject->journal, &turns[k].append),
                         STATUS_OK);
    }
    turns_wait(&subject->turns, MANY);
    assert_true(subject->turns.in_order);
    assert_int_equal(turns_there(subject), MANY);
    free(turns);
}

static void closing_waits_for_what_is_under_way(void **state)
{
    struct subject *subject = *state;
    enum { MANY = 50 };
    struct turn *turns = calloc(MANY, sizeof(*turns));
    for (uint32_t k = 0; k < MANY; k++) {
        turn_make(&turns[k], k, &subject->turns);
        subject->journal->ops->append(subject->journal, &turns[k].append);
    }
    subject->journal->ops->close(subject->journal);
    subject->journal = NULL;
    assert_int_equal(subject->turns.done, MANY);
    assert_int_equal(subject->turns.status, STATUS_OK);
    if (subject->sqlite) {
        open_again(subject);
        assert_int_equal(turns_there(subject), MANY);
        assert_int_equal(turns_append(subject->journal, &subject->turns, MANY, MANY + 2),
                         STATUS_OK);
        assert_int_equal(turns_there(subject), MANY + 2);
    }
    free(turns);
}

struct some {
    uint64_t first;
    uint32_t count, stop_after;
};

static bool see_some(void *ctx, const struct journal_row *row)
{
    struct some *some = ctx;
    if (some->count++ == 0)
        some->first = row->seq;
    return some->count < some->stop_after;
}

static void reading_starts_and_stops_where_it_is_told(void **state)
{
    struct subject *subject = *state;
    struct journal *journal = subject->journal;
    char why[JOURNAL_WHY_SIZE];
    turns_append(journal, &subject->turns, 0, 10);
    struct some some = { .stop_after = 3 };
    assert_int_equal(journal->ops->read(journal, 5, see_some, &some, why, sizeof(why)), STATUS_OK);
    assert_int_equal(some.first, 5);
    assert_int_equal(some.count, 3);
    struct some none = { .stop_after = 3 };
    assert_int_equal(journal->ops->read(journal, 10000, see_some, &none, why, sizeof(why)),
                     STATUS_OK);
    assert_int_equal(none.count, 0);
}

/* ---- One row again ----------------------------------------------------------------------- */

struct wanted {
    struct journal_fetch fetch;
    struct turns *turns; /* Lends its lock. */
    bool over;
    enum status status;
    struct journal_row row;
    uint8_t payload[TURN_PAYLOAD_MAX];
};

static void wanted_done(struct journal_fetch *fetch, enum status status,
                        const struct journal_row *row, const char *why)
{
    struct wanted *wanted = fetch->ctx;
    pthread_mutex_lock(&wanted->turns->mutex);
    wanted->over = true;
    wanted->status = status;
    if (row) {
        wanted->row = *row;
        memcpy(wanted->payload, row->payload.data, row->payload.size);
    } else {
        assert_true(strlen(why) > 0);
    }
    pthread_cond_signal(&wanted->turns->moved);
    pthread_mutex_unlock(&wanted->turns->mutex);
}

static void fetch(struct subject *subject, struct wanted *wanted, uint64_t seq)
{
    *wanted = (struct wanted){ .fetch = { .seq = seq, .done = wanted_done, .ctx = wanted },
                               .turns = &subject->turns };
    subject->journal->ops->fetch(subject->journal, &wanted->fetch);
}

static void wait_for(struct wanted *wanted)
{
    pthread_mutex_lock(&wanted->turns->mutex);
    while (!wanted->over)
        pthread_cond_wait(&wanted->turns->moved, &wanted->turns->mutex);
    pthread_mutex_unlock(&wanted->turns->mutex);
}

static void a_row_is_fetched_while_others_are_appended(void **state)
{
    struct subject *subject = *state;
    enum { BEFORE = 20, MANY = 100 };
    assert_int_equal(turns_append(subject->journal, &subject->turns, 0, BEFORE), STATUS_OK);
    struct turn *turns = calloc(MANY, sizeof(*turns));
    struct wanted *wanted = calloc(MANY, sizeof(*wanted));
    const uint64_t last = turn_first_seq(BEFORE) - 1;
    for (uint32_t k = 0; k < MANY; k++) {
        turn_make(&turns[k], BEFORE + k, &subject->turns);
        subject->journal->ops->append(subject->journal, &turns[k].append);
        fetch(subject, &wanted[k], k * 7 % last + 1);
    }
    for (uint32_t k = 0; k < MANY; k++) {
        wait_for(&wanted[k]);
        assert_int_equal(wanted[k].status, STATUS_OK);
        assert_true(wanted[k].row.seq == k * 7 % last + 1);
        turn_check_row(&wanted[k].row, wanted[k].payload);
    }
    turns_wait(&subject->turns, BEFORE + MANY);
    assert_int_equal(turns_there(subject), BEFORE + MANY);
    free(wanted);
    free(turns);
}

static void a_row_that_is_not_there_is_not_fetched(void **state)
{
    struct subject *subject = *state;
    char why[JOURNAL_WHY_SIZE] = "";
    assert_int_equal(turns_append(subject->journal, &subject->turns, 0, 3), STATUS_OK);
    assert_int_equal(turns_fetch(subject->journal, turn_first_seq(3) - 1, why, sizeof(why)),
                     STATUS_OK);
    assert_int_equal(turns_fetch(subject->journal, turn_first_seq(3), why, sizeof(why)),
                     STATUS_JOURNAL_CORRUPT);
    assert_true(strlen(why) > 0);
}

static void closing_waits_for_fetches(void **state)
{
    struct subject *subject = *state;
    enum { MANY = 30 };
    struct wanted wanted[MANY];
    assert_int_equal(turns_append(subject->journal, &subject->turns, 0, 3), STATUS_OK);
    for (int k = 0; k < MANY; k++)
        fetch(subject, &wanted[k], 1);
    subject->journal->ops->close(subject->journal);
    subject->journal = NULL;
    for (int k = 0; k < MANY; k++)
        assert_true(wanted[k].over && wanted[k].status == STATUS_OK);
}

struct one {
    uint8_t *data;
    size_t size;
    uint32_t seen;
};

static bool see_one(void *ctx, const struct journal_row *row)
{
    struct one *one = ctx;
    size_t size = row->seq == 1 ? one->size : 0;
    assert_int_equal(row->payload.size, size);
    if (size > 0)
        assert_memory_equal(row->payload.data, one->data, size);
    one->seen++;
    return true;
}

static void payloads_may_be_large_or_empty(void **state)
{
    struct subject *subject = *state;
    char why[JOURNAL_WHY_SIZE];
    struct one one = { malloc(8 << 20), 8 << 20, 0 };
    memset(one.data, 0xa5, one.size);
    struct turn turn;
    turn_make(&turn, 1, &subject->turns); /* Three rows. */
    for (uint64_t seq = 1; seq <= 3; seq++) {
        turn.rows[seq - 1].seq = seq;
        turn.rows[seq - 1].payload =
            seq == 1 ? (struct bytes){ one.data, one.size } : (struct bytes){ NULL, 0 };
    }
    assert_int_equal(subject->journal->ops->append(subject->journal, &turn.append), STATUS_OK);
    turns_wait(&subject->turns, 1);
    assert_int_equal(turn.status, STATUS_OK);
    assert_int_equal(
        subject->journal->ops->read(subject->journal, 1, see_one, &one, why, sizeof(why)),
        STATUS_OK);
    assert_int_equal(one.seen, 3);
    free(one.data);
}

/* ---- The memory adapter's knobs ---------------------------------------------------------- */

static void the_nth_append_fails_and_none_works_after_it(void **state)
{
    (void)state;
    const struct memory_journal_options options = { .fail_append = 3 };
    struct journal *journal = memory_journal_open(&options);
    struct turns turns;
    turns_init(&turns);
    assert_int_equal(turns_append(journal, &turns, 0, 2), STATUS_OK);
    assert_int_equal(turns_append(journal, &turns, 2, 3), STATUS_JOURNAL_FAILED);
    assert_int_equal(turns.done, 3);
    assert_int_equal(turns_append(journal, &turns, 3, 4), STATUS_JOURNAL_FAILED);
    assert_int_equal(turns.done, 3); /* The callback of what did not start never runs. */
    journal->ops->close(journal);
    turns_fini(&turns);
}

static void held_appends_wait_for_their_release(void **state)
{
    (void)state;
    const struct memory_journal_options options = { .hold = true };
    struct journal *journal = memory_journal_open(&options);
    struct turns turns;
    struct turn turn[3];
    turns_init(&turns);
    for (uint32_t k = 0; k < 3; k++) {
        turn_make(&turn[k], k, &turns);
        journal->ops->append(journal, &turn[k].append);
    }
    assert_int_equal(turns.done, 0);
    assert_int_equal(memory_journal_release(journal, 2), 2);
    assert_int_equal(turns.done, 2);
    journal->ops->close(journal);
    assert_int_equal(turns.done, 3);
    turns_fini(&turns);
}

/* It tells who bought what. */
static void nobody_else_reads_the_file(void **state)
{
    struct subject *subject = *state;
    assert_int_equal(turns_append(subject->journal, &subject->turns, 0, 2), STATUS_OK);
    directory_check_private(subject->directory, "journal.db");
}

#define EVERY_ADAPTER(test)                                                                        \
    { #test " (memory)", test, start_memory, stop, NULL },                                         \
    {                                                                                              \
#test " (sqlite)", test, start_sqlite, stop, NULL                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY_ADAPTER(a_new_journal_is_empty),
        EVERY_ADAPTER(rows_come_back_as_they_were_appended),
        EVERY_ADAPTER(appends_complete_in_their_order),
        EVERY_ADAPTER(closing_waits_for_what_is_under_way),
        EVERY_ADAPTER(reading_starts_and_stops_where_it_is_told),
        EVERY_ADAPTER(payloads_may_be_large_or_empty),
        EVERY_ADAPTER(a_row_is_fetched_while_others_are_appended),
        EVERY_ADAPTER(a_row_that_is_not_there_is_not_fetched),
        EVERY_ADAPTER(closing_waits_for_fetches),
        cmocka_unit_test_setup_teardown(nobody_else_reads_the_file, start_sqlite, stop),
        cmocka_unit_test(the_nth_append_fails_and_none_works_after_it),
        cmocka_unit_test(held_appends_wait_for_their_release),
    };
    umask(022); /* The usual one: others may read what is made. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
