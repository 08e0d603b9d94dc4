#include "sim/core/parts.h"

#include "sim/core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// A door lies on an edge of its place when it runs along it within this.
#define EDGE_TOLERANCE_M 0.15
#define POST_CLEAR_M     0.25

bool ground_fault(struct ground_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

const char *ground_name(const char *name)
{
    return name ? name : "?";
}

bool ground_contains(const struct ground *ground, uint32_t area, struct point at)
{
    const struct area *a = &ground->areas[area];
    if (!path_contains(a->outline, at))
        return false;
    for (uint32_t h = 0; h < a->hole_count; h++)
        if (path_contains(a->holes[h], at))
            return false;
    return true;
}

uint32_t ground_add_field(struct ground *ground, uint32_t area, struct segment target,
                          struct point through)
{
    uint32_t field = ground->field_count++;
    ground->fields = memory_resized(ground->fields, ground->field_count, sizeof *ground->fields);
    ground->field_area = memory_resized(ground->field_area, ground->field_count, sizeof(uint32_t));
    ground->field_area[field] = area;
    bool reached = field_init(&ground->fields[field], &ground->areas[area].floor,
                              &ground->areas[area].walls, target, through);
    return reached ? field : NONE;
}

double ground_distance(const struct ground *ground, uint32_t field, struct point at)
{
    return field_distance(&ground->fields[field], &ground->areas[ground->field_area[field]].floor,
                          at);
}

static struct path path_copy(struct path from)
{
    struct point *points = memory_zeroed(from.count, sizeof *points);
    for (uint32_t i = 0; i < from.count; i++)
        points[i] = from.points[i];
    return (struct path){ points, from.count };
}

static bool copy_areas(struct ground *ground, const struct ground_def *def,
                       struct ground_error *error)
{
    ground->areas = memory_zeroed(def->area_count, sizeof *ground->areas);
    for (uint32_t i = 0; i < def->area_count; i++) {
        const struct area_def *from = &def->areas[i];
        struct area *a = &ground->areas[ground->area_count++];
        if (from->outline.count < 3 || fabs(path_area2(from->outline)) < 0.02)
            return ground_fault(error, "area %s: an outline is a ring of three points or more",
                                ground_name(from->name));
        a->stairs = from->stairs;
        a->outside = from->outside;
        a->outline = path_copy(from->outline);
        a->holes = memory_zeroed(from->hole_count, sizeof *a->holes);
        for (uint32_t h = 0; h < from->hole_count; h++) {
            if (from->holes[h].count < 3)
                return ground_fault(error, "area %s: hole %u has less than three points",
                                    ground_name(from->name), h);
            a->holes[a->hole_count++] = path_copy(from->holes[h]);
        }
    }
    return true;
}

static bool door_fits(const struct ground_def *def, const struct door_def *d,
                      struct ground_error *error)
{
    uint32_t places = def->area_count + def->block_count;
    const char *name = ground_name(d->name);
    if (d->place_a >= places || d->place_b >= places || d->place_a == d->place_b)
        return ground_fault(error, "door %s: leads from place %u to %u; there are %u", name,
                            d->place_a, d->place_b, places);
    bool a_block = d->place_a >= def->area_count, b_block = d->place_b >= def->area_count;
    if (a_block && b_block)
        return ground_fault(error, "door %s: leads from a block to a block", name);
    if (d->gate && (a_block || b_block || !def->areas[d->place_b].outside))
        return ground_fault(error, "gate %s: leads from an area to an outside area", name);
    if (point_distance(d->ends[0], d->ends[1]) < 0.3)
        return ground_fault(error, "door %s: is less than 0.3 m wide", name);
    return true;
}

static bool copy_doors(struct ground *ground, const struct ground_def *def,
                       struct ground_error *error)
{
    ground->doors = memory_zeroed(def->door_count, sizeof *ground->doors);
    for (uint32_t i = 0; i < def->door_count; i++) {
        const struct door_def *from = &def->doors[i];
        if (!door_fits(def, from, error))
            return false;
        struct segment line = { from->ends[0], from->ends[1] };
        double length = segment_length(line);
        double clear = fmin(POST_CLEAR_M / length, 0.4);
        ground->doors[ground->door_count++] = (struct door){
            .place = { from->place_a, from->place_b },
            .line = line,
            .inner = { point_between(line.a, line.b, clear), point_between(line.b, line.a, clear) },
            .elevation_m = from->elevation_m,
            .gate = from->gate,
            .to_block = from->place_a >= def->area_count || from->place_b >= def->area_count,
            .rate_pps = { from->entry_rate_pps, from->exit_rate_pps },
            .field = { NONE, NONE },
        };
    }
    return true;
}

// Gives each area the list of its doors, and its elevation.
static void hang_doors(struct ground *ground)
{
    for (uint32_t i = 0; i < ground->area_count; i++) {
        struct area *a = &ground->areas[i];
        a->doors = memory_zeroed(ground->door_count, sizeof *a->doors);
        for (uint32_t d = 0; d < ground->door_count; d++) {
            if (ground->doors[d].place[0] != i && ground->doors[d].place[1] != i)
                continue;
            a->doors[a->door_count++] = d;
            a->elevation_m += ground->doors[d].elevation_m;
        }
        if (a->door_count)
            a->elevation_m /= a->door_count;
    }
}

// The stretch of an edge that a door takes up, as shares of the edge. False: none.
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

// The walls that doors leave of one edge. Adds what each door took of it to taken_m.
static void wall_between_doors(const struct ground *ground, const struct area *a,
                               struct segment edge, struct edges *edges, double *taken_m)
{
    double at = 0;
    while (at < 1) {
        // The first door from here on.
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
        edges_add(edges, (struct edge){ wall, NONE, EDGE_WALL });
        at = next_to;
    }
    for (uint32_t i = 0; i < a->door_count; i++) {
        double from, to;
        if (stretch(edge, ground->doors[a->doors[i]].line, &from, &to))
            taken_m[i] += (to - from) * segment_length(edge);
    }
}

// Puts the area on the left of a door's line.
static struct segment facing(const struct ground *ground, uint32_t area, struct segment line)
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

static bool build_walls(struct ground *ground, uint32_t area, const struct ground_def *def,
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
            edges_add(&edges, (struct edge){ facing(ground, area, d->line), a->doors[i],
                                             d->gate ? EDGE_GATE : EDGE_SILL });
    }
    free(taken_m);
    walls_init(&a->walls, edges.list, edges.count);
    return fits;
}

