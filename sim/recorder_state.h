/* Inside of the recorder: recorder.c makes and ends it, recorder_floor.c looks at densities,
 * recorder_watch.c at what people do. */
#ifndef SIM_RECORDER_STATE_H
#define SIM_RECORDER_STATE_H

#include "sim/density.h"
#include "sim/loads.h"
#include "sim/recorder.h"

/* Ten seconds. */
enum { RECENT_STEPS = 100 };

struct recorder {
    const struct scenario *scenario;
    const Tifo__V1__Venue *venue;
    const struct crowd *crowd;
    const struct behaviour *behaviour;
    struct record record;
    struct density *density;
    size_t sample_room; /* Samples the series have room for. */
    size_t samples;
    uint64_t steps;
    float *gate_wait_s;    /* By person: waited at the present gate. */
    double *queue_since_s; /* By person: when they joined a queue. */
    float *entry_wait_s;   /* Of each who came to a turnstile's front, in their order. */
    size_t entry_count;
    uint32_t *gate_out, *gate_in; /* By gate: passages up to the last sample. */
    uint32_t *second_peak;        /* By zone: most people in a second of this sample. */
    double waiting_s;             /* Person-seconds. */
    float **period_peak;          /* By grid: highest sample of the present period, by cell. */
    double *period_densest;       /* By grid: its densest 10 m x 10 m. */
    double period_from_s;
    float **worst;         /* By grid: the densest sample of the run. */
    double *worst_densest; /* By grid. */
    struct loads *loads;   /* By grid. */
    int32_t *grid_of_zone; /* -1: outside. */
    uint16_t (**held)[5];  /* By grid and cell: samples at level B or worse, C or worse ... F. */
    double person_s[2][6]; /* By level of service; on walkways, on stairs. */
    double stands_left_s;  /* When somebody last left blocks and aisles for good; NAN. */
    uint32_t *door_passed; /* By door: passages up to the last sample. */
    uint32_t *door_recent; /* By step of the last ten seconds and door: passages up to it. */
};

/* recorder_floor.c: the grids' arrays, after record_describe(). */
void recorder_floor_init(struct recorder *recorder);
void recorder_floor_fini(struct recorder *recorder);
void recorder_floor_archive(struct recorder *recorder, struct archive *archive);
/* Once a second, once a sample, and at the end. */
void recorder_floor_second(struct recorder *recorder, const struct crowd_people *people);
void recorder_floor_sample(struct recorder *recorder, double now_s);
void recorder_floor_finish(struct recorder *recorder, double now_s);

/* recorder_watch.c: once a step, once a second. */
void recorder_watch_step(struct recorder *recorder, const struct crowd_people *people);
void recorder_watch_second(struct recorder *recorder, const struct crowd_people *people,
                           const struct crowd_tally *tally, const uint32_t *waiting_at);
void recorder_watch_clearance(struct recorder *recorder, double now_s);
/* Who waits at a gate: to get out inside it (crowd_waiting_at()), or to get in outside it. */
uint32_t recorder_gate_queue(const struct recorder *recorder, const uint32_t *waiting_at,
                             uint32_t gate);
uint32_t recorder_waiting(const struct recorder *recorder, const struct crowd_tally *tally,
                          const uint32_t *waiting_at);

#endif
