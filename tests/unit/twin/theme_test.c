#include "tests/unit/twin/check.h"

#include "tests/unit/twin/lab.h"
#include "twin/theme.h"

#include <math.h>

static void difference_agrees_with_published_pairs(void **state)
{
    (void)state;
    static const struct {
        struct lab p, q;
        double expected;
    } pairs[] = {
        { { 50, 2.6772, -79.7751 }, { 50, 0, -82.7485 }, 2.0425 },
        { { 50, 0, 0 }, { 50, -1, 2 }, 2.3669 },
        { { 50, 2.5, 0 }, { 73, 25, -18 }, 27.1492 },
        { { 60.2574, -34.0099, 36.2677 }, { 60.4626, -34.1751, 39.4387 }, 1.2644 },
        { { 2.0776, 0.0795, -1.1350 }, { 0.9033, -0.0636, -0.5514 }, 0.9082 },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(fabs(lab_difference(pairs[i].p, pairs[i].q) - pairs[i].expected) < 2e-4);
}

static void neighbouring_levels_differ_for_every_kind_of_vision(void **state)
{
    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        struct theme theme;
        theme_init(&theme, (enum theme_kind)kind);
        for (int vision = 0; vision < VISIONS; vision++)
            for (int i = 0; i + 1 < DENSITY_STOPS; i++)
                assert_true(lab_difference(lab_of(theme.stops[i], (enum vision)vision),
                                           lab_of(theme.stops[i + 1], (enum vision)vision)) >= 10);
    }
}

static void alarm_red_differs_from_every_density(void **state)
{
    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        struct theme theme;
        theme_init(&theme, (enum theme_kind)kind);
        for (int vision = 0; vision < VISIONS; vision++)
            for (int i = 0; i < DENSITY_STOPS; i++)
                assert_true(lab_difference(lab_of(theme.alarm, (enum vision)vision),
                                           lab_of(theme.stops[i], (enum vision)vision)) >= 14);
    }
}

static void denser_is_always_further_from_the_background(void **state)
{
    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        struct theme theme;
        theme_init(&theme, (enum theme_kind)kind);
        double sign = kind == THEME_NIGHT ? 1 : -1;
        for (int i = 1; i < DENSITY_STEPS; i++) {
            double before = lab_of(theme.density[i - 1], NORMAL).l;
            assert_true(sign * (lab_of(theme.density[i], NORMAL).l - before) > -0.6);
        }
        assert_true(sign * (lab_of(theme.density[DENSITY_STEPS - 1], NORMAL).l -
                            lab_of(theme.bg, NORMAL).l) >
                    50);
    }
}

static double luminance(colour ink)
{
    double l = lab_of(ink, NORMAL).l;
    double f = (l + 16) / 116;
    return l > 8 ? f * f * f : l * 27 / 24389;
}

static void text_is_readable_on_its_ground(void **state)
{
    (void)state;
    for (int kind = 0; kind < THEMES; kind++) {
        struct theme theme;
        theme_init(&theme, (enum theme_kind)kind);
        const struct {
            colour ink, ground;
            double least;
        } pairs[] = { { theme.t1, theme.bg, 7 },
                      { theme.t2, theme.bg, 7 },
                      { theme.t3, theme.bg, 4.5 },
                      { theme.on_alarm, theme.alarm, 4.4 },
                      { theme.on_voice, theme.voice, 7 } };
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            double a = luminance(pairs[i].ink) + 0.05, b = luminance(pairs[i].ground) + 0.05;
            assert_true(fmax(a, b) / fmin(a, b) >= pairs[i].least);
        }
    }
}

static void levels_begin_where_fruin_says(void **state)
{
    (void)state;
    assert_int_equal(level_letter(0, &walkway_scale), 'A');
    assert_int_equal(level_letter(0.31f, &walkway_scale), 'B');
    assert_int_equal(level_letter(1.07f, &walkway_scale), 'D');
    assert_int_equal(level_letter(2.17f, &walkway_scale), 'F');
    assert_int_equal(level_letter(2.17f, &stairs_scale), 'E');
    assert_int_equal(level_letter(0.8f, &queue_scale), 'A');
    assert_int_equal(level_letter(2.17f, &queue_scale), 'D');
    assert_int_equal(level_letter(5.3f, &queue_scale), 'F');
}

static void colours_follow_the_letter(void **state)
{
    (void)state;
    const struct level_scale *const scales[] = { &walkway_scale, &stairs_scale, &queue_scale };
    for (int i = 0; i < 3; i++) {
        float before = -1;
        for (float d = 0; d < 7; d += 0.03f) {
            float shade = level_shade(d, scales[i]);
            assert_int_equal(level_letter(d, scales[i]), level_letter(shade, &walkway_scale));
            assert_true(shade > before);
            before = shade;
        }
    }
    assert_true(level_shade(1.5f, &walkway_scale) == 1.5f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(difference_agrees_with_published_pairs),
        cmocka_unit_test(neighbouring_levels_differ_for_every_kind_of_vision),
        cmocka_unit_test(alarm_red_differs_from_every_density),
        cmocka_unit_test(denser_is_always_further_from_the_background),
        cmocka_unit_test(text_is_readable_on_its_ground),
        cmocka_unit_test(levels_begin_where_fruin_says),
        cmocka_unit_test(colours_follow_the_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
