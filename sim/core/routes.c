/* Ways through the ground: for every goal and door the least walking time from that door on, over
 * the graph whose nodes are passages (a door in one direction) and whose lengths are the walking
 * fields'. */
#include "sim/core/parts.h"

#include "sim/core/memory.h"

#include <stdlib.h>

#define UP_MPS   0.610
#define DOWN_MPS 0.694

double ground_walk_s(const struct ground *ground, uint32_t area, double metres, double climb_m)
{
    const struct area *a = &ground->areas[area];
    double factor = climb_m > 0 ? a->up_factor : a->down_factor;
    if (a->moves_mps > 0)
        return metres / a->moves_mps;
    if (factor > 0)
        return metres / (LEVEL_MPS * factor);
    return metres / (!a->stairs ? LEVEL_MPS : climb_m > 0 ? UP_MPS : DOWN_MPS);
}

/* The passage that leads through `door` into `area`. */
static uint32_t passage_into(const struct door *doors, uint32_t door, uint32_t area)
{
    return 2 * door + (doors[door].place[1] == area);
}

static struct point middle(struct segment s)
{
    return point_between(s.a, s.b, 0.5);
}

bool ground_may_transit(const struct ground *ground, uint32_t door, uint32_t from_area)
{
    const struct door *d = &ground->doors[door];
    return !d->to_block && !(d->gate && from_area == d->place[0]) &&
           !(d->one_way && from_area == d->place[1]) && !d->blocked;
}

static uint32_t field_in(const struct door *door, uint32_t area)
{
    return door->field[door->place[1] == area];
}

static double hop_s(const struct ground *ground, uint32_t area, const struct door *from,
                    uint32_t field, double to_elevation_m)
{
    double metres = ground_distance(ground, field, middle(from->line));
    return ground_walk_s(ground, area, metres, to_elevation_m - from->elevation_m);
}

struct queue {
    uint32_t *passages;
    bool *queued;
    uint32_t head;
    uint32_t count;
    uint32_t size;
};

static void improve(struct queue *q, double *rest_s, uint32_t passage, double seconds)
{
    if (!(seconds < rest_s[passage]))
        return;
    rest_s[passage] = seconds;
    if (q->queued[passage])
        return;
    q->queued[passage] = true;
    q->passages[(q->head + q->count++) % q->size] = passage;
}

/* Passages that end in the goal's area: they walk straight to it. */
static void arrive(const struct ground *ground, struct queue *q, double *rest_s, uint32_t area,
                   uint32_t field, double elevation_m, uint32_t goal_door)
{
    const struct area *a = &ground->areas[area];
    for (uint32_t i = 0; i < a->door_count; i++) {
        uint32_t door = a->doors[i];
        if (door != goal_door && !ground->doors[door].to_block)
            improve(q, rest_s, passage_into(ground->doors, door, area),
                    hop_s(ground, area, &ground->doors[door], field, elevation_m));
    }
}

/* `passage` became nearer: so do the passages that can be followed by it. */
static void relax(const struct ground *ground, struct queue *q, double *rest_s, uint32_t passage)
{
    uint32_t door = passage / 2;
    const struct door *d = &ground->doors[door];
    uint32_t area = d->place[passage % 2 == 0]; /* it comes from here */
    const struct area *a = &ground->areas[area];
    if (!ground_may_transit(ground, door, area))
        return;
    for (uint32_t i = 0; i < a->door_count; i++) {
        uint32_t before = a->doors[i];
        if (before == door || ground->doors[before].to_block)
            continue;
        double seconds =
            hop_s(ground, area, &ground->doors[before], field_in(d, area), d->elevation_m);
        improve(q, rest_s, passage_into(ground->doors, before, area), seconds + rest_s[passage]);
    }
}

/* Of a goal that is no door. */
struct goal_place {
    uint32_t area, field;
};

static struct goal_place goal_place(const struct ground *ground, uint32_t goal)
{
    uint32_t i = goal - ground->door_count;
    if (i < ground->facility_count)
        return (struct goal_place){ ground->facilities[i].area, ground->facilities[i].field };
    i -= ground->facility_count;
    return (struct goal_place){ ground->spots[i].area, ground->spots[i].field };
}

uint32_t ground_goal_count(const struct ground *ground)
{
    return ground->door_count + ground->facility_count + ground->spot_count;
}

