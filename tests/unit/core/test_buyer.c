/* Businesses of other countries, who owe the tax themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/price.h"
#include "server/core/state.h"
#include "tests/support/play_money.h"
#include "tests/support/seed.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <string.h>

enum { INCLUDED = 1, ADDED = 2, SEAT = 4 };
/* 119.00 with 19 % in it, and the same beside it; 2.50 of fee and 7.7 %, which do not divide. */
enum { PRICE = 11900, FEE = 250 };

static struct id event;

static void say_country(const char *country)
{
    struct set_policy terms = play_terms_form(event);
    snprintf(terms.tax_country, sizeof(terms.tax_country), "%s", country);
    assert_int_equal(play_terms(&play, &terms), STATUS_OK);
}

static int sell(void)
{
    event = play_event(&play);
    struct ticket_type included = { .name = "Included",
                                    .price_minor = { PRICE },
                                    .fee_minor = FEE,
                                    .tax_milli_percent = 19000,
                                    .tax_included = 1 };
    struct ticket_type added = {
        .name = "Added", .price_minor = { PRICE }, .fee_minor = FEE, .tax_milli_percent = 7700
    };
    assert_int_equal(play_type(&play, event, &included), STATUS_OK);
    assert_int_equal(play_type(&play, event, &added), STATUS_OK);
    say_country("DE");
    return 0;
}

static int open_sale(void **state)
{
    start(state);
    return sell();
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

static struct wanted_lines one_of_each(uint32_t first, uint32_t seat[2], uint32_t type[2])
{
    seat[0] = first;
    seat[1] = first + 1;
    type[0] = INCLUDED;
    type[1] = ADDED;
    return (struct wanted_lines){ .seats = { seat, 2 }, .types = { type, 2 } };
}

static struct id hold(uint32_t first)
{
    uint32_t seat[2], type[2];
    struct id hold;
    const struct wanted_lines lines = one_of_each(first, seat, type);
    assert_int_equal(play_hold_lines(&play, event, "ann", &lines, "", &hold), STATUS_OK);
    return hold;
}

static const struct seathold *row(struct id hold)
{
    return stadium_hold_find(play.stadium, hold);
}

static int64_t total(struct id hold)
{
    return stadium_hold_total_minor(play.stadium, row(hold));
}

static int64_t tax(struct id hold)
{
    const struct hold_lines *lines = stadium_hold_lines(play.stadium, row(hold));
    int64_t sum = 0;
    for (uint32_t i = 0; i < row(hold)->seat_count; i++)
        sum += lines->tax_minor[i];
    return sum;
}

static void pay(struct id hold, struct id *order)
{
    assert_int_equal(play_confirm(&play, hold, order), STATUS_OK);
    play_answer(&play, play.stadium->booking.payment_number, PAYMENT_DONE, 0);
}

static int64_t balance(enum ledger_account account)
{
    return play_balance(&play, event, account);
}

/* ---- Tax ids ----------------------------------------------------------------------------- */

static void tax_ids_are_told_by_their_form(void **state)
{
    (void)state;
    static const char *const good[] = {
        "DE123456789",    "de 123 456 789", "ATU12345678",    "BE0123456789",
        "EL123456789",    "ES X1234567R",   "FR-AB123456789", "IE1234567WA",
        "IE1A23456W",     "NL123456789B01", "RO12",           "RO1234567890",
        "SE123456789001", "XIGD001",        "CY12345678L",    "LT999999999999",
    };
    static const char *const bad[] = {
        "",          "DE",          "DE12345678",    "DE1234567890",    "CH123456789",
        "U12345678", "AT12345678",  "RO1",           "NL123456789A01",  "DE12345678X",
        "123456789", "GR123456789", "DE123456789 0", "SE1234567890011",
    };
    char id[TAX_ID_BYTES + 1];
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (tax_id_read(good[i], id) == 0)
            fail_msg("%s is one", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (tax_id_read(bad[i], id) != 0)
            fail_msg("%s is none", bad[i]);
    assert_int_equal(tax_id_read(" de-123.456.789", id), tax_country("DE"));
    assert_string_equal(id, "DE123456789");
    assert_int_equal(tax_country("DEU"), 0);
    assert_int_equal(tax_country(""), 0);
}

/* ---- Prices ------------------------------------------------------------------------------ */

/* What was included goes out of price and fee, no more and no less. */
static void the_tax_is_out_to_the_minor_unit(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int i = 0; i < 200000; i++) {
        const struct ticket_type type = { .tax_milli_percent = prng_below(&prng, PERCENT_WHOLE + 1),
                                          .tax_included = prng_below(&prng, 2),
                                          .fee_minor =
                                              prng_below(&prng, 3) ? prng_below(&prng, 500) : 0,
                                          .fee_milli_percent = prng_below(&prng, 10000) };
        const struct price with = price_of(&type, prng_below(&prng, i % 2 ? 20 : PRICE_MAX_MINOR));
        const struct price without = price_reversed(&with), again = price_reversed(&without);
        assert_true(price_total(&without) + with.tax_minor == price_total(&with));
        assert_true(without.price_minor <= with.price_minor && without.fee_minor <= with.fee_minor);
        assert_true(without.tax_minor == 0 && !without.tax_added);
        assert_int_equal(again.price_minor, without.price_minor);
        assert_int_equal(again.fee_minor, without.fee_minor);
    }
}

static void a_business_buys_without_tax(void **state)
{
    (void)state;
    const struct id held = hold(SEAT);
    const int64_t before = total(held), of_it = tax(held);
    struct id order;
    assert_true(of_it > 0);
    assert_int_equal(play_buyer(&play, held, "at u12345678"), STATUS_OK);
    assert_string_equal(stadium_buyer(play.stadium, stadium_hold_index(play.stadium, row(held))),
                        "ATU12345678");
    assert_true(total(held) == before - of_it && tax(held) == 0);
    pay(held, &order);
    const struct order *paid = stadium_order_find(play.stadium, order);
    assert_int_equal(paid->state, ORDER_PAID);
    assert_true(paid->total_minor == before - of_it);
    assert_true(balance(LEDGER_REVERSE) == -(before - of_it));
    assert_true(balance(LEDGER_PROVIDER) == before - of_it);
    assert_int_equal(balance(LEDGER_TAX), 0);
    assert_int_equal(balance(LEDGER_REVENUE), 0);
    /* Half of the line is kept: it is given back an hour before the start. */
    const int64_t line = stadium_order_line(play.stadium, 0, 0).amounts.total_minor;
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_OK);
    assert_true(balance(LEDGER_REVERSE) == line - (before - of_it));
    assert_int_equal(balance(LEDGER_REFUNDS), 0);
}

