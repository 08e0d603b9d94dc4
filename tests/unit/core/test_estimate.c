#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "tests/support/seed.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <stdlib.h>

static void the_whole_root_is_the_floor(void **state)
{
    (void)state;
    static const uint64_t squares[] = { 0, 1, 2, 3, 4, 99, 100, 101, UINT64_MAX };
    static const uint64_t roots[] = { 0, 1, 1, 1, 2, 9, 10, 10, UINT32_MAX };
    for (size_t i = 0; i < sizeof(squares) / sizeof(squares[0]); i++)
        assert_int_equal(whole_root(squares[i]), roots[i]);
}

static void the_first_reading_is_the_state(void **state)
{
    (void)state;
    struct estimate e = { 0 };
    estimate_read(&e, 100, 100, 8000, 10000);
    assert_int_equal(e.people_milli, 100000);
    assert_int_equal(e.at_ms, 10000);
    /* 10 % of 100 people, a little more because of its age, and less than twice that. */
    assert_in_range(estimate_deviation_milli(&e), 10000, 20000);
}

static void a_steady_crowd_becomes_surer_but_not_beyond_the_sensor(void **state)
{
    (void)state;
    struct estimate e = { 0 };
    estimate_read(&e, 400, 100, 10000, 10000);
    const int64_t first = estimate_deviation_milli(&e);
    for (int64_t at_ms = 11000; at_ms < 60000; at_ms += 1000)
        estimate_read(&e, at_ms % 2000 ? 420 : 380, 100, at_ms, at_ms);
    assert_in_range(e.people_milli, 380000, 420000);
    assert_true(estimate_deviation_milli(&e) < first);
    assert_true(estimate_deviation_milli(&e) > 400000 / 10 * 7 / 10);
}

static void it_follows_a_growing_crowd_that_it_hears_of_late(void **state)
{
    (void)state;
    struct estimate e = { 0 };
    for (int64_t at_ms = 10000; at_ms < 40000; at_ms += 250)
        estimate_read(&e, (uint32_t)(at_ms / 100), 20, at_ms, at_ms + 2000);
    /* Ten a second; the last reading was 397, and there are 417. */
    assert_in_range(e.people_milli, 390000, 425000);
    assert_true(e.rate_milli > 0);
}

static void a_surge_is_followed_at_once(void **state)
{
    (void)state;
    struct estimate e = { 0 };
    for (int64_t at_ms = 10000; at_ms < 40000; at_ms += 1000)
        estimate_read(&e, 50, 50, at_ms, at_ms);
    estimate_read(&e, 400, 50, 40000, 40000);
    estimate_read(&e, 400, 50, 41000, 41000);
    assert_in_range(e.people_milli, 340000, 470000);
}

static void without_readings_it_gets_unsure(void **state)
{
    (void)state;
    struct estimate e = { 0 };
    estimate_read(&e, 100, 50, 10000, 10000);
    const int64_t before = estimate_deviation_milli(&e);
    estimate_predict(&e, 40000);
    assert_int_equal(e.people_milli, 100000);
    assert_true(estimate_deviation_milli(&e) > before);
    const struct estimate there = e;
    estimate_predict(&e, 30000);
    assert_memory_equal(&there, &e, sizeof(e));
}

/* Whatever it hears, it stays within bounds; the sanitizer looks for overflows. */
static void it_bears_any_reading(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct estimate e = { 0 };
    int64_t now_ms = 1000000;
    for (int i = 0; i < 200000; i++) {
        const uint32_t people = prng_below(&prng, prng_below(&prng, 2) ? 1000001 : 50);
        now_ms += prng_below(&prng, 100) ? prng_below(&prng, 1000) : prng_below(&prng, 100000000);
        estimate_read(&e, people, 1 + prng_below(&prng, 1000), now_ms - prng_below(&prng, 600000),
                      now_ms);
        assert_true(e.people_milli >= 0 && e.people_milli <= ESTIMATE_PEOPLE_MAX_MILLI);
        assert_true(e.people_var > 0 && e.rate_var > 0);
        assert_true(estimate_deviation_milli(&e) > 0);
    }
}

static void a_count_without_error_ends_the_estimate(void **state)
{
    (void)state;
    assert_int_equal(play_sensed(&play, SMALL_NORTH, 50), STATUS_OK);
    assert_non_null(play_fact(&play, FACT_CROWD_SENSED));
    assert_int_equal(stadium_places(play.stadium)[SMALL_NORTH].people, 50);
    assert_int_equal(stadium_inside(play.stadium), 50);
    struct interval interval = crowd_interval(play.stadium, SMALL_NORTH);
    assert_true(interval.low_milli < 500 && interval.high_milli > 500);
    play.now_ms += 250;
    assert_int_equal(play_people(&play, SMALL_NORTH, 60), STATUS_OK);
    interval = crowd_interval(play.stadium, SMALL_NORTH);
    assert_int_equal(interval.low_milli, 600);
    assert_int_equal(interval.high_milli, 600);
    assert_int_equal(stadium_estimates(play.stadium)[SMALL_NORTH].at_ms, 0);
    stadium_check(play.stadium);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_root_is_the_floor),
        cmocka_unit_test(the_first_reading_is_the_state),
        cmocka_unit_test(a_steady_crowd_becomes_surer_but_not_beyond_the_sensor),
        cmocka_unit_test(it_follows_a_growing_crowd_that_it_hears_of_late),
        cmocka_unit_test(a_surge_is_followed_at_once),
        cmocka_unit_test(without_readings_it_gets_unsure),
        cmocka_unit_test(it_bears_any_reading),
        cmocka_unit_test_setup_teardown(a_count_without_error_ends_the_estimate, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
