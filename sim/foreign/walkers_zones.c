#include "sim/foreign/walkers_state.h"

#include <math.h>

enum { CHANGERS_MOST = 64 };

/* Shares of the free speed on stairs, in plan (Weidmann 1993). */
#define STAIRS_UP   (0.610 / 1.34)
#define STAIRS_DOWN (0.694 / 1.34)

static void quit_spot(struct walkers *w, uint32_t person)
{
    struct walker *walker = &w->people[person];
    if (walker->state != WALKER_TURN && walker->state != WALKER_WAITS)
        return;
    size_t spot = (size_t)w->stops[walker->first + walker->at];
    w->spots[spot].waiting--;
    w->inside[spot] -= walker->state == WALKER_WAITS;
}

static void change(struct walkers *w, uint32_t person, const struct foreign_changer *changer,
                   size_t number)
{
    struct foreign_route route = w->foreign->routes[changer->route];
    struct die die = die_of(w->seed ^ number << 32, person, WHAT_CHANGE);
    size_t taken[PATH_MOST], count = 0;
    if (changer->kind == CHANGE_ELEMENT) {
        double weights[PATH_MOST];
        size_t chances = changer->chance_count ? changer->chance_count : route.count;
        double sum = 0;
        for (size_t i = 0; i < chances && i < PATH_MOST; i++)
            sum += weights[i] = changer->chance_count ? changer->chances[i] : 1;
        if (sum < 1 && changer->chance_count == route.count && chances < PATH_MOST)
            weights[chances++] = 1 - sum; /* What is missing to 1: stays as it is. */
        size_t picked =
            walkers_pick(weights, chances < PATH_MOST ? chances : PATH_MOST, die_uniform(&die));
        if (picked < route.count)
            taken[count++] = w->foreign->stops[route.first + picked];
    } else {
        bool all = changer->kind == CHANGE_LIST && die_uniform(&die) < changer->chances[0];
        for (size_t i = 0; i < route.count && count < PATH_MOST; i++)
            if (changer->kind == CHANGE_LIST ? all : die_uniform(&die) < changer->chances[i])
                taken[count++] = w->foreign->stops[route.first + i];
    }
    if (count == 0)
        return;
    quit_spot(w, person);
    if (w->people[person].state == WALKER_STANDS)
        w->active++;
    walker_take_route(w, person, (struct foreign_route){ 0, 0 });
    for (size_t i = 0; i < count; i++)
        walker_add_stop(w, person, taken[i]);
    if (w->people[person].state != WALKER_DELAYED)
        walker_go_on(w, person);
}

static void meet_changers(struct walkers *w, uint32_t person, struct point at)
{
    size_t count = w->foreign->changer_count;
    for (size_t i = 0; i < count && i < CHANGERS_MOST; i++) {
        const struct foreign_changer *changer = &w->foreign->changers[i];
        uint64_t bit = UINT64_C(1) << i;
        if ((w->people[person].met & bit) ||
            !ring_holds(changer->ring, w->changers[i], at, changer->reach_m))
            continue;
        w->people[person].met |= bit;
        change(w, person, changer, i);
    }
}

/* Of the zones that one is in, the one that differs most from the usual. False: has left. */
static bool meet_zones(struct walkers *w, uint32_t person, struct point at, double now_s)
{
    struct walker *walker = &w->people[person];
    double factor = 1;
    for (size_t i = 0; i < w->foreign->zone_count; i++) {
        const struct foreign_zone *zone = &w->foreign->zones[i];
        if (!ring_holds(zone->ring, w->zones[i], at, 0))
            continue;
        if (zone->absorbs) {
            quit_spot(w, person);
            if (walker->state == WALKER_STANDS)
                w->active++;
            walker_leave(w, person, now_s);
            return false;
        }
        double here = zone->factor;
        if (zone->is_stairs) {
            double up = (at.x - walker->x) * zone->up.x + (at.y - walker->y) * zone->up.y;
            here = up >= 0 ? STAIRS_UP : STAIRS_DOWN;
        }
        if (fabs(here - 1) > fabs(factor - 1))
            factor = here;
    }
    float pace = (float)fmin(walker->pace * factor, PACE_MOST);
    if (pace != walker->told_pace)
        crowd_set_pace(w->crowd, person, pace);
    walker->told_pace = pace;
    return true;
}

void walkers_look_around(struct walkers *w, double now_s)
{
    struct crowd_people people = crowd_people(w->crowd);
    for (uint32_t person = 0; person < w->count; person++) {
        struct walker *walker = &w->people[person];
        if (walker->state == WALKER_LEFT)
            continue;
        struct point at = { people.x[person], people.y[person] };
        if (walker->state == WALKER_DELAYED && walker->until_s <= now_s + 1e-9)
            walker_go_on(w, person);
        if (meet_zones(w, person, at, now_s))
            meet_changers(w, person, at);
        walker->x = at.x;
        walker->y = at.y;
    }
}
