/* What a sweep came to, and how it is told. */
#ifndef SIM_SWEEP_PAGE_H
#define SIM_SWEEP_PAGE_H

#include "sim/statistics.h"

#include <stdbool.h>
#include <stdio.h>

enum sweep_figure {
    SWEEP_CLEARANCE, /* s; NAN: not within the scenario's time */
    SWEEP_DENSITY,   /* the densest 10 m x 10 m, people a m2 */
    SWEEP_GATE_WAIT, /* the longest, s */
    SWEEP_WAITING,   /* person-minutes in queues */
    SWEEP_CROWDED,   /* person-minutes above 2.17 people a m2 */
    SWEEP_FIGURES,
};

struct sweep_variant {
    char name[400];
    double x;                      /* The value, or the variant's number. */
    double *values[SWEEP_FIGURES]; /* By seed. */
};

struct sweep_result {
    const char *scenario;
    const char *x_label;
    struct sweep_variant *variants;
    size_t variant_count, seeds;
};

void sweep_table(const struct sweep_result *result, FILE *out);
bool sweep_json(const struct sweep_result *result, const char *path, char *why, size_t why_size);
bool sweep_page(const struct sweep_result *result, const char *path, char *why, size_t why_size);

#endif
