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

static void collect(const Tifo__V1__Venue *v, const struct visit *visits, uint32_t origin,
                    uint32_t target, int32_t level, struct route *out)
{
    uint32_t way[ROUTE_POINTS / 4];
    size_t length = 0;
    for (uint32_t at = target; at != origin && length < ROUTE_POINTS / 4; at = visits[at].from)
        way[length++] = at;
    if (place_on_level(v, origin, level))
        push(out, place_centre(v, origin));
    out->leaves_origin = out->count;
    while (length) {
        uint32_t place = way[--length];
        if (!place_on_level(v, place, level))
            continue;
        push(out, line_middle(v->openings[visits[place].opening]->line));
        push(out, place_centre(v, place));
    }
}

void route_find(const Tifo__V1__Venue *venue, uint32_t origin, uint32_t next_place,
                struct route_goal goal, int32_t level, struct route *out)
{
    out->count = out->leaves_origin = 0;
    size_t places = venue->n_zones + venue->n_blocks;
    if (origin >= places || goal.index >= (goal.facility ? venue->n_facilities : venue->n_gates))
        return;
    uint32_t target =
        goal.facility ? venue->facilities[goal.index]->zone : venue->gates[goal.index]->zone_inside;
    const Tifo__V1__Path *end =
        goal.facility ? venue->facilities[goal.index]->front : venue->gates[goal.index]->line;
    if (next_place >= places || !passable(venue, next_place) || target == origin)
        next_place = origin;
    struct visit *visits = malloc(places * sizeof *visits);
    if (!visits)
        abort();
    bool found = search(venue, visits, origin, next_place, target);
    if (!found && next_place != origin)
        found = search(venue, visits, origin, origin, target);
    if (found) {
        collect(venue, visits, origin, target, level, out);
        if (out->count && place_on_level(venue, target, level))
            push(out, line_middle(end));
    }
    free(visits);
}

void route_smooth(struct route *route)
{
    for (int pass = 0; pass < 2 && route->count > 2 && route->count * 2 < ROUTE_POINTS; pass++) {
        struct route cut = { .leaves_origin = route->leaves_origin * 2 };
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
