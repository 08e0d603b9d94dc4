/* What is asked of a stadium. Time comes in with each command; everything pointed to is the
 * caller's. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "server/base/slice.h"
#include "server/core/crowd.h"
#include "server/core/plan.h"
#include "server/core/venue.h"

enum command_kind {
    COMMAND_IMPORT_VENUE = 1,
    COMMAND_SET_PHASE,
    COMMAND_SET_GATE,
    COMMAND_TICK,
    COMMAND_ADOPT_PLAN,
};

/* The same content again is accepted and yields no facts; other content is VENUE_EXISTS. */
struct import_venue {
    struct venue venue;
};

struct set_phase {
    struct phase phase;
};

struct set_gate {
    uint32_t gate;
    uint32_t mode; /* enum gate_mode. The mode it has already: accepted, no facts. */
    char reason[GATE_REASON_BYTES + 1];
};

/*
 * Time goes on, and readings that were folded since the last tick come in: at most one row an
 * index, ascending or not. All columns may be empty. A tick that measures decides nothing else:
 * what follows from it (alarms, a plan that is wanted) is due at once, at the same time.
 */
struct tick {
    int64_t measured_ms; /* at_ms of the newest reading folded; 0: none. */
    struct u32s place;   /* Places, and the people in them now. */
    struct u32s people;
    struct u32s gate; /* Gates, and who passed since the last tick. */
    struct u32s gate_in;
    struct u32s gate_out;
    struct u32s queue; /* Facilities, or number of facilities + gate: */
    struct u32s waiting;
    struct u32s served;
    const struct source *sources; /* Sources taken, up to which sequence. */
    uint32_t source_count;
};

/* A planner's answer. No splits: it has nothing better (or failed), the plan stays. */
struct adopt_plan {
    uint32_t wanted;      /* The plan_wanted it answers; an older one is PLAN_STALE. */
    uint32_t clearance_s; /* 0: unknown. */
    const struct proposed_split *splits;
    uint32_t split_count;
};

struct command {
    enum command_kind kind;
    int64_t time_ms; /* Stadium time, Unix ms; earlier than the stadium's is CLOCK_BACKWARDS. */
    union {
        struct import_venue import_venue;
        struct set_phase set_phase;
        struct set_gate set_gate;
        struct tick tick;
        struct adopt_plan adopt_plan;
    } as;
};

#endif
