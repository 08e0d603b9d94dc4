#include "sim/network/elements.h"

#include "sim/validate/measure.h"

#include <math.h>

/* All of them are crowds that want through at once: people enough that the middle eighty in a
 * hundred take half a minute and more. */
static const double limit_s = 900;

/* Until everybody has left; people a second at a door. */
static double flow_at(struct scene *s, uint32_t door, uint32_t people)
{
    struct deciles d = { door, { NAN, NAN } };
    while (crowd_tally(s->crowd).left < people && crowd_time_s(s->crowd) < limit_s) {
        crowd_step(s->crowd);
        watch_deciles(&d, s, people);
    }
    scene_close(s);
    return deciles_flow(&d, people);
}

static uint32_t crowd_for(double width_m)
{
    return (uint32_t)(100 + 70 * width_m);
}

/* Two halls of 16 m with a doorway in the wall between them; the second is left along its whole
 * side. */
static void through_door(struct trial *t)
{
    struct scene s = { 0 };
    double y0 = 8 - t->setup->arguments[0] / 2, y1 = 16 - y0;
    uint32_t people = crowd_for(y1 - y0);
    uint32_t hall = scene_room(&s, 0, 0, 16, 16), next = scene_room(&s, 16, 0, 26, 16);
    uint32_t outside = scene_outside(&s, 26, 0, 30, 16);
    uint32_t door = scene_door(&s, hall, next, (struct point){ 16, y0 }, (struct point){ 16, y1 });
    uint32_t gate =
        scene_gate(&s, next, outside, (struct point){ 26, 0 }, (struct point){ 26, 16 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, hall, people, (struct point){ 0.3, 0.3 }, (struct point){ 15.7, 15.7 },
               through(gate), t->seed);
    t->figures[0] = flow_at(&s, door, people);
}

static void through_gate(struct trial *t)
{
    struct scene s = { 0 };
    double y0 = 8 - t->setup->arguments[0] / 2, y1 = 16 - y0;
    uint32_t people = crowd_for(y1 - y0);
    uint32_t hall = scene_room(&s, 0, 0, 16, 16), outside = scene_outside(&s, 16, 0, 22, 16);
    uint32_t gate =
        scene_gate(&s, hall, outside, (struct point){ 16, y0 }, (struct point){ 16, y1 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, hall, people, (struct point){ 0.3, 0.3 }, (struct point){ 15.7, 15.7 },
               through(gate), t->seed);
    t->figures[0] = flow_at(&s, gate, people);
}

/* Stairs of 8 m in plan between two halls, 4 m up or down. */
static void over_stairs(struct trial *t, double rise_m)
{
    struct scene s = { 0 };
    double y0 = 6 - t->setup->arguments[0] / 2, y1 = 12 - y0;
    uint32_t people = crowd_for(y1 - y0);
    uint32_t hall = scene_room(&s, 0, 0, 12, 12), stairs = scene_room(&s, 12, y0, 20, y1);
    uint32_t next = scene_room(&s, 20, 0, 28, 12), outside = scene_outside(&s, 28, 0, 32, 12);
    s.areas[stairs].stairs = true;
    scene_door(&s, hall, stairs, (struct point){ 12, y0 }, (struct point){ 12, y1 });
    uint32_t door =
        scene_door(&s, stairs, next, (struct point){ 20, y0 }, (struct point){ 20, y1 });
    uint32_t gate =
        scene_gate(&s, next, outside, (struct point){ 28, 0 }, (struct point){ 28, 12 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = rise_m;
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, hall, people, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 },
               through(gate), t->seed);
    t->figures[0] = flow_at(&s, door, people);
}

/* Stairs of 8 m and their width in plan, 4 m up or down, between two concourses along them: people
 * turn onto them at one end and off them at the other, and go back below as they came above. */
static void round_stairs(struct trial *t, double rise_m)
{
    struct scene s = { 0 };
    double width_m = t->setup->arguments[0], y0 = -3.5, y1 = y0 - width_m - 0.2, x1 = 8 + width_m;
    uint32_t people = 2 * crowd_for(width_m);
    uint32_t hall = scene_room(&s, -18, y0, x1 + 17, 0), stairs = scene_room(&s, 0, y1, x1, y0);
    uint32_t next = scene_room(&s, -7, y1 - 4, x1 + 7, y1);
    uint32_t outside = scene_outside(&s, -11, y1 - 4, -7, y1);
    s.areas[stairs].stairs = true;
    scene_door(&s, hall, stairs, (struct point){ 0.1, y0 }, (struct point){ 0.1 + width_m, y0 });
    uint32_t door = scene_door(&s, stairs, next, (struct point){ x1 - 0.1 - width_m, y1 },
                               (struct point){ x1 - 0.1, y1 });
    uint32_t gate =
        scene_gate(&s, next, outside, (struct point){ -7, y1 - 4 }, (struct point){ -7, y1 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = rise_m;
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, hall, people, (struct point){ -17.7, y0 + 0.2 },
               (struct point){ x1 + 16.7, -0.2 }, through(gate), t->seed);
    t->figures[0] = flow_at(&s, door, people);
}

static void turn_up(struct trial *t)
{
    round_stairs(t, 4);
}

static void turn_down(struct trial *t)
{
    round_stairs(t, -4);
}

static void up_stairs(struct trial *t)
{
    over_stairs(t, 4);
}

static void down_stairs(struct trial *t)
{
    over_stairs(t, -4);
}

/* Two blocks of 16 rows of 12 seats at an aisle, which opens on a hall: everybody rises at once. */
static void out_of_rows(struct trial *t)
{
    enum { ROWS = 16, SEATS = 12, PEOPLE = 2 * ROWS * SEATS };
    struct scene s = { 0 };
    double width_m = t->setup->arguments[0], long_m = 0.8 * ROWS;
    uint32_t aisle = scene_room(&s, 0, 0, width_m, long_m), hall = scene_room(&s, -8, -8, 10, 0);
    uint32_t outside = scene_outside(&s, -8, -12, 10, -8);
    uint32_t end =
        scene_door(&s, aisle, hall, (struct point){ 0, 0 }, (struct point){ width_m, 0 });
    uint32_t gate =
        scene_gate(&s, hall, outside, (struct point){ -8, -8 }, (struct point){ 10, -8 });
    scene_block(&s, -6.3, 0, -0.3, ROWS, 0.8, SEATS);
    scene_block(&s, width_m + 0.3, 0, width_m + 6.3, ROWS, 0.8, SEATS);
    uint32_t places = s.area_count;
    scene_door(&s, aisle, places, (struct point){ 0, 0 }, (struct point){ 0, long_m });
    scene_door(&s, aisle, places + 1, (struct point){ width_m, 0 },
               (struct point){ width_m, long_m });
    if (!trial_open(t, &s))
        return;
    for (uint32_t i = 0; i < PEOPLE; i++)
        crowd_set_goal(s.crowd, scene_seated(&s, i % 2, i / 2 / SEATS, i / 2 % SEATS),
                       through(gate));
    t->figures[0] = flow_at(&s, end, PEOPLE);
}

/* A gate whose turnstiles, of 6 s a person each, are rated at so many people a second: as many
 * lanes, 1.2 m of gate for each. They come as soon as there is room. */
static void in_by_turnstiles(struct trial *t)
{
    enum { ROWS = 20, SEATS = 10, PEOPLE = ROWS * SEATS };
    static const double service_s = 6;
    struct scene s = { 0 };
    uint32_t lanes = (uint32_t)lround(t->setup->arguments[0] * service_s), came = 0;
    double x0 = 10 - 0.6 * lanes, x1 = 20 - x0;
    uint32_t hall = scene_room(&s, 0, 0, 20, 6), aisle = scene_room(&s, 10, 6, 12, 26);
    uint32_t plaza = scene_outside(&s, 0, -14, 20, 0);
    uint32_t block = scene_block(&s, 0, 6, 10, ROWS, 1, SEATS);
    uint32_t gate = scene_gate(&s, hall, plaza, (struct point){ x0, 0 }, (struct point){ x1, 0 });
    scene_door(&s, hall, aisle, (struct point){ 10, 6 }, (struct point){ 12, 6 });
    scene_door(&s, aisle, s.area_count + block, (struct point){ 10, 6 }, (struct point){ 10, 26 });
    s.facilities[s.facility_count++] = (struct facility_def){ .name = "turnstiles",
                                                              .area = plaza,
                                                              .front = { { x0, 0 }, { x1, 0 } },
                                                              .servers = lanes,
                                                              .service_mean_s = service_s,
                                                              .turnstiles = true,
                                                              .gate = gate };
    if (!trial_open(t, &s))
        return;
    for (uint32_t p = 0; p < PEOPLE; p++)
        crowd_add(s.crowd, &(struct person_def){ .seat_block = block,
                                                 .seat_row = p / SEATS,
                                                 .seat = p % SEATS,
                                                 .away = true });
    double first_s = NAN, last_s = NAN;
    while (isnan(last_s) && crowd_time_s(s.crowd) < 2 * limit_s) {
        if (came < PEOPLE && crowd_arrive(s.crowd, came, gate))
            crowd_set_goal(s.crowd, came++, (struct goal){ GOAL_FACILITY, 0 });
        crowd_step(s.crowd);
        uint32_t served = crowd_tally(s.crowd).served_by[0];
        if (isnan(first_s) && served >= PEOPLE / 10)
            first_s = crowd_time_s(s.crowd);
        if (served >= PEOPLE - PEOPLE / 10)
            last_s = crowd_time_s(s.crowd);
    }
    scene_close(&s);
    t->figures[0] = (PEOPLE - 2 * (PEOPLE / 10)) / (last_s - first_s);
}

#define HELD true
static const struct element_width door_widths[] = {
    { 0.8, false }, { 1.0, HELD },  { 1.2, false }, { 1.6, HELD }, { 2.0, false },
    { 2.6, HELD },  { 3.2, false }, { 4.0, HELD },  { 5.0, false }
};
static const struct element_width stairs_widths[] = {
    { 1.0, false }, { 1.2, HELD }, { 1.4, false }, { 1.8, false }, { 2.2, HELD }, { 2.7, false }
};
static const struct element_width turn_widths[] = {
    { 1.0, false }, { 1.4, false }, { 1.8, false }, { 2.2, false }, { 2.7, false }, { 3.2, false }
};
static const struct element_width aisle_widths[] = {
    { 1.0, false }, { 1.2, HELD }, { 1.4, false }, { 1.6, HELD }, { 1.9, false }
};
static const struct element_width gate_widths[] = { { 0.9, false }, { 1.2, HELD },  { 1.5, false },
                                                    { 2.1, HELD },  { 3.0, false }, { 4.0, HELD },
                                                    { 4.6, false } };
static const struct element_width turnstile_widths[] = { { 1 / 6.0, false }, { 2 / 6.0, false },
                                                         { 3 / 6.0, HELD },  { 4 / 6.0, false },
                                                         { 5 / 6.0, HELD },  { 6 / 6.0, false } };

#define MEASURED(run, widths)                                                                      \
    {                                                                                              \
        run, widths, sizeof(widths) / sizeof *(widths)                                             \
    }
const struct element elements[CAPACITY_ELEMENTS] = {
    [CAPACITY_DOOR] = MEASURED(through_door, door_widths),
    [CAPACITY_STAIRS_UP] = MEASURED(up_stairs, stairs_widths),
    [CAPACITY_STAIRS_DOWN] = MEASURED(down_stairs, stairs_widths),
    [CAPACITY_TURN_UP] = MEASURED(turn_up, turn_widths),
    [CAPACITY_TURN_DOWN] = MEASURED(turn_down, turn_widths),
    [CAPACITY_AISLE] = MEASURED(out_of_rows, aisle_widths),
    [CAPACITY_GATE] = MEASURED(through_gate, gate_widths),
    [CAPACITY_TURNSTILES] = MEASURED(in_by_turnstiles, turnstile_widths),
};
