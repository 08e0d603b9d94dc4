/*
 * Trials in parallel: a process each, so that one that goes wrong takes nothing else with it, and
 * its assertion is one row's failure.
 */
#ifndef SIM_VALIDATE_WORK_H
#define SIM_VALIDATE_WORK_H

#include "sim/validate/trial.h"

#include <signal.h>

/* Of one process: its seed number of its set-up. */
struct task {
    struct harvest *harvest;
    uint32_t number;
};

enum progress {
    PROGRESS_NONE,
    PROGRESS_OVER,  /* a terminal: one line on stderr, written over */
    PROGRESS_LINES, /* a file: a line now and then */
};

struct work {
    struct task *tasks;
    uint32_t task_count;
    uint32_t jobs;
    enum progress progress;
    volatile sig_atomic_t *stop;
};

/* Fills the trials of all tasks' harvests; a trial that crashed has NAN for every figure. The
 * trials' seed and long_form are given. False: stopped, or no process could be had (`why` says so).
 * All processes have ended then. */
bool work_do(const struct work *work, char *why, size_t why_size);

#endif
