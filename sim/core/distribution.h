/* Draws from the distributions that times and speeds of people are given as. Made of additions,
 * multiplications, divisions and square roots alone, so that the same bits give the same value on
 * every machine; libm's logarithm does not promise that. */
#ifndef SIM_CORE_DISTRIBUTION_H
#define SIM_CORE_DISTRIBUTION_H

#include <stdint.h>

enum distribution_kind {
    DISTRIBUTION_EVEN,      /* from a to b; a = b: always a */
    DISTRIBUTION_NORMAL,    /* mean a, standard deviation b */
    DISTRIBUTION_LOGNORMAL, /* the logarithm has mean a, standard deviation b */
    DISTRIBUTION_GAMMA,     /* shape a > 0, scale b > 0 */
    DISTRIBUTION_WEIBULL,   /* shape a > 0, scale b > 0 */
    DISTRIBUTION_KINDS,
};

struct distribution {
    enum distribution_kind kind;
    double a, b;
};

/* A function of its arguments alone. `bits` are well mixed: dice_bits(). */
double distribution_draw(const struct distribution *of, uint64_t bits);

/* Natural logarithm of x (from 1e-300 on) and e to the x (0 below -700, and no more than of 700),
 * to 1e-14. */
double distribution_log(double x);
double distribution_exp(double x);

#endif
