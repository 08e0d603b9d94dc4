#include "sim/arrival.h"

#include "sim/ground.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE_BEHIND UINT32_MAX

/* What the server says where it expects nobody to get in. */
static const uint32_t wait_unknown_s = UINT32_MAX;

void arrival_init(struct arrival *a, const struct behaviour_def *def)
{
    uint32_t gates = (uint32_t)def->venue->n_gates;
    a->def = *def;
    a->lines = memory_array(gates, sizeof *a->lines);
    a->behind = memory_array(crowd_tally(def->crowd).people, sizeof *a->behind);
    a->wait_s = memory_array(gates, sizeof *a->wait_s);
    a->has_waits = false;
    for (uint32_t g = 0; g < gates; g++) {
        struct gate_line *line = &a->lines[g];
        line->door = ground_gate_door(def->venue, g);
        line->can_enter = ground_gate_turnstiles(def->venue, g, &line->facility);
        line->first = line->last = NONE_BEHIND;
    }
}

void arrival_fini(struct arrival *a)
{
    free(a->lines);
    free(a->behind);
    free(a->wait_s);
}

void arrival_hear(struct arrival *a, const uint32_t *wait_s)
{
    a->has_waits = wait_s != NULL;
    if (a->has_waits)
        memcpy(a->wait_s, wait_s, a->def.venue->n_gates * sizeof *wait_s);
}

/* Where one can go in now; where every gate is shut, any that has turnstiles will open some time.
 */
static bool lets_in(const struct arrival *a, uint32_t gate, bool though_shut)
{
    const struct gate_line *line = &a->lines[gate];
    return line->can_enter && (though_shut || crowd_gate_is_open(a->def.crowd, line->door));
}

static double way_s(const struct arrival *a, uint32_t person, uint32_t gate, bool step_free)
{
    if (step_free)
        return step_free_gate_s(a->step_free, (uint32_t)a->def.venue->n_zones + a->blocks[person],
                                gate);
    return crowd_way_s(a->def.crowd, person, (struct goal){ GOAL_GATE, a->lines[gate].door });
}

/* The gate from which the person is in the seat first, by walking time and by the published waits
 * if they look at them. The way in is taken to be as long as the way out. */
static bool soonest(const struct arrival *a, uint32_t person, bool step_free, bool with_waits,
                    bool though_shut, uint32_t *gate)
{
    double best_s = INFINITY;
    for (uint32_t g = 0; g < a->def.venue->n_gates; g++) {
        if (!lets_in(a, g, though_shut) || (with_waits && a->wait_s[g] == wait_unknown_s))
            continue;
        double seconds = way_s(a, person, g, step_free);
        seconds += with_waits ? a->wait_s[g] : 0;
        if (seconds < best_s) {
            best_s = seconds;
            *gate = g;
        }
    }
    return isfinite(best_s);
}

static bool choose(const struct arrival *a, uint32_t person, const struct traveller *t,
                   uint32_t *gate)
{
    if (t->complies && a->has_waits && soonest(a, person, t->step_free, true, false, gate))
        return true;
    *gate = t->usual_gate;
    if (!t->nearest_gate && lets_in(a, *gate, false))
        return false;
    if (!soonest(a, person, t->step_free, false, false, gate))
        soonest(a, person, t->step_free, false, true, gate);
    return false;
}

/* From the street to the end of the queue, if there is room. */
static bool step_up(struct arrival *a, const struct gate_line *line, uint32_t person)
{
    if (!crowd_arrive(a->def.crowd, person, line->door))
        return false;
    crowd_set_goal(a->def.crowd, person, (struct goal){ GOAL_FACILITY, line->facility });
    return true;
}

bool arrival_come(struct arrival *a, uint32_t person, const struct traveller *traveller)
{
    uint32_t gate = 0;
    bool guided = choose(a, person, traveller, &gate);
    struct gate_line *line = &a->lines[gate];
    line->waiting++;
    if (line->first == NONE_BEHIND && step_up(a, line, person))
        return guided;
    a->behind[person] = NONE_BEHIND;
    if (line->first == NONE_BEHIND)
        line->first = person;
    else
        a->behind[line->last] = person;
    line->last = person;
    return guided;
}

void arrival_step(struct arrival *a)
{
    for (uint32_t g = 0; g < a->def.venue->n_gates; g++) {
        struct gate_line *line = &a->lines[g];
        while (line->first != NONE_BEHIND && step_up(a, line, line->first))
            line->first = a->behind[line->first];
    }
}

void arrival_called(struct arrival *a, uint32_t gate)
{
    a->lines[gate].waiting--;
}

void arrival_archive(struct arrival *a, struct archive *archive)
{
    size_t gates = a->def.venue->n_gates;
    archive_fixed(archive, a->lines, gates, sizeof *a->lines);
    archive_fixed(archive, a->behind, crowd_tally(a->def.crowd).people, sizeof *a->behind);
    archive_fixed(archive, a->wait_s, gates, sizeof *a->wait_s);
    ARCHIVE(archive, a->has_waits);
}
