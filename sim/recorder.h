/*
 * Watches a run and fills its record: looks at the crowd after every step, keeps sums, and once a
 * sample (DENSITY_SAMPLE_S) writes them into the series.
 */
#ifndef SIM_RECORDER_H
#define SIM_RECORDER_H

#include "sim/behaviour.h"
#include "sim/core/crowd.h"
#include "sim/record.h"
#include "sim/scenario.h"

struct recorder;

/* All are kept by pointer and must outlive the recorder. The crowd is already filled. */
struct recorder_def {
    const struct scenario *scenario;
    const char *parameters; /* The engine's set, by name. */
    uint64_t seed;
    const Tifo__V1__Venue *venue;
    const struct crowd *crowd;
    const struct behaviour *behaviour;
};

struct recorder *recorder_create(const struct recorder_def *def);
void recorder_destroy(struct recorder *recorder);

/* After each crowd_step(), before behaviour_step() changes anything. */
void recorder_step(struct recorder *recorder);
/* A gate is open or shut from now on. */
void recorder_gate(struct recorder *recorder, uint32_t gate, bool open);

/* Ends the record with what is known at the end. It stays the recorder's. What only the caller
 * knows (server, guidance, digest) is for the caller to fill in. */
struct record *recorder_finish(struct recorder *recorder);

/* For a checkpoint, after the crowd. */
void recorder_archive(struct recorder *recorder, struct archive *archive);

/* Seconds after clock zero until 98 % of the travellers were done; NAN: not yet. */
double recorder_clearance_s(const struct recorder *recorder);

#endif
