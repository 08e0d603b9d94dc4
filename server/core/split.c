/* How a split moves towards a proposal: not at all, by a step, or whole. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum {
    DWELL_MS = 60 * 1000,
    STEP_MILLI = 200,
    GAIN_LEAST_S = 15,
    GAIN_PART = 10, /* A tenth of what it takes now. */
};

/* Destinations of the present split and of the proposed one, ascending. */
enum { DRAFT_DESTINATIONS = 2 * SPLIT_DESTINATIONS };
struct draft {
    uint32_t count;
    uint32_t destination[DRAFT_DESTINATIONS];
    uint32_t next_place[DRAFT_DESTINATIONS];
    uint32_t present_milli[DRAFT_DESTINATIONS]; /* Totals 1000 less what went to closed ones. */
    uint32_t proposed_milli[DRAFT_DESTINATIONS];
};

static bool may_lead(const struct stadium *s, const struct split *split,
                     const struct override *rule, uint32_t destination)
{
    return destination_is_open(s, split->purpose, destination) &&
           override_allows(rule, destination);
}

static struct draft draft_of(const struct stadium *s, const struct split *present,
                             const struct proposed_split *proposed, const struct override *rule)
{
    struct draft draft = { 0 };
    uint32_t a = 0, b = 0;
    while (a < present->count || b < proposed->count) {
        uint32_t from = a < present->count ? present->destination[a] : UINT32_MAX;
        uint32_t to = b < proposed->count ? proposed->destination[b] : UINT32_MAX;
        uint32_t i = draft.count;
        if (from <= to && may_lead(s, present, rule, from)) {
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

/* The shares as a split; of more than it has room for, the smallest join the largest. */
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
struct split split_settle(const struct stadium *s, const struct split *present,
                          const struct proposed_split *proposed, const struct override *rule,
                          int64_t now_ms)
{
    struct split next = { .origin = present->origin, .purpose = present->purpose };
    struct draft draft = draft_of(s, present, proposed, rule);
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
struct split split_settle_alone(const struct stadium *s, const struct split *present,
                                const struct override *rule)
{
    struct split next = { .origin = present->origin, .purpose = present->purpose };
    uint32_t weights[SPLIT_DESTINATIONS], parts[SPLIT_DESTINATIONS];
    for (uint32_t i = 0; i < present->count; i++) {
        if (!may_lead(s, present, rule, present->destination[i]))
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

bool split_equal(const struct split *a, const struct split *b)
{
    size_t size = a->count * sizeof(uint32_t);
    return a->count == b->count && memcmp(a->destination, b->destination, size) == 0 &&
           memcmp(a->share_milli, b->share_milli, size) == 0 &&
           memcmp(a->next_place, b->next_place, size) == 0;
}
