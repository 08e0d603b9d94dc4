#include "sim/run.h"

#include "clients/c/tifo.h"
#include "sim/archive.h"
#include "sim/behaviour.h"
#include "sim/box_office.h"
#include "sim/csv.h"
#include "sim/figures.h"
#include "sim/ground.h"
#include "sim/link.h"
#include "sim/memory.h"
#include "sim/output.h"
#include "sim/progress.h"
#include "sim/recorder.h"
#include "sim/recording.h"
#include "sim/sensors.h"
#include "sim/tickets.h"
#include "sim/trajectories.h"
#include "sim/wkt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP_MS = 100 };

/* Everything a run owns. Zeroed, then filled in this order, and freed whatever of it is there. */
struct run {
    const struct run_options *options;
    struct scenario scenario;
    uint64_t seed;
    Tifo__V1__Venue *venue;
    uint32_t change_gate[SCENARIO_CHANGES]; /* Gate index of each change. */
    uint32_t smoke_zone[SCENARIO_SMOKE];
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
    struct link *link; /* NULL: no server. */
    struct output output;
    struct trajectories *trajectories;
    struct recording *recording;
    uint64_t recorded; /* Bytes of it that a checkpoint knows of. */
    uint32_t steps_per_frame;
    struct progress progress;
    uint64_t steps, turn;
    double checkpoint_s; /* When the last one was written. */
    bool checkpointed;
    size_t phases_begun, changes_made, smoke_made;
    uint32_t plan_number;
    char why[1024]; /* What went wrong. */
};

static bool fail(struct run *run, const char *sentence)
{
    snprintf(run->why, sizeof run->why, "%s", sentence);
    return false;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

static bool load_venue(struct run *run)
{
    const char *path = run->options->venue != NULL ? run->options->venue : run->scenario.venue;
    struct tifo_problem problem;
    if (!tifo_venue_load(path, &run->venue, &problem)) {
        tifo_problem_print(&problem, run->why, sizeof run->why);
        return false;
    }
    for (size_t i = 0; i < run->options->set_count; i++)
        if (!setting_apply(run->options->sets[i], &run->scenario, run->venue, run->why,
                           sizeof run->why))
            return false;
    return true;
}

/* Of equals the first. */
static uint32_t widest_gate(const Tifo__V1__Venue *venue)
{
    uint32_t widest = 0;
    for (uint32_t g = 1; g < venue->n_gates; g++)
        if (venue->gates[g]->width_m > venue->gates[widest]->width_m)
            widest = g;
    return widest;
}

/* Gates are named in the scenario, by id or as "widest", and numbered in the venue. */
static bool find_gates(struct run *run)
{
    for (size_t i = 0; i < run->scenario.change_count; i++) {
        const struct gate_change *change = &run->scenario.changes[i];
        if (strcmp(change->gate, "widest") == 0) {
            run->change_gate[i] = widest_gate(run->venue);
            continue;
        }
        if (tifo_gate_find(run->venue, change->gate, &run->change_gate[i]))
            continue;
        char known[160] = "";
        size_t used = 0;
        for (size_t g = 0; g < run->venue->n_gates && used < sizeof known; g++)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", g ? ", " : "",
                                     run->venue->gates[g]->gate_id);
        return form_refuse(run->scenario.path, change->mark, run->why, sizeof run->why,
                           "the venue %s has no gate \"%s\"; it has: %s", run->venue->venue_id,
                           change->gate, known);
    }
    return true;
}

/* Smoke is where the scenario names a zone. */
static bool find_smoke(struct run *run)
{
    for (size_t i = 0; i < run->scenario.smoke_count; i++) {
        const struct smoke *smoke = &run->scenario.smoke[i];
        uint32_t zone = 0;
        while (zone < run->venue->n_zones &&
               strcmp(run->venue->zones[zone]->zone_id, smoke->zone) != 0)
            zone++;
        if (zone == run->venue->n_zones)
            return form_refuse(run->scenario.path, smoke->mark, run->why, sizeof run->why,
                               "the venue %s has no zone \"%s\"", run->venue->venue_id,
                               smoke->zone);
        run->smoke_zone[i] = zone;
    }
    return true;
}

/* Tickets are sold and scanned by the server. */
static bool sells(const struct run *run)
{
    return run->options->server.address != NULL && run->scenario.tickets.mark.line > 0;
}

