/* What people are like: when they set off, how old, how large, how slow, in smoke. */
#include "sim/validate/judge.h"
#include "sim/validate/measure.h"
#include "sim/validate/setups.h"

#include "sim/core/ages.h"
#include "sim/core/dice.h"
#include "sim/core/distribution.h"

#include <math.h>
#include <stdlib.h>

/* ---- Premovement: ten people in a room of 8 x 5 m, each with their own time ---- */

enum { STARTERS = 10 };

static struct distribution draw_of(const struct setup *setup)
{
    return (struct distribution){ (enum distribution_kind)setup->arguments[0], setup->arguments[1],
                                  setup->arguments[2] };
}

static void set_off(struct trial *t)
{
    struct distribution draw = draw_of(t->setup);
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 8, 5), outside = scene_outside(&s, 8, 0, 12, 5);
    uint32_t gate = scene_gate(&s, room, outside, (struct point){ 8, 2 }, (struct point){ 8, 3 });
    if (!trial_open(t, &s))
        return;
    double start_s[STARTERS], last_s = 0, began_s[STARTERS];
    for (uint32_t i = 0; i < STARTERS; i++) {
        start_s[i] = fmax(0, distribution_draw(&draw, dice_bits(t->seed, i, DICE_SPEED, 0)));
        last_s = fmax(last_s, start_s[i]);
        began_s[i] = NAN;
        struct person_def def = { .seat_block = NO_SEAT,
                                  .area = room,
                                  .at = { 1 + 1.4 * (i % 5), 1.2 + 2 * (i / 5) },
                                  .start_s = start_s[i] };
        crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), through(gate));
    }
    while (crowd_time_s(s.crowd) < last_s + 1) {
        crowd_step(s.crowd);
        for (uint32_t i = 0; i < STARTERS; i++)
            if (isnan(began_s[i]) && crowd_people(s.crowd).speed_mps[i] > 0.01f)
                began_s[i] = crowd_time_s(s.crowd) - crowd_step_s(s.crowd);
    }
    t->figures[START_ERROR_S] = 0;
    for (uint32_t i = 0; i < STARTERS; i++) {
        t->figures[START_ERROR_S] = fmax(t->figures[START_ERROR_S], fabs(began_s[i] - start_s[i]));
        trial_dot(t, 0, began_s[i], start_s[i]);
    }
    scene_close(&s);
}

/* The lower regularised incomplete gamma function, by its series. */
static double gamma_cdf(double x, double shape)
{
    if (x <= 0)
        return 0;
    double term = 1 / shape, sum = term;
    for (int n = 1; n < 2000 && term > sum * 1e-15; n++) {
        term *= x / (shape + n);
        sum += term;
    }
    return fmin(1, sum * exp(shape * log(x) - x - lgamma(shape)));
}

static double draw_cdf(double x, const double *arguments)
{
    double a = arguments[1], b = arguments[2];
    switch ((enum distribution_kind)arguments[0]) {
    case DISTRIBUTION_NORMAL:
        return 0.5 * erfc((a - x) / b / sqrt(2));
    case DISTRIBUTION_LOGNORMAL:
        return x > 0 ? 0.5 * erfc((a - log(x)) / b / sqrt(2)) : 0;
    case DISTRIBUTION_GAMMA:
        return gamma_cdf(x / b, a);
    case DISTRIBUTION_WEIBULL:
        return x > 0 ? 1 - exp(-pow(x / b, a)) : 0;
    default:
        return fmin(fmax((x - a) / (b - a), 0), 1);
    }
}

static void pool_starts(const struct harvest *h, double *figures)
{
    double *sample = calloc((size_t)h->trial_count * STARTERS + 1, sizeof *sample);
    uint32_t count = 0;
    for (uint32_t i = 0; sample != NULL && i < h->trial_count; i++)
        for (uint32_t k = 0; k < h->trials[i].dot_count; k++)
            sample[count++] = h->trials[i].dots[k].x;
    figures[START_KS_P] = ks_p_value(sample, count, draw_cdf, h->setup->arguments);
    free(sample);
}

