/* What scenarios say about people beside their trips: groups, premovement, those who are slow, who
 * choose for themselves; smoke, and doors that keep to a code. */
#include "clients/c/tifo.h"
#include "tests/unit/sim/small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void stand_init(struct small_stand *stand, const char *from, const char *to)
{
    char *text = small_changed(small_egress, from, to);
    small_stand_init(stand, text, 0, NULL);
    free(text);
}

/* When everybody stands up, by person; NAN: not until then. */
static double *set_out(struct small_stand *stand, double until_s)
{
    uint32_t people = crowd_tally(stand->crowd).people;
    double *at_s = calloc(people, sizeof *at_s);
    assert_non_null(at_s);
    for (uint32_t i = 0; i < people; i++)
        at_s[i] = NAN;
    while (crowd_time_s(stand->crowd) < until_s) {
        small_stand_until(stand, crowd_time_s(stand->crowd) + CROWD_STEP_S);
        for (uint32_t i = 0; i < people; i++)
            if (isnan(at_s[i]) && crowd_people(stand->crowd).goal[i].kind == GOAL_GATE)
                at_s[i] = crowd_time_s(stand->crowd);
    }
    return at_s;
}

static void neighbours_of_a_row_are_groups_and_go_together(void **state)
{
    (void)state;
    struct small_stand stand;
    stand_init(&stand, "  hesitation: 0:06\n", "  hesitation: 0:06\n  in-groups: 0.6\n");
    uint32_t people = crowd_tally(stand.crowd).people, grouped = 0, largest = 0;
    double *at_s = set_out(&stand, 60);
    for (uint32_t i = 0; i < people; i++) {
        uint32_t size = 1;
        for (uint32_t k = i + 1; k < i + 4 && k < people; k++)
            if (crowd_are_together(stand.crowd, i, k)) {
                size++;
                assert_true(at_s[i] == at_s[k] || (isnan(at_s[i]) && isnan(at_s[k])));
                assert_int_equal(crowd_people(stand.crowd).goal[i].index,
                                 crowd_people(stand.crowd).goal[k].index);
            }
        largest = size > largest ? size : largest;
        grouped += size > 1 || (i > 0 && crowd_are_together(stand.crowd, i, i - 1));
    }
    print_message("%u of %u people are in groups\n", grouped, people);
    assert_int_equal(largest, 4);
    /* Groups end where a row does, so there are a few less. */
    assert_true(grouped > 0.45 * people && grouped < 0.68 * people);
    free(at_s);
    small_stand_fini(&stand);
}

static void premovement_comes_after_the_moment_of_leaving(void **state)
{
    (void)state;
    struct small_stand stand;
    stand_init(&stand, "leave: {from: 0:10, peak: 0:20, to: 1:30}",
               "leave: {from: 0:10, peak: 0:10, to: 0:10}\n"
               "    premovement: {distribution: even, a: 5, b: 25}");
    double *at_s = set_out(&stand, 40), sum_s = 0;
    uint32_t people = crowd_tally(stand.crowd).people;
    for (uint32_t i = 0; i < people; i++) {
        assert_true(at_s[i] > 14.9 && at_s[i] < 35.2);
        sum_s += at_s[i];
    }
    assert_true(fabs(sum_s / people - 25) < 1.5);
    free(at_s);
    small_stand_fini(&stand);
}

static double clearance_of(const char *from, const char *to, uint32_t *people)
{
    struct small_stand stand;
    stand_init(&stand, from, to);
    *people = crowd_tally(stand.crowd).people;
    while (crowd_tally(stand.crowd).left < *people && crowd_time_s(stand.crowd) < 400)
        small_stand_until(&stand, crowd_time_s(stand.crowd) + 1);
    double seconds = crowd_time_s(stand.crowd);
    assert_int_equal(crowd_tally(stand.crowd).left, *people);
    small_stand_fini(&stand);
    return seconds;
}

static void everybody_leaves_who_is_slow_or_chooses(void **state)
{
    (void)state;
    uint32_t people;
    double usual_s = clearance_of("seed: 7", "seed: 7", &people);
    double slow_s =
        clearance_of("  hesitation: 0:06\n", "  hesitation: 0:06\n  impaired: 0.1\n", &people);
    double choosing_s =
        clearance_of("  hesitation: 0:06\n", "  hesitation: 0:06\n  choosing: 1\n", &people);
    print_message("%u people: %.0f s, with slow ones %.0f s, choosing %.0f s\n", people, usual_s,
                  slow_s, choosing_s);
    assert_true(slow_s > usual_s);
}

static void smoke_and_design_values_reach_the_crowd(void **state)
{
    (void)state;
    struct small small;
    const char *lines[3] = { "seed: 7", "seed: 7\ndesign: green-guide",
                             "seed: 7\nsmoke:\n  - {zone: L1-N, at: 0:20, extinction: 1.5}" };
    char *runs[3], *texts[3];
    small_init(&small);
    for (int i = 0; i < 3; i++) {
        char out[8] = { (char)('a' + i), 0 }, name[24];
        texts[i] = small_changed(small_egress, "seed: 7", lines[i]);
        assert_int_equal(small_run(&small, texts[i], 7, out), 0);
        snprintf(name, sizeof name, "%s/run.json", out);
        runs[i] = small_read(&small, name);
    }
    assert_string_not_equal(runs[0], runs[1]);
    assert_string_not_equal(runs[0], runs[2]);
    char *wrong = small_changed(small_egress, "seed: 7",
                                "seed: 7\nsmoke: [{zone: attic, at: 0:20, extinction: 1}]");
    assert_int_equal(small_run(&small, wrong, 7, "d"), 1);
    for (int i = 0; i < 3; i++) {
        free(runs[i]);
        free(texts[i]);
    }
    free(wrong);
    small_fini(&small);
}

