#include "server/adapters/planner/threshold.h"

#include "server/adapters/planner/prove.h"
#include "server/adapters/planner/rules.h"

#include <math.h>

struct goal {
    uint32_t index; /* Gate or facility. */
    double occupancy;
    double *far_s; /* By place. */
    uint32_t *next;
};

struct rule {
    struct planner_job *job;
    struct walkways ways;
    struct goal *goals;
    uint32_t goal_count;
    const struct override *overrides; /* NULL: none. */
};

static double occupancy(const struct planner_job *job, uint32_t zone)
{
    const uint32_t capacity = job->venue->zones[zone].capacity_people;
    return job->people[zone] / fmax(1, capacity);
}

static void add_goal(struct rule *rule, uint32_t index, uint32_t zone, double walk_s)
{
    struct arena *arena = &rule->job->arena;
    struct goal *goal = &rule->goals[rule->goal_count++];
    goal->index = index;
    goal->occupancy = occupancy(rule->job, zone);
    goal->far_s = arena_array(arena, rule->ways.places, sizeof *goal->far_s);
    goal->next = arena_array(arena, rule->ways.places, sizeof *goal->next);
    walkways_to(&rule->ways, zone, walk_s, goal->far_s, goal->next);
}

static void find_goals(struct rule *rule, enum purpose purpose)
{
    const struct planner_job *job = rule->job;
    const struct venue *venue = job->venue;
    const uint32_t kind = purpose == PURPOSE_FOOD ? FACILITY_FOOD : FACILITY_TOILETS;
    rule->goal_count = 0;
    rule->goals = arena_array(&rule->job->arena, (size_t)venue->gate_count + venue->facility_count,
                              sizeof *rule->goals);
    for (uint32_t g = 0; purpose == PURPOSE_EXIT && g < venue->gate_count; g++)
        if (!rule->ways.gates[g].closed)
            add_goal(rule, g, rule->ways.gates[g].node, rule->ways.gates[g].walk_s);
    for (uint32_t f = 0; purpose != PURPOSE_EXIT && f < venue->facility_count; f++)
        if (venue->facilities[f].kind == kind)
            add_goal(rule, f, venue->facilities[f].zone, 0);
}

/* The nearest one that is less full and allowed; NULL: there is none. */
static const struct goal *nearest(const struct rule *rule, uint32_t place,
                                  const struct override *allowed, double less_than)
{
    const struct goal *best = NULL;
    for (uint32_t i = 0; i < rule->goal_count; i++) {
        const struct goal *goal = &rule->goals[i];
        if (goal->far_s[place] < HUGE_VAL && goal->occupancy < less_than &&
            override_allows(allowed, goal->index) &&
            (!best || goal->far_s[place] < best->far_s[place]))
            best = goal;
    }
    return best;
}

static void decide_fixed(const struct rule *rule, uint32_t place, const struct override *fixed,
                         struct proposed_split *out)
{
    bool reached = false;
    for (uint32_t i = 0; i < fixed->count; i++)
        for (uint32_t k = 0; k < rule->goal_count; k++)
            if (rule->goals[k].index == fixed->destination[i]) {
                reached = reached || rule->goals[k].far_s[place] < HUGE_VAL;
                out->destination[out->count] = fixed->destination[i];
                out->share_milli[out->count] = fixed->share_milli[i];
                out->next_place[out->count++] = rule->goals[k].next[place];
            }
    if (!reached)
        out->count = 0;
}

static bool decide(const struct rule *rule, uint32_t place, enum purpose purpose,
                   struct proposed_split *out)
{
    const struct override *said = rule_for(rule->overrides, place, purpose);
    /* It does not ask what would be gained. */
    *out = (struct proposed_split){ .origin = place, .purpose = purpose, .stay_s = UINT32_MAX };
    if (said && said->kind == OVERRIDE_FIXED) {
        decide_fixed(rule, place, said, out);
        return out->count > 0;
    }
    const struct goal *goal = nearest(rule, place, said, HUGE_VAL), *other = NULL;
    if (!goal)
        return false;
    if (goal->occupancy > THRESHOLD_FULL)
        other = nearest(rule, place, said, THRESHOLD_EMPTY);
    goal = other ? other : goal;
    out->count = 1;
    out->destination[0] = goal->index;
    out->share_milli[0] = SHARE_WHOLE_MILLI;
    out->next_place[0] = goal->next[place];
    return true;
}

static void propose_splits(struct rule *rule)
{
    struct planner_job *job = rule->job;
    const uint32_t places = rule->ways.places;
    struct proposed_split *out =
        arena_array(&job->arena, (size_t)places * PURPOSE_COUNT, sizeof *out);
    struct rule by_purpose[PURPOSE_COUNT];
    for (uint32_t k = 0; k < PURPOSE_COUNT; k++) {
        by_purpose[k] = *rule;
        find_goals(&by_purpose[k], (enum purpose)(k + 1));
    }
    job->proposed_count = 0;
    for (uint32_t place = 0; place < places; place++)
        for (uint32_t k = 0; place_is_left(job, place) && k < PURPOSE_COUNT; k++)
            if (decide(&by_purpose[k], place, (enum purpose)(k + 1), &out[job->proposed_count]))
                job->proposed_count++;
    job->proposed = out;
}

void propose_by_threshold(struct planner_job *job)
{
    struct rule rule = { .job = job, .overrides = rules_of(job, &job->arena) };
    uint32_t count;
    uint64_t leaving;
    walkways_init(&rule.ways, job, &job->arena);
    const struct flow_origin *origins = walkways_people(job, &job->arena, &count, &leaving);
    prove(job, &rule.ways, origins, count);
    if (!job->exact)
        propose_splits(&rule);
}