#define STARTS(name_, kind, a, b)                                                                  \
    {                                                                                              \
        .name = name_, .run = set_off, .arguments = { kind, a, b }, .walking = &walking_weidmann,  \
        .seeds = 20, .pool = pool_starts                                                           \
    }

const struct setup starts_even = STARTS("premovement U(10, 100)", DISTRIBUTION_EVEN, 10, 100);
const struct setup starts_normal = STARTS("premovement N(60, 15)", DISTRIBUTION_NORMAL, 60, 15);
const struct setup starts_lognormal =
    STARTS("premovement, lognormal", DISTRIBUTION_LOGNORMAL, 4.586, 0.967);
const struct setup starts_gamma = STARTS("premovement, gamma", DISTRIBUTION_GAMMA, 1.291, 103.901);
const struct setup starts_weibull =
    STARTS("premovement, Weibull", DISTRIBUTION_WEIBULL, 1.195, 139.285);

/* ---- 50 adults, as fast as their age ---- */

static void walk_by_age(struct trial *t)
{
    enum { AGES = 6 };
    static const uint32_t people[AGES] = { 10, 10, 10, 10, 5, 5 };
    static const double low[AGES] = { 1.60, 1.52, 1.46, 1.39, 1.26, 1.06 };
    static const double high[AGES] = { 1.64, 1.56, 1.50, 1.43, 1.28, 1.08 };
    struct scene s = { 0 };
    uint32_t hall = scene_room(&s, 0, 0, 70, 20 * 3), outside = scene_outside(&s, 70, 0, 74, 60);
    uint32_t gate =
        scene_gate(&s, hall, outside, (struct point){ 70, 0 }, (struct point){ 70, 60 });
    if (!trial_open(t, &s))
        return;
    double years[50];
    uint32_t count = 0;
    for (uint32_t a = 0; a < AGES; a++)
        for (uint32_t k = 0; k < people[a]; k++, count++) {
            years[count] = 20 + 10 * a;
            scene_walker(&s, hall, (struct point){ 2, 1 + 1.15 * count },
                         age_speed_mps(years[count]), gate);
        }
    while (crowd_time_s(s.crowd) < 10)
        crowd_step(s.crowd);
    double from_x[50], slowest = INFINITY, fastest = 0;
    for (uint32_t i = 0; i < count; i++)
        from_x[i] = crowd_people(s.crowd).x[i];
    while (crowd_time_s(s.crowd) < 20)
        crowd_step(s.crowd);
    uint32_t good = 0;
    for (uint32_t i = 0; i < count; i++) {
        double speed_mps = (crowd_people(s.crowd).x[i] - from_x[i]) / 10;
        uint32_t a = (uint32_t)(years[i] / 10) - 2;
        good += speed_mps >= low[a] && speed_mps <= high[a];
        if (years[i] >= 30 && years[i] <= 50) {
            slowest = fmin(slowest, speed_mps);
            fastest = fmax(fastest, speed_mps);
        }
    }
    t->figures[AGES_RIGHT_PERCENT] = 100.0 * good / count;
    t->figures[AGES_30_50_SLOWEST_MPS] = slowest;
    t->figures[AGES_30_50_FASTEST_MPS] = fastest;
    scene_close(&s);
}

const struct setup ages_50 = { .name = "50 adults by age",
                               .run = walk_by_age,
                               .walking = &walking_weidmann };

/* ---- 24 people and one who is slower and larger ---- */

/* When the last is out; `overtaken`: how many of those who began behind the slow one are out first.
 */
