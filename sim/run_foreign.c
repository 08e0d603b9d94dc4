#include "sim/run_foreign.h"

#include "sim/figures.h"
#include "sim/foreign_result.h"
#include "sim/memory.h"
#include "sim/parameters.h"
#include "sim/progress.h"
#include "sim/tracks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_A_SECOND = 10 };

/* When it is does not matter to these: 1 January 2000. */
static const int64_t MIDNIGHT_MS = INT64_C(946684800000);

/* Everything a run owns, as in run.c. */
struct run {
    const struct run_options *options;
    struct foreign foreign;
    struct foreign_result result;
    struct ground *ground;
    struct crowd *crowd;
    struct walkers *walkers;
    struct output output;
    struct tracks tracks;
    uint64_t step;
    bool checkpointed;
    struct progress progress;
    char why[1024];
};

static bool make_crowd(struct run *run)
{
    struct ground_error error;
    run->ground = foreign_ground(&run->foreign, &error);
    if (run->ground == NULL) {
        snprintf(run->why, sizeof run->why, "%s: cannot be walked: %s", run->options->scenario,
                 error.text);
        return false;
    }
    uint64_t seed = run->options->has_seed ? run->options->seed : run->foreign.seed;
    run->crowd = crowd_create(
        run->ground,
        &(struct crowd_def){ .seed = seed, .walking = parameters_find(run->options->parameters) });
    run->walkers = walkers_create(&run->foreign, run->ground, run->crowd, seed);
    run->result = (struct foreign_result){ .foreign = &run->foreign,
                                           .ground = run->ground,
                                           .crowd = run->crowd,
                                           .walkers = run->walkers,
                                           .path = run->options->scenario,
                                           .seed = seed };
    foreign_result_init(&run->result);
    return true;
}

static bool open_output(struct run *run)
{
    return output_open(&run->output, run->options->out, run->why, sizeof run->why) &&
           tracks_open(&run->tracks, &run->output, run->options, run->foreign.format,
                       wkt_of_foreign(&run->foreign), (uint32_t)foreign_people(&run->foreign),
                       run->why, sizeof run->why);
}

static bool open_tape(struct run *run)
{
    Tifo__V1__Venue *venue = recording_venue(&run->foreign);
    bool opened = tracks_open_tape(
        &run->tracks, &run->output,
        (struct recording_def){ .title = venue->name, .venue = venue, .start_ms = MIDNIGHT_MS },
        run->why, sizeof run->why);
    tifo__v1__venue__free_unpacked(venue, NULL);
    return opened;
}

static void say_notes(const struct run *run)
{
    for (size_t i = 0; i < run->foreign.note_count; i++)
        fprintf(stderr, "tifo-sim: %s\n", run->foreign.notes[i]);
}

/* What only the ground can tell. */
static void note_lost_spots(struct run *run)
{
    for (size_t i = 0; i < run->foreign.spot_count; i++)
        if (!ground_spot_is_reachable(run->ground, (uint32_t)i))
            foreign_note(&run->foreign, "%s: no floor is near it: who is sent there stands still",
                         run->foreign.spots[i].name);
}

static void walk_run(struct archive *archive, void *ctx)
{
    struct run *run = ctx;
    ARCHIVE(archive, run->step);
    archive_crowd(archive, run->crowd);
    uint64_t size = archive->what == ARCHIVE_LOAD ? 0 : walkers_save(run->walkers, NULL, 0);
    ARCHIVE(archive, size);
    if (archive->what == ARCHIVE_SAVE)
        walkers_save(run->walkers, archive->bytes + archive->done, size);
    if (archive->what == ARCHIVE_LOAD && archive->problem == NULL &&
        (size > archive->size - archive->done ||
         !walkers_load(run->walkers, archive->bytes + archive->done, size)))
        archive->problem = "it was written of another scenario";
    archive->done += size;
    foreign_result_archive(&run->result, archive);
    tracks_archive(&run->tracks, archive);
}

/* Floors and targets are checked with the crowd. */
static uint64_t run_key(const struct run *run)
{
    const struct foreign *f = &run->foreign;
    uint64_t key = checkpoint_key(0, f->stops, f->stop_count * sizeof *f->stops);
    for (size_t i = 0; i < f->source_count; i++)
        key = checkpoint_key(key, f->sources[i].batches,
                             f->sources[i].batch_count * sizeof *f->sources[i].batches);
    key = checkpoint_key(key, &run->result.seed, sizeof run->result.seed);
    return checkpoint_key(key, &run->tracks.steps_per_frame, sizeof run->tracks.steps_per_frame);
}

static bool resume(struct run *run)
{
    if (run->options->resume == NULL)
        return true;
    return checkpoint_read(run->options->resume, run_key(run), walk_run, run, run->why,
                           sizeof run->why) &&
           tracks_rewind(&run->tracks, run->why, sizeof run->why);
}

