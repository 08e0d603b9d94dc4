#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

#include <string.h>

/* Everything here is about one split: from block 1 to the exits. */
static const struct plan *plan(void)
{
    return stadium_plan(play.stadium);
}

static const struct split *split(void)
{
    uint32_t count;
    const struct split *splits = stadium_splits(play.stadium, &count);
    assert_int_equal(count, SMALL_PLACES * PURPOSE_COUNT);
    return &splits[SMALL_B1 * PURPOSE_COUNT + PURPOSE_EXIT - 1];
}

/* Shares over the open gates among 0, 1, 2; `gain_s` of 200 s. */
static struct proposed_split proposal(uint32_t g0, uint32_t g1, uint32_t g2, uint32_t gain_s)
{
    const uint32_t shares[SMALL_GATES] = { g0, g1, g2 };
    struct proposed_split proposed = {
        .origin = SMALL_B1, .purpose = PURPOSE_EXIT, .stay_s = 200, .move_s = 200 - gain_s
    };
    for (uint32_t i = 0; i < SMALL_GATES; i++) {
        if (stadium_gates(play.stadium)[i].mode != GATE_OPEN)
            continue;
        proposed.destination[proposed.count] = i;
        proposed.next_place[proposed.count] = SMALL_NORTH;
        proposed.share_milli[proposed.count++] = shares[i];
    }
    return proposed;
}

static enum status answer(const struct proposed_split *splits, uint32_t count)
{
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){
        .wanted = plan()->wanted, .clearance_s = 77, .splits = splits, .split_count = count
    };
    return play_command(&play, command);
}

static enum status propose(uint32_t g0, uint32_t g1, uint32_t g2, uint32_t gain_s)
{
    struct proposed_split proposed = proposal(g0, g1, g2, gain_s);
    return answer(&proposed, 1);
}

static void assert_shares(uint32_t g0, uint32_t g1, uint32_t g2)
{
    uint32_t shares[SMALL_GATES] = { 0 };
    for (uint32_t i = 0; i < split()->count; i++)
        shares[split()->destination[i]] = split()->share_milli[i];
    assert_int_equal(shares[0], g0);
    assert_int_equal(shares[1], g1);
    assert_int_equal(shares[2], g2);
}

/* People move until a plan is wanted again. */
static void want_again(int64_t after_ms)
{
    uint32_t people = stadium_places(play.stadium)[SMALL_B1].people;
    play_wait(&play, after_ms);
    play_people(&play, SMALL_B1, people >= 100 ? people - 100 : people + 100);
    play_wait(&play, 10000);
    assert_int_not_equal(plan()->wanted, plan()->answered);
}

