/*
 * What is to be simulated: who is in the ground, what they want and when, and what happens to the
 * gates. Read from a YAML file whose vocabulary is described in scenarios/README.md.
 *
 * Plain memory: a scenario may be copied and needs no fini. All times are seconds after its start.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "sim/core/design.h"
#include "sim/core/distribution.h"
#include "sim/form.h"

enum {
    SCENARIO_PHASES = 16,
    SCENARIO_TRIPS = 16,
    SCENARIO_STOPS = 4,
    SCENARIO_CHANGES = 32,
    SCENARIO_SMOKE = 16,
    SCENARIO_STANDS = 16,
    SCENARIO_BLOCKED = 16,
    STAND_BYTES = 64 /* Without the terminating zero. */
};

enum phase_kind { PHASE_ENTRY, PHASE_PLAY, PHASE_BREAK, PHASE_EGRESS, PHASE_EVACUATION };

/* A part of the match day. Phases follow each other without gaps, the first from 0. */
struct phase {
    struct form_mark mark;
    int kind; /* enum phase_kind */
    char label[41];
    double from_s, to_s;
    /* Of an evacuation: what the names of the stands that leave in it begin with; none: all do. */
    char stands[SCENARIO_STANDS][STAND_BYTES + 1];
    size_t stand_count;
};

enum stop { STOP_TOILETS, STOP_FOOD, STOP_EXIT };

/* When somebody does something: a triangular distribution, nobody before `from` or after `to`,
 * most of them around `peak`. from <= peak <= to. */
struct moment {
    struct form_mark mark;
    double from_s, peak_s, to_s;
};

/* How long something takes, in seconds, drawn for each. */
struct spell {
    struct form_mark mark; /* line 0: nothing was said. */
    int kind;              /* enum distribution_kind */
    double a, b;
};

/* What a share of the people set out to do. After the last stop they return to their seat, unless
 * that stop is the exit. */
struct trip {
    struct form_mark mark;
    /* Of the people in the ground, or of the stand; for nobody all trips' total more than 1. */
    double share;
    char stand[STAND_BYTES + 1]; /* Only of stands whose name begins so; "": of all. */
    int stops[SCENARIO_STOPS]; /* enum stop; EXIT only as the last. */
    size_t stop_count;
    struct moment leave;      /* When they stand up ... */
    struct spell premovement; /* ... or so much later. */
};

/* What they hold. Everybody else's is their own and good. */
struct ticketing {
    struct form_mark mark; /* line 0: nobody looks at tickets. */
    uint64_t price_minor;  /* Cents a seat. */
    double forged;         /* Share of the people whose code is made up. */
    double copied;         /* Share whose code is a copy of somebody else's. */
};

enum gate_state { GATE_STATE_OPEN, GATE_STATE_CLOSED };

/* A steward opens or shuts a gate. */
struct gate_change {
    struct form_mark mark;
    char gate[33]; /* Gate id of the venue, or "widest". */
    int to;        /* enum gate_state */
    double at_s;
    char reason[201];
};

/* Smoke in a place from some time on. */
struct smoke {
    struct form_mark mark;
    char zone[33]; /* Zone id of the venue. */
    double at_s;
    double extinction_per_m; /* 0: it has cleared. */
};

/* A stand that is fuller or emptier than the others. */
struct stand_filled {
    struct form_mark mark;
    char stand[STAND_BYTES + 1]; /* What the names of its blocks' stands begin with. */
    double occupancy;
};

/* An opening that nobody passes from the start on, as they see and the server knows. */
struct blocked_opening {
    struct form_mark mark;
    char opening[33]; /* Opening id of the venue. */
    char reason[201];
};

/* What people are like. Shares are 0..1. */
struct people {
    struct form_mark mark;
    double compliance; /* Follow guidance, where there is any. */
    double reporting;  /* Carry a device that reports its position. */
    double
        nearest_gate; /* Without guidance, leave by the nearest gate; the others by their usual. */
    double choosing;  /* Without guidance, take the gate that looks quickest on the way. */
    double in_groups; /* Are with one to three neighbours of their row and stay with them. */
    double impaired;  /* Are slow and need room: 0.8 m/s, a body of 0.4 m (NIST TN 1822, 2.10). */
    double step_free; /* Take no stairs, as those in wheelchairs, and are as slow and as wide as the
                         impaired; of seats that have a way without stairs. */
    double hesitation_s; /* Before a shut gate, until one looks for another, on average. */
};

struct scenario {
    struct form_mark mark;
    char path[512]; /* Of the file. */
    char name[64];  /* Its name without folder and ending. */
    char title[121];
    char venue[512];  /* Path of the venue file, as seen from the working directory. */
    int64_t start_ms; /* Unix milliseconds. */
    double duration_s;
    double clock_zero_s; /* The moment that clearance is counted from: whistle or alarm. */
    uint64_t seed;
    double occupancy; /* Share of the seats with somebody in them at the start. */
    struct stand_filled stands[SCENARIO_STANDS]; /* Of those that match, the first holds. */
    size_t stand_count;
    struct people people;
    struct phase phases[SCENARIO_PHASES];
    size_t phase_count;
    struct trip trips[SCENARIO_TRIPS];
    size_t trip_count; /* 0 with arrivals, else 1 or more. */
    /* Everybody comes from outside, through the turnstiles, to their seat: when they come to a
     * gate. Line 0: nobody does, all sit at the start. */
    struct moment arrivals;
    struct ticketing tickets;                     /* Only with arrivals. */
    struct gate_change changes[SCENARIO_CHANGES]; /* In order of time. */
    size_t change_count;
    struct smoke smoke[SCENARIO_SMOKE]; /* In order of time. */
    size_t smoke_count;
    struct blocked_opening blocked[SCENARIO_BLOCKED];
    size_t blocked_count;
    struct spell turnstile_service; /* Line 0: about the venue's rate. */
    int design;                     /* Index for scenario_design(). */
};

/* Fills `out`. False: `why` (size >= 400) says what is wrong and where. */
bool scenario_read(const char *path, struct scenario *out, char *why, size_t why_size);

/* The phase at a time; the last one after the end. */
const struct phase *scenario_phase(const struct scenario *scenario, double at_s);

/* Whether people of that stand leave in an evacuation that is this phase. */
bool phase_calls(const struct phase *phase, const char *stand);

/* Lanes that limit the way out are opened in it (turnstiles turn freely). */
bool scenario_frees_gates(const struct phase *phase);

/* True if people come from outside. */
bool scenario_arrives(const struct scenario *scenario);

/* True if those who set out are to come back to their seats; false if anybody leaves for good:
 * what the report's wording depends on. */
bool scenario_returns(const struct scenario *scenario);

/* Share of the seats that are taken in a stand. */
double scenario_occupancy(const struct scenario *scenario, const char *stand);

/* How a scenario names stands: by what their names begin with. */
bool stand_begins(const char *stand, const char *with);

/* Whether a trip is one of people of that stand. */
bool trip_is_of(const struct trip *trip, const char *stand);

/* The code that its doors keep to; NULL: none, doors pass what people push through. */
const struct design *scenario_design(const struct scenario *scenario);

const char *phase_kind_name(int kind); /* "play" */
const char *stop_name(int stop);       /* "toilets" */

#endif
