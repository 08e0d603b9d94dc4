/* Move: everybody's step as far as walls, shut gates and gates' lanes let it, and through doors. */
#include "sim/core/state.h"

#include <assert.h>

#define STUCK_SHARE                                                                                \
    0.25 /* getting on with less than this share of the speed wanted is being stuck */

/* The gate that lets this person through in this step, or NO_DOOR. */
static uint32_t gate_for(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    bool out = p->goal[i].kind == GOAL_GATE;
    uint32_t door = out ? p->goal[i].index : p->door[i];
    if (door == NONE || !c->ground->doors[door].gate || !c->gates[door].open ||
        c->ground->doors[door].place[!out] != p->place[i])
        return NO_DOOR;
    return limits_let(c, door, out) ? door : NO_DOOR;
}

static struct point through_door(struct crowd *c, uint32_t i, uint32_t door, struct point from,
                                 struct point to)
{
    const struct door *d = &c->ground->doors[door];
    struct people *p = &c->people;
    uint32_t beyond = d->place[d->place[0] == p->place[i]];
    bool out = d->place[1] == beyond;
    if (!limits_let(c, door, out) || !walls_enter(&c->ground->areas[beyond].walls, from, to, door))
        return from;
    limits_passed(c, door, out);
    crowd_change_place(c, i, door, beyond);
    p->door[i] = p->field[i] = NONE;
    p->wait_s[i] = 0;
    return to;
}

static void move(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    struct point from = person_at(c, i);
    struct point wanted = { from.x + p->steer_x[i], from.y + p->steer_y[i] };
    uint32_t crossed;
    struct point to =
        walls_move(&c->ground->areas[p->place[i]].walls, from, wanted, gate_for(c, i), &crossed);
    if (crossed != NO_DOOR && p->mode[i] == PERSON_QUEUED)
        to = from; /* a queue stays in its area, however much it is jostled */
    else if (crossed != NO_DOOR)
        to = through_door(c, i, crossed, from, to);
    assert(isfinite(to.x) && isfinite(to.y));
    struct point step = point_sub(to, from);
    p->x[i] = to.x;
    p->y[i] = to.y;
    p->vx[i] = step.x / c->step_s;
    p->vy[i] = step.y / c->step_s;
    p->speed_mps[i] = (float)(point_length(step) / c->step_s);
    double on_mps = (step.x * p->ex[i] + step.y * p->ey[i]) / c->step_s;
    bool stuck = p->faced[i] && on_mps < STUCK_SHARE * p->want_mps[i];
    p->stuck_s[i] += stuck ? c->step_s : -2 * c->step_s;
    p->stuck_s[i] = fmin(fmax(p->stuck_s[i], 0), STUCK_MAX_S);
}

void step_move(struct crowd *c)
{
    limits_refill(c);
    for (uint32_t k = 0; k < c->grid.active_count; k++) {
        uint32_t i = c->grid.active[k];
        if (c->people.mode[i] == PERSON_WALKING || c->people.mode[i] == PERSON_QUEUED)
            move(c, i);
    }
}
