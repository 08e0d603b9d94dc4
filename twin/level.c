#include "twin/level.h"

const struct level_scale walkway_scale = { "", { 0.31f, 0.43f, 0.72f, 1.08f, 2.17f } };
const struct level_scale stairs_scale = { "stairs", { 0.54f, 0.72f, 1.08f, 1.54f, 2.70f } };
const struct level_scale queue_scale = { "queue", { 0.826f, 1.075f, 1.538f, 3.571f, 5.263f } };

static int level_of(float density, const float limits[5])
{
    int level = 0;
    while (level < 5 && density >= limits[level])
        level++;
    return level;
}

char level_letter(float density_pm2, const struct level_scale *scale)
{
    return (char)('A' + level_of(density_pm2, scale->limits));
}

float level_shade(float density_pm2, const struct level_scale *scale)
{
    const float *from = scale->limits, *to = walkway_scale.limits;
    int level = level_of(density_pm2, from);
    if (level == 5)
        return to[4] + (density_pm2 - from[4]);
    float low = level ? from[level - 1] : 0, lower = level ? to[level - 1] : 0;
    return lower + (density_pm2 - low) / (from[level] - low) * (to[level] - lower);
}
