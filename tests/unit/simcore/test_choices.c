/* Who goes with whom, and by which gate people leave who are left to choose. */
#include "tests/unit/simcore/scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A corridor of 30 m with a gate at its east end. */
static uint32_t open_corridor(struct scene *s)
{
    *s = (struct scene){ 0 };
    uint32_t way = scene_room(s, 0, 0, 30, 4), outside = scene_outside(s, 30, 0, 34, 4);
    uint32_t gate =
        scene_gate(s, way, outside, (struct point){ 30, 0.5 }, (struct point){ 30, 3.5 });
    scene_open(s, 6);
    return gate;
}

static double spread_of(bool together)
{
    struct scene s;
    uint32_t gate = open_corridor(&s);
    for (uint32_t i = 0; i < 3; i++)
        scene_walker(&s, 0, (struct point){ 2, 1 + i }, i == 2 ? 0.5 : 1.4, gate);
    if (together) {
        crowd_put_together(s.crowd, 0, 1);
        crowd_put_together(s.crowd, 1, 2);
        crowd_put_together(s.crowd, 0, 2); /* They are already: nothing changes. */
        assert_true(crowd_are_together(s.crowd, 0, 2) && crowd_are_together(s.crowd, 2, 1));
    }
    double first_s = 0;
    while (crowd_tally(s.crowd).left < 3 && crowd_time_s(s.crowd) < 200) {
        scene_step(&s);
        if (first_s == 0 && crowd_tally(s.crowd).left > 0)
            first_s = crowd_time_s(s.crowd);
    }
    double spread_s = crowd_time_s(s.crowd) - first_s;
    assert_int_equal(crowd_tally(s.crowd).left, 3);
    scene_close(&s);
    return spread_s;
}

static void a_group_waits_for_its_slowest(void **state)
{
    (void)state;
    double alone_s = spread_of(false), together_s = spread_of(true);
    print_message("three people, one at 0.5 m/s: %.1f s apart alone, %.1f s together\n", alone_s,
                  together_s);
    assert_true(alone_s > 25);
    assert_true(together_s < 6);
}

static void a_group_does_not_wait_for_who_has_stayed(void **state)
{
    (void)state;
    struct scene s;
    uint32_t gate = open_corridor(&s);
    for (uint32_t i = 0; i < 2; i++)
        scene_walker(&s, 0, (struct point){ 2, 1 + i }, 1.4, gate);
    scene_person(&s, 0, 2, 3);
    crowd_put_together(s.crowd, 2, 0);
    assert_true(crowd_are_together(s.crowd, 0, 2) && !crowd_are_together(s.crowd, 1, 2));
    scene_run(&s, 40);
    assert_int_equal(crowd_tally(s.crowd).left, 2);
    scene_close(&s);
}

/* A hall of 24 m with a gate at each end; who chooses stands at `x`. */
struct hall {
    struct scene scene;
    uint32_t gates[2];
};

static void open_hall(struct hall *h)
{
    struct scene *s = &h->scene;
    *s = (struct scene){ 0 };
    uint32_t room = scene_room(s, 0, 0, 24, 8), west = scene_outside(s, -4, 0, 0, 8);
    uint32_t east = scene_outside(s, 24, 0, 28, 8);
    h->gates[0] = scene_gate(s, room, west, (struct point){ 0, 3 }, (struct point){ 0, 5 });
    h->gates[1] = scene_gate(s, room, east, (struct point){ 24, 3 }, (struct point){ 24, 5 });
    scene_open(s, 6);
}

static const struct exit_choice soonest = { .taste_s = 0 };

static void who_chooses_takes_the_nearest_gate_that_is_open(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    crowd_let_choose(h.scene.crowd, scene_person(&h.scene, 0, 14, 4), soonest);
    assert_int_equal(crowd_people(h.scene.crowd).goal[0].index, h.gates[1]);
    for (int step = 0; step < 20; step++)
        scene_step(&h.scene);
    crowd_set_gate(h.scene.crowd, h.gates[1], false);
    scene_run(&h.scene, 60);
    assert_int_equal(crowd_tally(h.scene.crowd).door_forward[h.gates[0]], 1);
    scene_close(&h.scene);
}