/* What a turnstile says to a person's ticket. */
static bool admit(void *ctx, uint32_t person, uint32_t gate)
{
    struct run *run = ctx;
    enum scan scan = SCAN_REFUSED;
    if (run->office == NULL)
        scan = tickets_scan(&run->tickets, person);
    else if (!run->lost)
        run->lost = !box_office_scan(run->office, person, gate, &scan);
    run->scans[scan]++;
    return scan == SCAN_ADMITTED;
}

static bool make_crowd(struct run *run)
{
    struct ground_error error;
    const struct spell *spell = &run->scenario.turnstile_service;
    struct distribution service = { (enum distribution_kind)spell->kind, spell->a, spell->b };
    run->ground = ground_of_venue(run->venue, scenario_arrives(&run->scenario),
                                  spell->mark.line > 0 ? &service : NULL, &error);
    if (run->ground == NULL) {
        snprintf(run->why, sizeof run->why, "the venue %s cannot be walked: %s",
                 run->venue->venue_id, error.text);
        return false;
    }
    run->in_place = memory_array(tifo_place_count(run->venue), sizeof *run->in_place);
    run->gate_wait_s = memory_array(run->venue->n_gates, sizeof *run->gate_wait_s);
    struct crowd_def crowd = { .seed = run->seed,
                               .walking = &walking_experiment,
                               .design = scenario_design(&run->scenario) };
    run->crowd = crowd_create(run->ground, &crowd);
    run->behaviour = behaviour_create(
        &(struct behaviour_def){ .scenario = &run->scenario,
                                 .seed = run->seed,
                                 .venue = run->venue,
                                 .crowd = run->crowd,
                                 .admit = run->scenario.tickets.mark.line > 0 ? admit : NULL,
                                 .admit_ctx = run });
    tickets_init(&run->tickets, &run->scenario.tickets, run->seed, crowd_tally(run->crowd).people);
    run->recorder = recorder_create(&(struct recorder_def){ .scenario = &run->scenario,
                                                            .seed = run->seed,
                                                            .venue = run->venue,
                                                            .crowd = run->crowd,
                                                            .behaviour = run->behaviour });
    run->sensors = sensors_create(run->venue, run->crowd, run->behaviour, sells(run));
    return true;
}

static bool open_output(struct run *run)
{
    char path[OUTPUT_PATH];
    if (!output_open(&run->output, run->options->out, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "trajectories.sqlite", path);
    run->steps_per_frame = run->options->has_record_every
                               ? (uint32_t)run->options->record_every
                               : trajectories_steps_per_frame(crowd_tally(run->crowd).people);
    struct wkt wkt = wkt_of_venue(run->venue);
    run->trajectories =
        trajectories_open(path,
                          &(struct trajectories_def){ .venue = run->venue->venue_id,
                                                      .wkt = wkt.text,
                                                      .low = wkt.low,
                                                      .high = wkt.high,
                                                      .steps_per_frame = run->steps_per_frame,
                                                      .lasting = run->options->checkpoint_every > 0,
                                                      .resume = run->options->resume != NULL },
                          run->why, sizeof run->why);
    free(wkt.text);
    return run->trajectories != NULL;
}

/* After a checkpoint was read: it says how much of the tape there is. */
static bool open_recording(struct run *run)
{
    char path[OUTPUT_PATH];
    output_path(&run->output, "trajectories.tape", path);
    run->recording = recording_open(
        path,
        &(struct recording_def){ .title = run->scenario.title,
                                 .venue = run->venue,
                                 .start_ms = run->scenario.start_ms,
                                 .frame_s = run->steps_per_frame * CROWD_STEP_S,
                                 .from = access(path, W_OK) == 0 ? run->recorded : 0 },
        run->why, sizeof run->why);
    return run->recording != NULL;
}

static bool open_link(struct run *run)
{
    if (run->options->server.address == NULL)
        return true;
    run->link = link_open(&(struct link_def){ .server = run->options->server,
                                              .venue = run->venue,
                                              .start_ms = run->scenario.start_ms,
                                              .stop = run->options->stop },
                          run->why, sizeof run->why);
    return run->link != NULL;
}

/* Before the doors open: the clock does not move meanwhile. */
static bool open_office(struct run *run)
{
    if (!sells(run))
        return true;
    run->office = box_office_open(&(struct box_office_def){ .scenario = &run->scenario,
                                                            .seed = run->seed,
                                                            .venue = run->venue,
                                                            .behaviour = run->behaviour,
                                                            .tickets = &run->tickets,
                                                            .link = run->link,
                                                            .stop = run->options->stop });
    return run->office != NULL || fail(run, link_problem(run->link));
}

/* ---- Checkpoints ------------------------------------------------------------------------------
 */

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
    trajectories_archive(run->trajectories, archive);
    ARCHIVE(archive, run->recorded);
}

