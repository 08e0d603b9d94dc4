/* How many follow, from who comes where: everybody leaves B1, whose nearest gate is G1; the plan
 * sends eight of ten over the stairs to G2, two minutes farther. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/planner/comply.h"
#include "tests/support/small_venue.h"

#include <math.h>
#include <stdlib.h>

enum { G1, G2, STEP_S = 10, STEPS = 60, SEATED = 1600, LEAVE = 40, PRIOR_MILLI = 700 };

/* What one who counts would have seen of them. */
struct match {
    struct small_venue small;
    struct planner_job job;
    struct arena arena;
    struct comply *comply;
    uint32_t people[SMALL_PLACES], waiting[SMALL_GATES];
    uint64_t out[SMALL_GATES];
    bool open[SMALL_GATES];
    struct split splits[SMALL_PLACES * PURPOSE_COUNT];
    double come[SMALL_GATES][STEPS]; /* By step. */
};

static void match_init(struct match *m)
{
    *m = (struct match){ .comply = comply_create(), .open = { true, true, true } };
    small_venue_init(&m->small);
    m->people[SMALL_B1] = SEATED;
    m->splits[SMALL_B1 * PURPOSE_COUNT + PURPOSE_EXIT - 1] =
        (struct split){ .origin = SMALL_B1,
                        .purpose = PURPOSE_EXIT,
                        .count = 2,
                        .destination = { G1, G2 },
                        .share_milli = { 200, 800 } };
    m->job = (struct planner_job){ .venue = &m->small.venue,
                                   .people = m->people,
                                   .gate_open = m->open,
                                   .gate_waiting = m->waiting,
                                   .gate_out = m->out,
                                   .splits = m->splits,
                                   .compliance_milli = PRIOR_MILLI };
}

static void match_fini(struct match *m)
{
    comply_destroy(m->comply);
    arena_fini(&m->arena);
}

static void send(struct match *m, uint32_t gate, double people, uint32_t at_step)
{
    if (at_step < STEPS)
        m->come[gate][at_step] += people;
}

/* Those of one step: 22 s to G1, 142 s to G2 with nobody in the way. */
static void leave(struct match *m, uint32_t step, double follow, uint32_t line_s)
{
    if (m->people[SMALL_B1] == 0)
        return;
    m->people[SMALL_B1] -= LEAVE;
    send(m, G1, LEAVE * (1 - 0.8 * follow), step + 22 / STEP_S);
    send(m, G2, LEAVE * 0.8 * follow, step + (142 + line_s) / STEP_S);
}

static uint32_t see(struct match *m, uint32_t step)
{
    static const double nearest[SMALL_GATES] = { 1, 0, 0 };
    const struct flow_origin origin = { .node = SMALL_B1, .people = m->people[SMALL_B1] };
    struct walkways ways;
    arena_reset(&m->arena);
    m->job.now_ms = 1000000 + (int64_t)step * STEP_S * 1000;
    for (uint32_t g = 0; g < SMALL_GATES; g++) {
        double come = 0;
        for (uint32_t s = 0; s <= step; s++)
            come += m->come[g][s];
        m->out[g] = (uint64_t)come;
    }
    walkways_init(&ways, &m->job, &m->arena);
    return comply_see(m->comply, &m->job, &ways, &m->arena, &origin, 1, nearest);
}

/* The least and the last that is seen. */
static void watch(double follow, uint32_t line_s, uint32_t *least, uint32_t *last)
{
    struct match m;
    match_init(&m);
    *least = 1000;
    *last = 0;
    for (uint32_t step = 0; step < STEPS; step++) {
        const uint32_t seen = see(&m, step);
        *least = seen && seen < *least ? seen : *least;
        *last = seen ? seen : *last;
        leave(&m, step, follow, line_s);
    }
    match_fini(&m);
}

static void it_is_seen_whoever_follows(void **state)
{
    (void)state;
    static const double follow[] = { 0, 0.25, 0.5, 0.75, 1 };
    for (size_t i = 0; i < sizeof follow / sizeof follow[0]; i++) {
        uint32_t least, last;
        watch(follow[i], 0, &least, &last);
        /* The prior weighs as much as 150 of 1,600 people. */
        assert_true(fabs(last - 1000 * follow[i]) <= 80);
    }
}

/* Whoever is on the way to the far gate has not stayed away from it. */
static void nobody_is_missed_before_they_can_be_there(void **state)
{
    (void)state;
    uint32_t least, last;
    watch(1, 0, &least, &last);
    assert_true(least >= PRIOR_MILLI);
    /* A line on the stairs holds them up besides, and they are missed for that long. */
    watch(1, 60, &least, &last);
    assert_true(last >= 900);
}

/* A camera that errs counts some who leave twice, if each count is taken for so many. */
static void seats_that_are_counted_badly_do_no_harm(void **state)
{
    (void)state;
    struct match m;
    uint32_t last = 0;
    match_init(&m);
    for (uint32_t step = 0; step < STEPS; step++) {
        const uint32_t truly = m.people[SMALL_B1];
        m.people[SMALL_B1] = truly + (step % 2 ? truly / 20 : 0);
        const uint32_t seen = see(&m, step);
        last = seen ? seen : last;
        m.people[SMALL_B1] = truly;
        leave(&m, step, 0.5, 0);
    }
    assert_true(abs((int)last - 500) <= 80);
    match_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_seen_whoever_follows),
        cmocka_unit_test(nobody_is_missed_before_they_can_be_there),
        cmocka_unit_test(seats_that_are_counted_badly_do_no_harm),
    };
    return cmocka_run_group_tests_name("planner_comply", tests, NULL, NULL);
}
