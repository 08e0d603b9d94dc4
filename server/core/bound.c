/* How far any plan could get: what a planner proved, beside the plan in force. */
#include "server/core/state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static bool all_below(struct u32s column, uint32_t count)
{
    for (uint32_t i = 0; i < column.count; i++)
        if (column.v[i] >= count)
            return false;
    return column.count <= count;
}

/* Between exact ones, while nothing but people moves: each takes a thread a second or two. */
enum { EXACT_EVERY_MS = 60 * 1000 };

bool stadium_exact_wanted(const struct stadium *s)
{
    const struct plan *plan = &s->plan;
    return s->bound.people > 0 && s->bound.wanted == plan->answered &&
           plan->wanted == plan->answered && !s->bound.exact &&
           (plan->exact_ms == 0 || plan->wanted_ms - plan->exact_ms >= EXACT_EVERY_MS);
}

/* NULL, or what is wrong with it. */
static const char *bound_fault(const struct stadium *s, const struct plan_bound *bound)
{
    if (!all_below(bound->cut_gate, s->venue.gate_count) ||
        !all_below(bound->cut_opening, s->venue.opening_count))
        return "cuts doors that are not there";
    if (bound->bound_ms > 0 && bound->cut_milli_ppm == 0)
        return "is later than its cut can tell";
    return NULL;
}

/* With the answer that it comes with, or after it. */
enum status bound_check(const struct stadium *s, const struct plan_bound *bound, struct facts *out)
{
    const char *fault = bound_fault(s, bound);
    return fault ? facts_refuse(out, STATUS_PLAN_BROKEN, "bound", "The bound of plan %u %s",
                                bound->wanted, fault)
                 : STATUS_OK;
}

void bound_add(const struct plan_bound *bound, int64_t time_ms, struct facts *out)
{
    struct plan_bound *to = &facts_add(out, FACT_PLAN_BOUNDED, time_ms)->as.plan_bounded;
    *to = *bound;
    to->cut_gate = u32s_copy(bound->cut_gate, &out->arena);
    to->cut_opening = u32s_copy(bound->cut_opening, &out->arena);
}

enum status bound_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct plan_bound *bound = &command->as.bound_plan.bound;
    if (!stadium_venue(s) || bound->wanted == 0 || bound->wanted != s->plan.answered ||
        s->plan.wanted != s->plan.answered)
        return facts_refuse(out, STATUS_PLAN_STALE, "bound.wanted", "Plan %u is no longer wanted",
                            bound->wanted);
    enum status status = bound_check(s, bound, out);
    if (status == STATUS_OK)
        bound_add(bound, command->time_ms, out);
    return status;
}

void bound_evolve(struct stadium *s, const struct fact *fact)
{
    const struct plan_bound *from = &fact->as.plan_bounded;
    struct plan_bound *to = &s->bound;
    assert(all_below(from->cut_gate, s->imported.gate_count) &&
           all_below(from->cut_opening, s->imported.opening_count));
    /* The second word on the same question. */
    if (to->wanted == from->wanted)
        s->plan.exact_ms = fact->time_ms;
    if (to->wanted)
        row_remove(s, ROW_PLAN_BOUND, 0, to);
    const struct u32s gates = to->cut_gate, openings = to->cut_opening;
    *to = *from;
    to->cut_gate = gates;
    to->cut_opening = openings;
    u32s_take(&to->cut_gate, from->cut_gate);
    u32s_take(&to->cut_opening, from->cut_opening);
    row_add(s, ROW_PLAN_BOUND, 0, to);
}

void bound_image(struct image *image, struct stadium *s)
{
    struct plan_bound *bound = &s->bound;
    image_bytes(image, bound, offsetof(struct plan_bound, cut_gate));
    image_count(image, &bound->cut_gate.count, s->imported.gate_count);
    image_count(image, &bound->cut_opening.count, s->imported.opening_count);
    image_array(image, (void **)&bound->cut_gate.v, s->imported.gate_count, sizeof(uint32_t));
    image_array(image, (void **)&bound->cut_opening.v, s->imported.opening_count, sizeof(uint32_t));
}
