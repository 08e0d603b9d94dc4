/*
 * Numbers drawn from what scenarios of others name: the engine's distributions (the same on every
 * machine) and a few more.
 */
#ifndef SIM_FOREIGN_DRAW_H
#define SIM_FOREIGN_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum draw_kind {
    DRAW_NONE,
    DRAW_CONSTANT,    /* a */
    DRAW_UNIFORM,     /* a to b */
    DRAW_NORMAL,      /* mean a, standard deviation b */
    DRAW_EXPONENTIAL, /* mean a */
    DRAW_GAMMA,       /* shape a, scale b */
    DRAW_LOGNORMAL,   /* of the logarithm: mean a, standard deviation b */
    DRAW_WEIBULL,     /* shape a, scale b */
    DRAW_BINOMIAL,    /* a trials, probability b */
    DRAW_ONE_OF,      /* values */
};

struct draw {
    enum draw_kind kind;
    double a, b;
    double least, most; /* NORMAL: drawn again until within, if least < most. */
    double *values;     /* Freed with the draw. */
    size_t value_count;
};

/* A stream of numbers: seed it, and every call gives the next. */
struct die {
    uint64_t state;
};
struct die die_of(uint64_t seed, uint64_t subject, uint64_t what);
double die_uniform(struct die *die); /* In [0, 1). */
double draw_next(const struct draw *draw, struct die *die);
struct draw draw_constant(double value);
void draw_fini(struct draw *draw);

#endif
