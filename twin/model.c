#include "twin/model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_message(void *message)
{
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
}

static void forget(struct model *model)
{
    free_message(model->crowd);
    free_message(model->plan);
    free_message(model->positions);
    model->crowd = NULL;
    model->plan = NULL;
    model->positions = NULL;
    free(model->stands);
    model->stands = NULL;
    model->stand_count = model->mark_count = 0;
    model->totals = (struct totals){ 0 };
    history_fini(&model->history);
}

void model_fini(struct model *model)
{
    forget(model);
    free_message(model->venue);
    model->venue = NULL;
}

/* ---- Taking a venue */

static bool path_ok(const Tifo__V1__Path *path, size_t least_points)
{
    return path && path->n_xy_cm % 2 == 0 && path->n_xy_cm >= 2 * least_points;
}

static const char *wrong_in_zones(const Tifo__V1__Venue *v)
{
    for (size_t i = 0; i < v->n_zones; i++) {
        if (!path_ok(v->zones[i]->outline, 3) || !v->zones[i]->centre)
            return "a zone without outline or centre";
        if (!(v->zones[i]->area_m2 > 0))
            return "a zone without floor";
        for (size_t h = 0; h < v->zones[i]->n_holes; h++)
            if (!path_ok(v->zones[i]->holes[h], 3))
                return "a hole of fewer than three points";
    }
    return NULL;
}

static const char *wrong_in_blocks(const Tifo__V1__Venue *v)
{
    for (size_t i = 0; i < v->n_blocks; i++) {
        if (!path_ok(v->blocks[i]->outline, 3) || !v->blocks[i]->centre)
            return "a block without outline or centre";
        for (size_t r = 0; r < v->blocks[i]->n_rows; r++)
            if (!path_ok(v->blocks[i]->rows[r]->line, 2))
                return "a row of fewer than two points";
    }
    return NULL;
}

static const char *wrong_in_doors(const Tifo__V1__Venue *v)
{
    size_t places = v->n_zones + v->n_blocks;
    for (size_t i = 0; i < v->n_openings; i++)
        if (!path_ok(v->openings[i]->line, 2) || v->openings[i]->place_a >= places ||
            v->openings[i]->place_b >= places)
            return "an opening that joins no two places";
    for (size_t i = 0; i < v->n_gates; i++)
        if (!path_ok(v->gates[i]->line, 2) || v->gates[i]->zone_inside >= v->n_zones ||
            v->gates[i]->zone_outside >= v->n_zones)
            return "a gate that joins no two zones";
    for (size_t i = 0; i < v->n_facilities; i++)
        if (!path_ok(v->facilities[i]->front, 2) || v->facilities[i]->zone >= v->n_zones)
            return "a facility in no zone";
    return NULL;
}

static void find_stands(struct model *model)
{
    const Tifo__V1__Venue *v = model->venue;
    model->stands = calloc(v->n_blocks + 1, sizeof *model->stands);
    if (!model->stands)
        abort();
    for (size_t b = 0; b < v->n_blocks; b++) {
        size_t s = 0;
        while (s < model->stand_count && strcmp(model->stands[s].name, v->blocks[b]->stand) != 0)
            s++;
        if (s == model->stand_count)
            model->stands[model->stand_count++].name = v->blocks[b]->stand;
        model->stands[s].seats += v->blocks[b]->seats;
    }
}

static bool same_venue(const Tifo__V1__Venue *a, const Tifo__V1__Venue *b)
{
    return a && strcmp(a->venue_id, b->venue_id) == 0 && a->n_zones == b->n_zones &&
           a->n_blocks == b->n_blocks && a->n_gates == b->n_gates;
}

bool model_set_venue(struct model *model, Tifo__V1__Venue *venue, char *why, size_t why_size)
{
    const char *wrong = wrong_in_zones(venue);
    wrong = wrong ? wrong : wrong_in_blocks(venue);
    wrong = wrong ? wrong : wrong_in_doors(venue);
    if (wrong) {
        snprintf(why, why_size, "the server's venue %.60s has %s; import it again", venue->venue_id,
                 wrong);
        free_message(venue);
        return false;
    }
    model->revision++;
    if (same_venue(model->venue, venue)) { /* The same after a lost contact: keep the history. */
        free_message(venue);
        return true;
    }
    forget(model);
    free_message(model->venue);
    model->venue = venue;
    history_init(&model->history, HISTORY_FIXED + venue->n_zones + venue->n_gates);
    find_stands(model);
    return true;
}

/* ---- Taking a crowd state */

static void add_mark(struct model *model, struct mark mark)
{
    if (model->mark_count == MAX_MARKS)
        memmove(model->marks, model->marks + 1, --model->mark_count * sizeof mark);
    model->marks[model->mark_count++] = mark;
}

