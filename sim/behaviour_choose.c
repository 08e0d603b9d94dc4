#include "sim/behaviour_state.h"

#include "clients/c/tifo.h"
#include "sim/ground.h"

#include <math.h>

static const int facility_of_stop[] = {
    [STOP_TOILETS] = TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS,
    [STOP_FOOD] = TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD,
};

double behaviour_way_to_gate_s(const struct behaviour *b, uint32_t person, uint32_t gate)
{
    struct goal goal = { GOAL_GATE, ground_gate_door(b->def.venue, gate) };
    return crowd_way_s(b->def.crowd, person, goal);
}

static enum stop stop_of(const struct behaviour *b, uint32_t person)
{
    const struct traveller *t = &b->travellers[person];
    return (enum stop)b->def.scenario->trips[t->trip].stops[t->stop];
}

/* The same over ways without stairs, for who needs them. */
static double way_s(const struct behaviour *b, uint32_t person, struct goal goal, uint32_t zone)
{
    if (!b->travellers[person].step_free)
        return crowd_way_s(b->def.crowd, person, goal);
    return step_free_s(b->step_free, crowd_people(b->def.crowd).place[person], zone);
}

static bool nearest_facility(const struct behaviour *b, uint32_t person, enum stop stop,
                             uint32_t *facility)
{
    double best_s = INFINITY;
    for (uint32_t f = 0; f < b->def.venue->n_facilities; f++) {
        if ((int)b->def.venue->facilities[f]->kind != facility_of_stop[stop])
            continue;
        double seconds =
            way_s(b, person, (struct goal){ GOAL_FACILITY, f }, b->def.venue->facilities[f]->zone);
        if (seconds < best_s) {
            best_s = seconds;
            *facility = f;
        }
    }
    return isfinite(best_s);
}

static bool found_shut(const struct behaviour *b, uint32_t person, uint32_t gate)
{
    return b->found_shut[(size_t)person * b->def.venue->n_gates + gate];
}

/* Who follows guidance need not find out what it avoids. */
static bool would_avoid(const struct behaviour *b, uint32_t person, uint32_t gate)
{
    return b->travellers[person].complies && guide_avoids_gate(&b->guide, gate);
}

/* The nearest gate that this person has not found shut, and if they trust guidance would not avoid.
 */
static bool nearest_gate(const struct behaviour *b, uint32_t person, bool trusts, uint32_t *gate)
{
    double best_s = INFINITY;
    for (uint32_t g = 0; g < b->def.venue->n_gates; g++) {
        double seconds =
            found_shut(b, person, g) || (trusts && would_avoid(b, person, g))
                ? INFINITY
                : way_s(b, person, (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, g) },
                        b->def.venue->gates[g]->zone_inside);
        if (seconds < best_s) {
            best_s = seconds;
            *gate = g;
        }
    }
    return isfinite(best_s);
}

static bool own_gate(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    const struct traveller *t = &b->travellers[person];
    *gate = t->usual_gate;
    if (!t->nearest_gate && !found_shut(b, person, *gate) && !would_avoid(b, person, *gate))
        return true;
    return nearest_gate(b, person, true, gate) || nearest_gate(b, person, false, gate);
}

bool behaviour_plan_gate(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    return b->travellers[person].complies &&
           guide_gate(&b->guide, crowd_people(b->def.crowd).place[person],
                      b->travellers[person].first, gate) &&
           !b->found_shut[(size_t)person * b->def.venue->n_gates + *gate];
}

static bool plan_facility(const struct behaviour *b, uint32_t person, enum stop stop,
                          uint32_t *facility)
{
    return b->travellers[person].complies &&
           guide_facility(&b->guide, crowd_people(b->def.crowd).place[person],
                          b->travellers[person].first, facility_of_stop[stop], facility);
}

/* Judgement: equal people differ by some seconds, and what others do counts as much. */
static const struct exit_choice by_what_they_see = { .taste_s = 4, .follow_s = 4 };

/* Without a plan. */
static uint32_t gate_of_choice(struct behaviour *b, uint32_t person)
{
    uint32_t gate;
    if (own_gate(b, person, &gate))
        return gate;
    /* Every way out was found shut: start over with the first. */
    for (uint32_t g = 0; g < b->def.venue->n_gates; g++)
        b->found_shut[(size_t)person * b->def.venue->n_gates + g] = 0;
    return nearest_gate(b, person, false, &gate) ? gate : b->travellers[person].usual_gate;
}

static void head_for(struct behaviour *b, uint32_t person, uint32_t gate)
{
    struct traveller *t = &b->travellers[person];
    t->got_on_s = 0;
    crowd_set_goal(b->def.crowd, person,
                   (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, gate) });
    if (!t->guided && t->chooses)
        crowd_let_choose(b->def.crowd, person, by_what_they_see);
}

void behaviour_go_to_gate(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    t->guided = behaviour_plan_gate(b, person, &gate);
    if (!t->guided)
        gate = gate_of_choice(b, person);
    b->tally.guided += t->guided;
    head_for(b, person, gate);
}

