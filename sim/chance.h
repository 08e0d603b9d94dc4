/*
 * Chance, by name: each draw is a pure function of the seed, whom it is about and what is decided.
 * So a person's character does not depend on the order in which things happen, and the guided and
 * the unguided run of one seed are about the very same people.
 */
#ifndef SIM_CHANCE_H
#define SIM_CHANCE_H

#include <stdint.h>

enum chance_of {
    CHANCE_SEAT_TAKEN = 1, /* subject: seat of the venue, counted over all blocks */
    CHANCE_TRIP,           /* subject of these and the following: person */
    CHANCE_LEAVE,
    CHANCE_COMPLIES,
    CHANCE_REPORTS,
    CHANCE_NEAREST_GATE,
    CHANCE_USUAL_GATE,
    CHANCE_HESITATION,
    CHANCE_TICKET,
    CHANCE_PARTY, /* subject: the party's first person */
    CHANCE_GROUP, /* subject: the group's first person; of the following: person */
    CHANCE_CHOOSES,
    CHANCE_IMPAIRED,
    CHANCE_PREMOVEMENT,
    CHANCE_STEP_FREE,
};

/* Well mixed bits, of which chance() makes its number. */
uint64_t chance_bits(uint64_t seed, enum chance_of of, uint32_t subject);

/* In [0, 1), evenly. */
double chance(uint64_t seed, enum chance_of of, uint32_t subject);

/* From `from` to `to`, most often near `peak` (a triangular distribution), for an even `u` in
 * [0, 1). */
double chance_triangle(double u, double from, double peak, double to);

#endif
