/*
 * A whole server and its clients on one thread: what happens when comes from a seed, faults too.
 * Calls go through api/rpc's memory transport, so services, app, core and journal are the ones that
 * tifod runs.
 */
#ifndef TESTS_STORM_STORM_H
#define TESTS_STORM_STORM_H

#include "tests/storm/checker/check.h"

struct storm_options {
    uint64_t seed;
    uint32_t calls;        /* Of clients. */
    const char *directory; /* Of an SQLite journal; NULL: in memory. */
};
struct storm_outcome {
    struct verdict verdict;
    uint32_t calls, crashes;
};
void storm_run(const struct storm_options *options, struct storm_outcome *out);

#endif
