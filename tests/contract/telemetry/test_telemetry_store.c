/* What any telemetry store has to do, asked of each; then what only a file can be asked. */
#include "server/adapters/sqlite/telemetry_store.h"

#include "server/base/prng.h"
#include "tests/support/seed.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* 2026-05-16T14:00:00Z, on an hour. */
#define START_S INT64_C(1778940000)

static char folder[64];

static struct telemetry_store *open_store(const char *directory)
{
    char why[TELEMETRY_WHY_SIZE] = "";
    struct telemetry_store *store = sqlite_telemetry_store_open(directory, why, sizeof why);
    if (!store)
        fail_msg("%s", why);
    return store;
}

static void put(struct telemetry_store *store, const struct series_bucket *buckets, uint32_t count,
                const struct letter *letters, uint32_t letter_count)
{
    uint64_t dropped;
    if (store->ops->put(store, buckets, count, letters, letter_count, &dropped) != STATUS_OK)
        fail_msg("%s", store->why);
}

static struct series_page ask(struct telemetry_store *store, struct arena *arena, const char *name,
                              enum series_step step, int64_t from_s, int64_t to_s, uint32_t most)
{
    const struct series_query query = { name, step, from_s, to_s, most };
    struct series_page page;
    if (store->ops->series(store, &query, arena, &page) != STATUS_OK)
        fail_msg("%s", store->why);
    return page;
}

static struct series_bucket point(const char *name, int64_t at_ms, double value)
{
    return (struct series_bucket){ name, at_ms / 1000, 1, value, value, value, value, at_ms };
}

/* Readings in any order, in parts: every width equals what is computed from all of them. */
static void late_data_is_merged_where_it_belongs(struct telemetry_store *store)
{
    enum { READINGS = 4000, SPAN_S = 3 * 3600, PART = 100 };
    struct prng prng = { test_seed() };
    static struct series_bucket all[READINGS];
    for (int i = 0; i < READINGS; i++)
        all[i] = point("gate/1/in", START_S * 1000 + prng_below(&prng, SPAN_S * 1000),
                       prng_below(&prng, 100));
    for (int i = 0; i < READINGS; i += PART)
        put(store, all + i, PART, NULL, 0);
    for (enum series_step step = SERIES_SECOND; step <= SERIES_HOUR; step++) {
        struct arena arena = { 0 };
        const struct series_page page =
            ask(store, &arena, "gate/1/in", step, START_S, START_S + SPAN_S, 100000);
        uint64_t counted = 0;
        for (uint32_t b = 0; b < page.count; b++) {
            const struct series_bucket *got = &page.buckets[b];
            struct series_bucket want = { .min = 1e9, .max = -1e9 };
            for (int i = 0; i < READINGS; i++) {
                if (all[i].at_s < got->at_s || all[i].at_s >= got->at_s + series_step_s[step])
                    continue;
                want.count++;
                want.sum += all[i].sum;
                want.min = all[i].min < want.min ? all[i].min : want.min;
                want.max = all[i].max > want.max ? all[i].max : want.max;
                if (all[i].last_ms >= want.last_ms) {
                    want.last_ms = all[i].last_ms;
                    want.last = all[i].last;
                }
            }
            assert_int_equal(got->count, want.count);
            assert_true(got->sum == want.sum && got->min == want.min && got->max == want.max);
            assert_true(got->last_ms == want.last_ms && got->last == want.last);
            assert_true(b == 0 || got->at_s > page.buckets[b - 1].at_s);
            counted += got->count;
        }
        assert_int_equal(counted, READINGS);
        arena_fini(&arena);
    }
}

static void windows_and_pages(struct telemetry_store *store)
{
    struct arena arena = { 0 };
    struct series_bucket buckets[10];
    for (int i = 0; i < 10; i++)
        buckets[i] = point("place/0/people", (START_S + i) * 1000, 0.0);
    put(store, buckets, 10, NULL, 0);
    struct series_page page =
        ask(store, &arena, "place/0/people", SERIES_SECOND, START_S + 2, START_S + 8, 4);
    assert_int_equal(page.count, 4);
    assert_true(page.more);
    assert_int_equal(page.buckets[0].at_s, START_S + 2);
    assert_true(page.buckets[0].sum == 0.0 && page.buckets[0].count == 1);
    page = ask(store, &arena, "place/0/people", SERIES_SECOND, START_S + 6, START_S + 8, 4);
    assert_int_equal(page.count, 2);
    assert_false(page.more);
    page = ask(store, &arena, "place/9/people", SERIES_SECOND, 0, INT64_MAX, 4);
    assert_int_equal(page.count, 0);
    arena_fini(&arena);
}

static void old_buckets_are_forgotten(struct telemetry_store *store)
{
    struct arena arena = { 0 };
    const struct series_bucket buckets[] = { point("queue/1/waiting", START_S * 1000, 1),
                                             point("queue/2/waiting", START_S * 1000, 1) };
    put(store, buckets, 2, NULL, 0);
    for (enum series_step step = SERIES_SECOND; step <= SERIES_HOUR; step++) {
        assert_int_equal(store->ops->prune(store, START_S + series_kept_s[step]), STATUS_OK);
        assert_int_equal(ask(store, &arena, "queue/2/waiting", step, 0, INT64_MAX, 9).count, 1);
        assert_int_equal(store->ops->prune(store, START_S + series_kept_s[step] + 1), STATUS_OK);
        assert_int_equal(ask(store, &arena, "queue/2/waiting", step, 0, INT64_MAX, 9).count, 0);
    }
    arena_fini(&arena);
}

