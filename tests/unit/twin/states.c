#include "tests/unit/twin/states.h"

#include "clients/c/tifo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static double part(uint32_t *state)
{
    return next_random(state) / 16777216.0;
}

Tifo__V1__Venue *states_load(const char *file)
{
    struct tifo_problem problem;
    Tifo__V1__Venue *venue;
    if (!tifo_venue_load(file, &venue, &problem)) {
        fprintf(stderr, "%s: %s\n", file, problem.sentence);
        abort();
    }
    return venue;
}

Tifo__V1__Venue *states_venue(void)
{
    return states_load(TIFO_SOURCE_DIR "/scenarios/venues/four-gates.geojson");
}

uint32_t states_jam_zone(const Tifo__V1__Venue *venue)
{
    return venue->gates[venue->n_gates - 1]->zone_inside;
}

static uint32_t *column(size_t count)
{
    return calloc(count + 1, sizeof(uint32_t));
}

/* Zones that share a doorway with the jam are half as bad. */
static bool beside(const Tifo__V1__Venue *venue, uint32_t a, uint32_t b)
{
    for (size_t o = 0; o < venue->n_openings; o++) {
        const Tifo__V1__Opening *opening = venue->openings[o];
        if ((opening->place_a == a && opening->place_b == b) ||
            (opening->place_a == b && opening->place_b == a))
            return true;
    }
    return false;
}

static double zone_density(const Tifo__V1__Venue *venue, uint32_t zone, enum moment moment)
{
    if (venue->zones[zone]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE)
        return 0;
    if (moment == CALM)
        return 0.02 + 0.01 * (zone % 5);
    uint32_t jam = states_jam_zone(venue);
    return zone == jam ? 3.7 : beside(venue, zone, jam) ? 0.95 : 0.06 + 0.05 * (zone % 5);
}

static void fill_places(const Tifo__V1__Venue *venue, enum moment moment, Tifo__V1__CrowdState *c)
{
    size_t places = venue->n_zones + venue->n_blocks;
    c->n_people = c->n_density_milli = c->n_los = c->n_measured_ago_ms = places;
    c->people = column(places);
    c->density_milli = column(places);
    c->measured_ago_ms = column(places);
    c->los = calloc(places + 1, sizeof *c->los);
    for (uint32_t z = 0; z < venue->n_zones; z++) {
        static const double limits[5] = { 0.31, 0.43, 0.72, 1.08, 2.17 };
        double density = zone_density(venue, z, moment);
        c->people[z] = (uint32_t)(density * venue->zones[z]->area_m2 + 0.5);
        c->density_milli[z] = (uint32_t)(density * 1000);
        int level = 0;
        while (level < 5 && density >= limits[level])
            level++;
        c->los[z] = (Tifo__V1__LevelOfService)(level + 1);
        c->inside += c->people[z];
    }
    for (uint32_t b = 0; b < venue->n_blocks; b++) {
        double share = moment == CALM ? 0.93 + 0.01 * (b % 5) : 0.55 + 0.05 * (b % 7);
        c->people[venue->n_zones + b] = (uint32_t)(share * venue->blocks[b]->seats);
        c->inside += c->people[venue->n_zones + b];
    }
}

void states_scale(Tifo__V1__CrowdState *crowd, uint32_t zone, Tifo__V1__LevelScale scale)
{
    if (!crowd->los_scale) {
        crowd->n_los_scale = crowd->n_los;
        crowd->los_scale = calloc(crowd->n_los, sizeof *crowd->los_scale);
    }
    crowd->los_scale[zone] = scale;
}

static void fill_gates(const Tifo__V1__Venue *venue, enum moment moment, Tifo__V1__CrowdState *c)
{
    size_t n = venue->n_gates;
    c->n_gate_mode = c->n_gate_flow_in_ppm = c->n_gate_flow_out_ppm = c->n_gate_queue = n;
    c->n_gate_wait_s = c->n_gate_total_in = c->n_gate_total_out = n;
    c->gate_mode = calloc(n + 1, sizeof *c->gate_mode);
    c->gate_flow_in_ppm = column(n);
    c->gate_flow_out_ppm = column(n);
    c->gate_queue = column(n);
    c->gate_wait_s = column(n);
    c->gate_total_in = calloc(n + 1, sizeof(uint64_t));
    c->gate_total_out = calloc(n + 1, sizeof(uint64_t));
    for (uint32_t g = 0; g < n; g++) {
        bool shut = moment == JAM && g == n - 1;
        double use = moment == CALM ? 0.02 : g + 2 == n ? 0.94 : 0.25 + 0.1 * (g % 4);
        c->gate_mode[g] =
            shut ? TIFO__V1__GATE_MODE__GATE_MODE_CLOSED : TIFO__V1__GATE_MODE__GATE_MODE_OPEN;
        c->gate_flow_out_ppm[g] = shut ? 0 : (uint32_t)(use * venue->gates[g]->exit_capacity_ppm);
        c->gate_queue[g] = moment == CALM ? 0 : shut ? 61 : g + 2 == n ? 38 : 3 + g;
        c->gate_wait_s[g] = shut ? UNKNOWN : moment == CALM ? 0 : g + 2 == n ? 78 : 4 + g;
    }
}

