#include "server/adapters/planner/rules.h"

/* By gate or facility: where people of that purpose can go. */
static bool *destinations(const struct planner_job *job, enum purpose purpose, struct arena *arena,
                          uint32_t *count)
{
    const struct venue *venue = job->venue;
    const uint32_t kind = purpose == PURPOSE_FOOD ? FACILITY_FOOD : FACILITY_TOILETS;
    *count = purpose == PURPOSE_EXIT ? venue->gate_count : venue->facility_count;
    bool *open = arena_array(arena, *count, sizeof *open);
    for (uint32_t d = 0; d < *count; d++)
        open[d] = purpose == PURPOSE_EXIT ? job->gate_open[d] : venue->facilities[d].kind == kind;
    return open;
}

struct override *rules_of(const struct planner_job *job, struct arena *arena)
{
    const uint32_t splits = venue_places(job->venue) * PURPOSE_COUNT;
    uint32_t counts[PURPOSE_COUNT];
    bool *open[PURPOSE_COUNT];
    if (!job->overrides)
        return NULL;
    struct override *effects = arena_array(arena, splits, sizeof *effects);
    for (uint32_t k = 0; k < PURPOSE_COUNT; k++)
        open[k] = destinations(job, (enum purpose)(k + 1), arena, &counts[k]);
    for (uint32_t i = 0; i < splits; i++)
        if (job->overrides[i].kind)
            effects[i] = override_effect(&job->overrides[i], open[i % PURPOSE_COUNT],
                                         counts[i % PURPOSE_COUNT]);
    return effects;
}

const struct override *rule_for(const struct override *rules, uint32_t place, enum purpose purpose)
{
    const struct override *rule =
        rules ? &rules[place * PURPOSE_COUNT + (uint32_t)purpose - 1] : NULL;
    return rule && rule->kind ? rule : NULL;
}
