/* Fundamental diagrams: speed against density in corridors and on stairs. */
#include "sim/validate/judge.h"
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include "sim/memory.h"
#include "sim/plot.h"

#include <math.h>
#include <stdlib.h>

/* ---- A corridor full of people who walk one way ---- */

struct corridor {
    double length_m, width_m, until_s;
    double speed_mps; /* everybody's; 0: drawn */
};

/* Everybody's x; NAN: not on their feet. */
static void read_places(const struct scene *s, double *x)
{
    struct crowd_people p = crowd_people(s->crowd);
    for (uint32_t i = 0; i < p.count; i++)
        x[i] = p.mode[i] == PERSON_WALKING ? p.x[i] : NAN;
}

/* Those who stood in a box before the step, and how far they got along the corridor in it: the
 * diagram's speed is the way gained, swaying does not count. */
static void read_step(const struct scene *s, struct box box, const double *before,
                      struct box_reading *sum)
{
    struct crowd_people p = crowd_people(s->crowd);
    for (uint32_t i = 0; i < p.count; i++) {
        if (!(before[i] >= box.low.x && before[i] < box.high.x) || p.mode[i] != PERSON_WALKING ||
            p.y[i] < box.low.y || p.y[i] >= box.high.y)
            continue;
        sum->people++;
        sum->speeds_mps += (p.x[i] - before[i]) / CROWD_STEP_S;
    }
}

/* Density and speed of one corridor from 10 s on, over three areas of 2 x 2 m at its middle; where
 * it is broad, nine, three by three. */
static void read_corridor(struct trial *t, struct corridor c, double density, uint32_t series)
{
    struct scene s = { 0 };
    double end = c.length_m;
    uint32_t corridor = scene_room(&s, 0, 0, end, c.width_m);
    uint32_t outside = scene_outside(&s, end, 0, end + 4, c.width_m);
    uint32_t gate = scene_gate(&s, corridor, outside, (struct point){ end, 0 },
                               (struct point){ end, c.width_m });
    struct walking w = *t->setup->walking;
    if (c.speed_mps > 0) {
        w.speed_mean_mps = c.speed_mps;
        w.speed_sd_mps = 0;
    }
    if (!trial_open_as(t, &s, &w))
        return;
    uint32_t count = (uint32_t)(density * (end - 0.4) * (c.width_m - 0.2));
    scene_spread(&s, corridor, count, (struct point){ 0.2, 0.1 },
                 (struct point){ end - 0.2, c.width_m - 0.1 }, through(gate), t->seed);
    double *before = memory_array(count, sizeof *before), readings = 0, fastest = 0;
    double half_m = c.width_m >= 10 ? 3 : 1;
    struct box areas = { { end / 2 - 3, c.width_m / 2 - half_m },
                         { end / 2 + 3, c.width_m / 2 + half_m } };
    struct box_reading sum = { 0, 0 };
    while (crowd_time_s(s.crowd) < c.until_s) {
        read_places(&s, before);
        crowd_step(s.crowd);
        if (crowd_time_s(s.crowd) > 10) {
            read_step(&s, areas, before, &sum);
            readings++;
        }
        struct crowd_people p = crowd_people(s.crowd);
        for (uint32_t i = 0; i < p.count; i++)
            if (p.mode[i] == PERSON_WALKING)
                fastest = fmax(fastest, p.speed_mps[i]);
    }
    if (sum.people > 0)
        trial_dot(t, series, sum.people / readings / box_area_m2(areas),
                  sum.speeds_mps / sum.people);
    if (c.speed_mps > 0)
        t->figures[FAST_EXCESS_MPS] = fmax(t->figures[FAST_EXCESS_MPS], fastest - c.speed_mps);
    free(before);
    scene_close(&s);
}

/* Some that a short corridor has time for, instead of the last; and from 0.5 on the guideline's. */
static const double densities[] = { 1.5, 2.5, 4.8, 0.5, 1, 2, 3, 4, 5, 6 };
enum { BETWEEN = 3, DENSITIES = sizeof densities / sizeof densities[0] };

/* How far from Weidmann, between 0.5 and 5 people a m2. */
static double off_curve(double density, double mps)
{
    return density > 0.4 && density < 5.1 ? fabs(mps - weidmann_mps(density)) : 0;
}

