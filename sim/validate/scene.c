#include "sim/validate/scene.h"

#include "sim/core/dice.h"
#include "sim/core/geometry.h"

#include <assert.h>

static struct path outline_of(struct scene *s, const struct point *points, uint32_t count)
{
    assert(s->outline_count < 2 * SCENE_MAX && count <= SCENE_POINTS);
    struct point *out = s->outlines[s->outline_count++];
    for (uint32_t i = 0; i < count; i++)
        out[i] = points[i];
    return (struct path){ out, count };
}

uint32_t scene_area(struct scene *s, const struct point *outline, uint32_t count)
{
    assert(s->area_count < SCENE_MAX);
    s->areas[s->area_count] =
        (struct area_def){ .name = "test", .outline = outline_of(s, outline, count) };
    return s->area_count++;
}

uint32_t scene_room(struct scene *s, double x0, double y0, double x1, double y1)
{
    struct point outline[] = { { x0, y0 }, { x1, y0 }, { x1, y1 }, { x0, y1 } };
    return scene_area(s, outline, 4);
}

uint32_t scene_outside(struct scene *s, double x0, double y0, double x1, double y1)
{
    uint32_t area = scene_room(s, x0, y0, x1, y1);
    s->areas[area].outside = true;
    return area;
}

uint32_t scene_spot(struct scene *s, uint32_t area, double x0, double y0, double x1, double y1)
{
    struct point ring[] = { { x0, y0 }, { x1, y0 }, { x1, y1 }, { x0, y1 } };
    assert(s->spot_count < SCENE_MAX);
    s->rings[s->spot_count] = outline_of(s, ring, 4);
    s->spots[s->spot_count] = (struct spot_def){
        .name = "test", .area = area, .rings = &s->rings[s->spot_count], .ring_count = 1
    };
    return s->spot_count++;
}

uint32_t scene_door(struct scene *s, uint32_t a, uint32_t b, struct point from, struct point to)
{
    assert(s->door_count < SCENE_MAX);
    s->doors[s->door_count] =
        (struct door_def){ .name = "test", .place_a = a, .place_b = b, .ends = { from, to } };
    return s->door_count++;
}

uint32_t scene_gate(struct scene *s, uint32_t inside, uint32_t outside, struct point from,
                    struct point to)
{
    uint32_t gate = scene_door(s, inside, outside, from, to);
    s->doors[gate].gate = true;
    return gate;
}

uint32_t scene_block(struct scene *s, double x0, double y0, double x1, uint32_t rows,
                     double row_gap_m, uint32_t seats)
{
    uint32_t b = s->block_count++;
    double y1 = y0 + rows * row_gap_m;
    struct point outline[] = { { x0, y0 }, { x1, y0 }, { x1, y1 }, { x0, y1 } };
    for (uint32_t r = 0; r < rows; r++) {
        double y = y0 + (r + 0.5) * row_gap_m;
        s->row_ends[b][r][0] = (struct point){ x0, y };
        s->row_ends[b][r][1] = (struct point){ x1, y };
        s->rows[b][r] = (struct row_def){ .line = { s->row_ends[b][r], 2 }, .seats = seats };
    }
    s->blocks[b] = (struct block_def){
        .name = "test", .outline = outline_of(s, outline, 4), .rows = s->rows[b], .row_count = rows
    };
    return b;
}

static struct point turned(struct point p, double radians)
{
    double c = cos(radians), n = sin(radians);
    return (struct point){ p.x * c - p.y * n, p.x * n + p.y * c };
}

void scene_turn(struct scene *s, double radians)
{
    s->turned_rad += radians;
    for (uint32_t i = 0; i < s->outline_count; i++)
        for (uint32_t k = 0; k < SCENE_POINTS; k++)
            s->outlines[i][k] = turned(s->outlines[i][k], radians);
    for (uint32_t b = 0; b < s->block_count; b++)
        for (uint32_t r = 0; r < SCENE_ROWS; r++)
            for (int end = 0; end < 2; end++)
                s->row_ends[b][r][end] = turned(s->row_ends[b][r][end], radians);
    for (uint32_t d = 0; d < s->door_count; d++)
        for (int end = 0; end < 2; end++)
            s->doors[d].ends[end] = turned(s->doors[d].ends[end], radians);
    for (uint32_t f = 0; f < s->facility_count; f++)
        for (int end = 0; end < 2; end++)
            s->facilities[f].front[end] = turned(s->facilities[f].front[end], radians);
}

