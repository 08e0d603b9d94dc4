/* Which way to go on, of several people at a time: see step_turn_lanes.h. */
#ifndef SIM_CORE_TURNS_H
#define SIM_CORE_TURNS_H

#include <stdint.h>

/* Each amid four cells of their field: the cells' directions, two in `low` and two in `high`, each
 * x and y as in struct field, and the share of the way from the first to the second (s) and from
 * low to high (t). Out: unit vectors, or zero where the four say nothing. */
enum { TURNS = 16 };
struct turns {
    uint32_t low[TURNS], high[TURNS];
    float s[TURNS], t[TURNS];
    float x[TURNS], y[TURNS];
};

#endif
