/* What holds of every run, whatever a guideline says: walls, overlaps, and that neither the grid
 * underneath nor a narrow door shows. */
#include "sim/validate/measure.h"
#include "sim/validate/row.h"
#include "sim/validate/setups.h"

#include "sim/core/geometry.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

enum { EGRESS_CLEAR_S, EGRESS_OUTSIDE_MM, EGRESS_OVERLAP_PERCENT, EGRESS_CHANGED_PERCENT };

/* Two rooms and a corridor with a bend, 300 people, one gate of 1.6 m; turned in the plane. */
static uint32_t egress_scene(struct scene *s, double turn_rad)
{
    struct point bend[] = { { 12, 4 },    { 30, 4 },     { 30, 18 },
                            { 27.6, 18 }, { 27.6, 6.4 }, { 12, 6.4 } };
    uint32_t west = scene_room(s, 0, 0, 12, 12), corridor = scene_area(s, bend, 6);
    uint32_t south = scene_room(s, 15, -8, 27, 4), outside = scene_outside(s, 27.6, 18, 30, 22);
    scene_door(s, west, corridor, (struct point){ 12, 4.4 }, (struct point){ 12, 6.2 });
    scene_door(s, south, corridor, (struct point){ 20, 4 }, (struct point){ 21.2, 4 });
    uint32_t gate =
        scene_gate(s, corridor, outside, (struct point){ 28, 18 }, (struct point){ 29.6, 18 });
    scene_turn(s, turn_rad);
    return gate;
}

static void egress(struct trial *t, double turn_rad, double step_s)
{
    struct scene s = { 0 };
    uint32_t gate = egress_scene(&s, turn_rad);
    s.step_s = step_s;
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, 0, 170, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 }, through(gate),
               t->seed);
    scene_fill(&s, 2, 130, (struct point){ 15.3, -7.7 }, (struct point){ 26.7, 3.7 }, through(gate),
               t->seed + 1000);
    double outside_m = 0;
    struct overlaps overlaps = { 0, 0 };
    uint32_t steps = 0;
    while (crowd_tally(s.crowd).left < 300 && crowd_time_s(s.crowd) < 900) {
        crowd_step(s.crowd);
        for (uint32_t i = 0; i < 300; i++)
            outside_m = fmax(outside_m, scene_off_floor_m(&s, i));
        if (++steps % 5 == 0)
            overlaps_count(&overlaps, &s);
    }
    t->figures[EGRESS_CLEAR_S] = crowd_tally(s.crowd).left == 300 ? crowd_time_s(s.crowd) : NAN;
    t->figures[EGRESS_OUTSIDE_MM] = outside_m * 1000;
    t->figures[EGRESS_OVERLAP_PERCENT] = overlaps_percent(overlaps);
    scene_close(&s);
}

static void egress_as_drawn(struct trial *t)
{
    egress(t, 0, 0);
}

/* As drawn and turned by 45 degrees. One seed's clearance differs by chance; the mean must not. */
static void egress_turned(struct trial *t)
{
    egress(t, 0, 0);
    double before_s = t->figures[EGRESS_CLEAR_S];
    egress(t, atan(1), 0);
    trial_dot(t, 0, before_s, t->figures[EGRESS_CLEAR_S]);
}

/* With the usual step and with one half as long. */
static void egress_half_step(struct trial *t)
{
    egress(t, 0, 0);
    double before_s = t->figures[EGRESS_CLEAR_S];
    egress(t, 0, CROWD_STEP_S / 2);
    trial_dot(t, 0, before_s, t->figures[EGRESS_CLEAR_S]);
}

static void pool_change(const struct harvest *h, double *figures)
{
    double before_s = 0, after_s = 0;
    for (uint32_t i = 0; i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++) {
            before_s += h->trials[i].dots[k].x;
            after_s += h->trials[i].dots[k].y;
        }
    figures[EGRESS_CHANGED_PERCENT] = fabs(after_s / before_s - 1) * 100;
}

