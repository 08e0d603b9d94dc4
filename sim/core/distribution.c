#include "sim/core/distribution.h"

#include "sim/core/dice.h"

#include <math.h>
#include <string.h>

#define LN2 0.69314718055994530942

/* A power of two, by its bits. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double distribution_log(double x)
{
    uint64_t bits;
    x = fmax(x, 1e-300);
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    double m = x / power_of_two(exponent);
    if (m > 1.4142135623730951) {
        m /= 2;
        exponent++;
    }
    /* 2 artanh(s), with |s| below 0.172. */
    double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
    for (int k = 21; k >= 1; k -= 2)
        sum = sum * s2 + 1.0 / k;
    return exponent * LN2 + 2 * s * sum;
}

double distribution_exp(double x)
{
    if (x < -700)
        return 0;
    x = fmin(x, 700);
    double power = x / LN2;
    int exponent = (int)(power < 0 ? power - 0.5 : power + 0.5);
    double r = x - exponent * LN2, sum = 1;
    for (int k = 14; k >= 1; k--)
        sum = 1 + sum * r / k;
    return sum * power_of_two(exponent);
}

/* The count-th number in (0, 1) that these bits give. */
static double uniform(uint64_t bits, uint32_t count)
{
    return dice_uniform(dice_mix(bits + count)) + 0x1p-54;
}

/* Marsaglia's polar method: points of a disc; a few tries. */
static double standard_normal(uint64_t bits, uint32_t *count)
{
    for (;;) {
        double u = 2 * uniform(bits, *count) - 1, v = 2 * uniform(bits, *count + 1) - 1;
        double s = u * u + v * v;
        *count += 2;
        if (s > 1e-300 && s < 1)
            return u * sqrt(-2 * distribution_log(s) / s);
    }
}

/* Marsaglia and Tsang 2000; a shape below 1 through the shape one greater. */
static double standard_gamma(double shape, uint64_t bits, uint32_t *count)
{
    double factor = 1;
    if (shape < 1) {
        factor = distribution_exp(distribution_log(uniform(bits, (*count)++)) / shape);
        shape += 1;
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = standard_normal(bits, count), u = uniform(bits, (*count)++);
        double v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (distribution_log(u) < 0.5 * x * x + d * (1 - v + distribution_log(v)))
            return factor * d * v;
    }
}

double distribution_draw(const struct distribution *of, uint64_t bits)
{
    uint32_t count = 0;
    switch (of->kind) {
    case DISTRIBUTION_NORMAL:
        return of->a + of->b * standard_normal(bits, &count);
    case DISTRIBUTION_LOGNORMAL:
        return distribution_exp(of->a + of->b * standard_normal(bits, &count));
    case DISTRIBUTION_GAMMA:
        return of->b * standard_gamma(of->a, bits, &count);
    case DISTRIBUTION_WEIBULL:
        return of->b *
               distribution_exp(distribution_log(-distribution_log(uniform(bits, 0))) / of->a);
    default:
        return of->a + (of->b - of->a) * uniform(bits, 0);
    }
}