static double leave_with(const struct trial *t, double speed_mps, double radius_m,
                         uint32_t *overtaken)
{
    struct scene s = { 0 };
    uint32_t room = scene_room(&s, 0, 0, 8, 5), corridor = scene_room(&s, 8, 1.5, 28, 3.5);
    uint32_t outside = scene_outside(&s, 28, 1.5, 32, 3.5);
    scene_door(&s, room, corridor, (struct point){ 8, 1.5 }, (struct point){ 8, 3.5 });
    uint32_t gate =
        scene_gate(&s, corridor, outside, (struct point){ 28, 1.5 }, (struct point){ 28, 3.5 });
    if (!trial_open(t, &s))
        return NAN;
    struct person_def slow = { .seat_block = NO_SEAT,
                               .area = room,
                               .at = { 7.2, 2.5 },
                               .speed_mps = speed_mps,
                               .radius_m = radius_m };
    crowd_set_goal(s.crowd, crowd_add(s.crowd, &slow), through(gate));
    for (uint32_t i = 0; i < 24; i++) {
        uint64_t bits = dice_bits(t->seed, i, DICE_STREET, 0);
        double u = dice_uniform(bits), v = dice_uniform(dice_mix(bits));
        struct person_def def = { .seat_block = NO_SEAT,
                                  .area = room,
                                  .speed_mps = 1.25,
                                  .radius_m = 0.2,
                                  .at = { 0.6 + 0.9 * (i % 6) + 0.3 * u,
                                          0.6 + 1.1 * (i / 6) + 0.3 * v } };
        crowd_set_goal(s.crowd, crowd_add(s.crowd, &def), through(gate));
    }
    uint32_t before = 24;
    while (crowd_tally(s.crowd).left < 25 && crowd_time_s(s.crowd) < 300) {
        crowd_step(s.crowd);
        if (before == 24 && crowd_people(s.crowd).mode[0] == PERSON_LEFT)
            before = crowd_tally(s.crowd).left - 1;
    }
    double seconds = crowd_tally(s.crowd).left == 25 ? crowd_time_s(s.crowd) : NAN;
    if (overtaken != NULL)
        *overtaken = before;
    scene_close(&s);
    return seconds;
}

static void leave_slowly(struct trial *t)
{
    uint32_t overtaken = 0;
    t->figures[SLOW_CONTROL_S] = leave_with(t, 1.25, 0.2, NULL);
    t->figures[SLOW_CLEAR_S] = leave_with(t, 0.8, 0.4, &overtaken);
    t->figures[SLOW_LATER_S] = t->figures[SLOW_CLEAR_S] - t->figures[SLOW_CONTROL_S];
    t->figures[SLOW_OVERTAKEN] = overtaken;
}

const struct setup slow_and_large = { .name = "24 people and a slower, larger one",
                                      .run = leave_slowly,
                                      .walking = &walking_weidmann,
                                      .seeds = 5 };

/* ---- 100 m through smoke ---- */

static void walk_in_smoke(struct trial *t)
{
    struct scene s = { 0 };
    uint32_t before = scene_room(&s, -6, 0, 0, 2), smoky = scene_room(&s, 0, 0, 100, 2);
    uint32_t after = scene_room(&s, 100, 0, 104, 2), outside = scene_outside(&s, 104, 0, 108, 2);
    scene_door(&s, before, smoky, (struct point){ 0, 0 }, (struct point){ 0, 2 });
    scene_door(&s, smoky, after, (struct point){ 100, 0 }, (struct point){ 100, 2 });
    uint32_t gate =
        scene_gate(&s, after, outside, (struct point){ 104, 0 }, (struct point){ 104, 2 });
    if (!trial_open(t, &s))
        return;
    crowd_set_smoke(s.crowd, smoky, t->setup->arguments[0]);
    uint32_t person = scene_walker(&s, before, (struct point){ -4, 1 }, 1.25, gate);
    struct crossing from = crossing_at(0), to = crossing_at(100);
    while (isnan(to.crossed_s) && crowd_time_s(s.crowd) < 600) {
        crossing_watch(&from, &s, person);
        crossing_watch(&to, &s, person);
        crowd_step(s.crowd);
    }
    t->figures[SMOKE_S] = to.crossed_s - from.crossed_s;
    scene_close(&s);
}

const struct setup smoke_1 = { .name = "100 m in smoke of 1 a m",
                               .run = walk_in_smoke,
                               .arguments = { 1 },
                               .walking = &walking_weidmann };
