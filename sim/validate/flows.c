/* How many get through: doors, bottlenecks, stairs of several widths. */
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include "sim/plot.h"

#include <math.h>

/* ---- 100 people out of a room of 8 x 5 m by a door of 1 m ---- */

static void leave_by_door(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 8, 5), outside = scene_outside(&s, 8, 0, 12, 5);
    uint32_t gate = scene_gate(&s, room, outside, (struct point){ 8, 2 }, (struct point){ 8, 3 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, room, 100, (struct point){ 0.3, 0.3 }, (struct point){ 7.7, 4.7 }, through(gate),
               t->seed);
    struct door_meter meter = { .door = gate };
    while (crowd_tally(s.crowd).left < 100 && crowd_time_s(s.crowd) < 400) {
        crowd_step(s.crowd);
        door_meter_read(&meter, &s);
    }
    t->figures[DOOR_FLOW_PM] = meter.count == 100 ? door_meter_flow(&meter) : NAN;
    t->figures[DOOR_CLEAR_S] = meter.count == 100 ? meter.last_s : NAN;
    scene_close(&s);
}

const struct setup door_100_people = { .name = "100 people, door of 1 m",
                                       .run = leave_by_door,
                                       .walking = &walking_weidmann,
                                       .seeds = 5 };

const struct setup door_100_design = { .name = "100 people, door of 1 m, design",
                                       .run = leave_by_door,
                                       .walking = &walking_weidmann,
                                       .design = &design_imo,
                                       .set_note = ", design imo",
                                       .seeds = 5 };

/* ---- A room, a bottleneck, a way on ---- */

struct bottleneck {
    double width_m, length_m;
    double beyond_m; /* from its end to the goal, as wide as the room; 0: the goal is its end */
    bool twice;      /* another like it behind */
    double room_m;   /* the room's width and depth */
    uint32_t people;
};

struct passage {
    double clear_s;
    double flow_ps;      /* at the first: the middle eighty in a hundred */
    double exit_flow_ps; /* at the goal */
};

static struct passage pass(const struct trial *t, struct bottleneck b)
{
    struct scene s = { 0 };
    double mid = b.room_m / 2, y0 = mid - b.width_m / 2, y1 = mid + b.width_m / 2, x = b.room_m;
    uint32_t room = scene_room(&s, 0, 0, x, b.room_m);
    uint32_t neck = scene_room(&s, x, y0, x + b.length_m, y1);
    uint32_t first = scene_door(&s, room, neck, (struct point){ x, y0 }, (struct point){ x, y1 });
    uint32_t last = neck;
    double low = y0, high = y1;
    x += b.length_m;
    if (b.beyond_m > 0 || b.twice) {
        last = scene_room(&s, x, 0, x + b.beyond_m, b.room_m);
        scene_door(&s, neck, last, (struct point){ x, y0 }, (struct point){ x, y1 });
        low = 0;
        high = b.room_m;
        x += b.beyond_m;
    }
    if (b.twice) {
        uint32_t second = scene_room(&s, x, y0, x + b.length_m, y1);
        scene_door(&s, last, second, (struct point){ x, y0 }, (struct point){ x, y1 });
        last = second;
        low = y0;
        high = y1;
        x += b.length_m;
    }
    uint32_t outside = scene_outside(&s, x, low, x + 4, high);
    uint32_t gate =
        scene_gate(&s, last, outside, (struct point){ x, low }, (struct point){ x, high });
    struct passage none = { NAN, NAN, NAN };
    if (!trial_open(t, &s))
        return none;
    scene_fill(&s, room, b.people, (struct point){ 0.3, 0.3 },
               (struct point){ b.room_m - 0.3, b.room_m - 0.3 }, through(gate), t->seed);
    struct deciles in = { first, { NAN, NAN } }, out = { gate, { NAN, NAN } };
    while (crowd_tally(s.crowd).left < b.people && crowd_time_s(s.crowd) < 900) {
        crowd_step(s.crowd);
        watch_deciles(&in, &s, b.people);
        watch_deciles(&out, &s, b.people);
    }
    struct passage p = { crowd_time_s(s.crowd), deciles_flow(&in, b.people),
                         deciles_flow(&out, b.people) };
    bool all = crowd_tally(s.crowd).left == b.people;
    scene_close(&s);
    return all ? p : none;
}

