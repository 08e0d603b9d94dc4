#include "sim/recorder.h"

#include "clients/c/tifo.h"
#include "sim/density.h"
#include "sim/ground.h"
#include "sim/memory.h"
#include "sim/record_subject.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two minutes, and a twelfth of the day where it is longer than half an hour, in whole minutes. */
static double map_period_s(double duration_s)
{
    return duration_s <= 1800 ? 120 : ceil(duration_s / 12 / 60) * 60;
}

/* Slower than this near a gate or in a line is waiting; the engine's own limit at gates. */
static const float waiting_mps = 0.4f;
static const double level_f_p_m2 = 2.17;
static const double cleared_part = 0.98;

struct recorder {
    const struct scenario *scenario;
    const Tifo__V1__Venue *venue;
    const struct crowd *crowd;
    const struct behaviour *behaviour;
    struct record record;
    struct density *density;
    size_t sample_room; /* Samples the series have room for. */
    size_t samples;
    uint64_t steps;
    float *gate_wait_s;    /* By person: waited at the present gate. */
    double *queue_since_s; /* By person: when they joined a queue. */
    float *entry_wait_s;   /* Of each who came to a turnstile's front, in their order. */
    size_t entry_count;
    uint32_t *gate_out, *gate_in; /* By gate: passages up to the last sample. */
    uint32_t *second_peak;        /* By zone: most people in a second of this sample. */
    double waiting_s;             /* Person-seconds. */
    float **period_peak;          /* By grid: highest sample of the present period, by cell. */
    double *period_densest;       /* By grid: its densest 10 m x 10 m. */
    double period_from_s;
    float **worst;         /* By grid: the densest sample of the run. */
    double *worst_densest; /* By grid. */
};

/* ---- Making -----------------------------------------------------------------------------------
 */

static void copy_levels(struct recorder *r)
{
    size_t count;
    const struct grid *grids = density_grids(r->density, &count);
    struct record *record = &r->record;
    record->levels.count = count;
    record->levels.data = memory_array(count, sizeof(struct record_level));
    r->period_peak = memory_array(count, sizeof *r->period_peak);
    r->worst = memory_array(count, sizeof *r->worst);
    for (size_t i = 0; i < count; i++) {
        size_t cells = grid_cells(&grids[i]);
        struct record_level *level = &RECORD_LEVELS(record)[i];
        *level = (struct record_level){ grids[i].level,   grids[i].x0_m, grids[i].y0_m,
                                        grids[i].columns, grids[i].rows, series_with_room(cells) };
        level->floor.count = cells;
        for (size_t c = 0; c < cells; c++)
            level->floor.values[c] = (int32_t)lround(grids[i].floor_m2[c] * 100);
        r->period_peak[i] = memory_array(cells, sizeof(float));
        r->worst[i] = memory_array(cells, sizeof(float));
    }
    r->period_densest = memory_array(count, sizeof *r->period_densest);
    r->worst_densest = memory_array(count, sizeof *r->worst_densest);
    r->record.map_period_s = map_period_s(r->record.duration_s);
    size_t maps = ((size_t)(r->record.duration_s / r->record.map_period_s) + 4) * count;
    record->maps.data = memory_array(maps, sizeof(struct record_map));
}

struct recorder *recorder_create(const struct recorder_def *def)
{
    struct recorder *r = memory_array(1, sizeof *r);
    uint32_t people = crowd_tally(def->crowd).people;
    r->scenario = def->scenario;
    r->venue = def->venue;
    r->crowd = def->crowd;
    r->behaviour = def->behaviour;
    r->sample_room = (size_t)(def->scenario->duration_s / DENSITY_SAMPLE_S) + 2;
    r->density = density_create(def->venue);
    r->gate_wait_s = memory_array(people, sizeof *r->gate_wait_s);
    r->queue_since_s = memory_array(people, sizeof *r->queue_since_s);
    r->entry_wait_s = memory_array(people, sizeof *r->entry_wait_s);
    r->gate_out = memory_array(def->venue->n_gates, sizeof *r->gate_out);
    r->gate_in = memory_array(def->venue->n_gates, sizeof *r->gate_in);
    r->second_peak = memory_array(def->venue->n_zones, sizeof *r->second_peak);
    record_describe(&r->record, &(struct record_subject){ .scenario = def->scenario,
                                                          .venue = def->venue,
                                                          .seed = def->seed,
                                                          .sample_s = DENSITY_SAMPLE_S,
                                                          .samples = r->sample_room });
    copy_levels(r);
    return r;
}