static void mark_gates(struct model *model, const Tifo__V1__CrowdState *next)
{
    for (uint32_t g = 0; g < model->venue->n_gates && g < next->n_gate_mode; g++) {
        bool closed = next->gate_mode[g] == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
        if (!model->crowd || model_gate(model, g).closed == closed)
            continue;
        struct mark mark = { .kind = MARK_GATE, .at_ms = next->at_ms };
        snprintf(mark.words, sizeof mark.words, "%.30s %s", model->venue->gates[g]->gate_id,
                 closed ? "closed" : "opened");
        add_mark(model, mark);
    }
}

static bool mark_known(const struct model *model, enum mark_kind kind, int64_t at_ms,
                       unsigned number)
{
    for (size_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == kind && model->marks[i].at_ms == at_ms &&
            model->marks[i].number == number)
            return true;
    return false;
}

static void mark_phase(struct model *model, const Tifo__V1__Phase *phase)
{
    if (!phase || !phase->started_ms || mark_known(model, MARK_PHASE, phase->started_ms, 0))
        return;
    struct mark mark = { .kind = MARK_PHASE, .at_ms = phase->started_ms };
    snprintf(mark.words, sizeof mark.words, "%.40s", phase->label);
    add_mark(model, mark);
}

static void mark_alarms(struct model *model, const Tifo__V1__CrowdState *next)
{
    for (size_t i = 0; i < next->n_alarms; i++) {
        const Tifo__V1__Alarm *alarm = next->alarms[i];
        if (!mark_known(model, MARK_ALARM, alarm->since_ms, alarm->number))
            add_mark(model, (struct mark){ .kind = MARK_ALARM,
                                           .at_ms = alarm->since_ms,
                                           .number = alarm->number,
                                           .priority = (int)alarm->priority });
    }
}

static void count_totals(struct model *model)
{
    const Tifo__V1__Venue *v = model->venue;
    struct totals totals = { .inside = model->crowd->inside };
    for (uint32_t z = 0; z < v->n_zones; z++) {
        uint32_t people = model_people(model, z);
        if (zone_is_inside(v->zones[z]))
            totals.on_concourses += people;
    }
    for (size_t g = 0; g < model->crowd->n_gate_total_out; g++)
        totals.left += model->crowd->gate_total_out[g];
    for (size_t s = 0; s < model->stand_count; s++)
        model->stands[s].people = 0;
    for (uint32_t b = 0; b < v->n_blocks; b++) {
        uint32_t people = model_people(model, (uint32_t)v->n_zones + b);
        totals.in_seats += people;
        for (size_t s = 0; s < model->stand_count; s++)
            if (strcmp(model->stands[s].name, v->blocks[b]->stand) == 0)
                model->stands[s].people += people;
    }
    model->totals = totals;
}

static void remember(struct model *model)
{
    float *row = history_add(&model->history, model->crowd->at_ms);
    if (!row)
        return;
    uint32_t densest = model_densest(model);
    row[HISTORY_ON_CONCOURSES] = (float)model->totals.on_concourses;
    row[HISTORY_WORST_DENSITY] = densest == UNKNOWN ? 0 : model_density(model, densest);
    for (uint32_t z = 0; z < model->venue->n_zones; z++)
        row[history_zone_column(model, z)] = model_density(model, z);
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        struct gate_now gate = model_gate(model, g);
        row[history_gate_column(model, g)] =
            (float)(model_is_entry(model) ? gate.in_ppm : gate.out_ppm);
    }
}

void model_set_crowd(struct model *model, Tifo__V1__CrowdState *crowd)
{
    if (!model->venue) {
        free_message(crowd);
        return;
    }
    if (model->crowd && crowd->at_ms < model->crowd->at_ms) /* Another day. */
        model->mark_count = 0;
    mark_gates(model, crowd);
    mark_phase(model, crowd->phase);
    mark_alarms(model, crowd);
    free_message(model->crowd);
    model->crowd = crowd;
    model->revision++;
    count_totals(model);
    remember(model);
}

void model_set_plan(struct model *model, Tifo__V1__Plan *plan)
{
    if (!model->venue) {
        free_message(plan);
        return;
    }
    free_message(model->plan);
    model->plan = plan;
    model->revision++;
}

void model_set_positions(struct model *model, Tifo__V1__WatchPositionsResponse *positions)
{
    bool whole = positions->n_x_cm == positions->n_y_cm && positions->n_x_cm == positions->n_place;
    if (!model->venue || !whole) {
        free_message(positions);
        return;
    }
    free_message(model->positions);
    model->positions = positions;
    model->revision++;
}

/* ---- Places */

