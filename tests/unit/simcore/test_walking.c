/* One person, or a few who follow each other: speeds, stairs, corners, and speed against density.
 */
#include "tests/unit/simcore/scene.h"

#include "sim/core/geometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Seconds one person at `speed_mps` takes from x = 2 to x = 42 of a corridor, or over stairs. */
static double time_over_40_m(double speed_mps, bool stairs, double rise_m)
{
    struct scene s = { 0 };
    uint32_t corridor = scene_room(&s, 0, 0, 44, 2);
    uint32_t hall = scene_room(&s, -5, 0, 0, 2);
    uint32_t outside = scene_outside(&s, 44, 0, 48, 2);
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 44, 0 }, (struct point){ 44, 2 });
    uint32_t door = scene_door(&s, hall, corridor, (struct point){ 0, 0 }, (struct point){ 0, 2 });
    s.areas[corridor].stairs = stairs;
    s.doors[gate].elevation_m = rise_m;
    s.doors[door].elevation_m = 0;
    scene_open(&s, 1);
    struct person_def def = {
        .seat_block = NO_SEAT, .area = hall, .at = { -2, 1 }, .speed_mps = speed_mps
    };
    crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), (struct goal){ GOAL_GATE, gate });
    double from_s = 0, to_s = 0;
    while (to_s == 0 && crowd_time_s(s.crowd) < 200) {
        scene_step(&s);
        double x = crowd_people(s.crowd).x[0];
        if (x >= 2 && from_s == 0)
            from_s = crowd_time_s(s.crowd);
        if (x >= 42)
            to_s = crowd_time_s(s.crowd);
    }
    scene_close(&s);
    return to_s - from_s;
}

static void forty_metres_take_26_to_34_seconds(void **state)
{
    (void)state;
    double seconds = time_over_40_m(1.33, false, 0); /* RiMEA 4.1.1, test 1 */
    print_message("40 m at 1.33 m/s: %.1f s\n", seconds);
    assert_true(seconds >= 26 && seconds <= 34);
    assert_true(fabs(seconds - 40 / 1.33) < 0.05 * 40 / 1.33);
}

static void stairs_are_slow_and_up_slower_than_down(void **state)
{
    (void)state;
    double up = time_over_40_m(1.34, true, 4), down = time_over_40_m(1.34, true, -4);
    print_message("40 m of stairs: up %.1f s, down %.1f s\n", up, down);
    assert_true(fabs(up - 40 / 0.610) <
                0.05 * 40 / 0.610); /* Weidmann's speeds in plan, RiMEA's 5 % */
    assert_true(fabs(down - 40 / 0.694) < 0.05 * 40 / 0.694);
}

static void drawn_speeds_have_the_mean_and_spread_of_the_parameters(void **state)
{
    (void)state;
    /* Free speeds show in an empty hall: everyone alone on an own level. */
    struct scene s = { 0 };
    uint32_t outside = scene_outside(&s, 30, 0, 34, 2);
    enum { PEOPLE = 60 };
    uint32_t gates[PEOPLE];
    for (uint32_t i = 0; i < PEOPLE; i++) {
        uint32_t area = scene_room(&s, 0, 0, 30, 2);
        gates[i] = scene_gate(&s, area, outside, (struct point){ 30, 0 }, (struct point){ 30, 2 });
    }
    scene_open(&s, 5);
    for (uint32_t i = 0; i < PEOPLE; i++)
        crowd_set_goal(s.crowd, scene_person(&s, i + 1, 1, 1),
                       (struct goal){ GOAL_GATE, gates[i] });
    for (int step = 0; step < 60; step++)
        scene_step(&s);
    struct crowd_people p = crowd_people(s.crowd);
    double sum = 0, sum2 = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        sum += p.speed_mps[i];
        sum2 += (double)p.speed_mps[i] * p.speed_mps[i];
    }
    double mean = sum / PEOPLE, sd = sqrt(sum2 / PEOPLE - mean * mean);
    print_message("free speed of %d: mean %.2f sd %.2f m/s\n", PEOPLE, mean, sd);
    assert_true(fabs(mean - 1.34) < 0.1);
    assert_true(fabs(sd - 0.26) < 0.08);
    scene_close(&s);
}

static void twenty_people_round_a_corner_inside_the_walls(void **state)
{
    (void)state;
    struct scene s = { 0 };
    struct point bend[] = { { 0, 0 }, { 12, 0 }, { 12, 12 }, { 10, 12 }, { 10, 2 }, { 0, 2 } };
    uint32_t corridor = scene_area(&s, bend, 6);
    uint32_t outside = scene_outside(&s, 10, 12, 12, 16);
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 10, 12 }, (struct point){ 12, 12 });
    scene_open(&s, 2);
    scene_fill(&s, corridor, 20, (struct point){ 0.3, 0.3 }, (struct point){ 6, 1.7 },
               (struct goal){ GOAL_GATE, gate }, 2); /* RiMEA 6; scene_step() looks at the walls */
    double seconds = scene_run(&s, 60);
    print_message("20 people round a corner: %.1f s\n", seconds);
    assert_int_equal(crowd_tally(s.crowd).left, 20);
    scene_close(&s);
}