static const struct setup egress_300 = {
    .name = "egress of 300", .run = egress_as_drawn, .walking = &walking_weidmann, .seeds = 2
};
static const struct setup egress_45_degrees = { .name = "egress of 300, turned",
                                                .run = egress_turned,
                                                .walking = &walking_weidmann,
                                                .seeds = 40,
                                                .pool = pool_change };

static const struct setup egress_50_ms = { .name = "egress of 300, half the step",
                                           .run = egress_half_step,
                                           .walking = &walking_weidmann,
                                           .seeds = 12,
                                           .pool = pool_change };

/* ---- A design run: the most of any ten seconds at each door, as a share of the code's value ----
 */

enum { WINDOW_STEPS = 100, DOORS_MOST = 8 };

struct window {
    uint32_t passed[WINDOW_STEPS]; /* since the start, at each of the last steps */
};

static void design_run(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t gate = egress_scene(&s, 0);
    struct window windows[DOORS_MOST] = { { { 0 } } };
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, 0, 170, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 }, through(gate),
               t->seed);
    scene_fill(&s, 2, 130, (struct point){ 15.3, -7.7 }, (struct point){ 26.7, 3.7 }, through(gate),
               t->seed + 1000);
    double most = 0;
    for (uint32_t step = 1; crowd_tally(s.crowd).left < 300 && step < 9000; step++) {
        crowd_step(s.crowd);
        for (uint32_t d = 0; d < s.door_count; d++) {
            struct crowd_tally tally = crowd_tally(s.crowd);
            uint32_t now = tally.door_forward[d] + tally.door_backward[d];
            uint32_t *then = &windows[d].passed[step % WINDOW_STEPS];
            double width_m = point_distance(s.doors[d].ends[0], s.doors[d].ends[1]);
            double cap =
                10 * t->setup->design->level_pms * (width_m - 2 * t->setup->design->boundary_m);
            most = fmax(most, (now - *then) / cap);
            *then = now;
        }
    }
    t->figures[0] = crowd_tally(s.crowd).left == 300 ? most * 100 : NAN;
    scene_close(&s);
}

static const struct setup egress_green_guide = { .name = "egress of 300, Green Guide",
                                                 .run = design_run,
                                                 .walking = &walking_weidmann,
                                                 .design = &design_green_guide,
                                                 .set_note = ", design green-guide",
                                                 .seeds = 3 };

/* 20 people through a door of 0.8 m between two rooms. */
static void narrow_door(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 6, 6), next = scene_room(&s, 6, 0, 12, 6);
    uint32_t outside = scene_outside(&s, 12, 0, 16, 6);
    scene_door(&s, room, next, (struct point){ 6, 2.6 }, (struct point){ 6, 3.4 });
    uint32_t gate = scene_gate(&s, next, outside, (struct point){ 12, 2 }, (struct point){ 12, 4 });
    if (!trial_open(t, &s))
        return;
    scene_fill(&s, room, 20, (struct point){ 0.3, 0.3 }, (struct point){ 5.7, 5.7 }, through(gate),
               t->seed);
    t->figures[0] = run_until_left(&s, 20, 120);
    scene_close(&s);
}

static const struct setup door_80cm = {
    .name = "door of 0.8 m", .run = narrow_door, .walking = &walking_weidmann, .seeds = 3
};

/* ---- The same run by one thread and by four, and gone on with from a checkpoint ---- */

enum { BITS_STEPS = 400, BITS_RUNS = 4 };

static bool resumed(struct scene *s, const struct crowd_def *def)
{
    const char *error;
    size_t size = crowd_save(s->crowd, NULL, 0);
    char *bytes = memory_array(size, 1);
    crowd_save(s->crowd, bytes, size);
    crowd_destroy(s->crowd);
    s->crowd = crowd_load(s->ground, def, bytes, size, &error);
    free(bytes);
    return s->crowd != NULL;
}

