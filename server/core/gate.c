#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum { LEVEL_MILLI_PPM_PER_CM = 820 /* Green Guide, 10.7: 82 people a metre and minute */ };
enum { GATE_SLOW_S = 120, FACILITY_SLOW_S = 300 };

bool gate_limits_exit(const struct gate *gate, uint32_t phase)
{
    return gate->exit_limited && phase != PHASE_EVACUATION;
}

uint32_t gate_exit_milli_ppm(const struct gate *gate, uint32_t phase)
{
    const bool opened = gate->exit_limited && !gate_limits_exit(gate, phase);
    return opened ? gate->width_cm * LEVEL_MILLI_PPM_PER_CM : gate->exit_capacity_milli_ppm;
}

/* How many can pass: in by turnstile before the match, out by width at any other time. */
static uint64_t gate_nominal_milli_ppm(const struct stadium *s, const struct gate *gate)
{
    uint64_t in = (uint64_t)gate->turnstiles * gate->entry_rate_milli_pph / 60;
    return s->phase.kind == PHASE_ENTRY && in > 0 ? in : gate_exit_milli_ppm(gate, s->phase.kind);
}

void gate_refresh(struct stadium *s, uint32_t gate, int64_t now_ms)
{
    struct gate_state *state = &s->gate_states[gate];
    state->flow_in_ppm = window_ppm(state->in_buckets, GATE_BUCKET_MS);
    state->flow_out_ppm = window_ppm(state->out_buckets, GATE_BUCKET_MS);
    const struct service service = {
        .open = state->mode == GATE_OPEN,
        .nominal_milli_ppm = gate_nominal_milli_ppm(s, &s->gates[gate]),
        .measured_milli_ppm = ((uint64_t)state->flow_in_ppm + state->flow_out_ppm) * 1000,
        .window_ms = WINDOW_BUCKETS * GATE_BUCKET_MS,
        .slow_s = GATE_SLOW_S,
    };
    queue_refresh(&state->queue, &service, now_ms);
    wait_observe(&s->waits[s->venue.facility_count + gate], state->total_in + state->total_out,
                 state->queue.waiting, state->queue.wait_s, now_ms);
}

void facility_refresh(struct stadium *s, uint32_t facility, int64_t now_ms)
{
    const struct facility *row = &s->facilities[facility];
    struct facility_state *state = &s->facility_states[facility];
    state->flow_ppm = window_ppm(state->served_buckets, FACILITY_BUCKET_MS);
    const struct service service = {
        .open = true,
        .nominal_milli_ppm = (uint64_t)row->servers * 60 * 1000 * 1000 / row->service_ms,
        .measured_milli_ppm = (uint64_t)state->flow_ppm * 1000,
        .window_ms = WINDOW_BUCKETS * FACILITY_BUCKET_MS,
        .slow_s = FACILITY_SLOW_S,
    };
    queue_refresh(&state->queue, &service, now_ms);
    wait_observe(&s->waits[facility], state->total_served, state->queue.waiting,
                 state->queue.wait_s, now_ms);
}

enum status gate_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct set_gate *set = &command->as.set_gate;
    const struct venue *venue = stadium_venue(s);
    if (!venue)
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (set->gate >= venue->gate_count)
        return facts_refuse(out, STATUS_UNKNOWN_GATE, "gate",
                            "gate: %u is no gate of \"%s\"; it has 0 to %u", set->gate, venue->id,
                            venue->gate_count - 1);
    if (set->mode != GATE_OPEN && set->mode != GATE_CLOSED)
        return facts_refuse(out, STATUS_BAD_FIELD, "mode",
                            "mode: %u is no mode of a gate; use OPEN or CLOSED", set->mode);
    if (s->gate_states[set->gate].mode == set->mode)
        return STATUS_OK;
    struct gate_set *fact = &facts_add(out, FACT_GATE_SET, command->time_ms)->as.gate_set;
    fact->gate = set->gate;
    fact->mode = set->mode;
    memcpy(fact->reason, set->reason, sizeof(fact->reason));
    return STATUS_OK;
}

void gate_evolve(struct stadium *s, const struct fact *fact)
{
    const struct gate_set *set = &fact->as.gate_set;
    assert(stadium_venue(s) && set->gate < s->venue.gate_count);
    struct gate_state *state = &s->gate_states[set->gate];
    row_remove(s, ROW_GATE_STATE, set->gate, state);
    state->mode = set->mode;
    state->set_ms = fact->time_ms;
    gate_refresh(s, set->gate, fact->time_ms);
    row_add(s, ROW_GATE_STATE, set->gate, state);
    plan_upset(s);
}
