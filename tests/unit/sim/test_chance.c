#include "sim/chance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void draws_are_even_and_do_not_depend_on_each_other(void **state)
{
    (void)state;
    enum { PEOPLE = 20000 };
    double sum_trip = 0, sum_leave = 0, sum_product = 0;
    for (uint32_t p = 0; p < PEOPLE; p++) {
        double trip = chance(1, CHANCE_TRIP, p), leave = chance(1, CHANCE_LEAVE, p);
        assert_true(trip >= 0 && trip < 1);
        sum_trip += trip;
        sum_leave += leave;
        sum_product += (trip - 0.5) * (leave - 0.5);
    }
    /* Five standard deviations of the mean of an even draw: 5 * 0.289 / sqrt(n). */
    assert_true(fabs(sum_trip / PEOPLE - 0.5) < 0.0103);
    assert_true(fabs(sum_leave / PEOPLE - 0.5) < 0.0103);
    assert_true(fabs(sum_product / PEOPLE) < 5 * 0.0834 / sqrt(PEOPLE));
}

static void another_seed_is_another_crowd(void **state)
{
    (void)state;
    int same = 0;
    for (uint32_t p = 0; p < 1000; p++) {
        assert_true(chance(3, CHANCE_TRIP, p) == chance(3, CHANCE_TRIP, p));
        same += chance(3, CHANCE_TRIP, p) == chance(4, CHANCE_TRIP, p);
    }
    assert_int_equal(same, 0);
}

static void a_triangle_keeps_its_ends_and_its_peak(void **state)
{
    (void)state;
    assert_true(chance_triangle(0, 10, 20, 50) == 10);
    assert_true(fabs(chance_triangle(0.25, 10, 20, 50) - 20) < 1e-12); /* 10 of 40 rise */
    assert_true(chance_triangle(0.999999999, 10, 20, 50) <= 50);
    assert_true(chance_triangle(0.3, 7, 7, 7) == 7);
    double before = 0;
    for (int i = 0; i < 1000; i++) {
        double at = chance_triangle(i / 1000.0, 0, 0, 5);
        assert_true(at >= before && at <= 5);
        before = at;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_even_and_do_not_depend_on_each_other),
        cmocka_unit_test(another_seed_is_another_crowd),
        cmocka_unit_test(a_triangle_keeps_its_ends_and_its_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
