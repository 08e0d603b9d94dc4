#include "sim/run_state.h"

#include "clients/c/tifo.h"
#include "sim/csv.h"
#include "sim/figures.h"
#include "sim/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 100 };

/* ---- Running ----------------------------------------------------------------------------------
 */

static void free_gates(struct run *run, bool freed)
{
    for (uint32_t gate = 0; gate < run->venue->n_gates; gate++)
        crowd_free_gate(run->crowd, ground_gate_door(run->venue, gate), freed);
}

/* Phases that begin and gates that change at this moment or before. */
static bool begin_due(struct run *run, double now_s)
{
    const struct scenario *s = &run->scenario;
    for (; run->phases_begun < s->phase_count && s->phases[run->phases_begun].from_s <= now_s;
         run->phases_begun++) {
        const struct phase *phase = &s->phases[run->phases_begun];
        const struct phase *next = run->phases_begun + 1 < s->phase_count ? phase + 1 : NULL;
        free_gates(run, scenario_frees_gates(phase));
        if (run->link != NULL && !link_set_phase(run->link, phase, next))
            return run_fail(run, link_problem(run->link));
    }
    for (; run->changes_made < s->change_count && s->changes[run->changes_made].at_s <= now_s;
         run->changes_made++) {
        const struct gate_change *change = &s->changes[run->changes_made];
        uint32_t gate = run->change_gate[run->changes_made];
        bool open = change->to == GATE_STATE_OPEN;
        crowd_set_gate(run->crowd, ground_gate_door(run->venue, gate), open);
        recorder_gate(run->recorder, gate, open);
        if (run->link != NULL && !link_set_gate(run->link, gate, open, change->reason))
            return run_fail(run, link_problem(run->link));
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
    const struct phase *phase = scenario_phase(&run->scenario, crowd_time_s(run->crowd));
    return tracks_step(&run->tracks, run->steps, run->crowd, run->behaviour,
                       (uint32_t)phase->kind + TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY, run->why,
                       sizeof run->why);
}

static void see(struct run *run)
{
    if (run->truth == NULL)
        return;
    const struct crowd_tally tally = crowd_tally(run->crowd);
    truth_see(run->truth, &tally);
}

static bool step(struct run *run)
{
    crowd_step(run->crowd);
    run->steps++;
    recorder_step(run->recorder);
    behaviour_step(run->behaviour);
    if (run->lost)
        return run_fail(run, link_problem(run->link));
    see(run);
    return conserved(run) && record_frame(run);
}

/* Once a second, where people come in: that is how often queues are counted. */
static bool hear_waits(struct run *run, uint64_t turn)
{
    if (!scenario_arrives(&run->scenario) || run->options->no_guidance || turn % 4 != 1)
        return true;
    if (!link_gate_waits(run->link, run->gate_wait_s))
        return run_fail(run, link_problem(run->link));
    behaviour_hear_waits(run->behaviour, run->gate_wait_s);
    return true;
}

/* What is reported of this turn. */
static bool report(struct run *run, uint64_t turn, int64_t at_ms)
{
    const Tifo__V1__Readings *exact = sensors_read(run->sensors, turn, at_ms);
    const Tifo__V1__Readings *const *readings = &exact;
    size_t count = 1;
    if (run->sensing != NULL)
        readings = sensing_read(run->sensing, exact, at_ms, &count);
    if (run->truth != NULL)
        truth_hear(run->truth, readings, count, at_ms);
    return link_advance(run->link, readings, count, at_ms);
}

/* Once a second. */
static bool compare(struct run *run, uint64_t turn, int64_t at_ms)
{
    if (run->truth == NULL || turn % 4 != 0)
        return true;
    Tifo__V1__GetCrowdResponse *reply = NULL;
    if (!link_crowd(run->link, &reply))
        return false;
    truth_compare(run->truth, reply->state, at_ms);
    tifo__v1__get_crowd_response__free_unpacked(reply, NULL);
    return true;
}

static bool exchange(struct run *run, uint64_t turn)
{
    if (run->link == NULL)
        return true;
    int64_t at_ms = run->scenario.start_ms + (int64_t)turn * LINK_STEP_MS;
    if (!report(run, turn, at_ms) || !compare(run, turn, at_ms))
        return run_fail(run, link_problem(run->link));
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
            return run_fail(run, "stopped; nothing was written");
        struct crowd_tally tally = crowd_tally(run->crowd);
        progress_show(&run->progress, (double)(turn * LINK_STEP_MS) / 1000, &tally);
        if (behaviour_tally(run->behaviour).done == tally.people)
            break; /* Everybody is outside, or all who came are in their seats. */
        run->turn = turn;
        if (!run_keep_checkpoint(run))
            return false;
    }
    return true;
}

/* ---- Ending -----------------------------------------------------------------------------------
 */

static bool write_results(struct run *run, const struct record *record)
{
    char path[OUTPUT_PATH];
    if (!tracks_end(&run->tracks, run->why, sizeof run->why))
        return false;
    output_path(&run->output, "run.json", path);
    if (!record_write(record, path, run->why, sizeof run->why))
        return false;
    if (run->truth != NULL) {
        output_path(&run->output, "truth.json", path);
        if (!truth_write(run->truth, path, run->why, sizeof run->why))
            return false;
    }
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
            return run_fail(run, link_problem(run->link));
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
    bool good = run_open(run);
    if (good) {
        progress_begin(&run->progress, run->scenario.duration_s, options->speed, !options->quiet);
        good = run_turns(run) && finish(run);
        progress_end(&run->progress);
    }
    if (!good)
        run_say_end(options, run->checkpointed, run->why);
    run_close(run);
    free(run);
    return good ? 0 : 1;
}
