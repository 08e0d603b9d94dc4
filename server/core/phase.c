#include "server/core/state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

bool phase_keeps(const struct phase *phase, uint32_t block)
{
    const struct u32s leave = phase->leave_block;
    uint32_t low = 0, high = leave.count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (leave.v[middle] == block)
            return false;
        if (leave.v[middle] < block)
            low = middle + 1;
        else
            high = middle;
    }
    return leave.count > 0;
}

static bool stage_equal(const struct phase *a, const struct phase *b)
{
    const struct u32s of_a = a->leave_block, of_b = b->leave_block;
    return of_a.count == of_b.count &&
           (of_a.count == 0 || memcmp(of_a.v, of_b.v, of_a.count * sizeof(*of_a.v)) == 0);
}

static bool phase_equal(const struct phase *a, const struct phase *b)
{
    return a->kind == b->kind && a->started_ms == b->started_ms && a->ends_ms == b->ends_ms &&
           strcmp(a->label, b->label) == 0 && strcmp(a->next_label, b->next_label) == 0 &&
           stage_equal(a, b);
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

static enum status stage_check(const struct stadium *s, const struct phase *phase,
                               struct facts *out)
{
    static const char field[] = "phase.leave_block";
    const struct u32s leave = phase->leave_block;
    if (leave.count > 0 && phase->kind != PHASE_EVACUATION)
        return facts_refuse(out, STATUS_BAD_FIELD, field,
                            "phase.leave_block: only an EVACUATION is by stages; leave it empty");
    for (uint32_t i = 0; i < leave.count; i++) {
        if (leave.v[i] >= s->venue.block_count)
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "phase.leave_block: %u is no block of \"%s\"; it has 0 to %u",
                                leave.v[i], s->venue.id, s->venue.block_count - 1);
        if (i > 0 && leave.v[i] <= leave.v[i - 1])
            return facts_refuse(out, STATUS_BAD_FIELD, field,
                                "phase.leave_block: %u comes after %u; blocks ascend, each once",
                                leave.v[i], leave.v[i - 1]);
    }
    return STATUS_OK;
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
    if (stage_check(s, phase, out) != STATUS_OK)
        return out->refusal.status;
    if (!phase_equal(phase, &s->phase)) {
        struct phase *to = &facts_add(out, FACT_PHASE_SET, command->time_ms)->as.phase_set;
        *to = *phase;
        to->leave_block = u32s_copy(phase->leave_block, &out->arena);
    }
    return STATUS_OK;
}

void phase_evolve(struct stadium *s, const struct fact *fact)
{
    const struct phase *from = &fact->as.phase_set;
    assert(from->leave_block.count <= s->imported.block_count);
    if (from->kind != s->phase.kind || !stage_equal(from, &s->phase))
        plan_upset(s);
    row_remove(s, ROW_PHASE, 0, &s->phase);
    struct u32s leave_block = s->phase.leave_block;
    u32s_take(&leave_block, from->leave_block);
    s->phase = *from;
    s->phase.leave_block = leave_block;
    row_add(s, ROW_PHASE, 0, &s->phase);
    /* What a gate can pass depends on the phase. */
    for (uint32_t i = 0; i < s->venue.gate_count; i++) {
        row_remove(s, ROW_GATE_STATE, i, &s->gate_states[i]);
        gate_refresh(s, i, fact->time_ms);
        row_add(s, ROW_GATE_STATE, i, &s->gate_states[i]);
    }
}

void phase_image(struct image *image, struct stadium *s)
{
    struct phase *phase = &s->phase;
    image_bytes(image, phase, offsetof(struct phase, leave_block));
    image_count(image, &phase->leave_block.count, s->imported.block_count);
    image_array(image, (void **)&phase->leave_block.v, s->imported.block_count, sizeof(uint32_t));
}
