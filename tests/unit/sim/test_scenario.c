#include "tests/unit/sim/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is changed in a scenario that is right, and what is then said about it. */
static const struct mistake {
    const char *from, *to;
    const char *said; /* From line and column on. */
} mistakes[] = {
    { "seed: 7", "sead: 7", "6:1: a scenario has no key \"sead\"; it has: title, venue" },
    { "seed: 7", "seed: 7\nseed: 8", "7:1: seed is written twice; keep one" },
    { "seed: 7\n", "", "1:1: a scenario lacks \"seed\"" },
    { "seed: 7", "seed: seven", "6:7: seed: \"seven\" is not a whole number" },
    { "seed: 7", "seed: -7", "6:7: seed: \"-7\" is not a whole number" },
    { "seed: 7", "seed: [7]", "6:7: seed: this is a list where a single value belongs" },
    { "occupancy: 0.3", "occupancy: 1.3", "7:12: occupancy: 1.3 is not between 0.01 and 1" },
    { "occupancy: 0.3", "occupancy: nan", "7:12: occupancy: \"nan\" is not a number" },
    { "occupancy: 0.3", "occupancy: full", "7:12: occupancy: \"full\" is not a number" },
    { "duration: 6:00", "duration: 6", "4:11: duration: \"6\" is not a time; write minutes and" },
    { "duration: 6:00", "duration: 6:60", "4:11: duration: \"6:60\" is not a time" },
    { "duration: 6:00", "duration: 7:00:00", "4:11: duration: 7:00:00 is not between 0:01 and" },
    { "count-from: 0:10", "count-from: 6:00", "1:1: \"count-from\" is not before the end" },
    { "start: 2026-05-16T14:41:00Z", "start: 2026-02-30T14:41:00Z",
      "3:8: start: \"2026-02-30T14:41:00Z\" is not an instant; write UTC as" },
    { "start: 2026-05-16T14:41:00Z", "start: today", "3:8: start: \"today\" is not an instant" },
    { "title: Small egress", "title: ''", "1:8: title: write 1 to 120 bytes of text" },
    { "kind: egress", "kind: going",
      "15:12: kind: \"going\" is not known; write one of entry, play" },
    { "from: 0:10, to: 6:00", "from: 0:20, to: 6:00",
      "15:5: this phase begins at 0:20; phases follow each other without a gap, so it begins at "
      "0:10" },
    { "from: 0:10, to: 6:00", "from: 0:10, to: 0:10", "15:5: this phase ends before it begins" },
    { "to: 6:00}\n", "to: 6:00, stands: [North]}\n",
      "15:5: only an evacuation is by \"stands\"; leave them out" },
    { "kind: egress", "stands: [], kind: evacuation", "15:14: stands: at least 1 entry is needed" },
    { "kind: egress", "stands: North, kind: evacuation",
      "15:14: stands: this is a single value where a list belongs" },
    { "kind: egress", "stands: [[North]], kind: evacuation",
      "15:15: stands: write 1 to 64 bytes of text" },
    { "stops: [exit]", "stops: [exit, food]", "17:5: exit is not the last stop of this trip" },
    { "stops: [exit]", "stops: []", "18:12: stops: at least 1 entry is needed" },
    { "stops: [exit]", "stops: exit", "18:12: stops: this is a single value where a list belongs" },
    { "stops: [exit]", "stops: [beer]",
      "18:13: stops: \"beer\" is not known; write one of toilets" },
    { "peak: 0:20, to: 1:30", "peak: 2:20, to: 1:30", "19:12: \"leave\" is out of order" },
    { "{from: 0:10, peak: 0:20, to: 1:30}", "{from: 7:10, peak: 7:20, to: 8:30}",
      "19:12: nobody of this trip leaves before the scenario ends" },
    { "share: 1",
      "share: 1\n    stops: [food]\n    leave: {from: 0:10, peak: 0:20, to: 1:30}\n"
      "  - share: 0.5",
      "20:5: with this trip the shares total 1.5; they may total 1 at most" },
    { "share: 1",
      "share: 1\n    stand: South\n    stops: [food]\n"
      "    leave: {from: 0:10, peak: 0:20, to: 1:30}\n  - share: 0.5",
      "21:5: with this trip the shares total 1.5; they may total 1 at most" },
    { "people:\n", "stands: [{stand: South, occupancy: 2}]\npeople:\n",
      "8:36: occupancy: 2 is not between 0 and 1" },
    { "to: closed, at: 0:40, reason: a test}",
      "to: closed, at: 0:40, reason: a test}\n  - {gate: G4, to: open, at: 0:30, reason: a test}",
      "22:5: this gate change is earlier than the one before it" },
    { "to: closed", "to: ajar", "21:20: to: \"ajar\" is not known; write one of open, closed" },
    { "trips:", "trips: 3\nmore:", "16:8: trips: this is a single value where a list belongs" },
    { "people:\n", "people: nice\nmore:\n", "8:9: \"people\" is a single value here" },
    { "phases:", "phases: [", "not YAML: " },
    { "trips:\n", "arrivals: {from: 0:00, peak: 1:00, to: 2:00}\ntrips:\n",
      "1:1: a scenario has either \"trips\" or \"arrivals\"; write one of them" },
    { "stops: [exit]\n", "stops: [exit]\n    premovement: {distribution: pareto, a: 1, b: 1}\n",
      "distribution: \"pareto\" is not known; write one of even, normal" },
    { "stops: [exit]\n", "stops: [exit]\n    premovement: {distribution: even, a: 9, b: 1}\n",
      "19:18: \"premovement\" is from a to b; make a the smaller" },
    { "stops: [exit]\n", "stops: [exit]\n    premovement: {distribution: gamma, a: 0, b: 1}\n",
      "19:18: \"premovement\": a is its shape, 0.05 at least" },
    { "stops: [exit]\n",
      "stops: [exit]\n    premovement: {distribution: lognormal, a: 60, b: 10}\n",
      "19:18: \"premovement\" is lognormal: a and b are of the logarithm" },
    { "trips:\n", "turnstile-service: {distribution: even, a: 4, b: 6}\ntrips:\n",
      "turnstiles are passed when people arrive; add \"arrivals\"" },
    { "trips:\n",
      "smoke:\n  - {zone: a, at: 2:00, extinction: 1}\n  - {zone: a, at: 1:00, extinction: "
      "1}\ntrips:\n",
      "18:5: this smoke is earlier than the one before it" },
    { "trips:\n", "design: seat-of-the-pants\ntrips:\n",
      "design: \"seat-of-the-pants\" is not known; write one of none, sfpe, green-guide, imo" },
    { "trips:\n", "tickets: {price-minor: 100}\ntrips:\n",
      "tickets are looked at when people arrive; add \"arrivals\"" },
    { "compliance: 0.5", "compliance:\t0.5: 1", "not YAML: " },
};

