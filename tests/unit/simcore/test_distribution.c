/* Distributions: their moments, and that a value is a function of its bits. */
#include "sim/core/distribution.h"

#include "sim/core/dice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void logarithm_and_exponential_are_libm_s(void **state)
{
    (void)state;
    for (double x = 1e-12; x < 1e12; x *= 1.37)
        assert_true(fabs(distribution_log(x) - log(x)) < 1e-13 * (1 + fabs(log(x))));
    for (double x = -650; x < 650; x += 0.773)
        assert_true(fabs(distribution_exp(x) / exp(x) - 1) < 1e-13);
    assert_true(distribution_exp(-1000) == 0);
    assert_true(distribution_log(1) == 0 && distribution_exp(0) == 1);
}

static void moments_are_the_distribution_s(void **state)
{
    (void)state;
    static const struct {
        struct distribution draw;
        double mean, sd;
    } rows[] = {
        { { DISTRIBUTION_EVEN, 10, 100 }, 55, 25.98 },
        { { DISTRIBUTION_NORMAL, 1.34, 0.26 }, 1.34, 0.26 },
        { { DISTRIBUTION_LOGNORMAL, 1, 0.5 }, 3.0802, 1.6416 },
        { { DISTRIBUTION_GAMMA, 1.291, 103.901 }, 134.14, 118.05 },
        { { DISTRIBUTION_GAMMA, 0.5, 2 }, 1, 1.4142 },
        { { DISTRIBUTION_WEIBULL, 1.195, 139.285 }, 131.15, 110.23 },
    };
    enum { DRAWS = 40000 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double sum = 0, sum2 = 0;
        for (uint32_t k = 0; k < DRAWS; k++) {
            double x = distribution_draw(&rows[i].draw, dice_bits(9, k, DICE_SPEED, 0));
            sum += x;
            sum2 += x * x;
        }
        double mean = sum / DRAWS, sd = sqrt(sum2 / DRAWS - mean * mean);
        print_message("%u: mean %.4f, sd %.4f\n", (unsigned)i, mean, sd);
        assert_true(fabs(mean - rows[i].mean) < 0.03 * rows[i].sd);
        assert_true(fabs(sd / rows[i].sd - 1) < 0.04);
    }
}

/* Written down once: another compiler or machine must not give others. */
static void values_are_the_same_everywhere(void **state)
{
    (void)state;
    static const struct {
        struct distribution draw;
        double value;
    } rows[] = {
        { { DISTRIBUTION_EVEN, 0, 1 }, 0x1.f68df970c417p-1 },
        { { DISTRIBUTION_NORMAL, 0, 1 }, -0x1.2e369ef23e1a2p+0 },
        { { DISTRIBUTION_LOGNORMAL, 4, 1 }, 0x1.0c4a30eed3861p+4 },
        { { DISTRIBUTION_GAMMA, 1.3, 100 }, 0x1.4db06b40df053p+4 },
        { { DISTRIBUTION_WEIBULL, 1.2, 140 }, 0x1.44107fcaa1644p+2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double value = distribution_draw(&rows[i].draw, dice_bits(1, 2, DICE_SPEED, 3));
        print_message("%a\n", value);
        assert_true(value == rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logarithm_and_exponential_are_libm_s),
        cmocka_unit_test(moments_are_the_distribution_s),
        cmocka_unit_test(values_are_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