static void diagram(struct trial *t)
{
    const double *a = t->setup->arguments;
    bool full = t->setup->long_only;
    for (uint32_t i = full ? BETWEEN : 0; i < (full ? DENSITIES : DENSITIES - 1); i++)
        read_corridor(t, (struct corridor){ a[0], a[1], a[2], 0 }, densities[i], i);
    double worst = 0;
    for (uint32_t i = 0; i < t->dot_count; i++)
        worst = fmax(worst, off_curve(t->dots[i].x, t->dots[i].y));
    t->figures[DIAGRAM_ERROR_MPS] = worst;
}

/* The curve is one of means: at each density, the means over the seeds. */
static void pool_diagram(const struct harvest *h, double *figures)
{
    double x[DENSITIES] = { 0 }, y[DENSITIES] = { 0 }, count[DENSITIES] = { 0 };
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++) {
            const struct dot *d = &h->trials[i].dots[k];
            x[d->series] += d->x;
            y[d->series] += d->y;
            count[d->series]++;
        }
    double worst = 0;
    for (int k = 0; k < DENSITIES; k++)
        if (count[k] > 0)
            worst = fmax(worst, off_curve(x[k] / count[k], y[k] / count[k]));
    figures[DIAGRAM_ERROR_MPS] = worst;
}

/* The points of all seeds. */
static void draw_dots(const struct harvest *h, struct plot *plot, uint32_t from, uint32_t to,
                      enum plot_style style, const char *name)
{
    size_t count = 0, room = 0;
    for (uint32_t i = 0; i < h->trial_count; i++)
        room += h->trials[i].dot_count;
    double *x = calloc(2 * room + 1, sizeof *x), *y = x + room;
    for (uint32_t i = 0; x != NULL && i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count && count < room; k++)
            if (h->trials[i].dots[k].series >= from && h->trials[i].dots[k].series < to) {
                x[count] = h->trials[i].dots[k].x;
                y[count++] = h->trials[i].dots[k].y;
            }
    plot_points(plot, style, name, x, y, count);
    free(x);
}

static void draw_diagram(const struct harvest *h, struct plot *plot)
{
    double x[60], y[60];
    for (int i = 0; i < 60; i++) {
        x[i] = 0.1 + i * 0.09;
        y[i] = weidmann_mps(x[i]);
    }
    plot_begin(plot, h->setup->name, "people a m\xc2\xb2", 6, "speed, m/s", 1.6);
    plot_curve(plot, PLOT_REFERENCE, "Weidmann 1993", x, y, 59);
    draw_dots(h, plot, 0, DENSITIES, PLOT_OURS, "a seed and density each");
    plot_end(plot);
}

/* Long enough: in 25 s nobody gets from its ends, where others are missing, to its middle. */
const struct setup diagram_corridor = { .name = "corridor 100 x 10 m",
                                        .run = diagram,
                                        .arguments = { 100, 10, 25 },
                                        .walking = &walking_weidmann,
                                        .seeds = 3,
                                        .pool = pool_diagram,
                                        .draw = draw_diagram };
const struct setup diagram_1000m = { .name = "corridor 1000 x 10 m",
                                     .run = diagram,
                                     .arguments = { 1000, 10, 70 },
                                     .walking = &walking_weidmann,
                                     .long_only = true,
                                     .long_seeds = 10,
                                     .pool = pool_diagram,
                                     .seeds = 1,
                                     .draw = draw_diagram };

/* ISO 13: nobody is faster than their free speed. */
static void one_speed(struct trial *t)
{
    t->figures[FAST_EXCESS_MPS] = -INFINITY;
    for (uint32_t i = 0; i < 3; i++)
        read_corridor(t, (struct corridor){ 60, 3, 20, 1.34 }, 1 + 1.5 * i, i);
}

const struct setup corridor_one_speed = { .name = "corridor, everybody at 1.34 m/s",
                                          .run = one_speed,
                                          .walking = &walking_weidmann,
                                          .set_note = ", all 1.34 m/s",
                                          .seeds = 3 };

/* ---- Stairs: RiMEA 13 ---- */

/* The guideline's chart, read by eye: density, and the band of speeds down and up. */
static const double stairs_density[] = { 0.6, 0.8, 1.0, 1.2, 1.4, 1.5 };
static const double band_down[2][6] = { { 0.66, 0.60, 0.55, 0.50, 0.48, 0.48 },
                                        { 1.12, 1.00, 0.89, 0.81, 0.76, 0.73 } };
