/*
 * Inside of a run of a scenario: run_open.c makes everything, run.c walks through the time,
 * run_checkpoint.c keeps and takes up what lies between.
 */
#ifndef SIM_RUN_STATE_H
#define SIM_RUN_STATE_H

#include "sim/run.h"

#include "sim/behaviour.h"
#include "sim/box_office.h"
#include "sim/ground.h"
#include "sim/link.h"
#include "sim/progress.h"
#include "sim/recorder.h"
#include "sim/sensing.h"
#include "sim/sensors.h"
#include "sim/tickets.h"
#include "sim/tracks.h"
#include "sim/truth.h"

/* Everything a run owns. Zeroed, then filled in this order, and freed whatever of it is there. */
struct run {
    const struct run_options *options;
    struct scenario scenario;
    uint64_t seed;
    Tifo__V1__Venue *venue;
    uint32_t change_gate[SCENARIO_CHANGES]; /* Gate index of each change. */
    uint32_t smoke_zone[SCENARIO_SMOKE];
    uint32_t blocked[SCENARIO_BLOCKED]; /* Opening index of each. */
    struct ground *ground;
    struct crowd *crowd;
    struct tickets tickets;
    struct box_office *office;  /* NULL: nobody sells, or no server. */
    uint32_t *gate_wait_s;      /* Room for a wait by gate. */
    bool lost;                  /* A turnstile got no answer. */
    uint32_t scans[SCAN_KINDS]; /* How many turnstiles have said so. */
    uint32_t *in_place;         /* Room for a count by place. */
    struct behaviour *behaviour;
    struct recorder *recorder;
    struct sensors *sensors;
    struct sensing *sensing; /* NULL: they count exactly. */
    struct truth *truth;     /* NULL: nobody compares. */
    struct link *link;       /* NULL: no server. */
    struct output output;
    struct tracks tracks;
    struct progress progress;
    uint64_t steps, turn;
    double checkpoint_s; /* When the last one was written. */
    bool checkpointed;
    size_t phases_begun, changes_made, smoke_made;
    uint32_t plan_number;
    char why[1024]; /* What went wrong. */
};

/* Writes down what went wrong; returns false. */
bool run_fail(struct run *run, const char *sentence);

/* False: run->why. Close in any case. */
bool run_open(struct run *run);
void run_close(struct run *run);

/* From the checkpoint that the options name, if they do. */
bool run_resume(struct run *run);
/* Into the folder of results, when it is time. */
bool run_keep_checkpoint(struct run *run);

#endif
