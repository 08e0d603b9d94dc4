#include "server/core/plan.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum {
    WANT_EVERY_MS = 10 * 1000,
    DRIFT_LEAST = 10,            /* People that moved before it is worth asking again ... */
    DRIFT_INSIDE_PART = 100,     /* ... or one in so many of those inside. */
    COMPLIANCE_LEAST_MILLI = 20, /* A change worth telling. */
};

/* ---- Asking ------------------------------------------------------------------------------ */

void plan_drift(struct stadium *s, uint32_t people)
{
    uint32_t room = UINT32_MAX - s->plan.drift_people;
    s->plan.drift_people += people < room ? people : room;
}

void plan_upset(struct stadium *s)
{
    s->plan.urgent = 1;
    s->plan.fresh = 1;
}

int64_t plan_due(const struct stadium *s)
{
    const struct plan *plan = &s->plan;
    if (!stadium_venue(s))
        return STADIUM_NEVER;
    if (plan->urgent)
        return 0;
    uint32_t enough = s->head.inside / DRIFT_INSIDE_PART;
    if (enough < DRIFT_LEAST)
        enough = DRIFT_LEAST;
    if (plan->wanted != plan->answered || plan->drift_people < enough)
        return STADIUM_NEVER;
    return plan->wanted_ms + WANT_EVERY_MS;
}

void plan_want(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    if (plan_due(s) > now_ms)
        return;
    facts_add(out, FACT_PLAN_WANTED, now_ms)->as.plan_wanted =
        (struct plan_wanted){ s->plan.wanted + 1,
                              s->plan.urgent ? PLAN_FOR_CHANGE : PLAN_FOR_DRIFT };
}

/* ---- Checking an answer ------------------------------------------------------------------ */

bool destination_fits(const struct stadium *s, uint32_t purpose, uint32_t destination)
{
    if (purpose == PURPOSE_EXIT)
        return destination < s->venue.gate_count;
    uint32_t kind = purpose == PURPOSE_FOOD ? FACILITY_FOOD : FACILITY_TOILETS;
    return destination < s->venue.facility_count && s->facilities[destination].kind == kind;
}

bool destination_is_open(const struct stadium *s, uint32_t purpose, uint32_t destination)
{
    return purpose != PURPOSE_EXIT || s->gate_states[destination].mode == GATE_OPEN;
}

static uint32_t split_index(uint32_t origin, uint32_t purpose)
{
    return origin * PURPOSE_COUNT + purpose - 1;
}

static bool is_as_fixed(const struct override *rule, const struct proposed_split *split)
{
    const size_t size = split->count * sizeof(uint32_t);
    return split->count == rule->count &&
           memcmp(split->destination, rule->destination, size) == 0 &&
           memcmp(split->share_milli, rule->share_milli, size) == 0;
}

/* NULL, or what is wrong with it. */
static const char *split_fault(const struct stadium *s, const struct proposed_split *split,
                               const struct override *rules)
{
    uint32_t places = venue_places(&s->venue), total = 0;
    if (split->origin >= places || split->purpose < PURPOSE_EXIT ||
        split->purpose > PURPOSE_TOILETS)
        return "has no such origin or purpose";
    if (split->count < 1 || split->count > SPLIT_DESTINATIONS)
        return "has too many destinations, or none";
    for (uint32_t i = 0; i < split->count; i++) {
        if (!destination_fits(s, split->purpose, split->destination[i]) ||
            split->next_place[i] >= places)
            return "leads where its purpose cannot";
        if (i > 0 && split->destination[i] <= split->destination[i - 1])
            return "has destinations that do not ascend";
        if (!destination_is_open(s, split->purpose, split->destination[i]))
            return "leads to a closed gate";
        if (!override_allows(&rules[split_index(split->origin, split->purpose)],
                             split->destination[i]))
            return "leads where an operator forbids it";
        if (split->share_milli[i] > SHARE_WHOLE_MILLI)
            return "has a share beyond the whole";
        total += split->share_milli[i];
    }
    if (total != SHARE_WHOLE_MILLI)
        return "has shares that do not total 1000";
    const struct override *rule = &rules[split_index(split->origin, split->purpose)];
    return rule->kind != OVERRIDE_FIXED || is_as_fixed(rule, split)
               ? NULL
               : "is not as an operator has fixed it";
}

