/* What cases measure on a scene while they step it. */
#ifndef SIM_VALIDATE_MEASURE_H
#define SIM_VALIDATE_MEASURE_H

#include "sim/validate/scene.h"
#include "sim/validate/trial.h"

/* Out through a gate. */
static inline struct goal through(uint32_t gate)
{
    return (struct goal){ GOAL_GATE, gate };
}

/* The trial's crowd, with its seed and parameter set. False: the ground cannot be walked, which is
 * the case's own fault and is said on stderr. */
bool trial_open(const struct trial *trial, struct scene *scene);
/* The same with other parameters. */
bool trial_open_as(const struct trial *trial, struct scene *scene, const struct walking *walking);

/* Steps until `count` people have left. Returns when; NAN: not within the limit. */
double run_until_left(struct scene *scene, uint32_t count, double limit_s);

/* A line across x: when a person got there, between two steps. */
struct crossing {
    double at_x;
    double x, t;      /* of the step before */
    double crossed_s; /* NAN: not yet */
};
struct crossing crossing_at(double x);
void crossing_watch(struct crossing *crossing, const struct scene *scene, uint32_t person);

/* Passages of a door, since the first: all but the first over the time they took. */
struct door_meter {
    uint32_t door;
    uint32_t count;
    double first_s, last_s;
};
void door_meter_read(struct door_meter *meter, const struct scene *scene);
double door_meter_flow(const struct door_meter *meter); /* people a second; NAN of fewer than two */

/* When the first and the last tenth of so many people have passed a door: the flow between is that
 * of a crowd, without its beginning and its end. Starts with NANs. */
struct deciles {
    uint32_t door;
    double at_s[2];
};
void watch_deciles(struct deciles *deciles, const struct scene *scene, uint32_t people);
double deciles_flow(const struct deciles *deciles, uint32_t people); /* people a second */

/* People in a rectangle now, and the sum of their speeds. */
struct box {
    struct point low, high;
};
struct box_reading {
    uint32_t people;
    double speeds_mps;
};
struct box_reading box_read(const struct scene *scene, struct box box);
double box_area_m2(struct box box);

/* Of people on their feet, those whose body is more than a centimetre inside another's. */
struct overlaps {
    double person_frames, overlapping;
};
void overlaps_count(struct overlaps *overlaps, const struct scene *scene); /* now */
double overlaps_percent(struct overlaps overlaps);

double weidmann_mps(double density); /* Weidmann 1993, his fundamental diagram */

#endif
