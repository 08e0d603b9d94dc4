/* What a line costs: exact in minor units, whatever the rates are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/price.h"
#include "tests/support/seed.h"

#include <stdlib.h>

enum { ROUNDS = 200000 };

static struct ticket_type taxed(uint32_t milli_percent, bool included)
{
    return (struct ticket_type){ .tax_milli_percent = milli_percent, .tax_included = included };
}

static void cents_are_rounded_half_up(void **state)
{
    (void)state;
    static const struct {
        uint32_t price, rate;
        bool included;
        uint32_t tax;
        int64_t total;
    } cases[] = {
        { 10000, 19000, false, 1900, 11900 },
        { 11900, 19000, true, 1900, 11900 },
        { 1, 19000, false, 0, 1 },
        { 3, 19000, false, 1, 4 },    /* 0.57 */
        { 50, 1000, false, 1, 51 },   /* 0.5 */
        { 49, 1000, false, 0, 49 },   /* 0.49 */
        { 999, 7700, true, 71, 999 }, /* net 927.58 */
        { 0, 19000, false, 0, 0 },
        { 2500, 0, true, 0, 2500 },
        { 10000000, 100000, false, 10000000, 20000000 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct ticket_type type = taxed(cases[i].rate, cases[i].included);
        const struct price price = price_of(&type, cases[i].price);
        assert_int_equal(price.tax_minor, cases[i].tax);
        assert_int_equal(price_total(&price), cases[i].total);
    }
}

static void fees_are_of_what_costs_something(void **state)
{
    (void)state;
    const struct ticket_type type = { .fee_minor = 150, .fee_milli_percent = 2900 };
    assert_int_equal(price_of(&type, 2500).fee_minor, 150 + 73); /* 72.5 */
    assert_int_equal(price_of(&type, 0).fee_minor, 0);
}

/* |rounded - exact| <= 1/2 for part of a whole, without a fraction anywhere. */
static void is_nearest(uint64_t rounded, uint64_t value, uint64_t part, uint64_t whole)
{
    const int64_t off = (int64_t)(2 * rounded * whole) - (int64_t)(2 * value * part);
    assert_true(off <= (int64_t)whole && off > -(int64_t)whole);
}

static void every_amount_is_the_nearest_one(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int i = 0; i < ROUNDS; i++) {
        struct ticket_type type = { .tax_milli_percent = prng_below(&prng, PERCENT_WHOLE + 1),
                                    .tax_included = prng_below(&prng, 2),
                                    .fee_minor = prng_below(&prng, FEE_MAX_MINOR + 1),
                                    .fee_milli_percent = prng_below(&prng, PERCENT_WHOLE + 1) };
        const uint32_t paid = 1 + prng_below(&prng, PRICE_MAX_MINOR);
        const struct price price = price_of(&type, paid);
        const uint64_t due = (uint64_t)price.price_minor + price.fee_minor;
        const uint64_t rate = type.tax_milli_percent;
        assert_int_equal(price.price_minor, paid);
        is_nearest(price.fee_minor - type.fee_minor, paid, type.fee_milli_percent, PERCENT_WHOLE);
        if (type.tax_included)
            is_nearest(due - price.tax_minor, due, PERCENT_WHOLE, PERCENT_WHOLE + rate);
        else
            is_nearest(price.tax_minor, due, rate, PERCENT_WHOLE);
        /* Nothing is lost or made: the total is what its parts are. */
        assert_true(price_total(&price) ==
                    (int64_t)(due + (type.tax_included ? 0 : price.tax_minor)));
    }
}

/* Adding the tax to a net price and taking it out of the sum again gives the same tax and net. */
static void tax_goes_in_and_comes_out_again(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int i = 0; i < ROUNDS; i++) {
        const uint32_t rate = prng_below(&prng, PERCENT_WHOLE + 1);
        const uint32_t net = prng_below(&prng, PRICE_MAX_MINOR / 2);
        const struct ticket_type added = taxed(rate, false), within = taxed(rate, true);
        const struct price out = price_of(&added, net);
        const struct price in = price_of(&within, (uint32_t)price_total(&out));
        assert_int_equal(in.tax_minor, out.tax_minor);
        assert_int_equal(in.price_minor - in.tax_minor, net);
    }
}

static void a_voucher_never_raises_a_price(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    for (int i = 0; i < ROUNDS; i++) {
        const struct voucher voucher = { .effect = VOUCHER_NONE + prng_below(&prng, 4),
                                         .value_minor = prng_below(&prng, 5000),
                                         .percent_milli = 1 + prng_below(&prng, PERCENT_WHOLE) };
        const uint32_t price = prng_below(&prng, 5000), less = price_less(&voucher, price);
        assert_true(less <= price);
        if (voucher.effect == VOUCHER_FIXED)
            assert_true(less == voucher.value_minor || less == price);
        else if (voucher.effect == VOUCHER_AMOUNT)
            assert_true(less == 0 || less + voucher.value_minor == price);
        else if (voucher.effect == VOUCHER_PERCENT)
            is_nearest(less, price, PERCENT_WHOLE - voucher.percent_milli, PERCENT_WHOLE);
        else
            assert_int_equal(less, price);
    }
}

static void the_first_tier_that_lasts_counts(void **state)
{
    (void)state;
    const struct ticket_type type = { .price_minor = { 3000, 400 },
                                      .tier_until_ms = { 1000, 0 },
                                      .tier_until_sold = { 2, 5 },
                                      .tier_off_minor = { 1000, 500 } };
    assert_int_equal(price_listed(&type, 0, 0, 999), 2000);
    assert_int_equal(price_listed(&type, 0, 1, 999), 2000);
    assert_int_equal(price_listed(&type, 0, 2, 999), 2500);
    assert_int_equal(price_listed(&type, 0, 0, 1000), 2500);
    assert_int_equal(price_listed(&type, 0, 5, 0), 3000);
    assert_int_equal(price_listed(&type, 1, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cents_are_rounded_half_up),
        cmocka_unit_test(fees_are_of_what_costs_something),
        cmocka_unit_test(every_amount_is_the_nearest_one),
        cmocka_unit_test(tax_goes_in_and_comes_out_again),
        cmocka_unit_test(a_voucher_never_raises_a_price),
        cmocka_unit_test(the_first_tier_that_lasts_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
