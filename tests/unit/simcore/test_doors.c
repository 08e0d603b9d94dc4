/* What doors let through, and what slows or carries people. */
#include "tests/unit/simcore/scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PASSAGES = 512 };

/* 150 people out of a room through a room behind it. The passages of the door between them. */
struct passages {
    double at_s[PASSAGES];
    uint32_t count;
};

static struct passages pass(struct door_def limits, double width_m, const struct design *design)
{
    struct scene s = { 0 };
    struct passages p = { .count = 0 };
    uint32_t room = scene_room(&s, 0, 0, 12, 12), next = scene_room(&s, 12, 0, 20, 12);
    uint32_t outside = scene_outside(&s, 20, 0, 24, 12);
    uint32_t door = scene_door(&s, room, next, (struct point){ 12, 6 - width_m / 2 },
                               (struct point){ 12, 6 + width_m / 2 });
    s.doors[door].exit_rate_pps = limits.exit_rate_pps;
    s.doors[door].entry_rate_pps = limits.entry_rate_pps;
    uint32_t gate =
        scene_gate(&s, next, outside, (struct point){ 20, 0 }, (struct point){ 20, 12 });
    struct ground_error error;
    if (!scene_make(&s, &(struct crowd_def){ .seed = 4, .design = design }, &error))
        fail_msg("%s", error.text);
    scene_fill(&s, room, 150, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 },
               (struct goal){ GOAL_GATE, gate }, 4);
    while (crowd_tally(s.crowd).left < 150 && crowd_time_s(s.crowd) < 600) {
        scene_step(&s);
        while (p.count < crowd_tally(s.crowd).door_forward[door])
            p.at_s[p.count++] = crowd_time_s(s.crowd);
    }
    assert_int_equal(crowd_tally(s.crowd).left, 150);
    scene_close(&s);
    return p;
}

/* The most passages in any stretch of time of that length. */
static uint32_t most_in(const struct passages *p, double window_s)
{
    uint32_t most = 0, first = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        while (p->at_s[i] - p->at_s[first] > window_s - 0.05)
            first++;
        most = i - first + 1 > most ? i - first + 1 : most;
    }
    return most;
}

static void no_ten_seconds_pass_more_than_the_design_value(void **state)
{
    (void)state;
    static const struct design *const designs[] = { &design_sfpe, &design_green_guide,
                                                    &design_imo };
    static const double widths[] = { 0.8, 1.0, 2.4 };
    for (int d = 0; d < 3; d++)
        for (int w = 0; w < 3; w++) {
            struct passages p = pass((struct door_def){ .name = "" }, widths[w], designs[d]);
            double cap = designs[d]->level_pms * (widths[w] - 2 * designs[d]->boundary_m);
            double flow = (p.count - 1) / (p.at_s[p.count - 1] - p.at_s[0]);
            print_message("%s, %.1f m: %u in ten seconds, %.2f p/s; the code allows %.2f\n",
                          designs[d]->name, widths[w], most_in(&p, 10), flow, cap);
            assert_true(most_in(&p, 10) <= cap * 10 + 1e-9);
            assert_true(flow <= cap + 1e-9);
            /* Nearly all of it is used: whole people in ten seconds, rounded down. */
            assert_true(flow > 0.9 * fmin(floor(cap * 10) / 10, 1.6 * widths[w]));
        }
}

/* Smoke, and what doors have let through, are part of a checkpoint. */
static void a_design_run_goes_on_as_it_was_saved(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 10, 10), outside = scene_outside(&s, 10, 0, 14, 10);
    uint32_t gate =
        scene_gate(&s, room, outside, (struct point){ 10, 4 }, (struct point){ 10, 5.6 });
    struct crowd_def def = { .seed = 4, .design = &design_imo };
    struct ground_error error;
    assert_true(scene_make(&s, &def, &error));
    scene_fill(&s, room, 60, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 },
               (struct goal){ GOAL_GATE, gate }, 4);
    crowd_set_smoke(s.crowd, room, 0.4);
    for (int step = 0; step < 173; step++)
        scene_step(&s);
    size_t size = crowd_save(s.crowd, NULL, 0);
    void *bytes = malloc(size);
    crowd_save(s.crowd, bytes, size);
    const char *why;
    struct crowd *loaded = crowd_load(s.ground, &def, bytes, size, &why);
    assert_non_null(loaded);
    for (int step = 0; step < 150; step++) {
        scene_step(&s);
        crowd_step(loaded);
    }
    assert_true(crowd_hash(loaded) == crowd_hash(s.crowd));
    assert_true(crowd_tally(loaded).left > 10);
    assert_null(crowd_load(s.ground, &(struct crowd_def){ .seed = 4 }, bytes, size, &why));
    crowd_destroy(loaded);
    free(bytes);
    scene_close(&s);
}

