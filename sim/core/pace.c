/* Pace: how fast people would walk where they are: stairs, ramps, escalators, smoke. */
#include "sim/core/state.h"

#include <assert.h>

#define CRAWL_MPS 0.3 /* in the thickest smoke */
#define SMOKE_SLOWS                                                                                \
    0.5 /* share of the speed lost for an extinction of 1 a m (NIST TN 1822, 2.5)                  \
         */

/* Of the door one walks to: the next one, or the goal's. */
static double target_elevation_m(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    uint32_t goal = p->door[i] != NONE ? p->door[i] : crowd_goal_number(c, i);
    if (goal >= c->ground->door_count)
        return c->ground->areas[p->place[i]].elevation_m;
    return c->ground->doors[goal].elevation_m;
}

/* Share of the free speed on a slope. */
static double slope_factor(const struct crowd *c, const struct area *a, bool up)
{
    const struct walking *w = c->walking;
    double own = up ? a->up_factor : a->down_factor;
    if (own > 0)
        return own;
    return a->stairs ? (up ? w->stairs_up_mps : w->stairs_down_mps) / w->speed_mean_mps : 1;
}

double pace_here(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    const struct walking *w = c->walking;
    const struct area *a = &c->ground->areas[p->place[i]];
    double speed_mps = p->free_mps[i] * (1 - p->slower[i]);
    if (a->moves_mps > 0)
        return a->moves_mps; /* one stands on it */
    bool own_factor = a->up_factor > 0 || a->down_factor > 0;
    if (a->stairs && !own_factor && w->stairs_spread != 1)
        speed_mps = w->speed_mean_mps + w->stairs_spread * (speed_mps - w->speed_mean_mps);
    if (a->stairs || own_factor)
        speed_mps *= slope_factor(c, a, target_elevation_m(c, i) > a->elevation_m);
    double smoke = c->smoke_per_m[p->place[i]];
    if (smoke > 0)
        speed_mps = fmax(fmin(CRAWL_MPS, speed_mps), speed_mps * (1 - SMOKE_SLOWS * smoke));
    return speed_mps;
}

void crowd_set_smoke(struct crowd *c, uint32_t area, double extinction_per_m)
{
    assert(area < c->ground->area_count && extinction_per_m >= 0);
    c->smoke_per_m[area] = extinction_per_m;
}
