#include "server/core/state.h"

#include <string.h>

static bool phase_equal(const struct phase *a, const struct phase *b)
{
    return a->kind == b->kind && a->started_ms == b->started_ms && a->ends_ms == b->ends_ms &&
           strcmp(a->label, b->label) == 0 && strcmp(a->next_label, b->next_label) == 0;
}

/* With when it began, if the request does not say. */
static struct phase since(const struct phase *asked, const struct stadium *s, int64_t time_ms)
{
    struct phase phase = *asked;
    if (phase.started_ms == 0) {
        phase.started_ms = s->phase.started_ms;
        if (!phase_equal(&phase, &s->phase))
            phase.started_ms = time_ms;
    }
    return phase;
}

enum status phase_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct phase begun = since(&command->as.set_phase.phase, s, command->time_ms);
    const struct phase *phase = &begun;
    if (!stadium_venue(s))
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (phase->kind < PHASE_ENTRY || phase->kind > PHASE_EVACUATION)
        return facts_refuse(out, STATUS_BAD_FIELD, "phase.kind",
                            "phase.kind: %u is no phase; use ENTRY, PLAY, BREAK, EGRESS or "
                            "EVACUATION",
                            phase->kind);
    if (phase->started_ms < 0 || phase->started_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "phase.started_ms",
                            "phase.started_ms: %lld is no time; it counts milliseconds since 1970",
                            (long long)phase->started_ms);
    if (phase->ends_ms < 0 || phase->ends_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "phase.ends_ms",
                            "phase.ends_ms: %lld is no time; it counts milliseconds since 1970",
                            (long long)phase->ends_ms);
    if (phase->ends_ms != 0 && phase->ends_ms < phase->started_ms)
        return facts_refuse(
            out, STATUS_BAD_FIELD, "phase.ends_ms",
            "phase.ends_ms: the phase ends before it starts; use 0 for an open end");
    if (!phase_equal(phase, &s->phase))
        facts_add(out, FACT_PHASE_SET, command->time_ms)->as.phase_set = *phase;
    return STATUS_OK;
}

void phase_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->as.phase_set.kind != s->phase.kind)
        plan_upset(s);
    row_remove(s, ROW_PHASE, 0, &s->phase);
    s->phase = fact->as.phase_set;
    row_add(s, ROW_PHASE, 0, &s->phase);
    /* What a gate can pass depends on the phase. */
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        row_remove(s, ROW_GATE_STATE, i, &s->gate_states[i]);
        gate_refresh(s, i, fact->time_ms);
        row_add(s, ROW_GATE_STATE, i, &s->gate_states[i]);
    }
}
