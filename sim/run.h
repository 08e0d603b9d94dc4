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
#include "sim/setting.h"

struct run_options {
    const char *scenario;            /* Path. */
    const char *out;                 /* Folder. */
    const char *parameters;          /* Name of the engine's set; NULL: the usual. */
    struct tifo_server server;       /* Its address NULL: alone and unguided. */
    const char *venue;               /* Path; NULL: the scenario's. */
    const char *sets[SETTINGS_MOST]; /* "KEY=NUMBER": see sim/setting.h. */
    size_t set_count;
    bool has_seed;
    uint64_t seed;
    uint64_t record_every; /* Steps from frame to frame of the trajectories; 0: the usual. */
    bool has_record_every;
    double checkpoint_every; /* Simulated seconds from checkpoint to checkpoint; 0: none. */
    const char *resume;      /* Path of a checkpoint to go on from; NULL: from the start. */
    double speed;            /* Stadium seconds a second at most; 0: as fast as it goes. */
    bool no_guidance;
    bool sensors_err;  /* They count as sim/sensing.h says, not exactly; or as ... */
    bool sensors_late; /* ... those that are late. */
    bool compare;     /* What the server says is compared with the truth: sim/truth.h. */
    bool quiet;
    const volatile sig_atomic_t *stop; /* Not 0: end cleanly, with nothing written. */
};

/* A checkpoint's name in the folder of results. It goes when the run is done. */
#define CHECKPOINT_NAME "checkpoint"
void run_drop_checkpoint(const char *folder);
/* Says on stderr how a run ended that is not done. */
void run_say_end(const struct run_options *options, bool checkpointed, const char *why);

/* Returns the program's exit code; has said on stderr what went wrong. */
int run_scenario(const struct run_options *options);

#endif
