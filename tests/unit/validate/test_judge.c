#include "sim/validate/judge.h"

#include "sim/core/dice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_quantile_lies_between_its_neighbours(void **state)
{
    (void)state;
    const double values[] = { 4, 1, 3, 2 };
    assert_true(quantile(values, 4, 0) == 1);
    assert_true(quantile(values, 4, 1) == 4);
    assert_true(fabs(quantile(values, 4, 0.5) - 2.5) < 1e-12);
    assert_true(quantile(values, 1, 0.95) == 4);
    assert_true(isnan(quantile(values, 0, 0.5)));
}

static double even(double x, const double *arguments)
{
    return fmin(fmax(x / arguments[0], 0), 1);
}

static void a_sample_is_told_from_another_distribution(void **state)
{
    (void)state;
    double sample[500], one = 1, wider = 1.15;
    for (int i = 0; i < 500; i++)
        sample[i] = dice_uniform(dice_mix((uint64_t)i));
    assert_true(ks_p_value(sample, 500, even, &one) > 0.05);
    assert_true(ks_p_value(sample, 500, even, &wider) < 0.001);
    assert_true(isnan(ks_p_value(sample, 0, even, &one)));
    /* Kolmogorov's table: a distance of 1.358 / sqrt(n) has p = 0.05. */
    enum { N = 2000 };
    static double steps[N];
    double shifted = 1 / (1 - 1.358 / sqrt(N));
    for (int i = 0; i < N; i++)
        steps[i] = (i + 0.5) / N;
    assert_true(fabs(ks_p_value(steps, N, even, &shifted) - 0.05) < 0.01);
}

static struct trial trials[3];
static const struct setup some = { .name = "some", .seeds = 3 };
static const struct harvest harvest = { &some, NULL, trials, 3 };

static struct finding judge_figures(enum row_asks asks, const char *known, double a, double b,
                                    double c)
{
    trials[0].figures[0] = a;
    trials[1].figures[0] = b;
    trials[2].figures[0] = c;
    struct row row = { .setup = &some, .asks = asks, .low = 1, .high = 2, .known = known };
    return judge(&row, &harvest);
}

static void every_seed_counts_where_every_seed_is_asked(void **state)
{
    (void)state;
    assert_int_equal(judge_figures(EVERY_SEED, NULL, 1, 1.5, 2).verdict, VERDICT_PASS);
    assert_int_equal(judge_figures(EVERY_SEED, NULL, 1, 1.5, 2.1).verdict, VERDICT_FAIL);
    assert_int_equal(judge_figures(MEDIAN, NULL, 1, 1.5, 2.1).verdict, VERDICT_PASS);
    assert_int_equal(judge_figures(MEDIAN, NULL, 0, 0.5, 2).verdict, VERDICT_FAIL);
    assert_int_equal(judge_figures(RECORDED, NULL, 0, 0.5, 9).verdict, VERDICT_RECORDED);
}

static void a_seed_without_a_figure_fails(void **state)
{
    (void)state;
    struct finding f = judge_figures(EVERY_SEED, NULL, 1, 1.5, NAN);
    assert_int_equal(f.verdict, VERDICT_FAIL);
    assert_int_equal(f.seeds, 2);
    assert_int_equal(judge_figures(MEDIAN, NULL, 1, 1.5, NAN).verdict, VERDICT_FAIL);
    assert_int_equal(judge_figures(MEDIAN, NULL, NAN, NAN, NAN).verdict, VERDICT_FAIL);
}

static void what_is_known_to_fail_does_not_fail_the_run_and_is_told_when_it_passes(void **state)
{
    (void)state;
    assert_int_equal(judge_figures(MEDIAN, "so it is", 3, 3, 3).verdict, VERDICT_KNOWN);
    assert_int_equal(judge_figures(MEDIAN, "so it was", 1, 1, 1).verdict, VERDICT_MENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantile_lies_between_its_neighbours),
        cmocka_unit_test(a_sample_is_told_from_another_distribution),
        cmocka_unit_test(every_seed_counts_where_every_seed_is_asked),
        cmocka_unit_test(a_seed_without_a_figure_fails),
        cmocka_unit_test(what_is_known_to_fail_does_not_fail_the_run_and_is_told_when_it_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
