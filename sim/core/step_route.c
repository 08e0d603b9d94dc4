/* Route: the door everybody goes through next, chosen once an area and goal, and the way wanted
 * now. */
#include "sim/core/jams.h"
#include "sim/core/state.h"

#define GATE_SIGHT_M 8.0 /* from here one sees that a gate is shut */
#define BEYOND_M     1.5 /* outside a gate this far, one has left ... */
#define BEYOND_S     4.0 /* ... or after this long */
#define ARRIVE_S     0.5 /* one comes to a stop over this */

static void want(struct crowd *c, uint32_t i, struct point way, double mps)
{
    c->people.ex[i] = (float)way.x;
    c->people.ey[i] = (float)way.y;
    c->people.want_mps[i] = (float)mps;
}

static void leave(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    crowd_tell(c, (struct crowd_event){ EVENT_LEFT, i, p->place[i], p->goal[i].index, true });
    p->mode[i] = PERSON_LEFT;
    p->speed_mps[i] = 0;
    c->in_place[p->place[i]]--;
}

/* Beyond their gate people walk on, and then have left. */
static bool walk_off(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    const struct door *gate = &c->ground->doors[p->goal[i].index];
    struct point out = c->ground->fields[gate->field[0]].through;
    struct point from_gate = point_sub(person_at(c, i), gate->line.a);
    float wait_s = (float)(p->wait_s[i] + c->step_s);
    if (point_dot(from_gate, out) > BEYOND_M || wait_s > BEYOND_S)
        return false;
    p->wait_s[i] = wait_s;
    want(c, i, out, p->free_mps[i]);
    return true;
}

static void find_way(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    if (p->goal[i].kind == GOAL_SEAT && p->way[i] == NONE)
        p->way[i] = rows_way_in(c, i).way;
    uint32_t goal = crowd_goal_number(c, i);
    if (goal == NONE)
        return;
    if (p->goal[i].kind == GOAL_SEAT && c->ground->ways[p->way[i]].area == p->place[i]) {
        p->door[i] = NONE;
        p->field[i] = c->ground->ways[p->way[i]].field;
        return;
    }
    struct way_choice choice = { .seconds = INFINITY };
    if (p->sign[i] != NONE)
        choice = ground_choose_towards(c->ground, p->place[i], person_at(c, i), goal, p->sign[i]);
    p->sign[i] = NONE;
    p->signed_here[i] = isfinite(choice.seconds);
    if (!isfinite(choice.seconds) && p->detours[i])
        choice = ground_choose_onwards(c->ground, p->place[i], person_at(c, i), goal, p->before[i]);
    if (!isfinite(choice.seconds))
        choice = ground_choose(c->ground, p->place[i], person_at(c, i), goal);
    p->door[i] = choice.door;
    p->field[i] = choice.field;
}

static void look_at_gate(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    uint32_t gate = p->goal[i].index;
    if (p->told[i] || p->door[i] != NONE || c->gates[gate].open ||
        ground_distance(c->ground, p->field[i], person_at(c, i)) > GATE_SIGHT_M)
        return;
    p->told[i] = true;
    crowd_tell(c, (struct crowd_event){ EVENT_GATE_SHUT, i, p->place[i], gate, true });
}

/* Comes to a stop there. */
static void stand_near(struct crowd *c, uint32_t i, struct point at)
{
    struct people *p = &c->people;
    struct point way = point_sub(at, person_at(c, i));
    double distance = point_length(way);
    if (distance < 0.1)
        want(c, i, (struct point){ 0, 0 }, 0);
    else
        want(c, i, point_scaled(way, 1 / distance), fmin(p->free_mps[i], distance / ARRIVE_S));
}

static void stand_in_queue(struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    uint32_t slot = p->slot[i];
    stand_near(c, i,
               slot == NONE ? person_at(c, i)
                            : c->ground->facilities[p->goal[i].index].slots[slot].at);
}

/* People who go on along their fields, some at a time. */
struct along {
    uint32_t count;
    uint32_t who[TURNS];
    const int8_t *low[TURNS], *high[TURNS]; /* as in struct amid */
    struct turns turns;
};

static void along_begin(struct along *a)
{
    a->count = 0;
    a->turns = (struct turns){ .low = { 0 } };
}

static void along_turn(struct crowd *c, struct along *a)
{
    for (uint32_t n = 0; n < a->count; n++) {
        memcpy(&a->turns.low[n], a->low[n], sizeof a->turns.low[n]);
        memcpy(&a->turns.high[n], a->high[n], sizeof a->turns.high[n]);
    }
    c->steer.set.turn(&a->turns);
    for (uint32_t n = 0; n < a->count; n++) {
        c->people.ex[a->who[n]] = a->turns.x[n];
        c->people.ey[a->who[n]] = a->turns.y[n];
    }
    a->count = 0;
}

/* False: the person's way is known, and nothing is left to along_turn(). */
static bool along_add(struct crowd *c, struct along *a, uint32_t i)
{
    const struct people *p = &c->people;
    struct amid amid;
    if (!field_amid(&c->ground->fields[p->field[i]], &c->ground->areas[p->place[i]].floor,
                    person_at(c, i), &amid)) {
        want(c, i, amid.straight, pace_here(c, i));
        return false;
    }
    c->people.want_mps[i] = (float)pace_here(c, i);
    uint32_t n = a->count++;
    a->who[n] = i;
    a->low[n] = amid.low;
    a->high[n] = amid.high;
    a->turns.s[n] = amid.s;
    a->turns.t[n] = amid.t;
    return true;
}

