/* Queues at counters. */
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* A concourse of 30 x 6 m with a counter of 4 m in its south wall. */
static uint32_t concourse(struct scene *s, uint32_t servers, double service_mean_s)
{
    *s = (struct scene){ 0 };
    uint32_t area = scene_room(s, 0, 0, 30, 6);
    s->facilities[s->facility_count++] = (struct facility_def){ .name = "food",
                                                                .area = area,
                                                                .front = { { 13, 0 }, { 17, 0 } },
                                                                .servers = servers,
                                                                .service_mean_s = service_mean_s };
    return area;
}

static void the_queue_is_served_in_order_of_joining_at_the_service_rate(void **state)
{
    (void)state;
    enum { PEOPLE = 60 };
    struct scene s;
    uint32_t area = concourse(&s, 3, 12);
    scene_open(&s, 8);
    scene_fill(&s, area, PEOPLE, (struct point){ 1, 1 }, (struct point){ 29, 5 },
               (struct goal){ GOAL_FACILITY, 0 }, 8);
    uint32_t joined[PEOPLE], order[PEOPLE], joins = 0, called = 0, served = 0;
    double last_s = 0;
    while (served < PEOPLE && crowd_time_s(s.crowd) < 900) {
        scene_step(&s);
        size_t count;
        const struct crowd_event *events = crowd_events(s.crowd, &count);
        for (size_t i = 0; i < count; i++) {
            if (events[i].kind == EVENT_JOINED_QUEUE)
                joined[joins++] = events[i].person;
            if (events[i].kind != EVENT_SERVED)
                continue;
            served++;
            last_s = crowd_time_s(s.crowd);
        }
        /* Called to the counter in the order of joining. */
        struct crowd_people p = crowd_people(s.crowd);
        for (uint32_t j = called; j < joins; j++)
            if (p.mode[joined[j]] == PERSON_SERVED)
                order[called++] = joined[j];
        assert_true(crowd_tally(s.crowd).queued - crowd_tally(s.crowd).queue_at[0] <= 3);
    }
    print_message("60 served by 3 in 12 s each: %.0f s; rate gives %.0f s\n", last_s,
                  60 * 12 / 3.0);
    assert_int_equal(served, PEOPLE);
    assert_memory_equal(order, joined, sizeof joined);
    assert_true(last_s > 240 * 0.8 && last_s < 240 * 1.3);
    assert_int_equal(crowd_tally(s.crowd).served_by[0], PEOPLE);
    scene_close(&s);
}

static void people_walk_past_a_long_queue(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = concourse(&s, 1, 1000);
    uint32_t outside = scene_outside(&s, 30, 0, 34, 6);
    uint32_t gate = scene_gate(&s, area, outside, (struct point){ 30, 1 }, (struct point){ 30, 5 });
    scene_open(&s, 8);
    scene_fill(&s, area, 80, (struct point){ 8, 1 }, (struct point){ 22, 5 },
               (struct goal){ GOAL_FACILITY, 0 }, 8);
    for (int step = 0; step < 900; step++)
        scene_step(&s);
    assert_true(crowd_tally(s.crowd).queue_at[0] >= 75);
    scene_fill(&s, area, 60, (struct point){ 1, 1 }, (struct point){ 7, 5 },
               (struct goal){ GOAL_GATE, gate }, 9);
    double from_s = crowd_time_s(s.crowd);
    while (crowd_tally(s.crowd).left < 60 && crowd_time_s(s.crowd) < from_s + 200)
        scene_step(&s);
    print_message("60 people pass a queue of 80: %.0f s\n", crowd_time_s(s.crowd) - from_s);
    assert_int_equal(crowd_tally(s.crowd).left, 60);
    scene_close(&s);
}

static void who_gives_up_makes_room_in_the_queue(void **state)
{
    (void)state;
    struct scene s;
    uint32_t area = concourse(&s, 1, 30);
    scene_open(&s, 8);
    scene_fill(&s, area, 10, (struct point){ 10, 1 }, (struct point){ 20, 5 },
               (struct goal){ GOAL_FACILITY, 0 }, 8);
    for (int step = 0; step < 200; step++)
        scene_step(&s);
    assert_int_equal(crowd_tally(s.crowd).queued, 10);
    for (uint32_t person = 0; person < 10; person += 2)
        crowd_set_goal(s.crowd, person, (struct goal){ GOAL_STAND, 0 });
    scene_step(&s);
    assert_int_equal(crowd_tally(s.crowd).queued, 5);
    while (crowd_tally(s.crowd).served_by[0] < 5 && crowd_time_s(s.crowd) < 400)
        scene_step(&s);
    assert_int_equal(crowd_tally(s.crowd).queued, 0);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_is_served_in_order_of_joining_at_the_service_rate),
        cmocka_unit_test(people_walk_past_a_long_queue),
        cmocka_unit_test(who_gives_up_makes_room_in_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
