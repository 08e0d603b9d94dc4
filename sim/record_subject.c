#include "sim/record_subject.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <math.h>
#include <stdio.h>

struct series series_with_room(size_t room)
{
    return (struct series){ memory_array(room, sizeof(int32_t)), 0 };
}

static struct series copy_path(const Tifo__V1__Path *path)
{
    struct series series = series_with_room(path != NULL ? path->n_xy_cm : 0);
    series.count = path != NULL ? path->n_xy_cm : 0;
    for (size_t i = 0; i < series.count; i++)
        series.values[i] = path->xy_cm[i];
    return series;
}

static void copy_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

static void copy_zones(struct record *record, const struct record_subject *subject)
{
    record->zones.count = subject->venue->n_zones;
    record->zones.data = memory_array(subject->venue->n_zones, sizeof(struct record_zone));
    for (uint32_t i = 0; i < subject->venue->n_zones; i++) {
        const Tifo__V1__Zone *from = subject->venue->zones[i];
        struct record_zone *to = &RECORD_ZONES(record)[i];
        copy_text(to->id, sizeof to->id, from->zone_id);
        copy_text(to->name, sizeof to->name, tifo_place_name(subject->venue, i));
        to->kind = (uint32_t)from->kind;
        to->level = from->level;
        to->area_m2 = from->area_m2;
        to->outline = copy_path(from->outline);
        to->density = series_with_room(subject->samples);
    }
    record->blocks.count = subject->venue->n_blocks;
    record->blocks.data = memory_array(subject->venue->n_blocks, sizeof(struct record_block));
    for (size_t i = 0; i < subject->venue->n_blocks; i++) {
        struct record_block *to = &RECORD_BLOCKS(record)[i];
        copy_text(to->id, sizeof to->id, subject->venue->blocks[i]->block_id);
        to->level = subject->venue->blocks[i]->level;
        to->outline = copy_path(subject->venue->blocks[i]->outline);
    }
}

static void copy_gates(struct record *record, const struct record_subject *subject)
{
    record->gates.count = subject->venue->n_gates;
    record->gates.data = memory_array(subject->venue->n_gates, sizeof(struct record_gate));
    for (size_t i = 0; i < subject->venue->n_gates; i++) {
        const Tifo__V1__Gate *from = subject->venue->gates[i];
        struct record_gate *to = &RECORD_GATES(record)[i];
        copy_text(to->id, sizeof to->id, from->gate_id);
        copy_text(to->name, sizeof to->name, from->name);
        to->level = from->level;
        to->line = copy_path(from->line);
        to->last_out_s = to->last_in_s = to->closed_from_s = to->closed_to_s = NAN;
        to->out = series_with_room(subject->samples);
        to->in = series_with_room(subject->samples);
        to->queue = series_with_room(subject->samples);
    }
    record->facilities.count = subject->venue->n_facilities;
    record->facilities.data =
        memory_array(subject->venue->n_facilities, sizeof(struct record_facility));
    for (size_t i = 0; i < subject->venue->n_facilities; i++) {
        const Tifo__V1__Facility *from = subject->venue->facilities[i];
        struct record_facility *to = &RECORD_FACILITIES(record)[i];
        copy_text(to->id, sizeof to->id, from->facility_id);
        copy_text(to->name, sizeof to->name, from->name);
        to->kind = (uint32_t)from->kind;
        to->level = from->level;
        to->front = copy_path(from->front);
        to->queue = series_with_room(subject->samples);
    }
}

void record_describe(struct record *record, const struct record_subject *subject)
{
    const struct scenario *s = subject->scenario;
    copy_text(record->version, sizeof record->version, TIFO_VERSION);
    copy_text(record->scenario, sizeof record->scenario, s->name);
    copy_text(record->title, sizeof record->title, s->title);
    copy_text(record->venue_id, sizeof record->venue_id, subject->venue->venue_id);
    copy_text(record->venue, sizeof record->venue, subject->venue->name);
    copy_text(record->parameters, sizeof record->parameters, subject->parameters);
    copy_text(record->design, sizeof record->design,
              scenario_design(s) != NULL ? scenario_design(s)->name : "");
    record->start_unix_s = (double)s->start_ms / 1000;
    record->duration_s = s->duration_s;
    record->clock_zero_s = s->clock_zero_s;
    record->deadline_s = fmin(scenario_phase(s, s->clock_zero_s)->to_s, s->duration_s);
    record->seed = (double)subject->seed;
    record->occupancy = s->occupancy;
    record->compliance = s->people.compliance;
    record->nearest_gate = s->people.nearest_gate;
    record->reporting = s->people.reporting;
    record->returns = scenario_returns(s);
    record->occasion = (uint32_t)scenario_phase(s, s->clock_zero_s)->kind;
    record->arrives = scenario_arrives(s);
    record->tickets = s->tickets.mark.line > 0;
    record->clearance_s = record->stands_left_s = record->late_people = record->all_in_s = NAN;
    record->entry_wait_mean_s = record->entry_wait_p95_s = NAN;
    record->sample_s = subject->sample_s;
    record->pitch = copy_path(subject->venue->pitch);
    struct series *const series[] = { &record->inside, &record->outside,     &record->seated,
                                      &record->away,   &record->done_people, &record->waiting };
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++)
        *series[i] = series_with_room(subject->samples);
    copy_zones(record, subject);
    copy_gates(record, subject);
    record_passages(record, subject);
    record_assume(record, subject);
    record->walkway_person_s = series_with_room(6);
    record->stairs_person_s = series_with_room(6);
    record->walkway_person_s.count = record->stairs_person_s.count = 6;
}
