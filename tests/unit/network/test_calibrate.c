/* Capacities: the line through what was measured, the file that keeps it, and that the file knows
 * widths that it was not fitted to. */
#include "sim/memory.h"
#include "sim/network/calibrate.h"
#include "sim/network/elements.h"
#include "sim/parameters.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bool near(double a, double b, double most)
{
    return fabs(a - b) <= most;
}

static void the_line_is_the_one_that_the_runs_lie_about(void **state)
{
    (void)state;
    /* 1.7 x width - 0.2, give or take a tenth; one run failed; 2.5 m is held out and 10 % off. */
    static const double widths[] = { 1, 1, 2, 2, 3, 3, 2, 2.5, 2.5 };
    static const double flows[] = { 1.6, 1.4, 3.3, 3.1, 5.0, 4.8, NAN, 4.455, 4.455 };
    static const bool held_out[] = { 0, 0, 0, 0, 0, 0, 0, 1, 1 };
    struct capacity_fit fit;
    assert_true(calibrate_fit(widths, flows, held_out, 9, &fit));
    assert_true(near(fit.per_width, 1.7, 1e-9) && near(fit.at_zero, -0.2, 1e-9));
    assert_int_equal(fit.runs, 6);
    assert_true(fit.from == 1 && fit.to == 3 && fit.r2 > 0.99 && fit.r2 < 1);
    assert_true(near(fit.held_out, 0.1, 1e-9));
    assert_true(fit.spread > 0.03 && fit.spread < 0.08);
    assert_false(calibrate_fit(widths, flows, held_out, 2, &fit)); /* One width. */
    static const double falling[] = { 3, 3, 2, 2, 1, 1 };
    assert_false(calibrate_fit(widths, falling, held_out, 6, &fit));
}

static struct capacities built_in(void)
{
    struct capacities c;
    char why[300];
    if (!capacities_parse(capacities_measured, "measured.txt", &c, why, sizeof why))
        fail_msg("%s", why);
    return c;
}

static void what_is_built_in_is_the_usual_set_and_serves_all_elements(void **state)
{
    (void)state;
    struct capacities c = built_in();
    assert_string_equal(c.set, parameters_usual);
    for (int e = 0; e < CAPACITY_ELEMENTS; e++) {
        const struct capacity_fit *f = &c.fits[e];
        assert_true(f->runs > 0);
        assert_true(capacity_ps(&c, e, 0) == 0);
        /* Below what was measured it goes to nothing, without a step. */
        assert_true(near(capacity_ps(&c, e, f->from * 0.9999), capacity_ps(&c, e, f->from), 1e-3));
        assert_true(capacity_ps(&c, e, f->to * 2) > capacity_ps(&c, e, f->to));
    }
    assert_non_null(capacities_error(&c, "leave"));
    assert_non_null(capacities_error(&c, "arrive"));
    assert_null(capacities_error(&c, "fly"));
}

static void assert_same_fit(const struct capacity_fit *a, const struct capacity_fit *b)
{
    assert_true(a->per_width == b->per_width && a->at_zero == b->at_zero && a->from == b->from &&
                a->to == b->to && a->r2 == b->r2 && a->spread == b->spread &&
                a->held_out == b->held_out && a->runs == b->runs);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct capacities c = built_in(), back;
    char path[] = "/tmp/tifo-capacities-XXXXXX", why[300];
    c.fits[CAPACITY_STAIRS_UP].per_width = 0.875;
    c.error_count = 1;
    c.errors[0] = (struct capacity_error){ "leave", 8, 16, -0.0625, 0.125, 0.25 };
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    assert_true(capacities_print(&c, file));
    assert_int_equal(fclose(file), 0);
    bool read = capacities_read(path, &back, why, sizeof why);
    unlink(path);
    if (!read)
        fail_msg("%s", why);
    assert_true(back.fits[CAPACITY_STAIRS_UP].per_width == 0.875);
    assert_int_equal(back.seeds, c.seeds);
    assert_string_equal(back.engine, c.engine);
    assert_int_equal(back.error_count, 1);
    assert_true(back.errors[0].bias == -0.0625 && back.errors[0].worst == 0.25);
    for (int e = 0; e < CAPACITY_ELEMENTS; e++)
        assert_same_fit(&back.fits[e], &c.fits[e]);
    assert_true(c.mean_count[CAPACITY_TURN_DOWN] > 2);
    assert_int_equal(back.mean_count[CAPACITY_TURN_DOWN], c.mean_count[CAPACITY_TURN_DOWN]);
    assert_true(back.means[CAPACITY_TURN_DOWN][2].ps == c.means[CAPACITY_TURN_DOWN][2].ps);
}

/* Between two widths that were measured by them, not by the line through all; bounds by the line.
 */