static void a_plan_is_wanted_when_the_world_changes(void **state)
{
    (void)state;
    assert_int_equal(plan()->wanted, 1); /* The venue. */
    assert_int_equal(propose(1000, 0, 0, 0), STATUS_OK);
    assert_int_equal(plan()->answered, 1);
    play_gate(&play, 2, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(plan()->wanted, 2);
    /* Even while the planner is busy. */
    play_phase(&play, PHASE_BREAK);
    play_settle(&play);
    assert_int_equal(plan()->wanted, 3);
    assert_int_equal(plan()->answered, 1);
}

static void a_plan_is_wanted_every_ten_seconds_while_people_move(void **state)
{
    (void)state;
    propose(1000, 0, 0, 0);
    play_people(&play, SMALL_B1, 9);
    play_wait(&play, 60000);
    assert_int_equal(plan()->wanted, 1); /* Too few to matter. */
    play_people(&play, SMALL_B1, 10);
    play_settle(&play);
    assert_int_equal(plan()->wanted, 2);
    assert_int_equal(propose(1000, 0, 0, 0), STATUS_OK);
    assert_non_null(play_fact(&play, FACT_PLAN_KEPT));
    play_people(&play, SMALL_B1, 500);
    play_wait(&play, 9750);
    assert_int_equal(plan()->wanted, 2);
    play_wait(&play, 250);
    assert_int_equal(plan()->wanted, 3);
    /* An open question is not asked twice. */
    play_people(&play, SMALL_B1, 100);
    play_wait(&play, 60000);
    assert_int_equal(plan()->wanted, 3);
}

static void the_first_plan_is_taken_whole(void **state)
{
    (void)state;
    uint64_t guidance_seq = stadium_guidance_seq(play.stadium);
    assert_int_equal(propose(700, 0, 300, 0), STATUS_OK);
    assert_shares(700, 0, 300);
    assert_int_equal(split()->count, 2); /* Nobody is sent to gate 1: it is not named. */
    assert_int_equal(plan()->number, 1);
    assert_int_equal(plan()->clearance_s, 77);
    assert_int_equal(plan()->adopted_ms, play.now_ms);
    assert_true(stadium_guidance_seq(play.stadium) > guidance_seq);
}

static void a_small_gain_changes_nothing(void **state)
{
    (void)state;
    propose(1000, 0, 0, 0);
    want_again(60000);
    uint64_t guidance_seq = stadium_guidance_seq(play.stadium);
    assert_int_equal(propose(0, 1000, 0, 20), STATUS_OK); /* 10 % of 200 s is not more than 10 %. */
    assert_non_null(play_fact(&play, FACT_PLAN_KEPT));
    assert_shares(1000, 0, 0);
    assert_int_equal(plan()->number, 1);
    assert_int_equal(plan()->answered, plan()->wanted);
    assert_true(stadium_guidance_seq(play.stadium) == guidance_seq);
    want_again(0);
    assert_int_equal(propose(0, 1000, 0, 21), STATUS_OK);
    assert_shares(800, 200, 0);
    assert_int_equal(plan()->number, 2);
}

static void fifteen_seconds_are_the_least_gain(void **state)
{
    (void)state;
    propose(1000, 0, 0, 0);
    want_again(60000);
    struct proposed_split proposed = proposal(0, 1000, 0, 0);
    proposed.stay_s = 40;
    proposed.move_s = 25;
    assert_int_equal(answer(&proposed, 1), STATUS_OK);
    assert_shares(1000, 0, 0);
    want_again(0);
    proposed.move_s = 24;
    assert_int_equal(answer(&proposed, 1), STATUS_OK);
    assert_shares(800, 200, 0);
}

static void a_split_stays_for_a_minute(void **state)
{
    (void)state;
    propose(1000, 0, 0, 0);
    want_again(0);
    propose(0, 1000, 0, 150);
    assert_shares(1000, 0, 0); /* 10 s after the first. */
    want_again(50000);
    propose(0, 1000, 0, 150);
    assert_shares(800, 200, 0);
    want_again(40000);
    propose(0, 1000, 0, 150);
    assert_shares(800, 200, 0);
    want_again(0);
    propose(0, 1000, 0, 150);
    assert_shares(600, 400, 0);
}

static void one_step_moves_a_fifth_in_proportion(void **state)
{
    (void)state;
    propose(600, 300, 100, 0);
    want_again(60000);
    propose(0, 0, 1000, 150);
    assert_shares(467, 233, 300); /* 200 from 600 and 300: 133.3 and 66.7 */
    want_again(60000);
    propose(450, 250, 300, 150);
    assert_shares(450, 250, 300); /* Less than a step: all of it. */
}

static void a_closed_gate_is_left_at_once(void **state)
{
    (void)state;
    propose(500, 500, 0, 0);
    play_gate(&play, 1, GATE_CLOSED);
    play_settle(&play);
    /* Not a second after the last plan, without any gain. */
    assert_int_equal(propose(400, 0, 600, 0), STATUS_OK);
    assert_shares(400, 0, 600);
}

static void a_closed_gate_is_left_even_if_the_planner_has_nothing_to_say(void **state)
{
    (void)state;
    propose(500, 300, 200, 0);
    play_gate(&play, 0, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(answer(NULL, 0), STATUS_OK);
    assert_shares(0, 600, 400);
    play_gate(&play, 1, GATE_CLOSED);
    play_gate(&play, 2, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(answer(NULL, 0), STATUS_OK);
    assert_int_equal(split()->count, 0);
}

static void a_new_phase_is_a_new_start(void **state)
{
    (void)state;
    propose(1000, 0, 0, 0);
    play_phase(&play, PHASE_EGRESS);
    play_settle(&play);
    propose(100, 900, 0, 0);
    assert_shares(100, 900, 0);
    want_again(0);
    propose(1000, 0, 0, 150);
    assert_shares(100, 900, 0); /* From then on it dwells again. */
}

static void a_later_stage_is_a_new_start(void **state)
{
    (void)state;
    static const uint32_t blocks[] = { 0, 1 };
    play_stage(&play, (struct u32s){ blocks, 1 });
    play_settle(&play);
    propose(1000, 0, 0, 0);
    const uint32_t wanted = plan()->wanted;
    play_stage(&play, (struct u32s){ blocks, 2 });
    play_settle(&play);
    assert_int_equal(plan()->wanted, wanted + 1);
    propose(100, 900, 0, 0);
    assert_shares(100, 900, 0);
    /* Who has to stay is led nowhere. */
    play_stage(&play, (struct u32s){ &blocks[1], 1 });
    play_settle(&play);
    struct proposed_split other = proposal(1000, 0, 0, 0);
    other.origin = SMALL_B2;
    assert_int_equal(answer(&other, 1), STATUS_OK);
    assert_int_equal(split()->count, 0);
}

static void an_answer_to_an_old_question_is_stale(void **state)
{
    (void)state;
    struct proposed_split proposed = proposal(0, 1000, 0, 0);
    play_gate(&play, 1, GATE_CLOSED);
    assert_int_equal(answer(&proposed, 1),
                     STATUS_PLAN_STALE); /* The question is about to change. */
    play_settle(&play);
    assert_int_equal(plan()->wanted, 2);
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan =
        (struct adopt_plan){ .wanted = 1, .splits = &proposed, .split_count = 1 };
    assert_int_equal(play_command(&play, command), STATUS_PLAN_STALE);
    assert_int_equal(answer(NULL, 0), STATUS_OK);
    assert_int_equal(answer(NULL, 0), STATUS_PLAN_STALE); /* Answered before. */
}

static void an_answer_that_does_not_hold_together_is_refused(void **state)
{
    (void)state;
    play_gate(&play, 2, GATE_CLOSED);
    play_settle(&play);
    for (int fault = 0; fault < 10; fault++) {
        struct proposed_split proposed[2] = { proposal(500, 500, 0, 0), proposal(500, 500, 0, 0) };
        struct proposed_split *p = &proposed[0];
        proposed[1].origin++;
        switch (fault) {
        case 0:
            p->origin = SMALL_PLACES;
            break;
        case 1:
            p->purpose = 4;
            break;
        case 2:
            p->count = 0;
            break;
        case 3:
            p->count = SPLIT_DESTINATIONS + 1;
            break;
        case 4:
            p->share_milli[0] = 499;
            break;
        case 5:
            p->destination[1] = 2; /* Closed. */
            break;
        case 6:
            p->destination[1] = 0;
            break;
        case 7:
            p->purpose = PURPOSE_TOILETS; /* Facility 0 sells pies. */
            break;
        case 8:
            p->next_place[0] = SMALL_PLACES;
            break;
        default:
            proposed[1].origin--; /* The same split twice. */
        }
        assert_int_equal(answer(proposed, 2), STATUS_PLAN_BROKEN);
        assert_int_equal(play.facts.count, 0);
    }
    assert_int_equal(propose(500, 500, 0, 0), STATUS_OK);
}

static void a_destination_no_longer_proposed_is_left_in_steps(void **state)
{
    (void)state;
    propose(500, 500, 0, 0);
    want_again(60000);
    struct proposed_split proposed = {
        .origin = SMALL_B1,
        .purpose = PURPOSE_EXIT,
        .count = 1,
        .stay_s = 200,
        .destination = { 2 },
        .share_milli = { 1000 },
    };
    assert_int_equal(answer(&proposed, 1), STATUS_OK);
    assert_shares(400, 400, 200);
}

static struct command bounded(uint32_t wanted, uint32_t gate)
{
    static uint32_t gates[1];
    struct command command = { .kind = COMMAND_BOUND_PLAN };
    gates[0] = gate;
    command.as.bound_plan.bound = (struct plan_bound){ .wanted = wanted,
                                                       .people = 100,
                                                       .fit_ms = 5000,
                                                       .exact = 1,
                                                       .bound_ms = 4000,
                                                       .cut_people = 100,
                                                       .cut_milli_ppm = 1470000,
                                                       .cut_gate = { gates, 1 } };
    return command;
}

/* A bound is of the last plan that was answered, comes to the guidance, and can be bettered. */
static void a_bound_is_of_the_last_answer(void **state)
{
    (void)state;
    const struct plan_bound *bound = stadium_plan_bound(play.stadium);
    assert_int_equal(play_command(&play, bounded(1, 0)), STATUS_PLAN_STALE); /* Still open. */
    struct plan_bound first = bounded(1, 0).as.bound_plan.bound;
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    first.exact = 0;
    command.as.adopt_plan = (struct adopt_plan){ .wanted = 1, .bound = &first };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(bound->wanted, 1);
    assert_int_equal(bound->exact, 0);
    uint64_t seq = stadium_guidance_seq(play.stadium);
    assert_int_equal(play_command(&play, bounded(1, 1)), STATUS_OK);
    assert_int_equal(bound->exact, 1);
    assert_int_equal(bound->cut_gate.count, 1);
    assert_int_equal(bound->cut_gate.v[0], 1);
    assert_true(stadium_guidance_seq(play.stadium) > seq);
    assert_int_equal(play_command(&play, bounded(0, 1)), STATUS_PLAN_STALE);
    assert_int_equal(play_command(&play, bounded(1, SMALL_GATES)), STATUS_PLAN_BROKEN);
    command = bounded(1, 1);
    command.as.bound_plan.bound.cut_milli_ppm = 0;
    assert_int_equal(play_command(&play, command), STATUS_PLAN_BROKEN);
    play_gate(&play, 1, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(play_command(&play, bounded(1, 0)), STATUS_PLAN_STALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plan_is_wanted_when_the_world_changes, start, stop),
        cmocka_unit_test_setup_teardown(a_plan_is_wanted_every_ten_seconds_while_people_move, start,
                                        stop),
        cmocka_unit_test_setup_teardown(the_first_plan_is_taken_whole, start, stop),
        cmocka_unit_test_setup_teardown(a_small_gain_changes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(fifteen_seconds_are_the_least_gain, start, stop),
        cmocka_unit_test_setup_teardown(a_split_stays_for_a_minute, start, stop),
        cmocka_unit_test_setup_teardown(one_step_moves_a_fifth_in_proportion, start, stop),
        cmocka_unit_test_setup_teardown(a_closed_gate_is_left_at_once, start, stop),
        cmocka_unit_test_setup_teardown(
            a_closed_gate_is_left_even_if_the_planner_has_nothing_to_say, start, stop),
        cmocka_unit_test_setup_teardown(a_new_phase_is_a_new_start, start, stop),
        cmocka_unit_test_setup_teardown(a_later_stage_is_a_new_start, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_to_an_old_question_is_stale, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_that_does_not_hold_together_is_refused, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_destination_no_longer_proposed_is_left_in_steps, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_bound_is_of_the_last_answer, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
