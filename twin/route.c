#include "twin/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct point line_middle(const Tifo__V1__Path *line)
{
    const int32_t *xy = line->xy_cm;
    return (struct point){ (float)(xy[0] + xy[2]) / 200, (float)(xy[1] + xy[3]) / 200 };
}

static struct point place_centre(const Tifo__V1__Venue *v, uint32_t place)
{
    const Tifo__V1__Point *c =
        place < v->n_zones ? v->zones[place]->centre : v->blocks[place - v->n_zones]->centre;
    return (struct point){ (float)c->x, (float)c->y };
}

static float distance(struct point a, struct point b)
{
    return hypotf(a.x - b.x, a.y - b.y);
}

/* Where each place was reached from while looking for the way. */
struct visit {
    float walked_m;
    uint32_t from;    /* Place. */
    uint32_t opening; /* The doorway taken. */
    bool done;
};

static bool passable(const Tifo__V1__Venue *v, uint32_t place)
{
    return place < v->n_zones && v->zones[place]->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE;
}

static void spread(const Tifo__V1__Venue *v, struct visit *visits, uint32_t at, uint32_t origin,
                   uint32_t next_place)
{
    for (uint32_t o = 0; o < v->n_openings; o++) {
        const Tifo__V1__Opening *opening = v->openings[o];
        if (opening->place_a != at && opening->place_b != at)
            continue;
        uint32_t to = opening->place_a == at ? opening->place_b : opening->place_a;
        if (!passable(v, to) || (at == origin && next_place != origin && to != next_place))
            continue;
        struct point door = line_middle(opening->line);
        float walked = visits[at].walked_m + distance(place_centre(v, at), door) +
                       distance(door, place_centre(v, to));
        if (walked < visits[to].walked_m)
            visits[to] = (struct visit){ .walked_m = walked, .from = at, .opening = o };
    }
}

/* Dijkstra by plain search: venues have hundreds of places and few arrows are drawn. */
static bool search(const Tifo__V1__Venue *v, struct visit *visits, uint32_t origin,
                   uint32_t next_place, uint32_t target)
{
    size_t places = v->n_zones + v->n_blocks;
    for (size_t i = 0; i < places; i++)
        visits[i] = (struct visit){ .walked_m = INFINITY };
    visits[origin].walked_m = 0;
    for (;;) {
        uint32_t at = UINT32_MAX;
        for (uint32_t i = 0; i < places; i++)
            if (!visits[i].done && isfinite(visits[i].walked_m) &&
                (at == UINT32_MAX || visits[i].walked_m < visits[at].walked_m))
                at = i;
        if (at == UINT32_MAX)
            return false;
        if (at == target)
            return true;
        visits[at].done = true;
        spread(v, visits, at, origin, next_place);
    }
}

static bool place_on_level(const Tifo__V1__Venue *v, uint32_t place, int32_t level)
{
    if (place >= v->n_zones)
        return v->blocks[place - v->n_zones]->level == level;
    return v->zones[place]->level == level || v->zones[place]->level_to == level;
}

static void push(struct route *route, struct point p)
{
    if (route->count < ROUTE_POINTS)
        route->points[route->count++] = p;
}

/* ---- Within one zone: straight where it can be seen across, else around its inner corners */

enum { MOST_CORNERS = 62, NODES = MOST_CORNERS + 2 };
static const float corner_clear_m = 1.6f;

static struct point vertex(const Tifo__V1__Path *path, size_t i)
{
    i = i % (path->n_xy_cm / 2);
    return (struct point){ (float)path->xy_cm[2 * i] / 100, (float)path->xy_cm[2 * i + 1] / 100 };
}

