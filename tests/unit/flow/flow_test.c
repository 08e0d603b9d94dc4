/* The plan against values that can be worked out by hand. Times in seconds, capacities in people a
 * second. */
#include "sim/flow/channel.h"
#include "sim/flow/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_near(double got, double wanted, double tolerance)
{
    if (got < wanted - tolerance || got > wanted + tolerance)
        fail_msg("got %g, wanted %g +- %g", got, wanted, tolerance);
}

/* 100 people through a door of 0.931 a second: N / C = 107.4 s (SFPE, crowd verification 1.7). */
static void a_door_clears_in_people_over_capacity(void **state)
{
    (void)state;
    const struct flow_origin origins[] = { { 0, 100, false } };
    const struct flow_destination doors[] = { { .node = 0, .capacity_ps = 0.931 } };
    const struct flow_problem problem = {
        .node_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 1,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.clearance_s, 107.4, 0.1);
    assert_near(plan.share[0], 1, 1e-9);
    assert_int_equal(plan.next_node[0], 0);
    flow_plan_fini(&plan);
}

/* Walking 20 s to a door of 2 a second: 20 + 0.98 x 200 / 2. */
static void walking_comes_before_queueing(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 20, .capacity_ps = 2 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    const struct flow_destination doors[] = { { .node = 1, .capacity_ps = 2 } };
    const struct flow_problem problem = {
        .node_count = 2,
        .links = links,
        .link_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.clearance_s, 118, 2);
    assert_int_equal(plan.next_node[0], 1);
    flow_plan_fini(&plan);
}

/* A middle place with people and two doors, each some way off. */
struct fork_case {
    double people;
    double walk_s[2], capacity_ps[2], queue_people[2];
    bool closed[2];
    double share[2], clearance_s;
};

static void run_fork(const struct fork_case *c)
{
    const struct flow_link links[] = { { 0, 1, .walk_s = c->walk_s[0], .capacity_ps = 100 },
                                       { 0, 2, .walk_s = c->walk_s[1], .capacity_ps = 100 } };
    const struct flow_origin origins[] = { { 0, c->people, false } };
    const struct flow_destination doors[] = {
        { 1, 0, c->capacity_ps[0], c->queue_people[0], c->closed[0] },
        { 2, 0, c->capacity_ps[1], c->queue_people[1], c->closed[1] },
    };
    const struct flow_problem problem = {
        .node_count = 3,
        .links = links,
        .link_count = 2,
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 1,
        .chunks = 50,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.share[0], c->share[0], 0.021);
    assert_near(plan.share[1], c->share[1], 0.021);
    assert_near(plan.clearance_s, c->clearance_s, c->clearance_s * 0.03);
    flow_plan_fini(&plan);
}

static void equal_doors_share_equally(void **state)
{
    (void)state;
    run_fork(
        &(struct fork_case){ 600, { 10, 10 }, { 1, 1 }, .share = { .5, .5 }, .clearance_s = 310 });
}

/* All are served at the near door after 10 + 80 s, before anyone could reach the far one. */
static void a_far_door_stays_idle_while_the_queue_is_shorter(void **state)
{
    (void)state;
    run_fork(
        &(struct fork_case){ 80, { 10, 110 }, { 1, 1 }, .share = { 1, 0 }, .clearance_s = 90 });
}

/* Both doors finish together: 10 + x = 110 + (300 - x), x = 200. */
static void a_far_door_takes_what_would_wait_longer(void **state)
{
    (void)state;
    run_fork(&(struct fork_case){
        300, { 10, 110 }, { 1, 1 }, .share = { 2. / 3, 1. / 3 }, .clearance_s = 210 });
}

/* 100 already wait at the first: 100 + x = 10 + (400 - x), x = 155. */
static void those_who_wait_already_count(void **state)
{
    (void)state;
    run_fork(&(struct fork_case){
        400, { 10, 10 }, { 1, 1 }, { 100, 0 }, .share = { .3875, .6125 }, .clearance_s = 255 });
}

static void a_wide_door_takes_its_part(void **state)
{
    (void)state;
    run_fork(&(struct fork_case){
        800, { 10, 10 }, { 3, 1 }, .share = { .75, .25 }, .clearance_s = 210 });
}