static const double band_up[2][6] = { { 0.48, 0.46, 0.46, 0.46, 0.46, 0.46 },
                                      { 1.02, 0.93, 0.86, 0.80, 0.76, 0.74 } };
enum { UP, DOWN };

static double interpolate(const double *values, double density)
{
    int i = 0;
    while (i < 4 && density > stairs_density[i + 1])
        i++;
    double share = (density - stairs_density[i]) / (stairs_density[i + 1] - stairs_density[i]);
    return values[i] + share * (values[i + 1] - values[i]);
}

static void walk_stairs(struct trial *t, uint32_t way)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 10, 10), approach = scene_room(&s, 10, 4, 12, 6);
    uint32_t stairs = scene_room(&s, 12, 4, 17, 6), beyond = scene_room(&s, 17, 4, 19, 6);
    uint32_t outside = scene_outside(&s, 19, 4, 23, 6);
    s.areas[stairs].stairs = true;
    scene_door(&s, room, approach, (struct point){ 10, 4 }, (struct point){ 10, 6 });
    scene_door(&s, approach, stairs, (struct point){ 12, 4 }, (struct point){ 12, 6 });
    uint32_t door =
        scene_door(&s, stairs, beyond, (struct point){ 17, 4 }, (struct point){ 17, 6 });
    uint32_t gate =
        scene_gate(&s, beyond, outside, (struct point){ 19, 4 }, (struct point){ 19, 6 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = way == UP ? 3 : -3;
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, room, 100, (struct point){ 0.3, 0.3 }, (struct point){ 9.7, 9.7 }, through(gate),
               t->seed);
    struct box box = { { 12, 4 }, { 17, 6 } };
    for (uint32_t step = 1; crowd_tally(s.crowd).left < 100 && step < 6000; step++) {
        crowd_step(s.crowd);
        struct box_reading r = box_read(&s, box);
        if (step % 10 == 0 && r.people > 0)
            trial_dot(t, way, r.people / box_area_m2(box), r.speeds_mps / r.people);
    }
    scene_close(&s);
}

static void stairs_both_ways(struct trial *t)
{
    walk_stairs(t, UP);
    walk_stairs(t, DOWN);
}

/* Means of bins of 0.2 people a m2 from 0.5 on. */
static void pool_stairs(const struct harvest *h, double *figures)
{
    enum { BINS = 6 };
    double sum[2][BINS] = { { 0 } }, count[2][BINS] = { { 0 } }, all = 0, inside = 0;
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++) {
            const struct dot *d = &h->trials[i].dots[k];
            const double(*band)[6] = d->series == UP ? band_up : band_down;
            if (d->x < 0.6 || d->x > 1.5)
                continue;
            all++;
            inside += d->y >= interpolate(band[0], d->x) && d->y <= interpolate(band[1], d->x);
            int bin = (int)((d->x - 0.5) / 0.2);
            sum[d->series][bin] += d->y;
            count[d->series][bin]++;
        }
    double shared = 0, faster = 0;
    for (int bin = 0; bin < BINS; bin++)
        if (count[UP][bin] >= 5 && count[DOWN][bin] >= 5) {
            shared++;
            faster += sum[DOWN][bin] / count[DOWN][bin] > sum[UP][bin] / count[UP][bin];
        }
    figures[STAIRS_IN_BAND_PERCENT] = inside / all * 100;
    figures[STAIRS_DOWN_FASTER_BINS_PERCENT] = faster / shared * 100;
}

static void draw_stairs(const struct harvest *h, struct plot *plot)
{
    for (uint32_t way = UP; way <= DOWN; way++) {
        const double(*band)[6] = way == UP ? band_up : band_down;
        plot_begin(plot, way == UP ? "Stairs, up" : "Stairs, down", "people a m\xc2\xb2", 3,
                   "speed, m/s", 1.6);
        plot_band(plot, "RiMEA 4.1.1, test 13", stairs_density, band[0], band[1], 6);
        draw_dots(h, plot, way, way + 1, PLOT_OTHER, "a second each");
        plot_end(plot);
    }
}

const struct setup diagram_stairs = { .name = "stairs, 100 people up and down",
                                      .run = stairs_both_ways,
                                      .walking = &walking_weidmann,
                                      .seeds = 3,
                                      .pool = pool_stairs,
                                      .draw = draw_stairs };