/* The ground is checked with the crowd. */
static uint64_t run_key(const struct run *run)
{
    struct scenario scenario = run->scenario;
    memset(scenario.path, 0, sizeof scenario.path);
    memset(scenario.venue, 0, sizeof scenario.venue);
    uint64_t key = checkpoint_key(0, &scenario, sizeof scenario);
    key = checkpoint_key(key, &run->seed, sizeof run->seed);
    return checkpoint_key(key, &run->steps_per_frame, sizeof run->steps_per_frame);
}

static bool resume(struct run *run)
{
    if (run->options->resume == NULL)
        return true;
    if (!checkpoint_read(run->options->resume, run_key(run), walk_run, run, run->why,
                         sizeof run->why))
        return false;
    run->checkpoint_s = crowd_time_s(run->crowd);
    return trajectories_rewind(run->trajectories) ||
           trajectories_close(run->trajectories, run->why, sizeof run->why);
}

/* Into the folder of results, when it is time. */
static bool keep_checkpoint(struct run *run)
{
    double now_s = crowd_time_s(run->crowd), every_s = run->options->checkpoint_every;
    char path[OUTPUT_PATH];
    if (!(every_s > 0) || now_s < run->checkpoint_s + every_s)
        return true;
    snprintf(path, sizeof path, "%s/" CHECKPOINT_NAME, run->output.folder);
    run->checkpoint_s = now_s;
    run->recorded = recording_written(run->recording);
    if (!trajectories_commit(run->trajectories) || run->recorded == 0)
        return fail(run, "the trajectories cannot be written");
    run->checkpointed =
        checkpoint_write(path, run_key(run), walk_run, run, run->why, sizeof run->why);
    return run->checkpointed;
}

static bool open_run(struct run *run)
{
    if (!scenario_read(run->options->scenario, &run->scenario, run->why, sizeof run->why))
        return false;
    run->seed = run->options->has_seed ? run->options->seed : run->scenario.seed;
    return load_venue(run) && find_gates(run) && find_smoke(run) && make_crowd(run) &&
           open_output(run) && open_link(run) && open_office(run) && resume(run) &&
           open_recording(run);
}

static void close_run(struct run *run)
{
    trajectories_abandon(run->trajectories);
    recording_close(run->recording, false);
    if (!run->checkpointed)
        output_drop(&run->output);
    box_office_close(run->office);
    link_close(run->link);
    sensors_destroy(run->sensors);
    recorder_destroy(run->recorder);
    behaviour_destroy(run->behaviour);
    tickets_fini(&run->tickets);
    crowd_destroy(run->crowd);
    free(run->in_place);
    free(run->gate_wait_s);
    ground_destroy(run->ground);
    tifo_venue_free(run->venue);
}

/* ---- Running ----------------------------------------------------------------------------------
 */

/* Phases that begin and gates that change at this moment or before. */
static bool begin_due(struct run *run, double now_s)
{
    const struct scenario *s = &run->scenario;
    for (; run->phases_begun < s->phase_count && s->phases[run->phases_begun].from_s <= now_s;
         run->phases_begun++) {
        const struct phase *phase = &s->phases[run->phases_begun];
        const struct phase *next = run->phases_begun + 1 < s->phase_count ? phase + 1 : NULL;
        if (run->link != NULL && !link_set_phase(run->link, phase, next))
            return fail(run, link_problem(run->link));
    }
    for (; run->changes_made < s->change_count && s->changes[run->changes_made].at_s <= now_s;
         run->changes_made++) {
        const struct gate_change *change = &s->changes[run->changes_made];
        uint32_t gate = run->change_gate[run->changes_made];
        bool open = change->to == GATE_STATE_OPEN;
        crowd_set_gate(run->crowd, ground_gate_door(run->venue, gate), open);
        recorder_gate(run->recorder, gate, open);
        if (run->link != NULL && !link_set_gate(run->link, gate, open, change->reason))
            return fail(run, link_problem(run->link));
    }
    for (; run->smoke_made < s->smoke_count && s->smoke[run->smoke_made].at_s <= now_s;
         run->smoke_made++)
        crowd_set_smoke(run->crowd, run->smoke_zone[run->smoke_made],
                        s->smoke[run->smoke_made].extinction_per_m);
    return true;
}

