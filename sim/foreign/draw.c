#include "sim/foreign/draw.h"

#include "sim/core/dice.h"
#include "sim/core/distribution.h"

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

/* The next of a distribution. */
static double drawn(enum distribution_kind kind, double a, double b, struct die *die)
{
    die->state += 0x9e3779b97f4a7c15u;
    return distribution_draw(&(struct distribution){ kind, a, b }, dice_mix(die->state));
}

static double normal_within(const struct draw *d, struct die *die)
{
    if (!(d->least < d->most))
        return drawn(DISTRIBUTION_NORMAL, d->a, d->b, die);
    for (int i = 0; i < DRAWS_MOST; i++) {
        double value = drawn(DISTRIBUTION_NORMAL, d->a, d->b, die);
        if (value >= d->least && value <= d->most)
            return value;
    }
    return fmin(fmax(d->a, d->least), d->most);
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
        return drawn(DISTRIBUTION_WEIBULL, 1, d->a, die);
    case DRAW_GAMMA:
        return drawn(DISTRIBUTION_GAMMA, d->a, d->b, die);
    case DRAW_LOGNORMAL:
        return drawn(DISTRIBUTION_LOGNORMAL, d->a, d->b, die);
    case DRAW_WEIBULL:
        return drawn(DISTRIBUTION_WEIBULL, d->a, d->b, die);
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