void recorder_destroy(struct recorder *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->record.levels.count; i++) {
        free(r->period_peak[i]);
        free(r->worst[i]);
    }
    record_fini(&r->record);
    density_destroy(r->density);
    free(r->gate_wait_s);
    free(r->queue_since_s);
    free(r->entry_wait_s);
    free(r->gate_out);
    free(r->gate_in);
    free(r->second_peak);
    free(r->period_peak);
    free(r->worst);
    free(r->period_densest);
    free(r->worst_densest);
    free(r);
}

/* ---- Maps -------------------------------------------------------------------------------------
 */

static struct series pairs_of(const float *value, size_t cells)
{
    size_t used = 0;
    for (size_t c = 0; c < cells; c++)
        used += value[c] >= 0.005f;
    struct series pairs = series_with_room(2 * used);
    for (size_t c = 0; c < cells; c++)
        if (value[c] >= 0.005f) {
            pairs.values[pairs.count++] = (int32_t)c;
            pairs.values[pairs.count++] = (int32_t)lround(value[c] * 100);
        }
    return pairs;
}

/* A map for each level; densest by grid. */
static void add_maps(struct recorder *r, float *const *values, const double *densest,
                     struct record_map map)
{
    for (size_t i = 0; i < r->record.levels.count; i++) {
        map.grid = (uint32_t)i;
        map.peak = densest[i];
        map.cells = pairs_of(values[i], RECORD_LEVELS(&r->record)[i].floor.count);
        RECORD_MAPS(&r->record)[r->record.maps.count++] = map;
    }
}

static void end_period(struct recorder *r, double now_s)
{
    if (now_s <= r->period_from_s)
        return;
    add_maps(r, r->period_peak, r->period_densest,
             (struct record_map){ .from_s = r->period_from_s, .to_s = now_s });
    for (size_t i = 0; i < r->record.levels.count; i++) {
        memset(r->period_peak[i], 0, RECORD_LEVELS(&r->record)[i].floor.count * sizeof(float));
        r->period_densest[i] = 0;
    }
    r->period_from_s = now_s;
}

static void keep_worst(struct recorder *r, const struct grid *grids, size_t count, size_t densest,
                       struct density_peak peak, double now_s)
{
    struct record *record = &r->record;
    record->peak_density = peak.density;
    record->peak_from_s = now_s - DENSITY_SAMPLE_S;
    record->peak_x_m = peak.x_m;
    record->peak_y_m = peak.y_m;
    record->peak_level = grids[densest].level;
    for (size_t i = 0; i < count; i++) {
        memcpy(r->worst[i], grids[i].value, grid_cells(&grids[i]) * sizeof(float));
        r->worst_densest[i] = density_peak(r->density, i).density;
    }
}

static void sample_density(struct recorder *r, double now_s)
{
    size_t count;
    density_sample(r->density);
    const struct grid *grids = density_grids(r->density, &count);
    for (size_t i = 0; i < count; i++) {
        struct density_peak peak = density_peak(r->density, i);
        r->period_densest[i] = fmax(r->period_densest[i], peak.density);
        if (peak.density > r->record.peak_density)
            keep_worst(r, grids, count, i, peak, now_s);
        for (size_t c = 0; c < grid_cells(&grids[i]); c++)
            r->period_peak[i][c] = fmaxf(r->period_peak[i][c], grids[i].value[c]);
    }
    r->record.person_minutes_f +=
        density_people_above(r->density, level_f_p_m2) * DENSITY_SAMPLE_S / 60;
    /* Periods count from clock zero, so the first may be shorter. */
    double zero_s = r->record.clock_zero_s, period_s = r->record.map_period_s;
    if (floor((now_s - zero_s) / period_s) > floor((r->period_from_s - zero_s) / period_s))
        end_period(r, now_s);
}

