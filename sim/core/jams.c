#include "sim/core/jams.h"

#include "sim/core/memory.h"
#include "sim/core/state.h"

#include <stdlib.h>
#include <string.h>

#define EXPECTED_PMS 1.0  /* people a metre and second that one expects a jammed door to pass */
#define PATIENCE_S   5.0  /* who loses less by a jam does not look for another way */
#define GAIN_S       10.0 /* nobody turns to another door for less, nor ... */
#define GAIN_SHARE   0.2  /* ... for less than this share of the time that is left */
#define LOOK_EVERY_S 1.0
enum { THINKS_EVERY = 5 /* looks */ };

struct jams {
    uint32_t within_m[JAMS_REACH_M];
};

static struct jams *jams_at(const struct crowd *c, uint32_t door, int side)
{
    return &c->jams[2 * door + (uint32_t)side];
}

struct look {
    struct crowd *crowd;
    bool leavers;
};

/* The door that the person walks to, and their side of it; NONE: to none. */
static uint32_t heads_for(const struct look *look, uint32_t i, int *side)
{
    const struct crowd *c = look->crowd;
    const struct people *p = &c->people;
    if (p->mode[i] != PERSON_WALKING)
        return NONE;
    const struct door *d = c->ground->doors;
    bool leaves = p->goal[i].kind == GOAL_GATE && d[p->goal[i].index].place[0] == p->place[i];
    uint32_t door = leaves ? p->goal[i].index : p->field[i] != NONE ? p->door[i] : NONE;
    if (door == NONE || (leaves && !look->leavers))
        return NONE;
    *side = d[door].place[1] == p->place[i];
    return d[door].place[*side] == p->place[i] && d[door].field[*side] != NONE ? door : NONE;
}

static void look_part(void *ctx, uint32_t from, uint32_t to)
{
    const struct look *look = ctx;
    struct crowd *c = look->crowd;
    for (uint32_t k = from; k < to; k++) {
        uint32_t i = c->grid.active[k];
        int side;
        uint32_t door = heads_for(look, i, &side);
        c->grid.ahead[k].jam = NONE;
        if (door == NONE)
            continue;
        double metres =
            ground_distance(c->ground, c->ground->doors[door].field[side], person_at(c, i));
        if (metres < JAMS_REACH_M)
            c->grid.ahead[k] = (struct ahead){ 2 * door + (uint32_t)side, (uint32_t)metres };
    }
}

void jams_look(struct crowd *c, bool leavers)
{
    struct look look = { c, leavers };
    uint32_t sides = 2 * c->ground->door_count;
    memset(c->jams, 0, sides * sizeof *c->jams);
    workers_run(c->workers, look_part, &look, c->grid.active_count);
    for (uint32_t k = 0; k < c->grid.active_count; k++) {
        struct ahead ahead = c->grid.ahead[k];
        if (ahead.jam != NONE)
            c->jams[ahead.jam].within_m[ahead.metre]++;
    }
    for (uint32_t s = 0; s < sides; s++)
        for (uint32_t m = 1; m < JAMS_REACH_M; m++)
            c->jams[s].within_m[m] += c->jams[s].within_m[m - 1];
}

uint32_t jams_ahead(const struct crowd *c, uint32_t door, int side, double metres)
{
    if (metres < 1)
        return 0;
    uint32_t m = metres < JAMS_REACH_M ? (uint32_t)metres : JAMS_REACH_M;
    return jams_at(c, door, side)->within_m[m - 1];
}

/* Till one is through the door, with those who are before one. */
static double door_s(const struct crowd *c, uint32_t i, uint32_t door, double *free_s)
{
    const struct door *d = &c->ground->doors[door];
    const struct area *a = &c->ground->areas[c->people.place[i]];
    int side = d->place[1] == c->people.place[i];
    double metres = ground_distance(c->ground, d->field[side], person_at(c, i));
    double jam_s = jams_ahead(c, door, side, metres) / (EXPECTED_PMS * segment_length(d->line));
    *free_s = ground_walk_s(c->ground, c->people.place[i], metres, d->elevation_m - a->elevation_m);
    return *free_s > jam_s ? *free_s : jam_s;
}

/* The soonest door that leads on, but for the one now followed and the one back. */
static uint32_t sooner_door(const struct crowd *c, uint32_t i, uint32_t goal, double *best_s)
{
    const struct people *p = &c->people;
    const struct area *a = &c->ground->areas[p->place[i]];
    uint32_t best = NONE;
    for (uint32_t k = 0; k < a->door_count; k++) {
        uint32_t door = a->doors[k];
        const struct door *d = &c->ground->doors[door];
        uint32_t next = d->place[d->place[0] == p->place[i]];
        double rest_s = ground_rest_s(c->ground, p->place[i], door, goal), free_s;
        if (door == p->door[i] || next == p->before[i] || !isfinite(rest_s) ||
            !ground_may_transit(c->ground, door, p->place[i]))
            continue;
        double s = door_s(c, i, door, &free_s) + rest_s;
        if (s < *best_s) {
            *best_s = s;
            best = door;
        }
    }
    return best;
}

static void avoid(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    double free_s, s = door_s(c, i, p->door[i], &free_s);
    if (s < free_s + PATIENCE_S)
        return;
    uint32_t goal = crowd_goal_number(c, i);
    if (goal == NONE)
        return;
    s += ground_rest_s(c->ground, p->place[i], p->door[i], goal);
    double best_s = s - GAIN_S < (1 - GAIN_SHARE) * s ? s - GAIN_S : (1 - GAIN_SHARE) * s;
    uint32_t best = sooner_door(c, i, goal, &best_s);
    if (best == NONE)
        return;
    p->door[i] = best;
    p->detours[i] = true;
    p->field[i] = c->ground->doors[best].field[c->ground->doors[best].place[1] == p->place[i]];
}

void jams_avoid(struct crowd *c)
{
    const struct people *p = &c->people;
    uint32_t look_every = (uint32_t)(LOOK_EVERY_S / c->step_s + 0.5);
    if (c->step % look_every != 0)
        return;
    uint32_t look = c->step / look_every;
    jams_look(c, false);
    for (uint32_t k = 0; k < c->grid.active_count; k++) {
        uint32_t i = c->grid.active[k];
        if (i % THINKS_EVERY == look % THINKS_EVERY && p->mode[i] == PERSON_WALKING &&
            p->field[i] != NONE && p->door[i] != NONE && !p->signed_here[i])
            avoid(c, i);
    }
}

void jams_init(struct crowd *c)
{
    c->jams = memory_zeroed(2 * (size_t)c->ground->door_count, sizeof *c->jams);
}

void jams_fini(struct crowd *c)
{
    free(c->jams);
}
