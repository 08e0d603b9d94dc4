#include "tests/unit/sim/small.h"

#include "sim/record.h"
#include "sim/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct small small;

/* A run that passes for a guided one, so that both columns are there. */
static void pretend_guided(const char *name)
{
    struct record record;
    char path[256], why[400];
    assert_true(record_read(small_path(&small, name, path), &record, why, sizeof why));
    record.guided = record.with_server = true;
    record.clearance_s *= 0.5;
    assert_true(record_write(&record, path, why, sizeof why));
    record_fini(&record);
}

static int run_once(void **state)
{
    (void)state;
    small_init(&small);
    int failed =
        small_run(&small, small_egress, 7, "with") + small_run(&small, small_egress, 7, "without") +
        small_run(&small, small_egress, 8, "other") + small_run(&small, small_break, 7, "break") +
        small_run(&small, small_arrival, 7, "arrival");
    if (failed == 0)
        pretend_guided("with/run.json");
    return failed;
}

static int clean(void **state)
{
    (void)state;
    small_fini(&small);
    return 0;
}

static int report(const char *with, const char *without, const char *out)
{
    char a[256], b[256], c[256];
    return report_runs(&(struct report_options){
        .with = with != NULL ? small_path(&small, with, a) : NULL,
        .without = without != NULL ? small_path(&small, without, b) : NULL,
        .out = small_path(&small, out, c) });
}

static void assert_has(const char *page, const char *text)
{
    if (strstr(page, text) == NULL)
        fail_msg("the page lacks: %s", text);
}

