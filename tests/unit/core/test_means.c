#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_money.h"
#include "tests/unit/core/imported.h"

enum { FAMILY = 1, FIRST = 2 };

static struct id event;

/* Type 1: seats, at most three by one means. */
static int open_sale(void **state)
{
    start(state);
    event = play_event(&play);
    struct ticket_type family = { .name = "Family", .max_per_means = 3, .price_minor = { 9000 } };
    assert_int_equal(play_type(&play, event, &family), STATUS_OK);
    const struct set_policy terms = play_terms_form(event);
    play_terms(&play, &terms);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

static struct id hold(const char *person, uint32_t first, uint32_t count)
{
    uint32_t seat[8], type[8];
    struct id hold;
    for (uint32_t i = 0; i < count; i++) {
        seat[i] = first + i;
        type[i] = FAMILY;
    }
    const struct wanted_lines lines = { .seats = { seat, count }, .types = { type, count } };
    assert_int_equal(play_hold_lines(&play, event, person, &lines, "", &hold), STATUS_OK);
    return hold;
}

static enum status pay(struct id hold, const char *means, struct id *order)
{
    return play_confirm_by(&play, hold, means, order);
}

static uint32_t bought(const char *means)
{
    return people_share(&play.stadium->booking.payers, means, 0, FAMILY);
}

static void answer(enum payment_outcome outcome)
{
    play_answer(&play, play.stadium->booking.payment_number, outcome, 0);
}

static void whoever_uses_them(void **state)
{
    (void)state;
    assert_int_equal(pay(hold("ann", FIRST, 2), "a", NULL), STATUS_OK);
    answer(PAYMENT_DONE);
    const struct id two = hold("bob", FIRST + 2, 2);
    assert_int_equal(pay(two, "a", NULL), STATUS_MEANS_LIMIT);
    assert_string_equal(play.facts.refusal.field, "payment_token");
    assert_int_equal(pay(two, "b", NULL), STATUS_OK);
    assert_int_equal(pay(hold("cyd", FIRST + 4, 1), "a", NULL), STATUS_OK);
    assert_int_equal(pay(hold("cyd", FIRST + 5, 4), "", NULL), STATUS_OK); /* Unknown means. */
}

static void what_waits_counts_and_what_is_declined_does_not(void **state)
{
    (void)state;
    const struct id three = hold("ann", FIRST, 3), one = hold("bob", FIRST + 3, 1);
    assert_int_equal(pay(three, "a", NULL), STATUS_OK);
    assert_int_equal(pay(one, "a", NULL), STATUS_MEANS_LIMIT);
    answer(PAYMENT_DECLINED);
    assert_int_equal(pay(one, "a", NULL), STATUS_OK);
    answer(PAYMENT_DONE);
    assert_int_equal(pay(three, "a", NULL), STATUS_MEANS_LIMIT);
}

static void what_is_given_back_does_not(void **state)
{
    (void)state;
    struct id order;
    assert_int_equal(pay(hold("ann", FIRST, 3), "a", &order), STATUS_OK);
    answer(PAYMENT_DONE);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_OK);
    const struct id one = hold("bob", FIRST + 3, 1);
    assert_int_equal(pay(one, "a", NULL), STATUS_OK);
    answer(PAYMENT_DONE);
    /* Exchanged for seats of the same type, it is as many. */
    assert_int_equal(play_exchange(&play, order, 2, hold("ann", FIRST + 8, 1), "tok_ok"),
                     STATUS_OK);
    assert_int_equal(bought("a"), 3);
}

static void an_exchange_brings_no_more(void **state)
{
    (void)state;
    uint32_t seat[] = { FIRST + 12, FIRST + 13 }, type[] = { 0, 0 };
    const struct wanted_lines other = { .seats = { seat, 2 }, .types = { type, 2 } };
    struct id order, lines, dearer;
    assert_int_equal(pay(hold("ann", FIRST, 2), "a", NULL), STATUS_OK);
    answer(PAYMENT_DONE);
    assert_int_equal(play_hold_lines(&play, event, "ann", &other, "", &lines), STATUS_OK);
    assert_int_equal(pay(lines, "a", &order), STATUS_OK);
    answer(PAYMENT_DONE);
    assert_int_equal(bought("a"), 2);
    assert_int_equal(play_exchange(&play, order, 3, hold("ann", FIRST + 4, 2), "tok_ok"),
                     STATUS_MEANS_LIMIT);
    dearer = hold("ann", SMALL_SEATS - 2, 1);
    assert_int_equal(play_exchange(&play, order, 1, dearer, "tok_ok"), STATUS_OK);
    assert_int_equal(bought("a"), 3); /* While the difference is paid, too. */
    assert_int_equal(pay(hold("bob", FIRST + 7, 1), "a", NULL), STATUS_MEANS_LIMIT);
}

static void a_late_payment_counts_again(void **state)
{
    (void)state;
    assert_int_equal(pay(hold("ann", FIRST, 3), "a", NULL), STATUS_OK);
    const uint32_t number = play.stadium->booking.payment_number;
    play_wait(&play, 1000 * 1000);
    assert_int_equal(bought("a"), 0);
    play_answer(&play, number, PAYMENT_DONE, 0);
    assert_int_equal(bought("a"), 3);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_sale, checked)
    const struct CMUnitTest tests[] = {
        CASE(whoever_uses_them),
        CASE(what_waits_counts_and_what_is_declined_does_not),
        CASE(what_is_given_back_does_not),
        CASE(an_exchange_brings_no_more),
        CASE(a_late_payment_counts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
