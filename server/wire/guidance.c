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

/* ---- Overrides ------------------------------------------------------------------------------- */

bool wire_override(const Tifo__V1__Override *from, const struct check *check, struct override *to)
{
    *to = (struct override){ 0 };
    if (!from)
        return check_refuse(check, "origin", "which one? Say its origin, purpose and kind");
    if (from->n_destination > SPLIT_DESTINATIONS)
        return check_refuse(check, "destination", "%zu are too many; %d are possible",
                            from->n_destination, SPLIT_DESTINATIONS);
    const bool fixed = from->kind == TIFO__V1__OVERRIDE_KIND__OVERRIDE_KIND_FIXED;
    if (from->n_share_milli != (fixed ? from->n_destination : 0))
        return check_refuse(check, "share_milli",
                            fixed ? "give one for each destination" : "is for fixed splits only");
    to->origin = from->origin;
    to->purpose = (uint32_t)from->purpose;
    to->kind = (uint32_t)from->kind;
    to->count = (uint32_t)from->n_destination;
    for (uint32_t i = 0; i < to->count; i++) {
        to->destination[i] = from->destination[i];
        to->share_milli[i] = fixed ? from->share_milli[i] : 0;
    }
    return check_text(check, "reason", from->reason, to->reason, sizeof to->reason);
}

static Tifo__V1__Override *override_message(const struct override *from, const bool *open,
                                            uint32_t count, struct arena *arena)
{
    const size_t size = from->count * sizeof from->destination[0];
    Tifo__V1__Override *to = arena_alloc(arena, sizeof *to);
    tifo__v1__override__init(to);
    to->origin = from->origin;
    to->purpose = (Tifo__V1__Purpose)from->purpose;
    to->kind = (Tifo__V1__OverrideKind)from->kind;
    to->n_destination = from->count;
    to->destination = arena_copy(arena, from->destination, size);
    to->n_share_milli = from->kind == OVERRIDE_FIXED ? from->count : 0;
    to->share_milli = arena_copy(arena, from->share_milli, size);
    to->reason = arena_copy(arena, from->reason, strlen(from->reason) + 1);
    to->set_ms = from->set_ms;
    to->suspended = override_effect(from, open, count).kind == 0;
    return to;
}

/* `open`: by gate, or NULL: as it is in the stadium. */
static void add_overrides(Tifo__V1__Plan *plan, const struct stadium *stadium,
                          const struct override *rules, const bool *open_gates, struct arena *arena)
{
    uint32_t splits, counts[PURPOSE_COUNT];
    const bool *open[PURPOSE_COUNT];
    (void)stadium_overrides(stadium, &splits);
    if (!rules || splits == 0)
        return;
    for (uint32_t k = 0; k < PURPOSE_COUNT; k++)
        open[k] = stadium_destinations_open(stadium, k + 1, arena, &counts[k]);
    if (open_gates)
        open[PURPOSE_EXIT - 1] = open_gates;
    for (uint32_t i = 0; i < splits; i++)
        plan->n_overrides += rules[i].kind != 0;
    plan->overrides = arena_array(arena, plan->n_overrides, sizeof *plan->overrides);
    plan->n_overrides = 0;
    for (uint32_t i = 0; i < splits; i++)
        if (rules[i].kind)
            plan->overrides[plan->n_overrides++] = override_message(
                &rules[i], open[i % PURPOSE_COUNT], counts[i % PURPOSE_COUNT], arena);
}

static void add_closed_openings(Tifo__V1__Plan *plan, const bool *open, uint32_t count,
                                struct arena *arena)
{
    plan->closed_opening = arena_array(arena, count, sizeof *plan->closed_opening);
    for (uint32_t i = 0; i < count; i++)
        if (!open[i])
            plan->closed_opening[plan->n_closed_opening++] = i;
}

/* ---- Plans ----------------------------------------------------------------------------------- */

/* What a planner proposes, as if it were adopted whole. */
Tifo__V1__Plan *wire_proposal(const struct stadium *stadium, const struct planner_job *job,
                              struct arena *arena)
{
    Tifo__V1__Plan *to = arena_alloc(arena, sizeof *to);
    tifo__v1__plan__init(to);
    to->clearance_s = job->clearance_s;
    to->free_clearance_s = job->free_clearance_s;
    to->compliance_milli = job->compliance_milli;
    add_overrides(to, stadium, job->overrides, job->gate_open, arena);
    add_closed_openings(to, job->opening_open, job->venue->opening_count, arena);
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

/* What operators say and what is shut. */
static void add_present(Tifo__V1__Plan *to, const struct stadium *stadium, struct arena *arena)
{
    uint32_t splits;
    const uint32_t count = stadium_venue(stadium)->opening_count;
    const struct opening_state *states = stadium_openings(stadium);
    bool *open = arena_array(arena, count, sizeof *open);
    for (uint32_t i = 0; i < count; i++)
        open[i] = opening_is_open(&states[i]);
    add_closed_openings(to, open, count, arena);
    add_overrides(to, stadium, stadium_overrides(stadium, &splits), NULL, arena);
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
    to->free_clearance_s = plan->free_clearance_s;
    if (stadium_venue(stadium)) {
        splits = stadium_splits(stadium, &count);
        add_present(to, stadium, arena);
    }
    to->splits = arena_array(arena, count, sizeof *to->splits);
    for (uint32_t i = 0; i < count; i++)
        if (splits[i].count > 0)
            to->splits[to->n_splits++] = wire_split(&splits[i], arena);
    return to;
}
