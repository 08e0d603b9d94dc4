/*
 * Who finds a better way. A planner answers a plan_wanted with proposed splits; the core decides
 * what of it is adopted. It works on a copy of what moves, and on the venue, which never does.
 */
#ifndef PORTS_PLANNER_H
#define PORTS_PLANNER_H

#include "server/base/arena.h"
#include "server/base/status.h"
#include "server/core/plan.h"
#include "server/core/venue.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct planner;

/* A question and, afterwards, its answer. The caller's; unchanged by it until done(). */
struct planner_job {
    /* The question, copied from the stadium. Arrays are as long as the venue's lists. */
    const struct venue *venue;
    int64_t now_ms;                   /* Stadium time. */
    uint32_t wanted;                  /* The plan_wanted's number. */
    uint32_t phase;                   /* enum phase_kind */
    const uint32_t *people;           /* By place. */
    const bool *stays;                /* By place: not called yet; NULL: everybody leaves. */
    const bool *gate_open;            /* By gate. */
    const bool *opening_open;         /* By opening; NULL: all are. */
    const uint32_t *gate_waiting;     /* By gate. */
    const uint32_t *facility_waiting; /* By facility. */
    const uint64_t *gate_out;         /* By gate: who has left there since the start. */
    /* By gate: people a minute that left while a line stood there all the time; 0: none did. */
    const uint32_t *gate_strained_ppm;
    uint32_t compliance_milli;  /* As it was last seen; 0: never. */
    const struct split *splits; /* The plan in force, as stadium_splits(): places x purposes. */
    /* What operators say, laid out like splits; NULL: nothing. Raw: override_effect() says what it
     * comes to with the gates of this question. */
    const struct override *overrides;
    bool exact;            /* Only how far any plan could get is asked, exactly. */
    atomic_bool cancelled; /* Set while it runs: another question is more urgent. */

    /* The answer, in `arena` (the planner's to fill from start to done(), the caller's to drop). */
    struct arena arena;
    const struct proposed_split *proposed;
    uint32_t proposed_count;   /* 0: nothing better, or it failed. */
    uint32_t clearance_s;      /* 0: unknown. */
    uint32_t free_clearance_s; /* If there were no overrides; 0: there are none, or unknown. */
    /* wanted 0: unknown, or cancelled. */
    struct plan_bound bound;
    uint32_t seen_compliance_milli; /* 0: not seen. */

    /* Called once, on a thread of the planner (or inside start()). */
    void (*done)(struct planner_job *job);
    void *ctx;
};

struct planner_ops {
    /* One job at a time. If it returns an error, done() never runs. */
    enum status (*start)(struct planner *planner, struct planner_job *job);
    /* Waits for the job under way (done() runs), then gives everything back. */
    void (*close)(struct planner *planner);
};

/* Adapters embed this first. */
struct planner {
    const struct planner_ops *ops;
};

#endif