/* On along the field, or standing: what concerns nobody else, so that it may be done beside others.
 */
enum alone {
    ALONE_NOT, /* there is something to be chosen, joined, entered or told */
    ALONE_DONE,
    ALONE_ALONG, /* done but for the way along the field */
};

static enum alone walk_alone(struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    struct goal goal = p->goal[i];
    bool outside = c->ground->areas[p->place[i]].outside;
    if (outside && goal.kind == GOAL_GATE)
        return walk_off(c, i) ? ALONE_DONE : ALONE_NOT;
    if (goal.kind == GOAL_STAND || p->start_s[i] > crowd_time_s(c) + 1e-9) {
        want(c, i, (struct point){ 0, 0 }, 0);
        return ALONE_DONE;
    }
    if (goal.kind == GOAL_POINT) {
        stand_near(c, i, (struct point){ p->stand_x[i], p->stand_y[i] });
        return ALONE_DONE;
    }
    if (p->field[i] == NONE || goal.kind == GOAL_SPOT)
        return ALONE_NOT;
    if (goal.kind == GOAL_GATE ? !c->gates[goal.index].open && !p->told[i] : p->door[i] == NONE)
        return ALONE_NOT;
    return ALONE_ALONG;
}

static void go_along(struct crowd *c, uint32_t i)
{
    struct along along;
    along_begin(&along);
    if (along_add(c, &along, i))
        along_turn(c, &along);
}

/* The rest, one after the other. */
static void walk(struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    enum goal_kind kind = p->goal[i].kind;
    if (kind == GOAL_GATE && c->ground->areas[p->place[i]].outside) {
        leave(c, i);
        return;
    }
    if (kind == GOAL_SPOT && spots_reach(c, i))
        return;
    if (p->field[i] == NONE)
        find_way(c, i);
    if (p->field[i] == NONE)
        return;
    if (kind == GOAL_SEAT && p->door[i] == NONE && rows_enter(c, i))
        return;
    if (kind == GOAL_GATE)
        look_at_gate(c, i);
    if (kind == GOAL_FACILITY && p->door[i] == NONE)
        serve_join(c, i);
    go_along(c, i);
}

/* People come in the order of their cells, so what is known of them lies here and there: the memory
 * is asked for it some people ahead. (Always inline: gcc drops calls of what only does this.) */
static inline __attribute__((always_inline)) void ask_for(const struct people *p, uint32_t i)
{
    __builtin_prefetch(p->goal + i);
    __builtin_prefetch(p->start_s + i);
    __builtin_prefetch(p->field + i);
    __builtin_prefetch(p->x + i);
    __builtin_prefetch(p->y + i);
    __builtin_prefetch(p->free_mps + i);
    __builtin_prefetch(p->slower + i);
    __builtin_prefetch(p->vx + i);
    __builtin_prefetch(p->vy + i);
    __builtin_prefetch(p->radius + i);
    __builtin_prefetch(p->stuck_s + i);
    __builtin_prefetch(p->rank + i);
}

/* Who goes along a field is looked at when that way is known. */
struct turning {
    struct along along;
    uint32_t sorted[TURNS];
};

static void turn(struct crowd *c, struct turning *t)
{
    uint32_t count = t->along.count;
    along_turn(c, &t->along);
    for (uint32_t n = 0; n < count; n++)
        sense_look_at(c, t->sorted[n]);
}

/* Between two looks around, the way wanted is as it was. */
static bool goes_on(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    return c->step % c->steer.looks_each != 0 && p->want_mps[i] > 0 &&
           (!c->grouped || p->next_mate[i] == i);
}

static void route_one(struct crowd *c, uint32_t k, struct turning *t)
{
    uint32_t i = c->grid.sorted[k];
    enum alone alone = ALONE_DONE;
    if (c->people.mode[i] == PERSON_QUEUED)
        stand_in_queue(c, i);
    else if (c->people.mode[i] == PERSON_WALKING)
        alone = walk_alone(c, i);
    bool held = alone == ALONE_ALONG && goes_on(c, i);
    c->grid.marks[k] = held ? 0 : MARK_LOOKS;
    if (alone == ALONE_NOT) {
        want(c, i, (struct point){ 0, 0 }, 0);
        c->grid.marks[k] |= MARK_TURN;
        return;
    }
    t->sorted[t->along.count] = k;
    if (held || alone == ALONE_DONE || !along_add(c, &t->along, i))
        sense_look_at(c, k);
}

static void route_part(void *ctx, uint32_t from, uint32_t to)
{
    enum { AHEAD = 32 };
    struct crowd *c = ctx;
    struct turning turning;
    along_begin(&turning.along);
    for (uint32_t k = from; k < to; k++) {
        if (k + AHEAD < c->grid.active_count)
            ask_for(&c->people, c->grid.sorted[k + AHEAD]);
        route_one(c, k, &turning);
        if (turning.along.count == TURNS)
            turn(c, &turning);
    }
    turn(c, &turning);
}

void step_route(struct crowd *c)
{
    exits_choose(c);
    jams_avoid(c);
    workers_run(c->workers, route_part, c, c->grid.active_count);
    uint32_t end = c->grid.active_count;
    for (uint32_t k = 0; (k = marked_from(&c->grid, k, end, MARK_TURN)) < end; k++)
        walk(c, c->grid.sorted[k]);
    groups_hold(c);
}
