/* The street: people come to a gate from the far end of what lies outside it. */
#include "sim/core/state.h"

#include "sim/core/memory.h"

#include <assert.h>

#define SPOT_GAP_M   0.75
#define WALL_CLEAR_M 0.35
#define BODY_CLEAR_M 0.3 /* radius of the room wanted to come */
enum { SPOTS_MAX = 64 };

/* Insertion by distance keeps the farthest SPOTS_MAX; of equals the first. */
static void insert(struct door *door, double *distances, struct point at, double distance_m)
{
    uint32_t place = door->street_count;
    if (place == SPOTS_MAX && distance_m <= distances[place - 1])
        return;
    if (place < SPOTS_MAX)
        door->street_count++;
    else
        place--;
    for (; place > 0 && distances[place - 1] < distance_m; place--) {
        distances[place] = distances[place - 1];
        door->street[place] = door->street[place - 1];
    }
    distances[place] = distance_m;
    door->street[place] = at;
}

static void add_street(struct ground *ground, struct door *door)
{
    uint32_t area = door->place[1];
    const struct area *a = &ground->areas[area];
    double distances[SPOTS_MAX];
    struct point low, high;
    path_bounds(a->outline, &low, &high);
    door->street = memory_zeroed(SPOTS_MAX, sizeof *door->street);
    for (uint32_t row = 0; low.y + row * SPOT_GAP_M < high.y; row++)
        for (uint32_t column = 0; low.x + column * SPOT_GAP_M < high.x; column++) {
            struct point at = { low.x + (column + 0.5) * SPOT_GAP_M,
                                low.y + (row + 0.5) * SPOT_GAP_M };
            if (!ground_contains(ground, area, at) || walls_clearance(&a->walls, at) < WALL_CLEAR_M)
                continue;
            double distance_m = ground_distance(ground, door->field[1], at);
            if (isfinite(distance_m))
                insert(door, distances, at, distance_m);
        }
}

void ground_add_streets(struct ground *ground)
{
    for (uint32_t d = 0; d < ground->door_count; d++)
        if (ground->doors[d].gate)
            add_street(ground, &ground->doors[d]);
}

bool crowd_arrive(struct crowd *c, uint32_t i, uint32_t gate)
{
    struct people *p = &c->people;
    assert(i < p->count && p->mode[i] == PERSON_AWAY);
    assert(gate < c->ground->door_count && c->ground->doors[gate].gate);
    const struct door *door = &c->ground->doors[gate];
    uint32_t first =
        (uint32_t)(dice_uniform(dice_bits(c->seed, i, DICE_STREET, 0)) * door->street_count);
    for (uint32_t k = 0; k < door->street_count; k++) {
        struct point at = door->street[(first + k) % door->street_count];
        if (!sense_has_room(c, door->place[1], at, BODY_CLEAR_M))
            continue;
        p->x[i] = at.x;
        p->y[i] = at.y;
        p->place[i] = (uint16_t)door->place[1];
        p->mode[i] = PERSON_WALKING;
        p->goal[i] = (struct goal){ GOAL_STAND, 0 };
        p->row_m[i] = 0;
        sense_note_arrival(c, i);
        c->in_place[p->place[i]]++;
        c->in_mode[PERSON_AWAY]--;
        c->in_mode[PERSON_WALKING]++;
        return true;
    }
    return false;
}
