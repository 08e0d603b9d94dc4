#include "server/core/policy.h"

#include <assert.h>
#include <stddef.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- What is quoted ---------------------------------------------------------------------- */

static bool has_own_tiers(const struct policy *policy, uint32_t type)
{
    for (uint32_t i = 0; i < policy->tier_count; i++) {
        if (policy->tiers[i].type == type)
            return true;
    }
    return false;
}

/* The last instant at which the tier's notice is given. */
static int64_t last_ms(const struct policy_tier *tier, int64_t starts_ms)
{
    return starts_ms - (int64_t)tier->notice_s * 1000;
}

/* 1 + index of the tier with the longest notice that is given, or 0; *valid_ms as in the outcome.
 */
static uint32_t tier_at(const struct policy *policy, uint32_t type, int64_t starts_ms,
                        int64_t now_ms, int64_t *valid_ms)
{
    uint32_t found = 0;
    const uint32_t of = has_own_tiers(policy, type) ? type : POLICY_ALL_TYPES;
    for (uint32_t i = 0; i < policy->tier_count; i++) {
        const struct policy_tier *tier = &policy->tiers[i];
        if (tier->type != of || now_ms > last_ms(tier, starts_ms))
            continue;
        if (!found || tier->notice_s > policy->tiers[found - 1].notice_s)
            found = i + 1;
    }
    *valid_ms = found ? last_ms(&policy->tiers[found - 1], starts_ms) : INT64_MAX;
    return found;
}

static int64_t fee_of(const struct policy *policy, const struct policy_tier *tier, int64_t base)
{
    int64_t fee = base * tier->fee_bp / POLICY_WHOLE_BP + tier->fee_minor;
    if (fee < policy->fee_min_minor)
        fee = policy->fee_min_minor;
    if (policy->fee_max_minor)
        fee = least(fee, policy->fee_max_minor);
    return least(fee, base);
}

struct policy_outcome policy_quote(const struct policy *policy, const struct policy_line *line,
                                   int64_t starts_ms, int64_t now_ms, enum policy_cause cause)
{
    const int64_t paid = line->price_minor + line->fee_minor;
    if (cause == POLICY_BY_ORGANISER)
        return (struct policy_outcome){
            .allowed = true,
            .refund_minor = paid,
            .seat = POLICY_SEAT_ON_SALE,
            .valid_ms = INT64_MAX,
        };
    struct policy_outcome out = { .kept_minor = paid };
    out.tier = tier_at(policy, line->type, starts_ms, now_ms, &out.valid_ms);
    if (!out.tier)
        return out;
    const struct policy_tier *tier = &policy->tiers[out.tier - 1];
    const int64_t base = policy->keeps_booking_fee ? paid - line->fee_minor : paid;
    out.allowed = true;
    out.refund_minor = base - fee_of(policy, tier, base);
    out.kept_minor = paid - out.refund_minor;
    out.seat = tier->seat;
    assert(out.refund_minor >= 0 && out.kept_minor >= 0);
    return out;
}

/* ---- What may be set --------------------------------------------------------------------- */

static const char *tier_wrong(const struct policy_tier *tier)
{
    if (tier->notice_s > POLICY_NOTICE_MAX_S)
        return "notice_s: at most 31622400, a year";
    if (tier->fee_bp > POLICY_WHOLE_BP)
        return "fee_bp: at most 10000, which is all of it";
    if (tier->fee_minor > POLICY_FEE_MAX_MINOR)
        return "fee_minor: at most 10000000";
    if (tier->seat != POLICY_SEAT_ON_SALE && tier->seat != POLICY_SEAT_WITHHELD)
        return "seat: say whether it goes back on sale or is withheld";
    return NULL;
}

/* Two tiers of one type: as many seconds, or more back for the one that is nearer the start. */
static const char *pair_wrong(const struct policy *policy, const struct policy_tier *a,
                              const struct policy_tier *b)
{
    if (a->type != b->type)
        return NULL;
    if (a->notice_s == b->notice_s)
        return "notice_s: another tier of this type has the same";
    const struct policy_tier *early = a->notice_s > b->notice_s ? a : b;
    const struct policy_tier *late = early == a ? b : a;
    if (!policy->may_grow && (late->fee_bp < early->fee_bp || late->fee_minor < early->fee_minor))
        return "fee_bp, fee_minor: less is kept than of who cancels earlier; if that is meant, set "
               "may_grow";
    return NULL;
}

struct policy_fault policy_check(const struct policy *policy)
{
    assert(policy->tier_count <= POLICY_TIERS);
    if (policy->fee_min_minor > POLICY_FEE_MAX_MINOR ||
        policy->fee_max_minor > POLICY_FEE_MAX_MINOR)
        return (struct policy_fault){ "fee_min_minor, fee_max_minor: at most 10000000",
                                      UINT32_MAX };
    if (policy->fee_max_minor && policy->fee_max_minor < policy->fee_min_minor)
        return (struct policy_fault){ "fee_max_minor: less than fee_min_minor; use 0 for no "
                                      "maximum",
                                      UINT32_MAX };
    for (uint32_t i = 0; i < policy->tier_count; i++) {
        const char *what = tier_wrong(&policy->tiers[i]);
        for (uint32_t k = 0; !what && k < i; k++)
            what = pair_wrong(policy, &policy->tiers[i], &policy->tiers[k]);
        if (what)
            return (struct policy_fault){ what, i };
    }
    return (struct policy_fault){ NULL, UINT32_MAX };
}
