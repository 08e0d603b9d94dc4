#include "server/adapters/planner/prove.h"

#include "sim/flow/bound.h"
#include "sim/flow/expanded.h"

#include <math.h>

/* Clearance: so much of the people, as flow_problem has it by default. */
static const double cleared_part = 0.98;

static struct flow_problem everybody(const struct planner_job *job, const struct walkways *ways,
                                     const struct flow_origin *origins, uint32_t origin_count)
{
    return (struct flow_problem){ .node_count = ways->places,
                                  .links = ways->links,
                                  .link_count = ways->link_count,
                                  .destinations = ways->gates,
                                  .destination_count = job->venue->gate_count,
                                  .origins = origins,
                                  .origin_count = origin_count,
                                  .clearance_part = cleared_part };
}

static uint32_t milliseconds(double seconds)
{
    return seconds < 0 ? 0 : (uint32_t)fmin(seconds * 1000, UINT32_MAX);
}

/* Nobody needs time to walk, and passages pass the most: whatever the crowd does, it is slower. */
static void find_bound(struct flow_problem problem, const struct walkways *ways,
                       struct arena *arena, struct flow_bound *bound)
{
    struct flow_link *links = arena_copy(arena, problem.links, problem.link_count * sizeof *links);
    struct flow_destination *gates =
        arena_copy(arena, problem.destinations, problem.destination_count * sizeof *gates);
    for (uint32_t i = 0; i < problem.link_count; i++) {
        links[i].walk_s = 0;
        links[i].capacity_ps = ways->link_most_ps[i];
    }
    for (uint32_t i = 0; i < problem.destination_count; i++) {
        gates[i].walk_s = 0;
        gates[i].capacity_ps = ways->gate_most_ps[i];
    }
    problem.links = links;
    problem.destinations = gates;
    flow_bound(&problem, bound);
}

static struct u32s indices(const bool *marked, const uint32_t *index, uint32_t count,
                           struct arena *arena)
{
    uint32_t *found = arena_array(arena, count, sizeof *found), used = 0;
    for (uint32_t i = 0; i < count; i++)
        if (marked[i])
            found[used++] = index ? index[i] : i;
    return (struct u32s){ found, used };
}

/* Who can leave at all. */
static double count_leaving(const struct flow_problem *problem, double unreachable)
{
    double people = 0;
    for (uint32_t o = 0; o < problem->origin_count; o++)
        people += problem->origins[o].people;
    return people - unreachable;
}

/* False: job->cancelled, or it is never over. */
static bool prove_exactly(struct planner_job *job, const struct flow_problem *problem)
{
    struct flow_expanded expanded;
    if (!flow_expand(problem, &job->cancelled, &expanded))
        return false;
    job->bound.fit_ms = milliseconds(expanded.clearance_s);
    job->bound.exact = 1;
    flow_expanded_fini(&expanded);
    return job->bound.people > 0;
}

void prove(struct planner_job *job, const struct walkways *ways, const struct flow_origin *origins,
           uint32_t origin_count)
{
    const struct flow_problem problem = everybody(job, ways, origins, origin_count);
    struct flow_plan quick;
    struct flow_bound bound;
    flow_solve(&problem, &quick);
    const double leaving = count_leaving(&problem, quick.unreachable_people);
    job->bound = (struct plan_bound){ .wanted = job->wanted };
    if (leaving >= 1) {
        find_bound(problem, ways, &job->arena, &bound);
        /* The cut's own word: those behind it, but for the part that does not count, through its
         * doors. */
        const double passed = bound.people - (1 - cleared_part) * leaving;
        const bool by_doors = bound.capacity_ps > 0 && passed > 0;
        job->bound.people = (uint32_t)lround(leaving);
        job->bound.fit_ms = milliseconds(quick.clearance_s);
        job->bound.bound_ms = by_doors ? milliseconds(passed / bound.capacity_ps) : 0;
        job->bound.cut_people = by_doors ? (uint32_t)lround(bound.people) : 0;
        job->bound.cut_milli_ppm = by_doors ? (uint32_t)ceil(bound.capacity_ps * 60000) : 0;
        job->bound.cut_gate =
            indices(bound.destination_cut, NULL, problem.destination_count, &job->arena);
        job->bound.cut_opening =
            indices(bound.link_cut, ways->opening, problem.link_count, &job->arena);
        flow_bound_fini(&bound);
    }
    flow_plan_fini(&quick);
    if (job->exact && !prove_exactly(job, &problem))
        job->bound.wanted = atomic_load(&job->cancelled) ? 0 : job->wanted;
}
