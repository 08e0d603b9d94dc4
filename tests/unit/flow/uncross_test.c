/* People who would meet head on exchange their ways: by hand, on a corridor with a door at each
 * end. */
#include "sim/flow/uncross.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Places 0 to 3 in a row, 10 s apart. */
static const struct flow_link links[] = { { 0, 1, .walk_s = 10, .capacity_ps = 1 },
                                          { 1, 2, .walk_s = 10, .capacity_ps = 1 },
                                          { 2, 3, .walk_s = 10, .capacity_ps = 1 } };
enum { LEFT, RIGHT, LINKS = 3 };
static const struct flow_destination doors[] = { { .node = 0, .capacity_ps = 1 },
                                                 { .node = 3, .capacity_ps = 1 } };
static const struct flow_origin origins[] = { { 1, 30, false }, { 2, 20, false } };
static const struct flow_problem corridor = { .node_count = 4,
                                              .links = links,
                                              .link_count = LINKS,
                                              .destinations = doors,
                                              .destination_count = 2,
                                              .origins = origins,
                                              .origin_count = 2 };

static void add(struct flow_crowd *crowd, struct flow_part part, const uint32_t *walked)
{
    memcpy(flow_crowd_add(crowd, part), walked, part.count * sizeof *walked);
}

/* 30 of place 1 go right, 20 of place 2 left. */
static struct flow_crowd two_that_meet(bool fixed)
{
    const uint32_t right[] = { 2, 4 }, left[] = { 3, 1 };
    struct flow_crowd crowd = { 0 };
    add(&crowd,
        (struct flow_part){ .destination = RIGHT, .people = 30, .count = 2, .fixed = fixed }, right);
    add(&crowd, (struct flow_part){ .origin = 1, .destination = LEFT, .people = 20, .count = 2 },
        left);
    return crowd;
}

static double walking(const struct flow_crowd *crowd, uint32_t walked)
{
    double people = 0;
    for (uint32_t p = 0; p < crowd->part_count; p++)
        for (uint32_t i = 0; i < crowd->parts[p].count; i++)
            if (crowd->links[crowd->parts[p].first + i] == walked)
                people += crowd->parts[p].people;
    return people;
}

static double going(const struct flow_crowd *crowd, uint32_t origin, uint32_t destination)
{
    double people = 0;
    for (uint32_t p = 0; p < crowd->part_count; p++)
        if (crowd->parts[p].origin == origin && crowd->parts[p].destination == destination)
            people += crowd->parts[p].people;
    return people;
}

static void assert_people(double got, double wanted)
{
    if (got < wanted - 1e-6 || got > wanted + 1e-6)
        fail_msg("got %g people, wanted %g", got, wanted);
}

static void they_turn_round_and_doors_have_as_many(void **state)
{
    (void)state;
    const double until_s[] = { 100, 100 };
    struct flow_crowd crowd = two_that_meet(false);
    flow_uncross(&corridor, until_s, &crowd);
    assert_people(going(&crowd, 0, LEFT), 20);
    assert_people(going(&crowd, 0, RIGHT), 10);
    assert_people(going(&crowd, 1, LEFT), 0);
    assert_people(going(&crowd, 1, RIGHT), 20);
    const double wanted[2 * LINKS] = { 0, 20, 10, 0, 30, 0 };
    for (uint32_t walked = 0; walked < 2 * LINKS; walked++)
        assert_people(walking(&crowd, walked), wanted[walked]);
    flow_crowd_fini(&crowd);
}

static void assert_unchanged(struct flow_crowd crowd, const double *until_s)
{
    flow_uncross(&corridor, until_s, &crowd);
    assert_people(going(&crowd, 0, RIGHT), 30);
    assert_people(going(&crowd, 1, LEFT), 20);
    assert_people(walking(&crowd, 2), 30);
    assert_people(walking(&crowd, 3), 20);
    flow_crowd_fini(&crowd);
}

static void who_is_fixed_stays(void **state)
{
    (void)state;
    const double until_s[] = { 100, 100 };
    assert_unchanged(two_that_meet(true), until_s);
}

/* Those of place 2 set out after 95 s: too late for the right door. */
static void nobody_is_sent_where_he_is_late(void **state)
{
    (void)state;
    const double until_s[] = { 200, 100 };
    struct flow_crowd crowd = two_that_meet(false);
    crowd.parts[1].release_s = 95;
    assert_unchanged(crowd, until_s);
}

/* From 0 over 1 to 2 and back over 1 to the left door: what is left is no way at all. */
static void ways_that_come_back_are_cut_short(void **state)
{
    (void)state;
    static const struct flow_origin ends[] = { { 0, 5, false }, { 3, 5, false } };
    const uint32_t right[] = { 0, 2, 4 }, left[] = { 5, 3, 1 };
    const double until_s[] = { 100, 100 };
    struct flow_problem problem = corridor;
    problem.origins = ends;
    struct flow_crowd crowd = { 0 };
    add(&crowd, (struct flow_part){ .destination = RIGHT, .people = 5, .count = 3 }, right);
    add(&crowd, (struct flow_part){ .origin = 1, .destination = LEFT, .people = 5, .count = 3 },
        left);
    flow_uncross(&problem, until_s, &crowd);
    assert_people(going(&crowd, 0, LEFT), 5);
    assert_people(going(&crowd, 1, RIGHT), 5);
    for (uint32_t walked = 0; walked < 2 * LINKS; walked++)
        assert_people(walking(&crowd, walked), 0);
    flow_crowd_fini(&crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_turn_round_and_doors_have_as_many),
        cmocka_unit_test(who_is_fixed_stays),
        cmocka_unit_test(nobody_is_sent_where_he_is_late),
        cmocka_unit_test(ways_that_come_back_are_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