static void a_closed_door_gets_nobody(void **state)
{
    (void)state;
    run_fork(&(struct fork_case){ 300,
                                  { 10, 110 },
                                  { 5, 1 },
                                  .closed = { true, false },
                                  .share = { 0, 1 },
                                  .clearance_s = 410 });
    run_fork(
        &(struct fork_case){ 300, { 10, 110 }, { 0, 1 }, .share = { 0, 1 }, .clearance_s = 410 });
}

/* Two wide doors behind one narrow corridor: the corridor decides, not the doors. A side way of
 * 200 s is used for what would wait longer: x + 20 = 200 + (600 - x). */
static void a_shared_bottleneck_upstream_counts(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 1 },
                                       { 1, 2, .walk_s = 10, .capacity_ps = 10 },
                                       { 1, 3, .walk_s = 10, .capacity_ps = 10 },
                                       { 0, 4, .walk_s = 200, .capacity_ps = 1 } };
    const struct flow_origin origins[] = { { 0, 600, false } };
    const struct flow_destination doors[] = { { .node = 2, .capacity_ps = 10 },
                                              { .node = 3, .capacity_ps = 10 },
                                              { .node = 4, .capacity_ps = 10 } };
    const struct flow_problem problem = {
        .node_count = 5,
        .links = links,
        .link_count = COUNT(links),
        .destinations = doors,
        .destination_count = COUNT(doors),
        .origins = origins,
        .origin_count = 1,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.share[0] + plan.share[1], 390. / 600, 0.05);
    assert_near(plan.clearance_s, 410, 20);
    assert_int_equal(plan.next_node[2], 4);
    flow_plan_fini(&plan);
}

/* The same fork, but people are told where to go: 10 + 0.8 x 300 at the near door. */
static void given_shares_are_followed_and_timed(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 100 },
                                       { 0, 2, .walk_s = 110, .capacity_ps = 100 } };
    const struct flow_origin origins[] = { { 0, 300, false } };
    struct flow_destination doors[] = { { .node = 1, .capacity_ps = 1 },
                                        { .node = 2, .capacity_ps = 1 } };
    const double given[] = { 0.8, 0.2 };
    const struct flow_problem problem = {
        .node_count = 3,
        .links = links,
        .link_count = 2,
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 1,
        .given_share = given,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.share[0], 0.8, 1e-6);
    assert_near(plan.finish_s[0], 250, CHANNEL_BIN_S);
    flow_plan_fini(&plan);

    doors[1].closed = true;
    flow_solve(&problem, &plan);
    assert_true(plan.finish_s[0] == FLOW_NEVER_S);
    assert_near(plan.unreachable_people, 60, 1e-6);
    flow_plan_fini(&plan);
}

/* From 0 the short way to the door leads through the rows of 1; people walk around by 2. */
static void a_one_way_link_is_not_walked_back(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 1, 0, .walk_s = 5, .capacity_ps = 9, .one_way = true },
                                       { 1, 3, .walk_s = 5, .capacity_ps = 9, .one_way = true },
                                       { 0, 2, .walk_s = 40, .capacity_ps = 9 },
                                       { 2, 3, .walk_s = 40, .capacity_ps = 9 } };
    const struct flow_origin origins[] = { { 0, 9, false }, { 1, 9, false } };
    const struct flow_destination doors[] = { { .node = 3, .capacity_ps = 9 } };
    const struct flow_problem problem = {
        .node_count = 4,
        .links = links,
        .link_count = COUNT(links),
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 2,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_int_equal(plan.next_node[0], 2);
    assert_int_equal(plan.next_node[1], 3);
    assert_near(plan.clearance_s, 81, 1);
    flow_plan_fini(&plan);
}

/* Half of them crowd the near door; the others are sent around them. */
static void a_plan_is_made_around_those_who_do_not_follow(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 100 },
                                       { 0, 2, .walk_s = 20, .capacity_ps = 100 } };
    const struct flow_origin origins[] = { { 0, 300, false }, { 0, 300, true } };
    const struct flow_destination doors[] = { { .node = 1, .capacity_ps = 1 },
                                              { .node = 2, .capacity_ps = 1 } };
    const struct flow_problem problem = {
        .node_count = 3,
        .links = links,
        .link_count = 2,
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 2,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.share[2 + 0], 1, 1e-9);
    assert_true(plan.share[1] > 0.9);
    assert_near(plan.clearance_s, 315, 15);
    assert_near(plan.people[0] + plan.people[1], 300, 1e-6);
    flow_plan_fini(&plan);
}

