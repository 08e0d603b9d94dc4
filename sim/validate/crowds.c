/* Rooms full of people: corners, halls, assigned exits, counter-flow, congestion. */
#include "sim/validate/judge.h"
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include <math.h>
#include <stdlib.h>

/* ---- 20 people round a corner ---- */

static void turn_corner(struct trial *t)
{
    struct scene s = { 0 };
    struct point bend[] = { { 0, 0 }, { 12, 0 }, { 12, 12 }, { 10, 12 }, { 10, 2 }, { 0, 2 } };
    uint32_t corridor = scene_area(&s, bend, 6);
    uint32_t outside = scene_outside(&s, 10, 12, 12, 16);
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 10, 12 }, (struct point){ 12, 12 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, corridor, 20, (struct point){ 0.3, 0.3 }, (struct point){ 6, 1.7 },
               through(gate), t->seed);
    double outside_m = 0;
    while (crowd_tally(s.crowd).left < 20 && crowd_time_s(s.crowd) < 120) {
        crowd_step(s.crowd);
        for (uint32_t i = 0; i < 20; i++)
            outside_m = fmax(outside_m, scene_off_floor_m(&s, i));
    }
    t->figures[CORNER_CLEAR_S] = crowd_tally(s.crowd).left == 20 ? crowd_time_s(s.crowd) : NAN;
    t->figures[CORNER_OUTSIDE_MM] = outside_m * 1000;
    scene_close(&s);
}

const struct setup corner_20 = {
    .name = "20 people round a corner", .run = turn_corner, .walking = &walking_weidmann, .seeds = 5
};

/* ---- Speeds of a population ---- */

enum { POPULATION = 100 };

/* Free speeds show where nobody is in the way: everybody in a corridor of their own. */
static void draw_speeds(struct trial *t)
{
    struct walking w = *t->setup->walking;
    w.speed_mean_mps = t->setup->arguments[0];
    w.speed_sd_mps = t->setup->arguments[1];
    w.speed_min_mps = 0.3;
    struct scene s = { 0 };
    uint32_t outside = scene_outside(&s, 30, 0, 34, 2);
    uint32_t gates[POPULATION];
    for (uint32_t i = 0; i < POPULATION; i++) {
        uint32_t area = scene_room(&s, 0, 0, 30, 2);
        gates[i] = scene_gate(&s, area, outside, (struct point){ 30, 0 }, (struct point){ 30, 2 });
    }
    if (!trial_open_as(t, &s, &w))
        return;
    for (uint32_t i = 0; i < POPULATION; i++)
        crowd_set_goal(s.crowd, scene_person(&s, i + 1, 2, 1), through(gates[i]));
    while (crowd_time_s(s.crowd) < 5)
        crowd_step(s.crowd);
    double sum = 0, sum2 = 0;
    for (uint32_t i = 0; i < POPULATION; i++) {
        double speed = crowd_people(s.crowd).speed_mps[i];
        trial_dot(t, 0, speed, 0);
        sum += speed;
        sum2 += speed * speed;
    }
    t->figures[SPEEDS_MEAN] = sum / POPULATION;
    t->figures[SPEEDS_SD] = sqrt(sum2 / POPULATION - sum / POPULATION * sum / POPULATION);
    scene_close(&s);
}

static double normal_cdf(double x, const double *arguments)
{
    return 0.5 * erfc((arguments[0] - x) / arguments[1] / sqrt(2));
}

static void pool_speeds(const struct harvest *h, double *figures)
{
    double *sample = calloc((size_t)h->trial_count * POPULATION, sizeof *sample);
    uint32_t count = 0;
    for (uint32_t i = 0; sample != NULL && i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++)
            sample[count++] = h->trials[i].dots[k].x;
    figures[SPEEDS_KS_P] = ks_p_value(sample, count, normal_cdf, h->setup->arguments);
    free(sample);
}