static void every_mistake_is_said_with_its_place(void **state)
{
    (void)state;
    struct small small;
    struct scenario scenario;
    char path[256], why[400];
    small_init(&small);
    small_path(&small, "wrong.yaml", path);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        char *text = small_changed(small_egress, mistakes[i].from, mistakes[i].to);
        small_write(&small, "wrong.yaml", text);
        free(text);
        assert_false(scenario_read(path, &scenario, why, sizeof why));
        if (strncmp(why, path, strlen(path)) != 0 || strstr(why, mistakes[i].said) == NULL)
            fail_msg("said: %s\nexpected: %s", why, mistakes[i].said);
    }
    small_fini(&small);
}

static void a_file_that_is_not_there_or_empty_is_said(void **state)
{
    (void)state;
    struct small small;
    struct scenario scenario;
    char path[256], why[400];
    small_init(&small);
    small_path(&small, "none.yaml", path);
    assert_false(scenario_read(path, &scenario, why, sizeof why));
    assert_non_null(strstr(why, "cannot be read: No such file"));
    small_write(&small, "none.yaml", "# only a comment\n");
    assert_false(scenario_read(path, &scenario, why, sizeof why));
    assert_non_null(strstr(why, "none.yaml:1:1: the file is empty"));
    small_fini(&small);
}