static float side_of(struct point a, struct point b, struct point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* Both ends may lie on the outline, in doorways: they are left out of the test. */
static bool sees(const Tifo__V1__Path *ring, struct point a, struct point b)
{
    struct point p = { a.x + (b.x - a.x) * 0.02f, a.y + (b.y - a.y) * 0.02f };
    struct point q = { b.x + (a.x - b.x) * 0.02f, b.y + (a.y - b.y) * 0.02f };
    for (size_t i = 0; i < ring->n_xy_cm / 2; i++) {
        struct point c = vertex(ring, i), d = vertex(ring, i + 1);
        if ((side_of(p, q, c) > 0) != (side_of(p, q, d) > 0) &&
            (side_of(c, d, p) > 0) != (side_of(c, d, q) > 0))
            return false;
    }
    return true;
}

/* Points a little into the zone from each corner that juts into it. The outline is
 * counter-clockwise, so those are its right turns. */
static size_t inner_corners(const Tifo__V1__Path *ring, struct point *out)
{
    size_t count = 0, points = ring->n_xy_cm / 2;
    for (size_t i = 0; i < points && count < MOST_CORNERS; i++) {
        struct point a = vertex(ring, i + points - 1), b = vertex(ring, i), c = vertex(ring, i + 1);
        float ul = fmaxf(distance(a, b), 1e-3f), vl = fmaxf(distance(b, c), 1e-3f);
        if (side_of(a, b, c) >= 0)
            continue;
        struct point in = { (b.x - a.x) / ul - (c.x - b.x) / vl,
                            (b.y - a.y) / ul - (c.y - b.y) / vl };
        float length = hypotf(in.x, in.y);
        if (length < 0.05f) /* An arc's: nearly straight, so straight out of the wall. */
            in = (struct point){ -(c.y - a.y), c.x - a.x }, length = hypotf(in.x, in.y);
        out[count++] = (struct point){ b.x + in.x / length * corner_clear_m,
                                       b.y + in.y / length * corner_clear_m };
    }
    return count;
}

/* Pushes what lies between `from` and `to`, and `to`. */
static void cross_zone(const Tifo__V1__Zone *zone, struct point from, struct point to,
                       struct route *out)
{
    struct point node[NODES] = { from, to };
    float walked[NODES];
    size_t before[NODES] = { 0 };
    bool done[NODES] = { false };
    if (sees(zone->outline, from, to)) {
        push(out, to);
        return;
    }
    size_t count = 2 + inner_corners(zone->outline, node + 2);
    for (size_t i = 0; i < count; i++)
        walked[i] = i ? INFINITY : 0;
    for (;;) {
        size_t at = NODES;
        for (size_t i = 0; i < count; i++)
            if (!done[i] && isfinite(walked[i]) && (at == NODES || walked[i] < walked[at]))
                at = i;
        if (at == NODES || at == 1)
            break;
        done[at] = true;
        for (size_t i = 1; i < count; i++) {
            float length = walked[at] + distance(node[at], node[i]);
            if (!done[i] && length < walked[i] && sees(zone->outline, node[at], node[i])) {
                walked[i] = length;
                before[i] = at;
            }
        }
    }
    size_t way[NODES], length = 0;
    if (isfinite(walked[1]))
        for (size_t i = before[1]; i != 0; i = before[i])
            way[length++] = i;
    while (length)
        push(out, node[way[--length]]);
    push(out, to);
}

/* The way as places, then as doorways and what lies between them. */
static void collect(const Tifo__V1__Venue *v, const struct visit *visits, uint32_t origin,
                    uint32_t target, struct point end, int32_t level, struct route *out)
{
    uint32_t way[ROUTE_POINTS / 4];
    size_t length = 0;
    for (uint32_t at = target; at != origin && length < ROUTE_POINTS / 4; at = visits[at].from)
        way[length++] = at;
    uint32_t place = origin;
    if (place_on_level(v, origin, level))
        push(out, place_centre(v, origin));
    for (;;) {
        struct point next =
            length ? line_middle(v->openings[visits[way[length - 1]].opening]->line) : end;
        if (place_on_level(v, place, level)) {
            if (out->count && place < v->n_zones)
                cross_zone(v->zones[place], out->points[out->count - 1], next, out);
            else
                push(out, next);
        } else {
            out->count = 0; /* It leaves the level: what counts is how it comes back. */
            if (length && place_on_level(v, way[length - 1], level))
                push(out, next);
        }
        if (place == origin)
            out->leaves_origin = out->count ? out->count - 1 : 0;
        if (!length)
            return;
        place = way[--length];
    }
}

const Tifo__V1__Path *route_end(const Tifo__V1__Venue *v, struct route_goal goal)
{
    return goal.facility ? v->facilities[goal.index]->front : v->gates[goal.index]->line;
}

/* Looks for the way; NULL: there is none. The caller frees it. */
static struct visit *find_way(const Tifo__V1__Venue *v, uint32_t origin, uint32_t next_place,
                              struct route_goal goal, uint32_t *target)
{
    size_t places = v->n_zones + v->n_blocks;
    if (origin >= places || goal.index >= (goal.facility ? v->n_facilities : v->n_gates))
        return NULL;
    *target = goal.facility ? v->facilities[goal.index]->zone : v->gates[goal.index]->zone_inside;
    if (next_place >= places || !passable(v, next_place) || *target == origin)
        next_place = origin;
    struct visit *visits = malloc(places * sizeof *visits);
    if (!visits)
        abort();
    bool found = search(v, visits, origin, next_place, *target);
    if (!found && next_place != origin)
        found = search(v, visits, origin, origin, *target);
    if (found)
        return visits;
    free(visits);
    return NULL;
}

void route_find(const Tifo__V1__Venue *venue, uint32_t origin, uint32_t next_place,
                struct route_goal goal, int32_t level, struct route *out)
{
    uint32_t target;
    out->count = out->leaves_origin = 0;
    struct visit *visits = find_way(venue, origin, next_place, goal, &target);
    if (!visits)
        return;
    collect(venue, visits, origin, target, line_middle(route_end(venue, goal)), level, out);
    free(visits);
}

size_t route_places(const Tifo__V1__Venue *venue, uint32_t origin, uint32_t next_place,
                    struct route_goal goal, struct route_step *steps, size_t room)
{
    uint32_t target;
    struct visit *visits = find_way(venue, origin, next_place, goal, &target);
    if (!visits)
        return 0;
    size_t count = 1;
    for (uint32_t at = target; at != origin; at = visits[at].from)
        count++;
    if (count <= room) {
        uint32_t opening = UINT32_MAX, at = target;
        for (size_t i = count; i-- > 0; at = visits[at].from) {
            steps[i] = (struct route_step){ at, opening };
            opening = visits[at].opening;
        }
    }
    free(visits);
    return count <= room ? count : 0;
}

void route_smooth(struct route *route)
{
    for (int pass = 0; pass < 2 && route->count > 2 && route->count * 2 < ROUTE_POINTS; pass++) {
        struct route cut = { .count = 0 };
        push(&cut, route->points[0]);
        for (size_t i = 0; i + 1 < route->count; i++) {
            struct point a = route->points[i], b = route->points[i + 1];
            if (i > 0)
                push(&cut, (struct point){ a.x * 0.75f + b.x * 0.25f, a.y * 0.75f + b.y * 0.25f });
            if (i + 2 < route->count)
                push(&cut, (struct point){ a.x * 0.25f + b.x * 0.75f, a.y * 0.25f + b.y * 0.75f });
        }
        push(&cut, route->points[route->count - 1]);
        *route = cut;
    }
}
