#include "sim/core/jams.h"
#include "sim/core/state.h"

#include "sim/core/memory.h"

#include <assert.h>
#include <stdlib.h>

static void counters_init(struct crowd *c)
{
    c->counters = memory_zeroed(c->ground->facility_count, sizeof *c->counters);
    for (uint32_t i = 0; i < c->ground->facility_count; i++) {
        const struct facility *f = &c->ground->facilities[i];
        struct counter *counter = &c->counters[i];
        counter->servers = memory_zeroed(f->servers, sizeof *counter->servers);
        counter->line_capacity = f->slot_count + 64;
        counter->line = memory_zeroed(counter->line_capacity, sizeof *counter->line);
        counter->in_slot = memory_zeroed(f->slot_count, sizeof *counter->in_slot);
        for (uint32_t s = 0; s < f->servers; s++)
            counter->servers[s].person = NONE;
        for (uint32_t s = 0; s < f->slot_count; s++)
            counter->in_slot[s] = NONE;
    }
}

static void grid_init(struct grid *grid, const struct ground *ground, uint32_t threads)
{
    grid->low = (struct point){ ground->low.x - 1, ground->low.y - 1 };
    grid->columns = (uint32_t)((ground->high.x - grid->low.x + 1) / GRID_CELL_M) + 1;
    grid->rows = (uint32_t)((ground->high.y - grid->low.y + 1) / GRID_CELL_M) + 1;
    sort_init(grid, threads);
}

struct crowd *crowd_create(const struct ground *ground, const struct crowd_def *def)
{
    struct crowd *c = memory_zeroed(1, sizeof *c);
    c->ground = ground;
    c->walking = def->walking ? def->walking : &walking_weidmann;
    c->seed = def->seed;
    c->step_s = def->step_s > 0 ? def->step_s : CROWD_STEP_S;
    assert(c->step_s <= CROWD_STEP_MAX_S);
    c->workers = workers_create(def->threads);
    c->gates = memory_zeroed(ground->door_count, sizeof *c->gates);
    for (uint32_t d = 0; d < ground->door_count; d++)
        c->gates[d] = (struct gate_state){ .open = true };
    c->design = def->design;
    limits_init(c);
    jams_init(c);
    c->smoke_per_m = memory_zeroed(ground->area_count, sizeof *c->smoke_per_m);
    steer_init(c);
    counters_init(c);
    c->row_people = memory_zeroed(ground->row_count, sizeof *c->row_people);
    for (uint32_t r = 0; r < ground->row_count; r++)
        c->row_people[r] = NONE;
    grid_init(&c->grid, ground, workers_threads(c->workers));
    c->in_place = memory_zeroed(ground->area_count + ground->block_count, sizeof(uint32_t));
    c->door_forward = memory_zeroed(ground->door_count, sizeof(uint32_t));
    c->door_backward = memory_zeroed(ground->door_count, sizeof(uint32_t));
    c->waiting_at = memory_zeroed(ground->door_count, sizeof(uint32_t));
    c->queue_at = memory_zeroed(ground->facility_count, sizeof(uint32_t));
    c->served_by = memory_zeroed(ground->facility_count, sizeof(uint32_t));
    return c;
}

void crowd_destroy(struct crowd *c)
{
    if (!c)
        return;
    people_fini(&c->people);
    limits_fini(c);
    jams_fini(c);
    free(c->smoke_per_m);
    workers_destroy(c->workers);
    free(c->table);
    free(c->arrived);
    for (uint32_t i = 0; i < c->ground->facility_count; i++) {
        free(c->counters[i].servers);
        free(c->counters[i].in_slot);
        free(c->counters[i].line);
    }
    free(c->counters);
    free(c->gates);
    free(c->row_people);
    free(c->next_in_row);
    crowd_grid_fini(&c->grid);
    free(c->events);
    free(c->in_place);
    free(c->door_forward);
    free(c->door_backward);
    free(c->waiting_at);
    free(c->queue_at);
    free(c->served_by);
    free(c);
}

/* About normal, by twelve uniforms (Irwin-Hall): no logarithm, the same on every machine. */
static double draw_speed(const struct crowd *c, uint32_t person)
{
    double sum = -6;
    for (uint32_t i = 0; i < 12; i++)
        sum += dice_uniform(dice_bits(c->seed, person, DICE_SPEED, i));
    double speed = c->walking->speed_mean_mps + sum * c->walking->speed_sd_mps;
    return fmin(fmax(speed, c->walking->speed_min_mps), c->walking->speed_max_mps);
}