static const struct bottleneck rimea = {
    .width_m = 1, .length_m = 1, .beyond_m = 10, .room_m = 10, .people = 150
};

/* a) The goal at the bottleneck's end, and farther and farther behind it. */
static void goal_behind(struct trial *t)
{
    static const double beyond_m[] = { 0, 2, 5, 10 };
    for (int i = 0; i < 4; i++) {
        struct bottleneck b = rimea;
        b.beyond_m = beyond_m[i];
        t->figures[BEHIND_0_S + i] = pass(t, b).clear_s;
        trial_dot(t, 0, beyond_m[i], t->figures[BEHIND_0_S + i]);
    }
    t->figures[BEHIND_RISE_S] = t->figures[BEHIND_10_S] - t->figures[BEHIND_0_S];
    /* Levels off: the last half costs no more than walking it. */
    t->figures[BEHIND_LEVEL_S] = t->figures[BEHIND_10_S] - t->figures[BEHIND_5_S];
}

/* b) A bottleneck that is long. */
static void neck_long(struct trial *t)
{
    struct bottleneck b = rimea;
    b.length_m = 0.3;
    t->figures[LENGTH_SHORT_S] = pass(t, b).clear_s;
    b.length_m = 5;
    t->figures[LENGTH_LONG_S] = pass(t, b).clear_s;
    t->figures[LENGTH_MORE_S] = t->figures[LENGTH_LONG_S] - t->figures[LENGTH_SHORT_S];
}

/* c) Two, one behind the other. */
static void neck_twice(struct trial *t)
{
    struct bottleneck b = rimea;
    b.twice = true;
    struct passage p = pass(t, b);
    t->figures[TWICE_FIRST_PS] = p.flow_ps;
    t->figures[TWICE_SECOND_PS] = p.exit_flow_ps;
    t->figures[TWICE_LESS_PS] = p.flow_ps - p.exit_flow_ps;
}

const struct setup bottleneck_goal = {
    .name = "bottleneck, goal behind", .run = goal_behind, .walking = &walking_weidmann, .seeds = 3
};
const struct setup bottleneck_length = {
    .name = "bottleneck, short and long", .run = neck_long, .walking = &walking_weidmann, .seeds = 3
};
const struct setup bottleneck_twice = {
    .name = "two bottlenecks in series", .run = neck_twice, .walking = &walking_weidmann, .seeds = 3
};

/* ---- Flow against width ---- */

/* Least squares over dots of series 0, and the share of the variance that the line explains. */
static void fit_line(const struct trial *t, double *slope, double *r2)
{
    double n = t->dot_count, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
    for (uint32_t i = 0; i < t->dot_count; i++) {
        double x = t->dots[i].x, y = t->dots[i].y;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
        syy += y * y;
    }
    double across = n * sxy - sx * sy, wide = n * sxx - sx * sx;
    *slope = across / wide;
    *r2 = across * across / wide / (n * syy - sy * sy);
}

static void set_widths(struct trial *t)
{
    fit_line(t, &t->figures[BOTTLENECK_SLOPE], &t->figures[BOTTLENECK_R2]);
    double rise = INFINITY;
    for (uint32_t i = 1; i < t->dot_count; i++)
        rise = fmin(rise, t->dots[i].y - t->dots[i - 1].y);
    t->figures[BOTTLENECK_RISE_PS] = isnan(t->figures[BOTTLENECK_SLOPE]) ? NAN : rise;
}

