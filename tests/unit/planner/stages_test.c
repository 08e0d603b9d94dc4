/* An evacuation by stages, as planners see it: who is not called yet stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/adapters/planner/planner.h"
#include "server/app/question.h"
#include "tests/support/play.h"

enum { NORTH = 2, IN_B1 = 80, IN_B2 = 90 };

static const uint32_t blocks[SMALL_BLOCKS] = { 0, 1 };

static void answered(struct planner_job *job)
{
    *(bool *)job->ctx = true;
}

/* Asks as the server does; the answer is in the job's arena. */
static void ask(struct play *play, struct planner *planner, struct planner_job *job)
{
    bool done = false;
    *job = (struct planner_job){ .done = answered, .ctx = &done };
    question_ask(play->stadium, &play->arena, job);
    assert_int_equal(planner->ops->start(planner, job), STATUS_OK);
    assert_true(done);
}

static uint32_t splits_from(const struct planner_job *job, uint32_t origin)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < job->proposed_count; i++)
        count += job->proposed[i].origin == origin;
    return count;
}

/* What each stage comes to: B1 alone, then both, then everybody without a list. */
static void check_stages(struct planner *planner)
{
    struct play play;
    struct planner_job first, both, all;
    play_init(&play, NULL);
    play_import(&play);
    play_people(&play, SMALL_B1, IN_B1);
    play_people(&play, SMALL_B2, IN_B2);
    play_people(&play, SMALL_NORTH, NORTH);
    play_stage(&play, (struct u32s){ blocks, 1 });
    play_settle(&play);
    ask(&play, planner, &first);
    assert_true(splits_from(&first, SMALL_B1) > 0 && splits_from(&first, SMALL_NORTH) > 0);
    assert_int_equal(splits_from(&first, SMALL_B2), 0);
    assert_int_equal(first.bound.people, IN_B1 + NORTH);
    assert_true(first.bound.cut_people <= IN_B1 + NORTH);

    play_stage(&play, (struct u32s){ blocks, 2 });
    play_settle(&play);
    ask(&play, planner, &both);
    assert_true(splits_from(&both, SMALL_B2) > 0);
    assert_int_equal(both.bound.people, IN_B1 + IN_B2 + NORTH);
    assert_true(both.bound.fit_ms > first.bound.fit_ms);

    play_phase(&play, PHASE_EVACUATION);
    play_settle(&play);
    ask(&play, planner, &all);
    assert_int_equal(all.bound.people, both.bound.people);
    assert_int_equal(all.bound.fit_ms, both.bound.fit_ms);
    assert_int_equal(all.bound.bound_ms, both.bound.bound_ms);
    arena_fini(&first.arena);
    arena_fini(&both.arena);
    arena_fini(&all.arena);
    play_fini(&play);
    planner->ops->close(planner);
}

static void the_flow_planner_leaves_out_who_stays(void **state)
{
    (void)state;
    check_stages(flow_planner_open(false, 700));
}

static void the_simple_rule_does_so_too(void **state)
{
    (void)state;
    check_stages(threshold_planner_open(false));
}

/* Seats stand for people only while nobody at all is measured inside. */
static void nobody_is_made_up_where_the_called_are_out(void **state)
{
    (void)state;
    struct planner *planner = flow_planner_open(false, 700);
    struct play play;
    struct planner_job job;
    play_init(&play, NULL);
    play_import(&play);
    play_stage(&play, (struct u32s){ blocks, 1 });
    play_settle(&play);
    ask(&play, planner, &job);
    assert_int_equal(job.bound.people, SMALL_SEATS);
    assert_int_equal(job.seen_compliance_milli, 700); /* As it was told. */
    arena_fini(&job.arena);
    play_people(&play, SMALL_B2, IN_B2);
    play_settle(&play);
    ask(&play, planner, &job);
    assert_int_equal(job.bound.people, 0);
    assert_int_equal(job.clearance_s, 0);
    assert_true(splits_from(&job, SMALL_B1) > 0);
    arena_fini(&job.arena);
    play_fini(&play);
    planner->ops->close(planner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flow_planner_leaves_out_who_stays),
        cmocka_unit_test(the_simple_rule_does_so_too),
        cmocka_unit_test(nobody_is_made_up_where_the_called_are_out),
    };
    return cmocka_run_group_tests_name("planner_stages", tests, NULL, NULL);
}