static void take_seat(struct crowd *c, uint32_t person, const struct person_def *def)
{
    const struct ground *g = c->ground;
    struct people *p = &c->people;
    assert(def->seat_block < g->block_count);
    uint32_t row = g->first_row[def->seat_block] + def->seat_row;
    assert(row < g->first_row[def->seat_block + 1] && def->seat < g->rows[row].seats);
    for (uint32_t other = c->row_people[row]; other != NONE; other = c->next_in_row[other])
        assert(p->seat[other] != def->seat);
    p->seat_row[person] = row;
    p->seat[person] = def->seat;
    c->next_in_row[person] = c->row_people[row];
    c->row_people[row] = person;
}

uint32_t crowd_add(struct crowd *c, const struct person_def *def)
{
    if (c->people.count == c->people.capacity)
        crowd_reserve(c, c->people.capacity ? 2 * c->people.capacity : 256);
    struct people *p = &c->people;
    uint32_t person = p->count++;
    p->free_mps[person] = (float)(def->speed_mps > 0 ? def->speed_mps : draw_speed(c, person));
    double spread = 2 * dice_uniform(dice_bits(c->seed, person, DICE_RADIUS, 0)) - 1;
    p->radius[person] = (float)(c->walking->radius_mean_m + spread * c->walking->radius_spread_m);
    if (def->radius_m > 0)
        p->radius[person] = (float)def->radius_m;
    p->start_s[person] = def->start_s;
    p->next_mate[person] = person;
    p->familiar[person] = p->found_shut[person] = NONE;
    p->seat_row[person] = p->way[person] = p->door[person] = p->field[person] = p->slot[person] =
        p->sign[person] = NONE;
    if (def->seat_block != NO_SEAT)
        take_seat(c, person, def);
    struct point at = def->at;
    assert(!def->away || (!def->seated && def->seat_block != NO_SEAT));
    if (def->seated || def->away) {
        const struct row *row = &c->ground->rows[p->seat_row[person]];
        p->row_m[person] = row_seat_m(row, def->seat);
        at = row_at(row, p->row_m[person]);
        p->mode[person] = def->seated ? PERSON_SEATED : PERSON_AWAY;
        p->place[person] = (uint16_t)(c->ground->area_count + row->block);
        p->goal[person] = (struct goal){ GOAL_SEAT, 0 };
    } else {
        assert(ground_contains(c->ground, def->area, at));
        p->mode[person] = PERSON_WALKING;
        p->place[person] = (uint16_t)def->area;
    }
    p->x[person] = at.x;
    p->y[person] = at.y;
    c->in_mode[p->mode[person]]++;
    c->in_place[p->place[person]] += !def->away;
    return person;
}

uint32_t crowd_goal_number(const struct crowd *c, uint32_t person)
{
    struct goal goal = c->people.goal[person];
    if (goal.kind == GOAL_GATE)
        return goal.index;
    if (goal.kind == GOAL_FACILITY)
        return c->ground->door_count + goal.index;
    if (goal.kind == GOAL_SPOT)
        return c->ground->door_count + c->ground->facility_count + goal.index;
    uint32_t way = c->people.way[person];
    return goal.kind == GOAL_SEAT && way != NONE ? c->ground->ways[way].door : NONE;
}

void crowd_set_goal(struct crowd *c, uint32_t person, struct goal goal)
{
    crowd_head_for(c, person, goal);
    c->people.chooses[person] = false;
}

void crowd_head_for(struct crowd *c, uint32_t person, struct goal goal)
{
    struct people *p = &c->people;
    assert(person < p->count);
    assert(goal.kind != GOAL_GATE ||
           (goal.index < c->ground->door_count && c->ground->doors[goal.index].gate));
    assert(goal.kind != GOAL_FACILITY || goal.index < c->ground->facility_count);
    assert(goal.kind != GOAL_SEAT || p->seat_row[person] != NONE);
    assert(goal.kind != GOAL_SPOT || goal.index < c->ground->spot_count);
    struct goal old = p->goal[person];
    if (p->mode[person] >= PERSON_LEFT || (old.kind == goal.kind && old.index == goal.index))
        return;
    if (p->mode[person] == PERSON_QUEUED || p->mode[person] == PERSON_SERVED)
        serve_quit(c, person);
    p->goal[person] = goal;
    p->told[person] = false;
    p->door[person] = p->field[person] = p->sign[person] = NONE;
    p->signed_here[person] = p->detours[person] = false;
    if (p->mode[person] == PERSON_WALKING) {
        p->way[person] = NONE;
    } else if (goal.kind == GOAL_GATE || goal.kind == GOAL_FACILITY || goal.kind == GOAL_SPOT) {
        p->rising[person] = p->mode[person] == PERSON_SEATED;
        p->way[person] = rows_way_out(c, person, crowd_goal_number(c, person)).way;
    } else {
        p->rising[person] = false;
    }
}