static enum status check_answer(const struct stadium *s, const struct adopt_plan *answer,
                                const struct override *rules, struct facts *out)
{
    if (!stadium_venue(s) || answer->wanted != s->plan.wanted ||
        s->plan.wanted == s->plan.answered || s->plan.urgent)
        return facts_refuse(out, STATUS_PLAN_STALE, "wanted", "Plan %u is no longer wanted",
                            answer->wanted);
    for (uint32_t i = 0; i < answer->split_count; i++) {
        const struct proposed_split *split = &answer->splits[i];
        const char *fault = split_fault(s, split, rules);
        if (!fault && i > 0 &&
            split_index(split->origin, split->purpose) <=
                split_index(split[-1].origin, split[-1].purpose))
            fault = "does not come in order";
        if (fault)
            return facts_refuse(out, STATUS_PLAN_BROKEN, "splits",
                                "Split %u (origin %u, purpose %u) %s", i, split->origin,
                                split->purpose, fault);
    }
    return STATUS_OK;
}

/* ---- What is adopted --------------------------------------------------------------------- */

static void adopted_fill(struct plan_adopted *adopted, const struct split *changed, uint32_t count,
                         struct arena *arena)
{
    uint32_t rows = 0, row = 0;
    for (uint32_t i = 0; i < count; i++)
        rows += changed[i].count;
    uint32_t *origin = arena_array(arena, count, sizeof(*origin));
    uint32_t *purpose = arena_array(arena, count, sizeof(*purpose));
    uint32_t *counts = arena_array(arena, count, sizeof(*counts));
    uint32_t *destination = arena_array(arena, rows, sizeof(*destination));
    uint32_t *share = arena_array(arena, rows, sizeof(*share));
    uint32_t *next = arena_array(arena, rows, sizeof(*next));
    for (uint32_t i = 0; i < count; i++) {
        origin[i] = changed[i].origin;
        purpose[i] = changed[i].purpose;
        counts[i] = changed[i].count;
        for (uint32_t k = 0; k < changed[i].count; k++, row++) {
            destination[row] = changed[i].destination[k];
            share[row] = changed[i].share_milli[k];
            next[row] = changed[i].next_place[k];
        }
    }
    adopted->origin = (struct u32s){ origin, count };
    adopted->purpose = (struct u32s){ purpose, count };
    adopted->count = (struct u32s){ counts, count };
    adopted->destination = (struct u32s){ destination, rows };
    adopted->share_milli = (struct u32s){ share, rows };
    adopted->next_place = (struct u32s){ next, rows };
}

/* What comes with every answer, also where the plan stays. */
static void answer_seen(const struct stadium *s, const struct adopt_plan *answer, int64_t time_ms,
                        struct facts *out)
{
    const uint32_t now = answer->compliance_milli, before = s->plan.compliance_milli;
    if (now > 0 && (now > before ? now - before : before - now) >= COMPLIANCE_LEAST_MILLI)
        facts_add(out, FACT_COMPLIANCE_SEEN, time_ms)->as.compliance_seen.compliance_milli = now;
    if (answer->free_clearance_s != s->plan.free_clearance_s)
        facts_add(out, FACT_OVERRIDES_PRICED, time_ms)->as.overrides_priced =
            (struct overrides_priced){ answer->wanted, answer->free_clearance_s };
    if (answer->bound && answer->bound->wanted == answer->wanted)
        bound_add(answer->bound, time_ms, out);
}

