/* Flow through bottlenecks, one way and two ways. */
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* People a second through a door of this width out of a room of 8 x 5 m with 100 people. */
static double flow_through(double width_m, uint64_t seed)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 8, 5);
    uint32_t outside = scene_outside(&s, 8, 0, 12, 5);
    uint32_t gate = scene_gate(&s, room, outside, (struct point){ 8, 2.5 - width_m / 2 },
                               (struct point){ 8, 2.5 + width_m / 2 });
    scene_open(&s, seed);
    scene_fill(&s, room, 100, (struct point){ 0.3, 0.3 }, (struct point){ 7.7, 4.7 },
               (struct goal){ GOAL_GATE, gate }, seed);
    double first_s = 0;
    while (crowd_tally(s.crowd).door_forward[gate] < 100 && crowd_time_s(s.crowd) < 300) {
        scene_step(&s);
        if (first_s == 0 && crowd_tally(s.crowd).door_forward[gate] > 0)
            first_s = crowd_time_s(s.crowd);
    }
    double seconds = crowd_time_s(s.crowd) - first_s;
    scene_run(&s, 310);
    assert_int_equal(crowd_tally(s.crowd).left, 100);
    scene_close(&s);
    return 99 / seconds;
}

static double mean_flow(double width_m)
{
    return (flow_through(width_m, 1) + flow_through(width_m, 2) + flow_through(width_m, 3)) / 3;
}

static void a_room_of_100_leaves_by_one_metre_at_one_to_two_a_second(void **state)
{
    (void)state;
    double flow = mean_flow(1.0);
    print_message("1 m door: %.2f people a second\n", flow);
    assert_true(flow >= 1.0 && flow <= 2.0);
}

static void flow_grows_with_the_width(void **state)
{
    (void)state;
    double narrow = mean_flow(0.8), middle = mean_flow(1.0), wide = mean_flow(1.2);
    print_message("0.8, 1.0, 1.2 m: %.2f, %.2f, %.2f people a second; 1.9 w: 1.52, 1.90, 2.28\n",
                  narrow, middle, wide);
    assert_true(narrow < middle && middle < wide);
}

/* `left` and `right` people swap two rooms joined by a corridor of 10 m. Seconds until all of the
 * former have crossed. */
static double swap_rooms(double width_m, uint32_t left, uint32_t right, uint64_t seed)
{
    struct scene s = { 0 };
    double y0 = 5 - width_m / 2, y1 = 5 + width_m / 2;
    uint32_t a = scene_room(&s, 0, 0, 10, 10), b = scene_room(&s, 20, 0, 30, 10);
    uint32_t corridor = scene_room(&s, 10, y0, 20, y1);
    uint32_t west = scene_outside(&s, -5, 0, 0, 10), east = scene_outside(&s, 30, 0, 35, 10);
    scene_door(&s, a, corridor, (struct point){ 10, y0 }, (struct point){ 10, y1 });
    scene_door(&s, corridor, b, (struct point){ 20, y0 }, (struct point){ 20, y1 });
    uint32_t to_west = scene_gate(&s, a, west, (struct point){ 0, 2 }, (struct point){ 0, 8 });
    uint32_t to_east = scene_gate(&s, b, east, (struct point){ 30, 2 }, (struct point){ 30, 8 });
    scene_open(&s, seed);
    scene_fill(&s, a, left, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 },
               (struct goal){ GOAL_GATE, to_east }, seed);
    scene_fill(&s, b, right, (struct point){ 20.3, 0.3 }, (struct point){ 29.7, 9.7 },
               (struct goal){ GOAL_GATE, to_west }, seed + 1);
    double seconds = 0;
    while (crowd_tally(s.crowd).left < left + right && crowd_time_s(s.crowd) < 900) {
        scene_step(&s);
        if (seconds == 0 && crowd_tally(s.crowd).door_forward[to_east] == left)
            seconds = crowd_time_s(s.crowd);
    }
    assert_int_equal(crowd_tally(s.crowd).left, left + right);
    scene_close(&s);
    return seconds;
}

static void two_way_flow_in_a_corridor_dissolves(void **state)
{
    (void)state;
    uint64_t seed = scene_seed(11);
    print_message("TIFO_SEED=%llu\n", (unsigned long long)seed);
    double alone = swap_rooms(2, 100, 0, seed); /* as in IMO test 8 */
    double few = swap_rooms(2, 100, 10, seed), half = swap_rooms(2, 100, 50, seed);
    double all = swap_rooms(2, 100, 100, seed);
    print_message("100 people against 0, 10, 50, 100: %.0f, %.0f, %.0f, %.0f s\n", alone, few, half,
                  all);
    assert_true(alone <= few + 1 && few < half && half < all);
}

static void two_way_flow_in_a_narrow_corridor_dissolves(void **state)
{
    (void)state;
    uint64_t seed = scene_seed(12);
    print_message("TIFO_SEED=%llu\n", (unsigned long long)seed);
    print_message("200 people meet in 1.2 m: %.0f s\n", swap_rooms(1.2, 100, 100, seed));
    print_message("40 people meet in 0.8 m: %.0f s\n", swap_rooms(0.8, 20, 20, seed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_room_of_100_leaves_by_one_metre_at_one_to_two_a_second),
        cmocka_unit_test(flow_grows_with_the_width),
        cmocka_unit_test(two_way_flow_in_a_corridor_dissolves),
        cmocka_unit_test(two_way_flow_in_a_narrow_corridor_dissolves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
