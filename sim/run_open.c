#include "sim/run_state.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"
#include "sim/parameters.h"
#include "sim/places.h"

#include <stdio.h>
#include <stdlib.h>

bool run_fail(struct run *run, const char *sentence)
{
    snprintf(run->why, sizeof run->why, "%s", sentence);
    return false;
}

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

static bool find_places(struct run *run)
{
    return places_gates(&run->scenario, run->venue, run->change_gate, run->why, sizeof run->why) &&
           places_smoke(&run->scenario, run->venue, run->smoke_zone, run->why, sizeof run->why) &&
           places_blocked(&run->scenario, run->venue, run->blocked, run->why, sizeof run->why) &&
           places_stands(&run->scenario, run->venue, run->why, sizeof run->why);
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
    bool *blocked = memory_array(run->venue->n_openings, sizeof *blocked);
    const struct spell *spell = &run->scenario.turnstile_service;
    struct distribution service = { (enum distribution_kind)spell->kind, spell->a, spell->b };
    for (size_t i = 0; i < run->scenario.blocked_count; i++)
        blocked[run->blocked[i]] = true;
    run->ground = ground_of_venue(run->venue, scenario_arrives(&run->scenario),
                                  spell->mark.line > 0 ? &service : NULL, blocked, &error);
    free(blocked);
    if (run->ground == NULL) {
        snprintf(run->why, sizeof run->why, "the venue %s cannot be walked: %s",
                 run->venue->venue_id, error.text);
        return false;
    }
    run->in_place = memory_array(tifo_place_count(run->venue), sizeof *run->in_place);
    run->gate_wait_s = memory_array(run->venue->n_gates, sizeof *run->gate_wait_s);
    struct crowd_def crowd = { .seed = run->seed,
                               .walking = parameters_find(run->options->parameters),
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
                                                            .parameters = crowd.walking->name,
                                                            .seed = run->seed,
                                                            .venue = run->venue,
                                                            .crowd = run->crowd,
                                                            .behaviour = run->behaviour });
    run->sensors = sensors_create(run->venue, run->crowd, run->behaviour, sells(run));
    if (run->options->sensors_err || run->options->sensors_late) {
        sensors_count_often(run->sensors);
        run->sensing = sensing_create(run->venue, run->options->sensors_late, run->seed);
    }
    if (run->options->compare)
        run->truth = truth_create(run->venue, run->scenario.start_ms);
    return true;
}

static bool open_output(struct run *run)
{
    return output_open(&run->output, run->options->out, run->why, sizeof run->why) &&
           tracks_open(&run->tracks, &run->output, run->options, run->venue->venue_id,
                       wkt_of_venue(run->venue), crowd_tally(run->crowd).people, run->why,
                       sizeof run->why);
}

static bool open_tape(struct run *run)
{
    return tracks_open_tape(&run->tracks, &run->output,
                            (struct recording_def){ .title = run->scenario.title,
                                                    .venue = run->venue,
                                                    .start_ms = run->scenario.start_ms },
                            run->why, sizeof run->why);
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
    for (size_t i = 0; run->link != NULL && i < run->scenario.blocked_count; i++)
        if (!link_block(run->link, run->blocked[i], run->scenario.blocked[i].reason))
            return run_fail(run, link_problem(run->link));
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
    return run->office != NULL || run_fail(run, link_problem(run->link));
}

bool run_open(struct run *run)
{
    if (!scenario_read(run->options->scenario, &run->scenario, run->why, sizeof run->why))
        return false;
    run->seed = run->options->has_seed ? run->options->seed : run->scenario.seed;
    return load_venue(run) && find_places(run) && make_crowd(run) && open_output(run) &&
           open_link(run) && open_office(run) && run_resume(run) && open_tape(run);
}

void run_close(struct run *run)
{
    tracks_abandon(&run->tracks);
    if (!run->checkpointed)
        output_drop(&run->output);
    box_office_close(run->office);
    link_close(run->link);
    truth_destroy(run->truth);
    sensing_destroy(run->sensing);
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
