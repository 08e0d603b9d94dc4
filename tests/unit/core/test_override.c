#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/core/imported.h"

/* Everything here is about the exits of block 1. */
static const struct plan *plan(void)
{
    return stadium_plan(play.stadium);
}

static const struct split *split(void)
{
    uint32_t count;
    return &stadium_splits(play.stadium, &count)[SMALL_B1 * PURPOSE_COUNT + PURPOSE_EXIT - 1];
}

static const struct override *said(void)
{
    uint32_t count;
    return &stadium_overrides(play.stadium, &count)[SMALL_B1 * PURPOSE_COUNT + PURPOSE_EXIT - 1];
}

static enum status answer(uint32_t g0, uint32_t g1, uint32_t g2, uint32_t free_s)
{
    const uint32_t shares[SMALL_GATES] = { g0, g1, g2 };
    struct proposed_split proposed = {
        .origin = SMALL_B1, .purpose = PURPOSE_EXIT, .stay_s = 200, .move_s = 100
    };
    for (uint32_t i = 0; i < SMALL_GATES; i++)
        if (shares[i] > 0) {
            proposed.destination[proposed.count] = i;
            proposed.next_place[proposed.count] = SMALL_NORTH;
            proposed.share_milli[proposed.count++] = shares[i];
        }
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){ .wanted = plan()->wanted,
                                                 .clearance_s = 77,
                                                 .free_clearance_s = free_s,
                                                 .splits = &proposed,
                                                 .split_count = 1 };
    return play_command(&play, command);
}

static struct override fixed(uint32_t g0, uint32_t g1, uint32_t g2)
{
    const uint32_t shares[SMALL_GATES] = { g0, g1, g2 };
    struct override rule = {
        .origin = SMALL_B1, .purpose = PURPOSE_EXIT, .kind = OVERRIDE_FIXED, .reason = "so it is"
    };
    for (uint32_t i = 0; i < SMALL_GATES; i++)
        if (shares[i] > 0) {
            rule.destination[rule.count] = i;
            rule.share_milli[rule.count++] = shares[i];
        }
    return rule;
}

static struct override forbidden(uint32_t gate)
{
    return (struct override){ .origin = SMALL_B1,
                              .purpose = PURPOSE_EXIT,
                              .kind = OVERRIDE_FORBIDDEN,
                              .count = 1,
                              .destination = { gate } };
}

static struct override taken_back(void)
{
    return (struct override){ .origin = SMALL_B1,
                              .purpose = PURPOSE_EXIT,
                              .kind = OVERRIDE_TAKEN_BACK };
}

