#include "server/core/plan.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum {
    WANT_EVERY_MS = 10 * 1000,
    DRIFT_LEAST = 10,        /* People that moved before it is worth asking again ... */
    DRIFT_INSIDE_PART = 100, /* ... or one in so many of those inside. */
    DWELL_MS = 60 * 1000,
    STEP_MILLI = 200,
    GAIN_LEAST_S = 15,
    GAIN_PART = 10, /* A tenth of what it takes now. */
};

/* ---- Asking ------------------------------------------------------------------------------------
 */

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

/* ---- Checking an answer ------------------------------------------------------------------------
 */

static bool destination_fits(const struct stadium *s, uint32_t purpose, uint32_t destination)
{
    if (purpose == PURPOSE_EXIT)
        return destination < s->venue.gate_count;
    uint32_t kind = purpose == PURPOSE_FOOD ? FACILITY_FOOD : FACILITY_TOILETS;
    return destination < s->venue.facility_count && s->facilities[destination].kind == kind;
}

static bool destination_is_open(const struct stadium *s, uint32_t purpose, uint32_t destination)
{
    return purpose != PURPOSE_EXIT || s->gate_states[destination].mode == GATE_OPEN;
}

/* NULL, or what is wrong with it. */
static const char *split_fault(const struct stadium *s, const struct proposed_split *split)
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
        if (split->share_milli[i] > SHARE_WHOLE_MILLI)
            return "has a share beyond the whole";
        total += split->share_milli[i];
    }
    return total == SHARE_WHOLE_MILLI ? NULL : "has shares that do not total 1000";
}

static uint32_t split_index(uint32_t origin, uint32_t purpose)
{
    return origin * PURPOSE_COUNT + purpose - 1;
}

