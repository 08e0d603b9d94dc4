/* Grounds: what is refused and in which words, walls and doors, gates, levels that overlap in plan.
 */
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void refused(struct scene *s, const char *words)
{
    struct ground_def def = { s->areas, s->area_count, s->blocks,     s->block_count,
                              s->doors, s->door_count, s->facilities, s->facility_count,
                              s->spots, s->spot_count };
    struct ground_error error = { "" };
    assert_null(ground_create(&def, &error));
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void a_wrong_ground_is_refused_with_the_reason(void **state)
{
    (void)state;
    struct scene s = { 0 };
    refused(&s, "a ground has an area");
    scene_area(&s, (struct point[]){ { 0, 0 }, { 1, 0 }, { 2, 0 } }, 3);
    refused(&s, "an outline is a ring");
    s = (struct scene){ 0 };
    scene_room(&s, 0, 0, 5, 5);
    scene_room(&s, 5, 0, 1305, 1300);
    refused(&s, "spans 1300 m by 1300 m");
    s = (struct scene){ 0 };
    scene_room(&s, 0, 0, 5, 5);
    scene_room(&s, 5, 0, 9, 5);
    scene_door(&s, 0, 7, (struct point){ 5, 1 }, (struct point){ 5, 2 });
    refused(&s, "leads from place 0 to 7");
    s.door_count = 0;
    scene_door(&s, 0, 1, (struct point){ 4, 1 }, (struct point){ 4, 2 });
    refused(&s, "does not lie along an edge of area");
    s.door_count = 0;
    scene_door(&s, 0, 1, (struct point){ 5, 1 }, (struct point){ 5, 1.1 });
    refused(&s, "less than 0.3 m wide");
    s.door_count = 0;
    scene_gate(&s, 0, 1, (struct point){ 5, 1 }, (struct point){ 5, 2 });
    refused(&s, "to an outside area");
    s.door_count = 0;
    s.facilities[s.facility_count++] = (struct facility_def){ .name = "bar",
                                                              .area = 0,
                                                              .front = { { 1, 0 }, { 3, 0 } },
                                                              .servers = 0,
                                                              .service_mean_s = 20 };
    refused(&s, "facility bar: wants an area, a server and a service time");
    s.facility_count = 0;
    scene_block(&s, 20, 0, 25, 1, 1, 4);
    refused(&s, "neither end is within");
}

/* Two rooms one above the other in plan; a crowd in each walks through where the other is. */
static void levels_that_overlap_in_plan_do_not_meet(void **state)
{
    (void)state;
    double seconds[2];
    for (int crowded = 0; crowded < 2; crowded++) {
        struct scene s = { 0 };
        uint32_t lower = scene_room(&s, 0, 0, 30, 2), upper = scene_room(&s, 0, 0, 30, 2);
        uint32_t outside = scene_outside(&s, 30, 0, 34, 2), back = scene_outside(&s, -4, 0, 0, 2);
        uint32_t gate =
            scene_gate(&s, lower, outside, (struct point){ 30, 0 }, (struct point){ 30, 2 });
        uint32_t gate_up =
            scene_gate(&s, upper, back, (struct point){ 0, 0 }, (struct point){ 0, 2 });
        scene_open(&s, 1);
        struct person_def def = {
            .seat_block = NO_SEAT, .area = lower, .at = { 1, 1 }, .speed_mps = 1.34
        };
        crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), (struct goal){ GOAL_GATE, gate });
        if (crowded)
            scene_fill(&s, upper, 100, (struct point){ 5, 0.3 }, (struct point){ 29, 1.7 },
                       (struct goal){ GOAL_GATE, gate_up }, 1);
        while (crowd_people(s.crowd).mode[0] != PERSON_LEFT && crowd_time_s(s.crowd) < 60)
            scene_step(&s);
        seconds[crowded] = crowd_time_s(s.crowd);
        scene_close(&s);
    }
    assert_true(seconds[0] == seconds[1]);
}

