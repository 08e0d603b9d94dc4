/* How records follow a journal: in steps, through trouble, and on a thread. */
#include "tests/unit/records/match.h"

#include "server/adapters/memory/journal.h"
#include "server/adapters/memory/records.h"
#include "server/adapters/sqlite/journal.h"
#include "server/adapters/sqlite/records.h"
#include "server/records/follower.h"
#include "server/records/rows.h"
#include "tests/contract/journal/turns.h"
#include "tests/support/seed.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct log quiet = { .level = LOG_QUIET };

static struct follower *follow(struct journal *journal, struct records_place place, uint64_t seq,
                               bool fresh)
{
    return follower_create(&(struct follower_options){
        .journal = journal, .place = place, .log = &quiet, .durable_seq = seq, .fresh = fresh });
}

static struct follower_stats stats_of(struct follower *follower)
{
    struct follower_stats stats;
    follower_stats(follower, &stats);
    return stats;
}

static void catch_up(struct follower *follower)
{
    while (follower_step(follower))
        ;
}

/* Something that was asked, and what came of it. */
struct read_job {
    struct follower_job job; /* First. */
    uint32_t answers;
    bool unavailable, early;
};

static void see(struct follower_job *job, struct records *records)
{
    struct read_job *asked = (struct read_job *)job;
    asked->answers++;
    asked->unavailable = !records;
    asked->early = records && records->applied_seq < job->min_seq;
}

static struct read_job read_of(uint64_t min_seq)
{
    return (struct read_job){ .job = { .run = see, .min_seq = min_seq } };
}

static char *dump_of(struct records_place place)
{
    char why[RECORDS_WHY_SIZE];
    struct records *records;
    if (place.open(&place, &records_schema, false, &records, why, sizeof why) != STATUS_OK)
        fail_msg("%s", why);
    char *dump = records_dump(records);
    records->ops->close(records);
    return dump;
}

static char *dump_made_anew(struct journal *journal, uint64_t seq)
{
    struct memory_records memory = { 0 };
    struct follower *follower = follow(journal, memory_records_place(&memory), seq, true);
    catch_up(follower);
    assert_int_equal(stats_of(follower).applied_seq, seq);
    follower_destroy(follower);
    char *dump = dump_of(memory_records_place(&memory));
    memory_records_fini(&memory);
    return dump;
}

