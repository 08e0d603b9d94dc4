#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/deadlines.h"
#include "server/base/prng.h"
#include "tests/support/seed.h"

#include <stdbool.h>

enum { VALUES = 300 };

static void the_earliest_is_always_first(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct deadlines d = { 0 };
    int64_t times[VALUES] = { 0 }; /* 0: not there. */
    for (int round = 0; round < 20000; round++) {
        uint32_t value = prng_below(&prng, VALUES), there = 0;
        if (times[value]) {
            deadlines_remove(&d, value);
            times[value] = 0;
        } else {
            times[value] = 1 + prng_below(&prng, 50);
            deadlines_add(&d, times[value], value);
        }
        int64_t earliest = INT64_MAX;
        for (uint32_t i = 0; i < VALUES; i++) {
            there += times[i] != 0;
            if (times[i] && times[i] < earliest)
                earliest = times[i];
        }
        assert_int_equal(d.count, there);
        if (there == 0)
            continue;
        assert_int_equal(d.entries[0].time, earliest);
        assert_int_equal(times[d.entries[0].value], earliest);
    }
    deadlines_fini(&d);
}

static void nothing_is_later_than_what_hangs_below_it(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct deadlines d = { 0 };
    for (uint32_t i = 0; i < VALUES; i++)
        deadlines_add(&d, prng_below(&prng, 1000), i);
    for (uint32_t i = 0; i < VALUES; i += 2)
        deadlines_remove(&d, i);
    assert_int_equal(d.count, VALUES / 2);
    for (uint32_t i = 1; i < d.count; i++)
        assert_true(d.entries[(i - 1) / 2].time <= d.entries[i].time);
    deadlines_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_is_always_first),
        cmocka_unit_test(nothing_is_later_than_what_hangs_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
