/*
 * Scenarios of six kinds in the network model, each kind with variants and each of those with
 * seeds, and how one of them goes under the real decide path: plans over a rolling horizon from
 * what cameras and turnstiles say. That gates are slow is known to the server: the venue says so.
 */
#ifndef TESTS_GUIDANCE_PLAY_H
#define TESTS_GUIDANCE_PLAY_H

#include "server/core/venue.h"

enum kind { UNBALANCED, CLOSED, SLOW, ONE_SIDED, HALF_TIME, BLOCKED, KINDS };

/* How people and sensors are. */
struct manner {
    double compliance, noise;
    double known_compliance; /* 0: it is learnt. */
    uint32_t late_s;
    bool by_threshold; /* Guided by the simple rule. */
};

struct outcome {
    double best_s, cleared_s;
    double early;    /* The least part of those whom the best gets out by then that were out, from
                        when a tenth were until all count as out. */
    double estimate; /* Of the compliance, at the end. */
    double turned;   /* Changes a person, on the way. */
    uint32_t most_moves; /* Of one split within a minute. */
};

/* From anywhere, several at a time. The best (best_s, early) is left out for the simple rule. */
struct outcome play(const struct venue *venue, enum kind kind, uint32_t variant, uint64_t seed,
                    const struct manner *manner);

#endif
