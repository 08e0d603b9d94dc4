/* Many keys of many callers, over days, against a plain list. */
#include "server/app/keys.h"

#include "server/base/prng.h"
#include "tests/support/restored.h"
#include "tests/support/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { KEYS = 20000, CALLERS = 7, HOUR_MS = 3600 * 1000 };

struct used {
    struct answered answered;
    int64_t time_ms;
};

static uint64_t number(struct prng *prng)
{
    return (uint64_t)prng_below(prng, UINT32_MAX) << 32 | prng_below(prng, UINT32_MAX);
}

static bool is_kept(const struct used *used, int64_t now_ms)
{
    return used->time_ms / HOUR_MS + KEYS_KEPT_HOURS >= now_ms / HOUR_MS;
}

static void check(const struct keys *keys, const struct used *used, uint32_t count, int64_t now_ms)
{
    uint64_t kept = 0, body;
    for (uint32_t i = 0; i < count; i++) {
        const struct answered *a = &used[i].answered;
        const uint64_t seq = keys_find(keys, a->scope_high, a->scope_low, &body);
        if (now_ms - used[i].time_ms <= KEYS_KEPT_HOURS * (int64_t)HOUR_MS)
            assert_true(seq > 0);
        assert_int_equal(seq, is_kept(&used[i], now_ms) ? i + 1 : 0);
        assert_true(!seq || body == a->body_low);
        assert_int_equal(keys_find(keys, a->scope_high + 1, a->scope_low, &body), 0);
        kept += seq > 0;
    }
    assert_int_equal(keys_count(keys), kept);
}

/* Saved and loaded, at whatever moment of a table's growth. */
static struct keys *restored(struct keys *keys, const struct limits *limits)
{
    struct saved saved;
    saved_begin(&saved);
    keys_image(&(struct image){ .sink = &saved.sink }, keys);
    struct keys *again = keys_create(limits);
    struct image image = { .source = &saved.source };
    keys_image(&image, again);
    assert_false(image.broken);
    assert_int_equal(saved.taken, saved.size);
    assert_int_equal(keys_count(again), keys_count(keys));
    saved_fini(&saved);
    keys_destroy(keys);
    return again;
}

static void keys_are_known_for_a_day_and_no_longer(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    const struct limits limits = { .keys = UINT32_MAX, .keys_each = UINT32_MAX };
    struct keys *keys = keys_create(&limits);
    struct used *used = calloc(KEYS, sizeof *used);
    int64_t now_ms = 1778942460000;
    for (uint32_t i = 0; i < KEYS; i++) {
        /* Mostly close together, now and then hours or days apart. */
        now_ms += prng_below(&prng, 1000) ? prng_below(&prng, 60 * 1000)
                                          : prng_below(&prng, 40) * (int64_t)HOUR_MS;
        used[i] = (struct used){ { .scope_high = number(&prng),
                                   .scope_low = number(&prng),
                                   .body_low = number(&prng),
                                   .caller = prng_below(&prng, CALLERS) },
                                 now_ms };
        keys_add(keys, &used[i].answered, now_ms, i + 1);
        if (prng_below(&prng, 500) == 0)
            keys = restored(keys, &limits);
        if (i % 1000 == 999)
            check(keys, used, i + 1, now_ms);
    }
    keys_expire(keys, now_ms + 26 * (int64_t)HOUR_MS);
    assert_int_equal(keys_count(keys), 0);
    free(used);
    keys_destroy(keys);
}

static void shares_come_back_with_their_hour(void **state)
{
    (void)state;
    const struct limits limits = { .keys = 20, .keys_each = 10 };
    struct keys *keys = keys_create(&limits);
    for (uint32_t hour = 0; hour < 10; hour++) {
        assert_int_equal(keys_room(keys, 1), KEYS_ROOM);
        keys_add(keys, &(struct answered){ .scope_low = hour, .caller = 1 },
                 hour * (int64_t)HOUR_MS, hour + 1);
    }
    assert_int_equal(keys_room(keys, 1), KEYS_CALLER_FULL);
    assert_int_equal(keys_room(keys, 2), KEYS_ROOM);
    for (uint32_t i = 0; i < 10; i++)
        keys_add(keys, &(struct answered){ .scope_low = 100 + i, .caller = 100 + i },
                 10 * (int64_t)HOUR_MS, 100 + i);
    assert_int_equal(keys_room(keys, 2), KEYS_ALL_FULL);
    keys_expire(keys, 24 * (int64_t)HOUR_MS + HOUR_MS - 1);
    assert_int_equal(keys_room(keys, 1), KEYS_ALL_FULL);
    keys_expire(keys, 25 * (int64_t)HOUR_MS);
    assert_int_equal(keys_room(keys, 1), KEYS_ROOM);
    assert_int_equal(keys_count(keys), 19);
    keys_destroy(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_known_for_a_day_and_no_longer),
        cmocka_unit_test(shares_come_back_with_their_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
