/* Random numbers that a scenario and its seed always draw alike. */
#ifndef TESTS_GUIDANCE_DICE_H
#define TESTS_GUIDANCE_DICE_H

#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline double draw(struct dice *dice, double low, double high)
{
    dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(dice->state >> 11) / (double)(UINT64_C(1) << 53);
}

#endif
