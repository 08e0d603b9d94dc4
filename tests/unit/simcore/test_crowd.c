/* The whole crowd: determinism, and random grounds on which nobody may get lost. */
#include "tests/unit/simcore/scene.h"

#include "sim/core/dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static uint64_t hash_of_a_minute(uint64_t seed)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 12, 8), outside = scene_outside(&s, 12, 0, 16, 8);
    uint32_t gate =
        scene_gate(&s, room, outside, (struct point){ 12, 3 }, (struct point){ 12, 4.2 });
    s.facilities[s.facility_count++] = (struct facility_def){ .name = "bar",
                                                              .area = room,
                                                              .front = { { 2, 0 }, { 5, 0 } },
                                                              .servers = 2,
                                                              .service_mean_s = 5 };
    scene_open(&s, seed);
    scene_fill(&s, room, 60, (struct point){ 1, 1 }, (struct point){ 11, 7 },
               (struct goal){ GOAL_GATE, gate }, 5);
    scene_fill(&s, room, 20, (struct point){ 1, 1 }, (struct point){ 11, 7 },
               (struct goal){ GOAL_FACILITY, 0 }, 6);
    for (int step = 0; step < 600; step++)
        scene_step(&s);
    uint64_t hash = crowd_hash(s.crowd);
    scene_close(&s);
    return hash;
}

static void the_same_seed_gives_the_same_trajectories_and_another_seed_others(void **state)
{
    (void)state;
    uint64_t first = hash_of_a_minute(1);
    assert_true(first == hash_of_a_minute(1));
    assert_true(first != hash_of_a_minute(2));
}

/* Even draw in [low, high), one after the other from *at. */
static double draw(uint64_t *at, double low, double high)
{
    *at = dice_mix(*at);
    return low + (high - low) * dice_uniform(*at);
}

/* A row of rooms with ragged floors and ceilings, joined by doors; gates at both ends, a counter in
 * each. */
static void random_ground(struct scene *s, uint64_t *at, uint32_t rooms)
{
    *s = (struct scene){ 0 };
    double x = 0, walls_y[SCENE_MAX + 1][2];
    for (uint32_t i = 0; i <= rooms; i++) {
        walls_y[i][0] = draw(at, -6, -3);
        walls_y[i][1] = draw(at, 3, 6);
    }
    for (uint32_t i = 0; i < rooms; i++) {
        double width = draw(at, 5, 12), dent = draw(at, 0.3, 0.7);
        struct point outline[] = { { x, walls_y[i][0] },
                                   { x + width * dent, draw(at, -7, -2) },
                                   { x + width, walls_y[i + 1][0] },
                                   { x + width, walls_y[i + 1][1] },
                                   { x + width * draw(at, 0.3, 0.7), draw(at, 2, 7) },
                                   { x, walls_y[i][1] } };
        scene_area(s, outline, 6);
        x += width;
    }
    uint32_t west = scene_outside(s, -8, -8, 0, 8), east = scene_outside(s, x, -8, x + 8, 8);
    x = 0;
    for (uint32_t i = 0; i <= rooms; i++) {
        double middle = draw(at, -1.5, 1.5), half = draw(at, 0.4, 1.4);
        struct point from = { x, middle - half }, to = { x, middle + half };
        if (i == 0)
            scene_gate(s, 0, west, from, to);
        else if (i == rooms)
            scene_gate(s, i - 1, east, from, to);
        else
            scene_door(s, i - 1, i, from, to);
        if (i < rooms)
            x = s->areas[i].outline.points[2].x;
    }
    struct path hall = s->areas[0].outline;
    struct point a = hall.points[0], b = hall.points[1];
    s->facilities[s->facility_count++] =
        (struct facility_def){ .name = "bar",
                               .area = 0,
                               .front = { { a.x + (b.x - a.x) * 0.3, a.y + (b.y - a.y) * 0.3 }, b },
                               .servers = 2,
                               .service_mean_s = 3 };
}

static void on_random_grounds_everybody_gets_out_inside_the_walls(void **state)
{
    (void)state;
    uint64_t seed = scene_seed(4711);
    print_message("TIFO_SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 12; round++) {
        uint64_t at = dice_mix(seed + (uint64_t)round);
        struct scene s;
        uint32_t rooms = (uint32_t)draw(&at, 2, 6);
        random_ground(&s, &at, rooms);
        scene_open(&s, at);
        for (uint32_t room = 0; room < rooms; room++) {
            struct path ring = s.areas[room].outline;
            struct point low = { ring.points[0].x + 0.5, -2 }, high = { ring.points[2].x - 0.5, 2 };
            scene_fill(&s, room, 15, low, high, (struct goal){ GOAL_GATE, 0 }, at + room);
            scene_fill(&s, room, 15, low, high, (struct goal){ GOAL_GATE, rooms }, at + room + 100);
            scene_fill(&s, room, 3, low, high, (struct goal){ GOAL_FACILITY, 0 }, at + room + 200);
        }
        uint32_t people = rooms * 33, served = 0;
        while (crowd_tally(s.crowd).left < people && crowd_time_s(s.crowd) < 600) {
            scene_step(&s);
            size_t count;
            const struct crowd_event *events = crowd_events(s.crowd, &count);
            for (size_t i = 0; i < count; i++)
                if (events[i].kind == EVENT_SERVED) {
                    served++;
                    crowd_set_goal(s.crowd, events[i].person, (struct goal){ GOAL_GATE, rooms });
                }
        }
        if (crowd_tally(s.crowd).left != people || served != rooms * 3)
            fail_msg("round %d: %u of %u out, %u served", round, crowd_tally(s.crowd).left, people,
                     served);
        scene_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_trajectories_and_another_seed_others),
        cmocka_unit_test(on_random_grounds_everybody_gets_out_inside_the_walls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