/* Nobody vanishes and nobody is in two places: the engine's sums against a count of every person,
 * at each step. */
static bool conserved(struct run *run)
{
    struct crowd_tally tally = crowd_tally(run->crowd);
    struct crowd_people people = crowd_people(run->crowd);
    uint32_t places = tifo_place_count(run->venue), left = 0, away = 0;
    memset(run->in_place, 0, places * sizeof *run->in_place);
    for (uint32_t p = 0; p < people.count; p++)
        if (people.mode[p] == PERSON_LEFT)
            left++;
        else if (people.mode[p] == PERSON_AWAY)
            away++;
        else
            run->in_place[people.place[p]]++;
    if (tally.away + tally.seated + tally.in_rows + tally.walking + tally.queued + tally.left ==
            people.count &&
        left == tally.left && away == tally.away &&
        memcmp(run->in_place, tally.in_place, places * sizeof *run->in_place) == 0)
        return true;
    snprintf(run->why, sizeof run->why,
             "people were lost at step %" PRIu64 ": %u outside by one count, %u by the other, of "
             "%u; this is a fault of tifo-sim, please report it",
             run->steps, left, tally.left, people.count);
    return false;
}

static bool record_frame(struct run *run)
{
    struct crowd_people people = crowd_people(run->crowd);
    const struct phase *phase = scenario_phase(&run->scenario, crowd_time_s(run->crowd));
    return run->steps % run->steps_per_frame != 0 ||
           (trajectories_frame(run->trajectories, &people) &&
            recording_frame(run->recording, run->crowd, run->behaviour,
                            (uint32_t)phase->kind + TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY));
}

static bool step(struct run *run)
{
    crowd_step(run->crowd);
    run->steps++;
    recorder_step(run->recorder);
    behaviour_step(run->behaviour);
    if (run->lost)
        return fail(run, link_problem(run->link));
    if (!conserved(run))
        return false;
    if (record_frame(run))
        return true;
    trajectories_close(run->trajectories, run->why, sizeof run->why);
    run->trajectories = NULL;
    return false;
}

/* Once a second, where people come in: that is how often queues are counted. */
static bool hear_waits(struct run *run, uint64_t turn)
{
    if (!scenario_arrives(&run->scenario) || run->options->no_guidance || turn % 4 != 1)
        return true;
    if (!link_gate_waits(run->link, run->gate_wait_s))
        return fail(run, link_problem(run->link));
    behaviour_hear_waits(run->behaviour, run->gate_wait_s);
    return true;
}

static bool exchange(struct run *run, uint64_t turn)
{
    if (run->link == NULL)
        return true;
    int64_t at_ms = run->scenario.start_ms + (int64_t)turn * LINK_STEP_MS;
    if (!link_advance(run->link, sensors_read(run->sensors, turn, at_ms), at_ms))
        return fail(run, link_problem(run->link));
    uint32_t number;
    const Tifo__V1__Plan *plan = link_plan(run->link, &number);
    if (number != run->plan_number && !run->options->no_guidance)
        behaviour_follow(run->behaviour, plan);
    run->plan_number = number;
    return hear_waits(run, turn);
}

