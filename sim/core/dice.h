/* Randomness by counter: a number depends only on (seed, who, what, when), never on how often or in
 * which order dice were thrown. The mixer is splitmix64's finaliser (Steele, Lea, Flood 2014). */
#ifndef SIM_CORE_DICE_H
#define SIM_CORE_DICE_H

#include <stdint.h>

enum dice_what {
    DICE_SPEED,
    DICE_RADIUS,
    DICE_SERVICE,
    DICE_WOBBLE,
    DICE_HASH,
    DICE_STREET,
    DICE_RANK,
    DICE_TASTE,
};

static inline uint64_t dice_mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* For many dice of one kind: dice_of(dice_key(seed, what), who, when) is dice_bits(). */
static inline uint64_t dice_key(uint64_t seed, enum dice_what what)
{
    return dice_mix(seed ^ ((uint64_t)what << 56));
}

static inline uint64_t dice_of(uint64_t key, uint32_t who, uint32_t when)
{
    return dice_mix(key ^ ((uint64_t)who << 32 | when));
}

static inline uint64_t dice_bits(uint64_t seed, uint32_t who, enum dice_what what, uint32_t when)
{
    return dice_of(dice_key(seed, what), who, when);
}

/* Uniform in [0, 1). */
static inline double dice_uniform(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

#endif