const struct setup speeds_n12_02 = { .name = "free speeds N(1.2, 0.2)",
                                     .run = draw_speeds,
                                     .arguments = { 1.2, 0.2 },
                                     .walking = &walking_weidmann,
                                     .set_note = ", speeds N(1.2, 0.2)",
                                     .seeds = 5,
                                     .pool = pool_speeds };

/* ---- A hall with four doors of 1 m, of which two are shut ---- */

static uint32_t nearest_gate(const struct scene *s, uint32_t person, const uint32_t *gates,
                             uint32_t count)
{
    uint32_t best = gates[0];
    for (uint32_t i = 1; i < count; i++)
        if (crowd_way_s(s->crowd, person, through(gates[i])) <
            crowd_way_s(s->crowd, person, through(best)))
            best = gates[i];
    return best;
}

static double clear_hall(const struct trial *t, uint32_t open)
{
    double width = t->setup->arguments[0], depth = t->setup->arguments[1];
    struct scene s = { 0 };
    uint32_t hall = scene_room(&s, 0, 0, width, depth);
    uint32_t south = scene_outside(&s, 0, -4, width, 0);
    uint32_t north = scene_outside(&s, 0, depth, width, depth + 4);
    uint32_t gates[4];
    for (uint32_t i = 0; i < 4; i++) {
        double x = i % 2 ? width - 3 : 2, y = i < 2 ? 0 : depth;
        gates[i] = scene_gate(&s, hall, i < 2 ? south : north, (struct point){ x, y },
                              (struct point){ x + 1, y });
    }
    if (!trial_open(t, &s))
        return NAN;
    scene_spread(&s, hall, 1000, (struct point){ 0.3, 0.3 },
                 (struct point){ width - 0.3, depth - 0.3 }, (struct goal){ GOAL_STAND, 0 },
                 t->seed);
    for (uint32_t i = open; i < 4; i++)
        crowd_set_gate(s.crowd, gates[i], false);
    for (uint32_t i = 0; i < 1000; i++)
        crowd_set_goal(s.crowd, i, through(nearest_gate(&s, i, gates, open)));
    double seconds = run_until_left(&s, 1000, 2000);
    scene_close(&s);
    return seconds;
}

static void clear_halls(struct trial *t)
{
    t->figures[HALL_OPEN_S] = clear_hall(t, 4);
    t->figures[HALL_SHUT_S] = clear_hall(t, 2);
    t->figures[HALL_RATIO] = t->figures[HALL_SHUT_S] / t->figures[HALL_OPEN_S];
}

const struct setup hall_20x20 = { .name = "hall 20 x 20 m",
                                  .run = clear_halls,
                                  .arguments = { 20, 20 },
                                  .walking = &walking_weidmann,
                                  .seeds = 2 };
const struct setup hall_30x20 = { .name = "hall 30 x 20 m",
                                  .run = clear_halls,
                                  .arguments = { 30, 20 },
                                  .walking = &walking_weidmann,
                                  .seeds = 2 };

/* ---- Twelve rooms whose people have an exit assigned ---- */