/* The hash of everybody's way; 0: there is none. */
static uint64_t hash_of_run(const struct trial *t, uint32_t threads, uint32_t resume_at)
{
    struct scene s = { 0 };
    struct ground_error error;
    struct crowd_def def = { .seed = t->seed, .walking = t->setup->walking, .threads = threads };
    uint32_t gate = egress_scene(&s, 0);
    uint64_t hash = 0;
    bool good = scene_make(&s, &def, &error);
    if (good) {
        scene_fill(&s, 0, 170, (struct point){ 0.3, 0.3 }, (struct point){ 11.7, 11.7 },
                   through(gate), t->seed);
        scene_fill(&s, 2, 130, (struct point){ 15.3, -7.7 }, (struct point){ 26.7, 3.7 },
                   through(gate), t->seed + 1000);
    }
    for (uint32_t step = 0; good && step < BITS_STEPS; step++) {
        good = step == 0 || step != resume_at || resumed(&s, &def);
        if (good) {
            crowd_step(s.crowd);
            hash = crowd_hash(s.crowd);
        }
    }
    scene_close(&s);
    return good ? hash : 0;
}

static void same_bits(struct trial *t)
{
    static const uint32_t threads[BITS_RUNS] = { 1, 4, 1, 4 };
    static const uint32_t resume_at[BITS_RUNS] = { 0, 0, BITS_STEPS / 2, BITS_STEPS / 2 };
    uint64_t first = hash_of_run(t, 1, 0);
    t->figures[0] = 0;
    for (int i = 0; i < BITS_RUNS; i++)
        t->figures[0] += first != 0 && hash_of_run(t, threads[i], resume_at[i]) == first;
}

static const struct setup egress_bits = { .name = "egress of 300, threads and checkpoints",
                                          .run = same_bits,
                                          .walking = &walking_weidmann,
                                          .seeds = 1 };

static const struct row rows[] = {
    { "ours-walls", "egress of 300", "nobody is outside by more than 1 mm", OURS, &egress_300,
      EGRESS_OUTSIDE_MM, EVERY_SEED, 0, 1, "mm", 2, NULL, false },
    { "ours-overlap", "egress of 300", "bodies overlap in 0.1 % of person-frames at most", OURS,
      &egress_300, EGRESS_OVERLAP_PERCENT, MEDIAN, 0, 0.1, "%", 2, NULL, false },
    { "ours-counter", "100 against 100", "bodies overlap in 0.1 % of person-frames at most", OURS,
      &counter_flow, COUNTER_OVERLAP_PERCENT, MEDIAN, 0, 0.1, "%", 2, NULL, false },
    { "ours-bits", "threads and checkpoints", "1 and 4 threads, resumed or not: equal hashes, of 4",
      OURS, &egress_bits, 0, EVERY_SEED, BITS_RUNS, BITS_RUNS, "runs", 0, NULL, false },
    { "ours-turn", "egress turned by 45 degrees", "mean clearance changes by less than 1 %", OURS,
      &egress_45_degrees, EGRESS_CHANGED_PERCENT, POOLED, 0, 1, "%", 2, NULL, false },
    { "ours-step", "egress with half the step", "mean clearance changes by less than 2 %", OURS,
      &egress_50_ms, EGRESS_CHANGED_PERCENT, POOLED, 0, 2, "%", 2, NULL, false },
    { "ours-door", "door of 0.8 m", "everybody gets through", OURS, &door_80cm, 0, EVERY_SEED, 0,
      120, "s", 1, NULL, false },
    { "ours-design", "design run of 300", "most of any 10 s at any door, of the code's value", OURS,
      &egress_green_guide, 0, EVERY_SEED, 50, 100, "%", 1, NULL, false },
    { "ours-flow", "bottleneck of 0.8 to 5 m", "flow is linear in width: R2 at least 0.98", OURS,
      &bottleneck_widths, BOTTLENECK_R2, MEDIAN, 0.98, 1, "", 3, NULL, false },
    { "ours-flow", "bottleneck of 0.8 to 5 m", "slope is 1.6 to 1.9 p/m/s", OURS,
      &bottleneck_widths, BOTTLENECK_SLOPE, MEDIAN, 1.6, 1.9, "p/m/s", 2, NULL, false },
};

const struct suite suite_ours = { "ours", rows, ROW_COUNT(rows) };
