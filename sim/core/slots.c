/* Where people stand who queue: slots in rows along the counter, no deeper than leaves a way past,
 * and then along the wall to both sides. Whoever is called leaves a hole, and those behind move up
 * into it. */
#include "sim/core/parts.h"

#include "sim/core/memory.h"

#include <assert.h>
#include <stdlib.h>

#define SLOT_GAP_M   0.55 /* Fruin's queues of 3 people a m2 and more; a counter's, not a crush */
#define FIRST_SLOT_M 0.75 /* from the counter: behind those who are served */
#define DEPTH_SHARE  0.5  /* of the free depth in front of the counter */
#define SIDE_M       20.0 /* beyond the counter's ends */
#define DOOR_CLEAR_M 1.5  /* nobody queues in a doorway */
#define WALL_CLEAR_M 0.3
#define MOVE_UP_M    0.9 /* one moves up from no farther */
#define PASSAGE_M    1.2 /* left free at the other side, when the comfortable slots are taken */
#define CROWDED_RANK 100 /* of slots that narrow the way past: after all others */
enum { SLOTS_MAX = 1024, BEHIND_MAX = 16 };

static bool stands_free(const struct ground *ground, const struct facility *f, struct point p)
{
    const struct area *a = &ground->areas[f->area];
    if (!ground_contains(ground, f->area, p) || walls_clearance(&a->walls, p) < WALL_CLEAR_M)
        return false;
    for (uint32_t i = 0; i < a->door_count; i++)
        if (!(f->turnstiles && a->doors[i] == f->gate) &&
            segment_distance(ground->doors[a->doors[i]].line, p) < DOOR_CLEAR_M)
            return false;
    double own = segment_distance(f->front, p);
    for (uint32_t i = 0; i < ground->facility_count; i++) {
        const struct facility *other = &ground->facilities[i];
        if (other != f && other->area == f->area && segment_distance(other->front, p) <= own)
            return false;
    }
    /* In sight of the counter, almost to it: it may be part of a wall. */
    struct point foot = segment_nearest(f->front, p);
    return !walls_between(&a->walls, p, point_between(p, foot, 1 - 0.1 / own));
}

/* How far one can go straight away from the counter. */
static double free_depth(const struct ground *ground, const struct facility *f)
{
    struct point from = point_between(f->front.a, f->front.b, 0.5);
    const struct area *a = &ground->areas[f->area];
    double depth = 0.5;
    while (depth < 20 &&
           ground_contains(ground, f->area, point_add(from, point_scaled(f->into, depth + 0.25))) &&
           walls_clearance(&a->walls, point_add(from, point_scaled(f->into, depth + 0.25))) > 0.2)
        depth += 0.25;
    return depth;
}

/* Insertion by rank keeps the nearest SLOTS_MAX. */
static void insert(struct facility *f, double *ranks, struct point at, double rank)
{
    uint32_t place = f->slot_count;
    if (place == SLOTS_MAX && rank >= ranks[place - 1])
        return;
    if (place < SLOTS_MAX)
        f->slot_count++;
    else
        place--;
    for (; place > 0 && ranks[place - 1] > rank; place--) {
        ranks[place] = ranks[place - 1];
        f->slots[place] = f->slots[place - 1];
    }
    ranks[place] = rank;
    f->slots[place] = (struct slot){ .at = at };
}

static void link_slots(struct facility *f)
{
    f->slots_behind = memory_zeroed((size_t)f->slot_count * BEHIND_MAX, sizeof *f->slots_behind);
    uint32_t listed = 0;
    for (uint32_t s = 0; s < f->slot_count; s++) {
        f->slots[s].first_behind = listed;
        for (uint32_t t = s + 1; t < f->slot_count; t++)
            if (point_distance(f->slots[s].at, f->slots[t].at) <= MOVE_UP_M)
                f->slots_behind[listed++] = t;
        f->slots[s].behind_count = listed - f->slots[s].first_behind;
        assert(f->slots[s].behind_count <= BEHIND_MAX); /* a disc of 0.9 m on a grid of 0.55 m */
        f->depth_m = fmax(f->depth_m, segment_distance(f->front, f->slots[s].at));
    }
}

bool facility_add_slots(const struct ground *ground, struct facility *f)
{
    double ranks[SLOTS_MAX];
    double free_m = free_depth(ground, f);
    double comfortable_m = fmax(FIRST_SLOT_M, free_m * DEPTH_SHARE);
    double depth_max = fmax(comfortable_m, free_m - PASSAGE_M);
    double length = segment_length(f->front);
    struct point along = point_unit(point_sub(f->front.b, f->front.a));
    struct point middle = point_between(f->front.a, f->front.b, 0.5);
    int sides = (int)((length / 2 + SIDE_M) / SLOT_GAP_M);
    f->slots = memory_zeroed(SLOTS_MAX, sizeof *f->slots);
    for (double depth = FIRST_SLOT_M; depth <= depth_max; depth += SLOT_GAP_M) {
        for (int side = -sides; side <= sides; side++) {
            struct point at = point_add(point_add(middle, point_scaled(f->into, depth)),
                                        point_scaled(along, side * SLOT_GAP_M));
            if (stands_free(ground, f, at))
                insert(f, ranks, at,
                       segment_distance(f->front, at) + (depth > comfortable_m ? CROWDED_RANK : 0));
        }
    }
    link_slots(f);
    return f->slot_count > 0;
}
