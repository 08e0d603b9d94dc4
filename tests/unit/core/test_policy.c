/* The cancellation policy: its properties over random ones, and its boundaries to the millisecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/policy.h"
#include "tests/support/seed.h"

#include <string.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, ROUNDS = 20000 };
#define STARTS_MS INT64_C(1778942460000)

static int64_t before(int64_t seconds)
{
    return STARTS_MS - seconds * 1000;
}

static struct policy_line line_of(int64_t price, int64_t fee)
{
    return (struct policy_line){ 0, price, fee };
}

static void random_policy(struct prng *prng, struct policy *policy)
{
    *policy = (struct policy){ .tier_count = prng_below(prng, POLICY_TIERS + 1) };
    for (uint32_t i = 0; i < policy->tier_count; i++)
        policy->tiers[i] = (struct policy_tier){
            .type = prng_below(prng, 2) ? POLICY_ALL_TYPES : prng_below(prng, 3),
            .notice_s = prng_below(prng, 12) * DAY_S + prng_below(prng, 2),
            .fee_bp = prng_below(prng, 6) * 2000,
            .fee_minor = prng_below(prng, 3) * 250,
            .seat = POLICY_SEAT_ON_SALE + prng_below(prng, 2),
        };
    policy->fee_min_minor = prng_below(prng, 2) * 300;
    policy->fee_max_minor = prng_below(prng, 2) * (300 + prng_below(prng, 5000));
    policy->keeps_booking_fee = prng_below(prng, 2);
}

/* What it says, written down once more as the text of policy.h has it. */
static int64_t expected(const struct policy *policy, const struct policy_line *line, int64_t now_ms,
                        bool *allowed)
{
    const struct policy_tier *best = NULL;
    uint32_t type = POLICY_ALL_TYPES;
    for (uint32_t i = 0; i < policy->tier_count; i++)
        type = policy->tiers[i].type == line->type ? line->type : type;
    for (uint32_t i = 0; i < policy->tier_count; i++) {
        const struct policy_tier *tier = &policy->tiers[i];
        if (tier->type == type && STARTS_MS - now_ms >= (int64_t)tier->notice_s * 1000 &&
            (!best || tier->notice_s > best->notice_s))
            best = tier;
    }
    *allowed = best != NULL;
    if (!best)
        return 0;
    int64_t base = line->price_minor;
    base += policy->keeps_booking_fee ? 0 : line->fee_minor;
    int64_t fee = (base * best->fee_bp - base * best->fee_bp % 10000) / 10000 + best->fee_minor;
    fee = fee < policy->fee_min_minor ? policy->fee_min_minor : fee;
    fee = policy->fee_max_minor && fee > policy->fee_max_minor ? policy->fee_max_minor : fee;
    return fee > base ? 0 : base - fee;
}

static void refunds_are_what_the_policy_says(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    uint32_t sound = 0, allowed_count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct policy policy;
        random_policy(&prng, &policy);
        const struct policy_line line = { prng_below(&prng, 4), prng_below(&prng, 20000),
                                          prng_below(&prng, 500) };
        const int64_t paid = line.price_minor + line.fee_minor;
        const bool ok = !policy_check(&policy).what;
        int64_t last = paid, now_ms = before(13 * DAY_S);
        sound += ok;
        for (int step = 0; step < 8; step++) {
            bool allowed;
            const struct policy_outcome out =
                policy_quote(&policy, &line, STARTS_MS, now_ms, POLICY_BY_OWNER);
            const int64_t refund = expected(&policy, &line, now_ms, &allowed);
            assert_int_equal(out.allowed, allowed);
            assert_int_equal(out.refund_minor, refund);
            assert_int_equal(out.refund_minor + out.kept_minor, paid);
            assert_in_range(out.refund_minor, 0, paid);
            /* Never grows as the start comes nearer. */
            if (ok)
                assert_true(out.refund_minor <= last);
            last = out.refund_minor;
            allowed_count += allowed;
            /* A quote holds until valid_ms. */
            if (out.allowed) {
                const struct policy_outcome at =
                    policy_quote(&policy, &line, STARTS_MS, out.valid_ms, POLICY_BY_OWNER);
                const struct policy_outcome after =
                    policy_quote(&policy, &line, STARTS_MS, out.valid_ms + 1, POLICY_BY_OWNER);
                assert_int_equal(at.refund_minor, out.refund_minor);
                assert_int_equal(at.tier, out.tier);
                assert_int_not_equal(after.tier, out.tier);
            }
            const struct policy_outcome organiser =
                policy_quote(&policy, &line, STARTS_MS, now_ms, POLICY_BY_ORGANISER);
            assert_true(organiser.allowed && organiser.refund_minor == paid);
            now_ms += 1 + (int64_t)prng_below(&prng, 3 * DAY_S) * 1000 + prng_below(&prng, 1000);
        }
    }
    assert_true(sound > 0 && allowed_count > ROUNDS);
}

