#include "server/app/question.h"

/* A line that stood for more than the minute that flows are measured over shows what a gate lets
 * through, unless it is so short that somebody is always on the way to it. */
enum { LINE_LEAST = 20, LINE_MS = 70 * 1000 };

bool question_open(const struct stadium *stadium)
{
    const struct plan *plan = stadium_plan(stadium);
    return stadium_venue(stadium) && plan->wanted != plan->answered;
}

/* NULL: there are none. */
static struct override *copy_overrides(const struct stadium *stadium, struct arena *arena)
{
    uint32_t count;
    const struct override *rules = stadium_overrides(stadium, &count);
    for (uint32_t i = 0; i < count; i++)
        if (rules[i].kind)
            return arena_copy(arena, rules, count * sizeof *rules);
    return NULL;
}

/* NULL: nobody stays. */
static bool *who_stays(const struct stadium *stadium, struct arena *arena)
{
    const struct venue *venue = stadium_venue(stadium);
    const struct phase *phase = stadium_phase(stadium);
    if (phase->leave_block.count == 0)
        return NULL;
    bool *stays = arena_array(arena, venue_places(venue), sizeof *stays);
    for (uint32_t i = 0; i < venue->block_count; i++)
        stays[venue->zone_count + i] = phase_keeps(phase, i);
    return stays;
}

void question_ask(const struct stadium *stadium, struct arena *arena, struct planner_job *job)
{
    const struct venue *venue = stadium_venue(stadium);
    const struct place_state *places = stadium_places(stadium);
    const struct gate_state *gates = stadium_gates(stadium);
    const struct facility_state *facilities = stadium_facilities(stadium);
    const uint32_t place_count = venue_places(venue);

    uint32_t *people = arena_array(arena, place_count, sizeof *people);
    for (uint32_t i = 0; i < place_count; i++)
        people[i] = places[i].people;
    bool *open = arena_array(arena, venue->gate_count, sizeof *open);
    uint32_t *gate_waiting = arena_array(arena, venue->gate_count, sizeof *gate_waiting);
    uint32_t *strained = arena_array(arena, venue->gate_count, sizeof *strained);
    uint64_t *out = arena_array(arena, venue->gate_count, sizeof *out);
    const int64_t now_ms = stadium_now_ms(stadium);
    for (uint32_t i = 0; i < venue->gate_count; i++) {
        const struct queue_state *line = &gates[i].queue;
        out[i] = gates[i].total_out;
        if (line->waiting >= LINE_LEAST && line->queued_ms && now_ms - line->queued_ms >= LINE_MS)
            strained[i] = gates[i].flow_out_ppm;
        open[i] = gates[i].mode == GATE_OPEN;
        gate_waiting[i] = gates[i].queue.waiting;
    }
    uint32_t *facility_waiting =
        arena_array(arena, venue->facility_count, sizeof *facility_waiting);
    for (uint32_t i = 0; i < venue->facility_count; i++)
        facility_waiting[i] = facilities[i].queue.waiting;

    const struct opening_state *openings = stadium_openings(stadium);
    bool *opening_open = arena_array(arena, venue->opening_count, sizeof *opening_open);
    for (uint32_t i = 0; i < venue->opening_count; i++)
        opening_open[i] = opening_is_open(&openings[i]);

    uint32_t split_count;
    const struct split *splits = stadium_splits(stadium, &split_count);
    job->venue = venue;
    job->now_ms = now_ms;
    job->wanted = stadium_plan(stadium)->wanted;
    job->phase = stadium_phase(stadium)->kind;
    job->people = people;
    job->stays = who_stays(stadium, arena);
    job->gate_open = open;
    job->opening_open = opening_open;
    job->gate_waiting = gate_waiting;
    job->facility_waiting = facility_waiting;
    job->gate_out = out;
    job->gate_strained_ppm = strained;
    job->compliance_milli = stadium_plan(stadium)->compliance_milli;
    job->overrides = copy_overrides(stadium, arena);
    job->splits = arena_copy(arena, splits, split_count * sizeof *splits);
}
