/*
 * Small grounds on which the engine shows what a passage of some width lets through: a door, stairs
 * up and down, an aisle that rows empty into, a gate, turnstiles.
 */
#ifndef SIM_NETWORK_ELEMENTS_H
#define SIM_NETWORK_ELEMENTS_H

#include "sim/flow/capacities.h"
#include "sim/validate/trial.h"

enum { ELEMENT_WIDTHS = 12 };

struct element_width {
    double width;
    bool held_out; /* Measured to see whether the fit knows it, not for the fit. */
};

struct element {
    void (*run)(struct trial *trial);   /* arguments[0]: the width; figures[0]: people a second. */
    const struct element_width *widths; /* Rising; at most ELEMENT_WIDTHS. */
    uint32_t width_count;
};

/* By enum capacity_element. */
extern const struct element elements[CAPACITY_ELEMENTS];

#endif
