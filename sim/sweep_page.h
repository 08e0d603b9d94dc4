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
    SWEEP_STANDS,    /* all have left the viewing areas, s; NAN: not all have */
    SWEEP_FIGURES,
    /* The same places in a sweep of another simulator's scenario. Clearance: when all are out;
     * density: the highest in a cell of 1 m. */
    SWEEP_TRAVEL_MEAN = SWEEP_GATE_WAIT, /* from coming to leaving, s */
    SWEEP_TRAVEL_P95 = SWEEP_WAITING,    /* 95 % within, s */
    SWEEP_FLOOR_2 = SWEEP_CROWDED,       /* floor once above 2 people a m2, m2 */
    SWEEP_FIRST_OUT = SWEEP_STANDS,      /* the first one, s */
};

struct sweep_figure_name {
    const char *key, *name, *unit;
};
extern const struct sweep_figure_name sweep_figures[SWEEP_FIGURES];
extern const struct sweep_figure_name sweep_foreign_figures[SWEEP_FIGURES];

struct sweep_variant {
    char name[400];
    double x;                      /* The value, or the variant's number. */
    double *values[SWEEP_FIGURES]; /* By seed. */
};

struct sweep_result {
    const char *scenario;
    const char *x_label;
    const struct sweep_figure_name *figures;
    struct sweep_variant *variants;
    size_t variant_count, seeds;
};

void sweep_table(const struct sweep_result *result, FILE *out);
bool sweep_json(const struct sweep_result *result, const char *path, char *why, size_t why_size);
bool sweep_page(const struct sweep_result *result, const char *path, char *why, size_t why_size);

#endif