static void doors_of_widths(struct trial *t)
{
    static const double rimea_widths[] = { 0.8, 1.0, 1.2 };
    static const double all_widths[] = { 0.8, 1.2, 1.8, 2.4, 3.6, 5.0 };
    bool wide = t->setup->arguments[0] > 0;
    for (int i = 0; i < (wide ? 6 : 3); i++) {
        struct bottleneck b = rimea;
        b.width_m = wide ? all_widths[i] : rimea_widths[i];
        b.room_m = wide ? 14 : 10;
        b.people = wide ? (uint32_t)(120 + 60 * b.width_m) : 150;
        trial_dot(t, 0, b.width_m, pass(t, b).flow_ps);
    }
    set_widths(t);
}

static void draw_widths(const struct harvest *h, struct plot *plot)
{
    static const double ends[] = { 0, 5 };
    double low[] = { 0, 1.6 * 5 }, high[] = { 0, 1.9 * 5 };
    plot_begin(plot, h->setup->name, "width, m", 5, "flow, people a second", 10);
    plot_band(plot, "1.6 to 1.9 a m and s", ends, low, high, 2);
    for (uint32_t i = 0; i < h->trial_count && i < 5; i++) {
        double x[16], y[16];
        uint32_t count = h->trials[i].dot_count < 16 ? h->trials[i].dot_count : 16;
        for (uint32_t k = 0; k < count; k++) {
            x[k] = h->trials[i].dots[k].x;
            y[k] = h->trials[i].dots[k].y;
        }
        plot_points(plot, PLOT_OURS, i == 0 ? "a seed each" : "", x, y, count);
    }
    plot_end(plot);
}

const struct setup bottleneck_rimea_widths = { .name = "bottleneck of 0.8 to 1.2 m",
                                               .run = doors_of_widths,
                                               .walking = &walking_weidmann,
                                               .seeds = 3 };
const struct setup bottleneck_widths = { .name = "bottleneck of 0.8 to 5 m",
                                         .run = doors_of_widths,
                                         .arguments = { 1 },
                                         .walking = &walking_experiment,
                                         .seeds = 2,
                                         .draw = draw_widths };

/* Stairs of 5 m in plan between two landings. */
static double flow_up_stairs(const struct trial *t, double width_m)
{
    struct scene s = { 0 };
    double y0 = 5 - width_m / 2, y1 = 5 + width_m / 2;
    uint32_t room = scene_room(&s, 0, 0, 10, 10), stairs = scene_room(&s, 10, y0, 15, y1);
    uint32_t top = scene_room(&s, 15, 0, 20, 10), outside = scene_outside(&s, 20, 0, 24, 10);
    s.areas[stairs].stairs = true;
    scene_door(&s, room, stairs, (struct point){ 10, y0 }, (struct point){ 10, y1 });
    uint32_t door = scene_door(&s, stairs, top, (struct point){ 15, y0 }, (struct point){ 15, y1 });
    uint32_t gate = scene_gate(&s, top, outside, (struct point){ 20, 0 }, (struct point){ 20, 10 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = 3;
    if (!trial_open(t, &s))
        return NAN;
    scene_fill(&s, room, 150, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 }, through(gate),
               t->seed);
    struct deciles d = { door, { NAN, NAN } };
    while (crowd_tally(s.crowd).left < 150 && crowd_time_s(s.crowd) < 900) {
        crowd_step(s.crowd);
        watch_deciles(&d, &s, 150);
    }
    scene_close(&s);
    return deciles_flow(&d, 150);
}

static void stairs_of_widths(struct trial *t)
{
    static const double widths[] = { 1.0, 1.2, 1.4, 1.6, 1.8 };
    for (int i = 0; i < 5; i++)
        trial_dot(t, 0, widths[i], flow_up_stairs(t, widths[i]));
    set_widths(t);
}

const struct setup stairs_widths = { .name = "stairs of 1.0 to 1.8 m",
                                     .run = stairs_of_widths,
                                     .walking = &walking_weidmann,
                                     .seeds = 3 };