/* ---- Without stairs -------------------------------------------------------------------------- */

/* The small ground, its eastern stairs a ramp or not, and some of its people asked to take no
 * stairs, in groups too; into the scenario `name` of the folder. */
static void write_ramp(const struct small *small, bool ramp, double step_free, char path[256])
{
    char venue[256], text[4096], *ground, *at;
    struct small here = { .folder = "" };
    snprintf(here.folder, sizeof here.folder, "%s", TIFO_SOURCE_DIR "/scenarios/venues");
    ground = small_read(&here, "four-gates.geojson");
    at = strstr(ground, "\"id\": \"stairs-E\"");
    assert_non_null(at);
    at = strstr(at, "\"use\": \"stairs\"");
    assert_non_null(at);
    if (ramp)
        memcpy(at, "\"use\": \"ramp\"  ", 15);
    small_write(small, "ramp.geojson", ground);
    free(ground);
    snprintf(text, sizeof text,
             "title: Ramp\nvenue: %s\nstart: 2026-05-16T14:41:00Z\nduration: 15:00\n"
             "count-from: 0:10\nseed: 7\noccupancy: 0.3\npeople:\n  compliance: 0.5\n"
             "  reporting: 0.5\n  nearest-gate: 0.5\n  hesitation: 0:06\n  in-groups: 0.3\n"
             "  step-free: %g\nphases:\n  - {kind: egress, label: out, from: 0:00, to: 15:00}\n"
             "trips:\n  - share: 1\n    stops: [exit]\n"
             "    leave: {from: 0:10, peak: 0:20, to: 0:30}\n",
             small_path(small, "ramp.geojson", venue), step_free);
    small_write(small, "ramp.yaml", text);
    small_path(small, "ramp.yaml", path);
}

struct walked {
    uint32_t people, wide, wide_upstairs, left;
    uint32_t wide_on_stairs, others_on_stairs, wide_on_ramp; /* Persons. */
};

static struct walked walk_out(bool ramp, double step_free)
{
    struct small small;
    struct small_stand stand;
    struct walked w = { 0 };
    char path[256];
    small_init(&small);
    write_ramp(&small, ramp, step_free, path);
    char *text = small_read(&small, "ramp.yaml");
    small_stand_init(&stand, text, 0.5, NULL);
    free(text);
    w.people = crowd_tally(stand.crowd).people;
    uint8_t *seen = calloc(w.people, 1);
    assert_non_null(seen);
    struct crowd_people people = crowd_people(stand.crowd);
    for (uint32_t i = 0; i < w.people; i++) {
        w.wide += people.radius_m[i] > 0.35f;
        w.wide_upstairs +=
            people.radius_m[i] > 0.35f && tifo_place_level(stand.venue, people.place[i]) == 2;
    }
    while (crowd_time_s(stand.crowd) < 400 && crowd_tally(stand.crowd).left < w.people) {
        small_stand_until(&stand, crowd_time_s(stand.crowd) + CROWD_STEP_S);
        for (uint32_t i = 0; i < w.people; i++) {
            bool wide = people.radius_m[i] > 0.35f;
            uint32_t place = people.place[i];
            if (people.mode[i] == PERSON_LEFT || tifo_place_is_block(stand.venue, place))
                continue;
            int kind = (int)stand.venue->zones[place]->kind;
            if (kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS && !(seen[i] & 1)) {
                seen[i] |= 1;
                w.wide_on_stairs += wide;
                w.others_on_stairs += !wide;
            }
            if (kind == TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP && !(seen[i] & 2)) {
                seen[i] |= 2;
                w.wide_on_ramp += wide;
            }
        }
    }
    w.left = crowd_tally(stand.crowd).left;
    free(seen);
    small_stand_fini(&stand);
    small_fini(&small);
    return w;
}

static void who_takes_no_stairs_leaves_by_the_ramp(void **state)
{
    (void)state;
    struct walked some = walk_out(true, 0.15), none = walk_out(true, 0);
    print_message("%u of %u take no stairs, %u of them upstairs, %u over the ramp; %u others take "
                  "the stairs, without them %u\n",
                  some.wide, some.people, some.wide_upstairs, some.wide_on_ramp,
                  some.others_on_stairs, none.others_on_stairs);
    assert_true(some.wide > 10 && some.wide_upstairs > 2);
    assert_int_equal(some.wide_on_stairs, 0);
    assert_true(some.wide_on_ramp > some.wide_upstairs / 2);
    assert_true(some.left > some.people / 2);
    assert_true(none.wide == 0 && none.others_on_stairs > 10);
}

static void nobody_who_takes_no_stairs_sits_where_there_is_no_other_way(void **state)
{
    (void)state;
    struct walked w = walk_out(false, 0.15);
    assert_true(w.wide > 5);
    assert_int_equal(w.wide_upstairs, 0);
    assert_int_equal(w.wide_on_stairs, 0);
    assert_true(w.left > w.people / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_of_a_row_are_groups_and_go_together),
        cmocka_unit_test(premovement_comes_after_the_moment_of_leaving),
        cmocka_unit_test(everybody_leaves_who_is_slow_or_chooses),
        cmocka_unit_test(smoke_and_design_values_reach_the_crowd),
        cmocka_unit_test(who_takes_no_stairs_leaves_by_the_ramp),
        cmocka_unit_test(nobody_who_takes_no_stairs_sits_where_there_is_no_other_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
