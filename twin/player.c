#include "twin/player.h"

#include "sim/tape/tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Flows are told over the last so many seconds. */
enum { FLOW_MS = 30000 };

struct player {
    struct tape *tape;
    const struct tape_head *head;
    int64_t played_ms; /* Of the tape; -1: nothing yet. */
    uint32_t next;     /* Frame. */
    uint32_t *before;  /* Counts of each of the last frames, a ring. */
    uint32_t ring;     /* Frames in it. */
};

struct player *player_open(const char *path, char *why, size_t why_size)
{
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL)
        abort();
    p->tape = tape_open(path, why, why_size);
    if (p->tape == NULL) {
        free(p);
        return NULL;
    }
    p->head = tape_head(p->tape);
    p->played_ms = -1;
    p->ring = FLOW_MS / p->head->frame_ms + 1;
    p->before = calloc((size_t)p->ring * (p->head->count_count + 1), sizeof *p->before);
    if (p->before == NULL)
        abort();
    return p;
}

void player_close(struct player *p)
{
    if (p == NULL)
        return;
    tape_close(p->tape);
    free(p->before);
    free(p);
}

bool player_is_over(const struct player *p)
{
    return p->next == tape_frames(p->tape);
}

static uint32_t *numbers(size_t count)
{
    uint32_t *room = calloc(count ? count : 1, sizeof *room);
    if (room == NULL)
        abort();
    return room;
}

/* ---- Places ---------------------------------------------------------------------------------- */

static void count_places(const struct tape_frame *frame, uint32_t *people, size_t places)
{
    for (uint32_t i = 0; i < frame->people; i++)
        if (frame->state[i] != TAPE_ABSENT && frame->place[i] < places)
            people[frame->place[i]]++;
}

static void tell_places(const Tifo__V1__Venue *venue, const struct tape_frame *frame,
                        Tifo__V1__CrowdState *state)
{
    size_t places = venue->n_zones + venue->n_blocks;
    state->n_people = state->n_density_milli = state->n_los = state->n_measured_ago_ms = places;
    state->people = numbers(places);
    state->density_milli = numbers(places);
    state->n_los_scale = places;
    state->los = calloc(places ? places : 1, sizeof *state->los);
    state->los_scale = calloc(places ? places : 1, sizeof *state->los_scale);
    state->measured_ago_ms = numbers(places);
    if (state->los == NULL || state->los_scale == NULL)
        abort();
    count_places(frame, state->people, places);
    for (size_t i = 0; i < places; i++) {
        const Tifo__V1__Zone *zone = i < venue->n_zones ? venue->zones[i] : NULL;
        bool outside = zone != NULL && !zone_is_inside(zone);
        state->inside += outside ? 0 : state->people[i];
        if (zone == NULL || outside || !(zone->area_m2 > 0))
            continue;
        bool stairs = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS;
        double density = state->people[i] / zone->area_m2;
        state->density_milli[i] = (uint32_t)(density * 1000);
        state->los_scale[i] = stairs ? TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_STAIRS
                                     : TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_WALKWAY;
        char letter = level_letter((float)density, stairs ? &stairs_scale : &walkway_scale);
        state->los[i] = (Tifo__V1__LevelOfService)(TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_A +
                                                   letter - 'A');
    }
}

/* ---- Gates and counters ---------------------------------------------------------------------- */

/* A minute, from a count that rises. */
static uint32_t a_minute(uint32_t now, uint32_t then, int64_t between_ms)
{
    return between_ms > 0 ? (uint32_t)((int64_t)(now - then) * 60000 / between_ms) : 0;
}

static void tell_gates(const Tifo__V1__Venue *venue, const uint32_t *now, const uint32_t *then,
                       int64_t between_ms, Tifo__V1__CrowdState *state)
{
    size_t gates = venue->n_gates;
    state->n_gate_mode = state->n_gate_flow_in_ppm = state->n_gate_flow_out_ppm = gates;
    state->n_gate_queue = state->n_gate_wait_s = state->n_gate_total_in = gates;
    state->n_gate_total_out = gates;
    state->gate_mode = calloc(gates ? gates : 1, sizeof *state->gate_mode);
    state->gate_flow_in_ppm = numbers(gates);
    state->gate_flow_out_ppm = numbers(gates);
    state->gate_queue = numbers(gates);
    state->gate_wait_s = numbers(gates);
    state->gate_total_in = calloc(gates ? gates : 1, sizeof *state->gate_total_in);
    state->gate_total_out = calloc(gates ? gates : 1, sizeof *state->gate_total_out);
    if (!state->gate_mode || !state->gate_total_in || !state->gate_total_out)
        abort();
    for (size_t g = 0; g < gates; g++) {
        const uint32_t *here = now + TAPE_GATE(g), *was = then + TAPE_GATE(g);
        uint32_t in = a_minute(here[TAPE_GATE_IN], was[TAPE_GATE_IN], between_ms);
        uint32_t out = a_minute(here[TAPE_GATE_OUT], was[TAPE_GATE_OUT], between_ms);
        state->gate_mode[g] = here[TAPE_GATE_OPEN] ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN
                                                   : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
        state->gate_flow_in_ppm[g] = in;
        state->gate_flow_out_ppm[g] = out;
        state->gate_queue[g] = here[TAPE_GATE_QUEUE];
        state->gate_wait_s[g] = in + out > 0            ? here[TAPE_GATE_QUEUE] * 60 / (in + out)
                                : here[TAPE_GATE_QUEUE] ? UNKNOWN
                                                        : 0;
        state->gate_total_in[g] = here[TAPE_GATE_IN];
        state->gate_total_out[g] = here[TAPE_GATE_OUT];
    }
}

