/* Shares that stand, against values that can be worked out by hand. Times in seconds, capacities in
 * people a second. */
#include "sim/flow/channel.h"
#include "sim/flow/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double got, double wanted, double tolerance)
{
    if (got < wanted - tolerance || got > wanted + tolerance)
        fail_msg("got %g, wanted %g +- %g", got, wanted, tolerance);
}

/* Two doors, 60 s apart, and a place between them, 10 s from the one. */
static const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 100 },
                                          { 1, 2, .walk_s = 50, .capacity_ps = 100 } };
static const struct flow_destination doors[] = { { .node = 0, .capacity_ps = 1 },
                                                 { .node = 2, .capacity_ps = 1 } };

static struct flow_problem fork_of(const struct flow_origin *origins, uint32_t count)
{
    return (struct flow_problem){ .node_count = 3,
                                  .links = links,
                                  .link_count = 2,
                                  .destinations = doors,
                                  .destination_count = 2,
                                  .origins = origins,
                                  .origin_count = count,
                                  .walk_cost = 0.1,
                                  .clearance_part = 1 };
}

/* 200 people have only the one door, which takes them 200 s. The first of the 100 between would be
 * served sooner there; everybody is out sooner if they leave it to those who have no other. */
static void those_who_can_leave_the_near_door_to_others(void **state)
{
    (void)state;
    const struct flow_origin origins[] = { { 0, 200, false }, { 1, 100, false } };
    const struct flow_link one_way[] = {
        { 1, 0, .walk_s = 10, .capacity_ps = 100, .one_way = true },
        { 1, 2, .walk_s = 50, .capacity_ps = 100 },
    };
    struct flow_problem problem = fork_of(origins, 2);
    problem.links = one_way;
    struct flow_plan plan, quickest, outcome;
    flow_balance(&problem, &plan);
    flow_solve(&problem, &quickest);
    assert_near(plan.share[0 * 2 + 0], 1, 1e-6);
    assert_near(plan.share[1 * 2 + 1], 1, 1e-6);
    assert_near(plan.people[1 * 2 + 1], 100, 1e-6);
    assert_int_equal(plan.next_node[1 * 2 + 1], 2);
    problem.given_share = plan.share;
    flow_solve(&problem, &outcome);
    assert_near(outcome.clearance_s, 200, CHANNEL_BIN_S);
    assert_true(quickest.clearance_s > outcome.clearance_s + 2 * CHANNEL_BIN_S);
    flow_plan_fini(&plan);
    flow_plan_fini(&quickest);
    flow_plan_fini(&outcome);
}

/* N(0) = N(1) + 60 s, less what the walk counts beside its time: 0.1 of 60 s. */
static void doors_share_until_the_last_are_out_together(void **state)
{
    (void)state;
    const struct flow_origin origins[] = { { 0, 300, false } };
    const struct flow_problem problem = fork_of(origins, 1);
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.share[0], (300 + 66) / 2.0 / 300, 0.03);
    assert_near(plan.share[0] + plan.share[1], 1, 1e-6);
    flow_plan_fini(&plan);
}

/* Whoever does not listen goes to the nearest door; a place with nearly nobody has a way, and is in
 * nobody's. */
static void it_is_made_around_those_who_do_not_follow(void **state)
{
    (void)state;
    const struct flow_origin origins[] = { { 1, 100, true },
                                           { 1, 100, false },
                                           { 0, 0.01, false } };
    const struct flow_problem problem = fork_of(origins, 3);
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.share[0 * 2 + 0], 1, 1e-6);
    assert_true(plan.share[1 * 2 + 1] > 0.6);
    assert_near(plan.share[2 * 2 + 0] + plan.share[2 * 2 + 1], 1, 1e-6);
    flow_plan_fini(&plan);
}

/* Two aisles lead out of one block to one door: the first to leave is sooner there by the nearer
 * one, and the last are if half of them take the other. */
static void aisles_to_one_door_share(void **state)
{
    (void)state;
    const struct flow_link aisles[] = {
        { 0, 1, .walk_s = 5, .capacity_ps = 1 },   { 0, 2, .walk_s = 15, .capacity_ps = 1 },
        { 1, 3, .walk_s = 5, .capacity_ps = 100 }, { 2, 3, .walk_s = 5, .capacity_ps = 100 }
    };
    const struct flow_destination door = { .node = 3, .capacity_ps = 10 };
    const struct flow_origin origin = { 0, 200, false };
    const struct flow_problem problem = { .node_count = 4,
                                          .links = aisles,
                                          .link_count = 4,
                                          .destinations = &door,
                                          .destination_count = 1,
                                          .origins = &origin,
                                          .origin_count = 1,
                                          .clearance_part = 1 };
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.clearance_s, (200 + 5 + 15) / 2.0 + 5, 8);
    flow_plan_fini(&plan);
}

