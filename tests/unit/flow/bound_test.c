/* The lower bound against what can be worked out by hand, and against every plan that the solver
 * makes of random graphs. */
#include "sim/flow/bound.h"
#include "sim/flow/channel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double got, double wanted, double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance))
        fail_msg("got %g, wanted %g +- %g", got, wanted, tolerance);
}

/* 200 people walk 20 s to a door of 2 a second: 20 + 0.98 x 200 / 2, and it is the door's fault. */
static void a_door_behind_a_walk(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 20, .capacity_ps = 5 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    struct flow_destination doors[] = { { .node = 1, .capacity_ps = 2 } };
    const struct flow_problem problem = {
        .node_count = 2,
        .links = links,
        .link_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 1,
    };
    struct flow_bound bound;
    flow_bound(&problem, &bound);
    assert_near(bound.clearance_s, 118, 0.1);
    assert_true(bound.destination_cut[0] && !bound.link_cut[0]);
    assert_near(bound.people, 200, 1e-9);
    assert_near(bound.capacity_ps, 2, 1e-9);
    flow_bound_fini(&bound);
    doors[0].queue_people = 50; /* Served first. */
    flow_bound(&problem, &bound);
    assert_true(bound.clearance_s >= 118 - 0.1);
    flow_bound_fini(&bound);
    doors[0].closed = true;
    flow_bound(&problem, &bound);
    assert_true(bound.clearance_s == FLOW_NEVER_S);
    flow_bound_fini(&bound);
}

/* Two rooms of 100 and 300 people meet before a way of 1 a second to two wide doors: the way is
 * what counts, and all 400 are behind it. */
static void a_shared_way_before_wide_doors(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 2, .walk_s = 5, .capacity_ps = 10 },
                                       { 1, 2, .walk_s = 8, .capacity_ps = 10 },
                                       { 2, 3, .walk_s = 0, .capacity_ps = 1 } };
    const struct flow_origin origins[] = { { 0, 100, false }, { 1, 300, false } };
    const struct flow_destination doors[] = { { .node = 3, .capacity_ps = 20 },
                                              { .node = 3, .capacity_ps = 20 } };
    const struct flow_problem problem = {
        .node_count = 4,
        .links = links,
        .link_count = 3,
        .destinations = doors,
        .destination_count = 2,
        .origins = origins,
        .origin_count = 2,
        .clearance_part = 1,
    };
    struct flow_bound bound;
    flow_bound(&problem, &bound);
    assert_near(bound.clearance_s, 405, 0.1);
    assert_true(bound.link_cut[2] && !bound.link_cut[0] && !bound.destination_cut[0]);
    assert_near(bound.people, 400, 1e-9);
    flow_bound_fini(&bound);
}

/* Who sets out late is not out before: half at 0, half at 300 s, and 20 s to walk. */
static void who_sets_out_late_is_late(void **state)
{
    (void)state;
    static const double release_s[] = { 0, 300 };
    const struct flow_link links[] = { { 0, 1, .walk_s = 20, .capacity_ps = 50 } };
    const struct flow_origin origins[] = { { 0, 100, false } };
    const struct flow_destination doors[] = { { .node = 1, .capacity_ps = 50 } };
    const struct flow_problem problem = {
        .node_count = 2,
        .links = links,
        .link_count = 1,
        .destinations = doors,
        .destination_count = 1,
        .origins = origins,
        .origin_count = 1,
        .release_s = release_s,
        .chunks = 2,
    };
    struct flow_bound bound;
    flow_bound(&problem, &bound);
    assert_near(bound.clearance_s, 320, 0.1);
    assert_near(bound.capacity_ps, 0, 0);
    flow_bound_fini(&bound);
}

static double draw(uint64_t *state, double low, double high)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(*state >> 40) / (double)(1 << 24);
}

enum { NODES = 24, LINKS = 60, DOORS = 4, ORIGINS = 10 };

/* Links at random; every door and origin somewhere. Everybody can get out or not: both happen. */
static void no_plan_is_sooner(void **state)
{
    (void)state;
    const char *env = getenv("TIFO_SEED");
    uint64_t seed = env ? strtoull(env, NULL, 10) : 20260516;
    print_message("TIFO_SEED=%llu\n", (unsigned long long)seed);
    double nearest = INFINITY;
    int told = 0;
    for (int round = 0; round < 200; round++) {
        struct flow_link links[LINKS];
        struct flow_destination doors[DOORS];
        struct flow_origin origins[ORIGINS];
        double release_s[20];
        for (int i = 0; i < LINKS; i++)
            links[i] = (struct flow_link){ .node_a = (uint32_t)draw(&seed, 0, NODES),
                                           .node_b = (uint32_t)draw(&seed, 0, NODES),
                                           .walk_s = draw(&seed, 0, 20),
                                           .capacity_ps = draw(&seed, 0.2, 6),
                                           .one_way = draw(&seed, 0, 1) < 0.2,
                                           .closed = draw(&seed, 0, 1) < 0.1 };
        for (int i = 0; i < DOORS; i++)
            doors[i] = (struct flow_destination){ .node = (uint32_t)draw(&seed, 0, NODES),
                                                  .walk_s = draw(&seed, 0, 5),
                                                  .capacity_ps = draw(&seed, 0.5, 4) };
        for (int i = 0; i < ORIGINS; i++)
            origins[i] = (struct flow_origin){ .node = (uint32_t)draw(&seed, 0, NODES),
                                               .people = draw(&seed, 1, 200) };
        for (int i = 0; i < 20; i++)
            release_s[i] = (i ? release_s[i - 1] : 0) + draw(&seed, 0, 4);
        struct flow_problem problem = { .node_count = NODES,
                                        .links = links,
                                        .link_count = LINKS,
                                        .destinations = doors,
                                        .destination_count = DOORS,
                                        .origins = origins,
                                        .origin_count = ORIGINS,
                                        .release_s = round % 2 ? release_s : NULL,
                                        .clearance_part = 1 };
        struct flow_bound bound;
        struct flow_plan plan;
        flow_bound(&problem, &bound);
        flow_solve(&problem, &plan);
        if (bound.clearance_s < FLOW_NEVER_S) {
            /* The solver's channels have bins, of which each chunk that comes in the midst of one
             * may use the rest. */
            if (plan.clearance_s < bound.clearance_s - CHANNEL_BIN_S)
                fail_msg("round %d: the plan takes %g s, the bound is %g s", round,
                         plan.clearance_s, bound.clearance_s);
            nearest = fmin(nearest, plan.clearance_s / bound.clearance_s);
            told++;
        }
        flow_bound_fini(&bound);
        flow_plan_fini(&plan);
    }
    print_message("%d graphs; the plan nearest to its bound takes %.3f times as long\n", told,
                  nearest);
    assert_true(told > 150 && nearest < 1.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_door_behind_a_walk),
        cmocka_unit_test(a_shared_way_before_wide_doors),
        cmocka_unit_test(who_sets_out_late_is_late),
        cmocka_unit_test(no_plan_is_sooner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
