/* Spots: polygons people walk to, reach, and stand in. What follows is for the caller to say. */
#include "sim/core/state.h"

#include "sim/core/memory.h"

#include <assert.h>
#include <stdlib.h>

/* Smaller than the floor's cells: people walk to its middle, and are there when this near. */
#define SMALL_REACH_M 0.3

static struct point middle_of(struct path ring)
{
    struct point low, high;
    path_bounds(ring, &low, &high);
    return point_between(low, high, 0.5);
}

static void add_field(struct ground *ground, struct spot *spot)
{
    uint32_t number = ground->field_count;
    ground->fields = memory_resized(ground->fields, number + 1, sizeof *ground->fields);
    ground->field_area = memory_resized(ground->field_area, number + 1, sizeof(uint32_t));
    const struct floor *floor = &ground->areas[spot->area].floor;
    if (field_init_rings(&ground->fields[number], floor, spot->rings, spot->ring_count)) {
        ground->field_area[number] = spot->area;
        ground->field_count++;
        spot->field = number;
        return;
    }
    field_fini(&ground->fields[number]);
    struct point middle = middle_of(spot->rings[0]);
    spot->field = ground_add_field(ground, spot->area, (struct segment){ middle, middle },
                                   (struct point){ 0, 0 });
    spot->reach_m = fmax(spot->reach_m, SMALL_REACH_M);
}

static void spot_bounds(struct spot *spot)
{
    spot->low = (struct point){ INFINITY, INFINITY };
    spot->high = (struct point){ -INFINITY, -INFINITY };
    for (uint32_t r = 0; r < spot->ring_count; r++) {
        struct point low, high;
        path_bounds(spot->rings[r], &low, &high);
        spot->low.x = fmin(spot->low.x, low.x - spot->reach_m);
        spot->low.y = fmin(spot->low.y, low.y - spot->reach_m);
        spot->high.x = fmax(spot->high.x, high.x + spot->reach_m);
        spot->high.y = fmax(spot->high.y, high.y + spot->reach_m);
    }
}

bool ground_add_spots(struct ground *ground, const struct ground_def *def,
                      struct ground_error *error)
{
    ground->spots = memory_zeroed(def->spot_count, sizeof *ground->spots);
    for (uint32_t i = 0; i < def->spot_count; i++) {
        const struct spot_def *from = &def->spots[i];
        const char *name = ground_name(from->name);
        if (from->area >= ground->area_count || from->ring_count == 0 || !(from->reach_m >= 0))
            return ground_fault(error, "spot %s: wants an area, a ring and a reach", name);
        struct spot *spot = &ground->spots[ground->spot_count++];
        *spot = (struct spot){ .area = from->area, .reach_m = from->reach_m };
        spot->rings = memory_zeroed(from->ring_count, sizeof *spot->rings);
        for (uint32_t r = 0; r < from->ring_count; r++) {
            if (from->rings[r].count < 3)
                return ground_fault(error, "spot %s: a ring has three points or more", name);
            spot->rings[spot->ring_count++] = path_copy(from->rings[r]);
        }
        add_field(ground, spot);
        spot_bounds(spot);
    }
    return true;
}

void ground_drop_spots(struct ground *ground)
{
    for (uint32_t i = 0; i < ground->spot_count; i++) {
        for (uint32_t r = 0; r < ground->spots[i].ring_count; r++)
            free((void *)ground->spots[i].rings[r].points);
        free(ground->spots[i].rings);
    }
    free(ground->spots);
}

bool spot_reached(const struct spot *spot, struct point at)
{
    if (at.x < spot->low.x || at.y < spot->low.y || at.x > spot->high.x || at.y > spot->high.y)
        return false;
    for (uint32_t r = 0; r < spot->ring_count; r++) {
        struct path ring = spot->rings[r];
        if (path_contains(ring, at))
            return true;
        for (uint32_t i = 0, j = ring.count - 1; i < ring.count && spot->reach_m > 0; j = i++)
            if (segment_distance((struct segment){ ring.points[j], ring.points[i] }, at) <=
                spot->reach_m)
                return true;
    }
    return false;
}

double ground_clearance(const struct ground *ground, uint32_t area, struct point at)
{
    assert(area < ground->area_count);
    return walls_clearance(&ground->areas[area].walls, at);
}

bool ground_spot_is_reachable(const struct ground *ground, uint32_t spot)
{
    assert(spot < ground->spot_count);
    return ground->spots[spot].field != NONE;
}

double ground_spot_s(const struct ground *ground, uint32_t area, struct point at, uint32_t spot)
{
    assert(area < ground->area_count && spot < ground->spot_count);
    uint32_t goal = ground->door_count + ground->facility_count + spot;
    return ground_choose(ground, area, at, goal).seconds;
}

bool spots_reach(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    uint32_t spot = p->goal[i].index;
    if (c->ground->spots[spot].area != p->place[i] ||
        !spot_reached(&c->ground->spots[spot], person_at(c, i)))
        return false;
    crowd_stand_at(c, i, person_at(c, i));
    crowd_tell(c, (struct crowd_event){ EVENT_REACHED, i, p->place[i], spot, false });
    return true;
}

void crowd_stand_at(struct crowd *c, uint32_t person, struct point at)
{
    crowd_set_goal(c, person, (struct goal){ GOAL_POINT, 0 });
    c->people.stand_x[person] = at.x;
    c->people.stand_y[person] = at.y;
}

void crowd_set_pace(struct crowd *c, uint32_t person, double pace)
{
    assert(person < c->people.count && pace >= 0 && pace <= 3);
    c->people.slower[person] = 1 - pace;
}

void crowd_take_off(struct crowd *c, uint32_t person)
{
    struct people *p = &c->people;
    assert(person < p->count && p->mode[person] == PERSON_WALKING);
    crowd_tell(c, (struct crowd_event){ EVENT_LEFT, person, p->place[person], NONE, true });
    p->mode[person] = PERSON_LEFT;
    p->speed_mps[person] = 0;
    c->in_place[p->place[person]]--;
}

bool crowd_has_room(const struct crowd *c, uint32_t area, struct point at, double room_m)
{
    return c->step == 0 || sense_has_room(c, area, at, room_m);
}