struct reading {
    double density;
    double mps;
};

/* People spread evenly over a corridor of 40 x 4 m walk one way; read in its middle before either
 * end's effects get there. */
static struct reading read_corridor(double people_m2)
{
    struct scene s = { 0 };
    uint32_t corridor = scene_room(&s, 0, 0, 40, 4);
    uint32_t outside = scene_outside(&s, 40, 0, 44, 4);
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 40, 0 }, (struct point){ 40, 4 });
    scene_open(&s, 3);
    scene_fill(&s, corridor, (uint32_t)(people_m2 * 38 * 3.6), (struct point){ 1, 0.2 },
               (struct point){ 39, 3.8 }, (struct goal){ GOAL_GATE, gate }, 9);
    double metres_s = 0, people = 0;
    for (int step = 0; step < 80; step++) {
        scene_step(&s);
        struct crowd_people p = crowd_people(s.crowd);
        for (uint32_t i = 0; step >= 30 && i < p.count; i++) {
            if (p.mode[i] == PERSON_LEFT || p.x[i] < 12 || p.x[i] >= 22)
                continue;
            metres_s += p.speed_mps[i];
            people += 1;
        }
    }
    scene_close(&s);
    return (struct reading){ people / 50 / 40, metres_s / people };
}

/* Weidmann 1993. */
static double weidmann_mps(double density)
{
    return 1.34 * (1 - exp(-1.913 * (1 / density - 1 / 5.4)));
}

static void speed_falls_with_density_near_weidmanns_curve(void **state)
{
    (void)state;
    static const double densities[] = { 0.5, 1, 1.5, 2, 3, 4 };
    double before = 2;
    for (size_t i = 0; i < sizeof densities / sizeof densities[0]; i++) {
        struct reading r = read_corridor(densities[i]);
        print_message("%.2f people a m2: %.2f m/s, Weidmann %.2f, flow %.2f a m and s\n", r.density,
                      r.mps, weidmann_mps(r.density), r.density * r.mps);
        assert_true(r.mps < before);
        assert_true(r.mps < weidmann_mps(r.density) + 0.3);
        assert_true(r.mps > weidmann_mps(r.density) - 0.35);
        before = r.mps;
    }
}

/* Two ways from a hall to the gate: through the near room, and through the far one. */
static uint32_t two_ways(struct scene *s, uint32_t rooms[2], uint32_t doors[2])
{
    *s = (struct scene){ 0 };
    uint32_t hall = scene_room(s, 0, 0, 20, 4);
    rooms[0] = scene_room(s, 0, 4, 10, 8);
    rooms[1] = scene_room(s, 10, 4, 20, 8);
    uint32_t last = scene_room(s, 0, 8, 20, 12), outside = scene_outside(s, 0, 12, 20, 16);
    doors[0] = scene_door(s, hall, rooms[0], (struct point){ 2, 4 }, (struct point){ 4, 4 });
    doors[1] = scene_door(s, hall, rooms[1], (struct point){ 16, 4 }, (struct point){ 18, 4 });
    scene_door(s, rooms[0], last, (struct point){ 2, 8 }, (struct point){ 4, 8 });
    scene_door(s, rooms[1], last, (struct point){ 16, 8 }, (struct point){ 18, 8 });
    uint32_t gate = scene_gate(s, last, outside, (struct point){ 2, 12 }, (struct point){ 4, 12 });
    scene_open(s, 4);
    return gate;
}

static void a_sign_is_followed_where_it_leads_to_the_goal(void **state)
{
    (void)state;
    struct scene s;
    uint32_t rooms[2], doors[2], gate = two_ways(&s, rooms, doors);
    for (int i = 0; i < 3; i++)
        crowd_set_goal(s.crowd, scene_person(&s, 0, 2 + i, 2), (struct goal){ GOAL_GATE, gate });
    crowd_set_sign(s.crowd, 1, rooms[1]);
    crowd_set_sign(s.crowd, 2, 4); /* The outside: no door of the hall leads there. */
    scene_run(&s, 100);
    assert_int_equal(crowd_tally(s.crowd).left, 3);
    assert_int_equal(crowd_tally(s.crowd).door_forward[doors[0]], 2);
    assert_int_equal(crowd_tally(s.crowd).door_forward[doors[1]], 1);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forty_metres_take_26_to_34_seconds),
        cmocka_unit_test(stairs_are_slow_and_up_slower_than_down),
        cmocka_unit_test(drawn_speeds_have_the_mean_and_spread_of_the_parameters),
        cmocka_unit_test(twenty_people_round_a_corner_inside_the_walls),
        cmocka_unit_test(speed_falls_with_density_near_weidmanns_curve),
        cmocka_unit_test(a_sign_is_followed_where_it_leads_to_the_goal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
