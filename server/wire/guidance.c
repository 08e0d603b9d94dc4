#include "server/wire/guidance.h"

#include <string.h>

Tifo__V1__Split *wire_split(const struct split *from, struct arena *arena)
{
    const size_t size = from->count * sizeof from->destination[0];
    Tifo__V1__Split *to = arena_alloc(arena, sizeof *to);
    tifo__v1__split__init(to);
    to->origin = from->origin;
    to->purpose = (Tifo__V1__Purpose)from->purpose;
    to->n_destination = to->n_share_milli = to->n_next_place = from->count;
    to->destination = arena_copy(arena, from->destination, size);
    to->share_milli = arena_copy(arena, from->share_milli, size);
    to->next_place = arena_copy(arena, from->next_place, size);
    return to;
}

static Tifo__V1__PlanBound *bound(const struct plan_bound *from, struct arena *arena)
{
    Tifo__V1__PlanBound *to = arena_alloc(arena, sizeof *to);
    tifo__v1__plan_bound__init(to);
    to->people = from->people;
    to->fit_ms = from->fit_ms;
    to->exact = from->exact;
    to->bound_ms = from->bound_ms;
    to->cut_people = from->cut_people;
    to->cut_capacity_ppm = from->cut_milli_ppm / 1000.0;
    to->n_cut_gate = from->cut_gate.count;
    to->cut_gate = arena_copy(arena, from->cut_gate.v, from->cut_gate.count * sizeof(uint32_t));
    to->n_cut_opening = from->cut_opening.count;
    to->cut_opening =
        arena_copy(arena, from->cut_opening.v, from->cut_opening.count * sizeof(uint32_t));
    return to;
}

/* What a planner proposes, as if it were adopted whole. */
Tifo__V1__Plan *wire_proposal(const struct planner_job *job, struct arena *arena)
{
    Tifo__V1__Plan *to = arena_alloc(arena, sizeof *to);
    tifo__v1__plan__init(to);
    to->clearance_s = job->clearance_s;
    to->compliance_milli = job->compliance_milli;
    if (job->bound.people > 0)
        to->bound = bound(&job->bound, arena);
    to->splits = arena_array(arena, job->proposed_count, sizeof *to->splits);
    for (uint32_t i = 0; i < job->proposed_count; i++) {
        const struct proposed_split *from = &job->proposed[i];
        struct split whole = { .origin = from->origin,
                               .purpose = from->purpose,
                               .count = from->count };
        memcpy(whole.destination, from->destination, sizeof whole.destination);
        memcpy(whole.share_milli, from->share_milli, sizeof whole.share_milli);
        memcpy(whole.next_place, from->next_place, sizeof whole.next_place);
        to->splits[to->n_splits++] = wire_split(&whole, arena);
    }
    return to;
}

Tifo__V1__PlanBound *wire_bound(const struct stadium *stadium, struct arena *arena)
{
    const struct plan_bound *now = stadium_plan_bound(stadium);
    return now->people > 0 ? bound(now, arena) : NULL;
}

Tifo__V1__Plan *wire_plan(const struct stadium *stadium, struct arena *arena)
{
    const struct plan *plan = stadium_plan(stadium);
    Tifo__V1__Plan *to = arena_alloc(arena, sizeof *to);
    tifo__v1__plan__init(to);
    to->to_seq = stadium_seq(stadium);
    to->number = plan->number;
    to->adopted_ms = plan->adopted_ms;
    to->clearance_s = plan->clearance_s;
    to->compliance_milli = plan->compliance_milli;
    to->bound = wire_bound(stadium, arena);

    uint32_t count = 0;
    const struct split *splits = NULL;
    if (stadium_venue(stadium))
        splits = stadium_splits(stadium, &count);
    to->splits = arena_array(arena, count, sizeof *to->splits);
    for (uint32_t i = 0; i < count; i++)
        if (splits[i].count > 0)
            to->splits[to->n_splits++] = wire_split(&splits[i], arena);
    return to;
}
