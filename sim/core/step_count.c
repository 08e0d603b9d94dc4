/* Count: tallies, the hash of the trajectory, and the proof that nobody vanished. */
#include "sim/core/state.h"

#include <assert.h>
#include <string.h>

#define WAITING_M   8.0
#define WAITING_MPS 0.4

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* A sum over people, so that it does not depend on the order in which threads add them up. */
static uint64_t hash_of(const struct crowd *c, uint32_t i)
{
    uint64_t where = dice_mix(bits_of(c->people.x[i])) + 3 * dice_mix(bits_of(c->people.y[i]));
    return dice_mix(where ^
                    ((uint64_t)c->people.mode[i] << 56 | (uint64_t)c->people.place[i] << 32 | i));
}

static void count_part(void *ctx, uint32_t from, uint32_t to)
{
    struct crowd *c = ctx;
    struct part_count count = { 0 };
    for (uint32_t i = from; i < to; i++) {
        uint8_t mode = c->people.mode[i];
        count.in_mode[mode]++;
        if (mode == PERSON_SEATED || mode >= PERSON_LEFT)
            continue;
        count.hash += hash_of(c, i);
    }
    c->grid.counts[from / WORKERS_PART] = count;
}

void step_count(struct crowd *c)
{
    const struct people *p = &c->people;
    uint64_t sum = 0;
    uint32_t placed = 0;
    memset(c->in_mode, 0, sizeof c->in_mode);
    workers_run(c->workers, count_part, c, p->count);
    for (uint32_t part = 0; part * WORKERS_PART < p->count; part++) {
        const struct part_count *count = &c->grid.counts[part];
        sum += count->hash;
        for (int mode = 0; mode <= PERSON_AWAY; mode++)
            c->in_mode[mode] += count->in_mode[mode];
    }
    for (uint32_t f = 0; f < c->ground->facility_count; f++)
        c->queue_at[f] = c->counters[f].line_count;
    for (uint32_t place = 0; place < c->ground->area_count + c->ground->block_count; place++)
        placed += c->in_place[place];
    assert(placed + c->in_mode[PERSON_LEFT] + c->in_mode[PERSON_AWAY] == p->count);
    c->hash = dice_mix(c->hash ^ sum ^ c->in_mode[PERSON_SEATED]);
}

struct crowd_tally crowd_tally(const struct crowd *c)
{
    return (struct crowd_tally){
        .people = c->people.count,
        .away = c->in_mode[PERSON_AWAY],
        .seated = c->in_mode[PERSON_SEATED],
        .in_rows = c->in_mode[PERSON_IN_ROW],
        .walking = c->in_mode[PERSON_WALKING],
        .queued = c->in_mode[PERSON_QUEUED] + c->in_mode[PERSON_SERVED],
        .left = c->in_mode[PERSON_LEFT],
        .in_place = c->in_place,
        .door_forward = c->door_forward,
        .door_backward = c->door_backward,
        .queue_at = c->queue_at,
        .served_by = c->served_by,
    };
}

/* The gate that the person waits before, or NONE. */
static uint32_t waits_at(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    if (p->mode[i] != PERSON_WALKING || p->goal[i].kind != GOAL_GATE ||
        p->speed_mps[i] >= WAITING_MPS || p->field[i] == NONE)
        return NONE;
    uint32_t gate = p->goal[i].index;
    bool here = c->ground->doors[gate].field[0] == p->field[i] &&
                ground_distance(c->ground, p->field[i], person_at(c, i)) < WAITING_M;
    return here ? gate : NONE;
}

const uint32_t *crowd_waiting_at(const struct crowd *c)
{
    memset(c->waiting_at, 0, c->ground->door_count * sizeof *c->waiting_at);
    for (uint32_t i = 0; i < c->people.count; i++) {
        uint32_t gate = waits_at(c, i);
        if (gate != NONE)
            c->waiting_at[gate]++;
    }
    return c->waiting_at;
}

uint64_t crowd_hash(const struct crowd *c)
{
    return c->hash;
}