static void tell_facilities(const Tifo__V1__Venue *venue, const uint32_t *now, const uint32_t *then,
                            int64_t between_ms, Tifo__V1__CrowdState *state)
{
    size_t count = venue->n_facilities;
    state->n_facility_queue = state->n_facility_wait_s = state->n_facility_flow_ppm = count;
    state->facility_queue = numbers(count);
    state->facility_wait_s = numbers(count);
    state->facility_flow_ppm = numbers(count);
    for (size_t f = 0; f < count; f++) {
        const uint32_t *here = now + TAPE_FACILITY(venue->n_gates, f);
        const uint32_t *was = then + TAPE_FACILITY(venue->n_gates, f);
        uint32_t queue = here[TAPE_FACILITY_QUEUE];
        uint32_t flow = a_minute(here[TAPE_FACILITY_SERVED], was[TAPE_FACILITY_SERVED], between_ms);
        state->facility_queue[f] = queue;
        state->facility_flow_ppm[f] = flow;
        state->facility_wait_s[f] = flow > 0 ? queue * 60 / flow : queue ? UNKNOWN : 0;
    }
}

static Tifo__V1__CrowdState *crowd_of(struct player *p, const Tifo__V1__Venue *venue,
                                      const struct tape_frame *frame, uint32_t number)
{
    Tifo__V1__CrowdState *state = malloc(sizeof *state);
    if (state == NULL)
        abort();
    tifo__v1__crowd_state__init(state);
    state->to_seq = number + 1;
    state->at_ms = state->measured_ms = p->head->start_ms + (int64_t)number * p->head->frame_ms;
    state->simulated = true;
    tell_places(venue, frame, state);
    size_t counts = p->head->count_count;
    if (counts < TAPE_FACILITY(venue->n_gates, venue->n_facilities))
        return state;
    state->phase = malloc(sizeof *state->phase);
    if (state->phase == NULL)
        abort();
    tifo__v1__phase__init(state->phase);
    state->phase->kind = frame->counts[0] <= TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION
                             ? (Tifo__V1__PhaseKind)frame->counts[0]
                             : TIFO__V1__PHASE_KIND__PHASE_KIND_UNSPECIFIED;
    uint32_t behind = number < p->ring - 1 ? number : p->ring - 1;
    memcpy(p->before + number % p->ring * counts, frame->counts, counts * sizeof *p->before);
    const uint32_t *then = p->before + (number - behind) % p->ring * counts;
    int64_t between_ms = (int64_t)behind * p->head->frame_ms;
    tell_gates(venue, frame->counts, then, between_ms, state);
    tell_facilities(venue, frame->counts, then, between_ms, state);
    return state;
}

/* Everybody inside who is up. */
static Tifo__V1__WatchPositionsResponse *positions_of(const Tifo__V1__Venue *venue,
                                                      const struct tape_frame *frame, int64_t at_ms)
{
    Tifo__V1__WatchPositionsResponse *all = malloc(sizeof *all);
    if (all == NULL)
        abort();
    tifo__v1__watch_positions_response__init(all);
    size_t count = 0;
    all->at_ms = at_ms;
    all->device = numbers(frame->people);
    all->x_cm = (int32_t *)numbers(frame->people);
    all->y_cm = (int32_t *)numbers(frame->people);
    all->place = numbers(frame->people);
    for (uint32_t i = 0; i < frame->people; i++) {
        if (frame->state[i] != TAPE_ON_FOOT && frame->state[i] != TAPE_WAITING)
            continue;
        if (frame->place[i] < venue->n_zones && !zone_is_inside(venue->zones[frame->place[i]]))
            continue;
        all->device[count] = i + 1;
        all->x_cm[count] = frame->x_cm[i];
        all->y_cm[count] = frame->y_cm[i];
        all->place[count++] = frame->place[i];
    }
    all->n_device = all->n_x_cm = all->n_y_cm = all->n_place = count;
    return all;
}

/* ---- Playing --------------------------------------------------------------------------------- */

static bool begin(struct player *p, struct model *model, char *problem, size_t problem_size)
{
    Tifo__V1__Venue *venue = tifo__v1__venue__unpack(NULL, p->head->venue_size, p->head->venue);
    p->played_ms = 0;
    model->recorded = true;
    model->contact = (struct contact){ .state = CONTACT_LIVE };
    if (venue != NULL)
        return model_set_venue(model, venue, problem, problem_size);
    snprintf(problem, problem_size, "the tape's ground is damaged");
    return false;
}

bool player_advance(struct player *p, struct model *model, int64_t by_ms, char *problem,
                    size_t problem_size)
{
    problem[0] = '\0';
    if (p->played_ms < 0) {
        if (!begin(p, model, problem, problem_size))
            return true;
    } else {
        p->played_ms += by_ms;
    }
    bool changed = false;
    struct tape_frame frame;
    uint32_t number = 0;
    for (; !player_is_over(p) && (int64_t)p->next * p->head->frame_ms <= p->played_ms; p->next++) {
        if (!tape_read(p->tape, p->next, &frame)) {
            snprintf(problem, problem_size, "the tape is damaged from %u s on",
                     p->next * (p->head->frame_ms / 1000));
            return true;
        }
        number = p->next;
        model_set_crowd(model, crowd_of(p, model->venue, &frame, number));
        changed = true;
    }
    if (changed)
        model_set_positions(model,
                            positions_of(model->venue, &frame,
                                         p->head->start_ms + (int64_t)number * p->head->frame_ms));
    return changed;
}
