#include "sim/core/parts.h"

#include "sim/core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define POST_CLEAR_M 0.25

/* Of an area's bounding box, whose cells every field over it has. */
#define AREA_MAX_M2 1500000.0
/* Cells of all fields together, at 6 bytes each; a field of the largest area takes seconds. */
#define FIELD_CELLS_MAX 2e8

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
    for (uint32_t h = 0; h < a->hole_count; h++) {
        struct point low = a->hole_boxes[2 * h], high = a->hole_boxes[2 * h + 1];
        if (at.x >= low.x && at.y >= low.y && at.x <= high.x && at.y <= high.y &&
            path_contains(a->holes[h], at))
            return false;
    }
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

struct path path_copy(struct path from)
{
    struct point *points = memory_zeroed(from.count, sizeof *points);
    for (uint32_t i = 0; i < from.count; i++)
        points[i] = from.points[i];
    return (struct path){ points, from.count };
}

static bool area_fits(const struct area_def *area, struct ground_error *error)
{
    const char *name = ground_name(area->name);
    if (area->outline.count < 3 || fabs(path_area2(area->outline)) < 0.02)
        return ground_fault(error, "area %s: an outline is a ring of three points or more", name);
    struct point low, high;
    path_bounds(area->outline, &low, &high);
    double width_m = high.x - low.x, depth_m = high.y - low.y;
    if (!(width_m * depth_m <= AREA_MAX_M2))
        return ground_fault(error,
                            "area %s: spans %.0f m by %.0f m, more than the %.0f m2 that can be "
                            "walked; make it smaller or several",
                            name, width_m, depth_m, AREA_MAX_M2);
    return true;
}

static bool copy_areas(struct ground *ground, const struct ground_def *def,
                       struct ground_error *error)
{
    ground->areas = memory_zeroed(def->area_count, sizeof *ground->areas);
    for (uint32_t i = 0; i < def->area_count; i++) {
        const struct area_def *from = &def->areas[i];
        struct area *a = &ground->areas[ground->area_count++];
        if (!area_fits(from, error))
            return false;
        a->stairs = from->stairs;
        a->up_factor = from->up_factor;
        a->down_factor = from->down_factor;
        a->moves_mps = from->moves_mps;
        a->outside = from->outside;
        a->outline = path_copy(from->outline);
        a->holes = memory_zeroed(from->hole_count, sizeof *a->holes);
        a->hole_boxes = memory_zeroed(2 * (size_t)from->hole_count, sizeof *a->hole_boxes);
        for (uint32_t h = 0; h < from->hole_count; h++) {
            if (from->holes[h].count < 3)
                return ground_fault(error, "area %s: hole %u has less than three points",
                                    ground_name(from->name), h);
            path_bounds(from->holes[h], &a->hole_boxes[2 * h], &a->hole_boxes[2 * h + 1]);
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
            .one_way = from->one_way,
            .blocked = from->blocked,
            .to_block = from->place_a >= def->area_count || from->place_b >= def->area_count,
            .rate_pps = { from->entry_rate_pps, from->exit_rate_pps },
            .field = { NONE, NONE },
        };
    }
    return true;
}

/* Gives each area the list of its doors, and its elevation. */
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

static double area_cells(const struct ground *ground, uint32_t place)
{
    if (place >= ground->area_count)
        return 0;
    const struct floor *floor = &ground->areas[place].floor;
    return (double)floor->columns * floor->rows;
}

static bool fields_fit(const struct ground *ground, const struct ground_def *def,
                       struct ground_error *error)
{
    double cells = 0;
    for (uint32_t i = 0; i < ground->door_count; i++)
        cells += area_cells(ground, ground->doors[i].place[0]) +
                 area_cells(ground, ground->doors[i].place[1]);
    for (uint32_t i = 0; i < def->facility_count; i++)
        cells += area_cells(ground, def->facilities[i].area);
    for (uint32_t i = 0; i < def->spot_count; i++)
        cells += area_cells(ground, def->spots[i].area);
    return cells <= FIELD_CELLS_MAX ||
           ground_fault(error,
                        "doors, facilities and spots need walking fields of %.0f million cells, "
                        "more than %.0f million; make areas smaller or fewer of those",
                        cells / 1e6, FIELD_CELLS_MAX / 1e6);
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
            struct segment line = ground_facing(ground, area, d->line);
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
    if (from->turnstiles && (from->gate >= ground->door_count || !ground->doors[from->gate].gate ||
                             ground->doors[from->gate].place[1] != from->area))
        return ground_fault(error, "facility %s: turnstiles stand outside their gate", name);
    if (segment_length(front) < 0.3)
        return ground_fault(error, "facility %s: its counter is less than 0.3 m long", name);
    struct segment faced = ground_facing(ground, from->area, front);
    struct point along = point_unit(point_sub(faced.b, faced.a));
    struct facility *f = &ground->facilities[ground->facility_count++];
    *f = (struct facility){ .area = from->area,
                            .front = faced,
                            .into = { -along.y, along.x },
                            .servers = from->servers,
                            .service_mean_s = from->service_mean_s,
                            .has_service = from->service != NULL,
                            .turnstiles = from->turnstiles,
                            .gate = from->gate };
    if (from->service != NULL)
        f->service = *from->service;
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
    if (def->area_count + def->block_count > UINT16_MAX)
        return ground_fault(error, "a ground has at most %d places", UINT16_MAX);
    if (!copy_areas(ground, def, error) || !copy_doors(ground, def, error))
        return false;
    hang_doors(ground);
    ground->low = (struct point){ INFINITY, INFINITY };
    ground->high = (struct point){ -INFINITY, -INFINITY };
    for (uint32_t i = 0; i < ground->area_count; i++) {
        struct area *a = &ground->areas[i];
        if (!ground_add_walls(ground, i, def, error))
            return false;
        floor_init(&a->floor, &def->areas[i], &a->walls);
        struct point low, high;
        path_bounds(a->outline, &low, &high);
        ground->low = (struct point){ fmin(ground->low.x, low.x), fmin(ground->low.y, low.y) };
        ground->high = (struct point){ fmax(ground->high.x, high.x), fmax(ground->high.y, high.y) };
    }
    if (!fields_fit(ground, def, error) || !build_fields(ground, def, error) ||
        !build_facilities(ground, def, error) || !ground_add_rows(ground, def, error) ||
        !ground_add_spots(ground, def, error))
        return false;
    ground_add_routes(ground);
    ground_add_streets(ground);
    ground->digest = ground_digest(ground);
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
    free(a->hole_boxes);
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
    for (uint32_t i = 0; i < ground->door_count; i++)
        free(ground->doors[i].street);
    for (uint32_t i = 0; i < ground->row_count; i++)
        free((void *)ground->rows[i].line.points);
    for (uint32_t i = 0; i < ground->field_count; i++)
        field_fini(&ground->fields[i]);
    for (uint32_t i = 0; ground->routes && i < ground_goal_count(ground); i++)
        free(ground->routes[i].rest_s);
    ground_drop_spots(ground);
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
