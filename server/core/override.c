/* What operators say the guidance of a place must be, until they take it back. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* ---- What it comes to -------------------------------------------------------------------- */

static bool names(const struct override *rule, uint32_t destination)
{
    for (uint32_t i = 0; i < rule->count; i++)
        if (rule->destination[i] == destination)
            return true;
    return false;
}

bool override_allows(const struct override *rule, uint32_t destination)
{
    if (!rule || rule->kind == 0)
        return true;
    return names(rule, destination) == (rule->kind == OVERRIDE_FIXED);
}

/* The shares that are left, in proportion, as whole thousandths: what rounding leaves goes to the
 * largest remainders, the first of equals. */
static void share_out(struct override *rule)
{
    uint32_t sum = 0, left = SHARE_WHOLE_MILLI, rest[SPLIT_DESTINATIONS];
    for (uint32_t i = 0; i < rule->count; i++)
        sum += rule->share_milli[i];
    for (uint32_t i = 0; i < rule->count; i++) {
        const uint32_t whole = rule->share_milli[i] * SHARE_WHOLE_MILLI;
        rule->share_milli[i] = whole / sum;
        rest[i] = whole % sum;
        left -= rule->share_milli[i];
    }
    for (; left > 0; left--) {
        uint32_t most = 0;
        for (uint32_t i = 1; i < rule->count; i++)
            if (rest[i] > rest[most])
                most = i;
        rule->share_milli[most]++;
        rest[most] = 0;
    }
}

struct override override_effect(const struct override *rule, const bool *open, uint32_t count)
{
    struct override effect = *rule;
    if (rule->kind == OVERRIDE_FIXED) {
        effect.count = 0;
        for (uint32_t i = 0; i < rule->count; i++) {
            if (rule->destination[i] >= count || !open[rule->destination[i]])
                continue;
            effect.destination[effect.count] = rule->destination[i];
            effect.share_milli[effect.count++] = rule->share_milli[i];
        }
        if (effect.count > 0) {
            share_out(&effect);
            return effect;
        }
    } else if (rule->kind == OVERRIDE_FORBIDDEN) {
        for (uint32_t d = 0; d < count; d++)
            if (open[d] && !names(rule, d))
                return effect;
    }
    return (struct override){ .origin = rule->origin, .purpose = rule->purpose };
}

/* ---- decide ------------------------------------------------------------------------------ */

/* NULL, or what is wrong with the destinations; `field` says where. */
static const char *rule_fault(const struct stadium *s, const struct override *rule,
                              const char **field)
{
    uint32_t total = 0, last = 0;
    *field = "destination";
    for (uint32_t i = 0; i < rule->count; i++) {
        const uint32_t destination = rule->destination[i];
        if (!destination_fits(s, rule->purpose, destination))
            return "has one that its purpose cannot lead to";
        if (i > 0 && destination <= last)
            return "must be ascending, each once";
        last = destination;
        total += rule->share_milli[i];
        if (rule->kind == OVERRIDE_FIXED &&
            (rule->share_milli[i] == 0 || rule->share_milli[i] > SHARE_WHOLE_MILLI)) {
            *field = "share_milli";
            return "must be 1 to 1000 each";
        }
    }
    if (rule->kind == OVERRIDE_TAKEN_BACK && rule->count > 0)
        return "must be empty to take an override back";
    if (rule->kind != OVERRIDE_TAKEN_BACK && rule->count == 0)
        return "must name at least one";
    *field = "share_milli";
    if (rule->kind == OVERRIDE_FIXED && total != SHARE_WHOLE_MILLI)
        return "must total 1000";
    if (rule->kind != OVERRIDE_FIXED && total != 0)
        return "is for fixed splits only";
    return NULL;
}

enum status override_check(const struct stadium *s, const struct override *rule, struct facts *out)
{
    const char *field;
    if (!stadium_venue(s))
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (rule->origin >= venue_places(&s->venue) || !venue_place_is_inside(&s->venue, rule->origin))
        return facts_refuse(out, STATUS_BAD_FIELD, "override.origin",
                            "override.origin: %u is no place inside; places are 0 to %u",
                            rule->origin, venue_places(&s->venue) - 1);
    if (rule->purpose < PURPOSE_EXIT || rule->purpose > PURPOSE_TOILETS)
        return facts_refuse(out, STATUS_BAD_FIELD, "override.purpose",
                            "override.purpose: %u is none; use EXIT, FOOD or TOILETS",
                            rule->purpose);
    if (rule->kind < OVERRIDE_TAKEN_BACK || rule->kind > OVERRIDE_FORBIDDEN)
        return facts_refuse(out, STATUS_BAD_FIELD, "override.kind",
                            "override.kind: %u is none; use TAKEN_BACK, FIXED or FORBIDDEN",
                            rule->kind);
    const char *fault = rule_fault(s, rule, &field);
    if (fault)
        return facts_refuse(out, STATUS_BAD_FIELD,
                            strcmp(field, "destination") == 0 ? "override.destination"
                                                              : "override.share_milli",
                            "override.%s: %s", field, fault);
    return STATUS_OK;
}