static bool build_fields(struct ground *ground, const struct ground_def *def,
                         struct ground_error *error)
{
    for (uint32_t i = 0; i < ground->door_count; i++) {
        struct door *d = &ground->doors[i];
        for (int side = 0; side < 2; side++) {
            uint32_t area = d->place[side];
            if (area >= ground->area_count)
                continue;
            struct segment line = facing(ground, area, d->line);
            struct point along = point_unit(point_sub(line.b, line.a));
            struct point out = { along.y, -along.x };
            if (d->to_block)
                out = (struct point){ 0, 0 };
            d->field[side] = ground_add_field(ground, area, d->inner, out);
            if (d->field[side] == NONE)
                return ground_fault(error, "door %s: no floor of area %s is near it",
                                    ground_name(def->doors[i].name),
                                    ground_name(def->areas[area].name));
        }
    }
    return true;
}

static bool add_facility(struct ground *ground, const struct facility_def *from,
                         struct ground_error *error)
{
    const char *name = ground_name(from->name);
    if (from->area >= ground->area_count || from->servers == 0 || !(from->service_mean_s > 0))
        return ground_fault(error, "facility %s: wants an area, a server and a service time", name);
    struct segment front = { from->front[0], from->front[1] };
    if (segment_length(front) < 0.3)
        return ground_fault(error, "facility %s: its counter is less than 0.3 m long", name);
    struct segment faced = facing(ground, from->area, front);
    struct point along = point_unit(point_sub(faced.b, faced.a));
    struct facility *f = &ground->facilities[ground->facility_count++];
    *f = (struct facility){ .area = from->area,
                            .front = faced,
                            .into = { -along.y, along.x },
                            .servers = from->servers,
                            .service_mean_s = from->service_mean_s };
    f->field = ground_add_field(ground, from->area, front, (struct point){ 0, 0 });
    if (f->field == NONE)
        return ground_fault(error, "facility %s: no floor of its area is near its counter", name);
    return true;
}