void crowd_set_sign(struct crowd *c, uint32_t person, uint32_t place)
{
    struct people *p = &c->people;
    assert(person < p->count && place < c->ground->area_count + c->ground->block_count);
    p->sign[person] = place;
    if (p->mode[person] == PERSON_WALKING)
        p->door[person] = p->field[person] = NONE;
}

void crowd_set_gate(struct crowd *c, uint32_t door, bool open)
{
    assert(door < c->ground->door_count && c->ground->doors[door].gate);
    c->gates[door].open = open;
    for (uint32_t i = 0; i < c->people.count; i++)
        if (c->people.goal[i].kind == GOAL_GATE && c->people.goal[i].index == door)
            c->people.told[i] = false;
}

bool crowd_gate_is_open(const struct crowd *c, uint32_t door)
{
    assert(door < c->ground->door_count && c->ground->doors[door].gate);
    return c->gates[door].open;
}

void crowd_free_gate(struct crowd *c, uint32_t door, bool freed)
{
    assert(door < c->ground->door_count && c->ground->doors[door].gate);
    c->gates[door].freed = freed;
}

void crowd_tell(struct crowd *c, struct crowd_event event)
{
    if (c->event_count == c->event_capacity) {
        c->event_capacity = c->event_capacity ? 2 * c->event_capacity : 256;
        c->events = memory_resized(c->events, c->event_capacity, sizeof *c->events);
    }
    c->events[c->event_count++] = event;
}

void crowd_change_place(struct crowd *c, uint32_t person, uint32_t door, uint32_t place)
{
    const struct door *d = &c->ground->doors[door];
    bool forward = d->place[1] == place;
    (forward ? c->door_forward : c->door_backward)[door]++;
    c->in_place[c->people.place[person]]--;
    c->in_place[place]++;
    c->people.before[person] = c->people.place[person];
    c->people.place[person] = (uint16_t)place;
    struct crowd_event event = { EVENT_CHANGED_PLACE, person, place, door, forward };
    crowd_tell(c, event);
    if (d->gate) {
        event.kind = EVENT_PASSED_GATE;
        crowd_tell(c, event);
    }
}

void crowd_step(struct crowd *c)
{
    c->event_count = 0;
    c->arrived_count = 0;
    step_sort(c);
    step_rows(c);
    step_serve(c);
    step_route(c);
    step_look(c);
    step_go(c);
    c->step++;
    step_count(c);
}

double crowd_step_s(const struct crowd *c)
{
    return c->step_s;
}

double crowd_time_s(const struct crowd *c)
{
    return c->step * c->step_s;
}

const struct crowd_event *crowd_events(const struct crowd *c, size_t *count)
{
    *count = c->event_count;
    return c->events;
}

double crowd_way_s(const struct crowd *c, uint32_t i, struct goal goal)
{
    const struct ground *g = c->ground;
    const struct people *p = &c->people;
    if (goal.kind == GOAL_STAND || goal.kind == GOAL_POINT || p->mode[i] == PERSON_LEFT)
        return 0;
    if (goal.kind == GOAL_SEAT)
        return p->seat_row[i] == NONE ? INFINITY : rows_way_in(c, i).seconds;
    uint32_t number = goal.index;
    if (goal.kind != GOAL_GATE)
        number += g->door_count + (goal.kind == GOAL_SPOT ? g->facility_count : 0);
    if (p->mode[i] == PERSON_SEATED || p->mode[i] == PERSON_IN_ROW || p->mode[i] == PERSON_AWAY)
        return rows_way_out(c, i, number).seconds;
    return ground_choose(g, p->place[i], person_at(c, i), number).seconds;
}

struct crowd_people crowd_people(const struct crowd *c)
{
    const struct people *p = &c->people;
    return (struct crowd_people){ p->count,  p->x,     p->y,    p->speed_mps,
                                  p->radius, p->place, p->mode, p->goal };
}
