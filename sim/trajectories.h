/*
 * trajectories.sqlite: JuPedSim's SQLite format, version 3, so that PedPy and others read our runs
 * (tables trajectory_data, metadata, geometry, frame_data), with one column more: trajectory_data
 * also says the place of the venue (zones, then blocks), because levels overlap in plan.
 *
 * Two frames a second, fewer of big crowds, unless a checker wants to see every step. To keep the
 * file small, people in their seats are written only when something changes: in the first frame, in
 * the last frame, and in the frames just before they stand up and just after they sit down. So
 * whoever is not in a frame, and has not left, sits where they were last seen; whoever walks is in
 * every frame. People who leave are written once more, where they left: outside.
 */
#ifndef SIM_TRAJECTORIES_H
#define SIM_TRAJECTORIES_H

#include "sim/archive.h"

/* Steps of the engine from frame to frame when nobody says otherwise: 0.5 s, and for more than
 * 6,000 people so much rarer that a frame's second never has more rows than 12,000 of them: 60,000
 * who walk for a quarter of an hour make 200 MB, not 2 GB. */
uint32_t trajectories_steps_per_frame(uint32_t people);

struct trajectories;

struct trajectories_def {
    const char *venue;      /* Its id, or the scenario's name. */
    const char *wkt;        /* Where people can be: see sim/wkt.h. */
    struct point low, high; /* The box around that. */
    uint32_t steps_per_frame;
    bool lasting; /* trajectories_commit() will be called: the file outlives a process that dies. */
    bool resume;  /* Go on with a file that is there: load what was archived, then rewind. */
};

/* Starts a file; one that is there is replaced. trajectories_frame() will be called once every
 * `steps_per_frame` steps. NULL: `why` says what went wrong. */
struct trajectories *trajectories_open(const char *path, const struct trajectories_def *def,
                                       char *why, size_t why_size);
/* The next frame; people may have come since the one before. False: the disk refused, and
 * trajectories_close() will say why. */
bool trajectories_frame(struct trajectories *trajectories, const struct crowd_people *people);
/* What was written so far stays whatever happens to the process. */
bool trajectories_commit(struct trajectories *trajectories);
/* Where it is, for a checkpoint; and back to there: later frames are dropped. */
void trajectories_archive(struct trajectories *trajectories, struct archive *archive);
bool trajectories_rewind(struct trajectories *trajectories);
/* Frees it unended: of a lasting one what was committed stays, to be gone on with. */
void trajectories_abandon(struct trajectories *trajectories);
/* Ends and frees it. False: `why` says what went wrong, now or before, and the file is of no use.
 * NULL is accepted, and true. */
bool trajectories_close(struct trajectories *trajectories, char *why, size_t why_size);

#endif