static void without_a_design_value_doors_pass_what_pushes_through(void **state)
{
    (void)state;
    struct passages p = pass((struct door_def){ .name = "" }, 1, NULL);
    assert_true((p.count - 1) / (p.at_s[p.count - 1] - p.at_s[0]) > 1.45);
}

static void a_door_between_rooms_may_have_a_rate(void **state)
{
    (void)state;
    struct passages p = pass((struct door_def){ .exit_rate_pps = 0.8 }, 2, NULL);
    double flow = (p.count - 1) / (p.at_s[p.count - 1] - p.at_s[0]);
    print_message("0.8 a second: %.3f\n", flow);
    assert_true(flow <= 0.81 && flow > 0.77);
}

/* Turnstiles that turn so many out are opened in an emergency, and then as they were. */
static void a_gate_that_is_freed_passes_what_pushes_through(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 12, 12), outside = scene_outside(&s, 12, 0, 16, 12);
    uint32_t gate =
        scene_gate(&s, room, outside, (struct point){ 12, 5 }, (struct point){ 12, 7 });
    s.doors[gate].exit_rate_pps = 0.5;
    struct ground_error error;
    assert_true(scene_make(&s, &(struct crowd_def){ .seed = 4 }, &error));
    scene_fill(&s, room, 200, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 },
               (struct goal){ GOAL_GATE, gate }, 4);
    uint32_t left[4] = { 0 };
    for (int spell = 1; spell < 4; spell++) {
        crowd_free_gate(s.crowd, gate, spell == 2);
        for (int step = 0; step < 200; step++)
            scene_step(&s);
        left[spell] = crowd_tally(s.crowd).door_forward[gate];
    }
    print_message("in 20 s each: %u, freed %u, not %u\n", left[1], left[2] - left[1],
                  left[3] - left[2]);
    assert_in_range(left[1], 6, 12);
    assert_true(left[2] - left[1] > 40);
    assert_in_range(left[3] - left[2], 8, 12);
    scene_close(&s);
}

/* Two ways between rooms, the nearer one passable only the other way. */
static void nobody_goes_through_a_one_way_door_against_it(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t a = scene_room(&s, 0, 0, 10, 10), b = scene_room(&s, 10, 0, 20, 10);
    uint32_t east = scene_outside(&s, 20, 0, 24, 10), west = scene_outside(&s, -4, 0, 0, 10);
    uint32_t near = scene_door(&s, b, a, (struct point){ 10, 4 }, (struct point){ 10, 6 });
    uint32_t far = scene_door(&s, a, b, (struct point){ 10, 8.5 }, (struct point){ 10, 9.7 });
    uint32_t out = scene_gate(&s, b, east, (struct point){ 20, 4 }, (struct point){ 20, 6 });
    uint32_t in = scene_gate(&s, a, west, (struct point){ 0, 4 }, (struct point){ 0, 6 });
    s.doors[near].one_way = true;
    scene_open(&s, 3);
    scene_fill(&s, a, 60, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 },
               (struct goal){ GOAL_GATE, out }, 3);
    scene_fill(&s, b, 20, (struct point){ 10.3, 0.3 }, (struct point){ 19.7, 9.7 },
               (struct goal){ GOAL_GATE, in }, 4);
    scene_run(&s, 300);
    assert_int_equal(crowd_tally(s.crowd).left, 80);
    assert_int_equal(crowd_tally(s.crowd).door_backward[near], 0);
    assert_true(crowd_tally(s.crowd).door_forward[far] >= 60); /* some step back and come again */
    assert_true(crowd_tally(s.crowd).door_forward[near] >= 15);
    scene_close(&s);
}

/* Seconds over 20 m of an area, by one person at 1.25 m/s. */
static double time_over(struct area_def area, double rise_m, double smoke_per_m)
{
    struct scene s = { 0 };
    uint32_t before = scene_room(&s, -6, 0, 0, 2), way = scene_room(&s, 0, 0, 20, 2);
    uint32_t after = scene_room(&s, 20, 0, 26, 2), outside = scene_outside(&s, 26, 0, 30, 2);
    scene_door(&s, before, way, (struct point){ 0, 0 }, (struct point){ 0, 2 });
    uint32_t door = scene_door(&s, way, after, (struct point){ 20, 0 }, (struct point){ 20, 2 });
    uint32_t gate =
        scene_gate(&s, after, outside, (struct point){ 26, 0 }, (struct point){ 26, 2 });
    s.areas[way].stairs = area.stairs;
    s.areas[way].up_factor = area.up_factor;
    s.areas[way].down_factor = area.down_factor;
    s.areas[way].moves_mps = area.moves_mps;
    s.doors[door].elevation_m = s.doors[gate].elevation_m = rise_m;
    scene_open(&s, 1);
    crowd_set_smoke(s.crowd, way, smoke_per_m);
    uint32_t person = scene_walker(&s, before, (struct point){ -3, 1 }, 1.25, gate);
    double from_s = 0, to_s = 0;
    while (to_s == 0 && crowd_time_s(s.crowd) < 300) {
        scene_step(&s);
        uint16_t place = crowd_people(s.crowd).place[person];
        if (from_s == 0 && place == way)
            from_s = crowd_time_s(s.crowd);
        if (place == after)
            to_s = crowd_time_s(s.crowd);
    }
    scene_close(&s);
    return to_s - from_s;
}

