/*
 * The table of `tifo-sim validate`: a row is one criterion of one case, and which figure of which
 * set-up it is asked of.
 */
#ifndef SIM_VALIDATE_ROW_H
#define SIM_VALIDATE_ROW_H

#include "sim/validate/trial.h"

enum row_source {
    GUIDELINE, /* the criterion is the guideline's own */
    PRACTICE,  /* the guideline has none or no number: what others who implement it ask */
    OURS,
};

enum row_asks {
    EVERY_SEED, /* each seed's figure lies in low..high */
    MEDIAN,     /* the median does */
    POOLED,     /* the set-up's pool() figure does */
    RECORDED,   /* nothing is asked; the guideline wants it reported */
};

struct row {
    const char *id; /* "rimea-9a", "nist-2.8": rows of one case stand together */
    const char *title;
    const char *criterion;
    enum row_source source;
    const struct setup *setup;
    uint32_t figure;
    enum row_asks asks;
    double low, high; /* both included; INFINITY: no bound */
    const char *unit;
    int decimals;
    /* Why it fails today; then it is shown as a known failure and does not fail the run. NULL. */
    const char *known;
    bool compares; /* with reference data: not run without */
};

struct suite {
    const char *name;
    const struct row *rows;
    uint32_t row_count;
};

extern const struct suite suite_rimea, suite_nist, suite_iso, suite_imo, suite_network, suite_ours;

#define ROW_COUNT(rows) ((uint32_t)(sizeof(rows) / sizeof(rows)[0]))

#endif