static void fill_facilities(const Tifo__V1__Venue *venue, enum moment moment,
                            Tifo__V1__CrowdState *c)
{
    size_t n = venue->n_facilities;
    c->n_facility_queue = c->n_facility_wait_s = c->n_facility_flow_ppm = n;
    c->facility_queue = column(n);
    c->facility_wait_s = column(n);
    c->facility_flow_ppm = column(n);
    for (uint32_t f = 0; f < n; f++) {
        c->facility_queue[f] = moment == CALM ? f % 3 : 10 + f * 4;
        c->facility_wait_s[f] = moment == CALM ? 8 * (f % 5) : f + 1 == n ? 400 : 40 + 35 * (f % 6);
    }
}

static void add_alarm(Tifo__V1__CrowdState *c, uint32_t number, Tifo__V1__AlarmKind kind,
                      Tifo__V1__AlarmPriority priority, uint32_t subject, int64_t since_ms,
                      uint32_t value_milli, const char *cause, const char *action)
{
    Tifo__V1__Alarm *alarm = malloc(sizeof *alarm);
    tifo__v1__alarm__init(alarm);
    alarm->number = number;
    alarm->kind = kind;
    alarm->priority = priority;
    alarm->subject = subject;
    alarm->since_ms = since_ms;
    alarm->value_milli = value_milli;
    alarm->cause = strdup(cause);
    alarm->action = strdup(action);
    c->alarms[c->n_alarms++] = alarm;
}

static void fill_alarms(const Tifo__V1__Venue *venue, int64_t at_ms, Tifo__V1__CrowdState *c)
{
    int64_t start = STATES_START_MS + 26 * 60000;
    c->alarms = calloc(4, sizeof(Tifo__V1__Alarm *));
    if (at_ms > start + 130000)
        add_alarm(c, 2, TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY,
                  TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH, states_jam_zone(venue),
                  start + 130000, 3700, "The zone inside the shut gate holds 3.7 p/m2 and rises",
                  "Lead people away from the shut gate, or open it");
    add_alarm(c, 1, TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED,
              TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_MEDIUM, (uint32_t)venue->n_gates - 1, start,
              0, "The gate is closed with people inside", "Open it, or keep guidance away from it");
    add_alarm(c, 3, TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE,
              TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW, (uint32_t)venue->n_facilities - 1,
              start + 60000, 400000, "41 people wait 6 min 40 s", "Send people to other toilets");
}

static Tifo__V1__Phase *phase(enum moment moment)
{
    Tifo__V1__Phase *now = malloc(sizeof *now);
    tifo__v1__phase__init(now);
    now->kind = moment == CALM ? TIFO__V1__PHASE_KIND__PHASE_KIND_PLAY
                               : TIFO__V1__PHASE_KIND__PHASE_KIND_EGRESS;
    now->label = strdup(moment == CALM ? "first half" : "egress");
    now->next_label = strdup(moment == CALM ? "half time" : "");
    now->started_ms = STATES_START_MS + (moment == CALM ? 0 : 26 * 60000);
    now->ends_ms = moment == CALM ? STATES_START_MS + 45 * 60000 : 0;
    return now;
}

Tifo__V1__CrowdState *states_crowd(const Tifo__V1__Venue *venue, enum moment moment, int64_t at_ms)
{
    Tifo__V1__CrowdState *c = malloc(sizeof *c);
    tifo__v1__crowd_state__init(c);
    c->at_ms = c->measured_ms = at_ms;
    c->simulated = true;
    c->phase = phase(moment);
    fill_places(venue, moment, c);
    fill_gates(venue, moment, c);
    fill_facilities(venue, moment, c);
    if (moment == JAM)
        fill_alarms(venue, at_ms, c);
    return c;
}

