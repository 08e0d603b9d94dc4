/*
 * One simulated trial of a verification case: a small ground, some people, and what was measured.
 * A *set-up* is run once a seed; rows of several suites may read the same set-up.
 */
#ifndef SIM_VALIDATE_TRIAL_H
#define SIM_VALIDATE_TRIAL_H

#include "sim/core/crowd.h"

enum { TRIAL_FIGURES = 12 };

/* A point of a diagram or a value of a sample: (x, y) of a series. */
struct dot {
    uint32_t series;
    float x, y;
};

struct trial {
    uint64_t seed;
    bool long_form;            /* the acceptance form: as large as the guideline says */
    const struct setup *setup; /* for its parameter set and arguments */
    /* What was measured: the set-up's own enum says which is which. NAN: it could not be. */
    double figures[TRIAL_FIGURES];
    struct dot *dots;
    uint32_t dot_count, dot_room;
};

void trial_dot(struct trial *trial, uint32_t series, double x, double y);

/* Everything that the seeds of one set-up gave. */
struct harvest {
    const struct setup *setup;
    const char *reference; /* folder of reference data, or NULL */
    struct trial *trials;
    uint32_t trial_count;
};

struct plot;

enum { SETUP_ARGUMENTS = 6 };

struct setup {
    const char *name;
    void (*run)(struct trial *trial);
    double arguments[SETUP_ARGUMENTS];
    const struct walking *walking; /* the parameter set; NULL: no crowd is simulated */
    const struct design *design;   /* or NULL */
    const char *set_note;          /* after the set's name, such as ", design"; or NULL */
    uint32_t seeds;                /* in the short form; 0: there is no chance in it, once is all */
    bool long_only;
    uint32_t long_seeds; /* in the long form; 0: as everywhere */
    /* Figures over all seeds, such as a test of a distribution; or NULL. Starts with NANs. */
    void (*pool)(const struct harvest *harvest, double *figures);
    /* What the page shows of it; or NULL. */
    void (*draw)(const struct harvest *harvest, struct plot *plot);
};

#endif
