/* RiMEA 16: single file round an oval, against the guideline's band, read from a file that is not
 * ours to give away. */
#include "sim/validate/judge.h"
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include "sim/memory.h"
#include "sim/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

#define STRAIGHT_M 4.0
#define RADIUS_M   3.0
#define WIDTH_M    0.8
enum { PARTS = 4, ARCS = 16, PEOPLE_MOST = 64 };

static const double bend_m = PI * RADIUS_M;
static const double lap_m = 2 * STRAIGHT_M + 2 * PI * RADIUS_M;

/* A point `along_m` the middle line, `out_m` outwards of it. From the lower straight's left end,
 * anticlockwise. */
static struct point ring_at(double along_m, double out_m)
{
    double r = RADIUS_M + out_m;
    along_m = fmod(along_m + lap_m, lap_m);
    if (along_m < STRAIGHT_M)
        return (struct point){ along_m, -r };
    along_m -= STRAIGHT_M;
    double angle = along_m / RADIUS_M;
    if (along_m < bend_m)
        return (struct point){ STRAIGHT_M + r * sin(angle), -r * cos(angle) };
    along_m -= bend_m;
    if (along_m < STRAIGHT_M)
        return (struct point){ STRAIGHT_M - along_m, r };
    angle = (along_m - STRAIGHT_M) / RADIUS_M;
    return (struct point){ -r * sin(angle), r * cos(angle) };
}

/* The middle line's point nearest to a point, by its distance along it. */
static double ring_along(struct point at)
{
    if (at.x >= 0 && at.x <= STRAIGHT_M)
        return at.y < 0 ? at.x : STRAIGHT_M + bend_m + STRAIGHT_M - at.x;
    if (at.x > STRAIGHT_M)
        return STRAIGHT_M + RADIUS_M * atan2(at.x - STRAIGHT_M, -at.y);
    return 2 * STRAIGHT_M + bend_m + RADIUS_M * atan2(-at.x, at.y);
}

static const double part_from[PARTS + 1] = { 0, STRAIGHT_M, STRAIGHT_M + PI *RADIUS_M,
                                             2 * STRAIGHT_M + PI *RADIUS_M,
                                             2 * STRAIGHT_M + 2 * PI *RADIUS_M };

/* A quarter of the ring; and a gate in the first stretch of its outer wall, which is only there to
 * be walked towards. */
static uint32_t add_part(struct scene *s, int part, uint32_t *gate)
{
    struct point ring[2 * (ARCS + 1)];
    double length = part_from[part + 1] - part_from[part];
    for (int i = 0; i <= ARCS; i++) {
        double along = part_from[part] + length * i / ARCS * (1 - 1e-12);
        ring[i] = ring_at(along, WIDTH_M / 2);
        ring[2 * ARCS + 1 - i] = ring_at(along, -WIDTH_M / 2);
    }
    uint32_t area = scene_area(s, ring, 2 * (ARCS + 1));
    struct point a = ring[2], b = ring[4];
    struct point out = { (b.y - a.y) * 2, (a.x - b.x) * 2 };
    struct point yard[] = { a, b, { b.x + out.x, b.y + out.y }, { a.x + out.x, a.y + out.y } };
    uint32_t outside = scene_area(s, yard, 4);
    s->areas[outside].outside = true;
    *gate = scene_gate(s, area, outside, a, b);
    return area;
}

struct ring {
    struct scene scene;
    uint32_t areas[PARTS], gates[PARTS];
};

static bool open_ring(const struct trial *t, struct ring *r)
{
    for (int part = 0; part < PARTS; part++)
        r->areas[part] = add_part(&r->scene, part, &r->gates[part]);
    for (int part = 0; part < PARTS; part++)
        scene_door(&r->scene, r->areas[part], r->areas[(part + 1) % PARTS],
                   ring_at(part_from[part + 1] * (1 - 1e-12), -WIDTH_M / 2),
                   ring_at(part_from[part + 1] * (1 - 1e-12), WIDTH_M / 2));
    return trial_open(t, &r->scene);
}

/* Whoever is in a part walks towards the gate of the next; there they turn to the one after. */
static void head_on(struct ring *r, uint32_t person)
{
    uint32_t place = crowd_people(r->scene.crowd).place[person];
    for (int part = 0; part < PARTS; part++)
        if (r->areas[part] == place)
            crowd_set_goal(r->scene.crowd, person,
                           (struct goal){ GOAL_GATE, r->gates[(part + 1) % PARTS] });
}

static void step_ring(struct ring *r)
{
    size_t count;
    crowd_step(r->scene.crowd);
    const struct crowd_event *events = crowd_events(r->scene.crowd, &count);
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == EVENT_CHANGED_PLACE)
            head_on(r, events[i].person);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Everybody's speed, and one over half the way to whoever is ahead and half of that behind. */
static void sample(struct trial *t, const struct ring *r, uint32_t people)
{
    struct crowd_people p = crowd_people(r->scene.crowd);
    struct {
        double along, speed;
    } file[PEOPLE_MOST];
    for (uint32_t i = 0; i < people; i++) {
        file[i].along = ring_along((struct point){ p.x[i], p.y[i] });
        file[i].speed = p.speed_mps[i];
    }
    qsort(file, people, sizeof file[0], compare);
    for (uint32_t i = 0; i < people; i++) {
        double ahead = file[(i + 1) % people].along - file[i].along + (i + 1 == people) * lap_m;
        double behind = file[i].along - file[(i + people - 1) % people].along + (i == 0) * lap_m;
        trial_dot(t, people, 2 / (ahead + behind), file[i].speed);
    }
}