/* From the jam: nothing to its own gate, 55, 30 and 15 % to others. */
Tifo__V1__Plan *states_plan(const Tifo__V1__Venue *venue, enum moment moment)
{
    Tifo__V1__Plan *plan = malloc(sizeof *plan);
    tifo__v1__plan__init(plan);
    plan->number = moment == CALM ? 1 : 7;
    plan->adopted_ms = STATES_START_MS + (moment == CALM ? 0 : 28 * 60000);
    plan->clearance_s = moment == CALM ? 302 : 365;
    if (moment == CALM)
        return plan;
    plan->splits = calloc(1, sizeof(Tifo__V1__Split *));
    Tifo__V1__Split *split = malloc(sizeof *split);
    tifo__v1__split__init(split);
    plan->splits[plan->n_splits++] = split;
    split->origin = states_jam_zone(venue);
    split->purpose = TIFO__V1__PURPOSE__PURPOSE_EXIT;
    size_t n = venue->n_gates < 4 ? venue->n_gates - 1 : 3;
    split->n_destination = split->n_share_milli = split->n_next_place = n;
    split->destination = column(n);
    split->share_milli = column(n);
    split->next_place = column(n);
    static const uint32_t shares[3] = { 150, 300, 550 };
    for (size_t i = 0; i < n; i++) {
        split->destination[i] = (uint32_t)(venue->n_gates - 1 - n + i);
        split->share_milli[i] = shares[i];
        split->next_place[i] = UNKNOWN;
    }
    return plan;
}

/* A point of the zone; within the jam near the gate's own wall, because people press there. */
static void point_in(const Tifo__V1__Venue *venue, uint32_t zone, bool jam, uint32_t *seed,
                     double *x, double *y)
{
    const Tifo__V1__Path *outline = venue->zones[zone]->outline;
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    for (size_t i = 0; i < outline->n_xy_cm; i += 2) {
        x0 = fmin(x0, outline->xy_cm[i] / 100.0), x1 = fmax(x1, outline->xy_cm[i] / 100.0);
        y0 = fmin(y0, outline->xy_cm[i + 1] / 100.0), y1 = fmax(y1, outline->xy_cm[i + 1] / 100.0);
    }
    struct tifo_spot gate = tifo_path_middle(venue->gates[venue->n_gates - 1]->line);
    for (int tries = 0; tries < 500; tries++) {
        *x = x0 + (x1 - x0) * part(seed);
        *y = y0 + (y1 - y0) * part(seed);
        double away = hypot(*x - gate.x_m, *y - gate.y_m);
        if (tifo_place_has(venue, zone, *x, *y) && (!jam || part(seed) < exp(-away / 12)))
            return;
    }
}

Tifo__V1__WatchPositionsResponse *states_positions(const Tifo__V1__Venue *venue,
                                                   const Tifo__V1__CrowdState *crowd)
{
    Tifo__V1__WatchPositionsResponse *p = malloc(sizeof *p);
    tifo__v1__watch_positions_response__init(p);
    size_t room = crowd->inside + 1;
    p->at_ms = crowd->at_ms;
    p->device = column(room);
    p->place = column(room);
    p->x_cm = calloc(room, sizeof(int32_t));
    p->y_cm = calloc(room, sizeof(int32_t));
    uint32_t seed = 7;
    size_t n = 0;
    for (uint32_t z = 0; z < venue->n_zones; z++) {
        for (uint32_t i = 0; i < crowd->people[z] * 6 / 10; i++, n++) {
            double x = 0, y = 0;
            point_in(venue, z, z == states_jam_zone(venue), &seed, &x, &y);
            p->device[n] = (uint32_t)n;
            p->x_cm[n] = (int32_t)(x * 100);
            p->y_cm[n] = (int32_t)(y * 100);
            p->place[n] = z;
        }
    }
    p->n_device = p->n_x_cm = p->n_y_cm = p->n_place = n;
    return p;
}

void states_model(struct model *model, const char *venue_file, enum moment moment)
{
    char why[200];
    model_init(model);
    if (!model_set_venue(model, venue_file ? states_load(venue_file) : states_venue(), why,
                         sizeof why)) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    model->contact.state = CONTACT_LIVE;
    model_set_plan(model, states_plan(model->venue, CALM));
    int64_t jam_ms = STATES_START_MS + 26 * 60000, end_ms = STATES_START_MS + 30 * 60000;
    for (int64_t at = STATES_START_MS; at <= end_ms; at += 5000)
        model_set_crowd(model, states_crowd(model->venue, at < jam_ms ? CALM : moment, at));
    if (moment == JAM)
        model_set_plan(model, states_plan(model->venue, JAM));
    model_set_positions(model, states_positions(model->venue, model->crowd));
}
