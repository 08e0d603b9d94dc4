#include "sim/chance.h"

#include <math.h>

/* SplitMix64's output function (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t chance_bits(uint64_t seed, enum chance_of of, uint32_t subject)
{
    return mix(mix(seed) ^ mix((uint64_t)of << 32 | subject));
}

double chance(uint64_t seed, enum chance_of of, uint32_t subject)
{
    return (double)(chance_bits(seed, of, subject) >> 11) * 0x1p-53;
}

double chance_triangle(double u, double from, double peak, double to)
{
    /* The inverse of the distribution function; a square root rounds alike on every machine. */
    double width = to - from;
    if (width <= 0)
        return from;
    double rising = (peak - from) / width;
    return u < rising ? from + sqrt(u * width * (peak - from))
                      : to - sqrt((1 - u) * width * (to - peak));
}