void behaviour_go_on(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    const struct trip *trip = &b->def.scenario->trips[t->trip];
    for (; t->stop < trip->stop_count; t->stop++) {
        enum stop stop = stop_of(b, person);
        if (stop == STOP_EXIT) {
            behaviour_go_to_gate(b, person);
            return;
        }
        if (b->gave_up)
            continue;
        uint32_t facility;
        t->guided = plan_facility(b, person, stop, &facility);
        if (t->guided || nearest_facility(b, person, stop, &facility)) {
            b->tally.guided += t->guided;
            crowd_set_goal(b->def.crowd, person, (struct goal){ GOAL_FACILITY, facility });
            behaviour_point_step_free(b, person);
            return;
        }
    }
    t->guided = false;
    if (crowd_people(b->def.crowd).mode[person] == PERSON_SEATED)
        b->tally.done++;
    else
        crowd_set_goal(b->def.crowd, person, (struct goal){ GOAL_SEAT, 0 });
    behaviour_point_step_free(b, person);
}

/* Where the present goal is reached from. */
static uint32_t goal_place(const struct behaviour *b, uint32_t person)
{
    struct goal goal = crowd_people(b->def.crowd).goal[person];
    uint32_t gate;
    if (goal.kind == GOAL_GATE && ground_door_gate(b->def.venue, goal.index, &gate))
        return b->def.venue->gates[gate]->zone_inside;
    if (goal.kind == GOAL_FACILITY && goal.index < b->def.venue->n_facilities)
        return b->def.venue->facilities[goal.index]->zone;
    if (goal.kind == GOAL_SEAT)
        return (uint32_t)b->def.venue->n_zones + b->blocks[person];
    return UINT32_MAX;
}

void behaviour_point_step_free(struct behaviour *b, uint32_t person)
{
    struct crowd_people people = crowd_people(b->def.crowd);
    uint32_t to, next;
    if (b->step_free == NULL || !b->travellers[person].step_free ||
        people.mode[person] == PERSON_LEFT || people.mode[person] == PERSON_AWAY ||
        tifo_place_is_outside(b->def.venue, people.place[person]))
        return;
    to = goal_place(b, person);
    if (to != UINT32_MAX && step_free_next(b->step_free, people.place[person], to, &next))
        crowd_set_sign(b->def.crowd, person, next);
}

/* The open gate that this person stands before and would not avoid: one sees that it is not shut. */
static bool gate_at_hand(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    uint32_t place = crowd_people(b->def.crowd).place[person];
    double best_s = BEHAVIOUR_IN_SIGHT_S;
    bool found = false;
    for (uint32_t g = 0; g < b->def.venue->n_gates; g++) {
        uint32_t door = ground_gate_door(b->def.venue, g);
        if (b->def.venue->gates[g]->zone_inside != place || would_avoid(b, person, g) ||
            !crowd_gate_is_open(b->def.crowd, door))
            continue;
        double seconds = behaviour_way_to_gate_s(b, person, g);
        if (seconds < best_s) {
            best_s = seconds;
            *gate = g;
            found = true;
        }
    }
    return found;
}

static void give_gate_up(struct behaviour *b, uint32_t person, uint32_t gate)
{
    b->travellers[person].guided = false;
    b->found_shut[(size_t)person * b->def.venue->n_gates + gate] = 1;
    head_for(b, person, gate_of_choice(b, person));
}

void behaviour_lose_patience(struct behaviour *b, double now_s)
{
    enum { EVERY_STEPS = 50 };
    /* Judgement. A line is not given up while it moves: in one that fills a passage before stairs
     * people get on by four metres in two minutes. */
    const double got_on_s = 1, patience_s = 120, patience_at_hand_s = 20;
    struct crowd_people people = crowd_people(b->def.crowd);
    uint32_t step = (uint32_t)(now_s / crowd_step_s(b->def.crowd) + 0.5), gate, at_hand;
    for (uint32_t p = step % EVERY_STEPS; p < people.count; p += EVERY_STEPS) {
        struct traveller *t = &b->travellers[p];
        if (people.mode[p] != PERSON_WALKING || people.goal[p].kind != GOAL_GATE || t->hesitates ||
            (t->chooses && !t->guided) ||
            !ground_door_gate(b->def.venue, people.goal[p].index, &gate))
            continue;
        double left_s = crowd_way_s(b->def.crowd, p, people.goal[p]);
        if (t->got_on_s == 0 || left_s < t->left_s - got_on_s || left_s < BEHAVIOUR_IN_SIGHT_S) {
            t->left_s = (float)left_s;
            t->got_on_s = (float)now_s;
        } else if (now_s - t->got_on_s > patience_s) {
            give_gate_up(b, p, gate);
        } else if (!t->guided && now_s - t->got_on_s > patience_at_hand_s &&
                   gate_at_hand(b, p, &at_hand)) {
            b->found_shut[(size_t)p * b->def.venue->n_gates + at_hand] = 0;
            head_for(b, p, at_hand);
        }
    }
}