static void go_round(struct trial *t, uint32_t people)
{
    struct ring *r = memory_array(1, sizeof *r);
    if (!open_ring(t, r)) {
        free(r);
        return;
    }
    for (uint32_t i = 0; i < people; i++) {
        double along = lap_m * (i + 0.3) / people; /* nobody on the line between two parts */
        int part = 0;
        while (along >= part_from[part + 1])
            part++;
        struct point at = ring_at(along, 0);
        head_on(r, scene_person(&r->scene, r->areas[part], at.x, at.y));
    }
    /* Three laps at the band's median speed, but no longer than two minutes, are not looked at. */
    double warm_s = fmin(3 * lap_m / 1.1 * (1 + people / 10.0), 120);
    while (crowd_time_s(r->scene.crowd) < warm_s + 60) {
        step_ring(r);
        if (crowd_time_s(r->scene.crowd) > warm_s &&
            (uint32_t)(crowd_time_s(r->scene.crowd) * 10 + 0.5) % 10 == 0)
            sample(t, r, people);
    }
    scene_close(&r->scene);
    free(r);
}

static void single_file(struct trial *t)
{
    static const uint32_t people[] = { 4, 9, 14, 19, 24, 30, 36, 42, 48, 54 };
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        go_round(t, people[i]);
}

/* ---- The band ---- */

enum { BAND_MOST = 128, BIN_LEAST = 50 };

struct band {
    double density[BAND_MOST], low[BAND_MOST], middle[BAND_MOST], high[BAND_MOST];
    uint32_t count;
};

/* Four numbers a line, with decimal commas; whatever else there is keeps them apart. */
static bool read_line(char *line, double out[4])
{
    int count = 0;
    for (char *c = line; *c != '\0'; c++)
        *c = *c == ',' ? '.' : (*c >= '0' && *c <= '9') || *c == '.' || *c == '-' ? *c : ' ';
    for (char *at = line, *end; count < 4; at = end, count++) {
        out[count] = strtod(at, &end);
        if (end == at)
            break;
    }
    return count == 4;
}

static bool read_band(const char *folder, struct band *band)
{
    char path[600], line[200];
    band->count = 0;
    if (folder == NULL)
        return false;
    snprintf(path, sizeof path, "%.500s/rimea16-reference.csv", folder);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    while (band->count < BAND_MOST && fgets(line, sizeof line, file) != NULL) {
        double row[4];
        if (!read_line(line, row))
            continue;
        band->density[band->count] = row[0];
        band->low[band->count] = row[1];
        band->middle[band->count] = row[2];
        band->high[band->count++] = row[3];
    }
    fclose(file);
    return band->count > 1;
}

/* Our speeds at the densities around one of the band; how many there are. */
static uint32_t speeds_near(const struct harvest *h, double density, double reach, double *speeds)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++)
            if (fabs(h->trials[i].dots[k].x - density) < reach)
                speeds[count++] = h->trials[i].dots[k].y;
    return count;
}

static void pool_ring(const struct harvest *h, double *figures)
{
    struct band band;
    if (!read_band(h->reference, &band))
        return;
    size_t room = 1;
    for (uint32_t i = 0; i < h->trial_count; i++)
        room += h->trials[i].dot_count;
    double *speeds = memory_array(room, sizeof *speeds);
    double reach = (band.density[1] - band.density[0]) / 2, bins = 0, inside = 0, worst = 0;
    for (uint32_t i = 0; i < band.count; i++) {
        uint32_t count = speeds_near(h, band.density[i], reach, speeds);
        if (count < BIN_LEAST)
            continue;
        double median = quantile(speeds, count, 0.5);
        bins++;
        inside += median >= band.low[i] && median <= band.high[i];
        worst = fmax(worst, fabs(median - band.middle[i]));
    }
    figures[RING_IN_BAND_PERCENT] = inside / bins * 100;
    figures[RING_MEDIAN_ERROR_MPS] = worst;
    free(speeds);
}

static void draw_ring(const struct harvest *h, struct plot *plot)
{
    struct band band;
    double x[40], y[40], speeds_at[40];
    size_t room = 1;
    for (uint32_t i = 0; i < h->trial_count; i++)
        room += h->trials[i].dot_count;
    double *speeds = memory_array(room, sizeof *speeds);
    plot_begin(plot, "Single file round an oval", "people a m", 3, "speed, m/s", 1.6);
    if (read_band(h->reference, &band)) {
        while (band.count > 0 && band.density[band.count - 1] > 3)
            band.count--;
        plot_band(plot, "RiMEA 4.1.1, test 16: 10 to 90 %", band.density, band.low, band.high,
                  band.count);
        plot_curve(plot, PLOT_REFERENCE, "its median", band.density, band.middle, band.count);
    } else {
        plot_note(plot, "the guideline's band was not at hand (--reference)");
    }
    for (int i = 0; i < 30; i++) {
        x[i] = 0.05 + 0.1 * i;
        uint32_t count = speeds_near(h, x[i], 0.05, speeds);
        speeds_at[i] = count >= BIN_LEAST ? quantile(speeds, count, 0.5) : NAN;
        y[i] = speeds_at[i];
    }
    plot_curve(plot, PLOT_OURS, "ours: median", x, y, 30);
    plot_end(plot);
    free(speeds);
}

const struct setup ring_single_file = { .name = "single file",
                                        .run = single_file,
                                        .walking = &walking_weidmann,
                                        .seeds = 8,
                                        .pool = pool_ring,
                                        .draw = draw_ring };