static void what_is_written_is_what_is_read(void **state)
{
    (void)state;
    struct small small;
    struct scenario s;
    char path[256], why[400];
    small_init(&small);
    small_write(&small, "right.yaml", small_egress);
    assert_true(scenario_read(small_path(&small, "right.yaml", path), &s, why, sizeof why));
    assert_string_equal(s.name, "right");
    assert_string_equal(s.title, "Small egress");
    assert_true(s.start_ms == INT64_C(1778942460000)); /* date -d 2026-05-16T14:41:00Z +%s */
    assert_true(s.duration_s == 360 && s.clock_zero_s == 10 && s.seed == 7);
    assert_true(s.people.hesitation_s == 6 && s.people.compliance == 0.5);
    assert_int_equal(s.phase_count, 2);
    assert_int_equal(s.phases[1].kind, PHASE_EGRESS);
    assert_int_equal(s.trip_count, 1);
    assert_int_equal(s.trips[0].stops[0], STOP_EXIT);
    assert_true(s.trips[0].leave.to_s == 90);
    assert_int_equal(s.change_count, 1);
    assert_int_equal(s.changes[0].to, GATE_STATE_CLOSED);
    assert_false(scenario_returns(&s));
    assert_null(scenario_design(&s));
    assert_true(s.trips[0].premovement.mark.line == 0 && s.people.in_groups == 0);
    assert_ptr_equal(scenario_phase(&s, 9.9), &s.phases[0]);
    assert_ptr_equal(scenario_phase(&s, 10), &s.phases[1]);
    assert_ptr_equal(scenario_phase(&s, 1e6), &s.phases[1]);
    small_fini(&small);
}

static void a_phase_calls_stands(void **state)
{
    (void)state;
    struct small small;
    struct scenario s;
    char path[256], why[400], text[4096];
    const char *at = strstr(small_egress, "kind: egress");
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*skind: evacuation, stands: [North, \"East lower\"]%s",
             (int)(at - small_egress), small_egress, at + strlen("kind: egress"));
    small_init(&small);
    small_write(&small, "stages.yaml", text);
    if (!scenario_read(small_path(&small, "stages.yaml", path), &s, why, sizeof why))
        fail_msg("%s", why);
    const struct phase *stage = &s.phases[1];
    assert_int_equal(stage->stand_count, 2);
    assert_true(phase_calls(stage, "North upper") && phase_calls(stage, "East lower"));
    assert_false(phase_calls(stage, "East upper") || phase_calls(stage, "Nor"));
    assert_true(phase_calls(&s.phases[0], "East upper"));
    small_fini(&small);
}

static void a_venue_is_found_beside_the_scenario(void **state)
{
    (void)state;
    struct scenario s;
    char why[400];
    static const char *const shipped[] = { "arrival", "halftime", "gate-closure", "evacuation",
                                           "evacuation-stages" };
    for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/scenarios/%s.yaml", TIFO_SOURCE_DIR, shipped[i]);
        if (!scenario_read(path, &s, why, sizeof why))
            fail_msg("%s", why);
        assert_string_equal(s.name, shipped[i]);
        assert_string_equal(s.venue, TIFO_SOURCE_DIR "/scenarios/venues/bowl-5000.geojson");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_said_with_its_place),
        cmocka_unit_test(a_file_that_is_not_there_or_empty_is_said),
        cmocka_unit_test(what_is_written_is_what_is_read),
        cmocka_unit_test(a_phase_calls_stands),
        cmocka_unit_test(a_venue_is_found_beside_the_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
