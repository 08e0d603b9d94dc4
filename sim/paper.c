#include "sim/paper.h"

#include <math.h>
#include <stdio.h>

const double paper_level_from[6] = { 0, 0.31, 0.43, 0.72, 1.08, 2.17 };

/* 1.86, 1.39, 0.93, 0.65 and 0.37 m2 a person (Fruin 1971). */
const double paper_stairs_level_from[6] = { 0, 0.54, 0.72, 1.08, 1.54, 2.70 };

/* Straight lines between these. The first is A on its way to B: floor with hardly anybody on it. */
static const struct stop {
    double density_p_m2;
    int red, green, blue;
} stops[] = {
    { 0.00, 0xF3, 0xF4, 0xF5 }, { 0.25, 0xE5, 0xE7, 0xE9 }, { 0.41, 0xC3, 0xC8, 0xCC },
    { 0.56, 0xC2, 0xB7, 0x83 }, { 0.90, 0x91, 0x8B, 0x68 }, { 1.60, 0x4F, 0x5C, 0x7C },
    { 2.50, 0x00, 0x20, 0x4D },
};
enum { STOPS = sizeof stops / sizeof stops[0] };

int paper_density_step(double density_p_m2)
{
    int step = (int)(density_p_m2 * 10);
    return step < PAPER_DENSITIES ? step : PAPER_DENSITIES - 1;
}

static int between(int from, int to, double share)
{
    return (int)lround(from + (to - from) * share);
}

const char *paper_density_colour(int step, char out[8])
{
    double density = step / 10.0;
    int i = 0;
    while (i + 2 < STOPS && density > stops[i + 1].density_p_m2)
        i++;
    const struct stop *a = &stops[i], *b = &stops[i + 1];
    double share = fmin(1, (density - a->density_p_m2) / (b->density_p_m2 - a->density_p_m2));
    snprintf(out, 8, "#%02X%02X%02X", (unsigned)between(a->red, b->red, share) & 0xFF,
             (unsigned)between(a->green, b->green, share) & 0xFF,
             (unsigned)between(a->blue, b->blue, share) & 0xFF);
    return out;
}

static char level_in(const double from[6], double density_p_m2)
{
    int level = 0;
    while (level < 5 && density_p_m2 >= from[level + 1])
        level++;
    return (char)('A' + level);
}

char paper_level(double density_p_m2)
{
    return level_in(paper_level_from, density_p_m2);
}

char paper_stairs_level(double density_p_m2)
{
    return level_in(paper_stairs_level_from, density_p_m2);
}
