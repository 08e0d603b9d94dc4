/* Spots: places in the open to walk to and stand in, one after the other. */
#include "tests/unit/simcore/scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* An L of two arms, 2 m wide: 20 m along x, then 20 m up. */
static uint32_t corner(struct scene *s)
{
    static const struct point outline[] = { { 0, 0 },   { 20, 0 }, { 20, 20 },
                                            { 18, 20 }, { 18, 2 }, { 0, 2 } };
    *s = (struct scene){ 0 };
    return scene_area(s, outline, 6);
}

/* Steps until the person reaches a spot; its number, NO_SEAT: nothing was reached in time. */
static uint32_t reach(struct scene *s, uint32_t person, double until_s)
{
    while (crowd_time_s(s->crowd) < until_s) {
        scene_step(s);
        size_t count;
        const struct crowd_event *events = crowd_events(s->crowd, &count);
        for (size_t i = 0; i < count; i++)
            if (events[i].kind == EVENT_REACHED && events[i].person == person)
                return events[i].index;
    }
    return NO_SEAT;
}

static void spots_are_reached_one_after_the_other_and_round_a_corner(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = corner(&s);
    uint32_t near = scene_spot(&s, area, 8, 0.5, 9, 1.5),
             far = scene_spot(&s, area, 18, 17, 20, 19);
    scene_open(&s, 1);
    uint32_t person = crowd_add(s.crowd, &(struct person_def){ .seat_block = NO_SEAT,
                                                               .area = area,
                                                               .at = { 1, 1 },
                                                               .speed_mps = 1.0,
                                                               .radius_m = 0.15 });
    crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, near });
    assert_int_equal(reach(&s, person, 60), near);
    assert_true(fabs(crowd_time_s(s.crowd) - 7) < 0.5);
    double before_s = crowd_time_s(s.crowd);
    crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, far });
    assert_int_equal(reach(&s, person, 90), far);
    /* 11 m to the corner and 16 m up, cutting it. */
    assert_true(fabs(crowd_time_s(s.crowd) - before_s - 26) < 2);
    crowd_take_off(s.crowd, person);
    scene_step(&s);
    assert_int_equal(crowd_tally(s.crowd).left, 1);
    scene_close(&s);
}

static void who_has_reached_a_spot_stands_where_they_are_told(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = corner(&s), spot = scene_spot(&s, area, 6, 0, 12, 2);
    scene_open(&s, 2);
    uint32_t person = scene_person(&s, area, 1, 1);
    crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, spot });
    assert_int_equal(reach(&s, person, 30), spot);
    crowd_stand_at(s.crowd, person, (struct point){ 10, 0.7 });
    for (int i = 0; i < 100; i++)
        scene_step(&s);
    struct crowd_people people = crowd_people(s.crowd);
    assert_true(fabs(people.x[person] - 10) < 0.15 && fabs(people.y[person] - 0.7) < 0.15);
    assert_true(people.speed_mps[person] < 0.05f);
    scene_close(&s);
}

static void pace_scales_the_free_speed(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = corner(&s), spot = scene_spot(&s, area, 11, 0, 12, 2);
    scene_open(&s, 3);
    uint32_t person = crowd_add(
        s.crowd, &(struct person_def){
                     .seat_block = NO_SEAT, .area = area, .at = { 1, 1 }, .speed_mps = 1.0 });
    crowd_set_pace(s.crowd, person, 0.4);
    crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, spot });
    assert_int_equal(reach(&s, person, 60), spot);
    assert_true(fabs(crowd_time_s(s.crowd) - 25) < 1);
    scene_close(&s);
}

static void a_spot_smaller_than_a_cell_and_one_in_a_wall(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = corner(&s);
    uint32_t small = scene_spot(&s, area, 8.0, 1.0, 8.05, 1.05);
    uint32_t lost = scene_spot(&s, area, 5, 8, 6, 9);
    scene_open(&s, 4);
    assert_true(isfinite(ground_spot_s(s.ground, area, (struct point){ 1, 1 }, small)));
    assert_false(isfinite(ground_spot_s(s.ground, area, (struct point){ 1, 1 }, lost)));
    uint32_t person = scene_person(&s, area, 1, 1), other = scene_person(&s, area, 3, 1);
    crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, small });
    crowd_set_goal(s.crowd, other, (struct goal){ GOAL_SPOT, lost });
    assert_int_equal(reach(&s, person, 30), small);
    assert_true(fabs(crowd_people(s.crowd).x[other] - 3) < 0.5);
    scene_close(&s);
}

/* No door, so no doorway that the engine was told of: the passage is between obstacles. */
static void an_arch_before_a_passage_in_the_open_dissolves(void **state)
{
    (void)state;
    enum { PEOPLE = 100 };
    static const double widths_m[] = { 0.8, 1.0 };
    for (int w = 0; w < 2; w++) {
        double low = 5 - widths_m[w] / 2, high = 5 + widths_m[w] / 2;
        const struct point outline[] = { { 0, 0 },     { 10, 0 },    { 10, low }, { 12, low },
                                         { 12, 0 },    { 16, 0 },    { 16, 10 },  { 12, 10 },
                                         { 12, high }, { 10, high }, { 10, 10 },  { 0, 10 } };
        struct scene s = { 0 };
        uint32_t area = scene_area(&s, outline, 12), spot = scene_spot(&s, area, 14, 0, 16, 10);
        scene_open(&s, 1);
        for (uint32_t i = 0; i < PEOPLE; i++) {
            uint32_t person = crowd_add(
                s.crowd, &(struct person_def){ .seat_block = NO_SEAT,
                                               .area = area,
                                               .at = { 1 + i / 10 * 0.85, 1 + i % 10 * 0.85 },
                                               .radius_m = 0.2 });
            crowd_set_goal(s.crowd, person, (struct goal){ GOAL_SPOT, spot });
        }
        while (crowd_tally(s.crowd).left < PEOPLE && crowd_time_s(s.crowd) < 300) {
            scene_step(&s);
            size_t count;
            const struct crowd_event *events = crowd_events(s.crowd, &count);
            for (size_t i = 0; i < count; i++)
                if (events[i].kind == EVENT_REACHED)
                    crowd_take_off(s.crowd, events[i].person);
        }
        printf("100 people of 0.2 m through %.1f m in the open: %.0f s\n", widths_m[w],
               crowd_time_s(s.crowd));
        assert_int_equal(crowd_tally(s.crowd).left, PEOPLE);
        scene_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arch_before_a_passage_in_the_open_dissolves),
        cmocka_unit_test(spots_are_reached_one_after_the_other_and_round_a_corner),
        cmocka_unit_test(who_has_reached_a_spot_stands_where_they_are_told),
        cmocka_unit_test(pace_scales_the_free_speed),
        cmocka_unit_test(a_spot_smaller_than_a_cell_and_one_in_a_wall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
