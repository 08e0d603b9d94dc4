#include "tests/unit/simcore/scene.h"

#include "sim/core/dice.h"
#include "sim/core/geometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct path outline_of(struct scene *s, const struct point *points, uint32_t count)
{
    struct point *out = s->outlines[s->outline_count++];
    for (uint32_t i = 0; i < count; i++)
        out[i] = points[i];
    return (struct path){ out, count };
}

uint32_t scene_area(struct scene *s, const struct point *outline, uint32_t count)
{
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
    struct point *points = s->outlines[s->outline_count++];
    points[0] = (struct point){ x0, y0 };
    points[1] = (struct point){ x1, y0 };
    points[2] = (struct point){ x1, y1 };
    points[3] = (struct point){ x0, y1 };
    s->rings[s->spot_count] = (struct path){ points, 4 };
    s->spots[s->spot_count] = (struct spot_def){
        .name = "test", .area = area, .rings = &s->rings[s->spot_count], .ring_count = 1
    };
    return s->spot_count++;
}

uint32_t scene_door(struct scene *s, uint32_t a, uint32_t b, struct point from, struct point to)
{
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

void scene_open(struct scene *s, uint64_t seed)
{
    struct ground_def def = { s->areas, s->area_count, s->blocks,     s->block_count,
                              s->doors, s->door_count, s->facilities, s->facility_count,
                              s->spots, s->spot_count };
    struct ground_error error;
    s->ground = ground_create(&def, &error);
    if (!s->ground)
        fail_msg("%s", error.text);
    s->crowd = crowd_create(s->ground, &(struct crowd_def){ .seed = seed });
}

void scene_close(struct scene *s)
{
    crowd_destroy(s->crowd);
    ground_destroy(s->ground);
}

uint32_t scene_person(struct scene *s, uint32_t area, double x, double y)
{
    struct person_def def = { .seat_block = NO_SEAT, .area = area, .at = { x, y } };
    return crowd_add(s->crowd, &def);
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
        struct point at;
        double gap_m = 0.4;
        do {
            at.x = low.x + (high.x - low.x) * dice_uniform(dice_mix(seed + 2 * throw));
            at.y = low.y + (high.y - low.y) * dice_uniform(dice_mix(seed + 2 * throw +1));
            gap_m *= 0.999;
            throw ++;
        } while (!ground_contains(s->ground, area, at) || crowded(s, at, gap_m));
        crowd_set_goal(s->crowd, scene_person(s, area, at.x, at.y), goal);
    }
}

static double off_floor_m(const struct scene *s, uint32_t area, struct point at)
{
    struct path ring = s->areas[area].outline;
    double nearest = INFINITY;
    if (path_contains(ring, at))
        return 0;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++)
        nearest =
            fmin(nearest, segment_distance((struct segment){ ring.points[j], ring.points[i] }, at));
    return nearest;
}

void scene_step(struct scene *s)
{
    crowd_step(s->crowd);
    struct crowd_people p = crowd_people(s->crowd);
    uint32_t placed = 0, left = 0;
    struct crowd_tally tally = crowd_tally(s->crowd);
    for (uint32_t i = 0; i < p.count; i++) {
        left += p.mode[i] == PERSON_LEFT;
        if (p.mode[i] == PERSON_SEATED || p.mode[i] == PERSON_LEFT || p.mode[i] == PERSON_AWAY)
            continue;
        struct point at = { p.x[i], p.y[i] };
        if (!(at.x == at.x) || !(at.y == at.y))
            fail_msg("person %u is nowhere at %.1f s", i, crowd_time_s(s->crowd));
        if (p.place[i] < s->area_count && off_floor_m(s, p.place[i], at) > 0.001)
            fail_msg("person %u is off the floor of area %u at %.2f %.2f, %.1f s", i, p.place[i],
                     at.x, at.y, crowd_time_s(s->crowd));
        if (p.speed_mps[i] > 2.9f)
            fail_msg("person %u runs %.1f m/s at %.1f s", i, p.speed_mps[i],
                     crowd_time_s(s->crowd));
    }
    for (uint32_t place = 0; place < s->area_count + s->block_count; place++)
        placed += tally.in_place[place];
    assert_int_equal(placed + left + tally.away, p.count);
    assert_int_equal(tally.away + tally.seated + tally.in_rows + tally.walking + tally.queued +
                         tally.left,
                     p.count);
}

double scene_run(struct scene *s, double until_s)
{
    struct crowd_tally tally;
    do {
        scene_step(s);
        tally = crowd_tally(s->crowd);
    } while (crowd_time_s(s->crowd) < until_s && tally.seated + tally.left < tally.people);
    return crowd_time_s(s->crowd);
}

uint64_t scene_seed(uint64_t standard)
{
    const char *given = getenv("TIFO_SEED");
    return given ? strtoull(given, NULL, 10) : standard;
}
