/* Whole floors: a parameter study over three storeys, a way over stairs or round, a large crowd
 * round a corner. */
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

/* ---- RiMEA 8: three storeys of rooms for four, a flight of stairs between storeys ---- */

enum { STOREYS = 3, ROOM_ROWS = 4, ROOM_PEOPLE = 4 };
static const uint32_t rooms_of[STOREYS][ROOM_ROWS] = { { 9, 8, 8, 11 },
                                                       { 11, 8, 8, 11 },
                                                       { 11, 8, 8, 11 } };

struct storeys {
    struct scene scene;
    uint32_t rooms[STOREYS * ROOM_ROWS * 11];
    struct point low[STOREYS * ROOM_ROWS * 11];
    uint32_t room_count, gate;
};

/* Two corridors of 2 m, joined at their west end, with rooms of 2 x 3 m on both sides. Storeys lie
 * beside each other in plan: each is reached by stairs from the east end of the one below. */
static uint32_t add_storey(struct storeys *b, uint32_t storey)
{
    struct scene *s = &b->scene;
    double x = 32.0 * storey;
    struct point outline[] = { { x - 2, -5 }, { x + 22, -5 }, { x + 22, -3 }, { x, -3 },
                               { x, 3 },      { x + 22, 3 },  { x + 22, 5 },  { x - 2, 5 } };
    uint32_t corridor = scene_area(s, outline, 8);
    static const double base[ROOM_ROWS] = { 5, 0, -3, -8 }, door_y[ROOM_ROWS] = { 5, 3, -3, -5 };
    for (uint32_t row = 0; row < ROOM_ROWS; row++)
        for (uint32_t i = 0; i < rooms_of[storey][row]; i++) {
            double from = x + 2 * i;
            uint32_t room = scene_room(s, from, base[row], from + 2, base[row] + 3);
            uint32_t door =
                scene_door(s, room, corridor, (struct point){ from + 0.55, door_y[row] },
                           (struct point){ from + 1.45, door_y[row] });
            s->doors[door].elevation_m = 3.0 * storey;
            b->low[b->room_count] = (struct point){ from, base[row] };
            b->rooms[b->room_count++] = room;
        }
    return corridor;
}

static void add_stairs(struct storeys *b, const uint32_t *corridors, uint32_t storey)
{
    struct scene *s = &b->scene;
    double x = 32.0 * storey + 22;
    uint32_t stairs = scene_room(s, x, 3, x + 8, 5);
    s->areas[stairs].stairs = true;
    uint32_t below =
        scene_door(s, corridors[storey], stairs, (struct point){ x, 3 }, (struct point){ x, 5 });
    uint32_t above = scene_door(s, stairs, corridors[storey + 1], (struct point){ x + 8, 3 },
                                (struct point){ x + 8, 5 });
    s->doors[below].elevation_m = 3.0 * storey;
    s->doors[above].elevation_m = 3.0 * (storey + 1);
}

static double clear_storeys(const struct trial *t, double speed_mps, double sd_mps)
{
    struct storeys *b = memory_array(1, sizeof *b);
    uint32_t corridors[STOREYS];
    for (uint32_t storey = 0; storey < STOREYS; storey++)
        corridors[storey] = add_storey(b, storey);
    for (uint32_t storey = 0; storey + 1 < STOREYS; storey++)
        add_stairs(b, corridors, storey);
    uint32_t outside = scene_outside(&b->scene, -6, 3, -2, 5);
    b->gate = scene_gate(&b->scene, corridors[0], outside, (struct point){ -2, 3 },
                         (struct point){ -2, 5 });
    struct walking w = *t->setup->walking;
    w.speed_mean_mps = speed_mps;
    w.speed_sd_mps = sd_mps;
    w.speed_min_mps = 0.2;
    w.stairs_up_mps *= speed_mps / t->setup->walking->speed_mean_mps;
    w.stairs_down_mps *= speed_mps / t->setup->walking->speed_mean_mps;
    double seconds = NAN;
    if (trial_open_as(t, &b->scene, &w)) {
        for (uint32_t r = 0; r < b->room_count; r++)
            for (uint32_t k = 0; k < ROOM_PEOPLE; k++) {
                double x = b->low[r].x + 0.5 + k % 2, y = b->low[r].y + 1 + k / 2;
                crowd_set_goal(b->scene.crowd, scene_person(&b->scene, b->rooms[r], x, y),
                               through(b->gate));
            }
        seconds = run_until_left(&b->scene, ROOM_PEOPLE * b->room_count, 3000);
        scene_close(&b->scene);
    }
    free(b);
    return seconds;
}

static void study_speeds(struct trial *t)
{
    static const double speeds[] = { 0.5, 0.75, 1.0 };
    for (int i = 0; i < 3; i++)
        t->figures[STUDY_050_S + i] = clear_storeys(t, speeds[i], 0);
    t->figures[STUDY_FALL_S] = fmin(t->figures[STUDY_050_S] - t->figures[STUDY_075_S],
                                    t->figures[STUDY_075_S] - t->figures[STUDY_100_S]);
    t->figures[STUDY_WIDE_S] = clear_storeys(t, 1.0, 0.3);
}

