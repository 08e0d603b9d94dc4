#include "sim/foreign/walkers_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MOST = 256, PLACE_TRIES = 20, CHANGERS_MOST = 64 };
enum {
    WHAT_ROUTE = 5,
    WHAT_WAIT = 6,
    WHAT_CHANGE = 7,
    WHAT_STAND = 8,
    WHAT_DELAY = 9,
    WHAT_TURN = 10
};

/* Shares of the free speed on stairs, in plan (Weidmann 1993). */
#define STAIRS_UP   (0.610 / 1.34)
#define STAIRS_DOWN (0.694 / 1.34)
#define PACE_MOST   3.0

static void *room_for(size_t count, size_t size)
{
    void *room = calloc(count ? count : 1, size);
    if (room == NULL)
        abort();
    return room;
}

struct box box_of(struct path ring, double margin_m)
{
    struct box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };
    for (uint32_t i = 0; i < ring.count; i++) {
        box.low.x = fmin(box.low.x, ring.points[i].x - margin_m);
        box.low.y = fmin(box.low.y, ring.points[i].y - margin_m);
        box.high.x = fmax(box.high.x, ring.points[i].x + margin_m);
        box.high.y = fmax(box.high.y, ring.points[i].y + margin_m);
    }
    return box;
}

static double distance2_to(struct point a, struct point b, struct point p)
{
    double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    double share = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    dx = a.x + share * dx - p.x;
    dy = a.y + share * dy - p.y;
    return dx * dx + dy * dy;
}

bool ring_holds(struct path ring, struct box box, struct point p, double reach_m)
{
    if (p.x < box.low.x || p.y < box.low.y || p.x > box.high.x || p.y > box.high.y)
        return false;
    bool inside = false;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++) {
        struct point a = ring.points[i], b = ring.points[j];
        if (reach_m > 0 && distance2_to(a, b, p) < reach_m * reach_m)
            return true;
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y))
            inside = !inside;
    }
    return inside;
}

struct walkers *walkers_create(const struct foreign *f, const struct ground *ground,
                               struct crowd *crowd, uint64_t seed)
{
    struct walkers *w = room_for(1, sizeof *w);
    w->foreign = f;
    w->ground = ground;
    w->crowd = crowd;
    w->seed = seed;
    w->room = foreign_people(f);
    w->people = room_for(w->room, sizeof *w->people);
    w->line = room_for(w->room, sizeof *w->line);
    w->spots = room_for(f->spot_count, sizeof *w->spots);
    w->inside = room_for(f->spot_count, sizeof *w->inside);
    w->free_at_s = room_for(f->spot_count, sizeof *w->free_at_s);
    w->sources = room_for(f->source_count, sizeof *w->sources);
    w->batch = room_for(f->source_count, sizeof *w->batch);
    w->zones = room_for(f->zone_count, sizeof *w->zones);
    w->changers = room_for(f->changer_count, sizeof *w->changers);
    for (size_t i = 0; i < f->zone_count; i++)
        w->zones[i] = box_of(f->zones[i].ring, 0);
    for (size_t i = 0; i < f->changer_count; i++)
        w->changers[i] = box_of(f->changers[i].ring, f->changers[i].reach_m);
    for (size_t i = 0; i < f->spot_count; i++)
        w->spots[i].first_s = w->spots[i].last_s = NAN;
    for (size_t i = 0; i < f->source_count; i++) {
        w->sources[i].last_s = NAN;
        for (size_t b = 0; b < f->sources[i].batch_count; b++)
            w->sources[i].planned += f->sources[i].batches[b].count;
    }
    spawn_init(w);
    return w;
}

void walkers_destroy(struct walkers *w)
{
    if (w == NULL)
        return;
    spawn_fini(w);
    free(w->people);
    free(w->stops);
    free(w->line);
    free(w->spots);
    free(w->inside);
    free(w->free_at_s);
    free(w->sources);
    free(w->batch);
    free(w->zones);
    free(w->changers);
    free(w);
}

/* ---- Ways ------------------------------------------------------------------------------------ */

static void add_stop(struct walkers *w, uint32_t person, size_t spot)
{
    if (w->stop_count == w->stop_room) {
        w->stop_room = w->stop_room ? 2 * w->stop_room : 1024;
        w->stops = realloc(w->stops, w->stop_room * sizeof *w->stops);
        if (w->stops == NULL)
            abort();
    }
    w->stops[w->stop_count++] = spot;
    w->people[person].count++;
}

static void take_route(struct walkers *w, uint32_t person, struct foreign_route route)
{
    w->people[person].first = w->stop_count;
    w->people[person].count = w->people[person].at = 0;
    for (size_t i = 0; i < route.count; i++)
        add_stop(w, person, w->foreign->stops[route.first + i]);
}

/* By weight, for an even `u` in [0, 1); the number of weights if they are all 0. */
static size_t pick(const double *weights, size_t count, double u)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    double at = u * sum;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] > 0 && at < weights[i])
            return i;
        at -= weights[i];
    }
    return count;
}

