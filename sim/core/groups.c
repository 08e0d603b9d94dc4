/* Groups: people who belong together wait for whoever of them has farthest to go. */
#include "sim/core/state.h"

#include <assert.h>

#define SLOW_M 0.4  /* nearer to the goal than the last by this much, one slows down ... */
#define STOP_M 1.2  /* ... and by this much, one stands */
#define LOST_M 30.0 /* beyond this they have lost each other */
#define DOOR_M 0.6  /* nobody waits in a doorway */

bool crowd_are_together(const struct crowd *c, uint32_t person, uint32_t other)
{
    const uint32_t *next = c->people.next_mate;
    for (uint32_t i = next[person]; i != person; i = next[i])
        if (i == other)
            return true;
    return person == other;
}

void crowd_put_together(struct crowd *c, uint32_t person, uint32_t other)
{
    uint32_t *next = c->people.next_mate;
    assert(person < c->people.count && other < c->people.count);
    if (crowd_are_together(c, person, other))
        return;
    c->grouped = true;
    /* Two rings become one. */
    uint32_t after = next[person];
    next[person] = next[other];
    next[other] = after;
}

/* Metres to the goal; NAN of who does not walk to one. */
static double left_m(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    if (p->mode[i] != PERSON_WALKING || p->field[i] == NONE)
        return NAN;
    double here_m = ground_distance(c->ground, p->field[i], person_at(c, i));
    if (p->door[i] == NONE)
        return here_m;
    return here_m +
           LEVEL_MPS * ground_rest_s(c->ground, p->place[i], p->door[i], crowd_goal_number(c, i));
}

static bool in_doorway(const struct crowd *c, uint32_t i)
{
    const struct walls *walls = &c->ground->areas[c->people.place[i]].walls;
    uint32_t count;
    const uint32_t *near = walls_near(walls, person_at(c, i), &count);
    for (uint32_t k = 0; k < count; k++)
        if (walls->edges[near[k]].kind != EDGE_WALL &&
            segment_distance(walls->edges[near[k]].line, person_at(c, i)) < DOOR_M)
            return true;
    return false;
}

/* Once a group, by its lowest number. */
static void hold_group(struct crowd *c, uint32_t first)
{
    struct people *p = &c->people;
    double last_m = 0;
    uint32_t i = first;
    do {
        last_m = fmax(last_m, left_m(c, i)); /* fmax() leaves NANs out */
        i = p->next_mate[i];
    } while (i != first);
    do {
        double ahead_m = last_m - left_m(c, i);
        if (ahead_m > SLOW_M && ahead_m < LOST_M && !in_doorway(c, i))
            p->want_mps[i] *= (float)fmax(0, (STOP_M - ahead_m) / (STOP_M - SLOW_M));
        i = p->next_mate[i];
    } while (i != first);
}

void groups_hold(struct crowd *c)
{
    const uint32_t *next = c->people.next_mate;
    for (uint32_t i = 0; c->grouped && i < c->people.count; i++) {
        uint32_t k = next[i];
        while (k > i)
            k = next[k];
        if (k == i && next[i] != i)
            hold_group(c, i);
    }
}
