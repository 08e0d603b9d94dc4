/*
 * Runs of tifo-sim in processes of their own, so many at once: each leaves its results in a folder.
 */
#ifndef SIM_RUNS_H
#define SIM_RUNS_H

#include "sim/setting.h"

#include <signal.h>

enum { RUNS_PATH = 800, RUNS_SETTING = 160 };

/* What a run is told, as options of `tifo-sim run`. */
struct run_request {
    const char *scenario;
    const char *venue;      /* NULL: the scenario's. */
    const char *parameters; /* Name of a set; NULL: the usual. */
    uint64_t seed;
    char folder[RUNS_PATH];
    char settings[SETTINGS_MOST][RUNS_SETTING];
    size_t setting_count;
};

struct runs {
    size_t count;
    size_t jobs;  /* Processes at once; 0: as many as there are cores. */
    bool visible; /* A line of progress on stderr, where that is a terminal. */
    const volatile sig_atomic_t *stop;
    void *ctx;
    /* Fills a zeroed request for run 0 .. count - 1. */
    void (*ask)(void *ctx, size_t run, struct run_request *request);
    /* A run has ended well: takes its results. False: `why` says what is wrong with them. */
    bool (*take)(void *ctx, size_t run, const char *folder, char *why, size_t why_size);
};

/* Trajectories are gone when a run is taken: nobody reads a thousand of them. False: a run failed,
 * or somebody wants to stop; all processes have ended then. */
bool runs_do(const struct runs *runs, char *why, size_t why_size);

#endif
