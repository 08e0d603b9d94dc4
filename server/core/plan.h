/*
 * Guidance: for each origin place and purpose, shares over destinations. What a planner proposes is
 * not what is adopted: decide keeps a split for at least 60 s, moves at most a fifth of the people
 * a time, and only for a real gain, because signs that flicker make crowds that swing.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "server/core/limits.h"

#include <stdint.h>

enum purpose { PURPOSE_EXIT = 1, PURPOSE_FOOD, PURPOSE_TOILETS, PURPOSE_COUNT = 3 };

enum { SHARE_WHOLE_MILLI = 1000 };

/* Destinations are gates (EXIT) or facilities of the kind, ascending. Shares total 1000. */
struct split {
    uint32_t origin; /* Place index. */
    uint32_t purpose;
    uint32_t count;   /* Destinations; 0: no guidance for this origin and purpose. */
    int64_t moved_ms; /* When it was last changed. */
    uint32_t destination[SPLIT_DESTINATIONS];
    uint32_t share_milli[SPLIT_DESTINATIONS];
    uint32_t next_place[SPLIT_DESTINATIONS]; /* First on the way; the origin if it is there. */
};

/* The plan in force, and the question that is open. */
struct plan {
    uint32_t number; /* Rises by one with each adopted plan; 0: none yet. */
    int64_t adopted_ms;
    uint32_t clearance_s; /* 0: unknown. */
    uint32_t wanted;      /* Number of the last plan_wanted. */
    uint32_t answered;    /* Of the last one answered. Another than wanted: the planner is asked. */
    int64_t wanted_ms;
    uint32_t drift_people; /* Moves of people and queues since then. */
    uint32_t urgent;       /* 1: a gate, the phase or the venue changed since then. */
    uint32_t fresh;        /* 1: the next answer is taken whole, for one of those reasons. */
};

/* What a planner proposes for one origin and purpose: every destination worth going to. One that it
 * no longer proposes is left in steps; one that was closed is left at once. Proposals come in the
 * order of origin, then purpose. */
struct proposed_split {
    uint32_t origin;
    uint32_t purpose;
    uint32_t count; /* 1..SPLIT_DESTINATIONS */
    /* Predicted seconds until the last of this origin's people has passed its destination: if the
     * present shares stay, and with the proposed ones. UINT32_MAX: never. */
    uint32_t stay_s;
    uint32_t move_s;
    uint32_t destination[SPLIT_DESTINATIONS]; /* Ascending, open. */
    uint32_t share_milli[SPLIT_DESTINATIONS]; /* Total 1000. */
    uint32_t next_place[SPLIT_DESTINATIONS];
};

#endif