static void leave_rooms(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t corridor = scene_room(&s, 0, 0, 8.7, 1);
    uint32_t west = scene_outside(&s, -3, 0, 0, 1), east = scene_outside(&s, 8.7, 0, 11.7, 1);
    uint32_t main_exit =
        scene_gate(&s, corridor, west, (struct point){ 0, 0 }, (struct point){ 0, 1 });
    uint32_t second =
        scene_gate(&s, corridor, east, (struct point){ 8.7, 0 }, (struct point){ 8.7, 1 });
    double x[2] = { 0, 0 };
    uint32_t rooms[12];
    struct point middle[12];
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t side = i / 6;
        double width = i % 6 == 2 ? 1.2 : 1.5, from = x[side], y = side ? 0 : 1;
        rooms[i] = scene_room(&s, from, side ? -5 : 1, from + width, side ? 0 : 6);
        scene_door(&s, rooms[i], corridor, (struct point){ from + width / 2 - 0.45, y },
                   (struct point){ from + width / 2 + 0.45, y });
        middle[i] = (struct point){ from + width / 2, side ? -2.5 : 3.5 };
        x[side] += width;
    }
    if (!trial_open(t, &s))
        return;
    uint32_t people = 0, to_main = 0;
    for (uint32_t i = 0; i < 12; i++)
        for (uint32_t k = 0; k < (i == 2 ? 1u : 2u); k++, people++) {
            bool main_way = i % 6 < 4;
            uint32_t person = scene_person(&s, rooms[i], middle[i].x, middle[i].y + k);
            crowd_set_goal(s.crowd, person, through(main_way ? main_exit : second));
            to_main += main_way;
        }
    t->figures[ROOMS_CLEAR_S] = run_until_left(&s, people, 300);
    const uint32_t *out = crowd_tally(s.crowd).door_forward;
    double wrong = fabs((double)out[main_exit] - to_main);
    t->figures[ROOMS_ASSIGNED_PERCENT] = (out[main_exit] + out[second] - wrong) / people * 100;
    scene_close(&s);
}

const struct setup rooms_assigned = {
    .name = "12 rooms, exits assigned", .run = leave_rooms, .walking = &walking_weidmann, .seeds = 3
};

/* ---- Counter-flow: two rooms of 10 x 10 m, a corridor of 10 x 2 m ---- */

static double swap_rooms(struct trial *t, uint32_t opposed, uint32_t *crossed,
                         struct overlaps *overlaps)
{
    struct scene s = { .slowest_mps = 0.97, .fastest_mps = 1.62 }; /* IMO: men of 30 to 50 years */
    uint32_t a = scene_room(&s, 0, 0, 10, 10), b = scene_room(&s, 20, 0, 30, 10);
    uint32_t corridor = scene_room(&s, 10, 4, 20, 6);
    uint32_t west = scene_outside(&s, -5, 0, 0, 10), east = scene_outside(&s, 30, 0, 35, 10);
    scene_door(&s, a, corridor, (struct point){ 10, 4 }, (struct point){ 10, 6 });
    scene_door(&s, corridor, b, (struct point){ 20, 4 }, (struct point){ 20, 6 });
    uint32_t to_west = scene_gate(&s, a, west, (struct point){ 0, 1 }, (struct point){ 0, 9 });
    uint32_t to_east = scene_gate(&s, b, east, (struct point){ 30, 1 }, (struct point){ 30, 9 });
    if (!trial_open(t, &s))
        return NAN;
    scene_fill(&s, a, 100, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 }, through(to_east),
               t->seed);
    scene_fill(&s, b, opposed, (struct point){ 20.3, 0.3 }, (struct point){ 29.7, 9.7 },
               through(to_west), t->seed + 1000);
    double seconds = NAN;
    for (uint32_t step = 1; crowd_time_s(s.crowd) < 900 && isnan(seconds); step++) {
        crowd_step(s.crowd);
        if (step % 10 == 0)
            overlaps_count(overlaps, &s);
        if (crowd_tally(s.crowd).door_forward[to_east] == 100)
            seconds = crowd_time_s(s.crowd);
    }
    run_until_left(&s, 100 + opposed, 900);
    *crossed += crowd_tally(s.crowd).left;
    scene_close(&s);
    return seconds;
}

static void flow_against(struct trial *t)
{
    static const uint32_t opposed[] = { 0, 10, 50, 100 };
    uint32_t crossed = 0;
    double rise_s = INFINITY;
    for (int i = 0; i < 4; i++) {
        struct overlaps overlaps = { 0, 0 };
        t->figures[COUNTER_0_S + i] = swap_rooms(t, opposed[i], &crossed, &overlaps);
        t->figures[COUNTER_OVERLAP_PERCENT] = overlaps_percent(overlaps); /* of the last */
        trial_dot(t, 0, opposed[i], t->figures[COUNTER_0_S + i]);
        if (i > 0)
            rise_s = fmin(rise_s, t->figures[COUNTER_0_S + i] - t->figures[COUNTER_0_S + i - 1]);
    }
    t->figures[COUNTER_CROSSED] = crossed;
    t->figures[COUNTER_RISE_S] = isnan(t->figures[COUNTER_100_S]) ? NAN : rise_s;
}