static void what_comes_in_later_has_none_either(void **state)
{
    (void)state;
    const struct id held = hold(SEAT);
    uint32_t seat[2], type[2];
    const struct wanted_lines more = one_of_each(SEAT + 2, seat, type);
    const uint64_t fence = row(held)->version;
    assert_int_equal(play_buyer(&play, held, "FRAB123456789"), STATUS_OK);
    assert_true(row(held)->version != fence);
    const int64_t two = total(held);
    assert_int_equal(play_change(&play, held, 0, &more, NULL), STATUS_OK);
    assert_true(total(held) == 2 * two && tax(held) == 0);
    play.by = (struct actor){ 0 };
    assert_int_equal(play_voucher(&play, event, "HALF", 9), STATUS_OK);
    assert_int_equal(play_change(&play, held, 1, &(struct wanted_lines){ 0 }, "HALF"),
                     STATUS_BAD_FIELD);
    assert_int_equal(play_change(&play, held, 1, &(struct wanted_lines){ 0 }, NULL), STATUS_OK);
    assert_int_equal(tax(held), 0);
    /* Somebody else's after all, for the same price. */
    const int64_t three = total(held);
    assert_int_equal(play_buyer(&play, held, "IT12345678901"), STATUS_OK);
    assert_true(total(held) == three);
}

static void others_pay_as_usual(void **state)
{
    (void)state;
    const struct id held = hold(SEAT);
    const int64_t before = total(held);
    assert_int_equal(play_buyer(&play, held, "DE123456789"), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "tax_id");
    assert_int_equal(play_buyer(&play, held, "CHE123456789"), STATUS_BAD_FIELD);
    say_country("");
    assert_int_equal(play_buyer(&play, held, "ATU12345678"), STATUS_NO_REVERSE_CHARGE);
    struct set_policy terms = play_terms_form(event);
    memcpy(terms.tax_country, "UK", 3);
    assert_int_equal(play_terms(&play, &terms), STATUS_BAD_FIELD);
    assert_true(total(held) == before && tax(held) > 0);
}

static void an_exchange_is_of_the_same_buyer(void **state)
{
    (void)state;
    struct id order;
    const struct id held = hold(SEAT), other = hold(SEAT + 2);
    assert_int_equal(play_buyer(&play, held, "ATU12345678"), STATUS_OK);
    pay(held, &order);
    assert_int_equal(play_exchange(&play, order, 3, other, "tok_ok"), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "hold_id");
    assert_int_equal(play_buyer(&play, other, "ATU12345678"), STATUS_OK);
    const int64_t before = balance(LEDGER_REVERSE);
    assert_int_equal(play_exchange(&play, order, 3, other, "tok_ok"), STATUS_OK);
    assert_true(balance(LEDGER_REVERSE) == before);
    assert_int_equal(balance(LEDGER_TAX), 0);
}

/* A slot that ended is another hold's, of somebody who is no business. */
static void the_next_hold_of_the_slot_has_no_buyer(void **state)
{
    struct limits limits = limits_default();
    limits.holds_kept = 1;
    play_init(&play, &limits);
    play_import(&play);
    sell();
    const struct id held = hold(SEAT);
    const uint32_t slot = stadium_hold_index(play.stadium, row(held));
    const int64_t before = total(held);
    assert_int_equal(play_buyer(&play, held, "ATU12345678"), STATUS_OK);
    assert_int_equal(play_release(&play, held, "ann"), STATUS_OK);
    const struct id next = hold(SEAT);
    assert_int_equal(stadium_hold_index(play.stadium, row(next)), slot);
    assert_string_equal(stadium_buyer(play.stadium, slot), "");
    assert_true(total(next) == before && tax(next) > 0);
    checked(state);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_sale, checked)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tax_ids_are_told_by_their_form),
        cmocka_unit_test(the_tax_is_out_to_the_minor_unit),
        CASE(a_business_buys_without_tax),
        CASE(what_comes_in_later_has_none_either),
        CASE(others_pay_as_usual),
        CASE(an_exchange_is_of_the_same_buyer),
        cmocka_unit_test(the_next_hold_of_the_slot_has_no_buyer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
