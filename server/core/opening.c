/* Passages inside the ground that are shut: a stair that is blocked, a door that stays locked. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum status opening_decide(const struct stadium *s, const struct command *command,
                           struct facts *out)
{
    const struct set_opening *set = &command->as.set_opening;
    const struct venue *venue = stadium_venue(s);
    if (!venue)
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (set->opening >= venue->opening_count)
        return facts_refuse(out, STATUS_BAD_FIELD, "opening",
                            "opening: %u is no opening of \"%s\"; it has 0 to %u", set->opening,
                            venue->id, venue->opening_count - 1);
    if (set->mode != GATE_OPEN && set->mode != GATE_CLOSED)
        return facts_refuse(out, STATUS_BAD_FIELD, "mode",
                            "mode: %u is no mode of an opening; use OPEN or CLOSED", set->mode);
    if (opening_is_open(&s->opening_states[set->opening]) == (set->mode == GATE_OPEN))
        return STATUS_OK;
    struct opening_set *fact = &facts_add(out, FACT_OPENING_SET, command->time_ms)->as.opening_set;
    fact->opening = set->opening;
    fact->mode = set->mode;
    memcpy(fact->reason, set->reason, sizeof(fact->reason));
    return STATUS_OK;
}

void opening_evolve(struct stadium *s, const struct fact *fact)
{
    const struct opening_set *set = &fact->as.opening_set;
    assert(stadium_venue(s) && set->opening < s->venue.opening_count);
    struct opening_state *state = &s->opening_states[set->opening];
    if (state->set_ms)
        row_remove(s, ROW_OPENING_STATE, set->opening, state);
    state->mode = set->mode;
    state->set_ms = fact->time_ms;
    row_add(s, ROW_OPENING_STATE, set->opening, state);
    plan_upset(s);
}

bool opening_is_open(const struct opening_state *state)
{
    return state->mode != GATE_CLOSED;
}

const struct opening_state *stadium_openings(const struct stadium *s)
{
    return s->opening_states;
}
