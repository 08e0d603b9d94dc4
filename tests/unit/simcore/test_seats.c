/* Seats, rows and aisles: out and back, and the hardest case of half time: both at once. */
#include "tests/unit/simcore/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Two blocks of 20 rows of 20 seats at an aisle of 1.2 x 16 m, which opens on a hall with a gate.
 */
struct stand {
    struct scene scene;
    uint32_t aisle, hall, gate, gate_line;
};

static void stand_init(struct stand *st)
{
    struct scene *s = &st->scene;
    *st = (struct stand){ 0 };
    st->aisle = scene_room(s, 0, 0, 1.2, 16);
    st->hall = scene_room(s, -10, -6, 11, 0);
    uint32_t outside = scene_outside(s, -10, -10, 11, -6);
    scene_door(s, st->aisle, st->hall, (struct point){ 0, 0 }, (struct point){ 1.2, 0 });
    st->gate = scene_gate(s, st->hall, outside, (struct point){ -8, -6 }, (struct point){ -5, -6 });
    scene_block(s, -10.3, 0, -0.3, 20, 0.8, 20);
    scene_block(s, 1.5, 0, 11.5, 20, 0.8, 20);
    uint32_t places = s->area_count;
    scene_door(s, st->aisle, places, (struct point){ 0, 0 }, (struct point){ 0, 16 });
    scene_door(s, st->aisle, places + 1, (struct point){ 1.2, 0 }, (struct point){ 1.2, 16 });
}

static void one_person_goes_to_the_gate_from_the_seat_and_another_comes_to_it(void **state)
{
    (void)state;
    struct stand st;
    stand_init(&st);
    struct scene *s = &st.scene;
    scene_open(s, 1);
    uint32_t goes = scene_seated(s, 0, 10, 5);
    struct person_def def = {
        .seat_block = 1, .seat_row = 15, .seat = 10, .area = st.hall, .at = { 8, -4 }
    };
    uint32_t comes = crowd_add(s->crowd, &def);
    crowd_set_goal(s->crowd, goes, (struct goal){ GOAL_GATE, st.gate });
    crowd_set_goal(s->crowd, comes, (struct goal){ GOAL_SEAT, 0 });
    double planned_s = crowd_way_s(s->crowd, goes, (struct goal){ GOAL_GATE, st.gate });
    uint32_t seen[EVENT_GATE_SHUT + 1] = { 0 };
    while (crowd_time_s(s->crowd) < 120 &&
           crowd_tally(s->crowd).left + crowd_tally(s->crowd).seated < 2) {
        scene_step(s);
        size_t count;
        const struct crowd_event *events = crowd_events(s->crowd, &count);
        for (size_t i = 0; i < count; i++)
            seen[events[i].kind]++;
    }
    print_message("way out planned %.0f s\n", planned_s);
    assert_true(planned_s > 20 && planned_s < 60);
    assert_int_equal(crowd_people(s->crowd).mode[goes], PERSON_LEFT);
    assert_int_equal(crowd_people(s->crowd).mode[comes], PERSON_SEATED);
    assert_int_equal(seen[EVENT_STOOD_UP], 1);
    assert_int_equal(seen[EVENT_SEATED], 1);
    assert_int_equal(seen[EVENT_PASSED_GATE], 1);
    assert_int_equal(seen[EVENT_LEFT], 1);
    assert_int_equal(seen[EVENT_CHANGED_PLACE],
                     5); /* block, aisle, hall, outside; hall, aisle, block */
    scene_close(s);
}

static void who_changes_their_mind_in_the_row_sits_down_again(void **state)
{
    (void)state;
    struct stand st;
    stand_init(&st);
    struct scene *s = &st.scene;
    scene_open(s, 1);
    uint32_t person = scene_seated(s, 0, 3, 2);
    crowd_set_goal(s->crowd, person, (struct goal){ GOAL_GATE, st.gate });
    for (int step = 0; step < 30; step++)
        scene_step(s);
    assert_int_equal(crowd_people(s->crowd).mode[person], PERSON_IN_ROW);
    crowd_set_goal(s->crowd, person, (struct goal){ GOAL_SEAT, 0 });
    scene_run(s, 20);
    assert_int_equal(crowd_people(s->crowd).mode[person], PERSON_SEATED);
    scene_close(s);
}

static void two_hundred_leave_through_the_aisle_while_two_hundred_come_in(void **state)
{
    (void)state;
    uint64_t seed = scene_seed(21);
    print_message("TIFO_SEED=%llu\n", (unsigned long long)seed);
    struct stand st;
    stand_init(&st);
    struct scene *s = &st.scene;
    scene_open(s, seed);
    for (uint32_t i = 0; i < 200; i++)
        crowd_set_goal(s->crowd, scene_seated(s, i % 2, i / 2 / 5, i / 2 % 5 * 4),
                       (struct goal){ GOAL_GATE, st.gate });
    for (uint32_t i = 0; i < 200; i++) {
        struct person_def def = { .seat_block = i % 2,
                                  .seat_row = i / 2 / 5,
                                  .seat = i / 2 % 5 * 4 + 2,
                                  .area = st.hall,
                                  .at = { -9.5 + i % 40 * 0.5, -5.0 + i / 40 * 0.6 } };
        crowd_set_goal(s->crowd, crowd_add(s->crowd, &def), (struct goal){ GOAL_SEAT, 0 });
    }
    double seconds = scene_run(s, 1200);
    struct crowd_tally tally = crowd_tally(s->crowd);
    print_message("200 out and 200 in through 1.2 m: %.0f s\n", seconds);
    assert_int_equal(tally.left, 200);
    assert_int_equal(tally.seated, 200);
    scene_close(s);
}

static void four_hundred_leave_through_one_aisle_at_a_stairs_flow(void **state)
{
    (void)state;
    struct stand st;
    stand_init(&st);
    struct scene *s = &st.scene;
    scene_open(s, 4);
    for (uint32_t i = 0; i < 400; i++)
        crowd_set_goal(s->crowd, scene_seated(s, i % 2, i / 2 / 10, i / 2 % 10 * 2),
                       (struct goal){ GOAL_GATE, st.gate });
    double seconds = scene_run(s, 900);
    print_message("400 out through 1.2 m: %.0f s, %.2f a second\n", seconds, 400 / seconds);
    assert_int_equal(crowd_tally(s->crowd).left, 400);
    assert_true(400 / seconds > 1.0 && 400 / seconds < 2.5);
    scene_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_person_goes_to_the_gate_from_the_seat_and_another_comes_to_it),
        cmocka_unit_test(who_changes_their_mind_in_the_row_sits_down_again),
        cmocka_unit_test(two_hundred_leave_through_the_aisle_while_two_hundred_come_in),
        cmocka_unit_test(four_hundred_leave_through_one_aisle_at_a_stairs_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