/* All back until a week before, half until a day before, then nothing. */
static struct policy usual(void)
{
    return (struct policy){
        .tiers = { { POLICY_ALL_TYPES, 7 * DAY_S, 0, 0, POLICY_SEAT_ON_SALE },
                   { POLICY_ALL_TYPES, DAY_S, 5000, 100, POLICY_SEAT_WITHHELD } },
        .tier_count = 2,
    };
}

static void tiers_change_to_the_millisecond(void **state)
{
    (void)state;
    const struct policy policy = usual();
    const struct policy_line line = line_of(2001, 0);
    const struct {
        int64_t now_ms, refund;
        bool allowed;
        uint32_t seat;
    } rows[] = {
        { before(7 * DAY_S) - 1, 2001, true, POLICY_SEAT_ON_SALE },
        { before(7 * DAY_S), 2001, true, POLICY_SEAT_ON_SALE },
        { before(7 * DAY_S) + 1, 2001 - 1000 - 100, true, POLICY_SEAT_WITHHELD },
        { before(DAY_S), 901, true, POLICY_SEAT_WITHHELD },
        { before(DAY_S) + 1, 0, false, 0 },
        { STARTS_MS, 0, false, 0 },
        { STARTS_MS + 1, 0, false, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct policy_outcome out =
            policy_quote(&policy, &line, STARTS_MS, rows[i].now_ms, POLICY_BY_OWNER);
        assert_int_equal(out.allowed, rows[i].allowed);
        assert_int_equal(out.refund_minor, rows[i].refund);
        assert_int_equal(out.seat, rows[i].seat);
    }
}

static void a_type_has_its_own_tiers(void **state)
{
    (void)state;
    struct policy policy = usual();
    policy.tiers[policy.tier_count++] = (struct policy_tier){ 2, 0, 2500, 0, POLICY_SEAT_ON_SALE };
    struct policy_line line = line_of(1000, 0);
    line.type = 2;
    struct policy_outcome out = policy_quote(&policy, &line, STARTS_MS, STARTS_MS, POLICY_BY_OWNER);
    assert_true(out.allowed && out.refund_minor == 750 && out.tier == 3);
    out = policy_quote(&policy, &line, STARTS_MS, before(30 * DAY_S), POLICY_BY_OWNER);
    assert_int_equal(out.refund_minor, 750);
    line.type = 1;
    out = policy_quote(&policy, &line, STARTS_MS, before(30 * DAY_S), POLICY_BY_OWNER);
    assert_int_equal(out.refund_minor, 1000);
}

static void some_is_never_refunded(void **state)
{
    (void)state;
    struct policy policy = usual();
    const struct policy_line line = line_of(1190, 250);
    policy.keeps_booking_fee = true;
    policy.fee_min_minor = 90;
    struct policy_outcome out =
        policy_quote(&policy, &line, STARTS_MS, before(8 * DAY_S), POLICY_BY_OWNER);
    assert_int_equal(out.refund_minor, 1100);
    assert_int_equal(out.kept_minor, 340);
    policy.fee_min_minor = 0;
    policy.fee_max_minor = 200;
    out = policy_quote(&policy, &line, STARTS_MS, before(2 * DAY_S), POLICY_BY_OWNER);
    assert_int_equal(out.refund_minor, 990);
}

static void without_a_policy_only_the_organiser_cancels(void **state)
{
    (void)state;
    const struct policy none = { .tier_count = 0 };
    const struct policy_line line = line_of(1000, 0);
    assert_false(policy_quote(&none, &line, STARTS_MS, 1, POLICY_BY_OWNER).allowed);
    assert_int_equal(
        policy_quote(&none, &line, STARTS_MS, STARTS_MS + 1, POLICY_BY_ORGANISER).refund_minor,
        1000);
}

static void a_policy_that_cannot_be_meant_is_refused(void **state)
{
    (void)state;
    struct policy policy = usual();
    assert_null(policy_check(&policy).what);
    policy.tiers[0].fee_bp = 6000; /* More than of who cancels later. */
    assert_int_equal(policy_check(&policy).tier, 1);
    policy.may_grow = true;
    assert_null(policy_check(&policy).what);
    policy.tiers[1].notice_s = 7 * DAY_S;
    assert_non_null(policy_check(&policy).what);
    policy = usual();
    policy.tiers[1].fee_bp = POLICY_WHOLE_BP + 1;
    assert_int_equal(policy_check(&policy).tier, 1);
    policy = usual();
    policy.tiers[0].seat = 0;
    assert_int_equal(policy_check(&policy).tier, 0);
    policy = usual();
    policy.fee_min_minor = 200;
    policy.fee_max_minor = 100;
    assert_int_equal(policy_check(&policy).tier, UINT32_MAX);
    assert_non_null(policy_check(&policy).what);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refunds_are_what_the_policy_says),
        cmocka_unit_test(tiers_change_to_the_millisecond),
        cmocka_unit_test(a_type_has_its_own_tiers),
        cmocka_unit_test(some_is_never_refunded),
        cmocka_unit_test(without_a_policy_only_the_organiser_cancels),
        cmocka_unit_test(a_policy_that_cannot_be_meant_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