static void who_sees_a_queue_goes_to_the_other_gate(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    scene_fill(&h.scene, 0, 90, (struct point){ 16.5, 0.3 }, (struct point){ 23.7, 7.7 },
               (struct goal){ GOAL_GATE, h.gates[1] }, 3);
    for (int step = 0; step < 20; step++)
        scene_step(&h.scene);
    uint32_t person = scene_person(&h.scene, 0, 14.5, 4);
    crowd_let_choose(h.scene.crowd, person, soonest);
    scene_step(&h.scene);
    assert_int_equal(crowd_people(h.scene.crowd).goal[person].index, h.gates[0]);
    scene_close(&h.scene);
}

static void thick_smoke_hides_the_queue(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    crowd_set_smoke(h.scene.crowd, 0, 1);
    scene_fill(&h.scene, 0, 90, (struct point){ 16.5, 0.3 }, (struct point){ 23.7, 7.7 },
               (struct goal){ GOAL_GATE, h.gates[1] }, 3);
    for (int step = 0; step < 20; step++)
        scene_step(&h.scene);
    uint32_t person = scene_person(&h.scene, 0, 14.5, 4);
    crowd_let_choose(h.scene.crowd, person, soonest);
    scene_step(&h.scene);
    assert_int_equal(crowd_people(h.scene.crowd).goal[person].index, h.gates[1]);
    scene_close(&h.scene);
}

static void a_goal_ends_choosing(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    crowd_let_choose(h.scene.crowd, scene_person(&h.scene, 0, 20, 4), soonest);
    crowd_set_goal(h.scene.crowd, 0, (struct goal){ GOAL_GATE, h.gates[0] });
    scene_run(&h.scene, 60);
    assert_int_equal(crowd_tally(h.scene.crowd).door_forward[h.gates[0]], 1);
    scene_close(&h.scene);
}

static void a_familiar_gate_is_taken_as_much_more_often_as_it_weighs(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    enum { PEOPLE = 400 };
    uint32_t west = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        scene_person(&h.scene, 0, 12, 1 + i * 0.015);
        crowd_let_choose(h.scene.crowd, i,
                         (struct exit_choice){
                             .taste_s = 4, .familiar_gate = h.gates[0], .familiar_weight = 3 });
        west += crowd_people(h.scene.crowd).goal[i].index == h.gates[0];
    }
    print_message("weight 3: %u of %d\n", west, PEOPLE);
    assert_true(abs((int)west - 300) < 30);
    scene_close(&h.scene);
}

static void choices_and_groups_are_part_of_a_checkpoint(void **state)
{
    (void)state;
    struct hall h;
    open_hall(&h);
    struct crowd_def def = { .seed = 6 };
    scene_fill(&h.scene, 0, 60, (struct point){ 6, 0.5 }, (struct point){ 20, 7.5 },
               (struct goal){ GOAL_STAND, 0 }, 5);
    for (uint32_t i = 0; i < 60; i++) {
        crowd_let_choose(h.scene.crowd, i, (struct exit_choice){ .taste_s = 2, .follow_s = 3 });
        if (i % 3)
            crowd_put_together(h.scene.crowd, i, i - 1);
    }
    for (int step = 0; step < 33; step++)
        scene_step(&h.scene);
    size_t size = crowd_save(h.scene.crowd, NULL, 0);
    void *bytes = malloc(size);
    crowd_save(h.scene.crowd, bytes, size);
    const char *why;
    struct crowd *loaded = crowd_load(h.scene.ground, &def, bytes, size, &why);
    assert_non_null(loaded);
    for (int step = 0; step < 120; step++) {
        scene_step(&h.scene);
        crowd_step(loaded);
    }
    assert_true(crowd_hash(loaded) == crowd_hash(h.scene.crowd));
    crowd_destroy(loaded);
    free(bytes);
    scene_close(&h.scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_waits_for_its_slowest),
        cmocka_unit_test(a_group_does_not_wait_for_who_has_stayed),
        cmocka_unit_test(who_chooses_takes_the_nearest_gate_that_is_open),
        cmocka_unit_test(who_sees_a_queue_goes_to_the_other_gate),
        cmocka_unit_test(thick_smoke_hides_the_queue),
        cmocka_unit_test(a_goal_ends_choosing),
        cmocka_unit_test(a_familiar_gate_is_taken_as_much_more_often_as_it_weighs),
        cmocka_unit_test(choices_and_groups_are_part_of_a_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