/* 0 and 1 are rows, 2 and 3 concourses in a line, doors at both: who comes out at 2 looks there,
 * and only there; who comes out at 3 does not hear of those that pass. */
static void places_tell_those_who_look_there(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 2, .walk_s = 5, .capacity_ps = 9, .one_way = true },
                                       { 1, 3, .walk_s = 5, .capacity_ps = 9, .one_way = true },
                                       { 2, 3, .walk_s = 40, .capacity_ps = 9 } };
    const struct flow_origin origins[] = { { 0, 300, false }, { 1, 40, false } };
    const struct flow_destination doors[] = { { .node = 2, .capacity_ps = 1 },
                                              { .node = 3, .capacity_ps = 1 } };
    const bool last_look[] = { false, false, true, true };
    const struct flow_problem problem = {
        .node_count = 4,
        .links = links,
        .link_count = COUNT(links),
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 2,
        .walk_cost = 0.3,
        .last_look = last_look,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_true(plan.share[1] > 0.3 && plan.share[1] < 0.5);
    for (uint32_t door = 0; door < 2; door++) {
        assert_near(plan.people[2 * 2 + door], 300 * plan.share[door], 1e-6);
        assert_int_equal(plan.next_node[door], 2);
    }
    assert_near(plan.people[3 * 2 + 1], 40, 1e-6);
    assert_near(plan.people[3 * 2 + 0], 0, 1e-6);
    assert_int_equal(plan.next_node[2 * 2 + 0], 2);
    assert_int_equal(plan.next_node[2 * 2 + 1], 3);
    assert_int_equal(plan.next_node[3 * 2 + 0], FLOW_NONE);
    flow_plan_fini(&plan);
}

static void who_cannot_leave_is_counted(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 5, .capacity_ps = 1, .closed = true } };
    const struct flow_origin origins[] = { { 0, 30, false }, { 1, 10, false }, { 0, 0, false } };
    const struct flow_destination doors[] = { { .node = 1, .capacity_ps = 1 } };
    const struct flow_problem problem = {
        .node_count = 2,
        .links = links,
        .link_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 3,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.unreachable_people, 30, 1e-6);
    assert_near(plan.share[0], 0, 0);
    assert_int_equal(plan.next_node[0], FLOW_NONE);
    assert_near(plan.share[1], 1, 1e-9);
    flow_plan_fini(&plan);
}

/* After the last bin the queue goes on first come, first served. */
static void a_channel_keeps_counting_past_its_horizon(void **state)
{
    (void)state;
    struct channel channel = { .capacity_ps = 0.5 };
    assert_near(channel_reserve(&channel, 0, 20000), 40000, 1);
    assert_near(channel_passed_s(&channel, 10, 100), 40200, 1);
    assert_near(channel_reserve(&channel, 50000, 10), 50020, 1);
    channel_fini(&channel);
}

static void who_comes_early_uses_the_gap_before_a_late_group(void **state)
{
    (void)state;
    struct channel channel = { .capacity_ps = 1 };
    assert_near(channel_reserve(&channel, 100, 40), 140, 1e-6);
    assert_near(channel_reserve(&channel, 0, 40), 40, 1e-6);
    /* 60 s of room before the late group, the rest after it. */
    assert_near(channel_reserve(&channel, 0, 70), 150, 1e-6);
    channel_fini(&channel);
}

/* ---- A whole ground -------------------------------------------------------------------------- */

struct ground {
    struct flow_link *links;
    struct flow_origin *origins;
    struct flow_destination *doors;
    struct flow_problem problem;
};

