/*
 * `tifo-sim run` of another simulator's scenario: simulated alone, with its results in a folder:
 * summary.json, report.html, series.csv, trajectories.sqlite.
 */
#ifndef SIM_RUN_FOREIGN_H
#define SIM_RUN_FOREIGN_H

#include "sim/run.h"

/* As run_scenario(). */
int run_foreign(const struct run_options *options);

#endif
