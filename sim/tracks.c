#include "sim/tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool tape_failed(const struct tracks *tracks, char *why, size_t why_size)
{
    snprintf(why, why_size, "%s: cannot be written: the disk is full or fails", tracks->tape);
    return false;
}

/* Says why the trajectories cannot be gone on with. */
static bool trajectories_failed(struct tracks *tracks, char *why, size_t why_size)
{
    trajectories_close(tracks->trajectories, why, why_size);
    tracks->trajectories = NULL;
    return false;
}

bool tracks_open(struct tracks *tracks, struct output *output, const struct run_options *options,
                 const char *venue, struct wkt wkt, uint32_t people, char *why, size_t why_size)
{
    char path[OUTPUT_PATH];
    output_path(output, "trajectories.sqlite", path);
    tracks->steps_per_frame = options->has_record_every ? (uint32_t)options->record_every
                                                        : trajectories_steps_per_frame(people);
    tracks->trajectories =
        trajectories_open(path,
                          &(struct trajectories_def){ .venue = venue,
                                                      .wkt = wkt.text,
                                                      .low = wkt.low,
                                                      .high = wkt.high,
                                                      .steps_per_frame = tracks->steps_per_frame,
                                                      .lasting = options->checkpoint_every > 0,
                                                      .resume = options->resume != NULL },
                          why, why_size);
    free(wkt.text);
    return tracks->trajectories != NULL;
}

bool tracks_open_tape(struct tracks *tracks, struct output *output, struct recording_def def,
                      char *why, size_t why_size)
{
    output_path(output, "trajectories.tape", tracks->tape);
    def.frame_s = tracks->steps_per_frame * CROWD_STEP_S;
    def.from = access(tracks->tape, W_OK) == 0 ? tracks->recorded : 0;
    tracks->recording = recording_open(tracks->tape, &def, why, why_size);
    return tracks->recording != NULL;
}

bool tracks_step(struct tracks *tracks, uint64_t step, const struct crowd *crowd,
                 const struct behaviour *behaviour, uint32_t phase, char *why, size_t why_size)
{
    struct crowd_people people = crowd_people(crowd);
    if (step % tracks->steps_per_frame != 0)
        return true;
    if (!trajectories_frame(tracks->trajectories, &people))
        return trajectories_failed(tracks, why, why_size);
    return recording_frame(tracks->recording, crowd, behaviour, phase) ||
           tape_failed(tracks, why, why_size);
}

bool tracks_commit(struct tracks *tracks, char *why, size_t why_size)
{
    tracks->recorded = recording_written(tracks->recording);
    if (tracks->recorded == 0)
        return tape_failed(tracks, why, why_size);
    return trajectories_commit(tracks->trajectories) || trajectories_failed(tracks, why, why_size);
}

void tracks_archive(struct tracks *tracks, struct archive *archive)
{
    trajectories_archive(tracks->trajectories, archive);
    ARCHIVE(archive, tracks->recorded);
}

bool tracks_rewind(struct tracks *tracks, char *why, size_t why_size)
{
    return trajectories_rewind(tracks->trajectories) || trajectories_failed(tracks, why, why_size);
}

bool tracks_end(struct tracks *tracks, char *why, size_t why_size)
{
    bool whole = trajectories_close(tracks->trajectories, why, why_size);
    tracks->trajectories = NULL;
    if (!whole)
        return false;
    whole = recording_close(tracks->recording, true);
    tracks->recording = NULL;
    return whole || tape_failed(tracks, why, why_size);
}

void tracks_abandon(struct tracks *tracks)
{
    trajectories_abandon(tracks->trajectories);
    recording_close(tracks->recording, false);
    *tracks = (struct tracks){ 0 };
}
