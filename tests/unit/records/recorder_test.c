/* The recorder: what it takes it writes, what it cannot is counted, and who asks sees what was said
 * before. The store is one that does as it is told. */
#include "server/records/recorder.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Counts what is put; fails while it is told to. */
struct fake {
    struct telemetry_store store;
    bool broken;
    uint64_t points, letters, prunes;
    char last_message[40];
};

static enum status put(struct telemetry_store *store, const struct series_bucket *buckets,
                       uint32_t bucket_count, const struct letter *letters, uint32_t letter_count,
                       uint64_t *dropped)
{
    struct fake *fake = (struct fake *)store;
    *dropped = 0;
    if (fake->broken) {
        snprintf(store->why, sizeof store->why, "the disk is full");
        return STATUS_RECORDS_FULL;
    }
    for (uint32_t i = 0; i < bucket_count; i++)
        fake->points += buckets[i].count;
    fake->letters += letter_count;
    if (letter_count)
        snprintf(fake->last_message, sizeof fake->last_message, "%s",
                 letters[letter_count - 1].message);
    return STATUS_OK;
}

static enum status prune(struct telemetry_store *store, int64_t now_s)
{
    (void)now_s;
    ((struct fake *)store)->prunes++;
    return STATUS_OK;
}

static const struct telemetry_store_ops ops = { .put = put, .prune = prune };

/* One bucket of three readings each time, and one that was lost before. */
static void take(void *ctx, struct arena *arena, struct series_bucket **buckets, uint32_t *count,
                 uint64_t *dropped)
{
    (void)ctx;
    *buckets = arena_array(arena, 1, sizeof **buckets);
    **buckets = (struct series_bucket){ .name = "gate/0/in", .count = 3 };
    *count = 1;
    *dropped = 1;
}

static int64_t time_of(void *ctx)
{
    return *(int64_t *)ctx;
}

struct noted {
    struct recorder_job job;
    struct fake *fake;
    uint64_t letters; /* That were written when it ran. */
    bool ran;
};

static void note(struct recorder_job *job, struct telemetry_store *store)
{
    struct noted *noted = (struct noted *)job;
    noted->letters = ((struct fake *)store)->letters;
    noted->ran = true;
}

static const struct log quiet = { NULL, LOG_ERROR };

static const struct letter refused = { .reason = "BAD_FIELD",
                                       .message = "what is wrong",
                                       .payload = { (const uint8_t *)"abc", 3 } };

static void what_failed_is_counted_and_tried_anew(void **state)
{
    (void)state;
    struct fake fake = { .store.ops = &ops, .broken = true };
    int64_t now_ms = 7200 * 1000;
    struct recorder_stats stats;
    struct recorder *recorder = recorder_create(&(struct recorder_options){
        .store = &fake.store, .log = &quiet, .take = take, .now_ms = time_of, .ctx = &now_ms });
    struct noted noted = { .job.run = note, .fake = &fake };
    assert_true(recorder_letter(recorder, &refused));
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_OK);
    recorder_stats(recorder, &stats);
    assert_int_equal(stats.status, STATUS_RECORDS_FULL);
    assert_int_equal(stats.points, 0);
    assert_int_equal(stats.points_dropped, 3 + 1);
    assert_int_equal(stats.letters_dropped, 1);
    fake.broken = false;
    assert_true(recorder_letter(recorder, &refused));
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_OK);
    recorder_stats(recorder, &stats);
    assert_int_equal(stats.status, STATUS_OK);
    assert_int_equal(stats.points, 3);
    assert_int_equal(stats.letters, 1);
    assert_int_equal(noted.letters, 1);
    assert_string_equal(fake.last_message, "what is wrong");
    /* Old buckets are looked for once an hour. */
    assert_int_equal(fake.prunes, 1);
    now_ms += 3600 * 1000;
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_OK);
    assert_int_equal(fake.prunes, 2);
    recorder_destroy(recorder);
}

/* A store that forgets all with the process is no failure, and is told all the same. */
static void a_store_that_forgets_says_so(void **state)
{
    (void)state;
    struct fake fake = { .store.ops = &ops };
    struct recorder_stats stats;
    struct noted noted = { .job.run = note, .fake = &fake };
    struct recorder *recorder = recorder_create(&(struct recorder_options){
        .store = &fake.store, .log = &quiet, .standing = STATUS_RECORDS_UNAVAILABLE });
    assert_true(recorder_letter(recorder, &refused));
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_OK);
    recorder_stats(recorder, &stats);
    assert_int_equal(stats.letters, 1);
    assert_int_equal(stats.status, STATUS_RECORDS_UNAVAILABLE);
    recorder_destroy(recorder);
}

static void so_many_letters_wait_and_no_more(void **state)
{
    (void)state;
    struct fake fake = { .store.ops = &ops };
    struct recorder_stats stats;
    struct recorder *recorder =
        recorder_create(&(struct recorder_options){ .store = &fake.store, .log = &quiet });
    for (int i = 0; i < RECORDER_LETTERS_WAITING; i++)
        assert_true(recorder_letter(recorder, &refused));
    assert_false(recorder_letter(recorder, &refused));
    recorder_stats(recorder, &stats);
    assert_int_equal(stats.letters_dropped, 1);
    recorder_destroy(recorder); /* Writes what waits. */
    assert_int_equal(fake.letters, RECORDER_LETTERS_WAITING);
}

enum { THREADS = 4, EACH = 100 };

static void *write_letters(void *ctx)
{
    for (int i = 0; i < EACH; i++)
        recorder_letter(ctx, &refused);
    return NULL;
}

/* Letters from several threads while its own writes: each is written once or counted, and a job
 * that is posted behind them sees them all. */
static void many_threads(void **state)
{
    (void)state;
    struct fake fake = { .store.ops = &ops };
    struct recorder_stats stats;
    pthread_t threads[THREADS];
    struct recorder *recorder =
        recorder_create(&(struct recorder_options){ .store = &fake.store, .log = &quiet });
    assert_true(recorder_start(recorder));
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, write_letters, recorder);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct noted noted = { .job.run = note, .fake = &fake };
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_OK);
    recorder_stop(recorder);
    assert_true(noted.ran);
    assert_int_equal(noted.letters, THREADS * EACH);
    recorder_stats(recorder, &stats);
    assert_int_equal(stats.letters, THREADS * EACH);
    assert_int_equal(recorder_post(recorder, &noted.job), STATUS_INBOX_FULL);
    recorder_destroy(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_failed_is_counted_and_tried_anew),
        cmocka_unit_test(a_store_that_forgets_says_so),
        cmocka_unit_test(so_many_letters_wait_and_no_more),
        cmocka_unit_test(many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