static double *route_to(const struct ground *ground, uint32_t goal)
{
    uint32_t passages = 2 * ground->door_count;
    double *rest_s = memory_zeroed(passages, sizeof *rest_s);
    for (uint32_t p = 0; p < passages; p++)
        rest_s[p] = INFINITY;
    struct queue q = { .passages = memory_zeroed(passages, sizeof *q.passages),
                       .queued = memory_zeroed(passages, sizeof *q.queued),
                       .size = passages };
    if (goal < ground->door_count) {
        const struct door *d = &ground->doors[goal];
        for (int side = 0; side < 2; side++)
            if (d->field[side] != NONE && !ground->areas[d->place[side]].outside)
                arrive(ground, &q, rest_s, d->place[side], d->field[side], d->elevation_m, goal);
    } else {
        struct goal_place to = goal_place(ground, goal);
        if (to.field != NONE)
            arrive(ground, &q, rest_s, to.area, to.field, ground->areas[to.area].elevation_m, NONE);
    }
    while (q.count > 0) {
        uint32_t passage = q.passages[q.head];
        q.head = (q.head + 1) % q.size;
        q.count--;
        q.queued[passage] = false;
        relax(ground, &q, rest_s, passage);
    }
    free(q.passages);
    free(q.queued);
    return rest_s;
}

void ground_add_routes(struct ground *ground)
{
    uint32_t goals = ground_goal_count(ground);
    ground->routes = memory_zeroed(goals, sizeof *ground->routes);
    for (uint32_t goal = 0; goal < goals; goal++)
        if (goal >= ground->door_count || ground->doors[goal].gate || ground->doors[goal].to_block)
            ground->routes[goal].rest_s = route_to(ground, goal);
}

static bool goal_in_area(const struct ground *ground, uint32_t area, uint32_t goal, uint32_t *field)
{
    if (goal >= ground->door_count) {
        struct goal_place to = goal_place(ground, goal);
        *field = to.field;
        return to.area == area && to.field != NONE;
    }
    const struct door *d = &ground->doors[goal];
    *field = d->place[0] == area ? d->field[0] : d->place[1] == area ? d->field[1] : NONE;
    return *field != NONE;
}

/* `next` NONE: through any door, but to `back`. */
static struct way_choice best_door(const struct ground *ground, uint32_t area, struct point at,
                                   uint32_t goal, uint32_t next, uint32_t back)
{
    const struct area *a = &ground->areas[area];
    const double *rest_s = ground->routes[goal].rest_s;
    struct way_choice best = { .seconds = INFINITY, .door = NONE, .field = NONE };
    for (uint32_t i = 0; i < a->door_count; i++) {
        uint32_t door = a->doors[i];
        const struct door *d = &ground->doors[door];
        uint32_t beyond = d->place[d->place[0] == area];
        if (!ground_may_transit(ground, door, area) || beyond == back ||
            (next != NONE && beyond != next))
            continue;
        uint32_t passage = 2 * door + (d->place[0] == area);
        double metres = ground_distance(ground, field_in(d, area), at);
        double seconds =
            ground_walk_s(ground, area, metres, d->elevation_m - a->elevation_m) + rest_s[passage];
        if (seconds < best.seconds)
            best = (struct way_choice){ seconds, door, field_in(d, area) };
    }
    return best;
}

double ground_rest_s(const struct ground *ground, uint32_t area, uint32_t door, uint32_t goal)
{
    return ground->routes[goal].rest_s[2 * door + (ground->doors[door].place[0] == area)];
}

struct way_choice ground_choose(const struct ground *ground, uint32_t area, struct point at,
                                uint32_t goal)
{
    uint32_t field;
    if (goal_in_area(ground, area, goal, &field)) {
        double metres = ground_distance(ground, field, at);
        if (isfinite(metres))
            return (struct way_choice){ ground_walk_s(ground, area, metres, 0), NONE, field };
    }
    return best_door(ground, area, at, goal, NONE, NONE);
}

struct way_choice ground_choose_onwards(const struct ground *ground, uint32_t area, struct point at,
                                        uint32_t goal, uint32_t back)
{
    uint32_t field;
    struct way_choice none = { .seconds = INFINITY, .door = NONE, .field = NONE };
    return goal_in_area(ground, area, goal, &field) ? none
                                                    : best_door(ground, area, at, goal, NONE, back);
}

struct way_choice ground_choose_towards(const struct ground *ground, uint32_t area, struct point at,
                                        uint32_t goal, uint32_t next)
{
    return best_door(ground, area, at, goal, next, NONE);
}