bool scene_make(struct scene *s, const struct crowd_def *def, struct ground_error *error)
{
    struct ground_def ground = { s->areas, s->area_count, s->blocks,     s->block_count,
                                 s->doors, s->door_count, s->facilities, s->facility_count,
                                 s->spots, s->spot_count };
    s->ground = ground_create(&ground, error);
    s->crowd = s->ground != NULL ? crowd_create(s->ground, def) : NULL;
    return s->crowd != NULL;
}

void scene_close(struct scene *s)
{
    crowd_destroy(s->crowd);
    ground_destroy(s->ground);
}

uint32_t scene_person(struct scene *s, uint32_t area, double x, double y)
{
    struct point at = turned((struct point){ x, y }, s->turned_rad);
    struct person_def def = { .seat_block = NO_SEAT, .area = area, .at = at };
    return crowd_add(s->crowd, &def);
}

uint32_t scene_walker(struct scene *s, uint32_t area, struct point at, double speed_mps,
                      uint32_t gate)
{
    struct person_def def = {
        .seat_block = NO_SEAT,
        .area = area,
        .at = turned(at, s->turned_rad),
        .speed_mps = speed_mps,
    };
    uint32_t person = crowd_add(s->crowd, &def);
    crowd_set_goal(s->crowd, person, (struct goal){ GOAL_GATE, gate });
    return person;
}

uint32_t scene_seated(struct scene *s, uint32_t block, uint32_t row, uint32_t seat)
{
    struct person_def def = { .seat_block = block, .seat_row = row, .seat = seat, .seated = true };
    return crowd_add(s->crowd, &def);
}

static bool crowded(const struct scene *s, struct point at, double gap_m)
{
    struct crowd_people p = crowd_people(s->crowd);
    for (uint32_t i = 0; i < p.count; i++)
        if (point_distance(at, (struct point){ p.x[i], p.y[i] }) < gap_m)
            return true;
    return false;
}

void scene_fill(struct scene *s, uint32_t area, uint32_t count, struct point low, struct point high,
                struct goal goal, uint64_t seed)
{
    uint32_t throw = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct point at, there;
        double gap_m = 0.4;
        do {
            at.x = low.x + (high.x - low.x) * dice_uniform(dice_mix(seed + 2 * throw));
            at.y = low.y + (high.y - low.y) * dice_uniform(dice_mix(seed + 2 * throw +1));
            there = turned(at, s->turned_rad);
            gap_m *= 0.999;
            throw ++;
        } while (!ground_contains(s->ground, area, there) || crowded(s, there, gap_m));
        double share = dice_uniform(dice_mix(~seed + i));
        struct person_def def = {
            .seat_block = NO_SEAT,
            .area = area,
            .at = there,
            .speed_mps = s->slowest_mps + share * (s->fastest_mps - s->slowest_mps),
        };
        crowd_set_goal(s->crowd, crowd_add(s->crowd, &def), goal);
    }
}

void scene_spread(struct scene *s, uint32_t area, uint32_t count, struct point low,
                  struct point high, struct goal goal, uint64_t seed)
{
    double width_m = high.x - low.x, depth_m = high.y - low.y;
    double rows = fmax(1, round(sqrt(count * depth_m / width_m)));
    double columns = ceil(count / rows);
    double dx = width_m / columns, dy = depth_m / rows;
    for (uint32_t i = 0; i < count; i++) {
        /* Every so often a place is left free, so that they are free all over. */
        double place = floor((i + 0.5) * columns * rows / count);
        double column = floor(place / rows), row = place - column * rows;
        double u = dice_uniform(dice_mix(seed + 2 * i)) - 0.5;
        double v = dice_uniform(dice_mix(seed + 2 * i + 1)) - 0.5;
        struct point at = { low.x + (column + 0.5 + 0.4 * u) * dx,
                            low.y + (row + 0.5 + 0.4 * v) * dy };
        crowd_set_goal(s->crowd, scene_person(s, area, at.x, at.y), goal);
    }
}

double scene_off_floor_m(const struct scene *s, uint32_t person)
{
    struct crowd_people p = crowd_people(s->crowd);
    struct point at = { p.x[person], p.y[person] };
    if (p.place[person] >= s->area_count || ground_contains(s->ground, p.place[person], at))
        return 0;
    const struct area_def *area = &s->areas[p.place[person]];
    double nearest = INFINITY;
    for (uint32_t ring_number = 0; ring_number <= area->hole_count; ring_number++) {
        struct path ring = ring_number ? area->holes[ring_number - 1] : area->outline;
        for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++)
            nearest = fmin(
                nearest, segment_distance((struct segment){ ring.points[j], ring.points[i] }, at));
    }
    return nearest;
}