static uint32_t rule_index(uint32_t origin, uint32_t purpose)
{
    return origin * PURPOSE_COUNT + purpose - 1;
}

static bool is_so_already(const struct override *present, const struct override *rule)
{
    const size_t size = rule->count * sizeof(uint32_t);
    if (rule->kind == OVERRIDE_TAKEN_BACK)
        return present->kind == 0;
    return present->kind == rule->kind && present->count == rule->count &&
           memcmp(present->destination, rule->destination, size) == 0 &&
           memcmp(present->share_milli, rule->share_milli, size) == 0;
}

enum status override_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    const struct override *rule = &command->as.set_override.rule;
    enum status status = override_check(s, rule, out);
    if (status != STATUS_OK)
        return status;
    if (is_so_already(&s->overrides[rule_index(rule->origin, rule->purpose)], rule))
        return STATUS_OK;
    struct override_set *fact =
        &facts_add(out, FACT_OVERRIDE_SET, command->time_ms)->as.override_set;
    const bool fixed = rule->kind == OVERRIDE_FIXED;
    fact->origin = rule->origin;
    fact->purpose = rule->purpose;
    fact->kind = rule->kind;
    fact->destination = u32s_copy((struct u32s){ rule->destination, rule->count }, &out->arena);
    fact->share_milli =
        u32s_copy((struct u32s){ rule->share_milli, fixed ? rule->count : 0 }, &out->arena);
    memcpy(fact->reason, rule->reason, sizeof(fact->reason));
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

void override_evolve(struct stadium *s, const struct fact *fact)
{
    const struct override_set *set = &fact->as.override_set;
    const uint32_t index = rule_index(set->origin, set->purpose);
    assert(stadium_venue(s) && index < venue_places(&s->venue) * PURPOSE_COUNT);
    struct override *rule = &s->overrides[index];
    if (rule->kind)
        row_remove(s, ROW_OVERRIDE, index, rule);
    *rule = (struct override){ 0 };
    if (set->kind != OVERRIDE_TAKEN_BACK) {
        rule->origin = set->origin;
        rule->purpose = set->purpose;
        rule->kind = set->kind;
        rule->count = set->destination.count;
        rule->set_ms = fact->time_ms;
        memcpy(rule->destination, set->destination.v, rule->count * sizeof(uint32_t));
        if (set->share_milli.count > 0)
            memcpy(rule->share_milli, set->share_milli.v, rule->count * sizeof(uint32_t));
        memcpy(rule->reason, set->reason, sizeof(rule->reason));
        row_add(s, ROW_OVERRIDE, index, rule);
    }
    plan_upset(s);
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct override *stadium_overrides(const struct stadium *s, uint32_t *count)
{
    *count = stadium_venue(s) ? venue_places(&s->venue) * PURPOSE_COUNT : 0;
    return s->overrides;
}

bool *stadium_destinations_open(const struct stadium *s, uint32_t purpose, struct arena *arena,
                                uint32_t *count)
{
    *count = purpose == PURPOSE_EXIT ? s->venue.gate_count : s->venue.facility_count;
    bool *open = arena_array(arena, *count, sizeof(*open));
    for (uint32_t d = 0; d < *count; d++)
        open[d] = destination_fits(s, purpose, d) && destination_is_open(s, purpose, d);
    return open;
}

struct override *overrides_in_force(const struct stadium *s, struct arena *arena)
{
    uint32_t splits, counts[PURPOSE_COUNT];
    const struct override *rules = stadium_overrides(s, &splits);
    bool *open[PURPOSE_COUNT];
    struct override *effects = arena_array(arena, splits, sizeof(*effects));
    for (uint32_t k = 0; k < PURPOSE_COUNT; k++)
        open[k] = stadium_destinations_open(s, k + 1, arena, &counts[k]);
    for (uint32_t i = 0; i < splits; i++)
        if (rules[i].kind)
            effects[i] =
                override_effect(&rules[i], open[i % PURPOSE_COUNT], counts[i % PURPOSE_COUNT]);
    return effects;
}