size_t model_place_count(const struct model *model)
{
    return model->venue ? model->venue->n_zones + model->venue->n_blocks : 0;
}

const Tifo__V1__Zone *model_zone(const struct model *model, uint32_t place)
{
    return model->venue && place < model->venue->n_zones ? model->venue->zones[place] : NULL;
}

const Tifo__V1__Block *model_block(const struct model *model, uint32_t place)
{
    if (!model->venue || place < model->venue->n_zones || place >= model_place_count(model))
        return NULL;
    return model->venue->blocks[place - model->venue->n_zones];
}

const char *model_place_name(const struct model *model, uint32_t place)
{
    const Tifo__V1__Zone *zone = model_zone(model, place);
    const Tifo__V1__Block *block = model_block(model, place);
    if (zone)
        return *zone->name ? zone->name : zone->zone_id;
    if (block)
        return *block->name ? block->name : block->block_id;
    return "";
}

uint32_t model_people(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    return c && place < c->n_people ? c->people[place] : 0;
}

float model_density(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    return c && place < c->n_density_milli ? (float)c->density_milli[place] / 1000 : 0;
}

char model_level_of_service(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    if (!c || place >= c->n_los || c->los[place] < TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_A ||
        c->los[place] > TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_F)
        return 0;
    return (char)('A' + (int)c->los[place] - TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_A);
}

uint32_t model_age_ms(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    return c && place < c->n_measured_ago_ms ? c->measured_ago_ms[place] : UNKNOWN;
}

bool zone_is_inside(const Tifo__V1__Zone *zone)
{
    return zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE;
}

uint32_t model_densest(const struct model *model)
{
    uint32_t densest = UNKNOWN;
    for (uint32_t z = 0; model->venue && z < model->venue->n_zones; z++) {
        if (!zone_is_inside(model->venue->zones[z]))
            continue;
        if (densest == UNKNOWN || model_density(model, z) > model_density(model, densest))
            densest = z;
    }
    return densest;
}

/* ---- Gates and facilities */

static uint32_t column(const uint32_t *values, size_t count, uint32_t i, uint32_t otherwise)
{
    return i < count ? values[i] : otherwise;
}

struct gate_now model_gate(const struct model *model, uint32_t gate)
{
    struct gate_now now = { .wait_s = UNKNOWN };
    const Tifo__V1__CrowdState *c = model->crowd;
    if (!c || gate >= model->venue->n_gates)
        return now;
    now.closed =
        gate < c->n_gate_mode && c->gate_mode[gate] == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    now.in_ppm = column(c->gate_flow_in_ppm, c->n_gate_flow_in_ppm, gate, 0);
    now.out_ppm = column(c->gate_flow_out_ppm, c->n_gate_flow_out_ppm, gate, 0);
    now.queue = column(c->gate_queue, c->n_gate_queue, gate, 0);
    now.wait_s = column(c->gate_wait_s, c->n_gate_wait_s, gate, UNKNOWN);
    double capacity = model->venue->gates[gate]->exit_capacity_ppm;
    now.use = capacity > 0 ? (float)(now.out_ppm / capacity) : 0;
    return now;
}

struct facility_now model_facility(const struct model *model, uint32_t facility)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    if (!c)
        return (struct facility_now){ .wait_s = UNKNOWN };
    return (struct facility_now){
        .queue = column(c->facility_queue, c->n_facility_queue, facility, 0),
        .wait_s = column(c->facility_wait_s, c->n_facility_wait_s, facility, UNKNOWN),
        .flow_ppm = column(c->facility_flow_ppm, c->n_facility_flow_ppm, facility, 0),
    };
}

bool model_is_entry(const struct model *model)
{
    return model->crowd && model->crowd->phase &&
           model->crowd->phase->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY;
}

/* ---- Alarms */

size_t model_alarm_count(const struct model *model)
{
    return model->crowd ? model->crowd->n_alarms : 0;
}

const Tifo__V1__Alarm *model_alarm(const struct model *model, size_t i)
{
    return i < model_alarm_count(model) ? model->crowd->alarms[i] : NULL;
}

static const Tifo__V1__Alarm *find_alarm(const struct model *model, Tifo__V1__AlarmKind kind,
                                         uint32_t subject)
{
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model->crowd->alarms[i];
        if (alarm->kind == kind && alarm->subject == subject)
            return alarm;
    }
    return NULL;
}

const Tifo__V1__Alarm *model_gate_alarm(const struct model *model, uint32_t gate)
{
    const Tifo__V1__Alarm *closed =
        find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED, gate);
    if (closed)
        return closed;
    return find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE,
                      (uint32_t)model->venue->n_facilities + gate);
}