/* The edges that leave a node of a graph: one of them by weight; NULL: none. */
static const struct foreign_edge *next_edge(const struct foreign *f, size_t graph, size_t node,
                                            struct die *die)
{
    const struct foreign_edge *leaving[PATH_MOST];
    double weights[PATH_MOST];
    size_t count = 0;
    for (size_t i = 0; i < f->edge_count && count < PATH_MOST; i++)
        if (f->edges[i].graph == graph && f->edges[i].from == node) {
            weights[count] = f->edges[i].weight;
            leaving[count++] = &f->edges[i];
        }
    size_t picked = pick(weights, count, die_uniform(die));
    return picked < count ? leaving[picked] : NULL;
}

static void take_choice(struct walkers *w, uint32_t person, const struct foreign_choice *choice,
                        size_t node, struct die *die)
{
    const struct foreign *f = w->foreign;
    w->people[person].then_nearest = choice->then_nearest;
    if (!choice->is_graph) {
        take_route(w, person, f->routes[choice->route]);
        return;
    }
    take_route(w, person, (struct foreign_route){ 0, 0 });
    for (int i = 0; i < PATH_MOST; i++) {
        const struct foreign_edge *edge = next_edge(f, choice->graph, node, die);
        if (edge == NULL)
            break;
        add_stop(w, person, edge->to);
        node = edge->to;
        if (f->spots[node].absorbs)
            break;
    }
}

static size_t nearest_exit(const struct walkers *w, uint32_t person)
{
    struct crowd_people people = crowd_people(w->crowd);
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t i = 0; i < w->foreign->spot_count; i++) {
        if (!w->foreign->spots[i].is_exit)
            continue;
        double seconds =
            ground_spot_s(w->ground, people.place[person],
                          (struct point){ people.x[person], people.y[person] }, (uint32_t)i);
        if (seconds < least) {
            least = seconds;
            best = i;
        }
    }
    return best;
}

/* To the stop that is next, or nowhere any more. */
static void go_on(struct walkers *w, uint32_t person)
{
    struct walker *walker = &w->people[person];
    if (walker->at == walker->count && walker->then_nearest) {
        walker->then_nearest = false;
        size_t exit = nearest_exit(w, person);
        if (exit != SIZE_MAX) {
            take_route(w, person, (struct foreign_route){ 0, 0 });
            add_stop(w, person, exit);
        }
    }
    if (walker->at == walker->count) {
        walker->state = WALKER_STANDS;
        w->active--;
        return;
    }
    walker->state = WALKER_WALKS;
    crowd_set_goal(w->crowd, person,
                   (struct goal){ GOAL_SPOT, (uint32_t)w->stops[walker->first + walker->at] });
}

/* An even number for the next one of a source: multiples of the golden section, so that after any
 * number of people the shares are as near to the weights as can be. */
static double in_turn(const struct walkers *w, size_t node)
{
    size_t source = node - w->foreign->spot_count;
    struct die die = die_of(w->seed, source, WHAT_TURN);
    double u = die_uniform(&die) + 0.6180339887498949 * w->sources[source].came;
    return u - floor(u);
}

void walker_begin(struct walkers *w, uint32_t person, const struct foreign_source *source,
                  size_t node, size_t route, double now_s)
{
    struct walker *walker = &w->people[person];
    struct die die = die_of(w->seed, person, WHAT_ROUTE);
    walker->came_s = now_s;
    w->active++;
    take_route(w, person, (struct foreign_route){ 0, 0 });
    if (route != SIZE_MAX)
        take_route(w, person, w->foreign->routes[route]);
    if (source != NULL && source->choice_count > 0) {
        double weights[PATH_MOST];
        size_t count = source->choice_count < PATH_MOST ? source->choice_count : PATH_MOST;
        for (size_t i = 0; i < count; i++)
            weights[i] = source->choices[i].weight;
        size_t picked = pick(weights, count, in_turn(w, node));
        take_choice(w, person, &source->choices[picked < count ? picked : 0], node, &die);
    }
    if (source != NULL && source->delay_s.kind != DRAW_NONE) {
        struct die delay = die_of(w->seed, person, WHAT_DELAY);
        walker->state = WALKER_DELAYED;
        walker->until_s = now_s + fmax(draw_next(&source->delay_s, &delay), 0);
        return;
    }
    go_on(w, person);
}

/* ---- At a spot ------------------------------------------------------------------------------- */

static void reach(struct walkers *w, uint32_t person, uint32_t spot, double now_s)
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

static void leave(struct walkers *w, uint32_t person, double now_s)
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
        leave(w, person, now_s);
        return;
    }
    if (s->leaving_mps >= 0)
        walker->pace = fmin(s->leaving_mps / walker->free_mps, PACE_MOST);
    go_on(w, person);
}

/* Everybody who is at a spot, in the order in which they came. */
static void serve(struct walkers *w, double now_s)
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