static bool build_facilities(struct ground *ground, const struct ground_def *def,
                             struct ground_error *error)
{
    ground->facilities = memory_zeroed(def->facility_count, sizeof *ground->facilities);
    for (uint32_t i = 0; i < def->facility_count; i++)
        if (!add_facility(ground, &def->facilities[i], error))
            return false;
    for (uint32_t i = 0; i < def->facility_count; i++)
        if (!facility_add_slots(ground, &ground->facilities[i]))
            return ground_fault(error,
                                "facility %s: nobody has room to stand in front of its counter",
                                ground_name(def->facilities[i].name));
    return true;
}

static bool build(struct ground *ground, const struct ground_def *def, struct ground_error *error)
{
    ground->block_count = def->block_count;
    if (def->area_count == 0)
        return ground_fault(error, "a ground has an area at least");
    if (!copy_areas(ground, def, error) || !copy_doors(ground, def, error))
        return false;
    hang_doors(ground);
    ground->low = (struct point){ INFINITY, INFINITY };
    ground->high = (struct point){ -INFINITY, -INFINITY };
    for (uint32_t i = 0; i < ground->area_count; i++) {
        struct area *a = &ground->areas[i];
        if (!build_walls(ground, i, def, error))
            return false;
        floor_init(&a->floor, &def->areas[i], &a->walls);
        for (uint32_t p = 0; p < a->outline.count; p++) {
            struct point at = a->outline.points[p];
            ground->low = (struct point){ fmin(ground->low.x, at.x), fmin(ground->low.y, at.y) };
            ground->high = (struct point){ fmax(ground->high.x, at.x), fmax(ground->high.y, at.y) };
        }
    }
    if (!build_fields(ground, def, error) || !build_facilities(ground, def, error) ||
        !ground_add_rows(ground, def, error))
        return false;
    ground_add_routes(ground);
    return true;
}

struct ground *ground_create(const struct ground_def *def, struct ground_error *error)
{
    struct ground *ground = memory_zeroed(1, sizeof *ground);
    if (build(ground, def, error))
        return ground;
    ground_destroy(ground);
    return NULL;
}

static void area_fini(struct area *a)
{
    free((void *)a->outline.points);
    for (uint32_t h = 0; h < a->hole_count; h++)
        free((void *)a->holes[h].points);
    free(a->holes);
    free(a->doors);
    walls_fini(&a->walls);
    floor_fini(&a->floor);
}

void ground_destroy(struct ground *ground)
{
    if (!ground)
        return;
    for (uint32_t i = 0; i < ground->area_count; i++)
        area_fini(&ground->areas[i]);
    for (uint32_t i = 0; i < ground->facility_count; i++) {
        free(ground->facilities[i].slots);
        free(ground->facilities[i].slots_behind);
    }
    for (uint32_t i = 0; i < ground->row_count; i++)
        free((void *)ground->rows[i].line.points);
    for (uint32_t i = 0; i < ground->field_count; i++)
        field_fini(&ground->fields[i]);
    for (uint32_t i = 0; ground->routes && i < ground->door_count + ground->facility_count; i++)
        free(ground->routes[i].rest_s);
    free(ground->areas);
    free(ground->doors);
    free(ground->facilities);
    free(ground->rows);
    free(ground->first_row);
    free(ground->ways);
    free(ground->fields);
    free(ground->field_area);
    free(ground->routes);
    free(ground);
}
