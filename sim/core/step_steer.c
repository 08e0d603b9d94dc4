/* Steer: the model of walking. Writes the displacement that everybody would like to make in this
 * step; reads only what earlier phases wrote, so people are independent. step_steer_see.h (whom one
 * sees), step_steer_look.h (where one goes) and step_steer_lanes.h (the step) are the model itself,
 * the only files that know it.
 *
 * First order, collision-free speed: five times a second one looks along a few directions around
 * the way wanted, expects others where they will be in a moment, and takes the direction that gets
 * on best; the speed along it is the room to the body ahead over the headway (Tordeux, Chraibi,
 * Seyfried 2016), found anew in each step.
 * Then no more of the gap to anybody is taken than half of it, so bodies cannot run into each
 * other. Who stands face to face with somebody for a while turns a shoulder and needs less room, so
 * that two-way flows always dissolve. */
#define STEER_PART steer_part_plain
#define STEER_TURN steer_turn_plain
#include "sim/core/step_steer_lanes.h"
#include "sim/core/step_turn_lanes.h"

#include "sim/core/memory.h"

uint32_t steer_sets(struct steer_set sets[STEER_SETS_MAX])
{
    uint32_t count = 0;
    sets[count++] = (struct steer_set){ steer_part_plain, steer_turn_plain };
#ifdef SIM_HAS_WIDE
    if (__builtin_cpu_supports("avx2"))
        sets[count++] = (struct steer_set){ steer_part_avx2, steer_turn_avx2 };
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("bmi2"))
        sets[count++] = (struct steer_set){ steer_part_avx512, steer_turn_avx512 };
#endif
    return count;
}

void steer_init(struct crowd *c)
{
    const struct walking *w = c->walking;
    c->steer = (struct steer){
        .stride_mps = (float)w->stride_mps,
        .stride_m = (float)(w->stride_mps * w->headway_s),
        .per_stride = (float)(1 / w->stride_headway_s),
        .per_headway = (float)(1 / w->headway_s),
        .per_creep = (float)(1 / w->creep_headway_s),
        .creep_rest_m = (float)w->creep_rest_m,
        .gap_m = (float)w->gap_m,
        .per_wall_headway = (float)(1 / w->wall_headway_s),
        .anticipation_s = (float)w->anticipation_s,
        .hurry_share = (float)w->hurry_share,
        .step_s = (float)c->step_s,
        .half_per_step = 0.5f / (float)c->step_s,
        .turn_share = (float)(c->step_s / (c->step_s + TURN_S)),
        .looks_each = c->step_s < LOOKS_EACH_S ? (uint32_t)(LOOKS_EACH_S / c->step_s + 0.5) : 1,
    };
    c->table = memory_zeroed(1, sizeof *c->table);
    lanes_table_init(c->table);
    struct steer_set sets[STEER_SETS_MAX];
    c->steer.set = sets[steer_sets(sets) - 1];
}

/* A whim lasts 1.6 s. */
#define WHIM_S 1.6

void steer_begin(struct crowd *c)
{
    c->steer.whim_key = dice_key(c->seed, DICE_WOBBLE);
    c->steer.whim = (uint32_t)(c->step * c->step_s / WHIM_S);
    c->steer.round = (uint32_t)(c->step * c->step_s / RANK_S);
}