const Tifo__V1__Alarm *model_facility_alarm(const struct model *model, uint32_t facility)
{
    return find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE, facility);
}

const Tifo__V1__Alarm *model_zone_alarm(const struct model *model, uint32_t zone)
{
    return find_alarm(model, TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY, zone);
}

int32_t model_alarm_level(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t at = alarm->subject;
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE) {
        if (at < v->n_facilities)
            return v->facilities[at]->level;
        at -= (uint32_t)v->n_facilities;
    }
    if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY)
        return at < v->n_gates ? v->gates[at]->level : 0;
    if (model_zone(model, at))
        return model_zone(model, at)->level;
    return model_block(model, at) ? model_block(model, at)->level : 0;
}

size_t model_recent_alarms(const struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == MARK_ALARM &&
            model->marks[i].at_ms > model_now_ms(model) - 10 * 60 * 1000)
            count++;
    return count;
}

/* ---- Guidance */

const Tifo__V1__Split *model_split(const struct model *model, uint32_t origin,
                                   Tifo__V1__Purpose purpose)
{
    for (size_t i = 0; model->plan && i < model->plan->n_splits; i++)
        if (model->plan->splits[i]->origin == origin && model->plan->splits[i]->purpose == purpose)
            return model->plan->splits[i];
    return NULL;
}

static size_t choices(const Tifo__V1__Split *split)
{
    size_t used = 0;
    for (size_t i = 0; i < split->n_share_milli && i < split->n_destination; i++)
        used += split->share_milli[i] > 0;
    return used;
}

/* At the break people ask for food and toilets, otherwise for the way out. */
static bool purpose_fits(const struct model *model, Tifo__V1__Purpose purpose)
{
    bool at_break = model->crowd && model->crowd->phase &&
                    model->crowd->phase->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_BREAK;
    return at_break == (purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT);
}

static int worse(int priority, const Tifo__V1__Alarm *alarm)
{
    return alarm && (int)alarm->priority > priority ? (int)alarm->priority : priority;
}

static bool serves(const Tifo__V1__Facility *facility, Tifo__V1__Purpose purpose)
{
    bool food = facility->kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    return purpose == (food ? TIFO__V1__PURPOSE__PURPOSE_FOOD : TIFO__V1__PURPOSE__PURPOSE_TOILETS);
}

/* The worst alarm that a split is an answer to: of its zone, or of a gate or facility there that
 * its people would have gone to; 0: none. */
static int split_priority(const struct model *model, const Tifo__V1__Split *split)
{
    const Tifo__V1__Venue *v = model->venue;
    int priority = worse(0, model_zone_alarm(model, split->origin));
    bool exit = split->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT;
    for (uint32_t g = 0; exit && g < v->n_gates; g++)
        if (v->gates[g]->zone_inside == split->origin)
            priority = worse(priority, model_gate_alarm(model, g));
    for (uint32_t f = 0; f < v->n_facilities; f++)
        if (v->facilities[f]->zone == split->origin && serves(v->facilities[f], split->purpose))
            priority = worse(priority, model_facility_alarm(model, f));
    return priority;
}

const Tifo__V1__Split *model_focus_split(const struct model *model, int32_t level)
{
    const Tifo__V1__Split *focus = NULL;
    float best = -1;
    for (size_t i = 0; model->plan && i < model->plan->n_splits; i++) {
        const Tifo__V1__Split *split = model->plan->splits[i];
        const Tifo__V1__Zone *zone = model_zone(model, split->origin);
        if (!zone || zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE ||
            zone->level != level || choices(split) == 0)
            continue;
        float weight = (float)model_people(model, split->origin);
        weight += choices(split) > 1 ? 1e5f : 0;
        weight += 1e6f * (float)split_priority(model, split);
        weight += purpose_fits(model, split->purpose) ? 1e7f : 0;
        if (weight > best) {
            best = weight;
            focus = split;
        }
    }
    return focus;
}

/* ---- The rest */

size_t history_zone_column(const struct model *model, uint32_t zone)
{
    assert(zone < model->venue->n_zones);
    return HISTORY_FIXED + zone;
}

size_t history_gate_column(const struct model *model, uint32_t gate)
{
    assert(gate < model->venue->n_gates);
    return HISTORY_FIXED + model->venue->n_zones + gate;
}

int64_t model_now_ms(const struct model *model)
{
    return model->crowd ? model->crowd->at_ms : 0;
}

float model_severity(const struct model *model)
{
    const Tifo__V1__Alarm *worst = model_alarm(model, 0);
    uint32_t densest = model_densest(model);
    return (worst ? 100 * (float)worst->priority : 0) +
           (densest == UNKNOWN ? 0 : model_density(model, densest));
}
