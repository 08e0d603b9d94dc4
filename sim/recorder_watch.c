#include "sim/recorder_state.h"

#include "sim/ground.h"
#include "sim/record_subject.h"

#include <math.h>

/* Slower than this near a gate or in a line is waiting; the engine's own limit at gates. */
static const float waiting_mps = 0.4f;
static const double cleared_part = 0.98;

uint32_t recorder_gate_queue(const struct recorder *r, const uint32_t *waiting_at, uint32_t gate)
{
    return waiting_at[ground_gate_door(r->venue, gate)] +
           behaviour_waiting_outside(r->behaviour, gate);
}

uint32_t recorder_waiting(const struct recorder *r, const struct crowd_tally *tally,
                          const uint32_t *waiting_at)
{
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < r->venue->n_gates; i++)
        waiting += recorder_gate_queue(r, waiting_at, i);
    for (size_t i = 0; i < r->venue->n_facilities; i++)
        waiting += tally->queue_at[i];
    return waiting;
}

void recorder_watch_second(struct recorder *r, const struct crowd_people *people,
                           const struct crowd_tally *tally, const uint32_t *waiting_at)
{
    recorder_floor_second(r, people);
    for (size_t i = 0; i < r->venue->n_zones; i++)
        if (tally->in_place[i] > r->second_peak[i])
            r->second_peak[i] = tally->in_place[i];
    for (uint32_t i = 0; i < r->venue->n_gates; i++) {
        struct record_gate *gate = &RECORD_GATES(&r->record)[i];
        uint32_t queue = recorder_gate_queue(r, waiting_at, i);
        gate->longest_queue = queue > gate->longest_queue ? queue : gate->longest_queue;
    }
    for (size_t i = 0; i < r->venue->n_facilities; i++) {
        struct record_facility *facility = &RECORD_FACILITIES(&r->record)[i];
        uint32_t queue = tally->queue_at[i];
        facility->longest_queue = queue > facility->longest_queue ? queue : facility->longest_queue;
    }
    r->waiting_s += recorder_waiting(r, tally, waiting_at);
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

/* Out of blocks and aisles, on the way to a gate. */
static void watch_stands(struct recorder *r, const struct crowd_event *event, double now_s)
{
    if (crowd_people(r->crowd).goal[event->person].kind == GOAL_GATE &&
        record_leaves_stands(r->venue, event->index, event->place))
        r->stands_left_s = now_s;
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
        if (events[i].kind == EVENT_CHANGED_PLACE)
            watch_stands(r, &events[i], now_s);
        if (events[i].kind == EVENT_PASSED_GATE &&
            ground_door_gate(r->venue, events[i].index, &gate))
            watch_passage(r, &events[i], gate, now_s);
    }
}

void recorder_watch_clearance(struct recorder *r, double now_s)
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

static void watch_doors(struct recorder *r)
{
    struct crowd_tally tally = crowd_tally(r->crowd);
    size_t count = r->record.doors.count;
    uint32_t *then = r->door_recent + r->steps % RECENT_STEPS * count;
    for (size_t i = 0; i < count; i++) {
        struct record_door *door = &RECORD_DOORS(&r->record)[i];
        uint32_t now = tally.door_forward[i] + tally.door_backward[i];
        if (now - then[i] > door->busiest_10s)
            door->busiest_10s = now - then[i];
        then[i] = now;
    }
}

void recorder_watch_step(struct recorder *r, const struct crowd_people *people)
{
    watch_doors(r);
    watch_events(r);
    watch_waits(r, people);
    recorder_watch_clearance(r, crowd_time_s(r->crowd));
}
