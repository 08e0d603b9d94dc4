#include "sim/run_foreign.h"

#include "sim/figures.h"
#include "sim/foreign_result.h"
#include "sim/memory.h"
#include "sim/output.h"
#include "sim/progress.h"
#include "sim/trajectories.h"
#include "sim/wkt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_A_SECOND = 10 };

/* Everything a run owns, as in run.c. */
struct run {
    const struct run_options *options;
    struct foreign foreign;
    struct foreign_result result;
    struct ground *ground;
    struct crowd *crowd;
    struct walkers *walkers;
    struct output output;
    struct trajectories *trajectories;
    uint32_t steps_per_frame;
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
    run->crowd = crowd_create(run->ground, &(struct crowd_def){ .seed = seed });
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
    char path[OUTPUT_PATH];
    if (!output_open(&run->output, run->options->out, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "trajectories.sqlite", path);
    run->steps_per_frame =
        run->options->has_record_every
            ? (uint32_t)run->options->record_every
            : trajectories_steps_per_frame((uint32_t)foreign_people(&run->foreign));
    struct wkt wkt = wkt_of_foreign(&run->foreign);
    run->trajectories =
        trajectories_open(path,
                          &(struct trajectories_def){ .venue = run->foreign.format,
                                                      .wkt = wkt.text,
                                                      .low = wkt.low,
                                                      .high = wkt.high,
                                                      .steps_per_frame = run->steps_per_frame },
                          run->why, sizeof run->why);
    free(wkt.text);
    return run->trajectories != NULL;
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

static bool open_run(struct run *run)
{
    if (!foreign_read(run->options->scenario, &run->foreign, run->why, sizeof run->why))
        return false;
    if (!make_crowd(run))
        return false;
    note_lost_spots(run);
    if (!run->options->quiet)
        say_notes(run);
    return open_output(run);
}

static bool record_frame(struct run *run, uint64_t step)
{
    struct crowd_people people = crowd_people(run->crowd);
    if (step % run->steps_per_frame != 0 || trajectories_frame(run->trajectories, &people))
        return true;
    trajectories_close(run->trajectories, run->why, sizeof run->why);
    run->trajectories = NULL;
    return false;
}

static bool run_steps(struct run *run)
{
    uint64_t steps = (uint64_t)ceil(run->foreign.duration_s * STEPS_A_SECOND);
    walkers_step(run->walkers);
    if (!record_frame(run, 0))
        return false;
    for (uint64_t step = 1; step <= steps && !walkers_done(run->walkers); step++) {
        crowd_step(run->crowd);
        walkers_step(run->walkers);
        if (!record_frame(run, step))
            return false;
        if (step % STEPS_A_SECOND == 0)
            foreign_result_second(&run->result);
        if (*run->options->stop)
            return false;
        struct crowd_tally tally = crowd_tally(run->crowd);
        progress_show(&run->progress, (double)step / STEPS_A_SECOND, &tally);
    }
    return true;
}

static bool write_results(struct run *run)
{
    char path[OUTPUT_PATH];
    bool whole = trajectories_close(run->trajectories, run->why, sizeof run->why);
    run->trajectories = NULL;
    if (!whole)
        return false;
    output_path(&run->output, "summary.json", path);
    if (!foreign_result_json(&run->result, path, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "series.csv", path);
    if (!foreign_result_csv(&run->result, path, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "report.html", path);
    return foreign_result_page(&run->result, path, run->why, sizeof run->why) &&
           output_keep(&run->output, run->why, sizeof run->why);
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
    char ignored[8];
    trajectories_close(run->trajectories, ignored, sizeof ignored);
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
        fprintf(stderr, "tifo-sim: %s\n",
                *options->stop ? "stopped; nothing was written" : run->why);
    close_run(run);
    free(run);
    return good ? 0 : 1;
}
