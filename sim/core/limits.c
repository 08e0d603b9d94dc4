#include "sim/core/limits.h"

#include "sim/core/geometry.h"
#include "sim/core/memory.h"
#include "sim/core/state.h"

#include <stdlib.h>

/* A design value holds over every stretch of time as long as this. */
#define WINDOW_S 10.0

const struct design design_sfpe = { "sfpe", 1.3, 1.01, 0.15 };
const struct design design_green_guide = { "green-guide", 82.0 / 60, 66.0 / 60, 0 };
const struct design design_imo = { "imo", 1.3, 0.88, 0 };

static double design_ps(const struct ground *g, const struct design *design, const struct door *d)
{
    bool stairs = false;
    for (int side = 0; side < 2; side++)
        stairs |= d->place[side] < g->area_count && g->areas[d->place[side]].stairs;
    double width_m = fmax(segment_length(d->line) - 2 * design->boundary_m, 0.1);
    return width_m * (stairs ? design->stairs_pms : design->level_pms);
}

void limits_init(struct crowd *c)
{
    const struct ground *g = c->ground;
    c->limits = memory_zeroed(g->door_count, sizeof *c->limits);
    for (uint32_t i = 0; i < g->door_count; i++) {
        struct door_limit *l = &c->limits[i];
        l->tokens[0] = l->tokens[1] = l->credit = 1;
        if (c->design == NULL || g->doors[i].to_block)
            continue;
        l->design_ps = design_ps(g, c->design, &g->doors[i]);
        /* Whole people in the window, rounded down; one at least, and then in a longer one. */
        l->room = (uint32_t)fmax(l->design_ps * WINDOW_S + 1e-9, 1);
        l->recent = memory_zeroed(l->room, sizeof *l->recent);
    }
}

void limits_fini(struct crowd *c)
{
    for (uint32_t i = 0; c->limits && i < c->ground->door_count; i++)
        free(c->limits[i].recent);
    free(c->limits);
}

/* Passages are made ready at the rate, two in advance at most. */
void limits_refill(struct crowd *c)
{
    for (uint32_t i = 0; i < c->ground->door_count; i++) {
        struct door_limit *l = &c->limits[i];
        const struct door *d = &c->ground->doors[i];
        for (int out = 0; out < 2; out++)
            l->tokens[out] = fmin(l->tokens[out] + d->rate_pps[out] * c->step_s, 2);
        double ready = l->design_ps * c->step_s;
        l->credit = fmin(l->credit + ready, 1 + ready);
    }
}

/* The room-th passage before this one lies a window back. */
static bool keeps_design(const struct crowd *c, const struct door_limit *l)
{
    uint32_t oldest = l->recent[l->next];
    double window_s = fmax(WINDOW_S, l->room / l->design_ps);
    return l->credit >= 1 && (oldest == 0 || (c->step + 1 - oldest) * c->step_s >= window_s - 1e-9);
}

/* People a second at most; 0: as many as push through. */
static double rate_pps(const struct crowd *c, uint32_t door, bool out)
{
    return out && c->gates[door].freed ? 0 : c->ground->doors[door].rate_pps[out];
}

bool limits_let(const struct crowd *c, uint32_t door, bool out)
{
    const struct door *d = &c->ground->doors[door];
    const struct door_limit *l = &c->limits[door];
    return !(d->one_way && !out) && !d->blocked &&
           (rate_pps(c, door, out) <= 0 || l->tokens[out] >= 1) &&
           (l->room == 0 || keeps_design(c, l));
}

void limits_passed(struct crowd *c, uint32_t door, bool out)
{
    struct door_limit *l = &c->limits[door];
    if (rate_pps(c, door, out) > 0)
        l->tokens[out] -= 1;
    if (l->room == 0)
        return;
    l->credit -= 1;
    l->recent[l->next] = c->step + 1;
    l->next = (l->next + 1) % l->room;
}