static enum status check_answer(const struct stadium *s, const struct adopt_plan *answer,
                                struct facts *out)
{
    if (!stadium_venue(s) || answer->wanted != s->plan.wanted ||
        s->plan.wanted == s->plan.answered || s->plan.urgent)
        return facts_refuse(out, STATUS_PLAN_STALE, "wanted", "Plan %u is no longer wanted",
                            answer->wanted);
    for (uint32_t i = 0; i < answer->split_count; i++) {
        const struct proposed_split *split = &answer->splits[i];
        const char *fault = split_fault(s, split);
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

/* ---- What is adopted ---------------------------------------------------------------------------
 */

/* Destinations of the present split and of the proposed one, ascending. */
enum { DRAFT_DESTINATIONS = 2 * SPLIT_DESTINATIONS };
struct draft {
    uint32_t count;
    uint32_t destination[DRAFT_DESTINATIONS];
    uint32_t next_place[DRAFT_DESTINATIONS];
    uint32_t present_milli[DRAFT_DESTINATIONS]; /* Totals 1000 less what went to closed ones. */
    uint32_t proposed_milli[DRAFT_DESTINATIONS];
};

static struct draft draft_of(const struct stadium *s, const struct split *present,
                             const struct proposed_split *proposed)
{
    struct draft draft = { 0 };
    uint32_t a = 0, b = 0;
    while (a < present->count || b < proposed->count) {
        uint32_t from = a < present->count ? present->destination[a] : UINT32_MAX;
        uint32_t to = b < proposed->count ? proposed->destination[b] : UINT32_MAX;
        uint32_t i = draft.count;
        if (from <= to && destination_is_open(s, present->purpose, from)) {
            draft.destination[i] = from;
            draft.next_place[i] = present->next_place[a];
            draft.present_milli[i] = present->share_milli[a];
            draft.count = i + 1;
        }
        if (to <= from) {
            draft.destination[i] = to;
            draft.next_place[i] = proposed->next_place[b];
            draft.proposed_milli[i] = proposed->share_milli[b];
            draft.count = i + 1;
        }
        a += from <= to;
        b += to <= from;
    }
    return draft;
}

/* Divides `total` in proportion to the weights, to the last unit: what rounding leaves goes to the
 * largest remainders, the first of equals. */
static void apportion(uint32_t total, const uint32_t *weights, uint32_t count, uint32_t *parts)
{
    uint64_t sum = 0;
    uint32_t left = total;
    uint64_t remainder[DRAFT_DESTINATIONS];
    for (uint32_t i = 0; i < count; i++)
        sum += weights[i];
    assert(sum > 0);
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = (uint32_t)((uint64_t)total * weights[i] / sum);
        remainder[i] = (uint64_t)total * weights[i] % sum;
        left -= parts[i];
    }
    for (; left > 0; left--) {
        uint32_t most = 0;
        for (uint32_t i = 1; i < count; i++) {
            if (remainder[i] > remainder[most])
                most = i;
        }
        parts[most]++;
        remainder[most] = 0;
    }
}

/* People who were sent to what is closed now are sent where the proposal would send them. */
static uint32_t draft_spread_freed(struct draft *draft)
{
    uint32_t freed = SHARE_WHOLE_MILLI, parts[DRAFT_DESTINATIONS];
    for (uint32_t i = 0; i < draft->count; i++)
        freed -= draft->present_milli[i];
    if (freed == 0)
        return 0;
    apportion(freed, draft->proposed_milli, draft->count, parts);
    for (uint32_t i = 0; i < draft->count; i++)
        draft->present_milli[i] += parts[i];
    return freed;
}

/* Goes from the present shares towards the proposed ones, by at most a step. */
static void draft_step(struct draft *draft)
{
    uint32_t up[DRAFT_DESTINATIONS], down[DRAFT_DESTINATIONS], parts[DRAFT_DESTINATIONS];
    uint32_t moved = 0;
    for (uint32_t i = 0; i < draft->count; i++) {
        uint32_t from = draft->present_milli[i], to = draft->proposed_milli[i];
        up[i] = to > from ? to - from : 0;
        down[i] = from > to ? from - to : 0;
        moved += up[i];
    }
    if (moved == 0)
        return;
    uint32_t step = moved < STEP_MILLI ? moved : STEP_MILLI;
    apportion(step, up, draft->count, parts);
    for (uint32_t i = 0; i < draft->count; i++)
        draft->present_milli[i] += parts[i];
    apportion(step, down, draft->count, parts);
    for (uint32_t i = 0; i < draft->count; i++)
        draft->present_milli[i] -= parts[i];
}

/* The shares as a split; when there are more than it has room for, the smallest join the largest.
 */
static void draft_finish(const struct draft *draft, const uint32_t *share_milli, struct split *out)
{
    uint32_t shares[DRAFT_DESTINATIONS], used = 0, largest = 0;
    memcpy(shares, share_milli, sizeof(shares));
    for (uint32_t i = 0; i < draft->count; i++) {
        used += shares[i] > 0;
        largest = shares[i] > shares[largest] ? i : largest;
    }
    for (; used > SPLIT_DESTINATIONS; used--) {
        uint32_t smallest = UINT32_MAX;
        for (uint32_t i = 0; i < draft->count; i++) {
            if (i != largest && shares[i] > 0 &&
                (smallest == UINT32_MAX || shares[i] < shares[smallest]))
                smallest = i;
        }
        assert(smallest != UINT32_MAX);
        shares[largest] += shares[smallest];
        shares[smallest] = 0;
    }
    for (uint32_t i = 0; i < draft->count; i++) {
        if (shares[i] == 0)
            continue;
        out->destination[out->count] = draft->destination[i];
        out->share_milli[out->count] = shares[i];
        out->next_place[out->count] = draft->next_place[i];
        out->count++;
    }
}

static bool gain_is_real(const struct proposed_split *proposed)
{
    if (proposed->stay_s <= proposed->move_s)
        return false;
    uint32_t gain = proposed->stay_s - proposed->move_s;
    return gain > GAIN_LEAST_S && gain > proposed->stay_s / GAIN_PART;
}

/* What becomes of one split. */
static struct split settle(const struct stadium *s, const struct split *present,
                           const struct proposed_split *proposed, int64_t now_ms)
{
    struct split next = { .origin = present->origin, .purpose = present->purpose };
    struct draft draft = draft_of(s, present, proposed);
    if (present->count == 0 || s->plan.fresh) {
        draft_finish(&draft, draft.proposed_milli, &next);
        return next;
    }
    uint32_t freed = draft_spread_freed(&draft);
    bool may_move = now_ms - present->moved_ms >= DWELL_MS && gain_is_real(proposed);
    if (may_move)
        draft_step(&draft);
    else if (freed == 0)
        return *present;
    draft_finish(&draft, draft.present_milli, &next);
    return next;
}

/* A split that nothing is proposed for: it stays, less what is closed. */
static struct split settle_alone(const struct stadium *s, const struct split *present)
{
    struct split next = { .origin = present->origin, .purpose = present->purpose };
    uint32_t weights[SPLIT_DESTINATIONS], parts[SPLIT_DESTINATIONS];
    for (uint32_t i = 0; i < present->count; i++) {
        if (!destination_is_open(s, present->purpose, present->destination[i]))
            continue;
        next.destination[next.count] = present->destination[i];
        next.next_place[next.count] = present->next_place[i];
        weights[next.count++] = present->share_milli[i];
    }
    if (next.count > 0) {
        apportion(SHARE_WHOLE_MILLI, weights, next.count, parts);
        memcpy(next.share_milli, parts, next.count * sizeof(*parts));
    }
    return next;
}

static bool split_equal(const struct split *a, const struct split *b)
{
    size_t size = a->count * sizeof(uint32_t);
    return a->count == b->count && memcmp(a->destination, b->destination, size) == 0 &&
           memcmp(a->share_milli, b->share_milli, size) == 0 &&
           memcmp(a->next_place, b->next_place, size) == 0;
}

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

enum status plan_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct adopt_plan *answer = &command->as.adopt_plan;
    enum status status = check_answer(s, answer, out);
    if (status != STATUS_OK)
        return status;
    uint32_t splits = venue_places(&s->venue) * PURPOSE_COUNT, count = 0, proposed = 0;
    struct split *changed = arena_array(&out->arena, splits, sizeof(*changed));
    for (uint32_t i = 0; i < splits; i++) {
        const struct split *present = &s->splits[i];
        const struct proposed_split *next = &answer->splits[proposed];
        if (proposed < answer->split_count && split_index(next->origin, next->purpose) == i) {
            changed[count] = settle(s, present, next, command->time_ms);
            proposed++;
        } else {
            changed[count] = settle_alone(s, present);
        }
        if (!split_equal(&changed[count], present))
            count++;
    }
    if (count == 0) {
        facts_add(out, FACT_PLAN_KEPT, command->time_ms)->as.plan_kept =
            (struct plan_kept){ answer->wanted, answer->clearance_s };
        return STATUS_OK;
    }
    struct plan_adopted *adopted =
        &facts_add(out, FACT_PLAN_ADOPTED, command->time_ms)->as.plan_adopted;
    adopted->number = s->plan.number + 1;
    adopted->wanted = answer->wanted;
    adopted->clearance_s = answer->clearance_s;
    adopted_fill(adopted, changed, count, &out->arena);
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------------
 */

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
    plan->fresh = 0;
}
