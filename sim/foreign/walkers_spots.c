#include "sim/foreign/walkers_state.h"

#include <math.h>

enum { PLACE_TRIES = 20 };

void walker_reach(struct walkers *w, uint32_t person, uint32_t spot, double now_s)
{
    struct walkers_spot *s = &w->spots[spot];
    w->people[person].state = WALKER_TURN;
    w->people[person].reached_s = now_s;
    w->line[w->line_count++] = person;
    s->reached++;
    s->waiting++;
    if (s->waiting > s->longest)
        s->longest = s->waiting;
}

/* To a place of one's own in the spot. */
static void spread(struct walkers *w, uint32_t person, const struct foreign_spot *spot)
{
    struct die die = die_of(w->seed ^ w->people[person].at, person, WHAT_STAND);
    uint32_t place = crowd_people(w->crowd).place[person];
    for (int i = 0; i < PLACE_TRIES; i++) {
        struct path ring = spot->rings[(size_t)(die_uniform(&die) * (double)spot->ring_count)];
        struct box box = box_of(ring, 0);
        struct point at = { box.low.x + die_uniform(&die) * (box.high.x - box.low.x),
                            box.low.y + die_uniform(&die) * (box.high.y - box.low.y) };
        if (!ring_holds(ring, box, at, 0) || !ground_contains(w->ground, place, at) ||
            ground_clearance(w->ground, place, at) < w->people[person].radius_m)
            continue;
        crowd_stand_at(w->crowd, person, at);
        return;
    }
}

static void take_turn(struct walkers *w, uint32_t person, size_t spot, double now_s)
{
    const struct foreign_spot *s = &w->foreign->spots[spot];
    struct walker *walker = &w->people[person];
    if (s->parallel > 0 && w->inside[spot] >= s->parallel)
        return;
    w->inside[spot]++;
    walker->state = WALKER_WAITS;
    walker->until_s = now_s;
    if (s->wait.kind == DRAW_NONE)
        return;
    struct die die = die_of(w->seed ^ walker->at << 20, person, WHAT_WAIT);
    walker->until_s = now_s + fmax(draw_next(&s->wait, &die), 0);
    if (s->spreads)
        spread(w, person, s);
}

void walker_leave(struct walkers *w, uint32_t person, double now_s)
{
    w->people[person].state = WALKER_LEFT;
    w->people[person].left_s = now_s;
    w->active--;
    crowd_take_off(w->crowd, person);
}

static void let_go(struct walkers *w, uint32_t person, size_t spot, double now_s)
{
    const struct foreign_spot *s = &w->foreign->spots[spot];
    struct walkers_spot *seen = &w->spots[spot];
    struct walker *walker = &w->people[person];
    w->inside[spot]--;
    seen->waiting--;
    seen->served++;
    seen->wait_s += now_s - walker->reached_s;
    if (isnan(seen->first_s))
        seen->first_s = now_s;
    seen->last_s = now_s;
    walker->at++;
    if (s->absorbs) {
        walker_leave(w, person, now_s);
        return;
    }
    if (s->leaving_mps >= 0)
        walker->pace = fmin(s->leaving_mps / walker->free_mps, PACE_MOST);
    walker_go_on(w, person);
}

/* Everybody who is at a spot, in the order in which they came. */
void walkers_serve(struct walkers *w, double now_s)
{
    size_t kept = 0, count = w->line_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t person = w->line[i];
        struct walker *walker = &w->people[person];
        if (walker->state != WALKER_TURN && walker->state != WALKER_WAITS)
            continue;
        size_t spot = (size_t)w->stops[walker->first + walker->at];
        if (walker->state == WALKER_TURN)
            take_turn(w, person, spot, now_s);
        bool ready = walker->state == WALKER_WAITS && walker->until_s <= now_s + 1e-9 &&
                     w->free_at_s[spot] <= now_s + 1e-9;
        if (!ready) {
            w->line[kept++] = person;
            continue;
        }
        w->free_at_s[spot] =
            fmax(w->free_at_s[spot], now_s - 0.1) + w->foreign->spots[spot].interval_s;
        let_go(w, person, spot, now_s);
    }
    w->line_count = kept;
}
