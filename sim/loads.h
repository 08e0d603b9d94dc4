/*
 * How much each square metre of a floor had to bear: people are counted by cells of 1 m once a
 * second, smoothed with weights 1-2-1 both ways over the floor there is, and of every cell the
 * highest density and the time above 2 and above 4 people a m2 are kept.
 */
#ifndef SIM_LOADS_H
#define SIM_LOADS_H

#include "sim/core/ground.h"

#include <stddef.h>

struct load {
    float floor_m2; /* Of the cell. */
    float peak_p_m2;
    float above_2_s, above_4_s;
};

struct loads {
    struct point low; /* Corner of the first cell. */
    uint32_t columns, rows;
    struct load *cells; /* Row by row. */
    double peak_p_m2, peak_s;
    struct point peak_at;
    float *seen, *floor, *scratch; /* Inside. */
};

typedef bool loads_is_floor(const void *ctx, struct point at);

/* Asks for the floor in the box by points 0.5 m apart. */
void loads_init(struct loads *loads, struct point low, struct point high, loads_is_floor *is_floor,
                const void *ctx);
void loads_fini(struct loads *loads);

/* One second: add everybody, then end it. */
void loads_add(struct loads *loads, struct point at);
void loads_second(struct loads *loads, double now_s);

/* Floor on which the peak was at least so much; on which it was above 2 or 4 for at least so long.
 */
double loads_floor_of_peak_m2(const struct loads *loads, double peak_p_m2);
double loads_floor_above_m2(const struct loads *loads, int density, double least_s);

#endif