static void slopes_escalators_and_smoke_set_the_pace(void **state)
{
    (void)state;
    struct area_def ramp = { .up_factor = 0.8, .down_factor = 0.9 };
    struct area_def half_stairs = { .stairs = true, .up_factor = 0.5 };
    struct area_def escalator = { .moves_mps = 0.5 };
    struct area_def level = { .stairs = false };
    assert_true(fabs(time_over(level, 0, 0) - 16) < 0.4);
    assert_true(fabs(time_over(ramp, 2, 0) - 20) < 0.4);
    assert_true(fabs(time_over(ramp, -2, 0) - 17.8) < 0.4);
    assert_true(fabs(time_over(half_stairs, 2, 0) - 32) < 0.5);
    assert_true(fabs(time_over(escalator, 5, 0) - 40) < 0.5);
    assert_true(fabs(time_over(level, 0, 1) - 32) < 0.5); /* half as fast */
    assert_true(fabs(time_over(level, 0, 9) - 66.7) < 1); /* no slower than 0.3 m/s */
}

static void nobody_sets_off_before_their_time(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 20, 5), outside = scene_outside(&s, 20, 0, 24, 5);
    uint32_t gate = scene_gate(&s, room, outside, (struct point){ 20, 1 }, (struct point){ 20, 4 });
    scene_open(&s, 1);
    for (uint32_t i = 0; i < 4; i++) {
        struct person_def def = {
            .seat_block = NO_SEAT, .area = room, .at = { 1, 0.6 + i }, .start_s = 2.5 * i
        };
        crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), (struct goal){ GOAL_GATE, gate });
    }
    double began_s[4] = { -1, -1, -1, -1 };
    while (crowd_time_s(s.crowd) < 12) {
        scene_step(&s);
        for (uint32_t i = 0; i < 4; i++)
            if (began_s[i] < 0 && crowd_people(s.crowd).speed_mps[i] > 0.2f)
                began_s[i] = crowd_time_s(s.crowd);
    }
    for (uint32_t i = 0; i < 4; i++)
        assert_true(fabs(began_s[i] - 2.5 * i - 0.1) < 0.11);
    scene_close(&s);
}

static void service_takes_as_long_as_its_distribution_says(void **state)
{
    (void)state;
    struct scene s = { 0 };
    struct distribution exact = { DISTRIBUTION_EVEN, 4, 4 };
    uint32_t hall = scene_room(&s, 0, 0, 12, 8);
    s.facilities[s.facility_count++] = (struct facility_def){ .name = "kiosk",
                                                              .area = hall,
                                                              .front = { { 12, 3 }, { 12, 5 } },
                                                              .servers = 1,
                                                              .service_mean_s = 60,
                                                              .service = &exact };
    scene_open(&s, 1);
    for (int i = 0; i < 10; i++)
        crowd_set_goal(s.crowd, scene_person(&s, hall, 6 + i % 5, 3 + i / 5),
                       (struct goal){ GOAL_FACILITY, 0 });
    double first_s = 0;
    while (crowd_tally(s.crowd).served_by[0] < 10 && crowd_time_s(s.crowd) < 200) {
        scene_step(&s);
        if (first_s == 0 && crowd_tally(s.crowd).served_by[0] == 1)
            first_s = crowd_time_s(s.crowd);
    }
    assert_true(fabs(crowd_time_s(s.crowd) - first_s - 36) < 1.5);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_ten_seconds_pass_more_than_the_design_value),
        cmocka_unit_test(a_design_run_goes_on_as_it_was_saved),
        cmocka_unit_test(without_a_design_value_doors_pass_what_pushes_through),
        cmocka_unit_test(a_door_between_rooms_may_have_a_rate),
        cmocka_unit_test(a_gate_that_is_freed_passes_what_pushes_through),
        cmocka_unit_test(nobody_goes_through_a_one_way_door_against_it),
        cmocka_unit_test(slopes_escalators_and_smoke_set_the_pace),
        cmocka_unit_test(nobody_sets_off_before_their_time),
        cmocka_unit_test(service_takes_as_long_as_its_distribution_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
