/* Money that is paid out, and what the books say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_money.h"
#include "tests/unit/core/imported.h"

#include <string.h>

static struct id event, order;
static int64_t price;

static int64_t balance(enum ledger_account account)
{
    return play_balance(&play, event, account);
}

static enum status settle(enum ledger_account account, int64_t amount, int64_t fee,
                          const char *reference)
{
    return play_settlement(&play, event, account, amount, fee, reference);
}

/* Two seats by card, one in cash. */
static int open_sale(void **state)
{
    static const uint32_t seats[] = { 3, 4, 8 };
    struct id hold;
    start(state);
    event = play_event(&play);
    const struct set_policy terms = play_terms_form(event);
    assert_int_equal(play_terms(&play, &terms), STATUS_OK);
    play_hold(&play, event, "ann", (struct u32s){ seats, 2 }, &hold);
    assert_int_equal(play_sell(&play, hold, TENDER_CARD, &order), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    play_hold(&play, event, "ann", (struct u32s){ &seats[2], 1 }, &hold);
    assert_int_equal(play_sell(&play, hold, TENDER_CASH, NULL), STATUS_OK);
    price = balance(LEDGER_PROVIDER) / 2;
    assert_true(price > 100);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

static void what_is_settled_is_at_the_bank_less_charges(void **state)
{
    (void)state;
    assert_int_equal(settle(LEDGER_PROVIDER, price, 29, "po-1"), STATUS_OK);
    assert_int_equal(settle(LEDGER_CASH_BOX, balance(LEDGER_CASH_BOX), 0, "till 1"), STATUS_OK);
    assert_int_equal(balance(LEDGER_PROVIDER), price);
    assert_int_equal(balance(LEDGER_CASH_BOX), 0);
    assert_int_equal(balance(LEDGER_CHARGES), 29);
    assert_int_equal(balance(LEDGER_BANK), 2 * price - 29);
    const struct settlement *row = stadium_settlement(play.stadium, 1);
    assert_int_equal(row->number, 2);
    assert_int_equal(row->account, LEDGER_CASH_BOX);
    assert_int_equal(row->settled_ms, play.now_ms);
    assert_string_equal(row->caller, "keeper");
}

static void never_more_than_there_is(void **state)
{
    (void)state;
    assert_int_equal(settle(LEDGER_PROVIDER, 2 * price + 1, 0, "po-1"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(settle(LEDGER_PROVIDER, -1, 0, "po-1"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(settle(LEDGER_EXTERNAL, 1, 0, "po-1"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(settle(LEDGER_PROVIDER, 2 * price, 2 * price, "po-1"), STATUS_OK);
    assert_int_equal(settle(LEDGER_PROVIDER, 1, 0, "po-2"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(balance(LEDGER_BANK), 0);
}

static void bad_ones_are_refused(void **state)
{
    (void)state;
    static const struct id nothing = { 7, 7 };
    assert_int_equal(settle(LEDGER_PROVIDER, 0, 0, "po-1"), STATUS_BAD_FIELD);
    assert_int_equal(settle(LEDGER_PROVIDER, price, -1, "po-1"), STATUS_BAD_FIELD);
    assert_int_equal(settle(LEDGER_PROVIDER, price, price + 1, "po-1"), STATUS_BAD_FIELD);
    assert_int_equal(settle(LEDGER_PROVIDER, price, 0, ""), STATUS_BAD_FIELD);
    assert_int_equal(settle(LEDGER_REVENUE, price, 0, "po-1"), STATUS_BAD_FIELD);
    assert_int_equal(settle(LEDGER_BANK, price, 0, "po-1"), STATUS_BAD_FIELD);
    assert_int_equal(play_settlement(&play, nothing, LEDGER_PROVIDER, 1, 0, "po-1"),
                     STATUS_UNKNOWN_EVENT);
    assert_int_equal(play_void(&play, event, 1), STATUS_UNKNOWN_SETTLEMENT);
    assert_null(stadium_settlement(play.stadium, 0));
}

static void a_statement_is_recorded_once_and_can_be_taken_back(void **state)
{
    (void)state;
    assert_int_equal(settle(LEDGER_PROVIDER, 100, 5, "po-1"), STATUS_OK);
    assert_int_equal(settle(LEDGER_PROVIDER, 100, 5, "po-1"), STATUS_SETTLEMENT_EXISTS);
    assert_int_equal(settle(LEDGER_CASH_BOX, 100, 0, "po-1"), STATUS_OK); /* Of another account. */
    assert_int_equal(play_void(&play, event, 1), STATUS_OK);
    assert_int_equal(balance(LEDGER_PROVIDER), 2 * price);
    assert_int_equal(balance(LEDGER_CHARGES), 0);
    assert_int_equal(balance(LEDGER_BANK), 100);
    const uint64_t digest = stadium_digest(play.stadium);
    assert_int_equal(play_void(&play, event, 1), STATUS_OK); /* Once more: nothing. */
    assert_true(stadium_digest(play.stadium) == digest);
    assert_int_equal(settle(LEDGER_PROVIDER, 120, 6, "po-1"), STATUS_OK);
    assert_int_equal(stadium_settlement(play.stadium, 2)->number, 3);
    assert_int_equal(balance(LEDGER_CHARGES), 6);
    /* Numbers are of the event. */
    const struct id other = play_event(&play);
    assert_int_equal(play_void(&play, other, 1), STATUS_UNKNOWN_SETTLEMENT);
}

/* What goes back after a settlement is the provider's until the bank pays it. */
static void refunds_after_a_settlement_come_from_the_bank(void **state)
{
    (void)state;
    assert_int_equal(settle(LEDGER_PROVIDER, 2 * price, 10, "po-1"), STATUS_OK);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(balance(LEDGER_PROVIDER), -price);
    assert_int_equal(settle(LEDGER_PROVIDER, 1, 0, "po-2"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(settle(LEDGER_PROVIDER, -price - 1, 0, "po-2"), STATUS_SETTLES_TOO_MUCH);
    assert_int_equal(settle(LEDGER_PROVIDER, -price, 4, "po-2"), STATUS_OK);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    assert_int_equal(balance(LEDGER_CHARGES), 14);
    assert_int_equal(balance(LEDGER_BANK), price - 14);
}

/* Also when it is cancelled or over: that is when most of it is. */
static void events_that_are_over_are_settled(void **state)
{
    (void)state;
    play_cancel(&play, event);
    play_settle(&play);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(balance(LEDGER_PROVIDER), 0);
    assert_int_equal(settle(LEDGER_PROVIDER, 1, 0, "po-1"), STATUS_SETTLES_TOO_MUCH);
    static const uint32_t seat = 3;
    struct id hold;
    event = play_event(&play);
    play_hold(&play, event, "ann", (struct u32s){ &seat, 1 }, &hold);
    play_sell(&play, hold, TENDER_CASH, NULL);
    uint32_t count;
    play_wait(&play, stadium_events(play.stadium, &count)[1].ends_ms - play.now_ms + 1);
    assert_int_equal(settle(LEDGER_CASH_BOX, balance(LEDGER_CASH_BOX), 0, "till"), STATUS_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_sale, checked)
    const struct CMUnitTest tests[] = {
        TEST(what_is_settled_is_at_the_bank_less_charges),
        TEST(never_more_than_there_is),
        TEST(bad_ones_are_refused),
        TEST(a_statement_is_recorded_once_and_can_be_taken_back),
        TEST(refunds_after_a_settlement_come_from_the_bank),
        TEST(events_that_are_over_are_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