/* ---- Samples ----------------------------------------------------------------------------------
 */

static void push(struct series *series, double value)
{
    series->values[series->count++] = (int32_t)lround(value);
}

/* Who waits at a gate: to get out inside it, or to get in outside it. */
static uint32_t gate_queue(const struct recorder *r, const struct crowd_tally *tally, uint32_t gate)
{
    return tally->waiting_at[ground_gate_door(r->venue, gate)] +
           behaviour_waiting_outside(r->behaviour, gate);
}

static void sample_places(struct recorder *r, const struct crowd_tally *tally)
{
    for (size_t i = 0; i < r->venue->n_zones; i++) {
        struct record_zone *zone = &RECORD_ZONES(&r->record)[i];
        bool outside = tifo_place_is_outside(r->venue, (uint32_t)i);
        double density = outside || zone->area_m2 <= 0 ? 0 : r->second_peak[i] / zone->area_m2;
        zone->peak_density = fmax(zone->peak_density, density);
        push(&zone->density, density * 100);
        r->second_peak[i] = 0;
    }
    for (uint32_t i = 0; i < r->venue->n_gates; i++) {
        struct record_gate *gate = &RECORD_GATES(&r->record)[i];
        uint32_t door = ground_gate_door(r->venue, i);
        uint32_t out = tally->door_forward[door], in = tally->door_backward[door];
        push(&gate->out, out - r->gate_out[i]);
        push(&gate->in, in - r->gate_in[i]);
        push(&gate->queue, gate_queue(r, tally, i));
        r->gate_out[i] = out;
        r->gate_in[i] = in;
    }
    for (size_t i = 0; i < r->venue->n_facilities; i++)
        push(&RECORD_FACILITIES(&r->record)[i].queue, tally->queue_at[i]);
}

static uint32_t waiting_now(const struct recorder *r, const struct crowd_tally *tally)
{
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < r->venue->n_gates; i++)
        waiting += gate_queue(r, tally, i);
    for (size_t i = 0; i < r->venue->n_facilities; i++)
        waiting += tally->queue_at[i];
    return waiting;
}

