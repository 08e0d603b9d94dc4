#include "clients/c/feature_geometry.h"

#include <math.h>
#include <stdlib.h>

#include "clients/c/json_fields.h"
#include "clients/c/memory.h"

#define RING_MIN_M2 0.25

struct path venue_path(const Tifo__V1__Path *path)
{
    return (struct path){ path->xy_cm, path->n_xy_cm / 2 };
}

static bool read_position(const struct feature *feature, const json_t *value, size_t i,
                          int32_t cm[2])
{
    const json_t *x = json_array_get(value, 0), *y = json_array_get(value, 1);
    if (!json_is_number(x) || !json_is_number(y)) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "point %zu is not a pair of numbers; write [x, y]", i);
        return false;
    }
    double position[2] = { json_number_value(x), json_number_value(y) }, exact[2];
    plane_to_cm(feature->plane, position, exact);
    if (!(fabs(exact[0]) <= COORDINATE_MAX_CM && fabs(exact[1]) <= COORDINATE_MAX_CM)) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "point %zu [%g, %g] is more than 2 km from the origin; %s", i, position[0],
                    position[1],
                    feature->plane->geographic
                        ? "move it or tifo.origin, and give longitude first"
                        : "coordinates are metres because tifo.local_metres is true");
        return false;
    }
    cm[0] = (int32_t)lround(exact[0]);
    cm[1] = (int32_t)lround(exact[1]);
    return true;
}

static Tifo__V1__Path *new_path(size_t points)
{
    Tifo__V1__Path *path = memory_cleared(1, sizeof(*path));
    tifo__v1__path__init(path);
    path->n_xy_cm = 2 * points;
    path->xy_cm = memory_cleared(2 * points, sizeof(*path->xy_cm));
    return path;
}

static void free_path(Tifo__V1__Path *path)
{
    if (path)
        tifo__v1__path__free_unpacked(path, NULL);
}

static Tifo__V1__Path *read_points(const struct feature *feature, const json_t *points,
                                   size_t min_points, size_t max_points)
{
    size_t count = json_array_size(points);
    if (!json_is_array(points) || count < min_points || count > max_points) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "has %zu points; a %s here has %zu to %zu", count,
                    feature->at.kind ? feature->at.kind : "feature", min_points, max_points);
        return NULL;
    }
    Tifo__V1__Path *path = new_path(count);
    for (size_t i = 0; i < count; i++) {
        int32_t *cm = path->xy_cm + 2 * i;
        if (!read_position(feature, json_array_get(points, i), i, cm)) {
            free_path(path);
            return NULL;
        }
    }
    return path;
}

static bool repeats_point(const struct feature *feature, const Tifo__V1__Path *path)
{
    for (size_t i = 2; i < path->n_xy_cm; i += 2) {
        if (path->xy_cm[i] == path->xy_cm[i - 2] && path->xy_cm[i + 1] == path->xy_cm[i - 1]) {
            problem_add(feature->log, &feature->at, "coordinates",
                        "point %zu repeats the point before it; leave it out", i / 2);
            return true;
        }
    }
    return false;
}

Tifo__V1__Path *feature_line(const struct feature *feature, size_t min_points, size_t max_points)
{
    Tifo__V1__Path *path = read_points(feature, feature->coordinates, min_points, max_points);
    if (path && repeats_point(feature, path)) {
        free_path(path);
        return NULL;
    }
    return path;
}

/* Takes the repeated last point off and looks at the rest. */
static bool ring_is_good(const struct feature *feature, Tifo__V1__Path *path)
{
    size_t last = path->n_xy_cm - 2;
    if (path->xy_cm[0] != path->xy_cm[last] || path->xy_cm[1] != path->xy_cm[last + 1]) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "the polygon is not closed; repeat its first point as its last");
        return false;
    }
    if (repeats_point(feature, path))
        return false;
    path->n_xy_cm -= 2;
    struct path ring = venue_path(path);
    size_t a, b;
    if (ring_crosses_itself(ring, &a, &b)) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "the polygon crosses or touches itself: the edges from points %zu and %zu "
                    "meet; draw it around once",
                    a, b);
        return false;
    }
    double area_m2 = fabs((double)ring_double_area(ring)) / 2 / 10000;
    if (area_m2 < RING_MIN_M2) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "the polygon has %.2f m2; at least %.2f m2 are needed (are these metres?)",
                    area_m2, RING_MIN_M2);
        return false;
    }
    return true;
}

static void reverse(Tifo__V1__Path *path)
{
    size_t points = path->n_xy_cm / 2;
    for (size_t i = 0, j = points - 1; i < j; i++, j--) {
        for (size_t k = 0; k < 2; k++) {
            int32_t other = path->xy_cm[2 * i + k];
            path->xy_cm[2 * i + k] = path->xy_cm[2 * j + k];
            path->xy_cm[2 * j + k] = other;
        }
    }
}

static Tifo__V1__Path *read_ring(const struct feature *feature, const json_t *points,
                                 bool counter_clockwise)
{
    Tifo__V1__Path *path = read_points(feature, points, 4, RING_POINTS_MAX);
    if (path && !ring_is_good(feature, path)) {
        free_path(path);
        return NULL;
    }
    if (path && (ring_double_area(venue_path(path)) > 0) != counter_clockwise)
        reverse(path);
    return path;
}

static bool hole_is_inside(const struct feature *feature, const Tifo__V1__Path *outline,
                           const Tifo__V1__Path *hole)
{
    struct shape shape = { venue_path(outline), NULL, 0 };
    struct path ring = venue_path(hole);
    for (size_t i = 0; i < ring.count; i++) {
        if (!shape_has(&shape, path_point(ring, i))) {
            problem_add(feature->log, &feature->at, "coordinates",
                        "point %zu of a hole lies outside the polygon; draw holes inside it", i);
            return false;
        }
    }
    return true;
}

Tifo__V1__Path *feature_polygon(const struct feature *feature, Tifo__V1__Path ***holes,
                                size_t *hole_count, size_t max_holes)
{
    size_t rings = json_array_size(feature->coordinates);
    *holes = NULL;
    *hole_count = 0;
    if (rings < 1 || rings > 1 + max_holes) {
        problem_add(feature->log, &feature->at, "coordinates",
                    "a polygon is a list of rings, [[[x, y], ...]]: one outline and at most %zu "
                    "holes here, not %zu rings",
                    max_holes, rings);
        return NULL;
    }
    Tifo__V1__Path *outline = read_ring(feature, json_array_get(feature->coordinates, 0), true);
    bool good = outline != NULL;
    for (size_t i = 1; i < rings && good; i++) {
        Tifo__V1__Path *hole = read_ring(feature, json_array_get(feature->coordinates, i), false);
        good = hole && hole_is_inside(feature, outline, hole);
        if (hole) {
            *holes = memory_grow(*holes, *hole_count, sizeof(**holes));
            (*holes)[(*hole_count)++] = hole;
        }
    }
    if (good)
        return outline;
    for (size_t i = 0; i < *hole_count; i++)
        free_path((*holes)[i]);
    free(*holes);
    *holes = NULL;
    *hole_count = 0;
    free_path(outline);
    return NULL;
}