const struct setup storeys_448 = { .name = "448 people on three storeys",
                                   .run = study_speeds,
                                   .walking = &walking_weidmann,
                                   .seeds = 1 };

/* ---- RiMEA 14: up and down again, or round on the level ---- */

static void choose_route(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t start = scene_room(&s, 0, 0, 10, 25), end = scene_room(&s, 25, 0, 35, 25);
    uint32_t up = scene_room(&s, 10, 18, 14, 20), bridge = scene_room(&s, 14, 18, 21, 20);
    uint32_t down = scene_room(&s, 21, 18, 25, 20);
    struct point bend[] = { { 2, 0 },  { 2, -20 },  { 33, -20 }, { 33, 0 },
                            { 31, 0 }, { 31, -18 }, { 4, -18 },  { 4, 0 } };
    uint32_t round = scene_area(&s, bend, 8), outside = scene_outside(&s, 35, 0, 39, 25);
    s.areas[up].stairs = s.areas[down].stairs = true;
    uint32_t over = scene_door(&s, start, up, (struct point){ 10, 18 }, (struct point){ 10, 20 });
    uint32_t doors[2] = {
        scene_door(&s, up, bridge, (struct point){ 14, 18 }, (struct point){ 14, 20 }),
        scene_door(&s, bridge, down, (struct point){ 21, 18 }, (struct point){ 21, 20 })
    };
    s.doors[doors[0]].elevation_m = s.doors[doors[1]].elevation_m = 2;
    scene_door(&s, down, end, (struct point){ 25, 18 }, (struct point){ 25, 20 });
    scene_door(&s, start, round, (struct point){ 2, 0 }, (struct point){ 4, 0 });
    scene_door(&s, round, end, (struct point){ 31, 0 }, (struct point){ 33, 0 });
    uint32_t gate =
        scene_gate(&s, end, outside, (struct point){ 35, 18 }, (struct point){ 35, 20 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, start, 100, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 24.7 },
               through(gate), t->seed);
    t->figures[ROUTE_CLEAR_S] = run_until_left(&s, 100, 900);
    t->figures[ROUTE_SHORT_PERCENT] = crowd_tally(s.crowd).door_forward[over];
    scene_close(&s);
}

const struct setup route_over_stairs = {
    .name = "over stairs or round", .run = choose_route, .walking = &walking_weidmann, .seeds = 2
};

/* ---- RiMEA 15: 500 people, ways of 20 m, straight on and round a corner ---- */

static double clear_way(const struct trial *t, const struct point *outline, uint32_t count,
                        struct point gate_from, struct point gate_to, struct point outwards)
{
    struct scene s = { 0 };
    uint32_t way = scene_area(&s, outline, count);
    struct point yard[] = { gate_from,
                            gate_to,
                            { gate_to.x + outwards.x, gate_to.y + outwards.y },
                            { gate_from.x + outwards.x, gate_from.y + outwards.y } };
    uint32_t outside = scene_area(&s, yard, 4);
    s.areas[outside].outside = true;
    uint32_t gate = scene_gate(&s, way, outside, gate_from, gate_to);
    if (!trial_open(t, &s))
        return NAN;
    scene_spread(&s, way, 500, (struct point){ -5.8, 0.2 }, (struct point){ -0.2, 19.8 },
                 through(gate), t->seed);
    double seconds = run_until_left(&s, 500, 600);
    scene_close(&s);
    return seconds;
}

static double clear_straight(const struct trial *t, double metres)
{
    struct point outline[] = { { -6, 0 }, { metres, 0 }, { metres, 20 }, { -6, 20 } };
    return clear_way(t, outline, 4, (struct point){ metres, 0 }, (struct point){ metres, 20 },
                     (struct point){ 4, 0 });
}

/* Along the inner side the way round the corner is 14 + 30 m, along the outer side 14 + 31.4 + 30.
 */
static void turn_large_corner(struct trial *t)
{
    struct point bend[] = { { -6, 0 }, { 34, 0 }, { 34, 50 }, { 14, 50 }, { 14, 20 }, { -6, 20 } };
    t->figures[LARGE_SHORT_S] = clear_straight(t, 44);
    t->figures[LARGE_LONG_S] = clear_straight(t, 75.4);
    t->figures[LARGE_CORNER_S] = clear_way(t, bend, 6, (struct point){ 14, 50 },
                                           (struct point){ 34, 50 }, (struct point){ 0, 4 });
    double span = t->figures[LARGE_LONG_S] - t->figures[LARGE_SHORT_S];
    t->figures[LARGE_PLACE_PERCENT] =
        (t->figures[LARGE_CORNER_S] - t->figures[LARGE_SHORT_S]) / span * 100;
}

const struct setup large_corner = { .name = "500 people round a corner of 20 m",
                                    .run = turn_large_corner,
                                    .walking = &walking_weidmann,
                                    .seeds = 2 };
