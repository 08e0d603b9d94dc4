#include "sim/behaviour_state.h"

#include "sim/ground.h"

/* Takes what the plan says here and now, if that is another gate; once a person. */
static void change_gate(struct behaviour *b, uint32_t person, uint32_t present_gate)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    if (t->redirected || !behaviour_plan_gate(b, person, &gate) || gate == present_gate)
        return;
    t->redirected = true;
    t->got_on_s = 0;
    b->tally.redirected++;
    crowd_set_goal(b->def.crowd, person,
                   (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, gate) });
}

/* The gate that a guided person is under way to; false: they are not. */
static bool guided_to(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    struct crowd_people people = crowd_people(b->def.crowd);
    return b->travellers[person].guided && people.mode[person] != PERSON_LEFT &&
           people.goal[person].kind == GOAL_GATE &&
           ground_door_gate(b->def.venue, people.goal[person].index, gate) &&
           behaviour_way_to_gate_s(b, person, *gate) >= BEHAVIOUR_IN_SIGHT_S;
}

/* Those whose gate nobody is sent to any more change at once. */
static void leave_dropped_gates(struct behaviour *b)
{
    for (uint32_t p = 0; p < b->tally.people; p++) {
        uint32_t gate;
        if (guided_to(b, p, &gate) && !guide_uses_gate(&b->guide, gate))
            change_gate(b, p, gate);
    }
}

void behaviour_look_again(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    if (t->looked_again || !guided_to(b, person, &gate))
        return;
    t->looked_again = true;
    change_gate(b, person, gate);
}

void behaviour_follow_sign(struct behaviour *b, uint32_t person)
{
    enum { SIGNS_MOST = 8 };
    struct traveller *t = &b->travellers[person];
    struct crowd_people people = crowd_people(b->def.crowd);
    uint32_t gate, next;
    if (!t->guided || t->signs == SIGNS_MOST || people.mode[person] != PERSON_WALKING ||
        people.goal[person].kind != GOAL_GATE ||
        !ground_door_gate(b->def.venue, people.goal[person].index, &gate) ||
        !guide_next(&b->guide, t->place, gate, &next) || next == t->came_from)
        return;
    t->signs++;
    crowd_set_sign(b->def.crowd, person, next);
}

void behaviour_follow(struct behaviour *b, const Tifo__V1__Plan *plan)
{
    guide_follow(&b->guide, plan);
    if (plan != NULL)
        leave_dropped_gates(b);
}
