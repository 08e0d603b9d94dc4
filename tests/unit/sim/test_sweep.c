/* Sweeps: statistics, what can be set, and a sweep of a small ground from start to end. */
#include "sim/setting.h"
#include "sim/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-3;
}

static void statistics_are_students_and_the_nearest_rank(void **state)
{
    (void)state;
    static const double values[] = { 2, 4, 4, NAN, 4, 5, 5, 7, 9 };
    struct statistics s = statistics_of(values, 9);
    assert_int_equal(s.count, 8);
    assert_true(near(s.mean, 5) && near(s.deviation, 2.1381));
    assert_true(near(s.half, 2.365 * 2.1381 / sqrt(8)));
    assert_true(s.least == 2 && s.most == 9 && s.p95 == 9);
    double many[100];
    for (int i = 0; i < 100; i++)
        many[i] = 100 - i;
    assert_true(statistics_of(many, 100).p95 == 95);
    s = statistics_of(many, 1);
    assert_true(s.mean == 100 && isnan(s.half));
    assert_true(isnan(statistics_of(values + 3, 1).mean));
}

static void settings_are_checked_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } bad[] = {
        { "occupancy", "is to be KEY=NUMBER" },  { "occupancy=much", "is to be KEY=NUMBER" },
        { "occupancy=1.5", "out of bounds" },    { "colour=1", "there are occupancy" },
        { "gates.G4=1", "of a gate there are" }, { "gates.G4.lanes=1.5", "out of bounds" },
    };
    char why[400];
    struct scenario scenario = { .occupancy = 1 };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(setting_apply(bad[i].text, &scenario, NULL, why, sizeof why));
        if (strstr(why, bad[i].words) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", bad[i].words, why);
    }
    assert_true(setting_apply("occupancy=0.25", &scenario, NULL, why, sizeof why));
    assert_true(scenario.occupancy == 0.25);
    Tifo__V1__Gate gate = TIFO__V1__GATE__INIT, *gates[] = { &gate };
    Tifo__V1__Venue venue = TIFO__V1__VENUE__INIT;
    gate.gate_id = "G4";
    venue.gates = gates;
    venue.n_gates = 1;
    assert_true(setting_apply("gates.G4.exit-rate=30", NULL, &venue, why, sizeof why));
    assert_true(gate.exit_limited && gate.exit_capacity_ppm == 30);
    assert_false(setting_apply("gates.G5.lanes=3", NULL, &venue, why, sizeof why));
    assert_non_null(strstr(why, "no such gate"));
}

static json_t *variant(const json_t *root, size_t i, const char *figure)
{
    return json_object_get(json_array_get(json_object_get(root, "variants"), i), figure);
}

static double of(const json_t *root, size_t i, const char *key)
{
    return json_number_value(json_object_get(variant(root, i, "clearance"), key));
}

static void more_people_need_longer(void **state)
{
    (void)state;
    char folder[] = "/tmp/tifo-sweep-XXXXXX", command[1200], path[200];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command,
             "cd " TIFO_SOURCE_DIR " && " TIFO_SIM " sweep scenarios/evacuation.yaml --venue "
             "scenarios/venues/four-gates.geojson --set occupancy=0.2..1:0.8 --seeds 3 --quiet "
             "--out %s/s --json %s/copy.json",
             folder, folder);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/copy.json", folder);
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "variants")), 2);
    assert_string_equal(json_string_value(variant(root, 1, "variant")), "occupancy=1");
    assert_true(of(root, 0, "runs") == 3 && of(root, 1, "runs") == 3);
    assert_true(of(root, 0, "mean") < of(root, 1, "mean"));
    assert_true(of(root, 1, "p95") == of(root, 1, "most"));
    assert_int_equal(json_array_size(json_object_get(variant(root, 0, "clearance"), "convergence")),
                     3);
    json_decref(root);
    /* The same seeds again are the same figures, however many processes share them. */
    snprintf(command, sizeof command,
             "cd " TIFO_SOURCE_DIR " && " TIFO_SIM " sweep scenarios/evacuation.yaml --venue "
             "scenarios/venues/four-gates.geojson --set occupancy=0.2..1:0.8 --seeds 3 --quiet "
             "--jobs 1 --out %s/again && cmp %s/s/sweep.json %s/again/sweep.json",
             folder, folder, folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command,
             "cd " TIFO_SOURCE_DIR " && " TIFO_SIM " sweep scenarios/evacuation.yaml --venue "
             "scenarios/venues/four-gates.geojson --set people.hesitation=5..7 --set "
             "occupancy=0.1,0.2 --seeds 1 --quiet --out %s/two && test -d %s/two/runs/6-1",
             folder, folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_students_and_the_nearest_rank),
        cmocka_unit_test(settings_are_checked_in_words),
        cmocka_unit_test(more_people_need_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
