#include "twin/views/ribbons.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The way of guidance along rings: in the middle of the walkway, changing rings at the stairs. */

enum { STEPS_MOST = 256, SPOTS_MOST = 400 };
static const float gap = 4; /* Between two ribbons side by side, units. */
static const float start_gap = 8;
static const float step_m = 3;

struct way {
    struct base_spot spots[SPOTS_MOST]; /* u is not wrapped: it goes on beyond the length. */
    size_t count;
    float along;             /* How far it goes, metres; negative is clockwise. */
    float width;             /* px */
    const struct ring *ring; /* Where most of it lies. */
};

static void push(struct way *way, struct base_spot spot)
{
    if (way->count < SPOTS_MOST)
        way->spots[way->count++] = spot;
}

/* Along the ring to u, in small steps: it may bend. */
static void go_along(struct way *way, const struct base *base, float u)
{
    struct base_spot from = way->spots[way->count - 1];
    float length = base_way(base, from.u, u);
    int steps = 1 + (int)(fabsf(length) / step_m);
    for (int i = 1; i <= steps; i++)
        push(way, (struct base_spot){ from.u + length * (float)i / (float)steps, from.d });
    way->along += length;
}

static float u_of(const struct base *base, const Tifo__V1__Path *line)
{
    return base_spot(base, line_middle(line)).u;
}

static float middle_of(const struct ring *ring)
{
    return (ring->from + ring->to) / 2;
}

/* From a jam the arrow starts at its edge: the jam itself must stay visible. */
static float start_u(const struct scene *scene, const struct route_step *first)
{
    const struct base *base = &scene->drawing->unfold->base;
    const Tifo__V1__Venue *v = scene->model->venue;
    if (first->opening != UINT32_MAX && model_zone_alarm(scene->model, first->place))
        return u_of(base, v->openings[first->opening]->line);
    const Tifo__V1__Point *centre = v->zones[first->place]->centre;
    return base_spot(base, (struct point){ (float)centre->x, (float)centre->y }).u;
}

static void find_way(const struct scene *scene, const Tifo__V1__Split *split, size_t i,
                     struct way *way)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct base *base = &scene->drawing->unfold->base;
    struct route_step steps[STEPS_MOST];
    struct route_goal goal = { split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT,
                               split->destination[i] };
    uint32_t next = i < split->n_next_place ? split->next_place[i] : split->origin;
    size_t count = route_places(v, split->origin, next, goal, steps, STEPS_MOST);
    way->ring = drawing_ring(scene->drawing, split->origin);
    if (!count || !way->ring || split->origin >= v->n_zones)
        return;
    const struct ring *ring = way->ring;
    struct base_spot start = { start_u(scene, &steps[0]), middle_of(ring) };
    push(way, start);
    for (size_t s = 0; s + 1 < count; s++) {
        const struct ring *after = drawing_ring(scene->drawing, steps[s + 1].place);
        if (!after)
            continue;
        go_along(way, base, u_of(base, v->openings[steps[s].opening]->line));
        if (after != ring)
            push(way, (struct base_spot){ way->spots[way->count - 1].u, middle_of(after) });
        ring = after;
    }
    go_along(way, base, u_of(base, route_end(v, goal)));
    /* Beyond the outline of the sector that it leaves. */
    float off = scene_metres(scene, start_gap);
    size_t first = 0;
    while (first + 2 < way->count && fabsf(base_way(base, start.u, way->spots[first].u)) < off &&
           way->spots[first].d == start.d)
        first++;
    way->count -= first;
    memmove(way->spots, way->spots + first, way->count * sizeof *way->spots);
}

/* How far out from the ring's middle a ribbon lies: those that go the same way share the walkway,
 * the first to end outermost. */
static float lane_of(const struct way *ways, size_t count, size_t i, float gap_px)
{
    float outside = 0, total = -gap_px;
    for (size_t k = 0; k < count; k++) {
        if (!ways[k].count || (ways[k].along < 0) != (ways[i].along < 0))
            continue;
        total += ways[k].width + gap_px;
        float shorter = fabsf(ways[k].along) - fabsf(ways[i].along);
        if (shorter < 0 || (shorter == 0 && k < i))
            outside += ways[k].width + gap_px;
    }
    return total / 2 - outside - ways[i].width / 2;
}

static const struct ring *ring_at(const struct unfold *unfold, float d)
{
    int i = unfold->ring_count - 1;
    while (i > 0 && d < unfold->rings[i].from)
        i--;
    return &unfold->rings[i];
}

static void draw_way(const struct scene *scene, const struct way *way, float lane_px,
                     struct ribbon *out)
{
    const struct unfold *unfold = scene->drawing->unfold;
    float scale = scene->camera.px_per_m;
    float room = (way->ring->to - way->ring->from) * scale / 2 - way->width / 2;
    float lane = fminf(fmaxf(lane_px, -room), room) / scale;
    for (size_t i = 0; i < way->count && out->count < ROUTE_POINTS; i++)
        out->points[out->count++] = scene_ring_px(scene, way->spots[i].u, way->spots[i].d + lane);
    if (out->count < 2)
        out->count = 0;
    float middle = way->spots[way->count / 2].d + lane, beyond = 30 * scene->pen.scale;
    const struct ring *ring = ring_at(unfold, middle - lane);
    out->inside_first = !ring->gates;
    out->outside_away = (unfold_edge(unfold) - middle) * scale + beyond;
    out->inside_away = (middle - ring->from) * scale + beyond;
}

void scene_ring_ribbons(const struct scene *scene, const Tifo__V1__Split *split,
                        const size_t *order, struct ribbon *ribbons, size_t count)
{
    struct way *ways = calloc(count + 1, sizeof *ways);
    if (!ways)
        abort();
    for (size_t i = 0; i < count; i++) {
        ways[i].width = ribbons[i].width;
        find_way(scene, split, order[i], &ways[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (ways[i].count)
            draw_way(scene, &ways[i], lane_of(ways, count, i, gap * scene->pen.scale), &ribbons[i]);
    free(ways);
}
