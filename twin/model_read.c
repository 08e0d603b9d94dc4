/* Reading the model: nothing here changes it. */
#include "twin/model.h"

#include <assert.h>

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

const struct level_scale *model_level_scale(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    const Tifo__V1__Zone *zone = model_zone(model, place);
    bool told = c && place < c->n_los_scale &&
                c->los_scale[place] != TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_UNSPECIFIED;
    if (told && c->los_scale[place] == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_QUEUE)
        return &queue_scale;
    bool stairs = told ? c->los_scale[place] == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_STAIRS
                       : zone && zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
    return stairs ? &stairs_scale : &walkway_scale;
}

float model_shade(const struct model *model, uint32_t place)
{
    return level_shade(model_density(model, place), model_level_scale(model, place));
}

uint32_t model_age_ms(const struct model *model, uint32_t place)
{
    const Tifo__V1__CrowdState *c = model->crowd;
    uint32_t age_ms = c && place < c->n_measured_ago_ms ? c->measured_ago_ms[place] : UNKNOWN;
    uint32_t since_ms = model->live ? 0 : model->contact.data_age_ms;
    return age_ms >= UNKNOWN - since_ms ? UNKNOWN : age_ms + since_ms;
}

bool model_place_is_stale(const struct model *model, uint32_t place)
{
    const uint32_t age_ms = model_age_ms(model, place);
    return age_ms != UNKNOWN && age_ms > STALE_MS;
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

/* Lanes that limit the way out are opened in an evacuation: then it is the width that counts. */
static double exit_ppm(const struct model *model, uint32_t gate)
{
    const double green_guide_ppm_per_m = 82;
    const Tifo__V1__Gate *row = model->venue->gates[gate];
    const Tifo__V1__Phase *phase = model->crowd ? model->crowd->phase : NULL;
    bool opened = row->exit_limited && phase &&
                  phase->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION;
    return opened ? row->width_m * green_guide_ppm_per_m : row->exit_capacity_ppm;
}

struct gate_now model_gate(const struct model *model, uint32_t gate)
{
    struct gate_now now = { .wait_s = UNKNOWN };
    const Tifo__V1__CrowdState *c = model->crowd;
    if (!model->venue || gate >= model->venue->n_gates)
        return now;
    now.exit_ppm = (float)exit_ppm(model, gate);
    if (!c)
        return now;
    now.closed =
        gate < c->n_gate_mode && c->gate_mode[gate] == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    now.in_ppm = column(c->gate_flow_in_ppm, c->n_gate_flow_in_ppm, gate, 0);
    now.out_ppm = column(c->gate_flow_out_ppm, c->n_gate_flow_out_ppm, gate, 0);
    now.queue = column(c->gate_queue, c->n_gate_queue, gate, 0);
    now.wait_s = column(c->gate_wait_s, c->n_gate_wait_s, gate, UNKNOWN);
    now.use = now.exit_ppm > 0 ? (float)now.out_ppm / now.exit_ppm : 0;
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

/* So few that where they go is no matter for the control room. */
enum { FEW_PEOPLE = 10 };

const Tifo__V1__Split *model_focus_split(const struct model *model, int32_t level)
{
    const Tifo__V1__Split *focus = NULL;
    float best = -1;
    for (size_t i = 0; model->plan && i < model->plan->n_splits; i++) {
        const Tifo__V1__Split *split = model->plan->splits[i];
        const Tifo__V1__Zone *zone = model_zone(model, split->origin);
        if (!zone || zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE ||
            (level != ANY_LEVEL && zone->level != level) || choices(split) == 0)
            continue;
        uint32_t people = model_people(model, split->origin);
        int priority = split_priority(model, split);
        if (people < FEW_PEOPLE && priority == 0)
            continue;
        float weight = (float)people;
        weight += choices(split) > 1 ? 1e5f : 0;
        weight += 1e6f * (float)priority;
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

size_t history_gate_queue_column(const struct model *model, uint32_t gate)
{
    return history_gate_column(model, gate) + model->venue->n_gates;
}

size_t history_facility_column(const struct model *model, uint32_t facility)
{
    assert(facility < model->venue->n_facilities);
    return HISTORY_FIXED + model->venue->n_zones + 2 * model->venue->n_gates + facility;
}

int64_t model_now_ms(const struct model *model)
{
    return model->crowd ? model->crowd->at_ms : 0;
}

int64_t model_data_age_ms(const struct model *model)
{
    if (!model->crowd || !model->crowd->measured_ms)
        return model->live ? 0 : model->contact.data_age_ms;
    int64_t age_ms = model->crowd->at_ms - model->crowd->measured_ms;
    return age_ms + (model->live ? 0 : model->contact.data_age_ms);
}

bool model_is_stale(const struct model *model)
{
    return model->crowd && model->crowd->measured_ms && model_data_age_ms(model) > STALE_MS;
}

float model_severity(const struct model *model)
{
    const Tifo__V1__Alarm *worst = model_alarm(model, 0);
    uint32_t densest = model_densest(model);
    return (worst ? 100 * (float)worst->priority : 0) +
           (densest == UNKNOWN ? 0 : model_density(model, densest));
}