enum status plan_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct adopt_plan *answer = &command->as.adopt_plan;
    const struct override *rules = overrides_in_force(s, &out->arena);
    enum status status = check_answer(s, answer, rules, out);
    if (status == STATUS_OK && answer->compliance_milli > SHARE_WHOLE_MILLI)
        status = facts_refuse(out, STATUS_PLAN_BROKEN, "compliance_milli",
                              "%u of a thousand cannot follow", answer->compliance_milli);
    if (status == STATUS_OK && answer->bound)
        status = bound_check(s, answer->bound, out);
    if (status != STATUS_OK)
        return status;
    uint32_t splits = venue_places(&s->venue) * PURPOSE_COUNT, count = 0, proposed = 0;
    struct split *changed = arena_array(&out->arena, splits, sizeof(*changed));
    for (uint32_t i = 0; i < splits; i++) {
        const struct split *present = &s->splits[i];
        const struct proposed_split *next = &answer->splits[proposed];
        if (proposed < answer->split_count && split_index(next->origin, next->purpose) == i) {
            changed[count] = split_settle(s, present, next, &rules[i], command->time_ms);
            proposed++;
        } else {
            /* The world is another one, and there is no way from here any more. */
            changed[count] =
                s->plan.fresh && answer->split_count > 0
                    ? (struct split){ .origin = present->origin, .purpose = present->purpose }
                    : split_settle_alone(s, present, &rules[i]);
        }
        if (!split_equal(&changed[count], present))
            count++;
    }
    if (count == 0) {
        facts_add(out, FACT_PLAN_KEPT, command->time_ms)->as.plan_kept =
            (struct plan_kept){ answer->wanted, answer->clearance_s };
        answer_seen(s, answer, command->time_ms, out);
        return STATUS_OK;
    }
    struct plan_adopted *adopted =
        &facts_add(out, FACT_PLAN_ADOPTED, command->time_ms)->as.plan_adopted;
    adopted->number = s->plan.number + 1;
    adopted->wanted = answer->wanted;
    adopted->clearance_s = answer->clearance_s;
    adopted_fill(adopted, changed, count, &out->arena);
    answer_seen(s, answer, command->time_ms, out);
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void splits_evolve(struct stadium *s, const struct plan_adopted *adopted, int64_t now_ms)
{
    uint32_t row = 0;
    for (uint32_t i = 0; i < adopted->origin.count; i++) {
        uint32_t index = split_index(adopted->origin.v[i], adopted->purpose.v[i]);
        assert(index < venue_places(&s->venue) * PURPOSE_COUNT);
        struct split *split = &s->splits[index];
        row_remove(s, ROW_SPLIT, index, split);
        *split = (struct split){ .origin = adopted->origin.v[i],
                                 .purpose = adopted->purpose.v[i],
                                 .count = adopted->count.v[i],
                                 .moved_ms = now_ms };
        for (uint32_t k = 0; k < split->count; k++, row++) {
            split->destination[k] = adopted->destination.v[row];
            split->share_milli[k] = adopted->share_milli.v[row];
            split->next_place[k] = adopted->next_place.v[row];
        }
        row_add(s, ROW_SPLIT, index, split);
    }
}

/* The plan's row is out of the digest while a fact evolves (stadium.c). */
void plan_evolve(struct stadium *s, const struct fact *fact)
{
    struct plan *plan = &s->plan;
    if (fact->kind == FACT_COMPLIANCE_SEEN) {
        plan->compliance_milli = fact->as.compliance_seen.compliance_milli;
        return;
    }
    if (fact->kind == FACT_OVERRIDES_PRICED) {
        plan->free_clearance_s = fact->as.overrides_priced.free_clearance_s;
        return;
    }
    if (fact->kind == FACT_PLAN_WANTED) {
        plan->wanted = fact->as.plan_wanted.number;
        plan->wanted_ms = fact->time_ms;
        plan->drift_people = 0;
        plan->urgent = 0;
        return;
    }
    if (fact->kind == FACT_PLAN_ADOPTED) {
        const struct plan_adopted *adopted = &fact->as.plan_adopted;
        splits_evolve(s, adopted, fact->time_ms);
        plan->number = adopted->number;
        plan->adopted_ms = fact->time_ms;
        plan->answered = adopted->wanted;
        plan->clearance_s = adopted->clearance_s;
    } else {
        assert(fact->kind == FACT_PLAN_KEPT);
        plan->answered = fact->as.plan_kept.wanted;
        plan->clearance_s = fact->as.plan_kept.clearance_s;
    }
    if (plan->fresh)
        plan->exact_ms = 0;
    plan->fresh = 0;
}
