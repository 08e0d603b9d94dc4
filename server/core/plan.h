/*
 * Guidance: for each origin place and purpose, shares over destinations. What a planner proposes is
 * not what is adopted: decide keeps a split for at least 60 s, moves at most a fifth of the people
 * a time, and only for a real gain, because signs that flicker make crowds that swing.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "server/base/slice.h"
#include "server/core/limits.h"

#include <stdbool.h>
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
    uint32_t clearance_s;      /* 0: unknown. */
    uint32_t free_clearance_s; /* The same if there were no overrides; 0: there are none. */
    uint32_t wanted;           /* Number of the last plan_wanted. */
    uint32_t answered; /* Of the last one answered. Another than wanted: the planner is asked. */
    int64_t wanted_ms;
    uint32_t drift_people; /* Moves of people and queues since then. */
    uint32_t urgent;       /* 1: a gate, the phase or the venue changed since then. */
    uint32_t fresh;        /* 1: the next answer is taken whole, for one of those reasons. */
    /* Of a thousand people, how many go where the plan says, as far as that is seen; 0: not yet. */
    uint32_t compliance_milli;
    int64_t
        exact_ms; /* When an exact T*fit was last told, or tried; 0: not since the world changed. */
};

enum override_kind { OVERRIDE_TAKEN_BACK = 1, OVERRIDE_FIXED, OVERRIDE_FORBIDDEN };

/* What the guidance of one origin and purpose must be, by an operator's word: these shares, or
 * anything but these destinations. What is shut keeps nobody: its share goes to the others, and
 * where nothing would be left the override is suspended until something opens. */
struct override {
    uint32_t origin; /* Place index. */
    uint32_t purpose;
    uint32_t kind;  /* enum override_kind; 0: there is none. */
    uint32_t count; /* 1..SPLIT_DESTINATIONS */
    int64_t set_ms;
    uint32_t destination[SPLIT_DESTINATIONS]; /* Ascending. */
    uint32_t share_milli[SPLIT_DESTINATIONS]; /* FIXED: total 1000, none is 0. */
    char reason[GATE_REASON_BYTES + 1];
};

/* What it comes to while of `count` gates or facilities those are open (of the right kind, too).
 * Kind 0: it is suspended. */
struct override override_effect(const struct override *rule, const bool *open, uint32_t count);
/* Of an effect, or of NULL or kind 0, which allow everything. */
bool override_allows(const struct override *rule, uint32_t destination);

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

/* How far any plan could get, for the people that one was made for: 98 % of them out. The cut
 * proves bound_ms: cut_people are behind those doors, which never pass more than cut_milli_ppm, so
 * that bound_ms = (cut_people - 2 % of people) / cut_milli_ppm, rounded down. */
struct plan_bound {
    uint32_t wanted;   /* The plan_wanted that it belongs to; 0: there is none yet. */
    uint32_t people;   /* Who can leave; 0: nobody, and the rest says nothing. */
    uint32_t fit_ms;   /* T*fit: with what doors pass on average, and everybody guided. */
    uint32_t exact;    /* 1: fit_ms is the quickest flow's; 0: of a plan made fast, or later. */
    uint32_t bound_ms; /* T*bound: not even if nobody needed time to walk. 0: no door is narrow. */
    uint32_t cut_people;
    uint32_t cut_milli_ppm; /* 0.001 people a minute, all together. */
    struct u32s cut_gate;   /* Gates and openings. */
    struct u32s cut_opening;
};

#endif
