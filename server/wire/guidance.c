#include "server/wire/guidance.h"

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

Tifo__V1__Plan *wire_plan(const struct stadium *stadium, struct arena *arena)
{
    const struct plan *plan = stadium_plan(stadium);
    Tifo__V1__Plan *to = arena_alloc(arena, sizeof *to);
    tifo__v1__plan__init(to);
    to->to_seq = stadium_seq(stadium);
    to->number = plan->number;
    to->adopted_ms = plan->adopted_ms;
    to->clearance_s = plan->clearance_s;

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