/* What is never right on a page. */
static void assert_clean(const char *page)
{
    static const char *const wrong[] = { "nan",     "inf\"",    "not reached", "(null)",
                                         "http://", "https://", "<script" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (strstr(page, wrong[i]) != NULL)
            fail_msg("the page has: %.80s", strstr(page, wrong[i]));
}

static void two_runs_stand_side_by_side(void **state)
{
    (void)state;
    assert_int_equal(report("with", "without", "both"), 0);
    char *page = small_read(&small, "both/report.html");
    assert_clean(page);
    assert_has(page, "<h1>Small egress</h1>");
    assert_has(page, "With guidance the ground is clear ");
    assert_has(page, "Without it the same crowd takes ");
    assert_has(page, "longer");
    assert_has(page, "after the final whistle");
    assert_has(page, "\u221250 %"); /* clearance */
    assert_has(page, "People outside");
    assert_has(page, "The densest moment");
    assert_has(page, "Density in the worst zones");
    assert_has(page, "G4 is shut from 0:30 on.");
    assert_has(page, "Reproduce: ./scenarios/play small --seed 7");
    free(page);
}

static void figures_for_programs_hold_both_and_their_ratio(void **state)
{
    (void)state;
    char path[256];
    assert_int_equal(report("with", "without", "both"), 0);
    json_t *root = json_load_file(small_path(&small, "both/report.json", path), 0, NULL);
    assert_non_null(root);
    double ratio = json_number_value(
        json_object_get(json_object_get(root, "with_over_without"), "clearance_s"));
    assert_true(ratio > 0.499 && ratio < 0.501);
    assert_true(json_is_array(json_object_get(json_object_get(root, "without"), "gates")));
    assert_true(json_is_null(json_object_get(json_object_get(root, "without"), "late_people")));
    json_decref(root);
    char *table = small_read(&small, "both/report.csv");
    assert_has(table, "guidance,time_s,inside_people,");
    assert_has(table, "\nwith,10,");
    assert_has(table, "\nwithout,10,");
    free(table);
}

/* The run without guidance, its stands left so many seconds after the whistle. */
static char *judged_page(double after_s)
{
    char path[256];
    json_t *run = json_load_file(small_path(&small, "without/run.json", path), 0, NULL);
    assert_non_null(run);
    double zero_s = json_number_value(json_object_get(run, "clock_zero_s"));
    mkdir(small_path(&small, "judged", path), 0777);
    json_object_set_new(run, "stands_left_s", json_real(zero_s + after_s));
    assert_int_equal(json_dump_file(run, small_path(&small, "judged/run.json", path), 0), 0);
    json_decref(run);
    assert_int_equal(report(NULL, "judged", "judged-page"), 0);
    return small_read(&small, "judged-page/report.html");
}

static void eight_minutes_are_judged_to_the_second(void **state)
{
    (void)state;
    char *met = judged_page(480), *late = judged_page(481);
    assert_has(met, "Green Guide 10.7</td><td>8:00</td><td class=\"verdict-met\">met");
    assert_has(late, "Green Guide 10.7</td><td>8:01</td><td class=\"verdict-not\">not met");
    free(met);
    free(late);
}

static void a_planner_finds_what_the_figures_stand_on(void **state)
{
    (void)state;
    assert_int_equal(report("with", "without", "both"), 0);
    char *page = small_read(&small, "both/report.html");
    assert_has(page, "Against the limits");
    assert_has(page, "Density on the floor");
    assert_has(page, "time above 4 p/m\u00b2");
    assert_has(page, "Level of service");
    assert_has(page, "Flow at the doors");
    assert_has(page, "the lowest: the capacity");
    assert_has(page, "Assumptions and model");
    assert_has(page, "parameter set &quot;experiment&quot;");
    assert_has(page, "G4 is shut at 0:40: a test");
    free(page);
    char path[256];
    json_t *root = json_load_file(small_path(&small, "both/report.json", path), 0, NULL);
    json_t *run = json_object_get(root, "without");
    assert_true(json_number_value(json_object_get(root, "capacity_seats_people")) == 600);
    assert_true(json_array_size(json_object_get(run, "doors")) == 23 + 4);
    assert_int_equal(json_array_size(json_object_get(run, "walkway_person_minutes")), 6);
    assert_true(json_is_number(json_object_get(run, "stands_left_s")));
    json_decref(root);
}

/* As tifo-sim sweep writes it, with the figures that the page reads. */
static void write_sweep(const char *name, const char *scenario, const char *variant)
{
    static const char *const keys[] = { "clearance",         "stands_left", "peak_density",
                                        "longest_gate_wait", "waiting",     "crowded" };
    char path[256];
    json_t *root = json_object(), *variants = json_array(), *one = json_object();
    json_object_set_new(one, "variant", json_string(variant));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        json_object_set_new(one, keys[i],
                            json_pack("{s:i, s:f, s:f, s:f, s:f, s:f}", "runs", 9, "mean",
                                      141.0 + (double)i, "half_95", 7.0, "p95", 187.0 + (double)i,
                                      "least", 100.0, "most", 200.0));
    json_array_append_new(variants, one);
    json_object_set_new(root, "scenario", json_string(scenario));
    json_object_set_new(root, "seeds", json_integer(10));
    json_object_set_new(root, "variants", variants);
    assert_int_equal(json_dump_file(root, small_path(&small, name, path), 0), 0);
    json_decref(root);
}

static int report_with_sweep(const char *sweep)
{
    char a[256], b[256], c[256];
    return report_runs(&(struct report_options){ .without = small_path(&small, "without", a),
                                                 .sweep = small_path(&small, sweep, b),
                                                 .out = small_path(&small, "seeds", c) });
}

static void many_seeds_stand_beside_the_one(void **state)
{
    (void)state;
    char path[256];
    write_sweep("sweep.json", "scenarios/small.yaml", "as it is");
    assert_int_equal(report_with_sweep("sweep.json"), 0);
    char *page = small_read(&small, "seeds/report.html");
    assert_clean(page);
    assert_has(page, "Over 10 seeds");
    assert_has(page, "<td class=\"strong\">3:07</td>"); /* 187 s */
    assert_has(page, "9 of 10");
    assert_has(page, "50 runs at least");
    free(page);
    remove(small_path(&small, "seeds/report.html", path));
    write_sweep("other.json", "scenarios/halftime.yaml", "as it is");
    assert_int_equal(report_with_sweep("other.json"), 1);
    write_sweep("set.json", "scenarios/small.yaml", "occupancy=0.5");
    assert_int_equal(report_with_sweep("set.json"), 1);
    assert_int_equal(report_with_sweep("none.json"), 1);
    assert_int_equal(access(small_path(&small, "seeds/report.html", path), F_OK), -1);
}

static void one_run_makes_a_page_too(void **state)
{
    (void)state;
    assert_int_equal(report(NULL, "break", "one"), 0);
    char *page = small_read(&small, "one/report.html");
    assert_clean(page);
    assert_has(page, "Without guidance 98 % of those who left are back in their seats ");
    assert_has(page, "after the whistle");
    assert_has(page, "People away from their seats");
    assert_has(page, "Toilets and food");
    assert_has(page, "people late for the restart");
    assert_null(strstr(page, "difference"));
    assert_null(strstr(page, "<h2>Gates"));
    free(page);
}

static void those_who_come_in_have_words_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(report(NULL, "arrival", "in"), 0);
    char *page = small_read(&small, "in/report.html");
    assert_clean(page);
    assert_has(page, "98 % of those who come are in their seats ");
    assert_has(page, "after the opening of the doors");
    assert_has(page, "People in their seats");
    assert_has(page, "people late for kick-off");
    assert_has(page, "refused: somebody came in with it");
    assert_has(page, "<h2>Gates");
    assert_has(page, "people in</th>");
    assert_null(strstr(page, "restart"));
    free(page);
}

static void what_does_not_belong_together_is_refused(void **state)
{
    (void)state;
    char path[256];
    assert_int_equal(report("with", "other", "mixed"), 1);
    assert_int_equal(report("nowhere", NULL, "mixed"), 1);
    assert_int_equal(access(small_path(&small, "mixed/report.html", path), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_stand_side_by_side),
        cmocka_unit_test(figures_for_programs_hold_both_and_their_ratio),
        cmocka_unit_test(eight_minutes_are_judged_to_the_second),
        cmocka_unit_test(a_planner_finds_what_the_figures_stand_on),
        cmocka_unit_test(many_seeds_stand_beside_the_one),
        cmocka_unit_test(one_run_makes_a_page_too),
        cmocka_unit_test(those_who_come_in_have_words_of_their_own),
        cmocka_unit_test(what_does_not_belong_together_is_refused),
    };
    return cmocka_run_group_tests(tests, run_once, clean);
}