static void signs_say_what_they_must(void **state)
{
    (void)state;
    const struct flow_origin origins[] = { { 0, 200, false }, { 1, 100, false } };
    struct flow_problem problem = fork_of(origins, 2);
    const bool barred[] = { false, false, false, true, false, false };
    problem.barred = barred;
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.share[1 * 2 + 0], 1, 1e-6);
    flow_plan_fini(&plan);
}

/* Stairs that pass 1 a second are what all 200 wait for, whichever door they take. The near one
 * passes half of that: more would stand in a line there, and 1.3 of its time is soon worth the 5 s
 * more to walk. */
static void a_door_below_stairs_gets_what_it_passes(void **state)
{
    (void)state;
    const struct flow_link stairs[] = { { 0, 1, .walk_s = 10, .capacity_ps = 1 },
                                        { 1, 2, .walk_s = 5, .capacity_ps = 100 } };
    const struct flow_destination wide[] = { { .node = 1, .capacity_ps = 0.5 },
                                             { .node = 2, .capacity_ps = 2 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    struct flow_problem problem = fork_of(origins, 1);
    problem.links = stairs;
    problem.destinations = wide;
    problem.chunks = 200;
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.share[0], 0.51, 0.05);
    flow_plan_fini(&plan);
}

/* 200 are 60 s away, and come for 100 s. Until then the door is free for the 100 who stand by it,
 * though the last of all are out sooner if these go to the other one. */
static void a_door_is_used_until_those_come_who_have_far_to_go(void **state)
{
    (void)state;
    const struct flow_link far[] = { { 3, 0, .walk_s = 60, .capacity_ps = 2, .one_way = true },
                                     { 0, 2, .walk_s = 30, .capacity_ps = 100 } };
    const struct flow_destination wide[] = { { .node = 0, .capacity_ps = 2 },
                                             { .node = 2, .capacity_ps = 2 } };
    const struct flow_origin origins[] = { { 0, 100, false }, { 3, 200, false } };
    struct flow_problem problem = fork_of(origins, 2);
    problem.node_count = 4;
    problem.links = far;
    problem.destinations = wide;
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    assert_near(plan.share[0 * 2 + 0], 0.73, 0.1);
    assert_near(plan.share[1 * 2 + 0], 1, 0.06);
    flow_plan_fini(&plan);
}

/* 165 from each end of the middle link would go over the other one, each chunk because it is out
 * sooner there as long as nobody else moves. */
static void nobody_meets_others_head_on(void **state)
{
    (void)state;
    const struct flow_link row[] = { { 0, 1, .walk_s = 5, .capacity_ps = 100 },
                                     { 1, 2, .walk_s = 10, .capacity_ps = 100 },
                                     { 2, 3, .walk_s = 25, .capacity_ps = 100 } };
    const struct flow_destination ends[] = { { .node = 0, .capacity_ps = 3 },
                                             { .node = 3, .capacity_ps = 2 } };
    const struct flow_origin origins[] = { { 1, 100, false },
                                           { 2, 300, false },
                                           { 1, 100, false } };
    struct flow_problem problem = fork_of(origins, 3);
    problem.node_count = 4;
    problem.links = row;
    problem.link_count = 3;
    problem.destinations = ends;
    struct flow_plan plan;
    flow_balance(&problem, &plan);
    double to_right = 100 * (plan.share[0 * 2 + 1] + plan.share[2 * 2 + 1]);
    double to_left = 300 * plan.share[1 * 2 + 0];
    assert_true(to_left > 50);
    assert_near(to_right, 0, 1);
    for (uint32_t node = 1; node <= 2; node++)
        for (uint32_t d = 0; d < 2; d++) {
            double people = 0;
            for (uint32_t o = 0; o < 3; o++)
                people +=
                    origins[o].node == node ? origins[o].people * plan.share[o * 2 + d] : 0;
            assert_near(plan.people[node * 2 + d], people, 1e-6);
        }
    flow_plan_fini(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_who_can_leave_the_near_door_to_others),
        cmocka_unit_test(doors_share_until_the_last_are_out_together),
        cmocka_unit_test(it_is_made_around_those_who_do_not_follow),
        cmocka_unit_test(aisles_to_one_door_share),
        cmocka_unit_test(signs_say_what_they_must),
        cmocka_unit_test(a_door_below_stairs_gets_what_it_passes),
        cmocka_unit_test(a_door_is_used_until_those_come_who_have_far_to_go),
        cmocka_unit_test(nobody_meets_others_head_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