/* Turn by turn of a quarter of a second, until the scenario's end or until everybody has gone. */
static bool run_turns(struct run *run)
{
    uint64_t turns = (uint64_t)(run->scenario.duration_s * 1000) / LINK_STEP_MS;
    if (run->turn == 0) {
        behaviour_step(run->behaviour);
        if (!record_frame(run))
            return false;
    }
    for (uint64_t turn = run->turn + 1; turn <= turns; turn++) {
        if (!begin_due(run, (double)((turn - 1) * LINK_STEP_MS) / 1000))
            return false;
        while ((run->steps + 1) * STEP_MS <= turn * LINK_STEP_MS)
            if (!step(run))
                return false;
        if (!exchange(run, turn))
            return false;
        if (*run->options->stop)
            return fail(run, "stopped; nothing was written");
        struct crowd_tally tally = crowd_tally(run->crowd);
        progress_show(&run->progress, (double)(turn * LINK_STEP_MS) / 1000, &tally);
        if (behaviour_tally(run->behaviour).done == tally.people)
            break; /* Everybody is outside, or all who came are in their seats. */
        run->turn = turn;
        if (!keep_checkpoint(run))
            return false;
    }
    return true;
}

/* ---- Ending -----------------------------------------------------------------------------------
 */

static bool write_results(struct run *run, const struct record *record)
{
    char path[OUTPUT_PATH];
    bool whole = trajectories_close(run->trajectories, run->why, sizeof run->why);
    run->trajectories = NULL;
    if (!whole)
        return false;
    whole = recording_close(run->recording, true);
    run->recording = NULL;
    if (!whole)
        return fail(run, "trajectories.tape cannot be written");
    output_path(&run->output, "run.json", path);
    if (!record_write(record, path, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "series.csv", path);
    return csv_write_series(record, path, run->why, sizeof run->why) &&
           output_keep(&run->output, run->why, sizeof run->why);
}

static void print_results(const struct run *run, const struct record *record)
{
    char clearance[FIGURE], done[FIGURE], travellers[FIGURE];
    printf("%s, seed %.0f, %s\n", record->scenario, record->seed,
           record->guided ? "with guidance" : "without guidance");
    printf("clearance  %s (98 %% of those who %s; %s of %s are %s)\n",
           figure_time(clearance, record->clearance_s), record->arrives ? "come" : "set out",
           figure_count(done, record->done), figure_count(travellers, record->travellers),
           record_end(record));
    if (scenario_design(&run->scenario) != NULL)
        printf("design     %s: no door passes more\n", scenario_design(&run->scenario)->name);
    printf("hash       %016" PRIx64 "\n", record->hash);
    if (run->link != NULL)
        printf("journal    seq %.0f, digest %016" PRIx64 "\n", record->journal_seq, record->digest);
    printf("results    %s\n", run->output.folder);
}

static bool finish(struct run *run)
{
    struct record *record = recorder_finish(run->recorder);
    record->sold = run->office != NULL ? box_office_sold(run->office) : 0;
    record->refused_invalid = run->scans[SCAN_INVALID];
    record->refused_redeemed = run->scans[SCAN_REDEEMED];
    record->refused_other = run->scans[SCAN_REFUSED];
    record->with_server = run->link != NULL;
    record->guided = record->with_server && !run->options->no_guidance;
    if (run->link != NULL) {
        uint64_t seq;
        if (!link_journal(run->link, &seq, &record->digest))
            return fail(run, link_problem(run->link));
        record->journal_seq = (double)seq;
    }
    progress_end(&run->progress);
    if (!write_results(run, record))
        return false;
    run_drop_checkpoint(run->output.folder);
    run->checkpointed = false;
    if (!run->options->quiet)
        print_results(run, record);
    return true;
}

void run_drop_checkpoint(const char *folder)
{
    char path[OUTPUT_PATH];
    snprintf(path, sizeof path, "%s/" CHECKPOINT_NAME, folder);
    remove(path);
}

void run_say_end(const struct run_options *options, bool checkpointed, const char *why)
{
    if (!*options->stop)
        fprintf(stderr, "tifo-sim: %s\n", why);
    else if (checkpointed)
        fprintf(stderr, "tifo-sim: stopped; go on with --resume %s/" CHECKPOINT_NAME "\n",
                options->out);
    else
        fputs("tifo-sim: stopped; nothing was written\n", stderr);
}

int run_scenario(const struct run_options *options)
{
    struct run *run = memory_array(1, sizeof *run);
    run->options = options;
    bool good = open_run(run);
    if (good) {
        progress_begin(&run->progress, run->scenario.duration_s, options->speed, !options->quiet);
        good = run_turns(run) && finish(run);
        progress_end(&run->progress);
    }
    if (!good)
        run_say_end(options, run->checkpointed, run->why);
    close_run(run);
    free(run);
    return good ? 0 : 1;
}
