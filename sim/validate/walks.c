/* One person alone: corridors and stairs. */
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include <math.h>

static void set_figures(struct trial *t, double metres, double seconds, double speed_mps)
{
    t->figures[WALK_TIME_S] = seconds;
    t->figures[WALK_SPEED_MPS] = metres / seconds;
    t->figures[WALK_ERROR_PERCENT] = fabs(metres / seconds / speed_mps - 1) * 100;
}

/* From x = 0 to `metres`; then left. */
static double time_between(struct scene *s, uint32_t person, double metres, double limit_s)
{
    struct crossing from = crossing_at(0), to = crossing_at(metres);
    while (isnan(to.crossed_s) && crowd_time_s(s->crowd) < limit_s) {
        crossing_watch(&from, s, person);
        crossing_watch(&to, s, person);
        crowd_step(s->crowd);
    }
    return to.crossed_s - from.crossed_s;
}

enum { ARGUMENT_SPEED, ARGUMENT_METRES, ARGUMENT_RISE, ARGUMENT_SLOPE, ARGUMENT_FACTOR };

static void walk_corridor(struct trial *t)
{
    double speed_mps = t->setup->arguments[ARGUMENT_SPEED];
    double metres = t->setup->arguments[ARGUMENT_METRES];
    struct scene s = { 0 };
    uint32_t corridor = scene_room(&s, -5, 0, metres + 3, 2);
    uint32_t outside = scene_outside(&s, metres + 3, 0, metres + 7, 2);
    uint32_t gate = scene_gate(&s, corridor, outside, (struct point){ metres + 3, 0 },
                               (struct point){ metres + 3, 2 });
    if (!trial_open(t, &s))
        return;
    uint32_t person = scene_walker(&s, corridor, (struct point){ -4, 1 }, speed_mps, gate);
    set_figures(t, metres, time_between(&s, person, metres, 400), speed_mps);
    scene_close(&s);
}

/* A flight of stairs between two landings; SLOPE is its length along the slope a metre in plan. A
 * speed of 0 stands for the parameter set's own, at its mean level speed; another is walked by a
 * person with the level speed that goes with it. */
static void walk_stairs(struct trial *t)
{
    const double *arguments = t->setup->arguments;
    const struct walking *w = t->setup->walking;
    double metres = arguments[ARGUMENT_METRES], slope = arguments[ARGUMENT_SLOPE];
    double own_mps = arguments[ARGUMENT_FACTOR] > 0 ? w->speed_mean_mps * arguments[ARGUMENT_FACTOR]
                     : arguments[ARGUMENT_RISE] > 0 ? w->stairs_up_mps
                                                    : w->stairs_down_mps;
    double wanted_mps = arguments[ARGUMENT_SPEED] > 0 ? arguments[ARGUMENT_SPEED] / slope : own_mps;
    struct scene s = { 0 };
    uint32_t below = scene_room(&s, -6, 0, 0, 2), stairs = scene_room(&s, 0, 0, metres, 2);
    uint32_t above = scene_room(&s, metres, 0, metres + 6, 2);
    uint32_t outside = scene_outside(&s, metres + 6, 0, metres + 9, 2);
    s.areas[stairs].stairs = true;
    s.areas[stairs].up_factor = arguments[ARGUMENT_FACTOR];
    scene_door(&s, below, stairs, (struct point){ 0, 0 }, (struct point){ 0, 2 });
    uint32_t door =
        scene_door(&s, stairs, above, (struct point){ metres, 0 }, (struct point){ metres, 2 });
    uint32_t gate = scene_gate(&s, above, outside, (struct point){ metres + 6, 0 },
                               (struct point){ metres + 6, 2 });
    s.doors[door].elevation_m = s.doors[gate].elevation_m = arguments[ARGUMENT_RISE];
    if (!trial_open(t, &s))
        return;
    double spread = arguments[ARGUMENT_FACTOR] > 0 ? 1 : w->stairs_spread;
    double level_mps = w->speed_mean_mps * (1 + (wanted_mps / own_mps - 1) / spread);
    uint32_t person = scene_walker(&s, below, (struct point){ -4, 1 }, level_mps, gate);
    double seconds = time_between(&s, person, metres, 1000);
    set_figures(t, metres * slope, seconds, wanted_mps * slope);
    scene_close(&s);
}

#define CORRIDOR(name_, speed, metres)                                                             \
    {                                                                                              \
        .name = name_, .run = walk_corridor, .walking = &walking_weidmann, .arguments = {          \
            [ARGUMENT_SPEED] = speed,                                                              \
            [ARGUMENT_METRES] = metres                                                             \
        }                                                                                          \
    }
#define STAIRS(name_, speed, metres, rise, slope)                                                  \
    {                                                                                              \
        .name = name_, .run = walk_stairs, .walking = &walking_weidmann, .arguments = {            \
            speed,                                                                                 \
            metres,                                                                                \
            rise,                                                                                  \
            slope                                                                                  \
        }                                                                                          \
    }

const struct setup walk_40m_133 = CORRIDOR("40 m at 1.33 m/s", 1.33, 40);
const struct setup walk_40m_100 = CORRIDOR("40 m at 1 m/s", 1, 40);
const struct setup stairs_up_050 = STAIRS("stairs up, 0.5 m/s", 0.5, 8, 6, 1.25);
const struct setup stairs_down_065 = STAIRS("stairs down, 0.65 m/s", 0.65, 8, -6, 1.25);
const struct setup stairs_up_100 = STAIRS("stairs up, 1 m/s", 1, 8, 6, 1.25);
const struct setup stairs_down_100 = STAIRS("stairs down, 1 m/s", 1, 8, -6, 1.25);
const struct setup stairs_100m_up = STAIRS("100 m of stairs up, 1 m/s", 1, 80, 60, 1.25);
const struct setup stairs_100m_down = STAIRS("100 m of stairs down, 1 m/s", 1, 80, -60, 1.25);
const struct setup stairs_half = { .name = "stairs up, half as fast as on the level",
                                   .run = walk_stairs,
                                   .walking = &walking_weidmann,
                                   .arguments = { 0.5, 10, 5, 1, 0.5 } };
const struct setup stairs_own_up = STAIRS("stairs up, the set's speed", 0, 40, 20, 1);
const struct setup stairs_own_down = STAIRS("stairs down, the set's speed", 0, 40, -20, 1);