static enum status say(struct override rule)
{
    const enum status status = play_override(&play, &rule);
    if (status == STATUS_OK)
        play_settle(&play);
    return status;
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

static void a_plan_is_as_an_operator_fixed_it(void **state)
{
    (void)state;
    assert_int_equal(answer(1000, 0, 0, 0), STATUS_OK);
    const uint32_t wanted = plan()->wanted;
    assert_int_equal(say(fixed(300, 700, 0)), STATUS_OK);
    assert_int_equal(plan()->wanted, wanted + 1); /* At once. */
    assert_string_equal(said()->reason, "so it is");
    assert_int_equal(answer(1000, 0, 0, 0), STATUS_PLAN_BROKEN);
    assert_int_equal(answer(0, 300, 700, 0), STATUS_PLAN_BROKEN);
    assert_int_equal(answer(300, 700, 0, 55), STATUS_OK);
    assert_shares(300, 700, 0);
    assert_int_equal(plan()->free_clearance_s, 55);
    /* The same again says nothing new. */
    struct override again = fixed(300, 700, 0);
    assert_int_equal(play_override(&play, &again), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
}

static void a_forbidden_exit_is_left_and_not_taken(void **state)
{
    (void)state;
    assert_int_equal(answer(500, 0, 500, 0), STATUS_OK);
    assert_int_equal(say(forbidden(2)), STATUS_OK);
    assert_int_equal(answer(0, 600, 400, 0), STATUS_PLAN_BROKEN);
    assert_int_equal(answer(400, 600, 0, 0), STATUS_OK);
    assert_shares(400, 600, 0);
}

static void what_is_taken_back_is_gone(void **state)
{
    (void)state;
    assert_int_equal(say(fixed(300, 700, 0)), STATUS_OK);
    assert_int_equal(answer(300, 700, 0, 55), STATUS_OK);
    assert_int_equal(say(taken_back()), STATUS_OK);
    assert_int_equal(said()->kind, 0);
    assert_int_equal(answer(0, 0, 1000, 0), STATUS_OK);
    assert_shares(0, 0, 1000);
    assert_int_equal(plan()->free_clearance_s, 0);
    struct override again = taken_back();
    assert_int_equal(play_override(&play, &again), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
}

/* A shut gate's share goes to the others, and where nothing is left the planner is free. */
static void a_shut_gate_wins(void **state)
{
    (void)state;
    assert_int_equal(say(fixed(300, 600, 100)), STATUS_OK);
    play_gate(&play, 1, GATE_CLOSED);
    play_settle(&play);
    assert_int_equal(answer(300, 0, 700, 0), STATUS_PLAN_BROKEN);
    assert_int_equal(answer(750, 0, 250, 0), STATUS_OK);
    assert_shares(750, 0, 250);
    assert_int_equal(say(fixed(0, 1000, 0)), STATUS_OK);
    assert_int_equal(answer(500, 0, 500, 0), STATUS_OK);
    assert_shares(500, 0, 500);
    play_gate(&play, 1, GATE_OPEN);
    play_settle(&play);
    assert_int_equal(answer(500, 0, 500, 0), STATUS_PLAN_BROKEN);
    assert_int_equal(answer(0, 1000, 0, 0), STATUS_OK);
}

static void assert_refused(struct override rule, const char *field)
{
    assert_int_equal(play_override(&play, &rule), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, field);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct override rule = fixed(300, 700, 0);
    rule.origin = SMALL_OUTSIDE;
    assert_refused(rule, "override.origin");
    rule.origin = SMALL_PLACES;
    assert_refused(rule, "override.origin");
    rule = fixed(300, 700, 0);
    rule.purpose = PURPOSE_TOILETS; /* Facility 0 has pies. */
    assert_refused(rule, "override.destination");
    rule.purpose = 4;
    assert_refused(rule, "override.purpose");
    rule = fixed(300, 700, 0);
    rule.kind = 4;
    assert_refused(rule, "override.kind");
    assert_refused(fixed(300, 600, 0), "override.share_milli");
    rule = fixed(300, 700, 0);
    rule.destination[1] = 0;
    assert_refused(rule, "override.destination");
    rule = forbidden(SMALL_GATES);
    assert_refused(rule, "override.destination");
    rule = forbidden(0);
    rule.share_milli[0] = 1000;
    assert_refused(rule, "override.share_milli");
    rule = forbidden(0);
    rule.count = 0;
    assert_refused(rule, "override.destination");
    rule = forbidden(0);
    rule.kind = OVERRIDE_TAKEN_BACK;
    assert_refused(rule, "override.destination");
}

/* A stair that is blocked asks for a plan as a gate does. */
static void a_shut_opening_wants_a_plan(void **state)
{
    (void)state;
    assert_int_equal(answer(1000, 0, 0, 0), STATUS_OK);
    const uint32_t wanted = plan()->wanted;
    const uint64_t seq = stadium_guidance_seq(play.stadium);
    assert_int_equal(play_opening(&play, 3, GATE_CLOSED), STATUS_OK);
    play_settle(&play);
    assert_false(opening_is_open(&stadium_openings(play.stadium)[3]));
    assert_true(opening_is_open(&stadium_openings(play.stadium)[2]));
    assert_int_equal(plan()->wanted, wanted + 1);
    assert_true(stadium_guidance_seq(play.stadium) > seq);
    assert_int_equal(play_opening(&play, 3, GATE_CLOSED), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_opening(&play, SMALL_OPENINGS, GATE_CLOSED), STATUS_BAD_FIELD);
    assert_int_equal(play_opening(&play, 0, 3), STATUS_BAD_FIELD);
    assert_int_equal(play_opening(&play, 3, GATE_OPEN), STATUS_OK);
    assert_true(opening_is_open(&stadium_openings(play.stadium)[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plan_is_as_an_operator_fixed_it, start, stop),
        cmocka_unit_test_setup_teardown(a_forbidden_exit_is_left_and_not_taken, start, stop),
        cmocka_unit_test_setup_teardown(what_is_taken_back_is_gone, start, stop),
        cmocka_unit_test_setup_teardown(a_shut_gate_wins, start, stop),
        cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_shut_opening_wants_a_plan, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
