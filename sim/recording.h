/*
 * trajectories.tape: what a run leaves for the twin to play (sim/tape/tape.h).
 */
#ifndef SIM_RECORDING_H
#define SIM_RECORDING_H

#include "sim/archive.h"
#include "sim/behaviour.h"
#include "sim/foreign/foreign.h"

struct recording;

struct recording_def {
    const char *title;
    const Tifo__V1__Venue *venue; /* Read here only. */
    int64_t start_ms;
    double frame_s;
    uint64_t from; /* Bytes of the file to go on from; 0: a new one. */
};

/* NULL: `why` says what went wrong. */
struct recording *recording_open(const char *path, const struct recording_def *def, char *why,
                                 size_t why_size);
/* The next frame. Behaviour NULL: nobody waits outside gates. False: the disk refused. */
bool recording_frame(struct recording *recording, const struct crowd *crowd,
                     const struct behaviour *behaviour, uint32_t phase);
/* Bytes that a checkpoint can count on; 0: the disk refused. */
uint64_t recording_written(struct recording *recording);
/* Ends and frees it, NULL is accepted; with `end` false it can be gone on with. */
bool recording_close(struct recording *recording, bool end);

/* A ground of nothing but floors, for the twin to draw. Free it with
 * protobuf_c_message_free_unpacked and no allocator. */
Tifo__V1__Venue *recording_venue(const struct foreign *foreign);

#endif