static bool keep_checkpoint(struct run *run)
{
    uint64_t every = (uint64_t)ceil(run->options->checkpoint_every * STEPS_A_SECOND);
    char path[OUTPUT_PATH];
    if (every == 0 || run->step % every != 0)
        return true;
    snprintf(path, sizeof path, "%s/" CHECKPOINT_NAME, run->output.folder);
    run->checkpointed =
        tracks_commit(&run->tracks, run->why, sizeof run->why) &&
        checkpoint_write(path, run_key(run), walk_run, run, run->why, sizeof run->why);
    return run->checkpointed;
}

static bool open_run(struct run *run)
{
    if (!foreign_read(run->options->scenario, &run->foreign, run->why, sizeof run->why))
        return false;
    if (!make_crowd(run))
        return false;
    note_lost_spots(run);
    if (!run->options->quiet)
        say_notes(run);
    return open_output(run) && resume(run) && open_tape(run);
}

static bool record_frame(struct run *run)
{
    return tracks_step(&run->tracks, run->step, run->crowd, NULL, 0, run->why, sizeof run->why);
}

static bool run_steps(struct run *run)
{
    uint64_t steps = (uint64_t)ceil(run->foreign.duration_s * STEPS_A_SECOND);
    if (run->step == 0) {
        walkers_step(run->walkers);
        if (!record_frame(run))
            return false;
    }
    while (run->step < steps && !walkers_done(run->walkers)) {
        crowd_step(run->crowd);
        walkers_step(run->walkers);
        run->step++;
        if (!record_frame(run))
            return false;
        if ((run->step + FOREIGN_SPEED_STEPS) % STEPS_A_SECOND == 0)
            foreign_result_before(&run->result);
        if (run->step % STEPS_A_SECOND == 0)
            foreign_result_second(&run->result);
        if (*run->options->stop)
            return false;
        struct crowd_tally tally = crowd_tally(run->crowd);
        progress_show(&run->progress, (double)run->step / STEPS_A_SECOND, &tally);
        if (!keep_checkpoint(run))
            return false;
    }
    return true;
}

static bool write_results(struct run *run)
{
    char path[OUTPUT_PATH];
    if (!tracks_end(&run->tracks, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "summary.json", path);
    if (!foreign_result_json(&run->result, path, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "series.csv", path);
    if (!foreign_result_csv(&run->result, path, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "report.html", path);
    if (!foreign_result_page(&run->result, path, run->why, sizeof run->why) ||
        !output_keep(&run->output, run->why, sizeof run->why))
        return false;
    run_drop_checkpoint(run->output.folder);
    run->checkpointed = false;
    return true;
}

static void print_results(const struct run *run)
{
    struct foreign_figures f = foreign_result_figures(&run->result);
    char last[FIGURE], travel[FIGURE];
    printf("%s, seed %" PRIu64 "\n", run->foreign.format, run->result.seed);
    printf("people     %" PRIu32 " of %" PRIu32 " came, %" PRIu32 " left, %" PRIu32
           " found no room\n",
           f.came, f.planned, f.left, f.no_room);
    if (f.left > 0)
        printf("%s %s, mean time on the way %s\n", f.all_out ? "all out at" : "last out at",
               figure_time(last, f.last_out_s), figure_time(travel, f.travel_mean_s));
    for (size_t i = 0; i < run->foreign.spot_count; i++) {
        const struct walkers_spot *s = &walkers_spots(run->walkers)[i];
        printf("  %-20s reached by %" PRIu32 ", last at %s\n", run->foreign.spots[i].name,
               s->reached, figure_time(last, s->last_s));
    }
    printf("hash       %016" PRIx64 "\n", crowd_hash(run->crowd));
    printf("results    %s\n", run->output.folder);
}

static void close_run(struct run *run)
{
    tracks_abandon(&run->tracks);
    if (!run->checkpointed)
        output_drop(&run->output);
    foreign_result_fini(&run->result);
    walkers_destroy(run->walkers);
    crowd_destroy(run->crowd);
    ground_destroy(run->ground);
    foreign_fini(&run->foreign);
}

int run_foreign(const struct run_options *options)
{
    struct run *run = memory_array(1, sizeof *run);
    run->options = options;
    bool good = open_run(run);
    if (good) {
        progress_begin(&run->progress, run->foreign.duration_s, options->speed, !options->quiet);
        good = run_steps(run) && write_results(run);
        progress_end(&run->progress);
    }
    if (good && !options->quiet)
        print_results(run);
    if (!good)
        run_say_end(options, run->checkpointed, run->why);
    close_run(run);
    free(run);
    return good ? 0 : 1;
}
