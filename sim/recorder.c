#include "sim/recorder_state.h"

#include "clients/c/tifo.h"
#include "sim/ground.h"
#include "sim/memory.h"
#include "sim/record_subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making ---------------------------------------------------------------------------------- */

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
    r->door_passed =
        memory_array(def->venue->n_openings + def->venue->n_gates, sizeof *r->door_passed);
    r->door_recent = memory_array(RECENT_STEPS * (def->venue->n_openings + def->venue->n_gates),
                                  sizeof *r->door_recent);
    r->second_peak = memory_array(def->venue->n_zones, sizeof *r->second_peak);
    record_describe(&r->record, &(struct record_subject){ .scenario = def->scenario,
                                                          .venue = def->venue,
                                                          .parameters = def->parameters,
                                                          .seed = def->seed,
                                                          .sample_s = DENSITY_SAMPLE_S,
                                                          .samples = r->sample_room });
    recorder_floor_init(r);
    r->stands_left_s = NAN;
    return r;
}

void recorder_destroy(struct recorder *r)
{
    if (r == NULL)
        return;
    recorder_floor_fini(r);
    record_fini(&r->record);
    free(r->gate_wait_s);
    free(r->queue_since_s);
    free(r->entry_wait_s);
    free(r->gate_out);
    free(r->gate_in);
    free(r->second_peak);
    free(r->door_passed);
    free(r->door_recent);
    free(r);
}

/* ---- Samples ----------------------------------------------------------------------------------
 */

static void push(struct series *series, double value)
{
    series->values[series->count++] = (int32_t)lround(value);
}

static void sample_places(struct recorder *r, const struct crowd_tally *tally,
                          const uint32_t *waiting_at)
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
        push(&gate->queue, recorder_gate_queue(r, waiting_at, i));
        r->gate_out[i] = out;
        r->gate_in[i] = in;
    }
    for (size_t i = 0; i < r->record.doors.count; i++) {
        uint32_t passed = tally->door_forward[i] + tally->door_backward[i];
        push(&RECORD_DOORS(&r->record)[i].passed, passed - r->door_passed[i]);
        r->door_passed[i] = passed;
    }
    for (size_t i = 0; i < r->venue->n_facilities; i++)
        push(&RECORD_FACILITIES(&r->record)[i].queue, tally->queue_at[i]);
}

static void sample(struct recorder *r, double now_s, const struct crowd_tally *tally,
                   const uint32_t *waiting_at)
{
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    struct record *record = &r->record;
    push(&record->inside, tally->people - tally->left - tally->away);
    push(&record->outside, tally->left);
    push(&record->seated, tally->seated);
    push(&record->away, tally->people - tally->left - tally->away - tally->seated);
    push(&record->done_people, trips.done);
    push(&record->waiting, recorder_waiting(r, tally, waiting_at));
    sample_places(r, tally, waiting_at);
    recorder_floor_sample(r, now_s);
    r->samples++;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

void recorder_step(struct recorder *r)
{
    enum { steps_per_second = 10, steps_per_sample = steps_per_second * DENSITY_SAMPLE_S };
    struct crowd_people people = crowd_people(r->crowd);
    double now_s = crowd_time_s(r->crowd);
    r->steps++;
    recorder_watch_step(r, &people);
    if (r->steps % steps_per_second != 0)
        return;
    struct crowd_tally tally = crowd_tally(r->crowd);
    const uint32_t *waiting_at = crowd_waiting_at(r->crowd);
    recorder_watch_second(r, &people, &tally, waiting_at);
    if (r->steps % steps_per_sample == 0)
        sample(r, now_s, &tally, waiting_at);
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

/* Only if nobody who wants to leave is in a block or an aisle any more. */
static void finish_stands(struct recorder *r)
{
    struct crowd_people people = crowd_people(r->crowd);
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    bool all = trips.set_out == trips.travellers;
    for (uint32_t p = 0; p < people.count && all; p++) {
        uint32_t place = people.place[p];
        bool viewing = tifo_place_is_block(r->venue, place) ||
                       r->venue->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE;
        all = people.mode[p] == PERSON_LEFT || people.goal[p].kind != GOAL_GATE || !viewing;
    }
    r->record.stands_left_s = all ? r->stands_left_s : NAN;
}

struct record *recorder_finish(struct recorder *r)
{
    struct record *record = &r->record;
    struct crowd_tally tally = crowd_tally(r->crowd);
    struct behaviour_tally trips = behaviour_tally(r->behaviour);
    double now_s = crowd_time_s(r->crowd);
    /* A step is watched before behaviour has heard of it: who left in the last one counts too. */
    recorder_watch_clearance(r, now_s);
    recorder_floor_finish(r, now_s);
    finish_stands(r);
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
    record_archive(&r->record, archive);
    recorder_floor_archive(r, archive);
    ARCHIVE(archive, r->samples);
    ARCHIVE(archive, r->steps);
    ARCHIVE(archive, r->entry_count);
    ARCHIVE(archive, r->waiting_s);
    ARCHIVE(archive, r->stands_left_s);
    archive_fixed(archive, r->gate_wait_s, people, sizeof *r->gate_wait_s);
    archive_fixed(archive, r->queue_since_s, people, sizeof *r->queue_since_s);
    archive_fixed(archive, r->entry_wait_s, people, sizeof *r->entry_wait_s);
    archive_fixed(archive, r->gate_out, r->venue->n_gates, sizeof *r->gate_out);
    archive_fixed(archive, r->gate_in, r->venue->n_gates, sizeof *r->gate_in);
    archive_fixed(archive, r->door_passed, r->record.doors.count, sizeof *r->door_passed);
    archive_fixed(archive, r->door_recent, RECENT_STEPS * r->record.doors.count,
                  sizeof *r->door_recent);
    archive_fixed(archive, r->second_peak, r->venue->n_zones, sizeof *r->second_peak);
}

double recorder_clearance_s(const struct recorder *r)
{
    return r->record.clearance_s;
}
