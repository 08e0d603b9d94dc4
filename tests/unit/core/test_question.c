#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_addon.h"
#include "tests/support/play_money.h"
#include "tests/support/play_question.h"
#include "tests/unit/core/imported.h"

#include <string.h>

static struct id event;
static uint32_t scarf; /* A type. */

/* 1: which bus (required), 2: meat or not, of each seat, 3: a name on the scarf, of each. */
static int open_sale(void **state)
{
    start(state);
    event = play_event(&play);
    scarf = play_extra(&play, event, "Scarf", 10, 900);
    assert_int_equal(play_addon(&play, event, scarf, 1, 0, 0), STATUS_OK);
    assert_int_equal(play_question(&play, event, "Which bus?", "North\0South\0None", 3, 0),
                     STATUS_OK);
    assert_int_equal(play_question(&play, event, "Meat?", NULL, 0, 1), STATUS_OK);
    assert_int_equal(play_question(&play, event, "Red?", NULL, 0, 1u << scarf), STATUS_OK);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

/* A seat and a scarf. */
static struct id hold(void)
{
    uint32_t seat[] = { 4, NO_SEAT }, type[] = { 0, scarf };
    const struct wanted_lines lines = { .seats = { seat, 2 }, .types = { type, 2 } };
    struct id hold;
    assert_int_equal(play_hold_lines(&play, event, "ann", &lines, "", &hold), STATUS_OK);
    return hold;
}

static void all_that_is_required_is_answered_once(void **state)
{
    (void)state;
    const struct id id = hold();
    assert_int_equal(play_answers(&play, id, 0, NULL, NULL), STATUS_ANSWER_NEEDED);
    assert_string_equal(play.facts.refusal.field, "answers");
    assert_int_equal(play_answers(&play, id, 1, (uint32_t[]){ 1, 0, 3 }, NULL),
                     STATUS_ANSWER_NEEDED);
    uint32_t twice[] = { 1, 0, 3, 2, 1, 1, 3, 2, 2, 1, 0, 1 };
    assert_int_equal(play_answers(&play, id, 4, twice, NULL), STATUS_BAD_FIELD);
    struct id order;
    assert_int_equal(play_answers(&play, id, 3, twice, &order), STATUS_OK);
    const uint32_t index =
        stadium_order_index(play.stadium, stadium_order_find(play.stadium, order));
    assert_int_equal(stadium_answer(play.stadium, index, 0)->value, 3);
    assert_int_equal(stadium_answer(play.stadium, index, 2)->line, 2);
    assert_null(stadium_answer(play.stadium, index, 3));
}

static void what_is_not_asked_is_refused(void **state)
{
    (void)state;
    const struct id id = hold();
    uint32_t rows[][3] = { { 4, 0, 1 }, { 1, 1, 1 }, { 2, 0, 1 }, { 2, 2, 1 }, { 2, 3, 1 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(play_answers(&play, id, 1, rows[i], NULL), STATUS_UNKNOWN_QUESTION);
    assert_int_equal(play_answers(&play, id, 1, (uint32_t[]){ 1, 0, 4 }, NULL), STATUS_BAD_FIELD);
    assert_int_equal(play_answers(&play, id, 1, (uint32_t[]){ 2, 1, 0 }, NULL), STATUS_BAD_FIELD);
    assert_int_equal(play_answers(&play, id, 1, (uint32_t[]){ 2, 1, 3 }, NULL), STATUS_BAD_FIELD);
}

static void what_is_withdrawn_is_not_asked(void **state)
{
    (void)state;
    assert_int_equal(play_withdraw_question(&play, event, 4), STATUS_UNKNOWN_QUESTION);
    for (uint32_t number = 1; number <= 3; number++)
        assert_int_equal(play_withdraw_question(&play, event, number), STATUS_OK);
    assert_int_equal(play_withdraw_question(&play, event, 1), STATUS_OK);
    const struct id id = hold();
    assert_int_equal(play_answers(&play, id, 1, (uint32_t[]){ 1, 0, 1 }, NULL),
                     STATUS_UNKNOWN_QUESTION);
    assert_int_equal(play_answers(&play, id, 0, NULL, NULL), STATUS_OK);
}

static void over_the_counter_nothing_is_required(void **state)
{
    (void)state;
    play_event(&play);
    assert_int_equal(play_sell(&play, hold(), TENDER_CASH, NULL), STATUS_OK);
}

static void questions_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    assert_int_equal(play_question(&play, event, "", NULL, 0, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_question(&play, event, "One?", "One", 1, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_question(&play, event, "Empty?", "One\0", 2, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_question(&play, event, "Who?", NULL, 0, 1u << 9),
                     STATUS_UNKNOWN_TICKET_TYPE);
    for (uint32_t i = 3; i < EVENT_QUESTIONS; i++)
        assert_int_equal(play_question(&play, event, "Again?", NULL, 0, 0), STATUS_OK);
    assert_int_equal(play_question(&play, event, "More?", NULL, 0, 0), STATUS_QUESTIONS_FULL);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_sale, checked)
    const struct CMUnitTest tests[] = {
        CASE(all_that_is_required_is_answered_once),    CASE(what_is_not_asked_is_refused),
        CASE(what_is_withdrawn_is_not_asked),           CASE(over_the_counter_nothing_is_required),
        CASE(questions_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
