/*
 * How dense it is, cell by cell: each level has a grid of 2 m cells that know how much of them is
 * floor. People on their feet in zones are counted once a second; every SAMPLE_S seconds their mean
 * becomes a density. Seats and the outside have none.
 *
 * A cell alone is small (one person in 4 m2 is 0.25 a m2), so what is shown and judged is smoothed
 * with weights 1-2-1 both ways and divided by the floor smoothed alike: nothing leaks through a
 * wall into a place without floor, and a corner is not diluted.
 */
#ifndef SIM_DENSITY_H
#define SIM_DENSITY_H

#include "sim/archive.h"
#include "sim/grid.h"
#include "tifo/v1/venue.pb-c.h"

#define DENSITY_SAMPLE_S 10

struct density;

struct density *density_create(const Tifo__V1__Venue *venue);
void density_destroy(struct density *density);

/* Takes a look at the people: call it once a second. */
void density_look(struct density *density, const struct crowd_people *people);

/* Ends a sample: the mean of the looks since the last call becomes the current density. */
void density_sample(struct density *density);

/* For a checkpoint. */
void density_archive(struct density *density, struct archive *archive);

/* The grids of all levels, with the newest sample as values in people a m2. Owned by the density
 * and overwritten by the next sample. */
const struct grid *density_grids(const struct density *density, size_t *count);

/* People in a cell, mean of the newest sample; cells of which most floor is stairs. Same lifetime.
 */
const float *density_people(const struct density *density, size_t grid);
const uint8_t *density_stairs(const struct density *density, size_t grid);

/* The densest 10 m x 10 m (with at least 30 m2 of floor) of a grid's newest sample. */
struct density_peak {
    double density;  /* people a m2; 0: nobody there */
    double x_m, y_m; /* Its centre. */
};
struct density_peak density_peak(const struct density *density, size_t grid);

/* People in cells of at least this density, in the newest sample's mean. */
double density_people_above(const struct density *density, double density_p_m2);

#endif
