/* The walls of an area: its edges, less its doors. */
#include "sim/core/parts.h"

#include "sim/core/memory.h"

#include <stdlib.h>

/* A door lies on an edge of its place when it runs along it within this. */
#define EDGE_TOLERANCE_M 0.15

/* The stretch of an edge that a door takes up, as shares of the edge. False: none. */
static bool stretch(struct segment edge, struct segment door, double *from, double *to)
{
    double length = segment_length(edge);
    if (length < 1e-6)
        return false;
    struct point along = point_scaled(point_sub(edge.b, edge.a), 1 / length);
    struct point door_along = point_unit(point_sub(door.b, door.a));
    if (fabs(point_dot(along, door_along)) < 0.95)
        return false;
    double s = point_dot(point_sub(door.a, edge.a), along) / length;
    double t = point_dot(point_sub(door.b, edge.a), along) / length;
    *from = fmax(0, fmin(s, t));
    *to = fmin(1, fmax(s, t));
    return (*to - *from) * length > 0.01 &&
           segment_distance(door, point_between(edge.a, edge.b, (*from + *to) / 2)) <=
               EDGE_TOLERANCE_M;
}

struct edges {
    struct edge *list;
    uint32_t count;
};

static void edges_add(struct edges *edges, struct edge edge)
{
    if (segment_length(edge.line) < 0.005)
        return;
    edges->list = memory_resized(edges->list, edges->count + 1, sizeof *edges->list);
    edges->list[edges->count++] = edge;
}

/* The walls that doors leave of one edge. Adds what each door took of it to taken_m. */
static void wall_between_doors(const struct ground *ground, const struct area *a,
                               struct segment edge, struct edges *edges, double *taken_m)
{
    double at = 0;
    while (at < 1) {
        /* The first door from here on. */
        double next_from = 1, next_to = 1;
        for (uint32_t i = 0; i < a->door_count; i++) {
            const struct door *d = &ground->doors[a->doors[i]];
            double from, to;
            if (!d->to_block && stretch(edge, d->line, &from, &to) && to > at && from < next_from) {
                next_from = from;
                next_to = to;
            }
        }
        struct segment wall = { point_between(edge.a, edge.b, at),
                                point_between(edge.a, edge.b, fmax(at, next_from)) };
        edges_add(edges, (struct edge){ .line = wall, .door = NONE, .kind = EDGE_WALL });
        at = next_to;
    }
    for (uint32_t i = 0; i < a->door_count; i++) {
        double from, to;
        if (stretch(edge, ground->doors[a->doors[i]].line, &from, &to))
            taken_m[i] += (to - from) * segment_length(edge);
    }
}

struct segment ground_facing(const struct ground *ground, uint32_t area, struct segment line)
{
    struct point middle = point_between(line.a, line.b, 0.5);
    struct point along = point_unit(point_sub(line.b, line.a));
    struct point left = { -along.y, along.x };
    int votes = 0;
    for (double step = 0.05; step < 0.5; step += 0.1) {
        votes += ground_contains(ground, area, point_add(middle, point_scaled(left, step)));
        votes -= ground_contains(ground, area, point_sub(middle, point_scaled(left, step)));
    }
    return votes >= 0 ? line : (struct segment){ line.b, line.a };
}

bool ground_add_walls(struct ground *ground, uint32_t area, const struct ground_def *def,
                      struct ground_error *error)
{
    struct area *a = &ground->areas[area];
    struct edges edges = { NULL, 0 };
    double *taken_m = memory_zeroed(a->door_count, sizeof *taken_m);
    for (uint32_t ring = 0; ring <= a->hole_count; ring++) {
        struct path path = ring ? a->holes[ring - 1] : a->outline;
        for (uint32_t i = 0, j = path.count - 1; i < path.count; j = i++)
            wall_between_doors(ground, a, (struct segment){ path.points[j], path.points[i] },
                               &edges, taken_m);
    }
    bool fits = true;
    for (uint32_t i = 0; i < a->door_count && fits; i++) {
        const struct door *d = &ground->doors[a->doors[i]];
        if (taken_m[i] < 0.8 * segment_length(d->line))
            fits = ground_fault(error, "door %s: does not lie along an edge of area %s",
                                ground_name(def->doors[a->doors[i]].name),
                                ground_name(def->areas[area].name));
        if (!d->to_block)
            edges_add(&edges, (struct edge){ .line = ground_facing(ground, area, d->line),
                                             .door = a->doors[i],
                                             .kind = d->gate ? EDGE_GATE : EDGE_SILL });
    }
    free(taken_m);
    walls_init(&a->walls, edges.list, edges.count);
    return fits;
}
