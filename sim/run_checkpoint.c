#include "sim/run_state.h"

#include "sim/archive.h"

#include <stdio.h>
#include <string.h>

/* Everything that a run without a server changes. */
static void walk_run(struct archive *archive, void *ctx)
{
    struct run *run = ctx;
    ARCHIVE(archive, run->steps);
    ARCHIVE(archive, run->turn);
    ARCHIVE(archive, run->phases_begun);
    ARCHIVE(archive, run->changes_made);
    ARCHIVE(archive, run->smoke_made);
    ARCHIVE(archive, run->scans);
    archive_crowd(archive, run->crowd);
    if (archive->problem == NULL)
        behaviour_archive(run->behaviour, archive);
    if (archive->problem == NULL)
        recorder_archive(run->recorder, archive);
    tickets_archive(&run->tickets, archive);
    tracks_archive(&run->tracks, archive);
}

/* The ground is checked with the crowd. */
static uint64_t run_key(const struct run *run)
{
    struct scenario scenario = run->scenario;
    memset(scenario.path, 0, sizeof scenario.path);
    memset(scenario.venue, 0, sizeof scenario.venue);
    uint64_t key = checkpoint_key(0, &scenario, sizeof scenario);
    key = checkpoint_key(key, &run->seed, sizeof run->seed);
    return checkpoint_key(key, &run->tracks.steps_per_frame, sizeof run->tracks.steps_per_frame);
}

bool run_resume(struct run *run)
{
    if (run->options->resume == NULL)
        return true;
    if (!checkpoint_read(run->options->resume, run_key(run), walk_run, run, run->why,
                         sizeof run->why))
        return false;
    run->checkpoint_s = crowd_time_s(run->crowd);
    return tracks_rewind(&run->tracks, run->why, sizeof run->why);
}

bool run_keep_checkpoint(struct run *run)
{
    double now_s = crowd_time_s(run->crowd), every_s = run->options->checkpoint_every;
    char path[OUTPUT_PATH];
    if (!(every_s > 0) || now_s < run->checkpoint_s + every_s)
        return true;
    snprintf(path, sizeof path, "%s/" CHECKPOINT_NAME, run->output.folder);
    run->checkpoint_s = now_s;
    if (!tracks_commit(&run->tracks, run->why, sizeof run->why))
        return false;
    run->checkpointed =
        checkpoint_write(path, run_key(run), walk_run, run, run->why, sizeof run->why);
    return run->checkpointed;
}

void run_drop_checkpoint(const char *folder)
{
    char path[OUTPUT_PATH];
    snprintf(path, sizeof path, "%s/" CHECKPOINT_NAME, folder);
    remove(path);
}