const struct setup counter_flow = { .name = "counter-flow",
                                    .run = flow_against,
                                    .walking = &walking_weidmann,
                                    .set_note = ", speeds U(0.97, 1.62)",
                                    .seeds = 5 };

/* ---- Congestion: a room of 8 x 5 m, a corridor of 2 m, stairs ---- */

enum { JAM_BOXES = 3 };
#define LEVEL_F_P_M2 2.17 /* Fruin: congested */

static void make_jam(struct trial *t)
{
    uint32_t people = (uint32_t)t->setup->arguments[0];
    double depth = t->setup->arguments[1];
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 8, depth), corridor = scene_room(&s, 8, 1.5, 20, 3.5);
    uint32_t stairs = scene_room(&s, 20, 1.5, 28, 3.5), top = scene_room(&s, 28, 1.5, 34, 3.5);
    uint32_t outside = scene_outside(&s, 34, 1.5, 38, 3.5);
    s.areas[stairs].stairs = true;
    scene_door(&s, room, corridor, (struct point){ 8, 1.5 }, (struct point){ 8, 3.5 });
    scene_door(&s, corridor, stairs, (struct point){ 20, 1.5 }, (struct point){ 20, 3.5 });
    uint32_t door =
        scene_door(&s, stairs, top, (struct point){ 28, 1.5 }, (struct point){ 28, 3.5 });
    uint32_t gate =
        scene_gate(&s, top, outside, (struct point){ 34, 1.5 }, (struct point){ 34, 3.5 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = 5;
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, room, people, (struct point){ 0.3, 0.3 }, (struct point){ 7.7, depth - 0.3 },
               through(gate), t->seed);
    static const struct box boxes[JAM_BOXES] = { { { 6, 1.5 }, { 8, 3.5 } },
                                                 { { 12, 1.5 }, { 14, 3.5 } },
                                                 { { 18, 1.5 }, { 20, 3.5 } } };
    /* Densities are means of five seconds or so. */
    double recent[JAM_BOXES] = { 0 }, peak[JAM_BOXES] = { 0 }, first_s[JAM_BOXES];
    for (int b = 0; b < JAM_BOXES; b++)
        first_s[b] = INFINITY;
    while (crowd_tally(s.crowd).left < people && crowd_time_s(s.crowd) < 900) {
        crowd_step(s.crowd);
        for (int b = 0; b < JAM_BOXES; b++) {
            double density = box_read(&s, boxes[b]).people / box_area_m2(boxes[b]);
            recent[b] += (density - recent[b]) * 0.1 / 5;
            peak[b] = fmax(peak[b], recent[b]);
            if (recent[b] > LEVEL_F_P_M2)
                first_s[b] = fmin(first_s[b], crowd_time_s(s.crowd));
        }
    }
    for (int b = 0; b < JAM_BOXES; b++)
        t->figures[JAM_ROOM + b] = peak[b];
    t->figures[JAM_ROOM_MORE] = peak[0] - peak[1];
    t->figures[JAM_STAIRS_MORE] = peak[2] - peak[1];
    t->figures[JAM_ROOM_FIRST_S] = isinf(first_s[2]) ? NAN : first_s[2] - first_s[0];
    scene_close(&s);
}

const struct setup jam_100 = { .name = "congestion, 100 people",
                               .run = make_jam,
                               .arguments = { 100, 5 },
                               .walking = &walking_weidmann,
                               .seeds = 3 };
const struct setup jam_150 = { .name = "congestion, 150 people",
                               .run = make_jam,
                               .arguments = { 150, 5 },
                               .walking = &walking_weidmann,
                               .seeds = 3 };
