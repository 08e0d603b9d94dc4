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

static struct point step_wanted(const struct crowd *c, uint32_t k, struct point from)
{
    return (struct point){ from.x + c->grid.step_x[k], from.y + c->grid.step_y[k] };
}

static void arrive(struct crowd *c, uint32_t k, uint32_t i, struct point from, struct point to)
{
    struct people *p = &c->people;
    assert(isfinite(to.x) && isfinite(to.y));
    struct point step = point_sub(to, from);
    p->x[i] = to.x;
    p->y[i] = to.y;
    p->vx[i] = (float)(step.x / c->step_s);
    p->vy[i] = (float)(step.y / c->step_s);
    p->speed_mps[i] = (float)(point_length(step) / c->step_s);
    const struct bodies *b = &c->grid.bodies;
    float on_mps = p->vx[i] * b->ex[k] + p->vy[i] * b->ey[k];
    bool stuck =
        (c->grid.marks[k] & (MARK_FACED | MARK_PRESSED)) && on_mps < STUCK_SHARE * b->want_mps[k];
    float stuck_s = b->stuck_s[k] + (float)(stuck ? c->step_s : -2 * c->step_s);
    p->stuck_s[i] = stuck_s < 0 ? 0 : stuck_s > STUCK_MAX_S ? STUCK_MAX_S : stuck_s;
}

/* Everybody but those who come to a door: these change what belongs to all. */
static void move_some(struct crowd *c, uint32_t first, uint32_t end)
{
    for (uint32_t k = first; k < end; k++) {
        uint32_t i = c->grid.sorted[k], crossed = NO_DOOR;
        if (!(c->grid.marks[k] & MARK_MOVES))
            continue;
        struct point from = person_at(c, i), to = step_wanted(c, k, from);
        if (c->grid.marks[k] & MARK_BY_EDGE)
            to = walls_move(&c->ground->areas[c->people.place[i]].walls, from, to, gate_for(c, i),
                            &crossed);
        if (crossed == NO_DOOR)
            arrive(c, k, i, from, to);
        else
            c->grid.marks[k] |= MARK_CROSSES;
    }
}

/* One after the other: a gate's passages may run out. */
static void cross(struct crowd *c, uint32_t k)
{
    uint32_t i = c->grid.sorted[k], crossed;
    struct point from = person_at(c, i), to = step_wanted(c, k, from);
    to =
        walls_move(&c->ground->areas[c->people.place[i]].walls, from, to, gate_for(c, i), &crossed);
    if (crossed != NO_DOOR && c->people.mode[i] == PERSON_QUEUED)
        to = from; /* a queue stays in its area, however much it is jostled */
    else if (crossed != NO_DOOR)
        to = through_door(c, i, crossed, from, to);
    arrive(c, k, i, from, to);
}

/* A few at a time are steered and then moved, while what is known of them is in the cache: others
 * see them as they were looked at before. */
static void go_part(void *ctx, uint32_t from, uint32_t to)
{
    enum { FEW = 32 };
    struct crowd *c = ctx;
    for (; from < to; from += FEW) {
        uint32_t end = to - from < FEW ? to : from + FEW;
        c->steer.set.part(c, from, end);
        move_some(c, from, end);
    }
}

void step_go(struct crowd *c)
{
    steer_begin(c);
    limits_refill(c);
    workers_run(c->workers, go_part, c, c->grid.active_count);
    uint32_t end = c->grid.active_count, k = 0;
    while ((k = marked_from(&c->grid, k, end, MARK_CROSSES)) < end)
        cross(c, k++);
}
