/*
 * Who was where in a run: trajectories.sqlite for other programs, trajectories.tape for the twin,
 * written side by side, gone on with from a checkpoint, and whole or not there.
 */
#ifndef SIM_TRACKS_H
#define SIM_TRACKS_H

#include "sim/output.h"
#include "sim/recording.h"
#include "sim/run.h"
#include "sim/trajectories.h"
#include "sim/wkt.h"

/* Zeroed before it is opened. */
struct tracks {
    struct trajectories *trajectories;
    struct recording *recording;
    char tape[OUTPUT_PATH];
    uint64_t recorded; /* Bytes of the tape that a checkpoint knows of. */
    uint32_t steps_per_frame;
};

/* `venue` and `wkt` as in struct trajectories_def; frees the text. False, here and below: `why`
 * says what went wrong. */
bool tracks_open(struct tracks *tracks, struct output *output, const struct run_options *options,
                 const char *venue, struct wkt wkt, uint32_t people, char *why, size_t why_size);
/* The tape, after a checkpoint was read: that says how much of it there is. Of the definition all
 * but frame_s and from is needed. */
bool tracks_open_tape(struct tracks *tracks, struct output *output, struct recording_def def,
                      char *why, size_t why_size);
/* After every step: writes a frame when it is time for one. Behaviour and phase are the tape's. */
bool tracks_step(struct tracks *tracks, uint64_t step, const struct crowd *crowd,
                 const struct behaviour *behaviour, uint32_t phase, char *why, size_t why_size);
/* What was written so far stays whatever happens to the process; where it is, for the checkpoint
 * that is written next; and, when one has been read, back to there. */
bool tracks_commit(struct tracks *tracks, char *why, size_t why_size);
void tracks_archive(struct tracks *tracks, struct archive *archive);
bool tracks_rewind(struct tracks *tracks, char *why, size_t why_size);
/* Ends both. */
bool tracks_end(struct tracks *tracks, char *why, size_t why_size);
/* Frees what was not ended: what was committed can be gone on with. */
void tracks_abandon(struct tracks *tracks);

#endif