static const struct letter sample = { .received_ms = START_S * 1000,
                                      .caller = "camera",
                                      .venue_id = "ground",
                                      .device = "c-1",
                                      .sequence = 7,
                                      .form = LETTER_ROW,
                                      .rows = 1,
                                      .reason = "BAD_FIELD",
                                      .field = "zone.place",
                                      .message = "what, where, how to mend",
                                      .payload = { (const uint8_t *)"\0\1\2", 3 } };

static void letters_are_listed_and_removed(struct telemetry_store *store)
{
    struct arena arena = { 0 };
    struct letter_page page;
    struct letter letters[5] = { sample, sample, sample, sample, sample };
    put(store, NULL, 0, letters, 5);
    assert_int_equal(store->ops->letters(store, 0, 3, &arena, &page), STATUS_OK);
    assert_int_equal(page.count, 3);
    assert_true(page.more);
    const struct letter *first = &page.letters[0];
    assert_string_equal(first->caller, sample.caller);
    assert_string_equal(first->device, sample.device);
    assert_string_equal(first->reason, sample.reason);
    assert_string_equal(first->field, sample.field);
    assert_string_equal(first->message, sample.message);
    assert_string_equal(first->venue_id, sample.venue_id);
    assert_int_equal(first->sequence, 7);
    assert_int_equal(first->received_ms, sample.received_ms);
    assert_int_equal(first->payload.size, 3);
    assert_memory_equal(first->payload.data, sample.payload.data, 3);
    const uint64_t second = page.letters[1].id, third = page.letters[2].id;
    bool there;
    assert_int_equal(store->ops->remove_letter(store, second, &there), STATUS_OK);
    assert_true(there);
    assert_int_equal(store->ops->remove_letter(store, second, &there), STATUS_OK);
    assert_false(there);
    assert_int_equal(store->ops->letters(store, third, 3, &arena, &page), STATUS_OK);
    assert_int_equal(page.count, 2);
    assert_false(page.more);
    arena_fini(&arena);
}

static void so_many_letters_and_no_more(struct telemetry_store *store)
{
    enum { AT_ONCE = 1000 };
    static struct letter letters[AT_ONCE];
    struct arena arena = { 0 };
    struct letter_page page;
    uint64_t dropped = 0, sum = 0, last = 0, kept = 0, begin = 0;
    assert_int_equal(store->ops->letters(store, 0, 100, &arena, &page), STATUS_OK);
    kept = page.count;
    for (int i = 0; i < AT_ONCE; i++)
        letters[i] = sample;
    for (int i = 0; i < LETTERS_MOST / AT_ONCE + 1; i++) {
        assert_int_equal(store->ops->put(store, NULL, 0, letters, AT_ONCE, &dropped), STATUS_OK);
        sum += dropped;
    }
    /* The newest are there, all that went were counted. */
    assert_true(sum == kept + AT_ONCE);
    assert_int_equal(store->ops->letters(store, 0, 1, &arena, &page), STATUS_OK);
    begin = page.letters[0].id;
    for (page.more = true; page.more; last = page.letters[page.count - 1].id)
        assert_int_equal(store->ops->letters(store, last, 1000, &arena, &page), STATUS_OK);
    assert_int_equal(last - begin + 1, LETTERS_MOST);
    arena_fini(&arena);
}

static void suite(const char *directory)
{
    static void (*const cases[])(struct telemetry_store *) = {
        late_data_is_merged_where_it_belongs,
        windows_and_pages,
        letters_are_listed_and_removed,
        so_many_letters_and_no_more,
        old_buckets_are_forgotten,
    };
    struct telemetry_store *store = open_store(directory);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cases[i](store);
    store->ops->close(store);
}

static void in_memory(void **state)
{
    (void)state;
    suite(NULL);
}

static void in_a_file(void **state)
{
    (void)state;
    suite(folder);
}

static void a_file_is_there_again(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct telemetry_store *store = open_store(folder);
    const struct series_bucket bucket = point("device/t-1/temperature_c", START_S * 1000, -2.5);
    put(store, &bucket, 1, &sample, 1);
    store->ops->close(store);
    store = open_store(folder);
    const struct series_page page =
        ask(store, &arena, "device/t-1/temperature_c", SERIES_MINUTE, 0, INT64_MAX, 9);
    assert_int_equal(page.count, 1);
    assert_true(page.buckets[0].last == -2.5);
    store->ops->close(store);
    arena_fini(&arena);
}

/* What is no database is set aside, and a new one is begun. */
static void a_damaged_file_is_set_aside(void **state)
{
    (void)state;
    char path[100], aside[120];
    snprintf(path, sizeof path, "%s/telemetry.db", folder);
    snprintf(aside, sizeof aside, "%s.damaged", path);
    FILE *file = fopen(path, "w");
    fputs("this is a shopping list, and it is long enough to be taken for a header", file);
    fclose(file);
    struct telemetry_store *store = open_store(folder);
    put(store, NULL, 0, &sample, 1);
    store->ops->close(store);
    assert_int_equal(access(aside, F_OK), 0);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/tifo-telemetry-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "telemetry.db", "telemetry.db-wal", "telemetry.db-shm",
                                         "telemetry.db.damaged" };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test_setup_teardown(in_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_there_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_set_aside, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