static void assert_same_dump(char *a, char *b)
{
    assert_true(strlen(a) > 1000);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

/* Whatever the steps, the starts and the adapter: the rows are those made at one go. */
static void how_it_came_there_does_not_show(void **state)
{
    (void)state;
    struct match match;
    char *directory = directory_make();
    struct memory_records memory = { 0 };
    const struct records_place places[] = { memory_records_place(&memory),
                                            sqlite_records_place(directory) };
    struct journal *journal = memory_journal_open(NULL);
    struct follower *followers[2] = { NULL, NULL };
    uint32_t seq = 0;
    match_init(&match, test_seed());
    for (int i = 0; i < 3000; i++) {
        match_step(&match);
        if (prng_below(&match.prng, 4) == 0)
            seq = match_append(&match, journal, seq);
        const uint32_t which = (uint32_t)prng_below(&match.prng, 2);
        if (!followers[which])
            followers[which] = follow(journal, places[which], seq, false);
        follower_durable(followers[which], seq);
        follower_step(followers[which]);
        if (prng_below(&match.prng, 30) == 0) {
            follower_destroy(followers[which]);
            followers[which] = NULL;
        }
    }
    seq = match_append(&match, journal, seq);
    for (int which = 0; which < 2; which++) {
        follower_destroy(followers[which]);
        followers[which] = follow(journal, places[which], seq, false);
        catch_up(followers[which]);
        assert_int_equal(stats_of(followers[which]).applied_seq, seq);
        assert_int_equal(stats_of(followers[which]).rebuilds, 0);
        follower_destroy(followers[which]);
        assert_same_dump(dump_of(places[which]), dump_made_anew(journal, seq));
    }
    journal->ops->close(journal);
    memory_records_fini(&memory);
    directory_remove(directory);
    match_fini(&match);
}

static void trouble_degrades_and_passes(void **state)
{
    (void)state;
    struct match match;
    struct memory_records memory = { 0 };
    struct journal *journal = memory_journal_open(NULL);
    match_init(&match, test_seed());
    for (int i = 0; i < 200; i++)
        match_step(&match);
    const uint32_t seq = match_append(&match, journal, 0);
    struct follower *follower = follow(journal, memory_records_place(&memory), seq, false);
    memory.fail_commits = 2;
    for (int i = 0; i < 2; i++) {
        struct read_job asked = read_of(seq);
        assert_int_equal(follower_ask(follower, &asked.job), STATUS_OK);
        assert_false(follower_step(follower));
        assert_int_equal(stats_of(follower).status, STATUS_RECORDS_UNAVAILABLE);
        assert_int_equal(stats_of(follower).applied_seq, 0);
        assert_true(strlen(stats_of(follower).why) > 0);
        assert_true(asked.answers == 1 && asked.unavailable);
    }
    struct read_job now = read_of(seq), later = read_of(seq + 1);
    assert_int_equal(follower_ask(follower, &now.job), STATUS_OK);
    assert_int_equal(follower_ask(follower, &later.job), STATUS_OK);
    catch_up(follower);
    assert_true(now.answers == 1 && !now.unavailable && !now.early);
    assert_int_equal(later.answers, 0); /* Not there yet. */
    assert_int_equal(stats_of(follower).status, STATUS_OK);
    assert_int_equal(stats_of(follower).applied_seq, seq);
    follower_stop(follower);
    assert_true(later.answers == 1 && later.unavailable);
    assert_int_equal(follower_ask(follower, &later.job), STATUS_STOPPING);
    follower_destroy(follower);
    assert_same_dump(dump_of(memory_records_place(&memory)), dump_made_anew(journal, seq));
    journal->ops->close(journal);
    memory_records_fini(&memory);
    match_fini(&match);
}

static void write_text(const char *directory, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/records.db", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void what_is_damaged_or_of_another_journal_is_made_anew(void **state)
{
    (void)state;
    struct match match;
    char *directory = directory_make();
    const struct records_place place = sqlite_records_place(directory);
    struct journal *journal = memory_journal_open(NULL);
    match_init(&match, test_seed());
    for (int i = 0; i < 200; i++)
        match_step(&match);
    const uint32_t seq = match_append(&match, journal, 0);
    write_text(directory, "no database at all, but long enough to be looked at as if it were one");
    for (int round = 0; round < 2; round++) {
        /* First the file is damaged; then the records know more than the journal does. */
        const uint64_t end = round == 0 ? seq : seq / 2;
        struct follower *follower = follow(journal, place, end, false);
        assert_true(follower_step(follower));
        assert_int_equal(stats_of(follower).rebuilds, 1);
        assert_int_equal(stats_of(follower).status, STATUS_OK);
        follower_destroy(follower);
    }
    struct follower *follower = follow(journal, place, seq, false);
    catch_up(follower);
    follower_destroy(follower);
    assert_same_dump(dump_of(place), dump_made_anew(journal, seq));
    journal->ops->close(journal);
    directory_remove(directory);
    match_fini(&match);
}

/* ---- On a thread, beside a journal that is written --------------------------------------------
 */

struct appended {
    struct follower *follower;
    pthread_mutex_t mutex;
    pthread_cond_t over;
    uint64_t seq; /* Durable. */
};

static void on_done(struct journal_append *append, enum status status, const char *why)
{
    struct appended *appended = append->ctx;
    (void)why;
    pthread_mutex_lock(&appended->mutex);
    assert_int_equal(status, STATUS_OK);
    appended->seq = append->rows[append->count - 1].seq;
    follower_durable(appended->follower, appended->seq);
    pthread_cond_signal(&appended->over);
    pthread_mutex_unlock(&appended->mutex);
}

static void wait_for(struct appended *appended, uint64_t seq)
{
    pthread_mutex_lock(&appended->mutex);
    while (appended->seq < seq)
        pthread_cond_wait(&appended->over, &appended->mutex);
    pthread_mutex_unlock(&appended->mutex);
}

static void append(const struct match *match, struct journal *journal, struct appended *appended,
                   uint32_t from)
{
    struct arena arena = { 0 };
    const uint32_t count = match->play.journal_count - from;
    struct journal_row *rows = arena_array(&arena, count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        struct fact fact;
        assert_true(fact_decode(match->play.journal[from + i], &arena, &fact));
        rows[i] = (struct journal_row){ from + i + 1, (uint32_t)fact.kind, fact.time_ms,
                                        match->play.journal[from + i], 0 };
    }
    struct journal_append one = { .rows = rows, .count = count, .done = on_done, .ctx = appended };
    assert_int_equal(journal->ops->append(journal, &one), STATUS_OK);
    wait_for(appended, match->play.journal_count);
    arena_fini(&arena);
}

enum { READS = 200 };

static void a_thread_follows_a_journal_that_is_written(void **state)
{
    (void)state;
    static struct read_job reads[READS];
    uint32_t count = 0;
    struct match match;
    struct journal *writer, *reader;
    char why[JOURNAL_WHY_SIZE];
    char *directory = directory_make();
    const struct records_place place = sqlite_records_place(directory);
    struct sqlite_journal_options options = { .directory = directory };
    assert_int_equal(sqlite_journal_open(&options, &writer, why, sizeof why), STATUS_OK);
    options.read_only = true;
    assert_int_equal(sqlite_journal_open(&options, &reader, why, sizeof why), STATUS_OK);
    struct appended appended = { .follower = follow(reader, place, 0, false) };
    pthread_mutex_init(&appended.mutex, NULL);
    pthread_cond_init(&appended.over, NULL);
    assert_true(follower_start(appended.follower));
    match_init(&match, test_seed());
    uint32_t seq = 0;
    for (int i = 0; i < 600; i++) {
        if (i % 3 == 0 && match.play.journal_count > seq) {
            append(&match, writer, &appended, seq);
            seq = match.play.journal_count;
            reads[count] = read_of(seq);
            assert_int_equal(follower_ask(appended.follower, &reads[count++].job), STATUS_OK);
        }
        match_step(&match);
    }
    follower_stop(appended.follower);
    for (uint32_t i = 0; i < count; i++)
        assert_true(reads[i].answers == 1 && !reads[i].early);
    catch_up(appended.follower);
    const struct follower_stats stats = stats_of(appended.follower);
    assert_int_equal(stats.applied_seq, seq);
    assert_int_equal(stats.durable_seq, seq);
    assert_int_equal(stats.status, STATUS_OK);
    follower_destroy(appended.follower);
    assert_same_dump(dump_of(place), dump_made_anew(reader, seq));
    reader->ops->close(reader);
    writer->ops->close(writer);
    pthread_cond_destroy(&appended.over);
    pthread_mutex_destroy(&appended.mutex);
    directory_remove(directory);
    match_fini(&match);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_came_there_does_not_show),
        cmocka_unit_test(trouble_degrades_and_passes),
        cmocka_unit_test(what_is_damaged_or_of_another_journal_is_made_anew),
        cmocka_unit_test(a_thread_follows_a_journal_that_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
