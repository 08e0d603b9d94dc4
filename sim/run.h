/*
 * `tifo-sim run`: one scenario from start to end, alone or in lockstep with tifod, and its results
 * in a folder: run.json, series.csv, trajectories.sqlite.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "clients/c/tifo.h"

struct run_options {
    const char *scenario;      /* Path. */
    const char *out;           /* Folder. */
    struct tifo_server server; /* Its address NULL: alone and unguided. */
    const char *venue;         /* Path; NULL: the scenario's. */
    bool has_seed;
    uint64_t seed;
    uint64_t record_every; /* Steps from frame to frame of the trajectories; 0: the usual. */
    bool has_record_every;
    double speed; /* Stadium seconds a second at most; 0: as fast as it goes. */
    bool no_guidance;
    bool quiet;
    const volatile sig_atomic_t *stop; /* Not 0: end cleanly, with nothing written. */
};

/* Returns the program's exit code; has said on stderr what went wrong. */
int run_scenario(const struct run_options *options);

#endif