static void a_shut_gate_is_told_once_and_not_passed(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t hall = scene_room(&s, 0, 0, 30, 10), outside = scene_outside(&s, 30, 0, 34, 10);
    uint32_t shut = scene_gate(&s, hall, outside, (struct point){ 30, 1 }, (struct point){ 30, 3 });
    uint32_t open = scene_gate(&s, hall, outside, (struct point){ 30, 7 }, (struct point){ 30, 9 });
    scene_open(&s, 1);
    crowd_set_gate(s.crowd, shut, false);
    scene_fill(&s, hall, 30, (struct point){ 1, 1 }, (struct point){ 8, 9 },
               (struct goal){ GOAL_GATE, shut }, 3);
    uint32_t told = 0;
    for (int step = 0; step < 600; step++) {
        scene_step(&s);
        size_t count;
        const struct crowd_event *events = crowd_events(s.crowd, &count);
        for (size_t i = 0; i < count; i++)
            if (events[i].kind == EVENT_GATE_SHUT) {
                assert_int_equal(events[i].index, shut);
                assert_true(crowd_people(s.crowd).x[events[i].person] > 21);
                told++;
            }
    }
    assert_int_equal(told, 30);
    assert_int_equal(crowd_tally(s.crowd).left, 0);
    assert_true(crowd_waiting_at(s.crowd)[shut] > 20);
    for (uint32_t i = 0; i < 20; i++)
        crowd_set_goal(s.crowd, i, (struct goal){ GOAL_GATE, open });
    scene_run(&s, 120);
    assert_int_equal(crowd_tally(s.crowd).door_forward[open], 20);
    assert_int_equal(crowd_tally(s.crowd).door_forward[shut], 0);
    crowd_set_gate(s.crowd, shut, true);
    scene_run(&s, 180);
    assert_int_equal(crowd_tally(s.crowd).door_forward[shut], 10);
    scene_close(&s);
}

static void a_gate_with_lanes_keeps_their_rate_when_people_push(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t hall = scene_room(&s, 0, 0, 10, 10), outside = scene_outside(&s, 10, 0, 14, 10);
    uint32_t gate = scene_gate(&s, hall, outside, (struct point){ 10, 3 }, (struct point){ 10, 7 });
    s.doors[gate].exit_rate_pps = 0.5;
    scene_open(&s, 1);
    scene_fill(&s, hall, 100, (struct point){ 1, 1 }, (struct point){ 9, 9 },
               (struct goal){ GOAL_GATE, gate }, 3);
    while (crowd_time_s(s.crowd) < 120)
        scene_step(&s);
    uint32_t passed = crowd_tally(s.crowd).door_forward[gate];
    print_message("0.5 a second for 120 s: %u\n", passed);
    assert_true(passed >= 56 && passed <= 62);
    scene_close(&s);
}

static void people_come_in_through_a_gate_to_their_seats_at_its_entry_rate(void **state)
{
    (void)state;
    struct scene s = { 0 };
    uint32_t aisle = scene_room(&s, 0, 0, 2, 10), plaza = scene_outside(&s, -10, -12, 12, 0);
    uint32_t gate = scene_gate(&s, aisle, plaza, (struct point){ 0, 0 }, (struct point){ 2, 0 });
    scene_block(&s, 2.2, 2, 10, 8, 0.9, 12);
    scene_door(&s, aisle, s.area_count, (struct point){ 2, 1.5 }, (struct point){ 2, 9.5 });
    s.doors[gate].entry_rate_pps = 1;
    scene_open(&s, 1);
    for (uint32_t i = 0; i < 60; i++) {
        struct person_def def = { .seat_block = 0,
                                  .seat_row = i / 12,
                                  .seat = i % 12,
                                  .area = plaza,
                                  .at = { -9.0 + i % 20, -10.0 + i / 20 } };
        crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), (struct goal){ GOAL_SEAT, 0 });
    }
    double seconds = scene_run(&s, 300);
    print_message("60 people in at 1 a second: %.0f s\n", seconds);
    assert_int_equal(crowd_tally(s.crowd).seated, 60);
    assert_int_equal(crowd_tally(s.crowd).door_backward[gate], 60);
    assert_true(seconds > 60 && seconds < 120);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_ground_is_refused_with_the_reason),
        cmocka_unit_test(levels_that_overlap_in_plan_do_not_meet),
        cmocka_unit_test(a_shut_gate_is_told_once_and_not_passed),
        cmocka_unit_test(a_gate_with_lanes_keeps_their_rate_when_people_push),
        cmocka_unit_test(people_come_in_through_a_gate_to_their_seats_at_its_entry_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
