#include "sim/traveller.h"

#include "sim/chance.h"
#include "sim/ground.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

static uint8_t draw_trip(const struct behaviour_def *def, uint32_t person, uint32_t block)
{
    double u = chance(def->seed, CHANCE_TRIP, person);
    for (size_t i = 0; i < def->scenario->trip_count; i++) {
        if (!trip_is_of(&def->scenario->trips[i], def->venue->blocks[block]->stand))
            continue;
        u -= def->scenario->trips[i].share;
        if (u < 0)
            return (uint8_t)i;
    }
    return NO_TRIP;
}

/* The gate that somebody is used to: where they came in. Drawn after Huff (1963): attraction is
 * width over the square of the way. */
static uint16_t draw_usual_gate(const struct behaviour_def *def, uint32_t person)
{
    size_t count = def->venue->n_gates;
    double *pull = memory_array(count, sizeof *pull);
    double total = 0;
    for (uint32_t g = 0; g < count; g++) {
        struct goal goal = { GOAL_GATE, ground_gate_door(def->venue, g) };
        double way_s = crowd_way_s(def->crowd, person, goal);
        pull[g] = isfinite(way_s) ? def->venue->gates[g]->width_m / ((way_s + 1) * (way_s + 1)) : 0;
        total += pull[g];
    }
    double u = chance(def->seed, CHANCE_USUAL_GATE, person) * total;
    uint16_t gate = 0;
    for (uint32_t g = 0; g < count && u >= 0; u -= pull[g], g++)
        if (pull[g] > 0)
            gate = (uint16_t)g;
    free(pull);
    return gate;
}

static bool passes_gate(const struct behaviour_def *def, uint8_t trip)
{
    if (trip == COMES_IN)
        return true;
    const struct trip *t = &def->scenario->trips[trip];
    return t->stops[t->stop_count - 1] == STOP_EXIT;
}

static double premovement_s(const struct behaviour_def *def, const struct spell *spell,
                            uint32_t person)
{
    struct distribution of = { (enum distribution_kind)spell->kind, spell->a, spell->b };
    if (spell->mark.line == 0)
        return 0;
    return fmax(0, distribution_draw(&of, chance_bits(def->seed, CHANCE_PREMOVEMENT, person)));
}

struct traveller traveller_draw(const struct behaviour_def *def, uint32_t person, uint32_t block,
                                bool step_free)
{
    const struct people *people = &def->scenario->people;
    bool arrives = scenario_arrives(def->scenario);
    struct traveller t = { .trip = arrives ? COMES_IN : draw_trip(def, person, block),
                           .place = UINT16_MAX,
                           .first = person,
                           .step_free = step_free };
    t.reports = chance(def->seed, CHANCE_REPORTS, person) < people->reporting;
    if (t.trip == NO_TRIP)
        return t;
    const struct moment *leave =
        arrives ? &def->scenario->arrivals : &def->scenario->trips[t.trip].leave;
    t.leave_s = chance_triangle(chance(def->seed, CHANCE_LEAVE, person), leave->from_s,
                                leave->peak_s, leave->to_s);
    if (!arrives)
        t.leave_s += premovement_s(def, &def->scenario->trips[t.trip].premovement, person);
    t.complies = !step_free && chance(def->seed, CHANCE_COMPLIES, person) < people->compliance;
    t.chooses = !step_free && chance(def->seed, CHANCE_CHOOSES, person) < people->choosing;
    t.nearest_gate =
        step_free || chance(def->seed, CHANCE_NEAREST_GATE, person) < people->nearest_gate;
    if (passes_gate(def, t.trip) && !t.nearest_gate)
        t.usual_gate = draw_usual_gate(def, person);
    return t;
}
