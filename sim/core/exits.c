/* Exits: which gate people take who are left to choose, by the time they expect it to take, what
 * they know, what others do, and a taste of their own. A logit choice: where two gates take equally
 * long, one with twice the weight is taken twice as often. */
#include "sim/core/distribution.h"
#include "sim/core/jams.h"
#include "sim/core/state.h"

#include "sim/core/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { THINKS_EVERY = 50 /* steps */ };

#define EXPECTED_PMS 1.6  /* people a metre and second that one expects a gate to pass */
#define VIEW_M       20.0 /* one sees a gate of one's own place from here ... */
#define SMOKE_VIEW   3.0  /* ... and in smoke from so many over its extinction (Jin 1978) */
#define WALK_COST    0.5  /* a second of walking costs so much beside the time it takes */
#define GAIN_S       3.0  /* nobody changes their mind for less, nor for less than a tenth */
#define GAIN_SHARE   0.1

static bool chooses(const struct crowd *c, uint32_t i)
{
    return c->people.chooses[i] && c->people.goal[i].kind == GOAL_GATE &&
           c->people.mode[i] == PERSON_WALKING && !c->ground->areas[c->people.place[i]].outside;
}

/* Sees the gate from where they are? */
static bool in_view(const struct crowd *c, uint32_t i, uint32_t gate, double metres)
{
    uint32_t area = c->people.place[i];
    double smoke = c->smoke_per_m[area];
    return c->ground->doors[gate].place[0] == area &&
           metres < (smoke > 0 ? fmin(VIEW_M, SMOKE_VIEW / smoke) : VIEW_M);
}

/* Share of those who walk to a gate of this place that walk to this one, oneself counted for none.
 */
static double share_heading(const struct crowd *c, uint32_t i, uint32_t gate)
{
    double all = 0, here = jams_ahead(c, gate, 0, JAMS_REACH_M);
    uint32_t area = c->ground->doors[gate].place[0];
    for (uint32_t k = 0; k < c->ground->areas[area].door_count; k++) {
        uint32_t door = c->ground->areas[area].doors[k];
        all += c->ground->doors[door].gate ? jams_ahead(c, door, 0, JAMS_REACH_M) : 0;
    }
    here -= here > 0 && c->people.goal[i].index == gate;
    return all > 0 ? here / all : 0;
}

static double gumbel(const struct crowd *c, uint32_t i, uint32_t gate)
{
    double u = dice_uniform(dice_bits(c->seed, i, DICE_TASTE, gate)) + 0x1p-54;
    return -distribution_log(-distribution_log(u));
}

/* Of leaving by the gate, in seconds; INFINITY: it is no way out. Without looking, nothing is seen.
 */
static double cost_s(struct crowd *c, uint32_t i, bool looks, uint32_t gate)
{
    struct people *p = &c->people;
    const struct door *d = &c->ground->doors[gate];
    double way_s = crowd_way_s(c, i, (struct goal){ GOAL_GATE, gate }), cost = way_s;
    double metres = way_s * LEVEL_MPS;
    if (looks && in_view(c, i, gate, metres)) {
        uint32_t ahead =
            jams_ahead(c, gate, 0, ground_distance(c->ground, d->field[0], person_at(c, i)));
        if (!c->gates[gate].open)
            p->found_shut[i] = gate;
        else if (p->found_shut[i] == gate)
            p->found_shut[i] = NONE;
        cost = fmax(cost, ahead / (EXPECTED_PMS * segment_length(d->line)));
        cost -= p->follow_s[i] * share_heading(c, i, gate);
    }
    if (p->found_shut[i] == gate)
        return INFINITY;
    cost += WALK_COST * way_s;
    double weight = p->familiar[i] == gate ? distribution_log(p->familiar_weight[i]) : 0;
    return cost - p->taste_s[i] * (weight + (p->taste_s[i] > 0 ? gumbel(c, i, gate) : 0));
}

static void choose(struct crowd *c, uint32_t i, bool looks)
{
    struct people *p = &c->people;
    uint32_t best = NONE, present = looks ? p->goal[i].index : NONE;
    double best_s = INFINITY, present_s = INFINITY;
    for (uint32_t gate = 0; gate < c->ground->door_count; gate++) {
        if (!c->ground->doors[gate].gate)
            continue;
        double s = cost_s(c, i, looks, gate);
        if (gate == present)
            present_s = s;
        if (s < best_s) {
            best_s = s;
            best = gate;
        }
    }
    /* In a new place one decides anew. */
    double gain_s = p->field[i] == NONE ? 0 : fmax(GAIN_S, GAIN_SHARE * fabs(present_s));
    if (best == NONE || (isfinite(present_s) && best_s >= present_s - gain_s))
        return;
    crowd_head_for(c, i, (struct goal){ GOAL_GATE, best });
}

void exits_choose(struct crowd *c)
{
    bool looked = false;
    for (uint32_t k = 0; c->choosers && k < c->grid.active_count; k++) {
        uint32_t i = c->grid.active[k];
        if (!chooses(c, i))
            continue;
        /* Now and then, and on coming into another place. */
        bool now = i % THINKS_EVERY == c->step % THINKS_EVERY || c->people.field[i] == NONE;
        if (!now)
            continue;
        if (!looked)
            jams_look(c, true);
        looked = true;
        choose(c, i, true);
    }
}

void crowd_let_choose(struct crowd *c, uint32_t i, struct exit_choice choice)
{
    struct people *p = &c->people;
    assert(i < p->count && choice.taste_s >= 0);
    p->taste_s[i] = (float)choice.taste_s;
    p->follow_s[i] = (float)choice.follow_s;
    p->familiar[i] = choice.familiar_weight > 0 ? choice.familiar_gate : NONE;
    p->familiar_weight[i] = (float)choice.familiar_weight;
    p->found_shut[i] = NONE;
    if (p->mode[i] >= PERSON_LEFT)
        return;
    choose(c, i, false);
    p->chooses[i] = p->goal[i].kind == GOAL_GATE;
    c->choosers = true;
}