/* A bowl: blocks around a ring of concourse places, doors spread along the ring. */
static void bowl(struct ground *g, uint32_t blocks, uint32_t ring, uint32_t doors, unsigned seed)
{
    srand(seed);
    g->links = calloc(blocks + ring, sizeof *g->links);
    g->origins = calloc(blocks, sizeof *g->origins);
    g->doors = calloc(doors, sizeof *g->doors);
    for (uint32_t i = 0; i < ring; i++)
        g->links[i] =
            (struct flow_link){ i, (i + 1) % ring, .walk_s = 8 + rand() % 5, .capacity_ps = 6 };
    for (uint32_t i = 0; i < blocks; i++) {
        g->links[ring + i] =
            (struct flow_link){ ring + i, i * ring / blocks, .walk_s = 20 + rand() % 20,
                                .capacity_ps = 2, .one_way = true };
        g->origins[i] = (struct flow_origin){ .node = ring + i, .people = 200 + rand() % 200 };
    }
    for (uint32_t i = 0; i < doors; i++)
        g->doors[i] = (struct flow_destination){ .node = i * ring / doors,
                                                 .walk_s = 5,
                                                 .capacity_ps = 4 + rand() % 6 };
    g->problem = (struct flow_problem){ .node_count = ring + blocks,
                                        .links = g->links,
                                        .link_count = ring + blocks,
                                        .destinations = g->doors,
                                        .destination_count = doors,
                                        .origins = g->origins,
                                        .origin_count = blocks };
}

static void bowl_free(struct ground *g)
{
    free(g->links);
    free(g->origins);
    free(g->doors);
}

static void the_same_ground_gives_the_same_plan_near_its_bound(void **state)
{
    (void)state;
    const char *env = getenv("TIFO_SEED");
    const unsigned seed = env ? (unsigned)strtoul(env, NULL, 10) : 20260516;
    print_message("TIFO_SEED=%u\n", seed);
    struct ground g;
    bowl(&g, 150, 50, 8, seed);
    struct flow_plan a, b;
    flow_solve(&g.problem, &a);
    flow_solve(&g.problem, &b);
    assert_memory_equal(a.share, b.share, (size_t)150 * 8 * sizeof *a.share);
    const size_t cells = (size_t)200 * 8;
    assert_memory_equal(a.people, b.people, cells * sizeof *a.people);
    assert_memory_equal(a.next_node, b.next_node, cells * sizeof *a.next_node);
    assert_true(a.clearance_s == b.clearance_s);

    double people = 0, capacity_ps = 0;
    for (uint32_t i = 0; i < 150; i++)
        people += g.origins[i].people;
    for (uint32_t i = 0; i < 8; i++)
        capacity_ps += g.doors[i].capacity_ps;
    /* No plan beats the doors, and this one must not waste them by half. */
    assert_true(a.clearance_s > 0.98 * people / capacity_ps);
    assert_true(a.clearance_s < 1.5 * people / capacity_ps + 60);
    for (uint32_t o = 0; o < 150; o++) {
        double total = 0;
        for (uint32_t d = 0; d < 8; d++)
            total += a.share[o * 8 + d];
        assert_near(total, 1, 1e-9);
    }
    flow_plan_fini(&a);
    flow_plan_fini(&b);
    bowl_free(&g);
}

static void two_thousand_places_are_planned(void **state)
{
    (void)state;
    struct ground g;
    bowl(&g, 1600, 400, 40, 7);
    struct flow_plan plan;
    flow_solve(&g.problem, &plan);
    assert_near(plan.unreachable_people, 0, 1e-9);
    assert_true(plan.clearance_s > 0);
    flow_plan_fini(&plan);
    bowl_free(&g);
}

/* Two hundred who set out at 0 and at 300 s, half each, over 20 s to a door of 2 a second: the
 * first hundred are through at 70 s, the others begin anew. */
