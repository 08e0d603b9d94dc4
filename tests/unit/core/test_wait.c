#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/wait.h"

static void the_weighted_mean_is_that_of_the_model(void **state)
{
    (void)state;
    static const uint32_t waits[] = { 10, 20 };
    assert_int_equal(wait_weighted_mean_s(waits, 2), 16); /* (10 + 2 * 20) / 3, truncated */
    assert_int_equal(wait_weighted_mean_s(waits, 1), 10);
    assert_int_equal(wait_weighted_mean_s(waits, 0), 0);
}

/* A line of ten, one served each second, as many come: all wait ten seconds. */
static void a_steady_line_is_measured_as_it_is(void **state)
{
    (void)state;
    struct wait_meter meter = { 0 };
    for (int64_t s = 0; s < 120; s++)
        wait_observe(&meter, (uint64_t)s, 10, 12, 1000000 + s * 1000);
    assert_int_equal(wait_mean_s(&meter), 10);
    assert_true(meter.judged >= 20);
    assert_int_equal(wait_queue_error_ms(&meter), 2000);
    /* The first two were told 0, since nobody had been through. */
    assert_int_equal(wait_mean_error_ms(&meter), 10000 * 2 / (uint32_t)meter.judged);
}

static void a_line_that_nobody_can_tell_of_is_forgotten(void **state)
{
    (void)state;
    struct wait_meter meter = { 0 };
    wait_observe(&meter, 0, 5, 10, 1000);
    wait_observe(&meter, 0, 5, UINT32_MAX, 2000);
    wait_observe(&meter, 9, 0, 0, 100000);
    assert_int_equal(meter.judged, 0);
}

static void a_long_line_does_not_overflow(void **state)
{
    (void)state;
    struct wait_meter meter = { 0 };
    for (int64_t s = 0; s < 3600; s++)
        wait_observe(&meter, 0, 5000, 4000, 1000 + s * 1000);
    assert_int_equal(meter.count, WAIT_JOINED);
    wait_observe(&meter, 5000, 0, 0, 3601000);
    assert_int_equal(meter.judged, WAIT_JOINED);
    assert_int_equal(meter.observed, WAIT_KEPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weighted_mean_is_that_of_the_model),
        cmocka_unit_test(a_steady_line_is_measured_as_it_is),
        cmocka_unit_test(a_line_that_nobody_can_tell_of_is_forgotten),
        cmocka_unit_test(a_long_line_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