static void sample(struct recorder *r, double now_s)
{
    struct crowd_tally tally = crowd_tally(r->crowd);
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    struct record *record = &r->record;
    push(&record->inside, tally.people - tally.left - tally.away);
    push(&record->outside, tally.left);
    push(&record->seated, tally.seated);
    push(&record->away, tally.people - tally.left - tally.away - tally.seated);
    push(&record->done_people, trips.done);
    push(&record->waiting, waiting_now(r, &tally));
    sample_places(r, &tally);
    sample_density(r, now_s);
    r->samples++;
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

static void watch_second(struct recorder *r, const struct crowd_people *people,
                         const struct crowd_tally *tally)
{
    density_look(r->density, people);
    for (size_t i = 0; i < r->venue->n_zones; i++)
        if (tally->in_place[i] > r->second_peak[i])
            r->second_peak[i] = tally->in_place[i];
    for (uint32_t i = 0; i < r->venue->n_gates; i++) {
        struct record_gate *gate = &RECORD_GATES(&r->record)[i];
        uint32_t queue = gate_queue(r, tally, i);
        gate->longest_queue = queue > gate->longest_queue ? queue : gate->longest_queue;
    }
    for (size_t i = 0; i < r->venue->n_facilities; i++) {
        struct record_facility *facility = &RECORD_FACILITIES(&r->record)[i];
        uint32_t queue = tally->queue_at[i];
        facility->longest_queue = queue > facility->longest_queue ? queue : facility->longest_queue;
    }
    r->waiting_s += waiting_now(r, tally);
}

static double distance_m(const struct series *line, double x_m, double y_m)
{
    double ax = line->values[0] / 100.0, ay = line->values[1] / 100.0;
    double dx = line->values[2] / 100.0 - ax, dy = line->values[3] / 100.0 - ay;
    double along = ((x_m - ax) * dx + (y_m - ay) * dy) / (dx * dx + dy * dy);
    along = fmax(0, fmin(1, along));
    return sqrt(pow(x_m - ax - along * dx, 2) + pow(y_m - ay - along * dy, 2));
}

/* Time that each person spends in front of the gate they want to pass. */
static void watch_waits(struct recorder *r, const struct crowd_people *people)
{
    static const double near_m = 8;
    for (uint32_t p = 0; p < people->count; p++) {
        uint32_t gate;
        if (people->mode[p] == PERSON_WALKING && people->speed_mps[p] < waiting_mps &&
            people->goal[p].kind == GOAL_GATE &&
            ground_door_gate(r->venue, people->goal[p].index, &gate) &&
            people->place[p] == r->venue->gates[gate]->zone_inside &&
            distance_m(&RECORD_GATES(&r->record)[gate].line, people->x[p], people->y[p]) < near_m)
            r->gate_wait_s[p] += (float)CROWD_STEP_S;
    }
}

/* Somebody's turn, at a counter or at a gate's turnstiles. */
static void watch_call(struct recorder *r, uint32_t person, uint32_t facility, double now_s)
{
    uint32_t gate;
    if (ground_turnstiles_gate(r->venue, facility, &gate)) {
        struct record_gate *g = &RECORD_GATES(&r->record)[gate];
        double wait_s = now_s - behaviour_comes_s(r->behaviour, person);
        g->longest_wait_s = fmax(g->longest_wait_s, wait_s);
        r->entry_wait_s[r->entry_count++] = (float)wait_s;
    } else {
        struct record_facility *f = &RECORD_FACILITIES(&r->record)[facility];
        f->longest_wait_s = fmax(f->longest_wait_s, now_s - r->queue_since_s[person]);
    }
}

static void watch_passage(struct recorder *r, const struct crowd_event *event, uint32_t gate,
                          double now_s)
{
    struct record_gate *g = &RECORD_GATES(&r->record)[gate];
    if (!event->outward) {
        g->people_in++;
        g->last_in_s = now_s;
        return;
    }
    g->people_out++;
    g->last_out_s = now_s;
    g->longest_wait_s = fmax(g->longest_wait_s, r->gate_wait_s[event->person]);
    r->gate_wait_s[event->person] = 0;
}

static void watch_events(struct recorder *r)
{
    size_t count;
    double now_s = crowd_time_s(r->crowd);
    const struct crowd_event *events = crowd_events(r->crowd, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t person = events[i].person, gate;
        if (events[i].kind == EVENT_JOINED_QUEUE)
            r->queue_since_s[person] = now_s;
        if (events[i].kind == EVENT_CALLED)
            watch_call(r, person, events[i].index, now_s);
        if (events[i].kind == EVENT_PASSED_GATE &&
            ground_door_gate(r->venue, events[i].index, &gate))
            watch_passage(r, &events[i], gate, now_s);
    }
}

static void watch_clearance(struct recorder *r, double now_s)
{
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    struct record *record = &r->record;
    if (isnan(record->clearance_s) && trips.travellers > 0 &&
        trips.done >= cleared_part * trips.travellers)
        record->clearance_s = fmax(0, now_s - record->clock_zero_s);
    if (record->arrives && isnan(record->all_in_s) && trips.done == trips.travellers)
        record->all_in_s = fmax(0, now_s - record->clock_zero_s);
    if (record->returns && isnan(record->late_people) && now_s >= record->deadline_s)
        record->late_people = trips.travellers - trips.done;
}

void recorder_step(struct recorder *r)
{
    enum { steps_per_second = 10, steps_per_sample = steps_per_second * DENSITY_SAMPLE_S };
    struct crowd_people people = crowd_people(r->crowd);
    double now_s = crowd_time_s(r->crowd);
    r->steps++;
    watch_events(r);
    watch_waits(r, &people);
    watch_clearance(r, now_s);
    if (r->steps % steps_per_second == 0) {
        struct crowd_tally tally = crowd_tally(r->crowd);
        watch_second(r, &people, &tally);
    }
    if (r->steps % steps_per_sample == 0)
        sample(r, now_s);
}

void recorder_gate(struct recorder *r, uint32_t gate, bool open)
{
    struct record_gate *g = &RECORD_GATES(&r->record)[gate];
    double now_s = crowd_time_s(r->crowd);
    if (!open && isnan(g->closed_from_s))
        g->closed_from_s = now_s;
    else if (open && !isnan(g->closed_from_s) && isnan(g->closed_to_s))
        g->closed_to_s = now_s;
}

static int compare_waits(const void *left, const void *right)
{
    const float *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void finish_entry(struct recorder *r)
{
    double sum_s = 0;
    if (r->entry_count == 0)
        return;
    qsort(r->entry_wait_s, r->entry_count, sizeof *r->entry_wait_s, compare_waits);
    for (size_t i = 0; i < r->entry_count; i++)
        sum_s += r->entry_wait_s[i];
    r->record.entry_wait_mean_s = sum_s / (double)r->entry_count;
    r->record.entry_wait_p95_s = r->entry_wait_s[r->entry_count * 95 / 100];
}

struct record *recorder_finish(struct recorder *r)
{
    struct record *record = &r->record;
    struct crowd_tally tally = crowd_tally(r->crowd);
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    double now_s = crowd_time_s(r->crowd);
    /* A step is watched before behaviour has heard of it: who left in the last one counts too. */
    watch_clearance(r, now_s);
    end_period(r, now_s);
    add_maps(r, r->worst, r->worst_densest,
             (struct record_map){ .from_s = record->peak_from_s,
                                  .to_s = record->peak_from_s + DENSITY_SAMPLE_S,
                                  .worst = true });
    record->people = trips.people;
    record->travellers = trips.travellers;
    record->done = trips.done;
    record->followed = trips.guided;
    record->redirected = trips.redirected;
    record->found_shut = trips.found_shut;
    record->gave_up = trips.gave_up;
    record->waiting_person_minutes = r->waiting_s / 60;
    record->admitted = trips.admitted;
    if (record->arrives && isnan(record->late_people))
        record->late_people = trips.travellers - trips.done; /* It ended before the deadline. */
    finish_entry(r);
    for (size_t i = 0; i < record->gates.count; i++)
        record->longest_gate_wait_s =
            fmax(record->longest_gate_wait_s, RECORD_GATES(record)[i].longest_wait_s);
    for (size_t i = 0; i < record->facilities.count; i++) {
        struct record_facility *facility = &RECORD_FACILITIES(record)[i];
        facility->served = tally.served_by[i];
        record->longest_facility_wait_s =
            fmax(record->longest_facility_wait_s, facility->longest_wait_s);
    }
    record->hash = crowd_hash(r->crowd);
    return record;
}

void recorder_archive(struct recorder *r, struct archive *archive)
{
    uint32_t people = crowd_tally(r->crowd).people;
    size_t grids = r->record.levels.count;
    record_archive(&r->record, archive);
    density_archive(r->density, archive);
    ARCHIVE(archive, r->samples);
    ARCHIVE(archive, r->steps);
    ARCHIVE(archive, r->entry_count);
    ARCHIVE(archive, r->waiting_s);
    ARCHIVE(archive, r->period_from_s);
    archive_fixed(archive, r->gate_wait_s, people, sizeof *r->gate_wait_s);
    archive_fixed(archive, r->queue_since_s, people, sizeof *r->queue_since_s);
    archive_fixed(archive, r->entry_wait_s, people, sizeof *r->entry_wait_s);
    archive_fixed(archive, r->gate_out, r->venue->n_gates, sizeof *r->gate_out);
    archive_fixed(archive, r->gate_in, r->venue->n_gates, sizeof *r->gate_in);
    archive_fixed(archive, r->second_peak, r->venue->n_zones, sizeof *r->second_peak);
    archive_fixed(archive, r->period_densest, grids, sizeof *r->period_densest);
    archive_fixed(archive, r->worst_densest, grids, sizeof *r->worst_densest);
    for (size_t i = 0; i < grids; i++) {
        size_t cells = RECORD_LEVELS(&r->record)[i].floor.count;
        archive_fixed(archive, r->period_peak[i], cells, sizeof(float));
        archive_fixed(archive, r->worst[i], cells, sizeof(float));
    }
}

double recorder_clearance_s(const struct recorder *r)
{
    return r->record.clearance_s;
}
