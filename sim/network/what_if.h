/*
 * `tifo-sim what-if`: how long a scenario takes, and what a change to it would do, from the network
 * model (sim/network/network.h): a table, and JSON. Milliseconds a variant; how far it is from the
 * engine stands below the table.
 */
#ifndef SIM_NETWORK_WHAT_IF_H
#define SIM_NETWORK_WHAT_IF_H

#include "sim/setting.h"

#include <signal.h>

struct what_if_options {
    const char *scenario;
    const char *venue;               /* NULL: the scenario's. */
    const char *capacities;          /* Path of what calibrate wrote; NULL: what is built in. */
    const char *json;                /* NULL: none. */
    bool exact;                      /* T*fit is the quickest flow's, which takes seconds. */
    const char *sets[SETTINGS_MOST]; /* As of a sweep. */
    size_t set_count;
};

/* Returns the program's exit code; has said on stderr what went wrong. */
int what_if(const struct what_if_options *options);

#endif
