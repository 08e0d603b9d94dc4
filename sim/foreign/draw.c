#include "sim/foreign/draw.h"

#include "sim/core/dice.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS_MOST = 200, TRIALS_MOST = 100000 };

struct die die_of(uint64_t seed, uint64_t subject, uint64_t what)
{
    return (struct die){ dice_mix(dice_mix(seed) ^ dice_mix(subject << 8 | what)) };
}

double die_uniform(struct die *die)
{
    die->state += 0x9e3779b97f4a7c15u;
    return dice_uniform(dice_mix(die->state));
}

/* Box and Muller 1958. */
static double normal(struct die *die)
{
    double radius = sqrt(-2 * log(1 - die_uniform(die)));
    return radius * cos(6.283185307179586 * die_uniform(die));
}

static double normal_within(const struct draw *d, struct die *die)
{
    if (!(d->least < d->most))
        return d->a + d->b * normal(die);
    for (int i = 0; i < DRAWS_MOST; i++) {
        double value = d->a + d->b * normal(die);
        if (value >= d->least && value <= d->most)
            return value;
    }
    return fmin(fmax(d->a, d->least), d->most);
}

/* Marsaglia and Tsang 2000; for a shape below 1, one more power of a uniform. */
static double gamma_of(double shape, struct die *die)
{
    if (shape < 1)
        return gamma_of(shape + 1, die) * pow(1 - die_uniform(die), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (int i = 0; i < DRAWS_MOST; i++) {
        double x = normal(die), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(1 - die_uniform(die)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
    return shape;
}

static double binomial(const struct draw *d, struct die *die)
{
    double count = 0;
    for (int i = 0; i < (int)fmin(d->a, TRIALS_MOST); i++)
        count += die_uniform(die) < d->b;
    return count;
}

double draw_next(const struct draw *d, struct die *die)
{
    switch (d->kind) {
    case DRAW_NONE:
        return 0;
    case DRAW_CONSTANT:
        return d->a;
    case DRAW_UNIFORM:
        return d->a + (d->b - d->a) * die_uniform(die);
    case DRAW_NORMAL:
        return normal_within(d, die);
    case DRAW_EXPONENTIAL:
        return -d->a * log(1 - die_uniform(die));
    case DRAW_GAMMA:
        return d->b * gamma_of(d->a, die);
    case DRAW_LOGNORMAL:
        return exp(d->a + d->b * normal(die));
    case DRAW_WEIBULL:
        return d->b * pow(-log(1 - die_uniform(die)), 1 / d->a);
    case DRAW_BINOMIAL:
        return binomial(d, die);
    case DRAW_ONE_OF:
        return d->values[(size_t)(die_uniform(die) * (double)d->value_count)];
    }
    return 0;
}

struct draw draw_constant(double value)
{
    return (struct draw){ .kind = DRAW_CONSTANT, .a = value };
}

void draw_fini(struct draw *draw)
{
    free(draw->values);
}
