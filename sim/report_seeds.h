/* What many seeds of the same scenario came to, beside the one run that a report is about: read
 * from the sweep.json of `tifo-sim sweep SCENARIO` without --set. */
#ifndef SIM_REPORT_SEEDS_H
#define SIM_REPORT_SEEDS_H

#include "sim/record.h"

enum { SEEDS_FIGURES = 6 };

struct report_seeds {
    size_t seeds;
    struct seeds_figure {
        double mean, half, p95, least, most; /* NAN: no run came to it. */
        size_t runs;                         /* That came to it. */
    } figures[SEEDS_FIGURES];
};

/* False: `why` says what is wrong, also if it is about another scenario than the record. */
bool report_seeds_read(const char *path, const struct record *record, struct report_seeds *out,
                       char *why, size_t why_size);

#endif
