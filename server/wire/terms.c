#include "server/wire/terms.h"

#include "api/money/money.h"

#include <stdio.h>
#include <string.h>

bool wire_set_policy(const Tifo__V1__EventTerms *from, struct set_policy *to,
                     struct refusal *refusal)
{
    const Tifo__V1__CancellationPolicy *policy = from->policy;
    const struct check check = { .refusal = refusal, .at = "terms.policy" };
    to->approval_required = from->approval_required;
    to->payment_ttl_s = from->payment_ttl_s;
    to->approval_ttl_s = from->approval_ttl_s;
    const struct check terms = { .refusal = refusal, .at = "terms" };
    if (!check_text(&terms, "tax_country", from->tax_country, to->tax_country,
                    sizeof to->tax_country))
        return false;
    if (!policy)
        return true;
    if (policy->n_tiers > POLICY_TIERS)
        return check_refuse(&check, "tiers", "%zu of them; at most %d are possible",
                            policy->n_tiers, POLICY_TIERS);
    to->policy.fee_min_minor = policy->fee_min_minor;
    to->policy.fee_max_minor = policy->fee_max_minor;
    to->policy.keeps_booking_fee = policy->keeps_booking_fee;
    to->policy.may_grow = policy->may_grow;
    for (size_t i = 0; i < policy->n_tiers; i++) {
        const Tifo__V1__CancellationTier *tier = policy->tiers[i];
        const bool typed = tier->of_case == TIFO__V1__CANCELLATION_TIER__OF_TICKET_TYPE;
        to->policy.tiers[to->policy.tier_count++] = (struct policy_tier){
            .type = typed ? tier->ticket_type : POLICY_ALL_TYPES,
            .notice_s = tier->notice_s,
            .fee_bp = tier->fee_bp,
            .fee_minor = tier->fee_minor,
            .seat = tier->withhold_seat ? POLICY_SEAT_WITHHELD : POLICY_SEAT_ON_SALE,
        };
    }
    return true;
}

static Tifo__V1__CancellationTier *wire_tier(const struct policy_tier *tier, struct arena *arena)
{
    Tifo__V1__CancellationTier *to = arena_alloc(arena, sizeof *to);
    tifo__v1__cancellation_tier__init(to);
    to->notice_s = tier->notice_s;
    to->fee_bp = tier->fee_bp;
    to->fee_minor = tier->fee_minor;
    to->withhold_seat = tier->seat == POLICY_SEAT_WITHHELD;
    if (tier->type != POLICY_ALL_TYPES) {
        to->of_case = TIFO__V1__CANCELLATION_TIER__OF_TICKET_TYPE;
        to->ticket_type = tier->type;
    }
    return to;
}

Tifo__V1__EventTerms *wire_terms(const struct terms *terms, struct arena *arena)
{
    const struct policy *policy = &terms->policy;
    Tifo__V1__EventTerms *to = arena_alloc(arena, sizeof *to);
    tifo__v1__event_terms__init(to);
    to->policy = arena_alloc(arena, sizeof *to->policy);
    tifo__v1__cancellation_policy__init(to->policy);
    to->policy->tiers = arena_array(arena, policy->tier_count, sizeof *to->policy->tiers);
    for (uint32_t i = 0; i < policy->tier_count; i++)
        to->policy->tiers[to->policy->n_tiers++] = wire_tier(&policy->tiers[i], arena);
    to->policy->fee_min_minor = policy->fee_min_minor;
    to->policy->fee_max_minor = policy->fee_max_minor;
    to->policy->keeps_booking_fee = policy->keeps_booking_fee;
    to->policy->may_grow = policy->may_grow;
    to->approval_required = terms->approval_required;
    to->payment_ttl_s = terms->version ? terms->payment_ttl_s : PAYMENT_TTL_S;
    to->approval_ttl_s = terms->version ? terms->approval_ttl_s : APPROVAL_TTL_S;
    to->version = terms->version;
    if (terms->tax_country) {
        to->tax_country = arena_alloc(arena, 3);
        to->tax_country[0] = (char)(terms->tax_country >> 8);
        to->tax_country[1] = (char)(terms->tax_country & 255);
    }
    return to;
}

/* ---- What a cancellation comes to -------------------------------------------------------------
 */

static const char *sentence(const struct cancellation *quote, enum policy_cause cause,
                            const char *currency, struct arena *arena)
{
    char text[320];
    const int64_t paid = quote->amounts.total_minor, kept = paid - quote->refund_minor;
    uint32_t withheld = 0;
    for (uint32_t i = 0; i < quote->count; i++)
        withheld += quote->each[i].seat == POLICY_SEAT_WITHHELD;
    const char *seats = withheld == 0              ? "The seats go back on sale."
                        : withheld == quote->count ? "The seats do not go back on sale."
                                                   : "Some of the seats go back on sale.";
    int size;
    if (paid == 0)
        size = snprintf(text, sizeof text, "Nothing was paid, nothing goes back. %s", seats);
    else if (cause == POLICY_BY_ORGANISER)
        size = snprintf(text, sizeof text, "The organiser cancels: all of it, %s, goes back. %s",
                        money_text(paid, currency).text, seats);
    else if (kept == 0)
        size = snprintf(text, sizeof text, "All of it, %s, goes back. %s",
                        money_text(paid, currency).text, seats);
    else
        size = snprintf(text, sizeof text, "%s of %s goes back, %s is kept. %s",
                        money_text(quote->refund_minor, currency).text,
                        money_text(paid, currency).text, money_text(kept, currency).text, seats);
    return arena_copy(arena, text, (size_t)size + 1);
}

Tifo__V1__QuoteCancellationResponse *wire_cancellation(const struct stadium *stadium,
                                                       const struct cancellation *quote,
                                                       enum policy_cause cause, struct arena *arena)
{
    uint32_t count;
    const struct order *order = stadium_order(stadium, quote->order);
    const struct event *event = &stadium_events(stadium, &count)[order->event];
    Tifo__V1__QuoteCancellationResponse *to = arena_alloc(arena, sizeof *to);
    tifo__v1__quote_cancellation_response__init(to);
    to->lines = arena_array(arena, quote->count, sizeof *to->lines);
    for (uint32_t i = 0; i < quote->count; i++) {
        Tifo__V1__CancelledLine *line = arena_alloc(arena, sizeof *line);
        tifo__v1__cancelled_line__init(line);
        line->position = quote->lines[i];
        line->refund_minor = quote->each[i].refund_minor;
        line->kept_minor = quote->each[i].kept_minor;
        line->withheld = quote->each[i].seat == POLICY_SEAT_WITHHELD;
        to->lines[to->n_lines++] = line;
    }
    to->refund_minor = quote->refund_minor;
    to->kept_minor = quote->amounts.total_minor - quote->refund_minor;
    to->currency = arena_copy(arena, event->currency, sizeof event->currency);
    to->valid_until_ms = quote->valid_ms == INT64_MAX ? 0 : quote->valid_ms;
    to->sentence = (char *)sentence(quote, cause, event->currency, arena);
    to->version = order->version;
    return to;
}