/* ---- On the way ------------------------------------------------------------------------------ */

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
        size_t picked = pick(weights, chances < PATH_MOST ? chances : PATH_MOST, die_uniform(&die));
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
    take_route(w, person, (struct foreign_route){ 0, 0 });
    for (size_t i = 0; i < count; i++)
        add_stop(w, person, taken[i]);
    if (w->people[person].state != WALKER_DELAYED)
        go_on(w, person);
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
            leave(w, person, now_s);
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

static void look_around(struct walkers *w, double now_s)
{
    struct crowd_people people = crowd_people(w->crowd);
    for (uint32_t person = 0; person < w->count; person++) {
        struct walker *walker = &w->people[person];
        if (walker->state == WALKER_LEFT)
            continue;
        struct point at = { people.x[person], people.y[person] };
        if (walker->state == WALKER_DELAYED && walker->until_s <= now_s + 1e-9)
            go_on(w, person);
        if (meet_zones(w, person, at, now_s))
            meet_changers(w, person, at);
        walker->x = at.x;
        walker->y = at.y;
    }
}

void walkers_step(struct walkers *w)
{
    double now_s = crowd_time_s(w->crowd);
    size_t count;
    const struct crowd_event *events = crowd_events(w->crowd, &count);
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == EVENT_REACHED)
            reach(w, events[i].person, events[i].index, now_s);
    serve(w, now_s);
    look_around(w, now_s);
    spawn_step(w, now_s);
}

bool walkers_done(const struct walkers *w)
{
    for (size_t i = 0; i < w->foreign->source_count; i++)
        if (w->sources[i].pending > 0 || w->batch[i] < w->foreign->sources[i].batch_count)
            return false;
    return w->active == 0;
}

const struct walkers_spot *walkers_spots(const struct walkers *w)
{
    return w->spots;
}

const struct walkers_source *walkers_sources(const struct walkers *w)
{
    return w->sources;
}

double walkers_came_s(const struct walkers *w, uint32_t person)
{
    return w->people[person].came_s;
}

double walkers_left_s(const struct walkers *w, uint32_t person)
{
    return w->people[person].left_s;
}

/* ---- Checkpoints ----------------------------------------------------------------------------- */

struct part {
    void *data;
    size_t size;
};

/* Everything that changes, but the lists with a length of their own. */
static size_t parts_of(const struct walkers *w, struct part parts[8])
{
    const struct foreign *f = w->foreign;
    size_t n = 0;
    parts[n++] = (struct part){ w->people, w->count * sizeof *w->people };
    parts[n++] = (struct part){ w->stops, w->stop_count * sizeof *w->stops };
    parts[n++] = (struct part){ w->line, w->line_count * sizeof *w->line };
    parts[n++] = (struct part){ w->spots, f->spot_count * sizeof *w->spots };
    parts[n++] = (struct part){ w->inside, f->spot_count * sizeof *w->inside };
    parts[n++] = (struct part){ w->free_at_s, f->spot_count * sizeof *w->free_at_s };
    parts[n++] = (struct part){ w->sources, f->source_count * sizeof *w->sources };
    parts[n++] = (struct part){ w->batch, f->source_count * sizeof *w->batch };
    return n;
}

/* Lattices are made again; where each had got to is kept. */
struct head {
    uint64_t count, stop_count, line_count, active, spots, sources;
};

size_t walkers_save(const struct walkers *w, void *buffer, size_t size)
{
    struct head head = { w->count,  w->stop_count,          w->line_count,
                         w->active, w->foreign->spot_count, w->foreign->source_count };
    struct part parts[8];
    size_t count = parts_of(w, parts), lattices = w->foreign->source_count * sizeof(uint64_t);
    size_t whole = sizeof head + lattices;
    for (size_t i = 0; i < count; i++)
        whole += parts[i].size;
    if (size < whole)
        return whole;
    char *to = buffer;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size)
            memcpy(to, parts[i].data, parts[i].size);
        to += parts[i].size;
    }
    for (size_t i = 0; i < w->foreign->source_count; i++, to += sizeof(uint64_t)) {
        uint64_t at = w->lattices[i].made ? w->lattices[i].at + 1 : 0;
        memcpy(to, &at, sizeof at);
    }
    return whole;
}

bool walkers_load(struct walkers *w, const void *buffer, size_t size)
{
    struct head head;
    const char *from = buffer;
    if (size < sizeof head)
        return false;
    memcpy(&head, from, sizeof head);
    if (head.count > w->room || head.line_count > w->room ||
        head.stop_count > size / sizeof *w->stops || head.spots != w->foreign->spot_count ||
        head.sources != w->foreign->source_count)
        return false;
    w->count = head.count;
    w->stop_count = w->stop_room = head.stop_count;
    w->line_count = head.line_count;
    w->active = (uint32_t)head.active;
    free(w->stops);
    w->stops = room_for(w->stop_room, sizeof *w->stops);
    if (walkers_save(w, NULL, 0) != size)
        return false;
    struct part parts[8];
    size_t count = parts_of(w, parts);
    from += sizeof head;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size)
            memcpy(parts[i].data, from, parts[i].size);
        from += parts[i].size;
    }
    return spawn_load(w, from);
}