static void means_are_nearer_than_the_line(void **state)
{
    (void)state;
    struct capacities c = built_in(), without = c;
    const struct capacity_mean means[] = { { 1, 1 }, { 2, 1.5 }, { 3, 4 } };
    memcpy(c.means[CAPACITY_DOOR], means, sizeof means);
    c.mean_count[CAPACITY_DOOR] = 3;
    assert_true(capacity_ps(&c, CAPACITY_DOOR, 0.5) == 0.5);
    assert_true(capacity_ps(&c, CAPACITY_DOOR, 1.5) == 1.25);
    assert_true(capacity_ps(&c, CAPACITY_DOOR, 3) == 4);
    assert_true(capacity_ps(&c, CAPACITY_DOOR, 4) == 4 + c.fits[CAPACITY_DOOR].per_width);
    assert_true(capacity_most_ps(&c, CAPACITY_DOOR, 2) ==
                capacity_most_ps(&without, CAPACITY_DOOR, 2));
    assert_true(capacity_ps(&c, CAPACITY_TURN_DOWN, 1.8) <
                capacity_ps(&c, CAPACITY_STAIRS_DOWN, 1.8));
}

static void a_file_that_is_wrong_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } bad[] = {
        { "seeds 1\n", "f:1: it does not begin with" },
        { "tifo-capacities 2\n", "f:1: it does not begin with" },
        { "tifo-capacities 1\nelement door 1 2\n", "f:2: \"element\" wants" },
        { "tifo-capacities 1\n\nelement slide 1 0 1 2 1 0 0 1\n", "f:3: there is no element" },
        { "tifo-capacities 1\nelement door -1 0 1 2 1 0 0 1\n", "f:2: the flow of \"door\"" },
        { "tifo-capacities 1\nelement door nan 0 1 2 1 0 0 1\n", "f:2: the flow of \"door\"" },
        { "tifo-capacities 1\nelement door 1 0 1 2 1 0 0 1\nelement door 1 0 1 2 1 0 0 1\n",
          "f:3: \"door\" is there twice" },
        { "tifo-capacities 1\nmean door 1\n", "f:2: \"mean\" wants" },
        { "tifo-capacities 1\nmean slide 1 1\n", "f:2: there is no element" },
        { "tifo-capacities 1\nmean door 2 1\nmean door 1 2\n", "f:3: means of \"door\" are at" },
        { "tifo-capacities 1\nerror leave 1 1 0 2 1\n", "f:2: \"error\" wants" },
        { "tifo-capacities 1\nelement door 1 0 1 2 1 0 0 1\n", "element \"stairs-up\" is missing" },
        { "tifo-capacities 1\ncolour red\n", "f:2: \"colour red\" is not known" },
        { "", "is missing" },
    };
    struct capacities c;
    char why[300];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(capacities_parse(bad[i].text, "f", &c, why, sizeof why));
        if (strstr(why, bad[i].words) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", bad[i].words, why);
    }
    assert_false(capacities_read("/nowhere/at-all", &c, why, sizeof why));
    assert_non_null(strstr(why, "cannot be read"));
}

/* A door of a width and a crowd of a seed that the calibration has not seen. */
static void a_fit_knows_a_width_that_it_was_not_fitted_to(void **state)
{
    (void)state;
    static volatile sig_atomic_t stop;
    char path[] = "/tmp/tifo-calibrate-XXXXXX", why[300];
    close(mkstemp(path));
    unlink(path);
    struct calibrate_options options = {
        .out = path, .element = "door", .seeds = 2, .jobs = 2, .quiet = true, .stop = &stop
    };
    assert_int_equal(calibrate(&options), 0);
    struct capacities c;
    bool read = capacities_read(path, &c, why, sizeof why);
    unlink(path);
    if (!read)
        fail_msg("%s", why);
    struct capacities before = built_in();
    assert_same_fit(&c.fits[CAPACITY_GATE], &before.fits[CAPACITY_GATE]);
    assert_true(c.fits[CAPACITY_DOOR].r2 > 0.95 && c.fits[CAPACITY_DOOR].held_out < 0.15);
    for (double width = 1.4; width < 4; width += 1.1) {
        struct setup setup = { .name = "door",
                               .arguments = { width },
                               .walking = parameters_find(NULL) };
        struct trial trial = { .seed = 9, .setup = &setup };
        elements[CAPACITY_DOOR].run(&trial);
        double fitted = capacity_ps(&c, CAPACITY_DOOR, width);
        print_message("%.1f m: %.2f a second, the fit says %.2f\n", width, trial.figures[0],
                      fitted);
        assert_true(near(trial.figures[0] / fitted, 1, 0.2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_the_one_that_the_runs_lie_about),
        cmocka_unit_test(what_is_built_in_is_the_usual_set_and_serves_all_elements),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(means_are_nearer_than_the_line),
        cmocka_unit_test(a_file_that_is_wrong_is_refused_with_its_line),
        cmocka_unit_test(a_fit_knows_a_width_that_it_was_not_fitted_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
