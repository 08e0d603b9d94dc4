/* Coming in: from the street through turnstiles. */
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { PEOPLE = 80, LANES = 2 };

/* A plaza of 16 x 8 m, a gate of 3 m with two turnstiles of 6 s each, a hall, seats for 80. */
static uint32_t entrance(struct scene *s, uint64_t seed)
{
    *s = (struct scene){ 0 };
    uint32_t hall = scene_room(s, 0, 0, 16, 6);
    uint32_t aisle = scene_room(s, 10, 6, 12, 16);
    uint32_t plaza = scene_outside(s, 0, -8, 16, 0);
    uint32_t block = scene_block(s, 0, 6, 10, 8, 1, 10);
    uint32_t gate = scene_gate(s, hall, plaza, (struct point){ 6, 0 }, (struct point){ 9, 0 });
    scene_door(s, hall, aisle, (struct point){ 10, 6 }, (struct point){ 12, 6 });
    scene_door(s, aisle, s->area_count + block, (struct point){ 10, 6 }, (struct point){ 10, 14 });
    s->facilities[s->facility_count++] = (struct facility_def){ .name = "turnstiles",
                                                                .area = plaza,
                                                                .front = { { 6, 0 }, { 9, 0 } },
                                                                .servers = LANES,
                                                                .service_mean_s = 6,
                                                                .turnstiles = true,
                                                                .gate = gate };
    scene_open(s, seed);
    for (uint32_t p = 0; p < PEOPLE; p++)
        crowd_add(s->crowd,
                  &(struct person_def){
                      .seat_block = block, .seat_row = p / 10, .seat = p % 10, .away = true });
    return gate;
}

/* Brings those who are away, one a step; returns how many have come. */
static uint32_t come(struct scene *s, uint32_t gate, uint32_t come)
{
    if (come < PEOPLE && crowd_arrive(s->crowd, come, gate))
        crowd_set_goal(s->crowd, come++, (struct goal){ GOAL_FACILITY, 0 });
    return come;
}

static void all_are_let_in_at_the_turnstiles_rate_and_sit_down(void **state)
{
    (void)state;
    struct scene s;
    uint32_t gate = entrance(&s, 5), came = 0;
    double last_s = 0;
    assert_int_equal(crowd_tally(s.crowd).away, PEOPLE);
    assert_true(crowd_way_s(s.crowd, 0, (struct goal){ GOAL_GATE, gate }) > 0);
    while (crowd_tally(s.crowd).seated < PEOPLE && crowd_time_s(s.crowd) < 600) {
        came = come(&s, gate, came);
        scene_step(&s);
        struct crowd_tally tally = crowd_tally(s.crowd);
        assert_int_equal(tally.away, PEOPLE - came);
        assert_true(tally.door_backward[gate] <= tally.served_by[0]);
        if (tally.door_backward[gate] == PEOPLE && last_s == 0)
            last_s = crowd_time_s(s.crowd);
    }
    print_message("80 in through 2 turnstiles of 6 s: %.0f s; rate gives %.0f s\n", last_s,
                  PEOPLE * 6.0 / LANES);
    assert_int_equal(crowd_tally(s.crowd).seated, PEOPLE);
    assert_true(last_s > 240 * 0.8 && last_s < 240 * 1.3);
    scene_close(&s);
}

static void a_shut_gate_serves_nobody_until_it_opens(void **state)
{
    (void)state;
    struct scene s;
    uint32_t gate = entrance(&s, 5), came = 0;
    crowd_set_gate(s.crowd, gate, false);
    for (int step = 0; step < 600; step++) {
        came = come(&s, gate, came);
        scene_step(&s);
    }
    assert_int_equal(came, PEOPLE);
    assert_int_equal(crowd_tally(s.crowd).served_by[0], 0);
    assert_int_equal(crowd_tally(s.crowd).door_backward[gate], 0);
    crowd_set_gate(s.crowd, gate, true);
    scene_run(&s, 700);
    assert_int_equal(crowd_tally(s.crowd).seated, PEOPLE);
    scene_close(&s);
}

static void the_street_waits_while_the_plaza_is_full(void **state)
{
    (void)state;
    struct scene s;
    uint32_t gate = entrance(&s, 5), refused = 0;
    /* Whoever stands where people come from keeps others out: nobody walks on from there. */
    for (uint32_t p = 0; p < PEOPLE; p++) {
        refused += !crowd_arrive(s.crowd, p, gate);
        scene_step(&s);
    }
    assert_true(refused > 0);
    assert_int_equal(crowd_tally(s.crowd).away, refused);
    assert_int_equal(crowd_tally(s.crowd).walking, PEOPLE - refused);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_let_in_at_the_turnstiles_rate_and_sit_down),
        cmocka_unit_test(a_shut_gate_serves_nobody_until_it_opens),
        cmocka_unit_test(the_street_waits_while_the_plaza_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