static void people_set_out_when_they_are_released(void **state)
{
    (void)state;
    static const double release_s[] = { 0, 300 };
    const struct flow_link links[] = { { 0, 1, .walk_s = 20, .capacity_ps = 2 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    const struct flow_destination doors[] = { { .node = 1, .capacity_ps = 2 } };
    struct flow_problem problem = {
        .node_count = 2,
        .links = links,
        .link_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 1,
        .release_s = release_s,
        .chunks = 2,
        .clearance_part = 1,
    };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_near(plan.clearance_s, 370, 1);
    assert_near(plan.busy_until_s[0], 370, 1);
    flow_plan_fini(&plan);
    problem.clearance_part = 0.5;
    flow_solve(&problem, &plan);
    assert_near(plan.clearance_s, 70, 1);
    flow_plan_fini(&plan);
}

/* What signs must say: 0 and 1 are stands, 2 is where both come out and look for the last time; 0
 * looks for itself, too. */
static void signs_say_what_they_must(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 2, .walk_s = 5, .capacity_ps = 100 },
                                       { 1, 2, .walk_s = 5, .capacity_ps = 100 } };
    const struct flow_origin origins[] = { { 0, 100, false }, { 1, 100, false } };
    const struct flow_destination doors[] = { { .node = 2, .walk_s = 1, .capacity_ps = 5 },
                                              { .node = 2, .walk_s = 1, .capacity_ps = 5 } };
    const bool last_look[] = { false, false, true };
    const bool barred[] = { true, false, false, false, false, false };
    const double fixed[] = { 0, 0, 0, 0, 0.75, 0.25 };
    struct flow_problem problem = {
        .node_count = 3,
        .links = links,
        .link_count = 2,
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 2,
        .last_look = last_look,
    };
    struct flow_plan plan;
    problem.barred = barred;
    flow_solve(&problem, &plan);
    assert_near(plan.share[0], 0, 1e-9); /* Door 0 is left to the others. */
    assert_near(plan.share[1], 1, 1e-9);
    assert_near(plan.share[2], 1, 0.06);
    flow_plan_fini(&plan);
    problem.barred = NULL;
    problem.fixed_share = fixed;
    flow_solve(&problem, &plan);
    assert_near(plan.people[4], 150, 6);
    assert_near(plan.people[5], 50, 6);
    flow_plan_fini(&plan);
}

/* The long way passes more, and is taken as soon as somebody waits for the short one; but not by
 * those whom a sign sends to a door once and for all. */
static void after_the_last_look_ways_are_the_shortest(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 0.5 },
                                       { 0, 2, .walk_s = 10, .capacity_ps = 9 },
                                       { 2, 1, .walk_s = 10, .capacity_ps = 9 } };
    const struct flow_destination door = { .node = 1, .capacity_ps = 9 };
    const struct flow_origin people = { 0, 100, false };
    const bool last_look[] = { true, false, false };
    struct flow_problem problem = { .node_count = 3,
                                    .links = links,
                                    .link_count = COUNT(links),
                                    .destinations = &door,
                                    .destination_count = 1,
                                    .origins = &people,
                                    .origin_count = 1,
                                    .clearance_part = 1 };
    struct flow_plan plan;
    flow_solve(&problem, &plan);
    assert_true(plan.clearance_s < 50);
    flow_plan_fini(&plan);
    problem.last_look = last_look;
    flow_solve(&problem, &plan);
    assert_near(plan.clearance_s, 10 + 100 / 0.5, CHANNEL_BIN_S);
    assert_int_equal(plan.next_node[0], 1);
    flow_plan_fini(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_door_clears_in_people_over_capacity),
        cmocka_unit_test(walking_comes_before_queueing),
        cmocka_unit_test(equal_doors_share_equally),
        cmocka_unit_test(a_far_door_stays_idle_while_the_queue_is_shorter),
        cmocka_unit_test(a_far_door_takes_what_would_wait_longer),
        cmocka_unit_test(those_who_wait_already_count),
        cmocka_unit_test(a_wide_door_takes_its_part),
        cmocka_unit_test(a_closed_door_gets_nobody),
        cmocka_unit_test(a_shared_bottleneck_upstream_counts),
        cmocka_unit_test(given_shares_are_followed_and_timed),
        cmocka_unit_test(a_one_way_link_is_not_walked_back),
        cmocka_unit_test(a_plan_is_made_around_those_who_do_not_follow),
        cmocka_unit_test(places_tell_those_who_look_there),
        cmocka_unit_test(who_cannot_leave_is_counted),
        cmocka_unit_test(a_channel_keeps_counting_past_its_horizon),
        cmocka_unit_test(who_comes_early_uses_the_gap_before_a_late_group),
        cmocka_unit_test(the_same_ground_gives_the_same_plan_near_its_bound),
        cmocka_unit_test(two_thousand_places_are_planned),
        cmocka_unit_test(people_set_out_when_they_are_released),
        cmocka_unit_test(signs_say_what_they_must),
        cmocka_unit_test(after_the_last_look_ways_are_the_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
