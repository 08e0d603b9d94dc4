#include "server/core/terms.h"

#include "server/core/state.h"
#include "server/core/tax_id.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum status check_ttl(const char *field, uint32_t seconds, uint32_t min_s, uint32_t max_s,
                             struct facts *out)
{
    if (seconds == 0 || (seconds >= min_s && seconds <= max_s))
        return STATUS_OK;
    return facts_refuse(out, STATUS_BAD_FIELD, field, "%s: %u; %u to %u seconds are possible",
                        field, seconds, min_s, max_s);
}

static enum status check_terms(const struct set_policy *ask, struct facts *out)
{
    char field[80] = "terms.policy";
    const struct policy_fault fault = policy_check(&ask->policy);
    if (fault.what) {
        if (fault.tier != UINT32_MAX)
            snprintf(field, sizeof(field), "terms.policy.tiers[%u]", fault.tier);
        return facts_refuse(out, STATUS_BAD_FIELD, field, "%s.%s", field, fault.what);
    }
    enum status status = check_ttl("terms.payment_ttl_s", ask->payment_ttl_s, PAYMENT_TTL_MIN_S,
                                   PAYMENT_TTL_MAX_S, out);
    if (status == STATUS_OK)
        status = check_ttl("terms.approval_ttl_s", ask->approval_ttl_s, APPROVAL_TTL_MIN_S,
                           APPROVAL_TTL_MAX_S, out);
    if (status == STATUS_OK && ask->tax_country[0] && !tax_country(ask->tax_country))
        return facts_refuse(out, STATUS_BAD_FIELD, "terms.tax_country",
                            "terms.tax_country: \"%s\" is none; write two letters as tax ids begin "
                            "with, such as DE, EL or FR",
                            ask->tax_country);
    return status;
}

static void columns(const struct policy *policy, struct arena *arena, struct policy_set *fact)
{
    const uint32_t count = policy->tier_count;
    uint32_t *v = arena_array(arena, 5 * (size_t)count, sizeof(*v));
    for (uint32_t i = 0; i < count; i++) {
        v[i] = policy->tiers[i].type;
        v[count + i] = policy->tiers[i].notice_s;
        v[2 * count + i] = policy->tiers[i].fee_bp;
        v[3 * count + i] = policy->tiers[i].fee_minor;
        v[4 * count + i] = policy->tiers[i].seat;
    }
    fact->type = (struct u32s){ v, count };
    fact->notice_s = (struct u32s){ v + count, count };
    fact->fee_bp = (struct u32s){ v + 2 * count, count };
    fact->fee_minor = (struct u32s){ v + 3 * count, count };
    fact->seat = (struct u32s){ v + 4 * count, count };
}

enum status terms_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct set_policy *ask = &command->as.set_policy;
    uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (event_is_cancelled(s, event))
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "event_id", "event_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    enum status status = check_terms(ask, out);
    if (status != STATUS_OK)
        return status;
    struct policy_set *fact = &facts_add(out, FACT_POLICY_SET, command->time_ms)->as.policy_set;
    *fact = (struct policy_set){
        .event = event,
        .fee_min_minor = ask->policy.fee_min_minor,
        .fee_max_minor = ask->policy.fee_max_minor,
        .keeps_booking_fee = ask->policy.keeps_booking_fee,
        .may_grow = ask->policy.may_grow,
        .approval_required = ask->approval_required,
        .payment_ttl_s = ask->payment_ttl_s ? ask->payment_ttl_s : PAYMENT_TTL_S,
        .approval_ttl_s = ask->approval_ttl_s ? ask->approval_ttl_s : APPROVAL_TTL_S,
        .tax_country = tax_country(ask->tax_country),
    };
    columns(&ask->policy, &out->arena, fact);
    return STATUS_OK;
}

void terms_evolve(struct stadium *s, const struct fact *fact)
{
    const struct policy_set *set = &fact->as.policy_set;
    assert(set->event < s->booking.event_count && set->type.count <= POLICY_TIERS);
    struct terms *terms = &s->booking.sales[set->event].terms;
    if (terms->version)
        row_remove(s, ROW_TERMS, set->event, terms);
    *terms = (struct terms){
        .policy = { .tier_count = set->type.count,
                    .fee_min_minor = set->fee_min_minor,
                    .fee_max_minor = set->fee_max_minor,
                    .keeps_booking_fee = set->keeps_booking_fee,
                    .may_grow = set->may_grow },
        .approval_required = set->approval_required,
        .payment_ttl_s = set->payment_ttl_s,
        .approval_ttl_s = set->approval_ttl_s,
        .tax_country = set->tax_country,
        .version = s->head.seq,
    };
    for (uint32_t i = 0; i < set->type.count; i++)
        terms->policy.tiers[i] =
            (struct policy_tier){ set->type.v[i], set->notice_s.v[i], set->fee_bp.v[i],
                                  set->fee_minor.v[i], set->seat.v[i] };
    row_add(s, ROW_TERMS, set->event, terms);
}

const struct terms *stadium_terms(const struct stadium *s, uint32_t event)
{
    assert(event < s->booking.event_count);
    return &s->booking.sales[event].terms;
}
