/* The quickest flow against hand values, and against another way to find the same number: a plain
 * search for augmenting ways in a network that is written out, node by node. */
#include "sim/flow/bound.h"
#include "sim/flow/expanded.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double clearance(const struct flow_problem *problem)
{
    struct flow_expanded expanded;
    assert_true(flow_expand(problem, NULL, &expanded));
    const double s = expanded.clearance_s;
    flow_expanded_fini(&expanded);
    return s;
}

/* 200 people walk 20 s to a door of 2 a second: 98 in a hundred of them are through at 20 + 98. */
static void a_door_behind_a_walk(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 20, .capacity_ps = 5 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    struct flow_destination door = { .node = 1, .capacity_ps = 2 };
    const struct flow_problem problem = { .node_count = 2,
                                          .links = links,
                                          .link_count = 1,
                                          .destinations = &door,
                                          .destination_count = 1,
                                          .origins = origins,
                                          .origin_count = 1 };
    assert_true(fabs(clearance(&problem) - 117) <= 1);
    atomic_bool cancel = true;
    struct flow_expanded expanded;
    assert_false(flow_expand(&problem, &cancel, &expanded));
    door.closed = true;
    assert_true(clearance(&problem) == FLOW_NEVER_S);
}

/* A narrow near door and a wide far one: the near one alone takes 100 s, both as long as it takes
 * until 2 t + 8 (t - 40) = 200. */
static void a_far_door_helps_from_when_it_can_be_reached(void **state)
{
    (void)state;
    const struct flow_link links[] = { { 0, 1, .walk_s = 40, .capacity_ps = 100 } };
    const struct flow_origin origins[] = { { 0, 200, false } };
    const struct flow_destination doors[] = { { .node = 0, .capacity_ps = 2 },
                                              { .node = 1, .capacity_ps = 8 } };
    const struct flow_problem problem = { .node_count = 2,
                                          .links = links,
                                          .link_count = 1,
                                          .destinations = doors,
                                          .destination_count = 2,
                                          .origins = origins,
                                          .origin_count = 1,
                                          .clearance_part = 1 };
    struct flow_expanded expanded;
    assert_true(flow_expand(&problem, NULL, &expanded));
    assert_true(fabs(expanded.clearance_s - 52) <= 1.5);
    assert_true(fabs(expanded.out[15] - 32) <= 0.01); /* The near door alone. */
    flow_expanded_fini(&expanded);
}

/* ---- Against a network written out ----------------------------------------------------------- */

enum { NODES = 6, LINKS = 9, DOORS = 2, UNTIL = 24, CELLS = NODES * UNTIL + 2 };

static int room[CELLS][CELLS];

static int push(int at, int most, bool *seen)
{
    if (at == CELLS - 1)
        return most;
    seen[at] = true;
    for (int to = 0; to < CELLS; to++)
        if (!seen[to] && room[at][to] > 0) {
            const int pushed = push(to, room[at][to] < most ? room[at][to] : most, seen);
            if (pushed > 0) {
                room[at][to] -= pushed;
                room[to][at] += pushed;
                return pushed;
            }
        }
    return 0;
}

static void join(int from, int at, int to, int steps, int until, int people)
{
    if (at + steps < until)
        room[at * NODES + from][to < 0 ? CELLS - 1 : (at + steps) * NODES + to] += people;
}

/* How many are out before step `until`. */
static int most_out(const struct flow_problem *p, int until)
{
    int out = 0;
    memset(room, 0, sizeof room);
    for (int t = 0; t < until; t++) {
        for (uint32_t i = 0; i < p->link_count; i++) {
            const struct flow_link *l = &p->links[i];
            join((int)l->node_a, t, (int)l->node_b, (int)l->walk_s, until, (int)l->capacity_ps);
            if (!l->one_way)
                join((int)l->node_b, t, (int)l->node_a, (int)l->walk_s, until, (int)l->capacity_ps);
        }
        for (uint32_t i = 0; i < p->destination_count; i++)
            join((int)p->destinations[i].node, t, -1, (int)p->destinations[i].walk_s, until,
                 (int)p->destinations[i].capacity_ps);
        for (int n = 0; n < NODES; n++)
            join(n, t, n, 1, until, 1000000);
    }
    for (uint32_t o = 0; o < p->origin_count; o++)
        room[CELLS - 2][p->origins[o].node] += (int)p->origins[o].people;
    for (;;) {
        bool seen[CELLS] = { false };
        const int pushed = push(CELLS - 2, 1000000, seen);
        if (pushed == 0)
            return out;
        out += pushed;
    }
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 40) % below;
}

/* Random graphs of whole numbers: the curve is the other one's where it is exact, every eighth
 * second, and the clearance the second in which all are out. */
static void as_many_as_an_augmenting_search_gets_out(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t dice = seed;
        struct flow_link links[LINKS];
        struct flow_destination doors[DOORS];
        struct flow_origin origins[3];
        int people = 0;
        for (int i = 0; i < LINKS; i++)
            links[i] =
                (struct flow_link){ draw(&dice, NODES), draw(&dice, NODES),
                                    .walk_s = draw(&dice, 4), .capacity_ps = 1 + draw(&dice, 4),
                                    .one_way = draw(&dice, 2) };
        for (int i = 0; i < DOORS; i++)
            doors[i] = (struct flow_destination){ .node = draw(&dice, NODES),
                                                  .walk_s = draw(&dice, 3),
                                                  .capacity_ps = 1 + draw(&dice, 3) };
        for (int i = 0; i < 3; i++)
            origins[i] =
                (struct flow_origin){ .node = draw(&dice, NODES), .people = draw(&dice, 16) };
        const struct flow_problem problem = { .node_count = NODES,
                                              .links = links,
                                              .link_count = LINKS,
                                              .destinations = doors,
                                              .destination_count = DOORS,
                                              .origins = origins,
                                              .origin_count = 3,
                                              .clearance_part = 1 };
        struct flow_expanded expanded;
        assert_true(flow_expand(&problem, NULL, &expanded));
        people = (int)lround(expanded.people);
        for (uint32_t t = 7; t < expanded.out_count && t < UNTIL; t += 8)
            assert_int_equal(lround(expanded.out[t]), most_out(&problem, (int)t + 1));
        if (people > 0 && expanded.out_count < UNTIL) {
            assert_int_equal(most_out(&problem, (int)expanded.out_count), people);
            assert_true(most_out(&problem, (int)expanded.out_count - 1) < people);
        }
        flow_expanded_fini(&expanded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_door_behind_a_walk),
        cmocka_unit_test(a_far_door_helps_from_when_it_can_be_reached),
        cmocka_unit_test(as_many_as_an_augmenting_search_gets_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
