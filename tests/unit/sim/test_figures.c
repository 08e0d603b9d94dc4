#include "sim/figures.h"
#include "sim/paper.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void figures_read_as_people_write_them(void **state)
{
    (void)state;
    char out[FIGURE];
    assert_string_equal(figure_time(out, 754.4), "12:34");
    assert_string_equal(figure_time(out, 59.6), "1:00");
    assert_string_equal(figure_time(out, 3725), "1:02:05");
    assert_string_equal(figure_time(out, -61), "\u22121:01");
    assert_string_equal(figure_time(out, NAN), "not reached");
    assert_string_equal(figure_count(out, 7), "7");
    assert_string_equal(figure_count(out, 999), "999");
    assert_string_equal(figure_count(out, 59470), "59,470");
    assert_string_equal(figure_count(out, 1234567), "1,234,567");
    assert_string_equal(figure_count(out, NAN), "\u2013");
    assert_string_equal(figure_decimal(out, 1.378, 2), "1.38");
    assert_string_equal(figure_change(out, 100, 76), "\u221224 %");
    assert_string_equal(figure_change(out, 100, 124), "+24 %");
    assert_string_equal(figure_change(out, 100, 100.2), "0 %");
    assert_string_equal(figure_change(out, 0, 5), "");
    assert_string_equal(figure_change(out, NAN, 5), "");
}

static void levels_are_fruin_s(void **state)
{
    (void)state;
    static const struct {
        double density;
        char level;
    } rows[] = { { 0, 'A' },    { 0.309, 'A' }, { 0.31, 'B' }, { 0.43, 'C' }, { 0.72, 'D' },
                 { 1.08, 'E' }, { 2.16, 'E' },  { 2.17, 'F' }, { 6, 'F' } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(paper_level(rows[i].density), rows[i].level);
}

static void the_density_scale_is_fixed(void **state)
{
    (void)state;
    char colour[8];
    assert_int_equal(paper_density_step(0.05), 0);
    assert_int_equal(paper_density_step(0.95), 9);
    assert_int_equal(paper_density_step(9), PAPER_DENSITIES - 1);
    assert_string_equal(paper_density_colour(0, colour), "#F3F4F5");
    assert_string_equal(paper_density_colour(9, colour), "#918B68");
    assert_string_equal(paper_density_colour(16, colour), "#4F5C7C");
    assert_string_equal(paper_density_colour(25, colour), "#00204D");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_read_as_people_write_them),
        cmocka_unit_test(levels_are_fruin_s),
        cmocka_unit_test(the_density_scale_is_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
