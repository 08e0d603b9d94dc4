/*
 * `tifo-sim calibrate`: measures in the engine what doors, stairs, aisles, gates and turnstiles of
 * several widths let through, fits lines over width, and writes them as sim/flow/capacities.h
 * reads them; and how far the network model with them is from the engine on whole scenarios.
 */
#ifndef SIM_NETWORK_CALIBRATE_H
#define SIM_NETWORK_CALIBRATE_H

#include "sim/flow/capacities.h"
#include "sim/setting.h"

#include <signal.h>

enum { CALIBRATE_AGAINST = SETTINGS_MOST, CALIBRATE_SEEDS_MOST = 100 };

struct calibrate_options {
    const char *out;     /* File. */
    const char *element; /* Only this one; the others as in `out`, else as built in. NULL: all. */
    const char *parameters;                 /* Name of a set; NULL: the usual. */
    const char *against[CALIBRATE_AGAINST]; /* Scenarios to compare with the engine's runs. */
    size_t against_count;
    bool no_elements;     /* Compare alone, with the elements that `out` has. */
    uint64_t seeds, jobs; /* jobs 0: as many as there are cores. */
    bool quiet, has_seeds, has_jobs;
    volatile sig_atomic_t *stop;
};

/* Returns the program's exit code; has said on stderr what went wrong. */
int calibrate(const struct calibrate_options *options);

/* The line through what was measured: `count` runs with their widths and flows, NANs left out.
 * held_out: those that the line is not fitted to but asked for. False: fewer than two widths, or a
 * flow that does not grow with the width. */
bool calibrate_fit(const double *widths, const double *flows, const bool *held_out, size_t count,
                   struct capacity_fit *fit);

#endif
