#include "sim/validate/measure.h"

#include "sim/core/geometry.h"

#include <math.h>
#include <stdio.h>

bool trial_open_as(const struct trial *t, struct scene *s, const struct walking *walking)
{
    struct ground_error error;
    struct crowd_def def = {
        .seed = t->seed, .walking = walking, .design = t->setup->design, .step_s = s->step_s
    };
    if (scene_make(s, &def, &error))
        return true;
    fprintf(stderr, "tifo-sim validate: %s: %s\n", t->setup->name, error.text);
    scene_close(s);
    return false;
}

bool trial_open(const struct trial *t, struct scene *s)
{
    return trial_open_as(t, s, t->setup->walking);
}

double run_until_left(struct scene *s, uint32_t count, double limit_s)
{
    while (crowd_tally(s->crowd).left < count) {
        if (crowd_time_s(s->crowd) >= limit_s)
            return NAN;
        crowd_step(s->crowd);
    }
    return crowd_time_s(s->crowd);
}

struct crossing crossing_at(double x)
{
    return (struct crossing){ .at_x = x, .x = NAN, .crossed_s = NAN };
}

void crossing_watch(struct crossing *c, const struct scene *s, uint32_t person)
{
    double x = crowd_people(s->crowd).x[person], t = crowd_time_s(s->crowd);
    if (isnan(c->crossed_s) && !isnan(c->x) && c->x < c->at_x && x >= c->at_x)
        c->crossed_s = c->t + (t - c->t) * (c->at_x - c->x) / (x - c->x);
    c->x = x;
    c->t = t;
}

void door_meter_read(struct door_meter *m, const struct scene *s)
{
    uint32_t count = crowd_tally(s->crowd).door_forward[m->door];
    if (count == m->count)
        return;
    if (m->count == 0)
        m->first_s = crowd_time_s(s->crowd);
    m->last_s = crowd_time_s(s->crowd);
    m->count = count;
}

double door_meter_flow(const struct door_meter *m)
{
    return m->count < 2 ? NAN : (m->count - 1) / (m->last_s - m->first_s);
}

void watch_deciles(struct deciles *d, const struct scene *s, uint32_t people)
{
    uint32_t count = crowd_tally(s->crowd).door_forward[d->door];
    if (isnan(d->at_s[0]) && count >= people / 10)
        d->at_s[0] = crowd_time_s(s->crowd);
    if (isnan(d->at_s[1]) && count >= people - people / 10)
        d->at_s[1] = crowd_time_s(s->crowd);
}

double deciles_flow(const struct deciles *d, uint32_t people)
{
    return (people - 2 * (people / 10)) / (d->at_s[1] - d->at_s[0]);
}

struct box_reading box_read(const struct scene *s, struct box box)
{
    struct crowd_people p = crowd_people(s->crowd);
    struct box_reading reading = { 0, 0 };
    for (uint32_t i = 0; i < p.count; i++) {
        if (p.mode[i] != PERSON_WALKING || p.x[i] < box.low.x || p.x[i] >= box.high.x ||
            p.y[i] < box.low.y || p.y[i] >= box.high.y)
            continue;
        reading.people++;
        reading.speeds_mps += p.speed_mps[i];
    }
    return reading;
}

double box_area_m2(struct box box)
{
    return (box.high.x - box.low.x) * (box.high.y - box.low.y);
}

void overlaps_count(struct overlaps *o, const struct scene *s)
{
    struct crowd_people p = crowd_people(s->crowd);
    for (uint32_t i = 0; i < p.count; i++) {
        bool overlaps = false;
        if (p.mode[i] != PERSON_WALKING)
            continue;
        for (uint32_t k = 0; k < p.count && !overlaps; k++) {
            struct point apart = { p.x[i] - p.x[k], p.y[i] - p.y[k] };
            overlaps = k != i && p.mode[k] == PERSON_WALKING && p.place[k] == p.place[i] &&
                       point_length(apart) < p.radius_m[i] + p.radius_m[k] - 0.01;
        }
        o->person_frames += 1;
        o->overlapping += overlaps;
    }
}

double overlaps_percent(struct overlaps o)
{
    return o.overlapping / o.person_frames * 100;
}

double weidmann_mps(double density)
{
    return 1.34 * (1 - exp(-1.913 * (1 / density - 1 / 5.4)));
}
