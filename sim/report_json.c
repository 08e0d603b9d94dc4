#include "sim/report_json.h"

#include "sim/json_values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct figure {
    const char *key;
    size_t offset; /* double in struct record */
} figures[] = {
    { "clearance_s", offsetof(struct record, clearance_s) },
    { "late_people", offsetof(struct record, late_people) },
    { "peak_density_p_m2", offsetof(struct record, peak_density) },
    { "person_minutes_at_level_f", offsetof(struct record, person_minutes_f) },
    { "waiting_person_minutes", offsetof(struct record, waiting_person_minutes) },
    { "longest_gate_wait_s", offsetof(struct record, longest_gate_wait_s) },
    { "longest_facility_wait_s", offsetof(struct record, longest_facility_wait_s) },
    { "entry_wait_mean_s", offsetof(struct record, entry_wait_mean_s) },
    { "entry_wait_p95_s", offsetof(struct record, entry_wait_p95_s) },
    { "all_in_s", offsetof(struct record, all_in_s) },
};
enum { FIGURES = sizeof figures / sizeof figures[0] };

static double figure_of(const struct record *record, size_t i)
{
    return *(const double *)((const char *)record + figures[i].offset);
}

static json_t *gates_of(const struct record *record)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->gates.count; i++) {
        const struct record_gate *gate = &RECORD_GATES(record)[i];
        json_t *row = json_object();
        json_object_set_new(row, "gate", json_string(gate->id));
        json_object_set_new(row, "people_out", json_integer(gate->people_out));
        json_object_set_new(row, "people_in", json_integer(gate->people_in));
        json_object_set_new(row, "longest_queue_people", json_integer(gate->longest_queue));
        json_object_set_new(row, "longest_wait_s", json_rounded(gate->longest_wait_s));
        json_object_set_new(row, "last_out_s",
                            json_rounded(gate->last_out_s - record->clock_zero_s));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *facilities_of(const struct record *record)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->facilities.count; i++) {
        const struct record_facility *facility = &RECORD_FACILITIES(record)[i];
        json_t *row = json_object();
        json_object_set_new(row, "facility", json_string(facility->id));
        json_object_set_new(row, "served_people", json_integer(facility->served));
        json_object_set_new(row, "longest_queue_people", json_integer(facility->longest_queue));
        json_object_set_new(row, "longest_wait_s", json_rounded(facility->longest_wait_s));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *doors_of(const struct record *record)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->doors.count; i++) {
        const struct record_door *door = &RECORD_DOORS(record)[i];
        json_t *row = json_object();
        json_object_set_new(row, "door", json_string(door->id));
        json_object_set_new(row, "width_m", json_rounded(door->width_m));
        json_object_set_new(row, "code_ppm", json_rounded(door->code_ppm));
        json_object_set_new(row, "busiest_ppm",
                            json_rounded(record_busiest_ppm(&door->passed, record->sample_s)));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *floors_of(const struct record *record)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->loads.count; i++) {
        const struct record_load *load = &RECORD_LOADS(record)[i];
        json_t *row = json_object();
        json_object_set_new(row, "level", json_integer(load->level));
        json_object_set_new(row, "peak_p_m2", json_rounded(load->peak_p_m2));
        json_object_set_new(row, "peak_s", json_rounded(load->peak_s - record->clock_zero_s));
        json_object_set_new(row, "above_2_m2", json_rounded(load->floor_above_2_m2));
        json_object_set_new(row, "above_4_m2", json_rounded(load->floor_above_4_m2));
        json_object_set_new(row, "congested_m2", json_rounded(load->congested_m2));
        json_array_append_new(list, row);
    }
    return list;
}

/* Person-minutes by level of service, A to F. */
static json_t *minutes_of(const struct series *person_s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < person_s->count; i++)
        json_array_append_new(list, json_rounded(person_s->values[i] / 60.0));
    return list;
}

static json_t *run_of(const struct record *record)
{
    json_t *run = json_object();
    for (size_t i = 0; i < FIGURES; i++)
        json_object_set_new(run, figures[i].key, json_rounded(figure_of(record, i)));
    json_object_set_new(run, "people", json_integer(record->people));
    json_object_set_new(run, "travellers", json_integer(record->travellers));
    json_object_set_new(run, "done", json_integer(record->done));
    json_object_set_new(run, "destinations_from_guidance", json_integer(record->followed));
    json_object_set_new(run, "redirected", json_integer(record->redirected));
    json_object_set_new(run, "found_shut", json_integer(record->found_shut));
    json_object_set_new(run, "gave_up", json_integer(record->gave_up));
    if (record->arrives) {
        json_object_set_new(run, "sold", json_integer(record->sold));
        json_object_set_new(run, "admitted", json_integer(record->admitted));
        json_object_set_new(run, "refused_invalid", json_integer(record->refused_invalid));
        json_object_set_new(run, "refused_redeemed", json_integer(record->refused_redeemed));
        json_object_set_new(run, "refused_other", json_integer(record->refused_other));
    }
    json_object_set_new(run, "stands_left_s",
                        json_rounded(record->stands_left_s - record->clock_zero_s));
    json_object_set_new(run, "walkway_person_minutes", minutes_of(&record->walkway_person_s));
    json_object_set_new(run, "stairs_person_minutes", minutes_of(&record->stairs_person_s));
    json_object_set_new(run, "floors", floors_of(record));
    json_object_set_new(run, "doors", doors_of(record));
    json_object_set_new(run, "gates", gates_of(record));
    json_object_set_new(run, "facilities", facilities_of(record));
    json_object_set_new(run, "trajectory_hash", json_hash(record->hash));
    if (record->with_server)
        json_object_set_new(run, "journal_digest", json_hash(record->digest));
    return run;
}

bool report_json_write(const struct record *with, const struct record *without, const char *path,
                       char *why, size_t why_size)
{
    const struct record *any = with != NULL ? with : without;
    json_t *root = json_object();
    json_object_set_new(root, "tifo", json_string(any->version));
    json_object_set_new(root, "scenario", json_string(any->scenario));
    json_object_set_new(root, "title", json_string(any->title));
    json_object_set_new(root, "venue", json_string(any->venue_id));
    json_object_set_new(root, "seed", json_integer((json_int_t)any->seed));
    json_object_set_new(root, "parameters", json_string(any->parameters));
    json_object_set_new(root, "capacity_seats_people", json_rounded(any->capacity_seats));
    json_object_set_new(root, "capacity_entry_people", json_rounded(any->capacity_entry));
    json_object_set_new(root, "capacity_stands_people", json_rounded(any->capacity_stands));
    json_object_set_new(root, "capacity_gates_people", json_rounded(any->capacity_gates));
    if (with != NULL)
        json_object_set_new(root, "with", run_of(with));
    if (without != NULL)
        json_object_set_new(root, "without", run_of(without));
    if (with != NULL && without != NULL) {
        json_t *ratios = json_object();
        for (size_t i = 0; i < FIGURES; i++)
            json_object_set_new(ratios, figures[i].key,
                                json_rounded(figure_of(with, i) / figure_of(without, i)));
        json_object_set_new(root, "with_over_without", ratios);
    }
    bool good = json_dump_file(root, path, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    json_decref(root);
    return good;
}
