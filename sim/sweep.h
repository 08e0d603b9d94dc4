/*
 * `tifo-sim sweep`: a scenario in variants (another simulator's: as it is), each with many seeds,
 * in parallel processes; means with confidence intervals, the 95th percentile, and how they settle
 * over the seeds: a table, sweep.json and sweep.html.
 */
#ifndef SIM_SWEEP_H
#define SIM_SWEEP_H

#include "sim/setting.h"

#include <signal.h>

enum { SWEEP_RUNS_MOST = 20000 };

struct sweep_options {
    const char *scenario;
    const char *out;
    const char *venue;               /* NULL: the scenario's. */
    const char *parameters;          /* Name of a set; NULL: the usual. */
    const char *sets[SETTINGS_MOST]; /* "KEY=2..8", "KEY=2..8:2", "KEY=0.1,0.5" */
    size_t set_count;
    uint64_t seeds;   /* From 1 on. */
    uint64_t jobs;    /* Processes at once; 0: as many as there are cores. */
    const char *json; /* A copy of sweep.json; NULL: none. */
    bool quiet, has_seeds, has_jobs;
    const volatile sig_atomic_t *stop;
};

/* Returns the program's exit code; has said on stderr what went wrong. */
int sweep(const struct sweep_options *options);

#endif
