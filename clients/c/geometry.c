#include "clients/c/geometry.h"

#include <math.h>
#include <stdlib.h>

struct box {
    double x0, y0, x1, y1;
};

struct spot path_point(struct path path, size_t i)
{
    return (struct spot){ path.xy[2 * i], path.xy[2 * i + 1] };
}

static struct spot ring_next(struct path ring, size_t i)
{
    return path_point(ring, i + 1 < ring.count ? i + 1 : 0);
}

static double distance(struct spot a, struct spot b)
{
    return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

double path_length_cm(struct path line)
{
    double length = 0;
    for (size_t i = 0; i + 1 < line.count; i++)
        length += distance(path_point(line, i), path_point(line, i + 1));
    return length;
}

struct spot path_along(struct path line, double part)
{
    double left = path_length_cm(line) * part;
    for (size_t i = 0; i + 1 < line.count; i++) {
        struct spot a = path_point(line, i), b = path_point(line, i + 1);
        double length = distance(a, b);
        if (left <= length && length > 0)
            return (struct spot){ a.x + (b.x - a.x) * left / length,
                                  a.y + (b.y - a.y) * left / length };
        left -= length;
    }
    return path_point(line, line.count - 1);
}

int64_t ring_double_area(struct path ring)
{
    int64_t sum = 0;
    for (size_t i = 0; i < ring.count; i++) {
        size_t j = i + 1 < ring.count ? i + 1 : 0;
        sum += (int64_t)ring.xy[2 * i] * ring.xy[2 * j + 1] -
               (int64_t)ring.xy[2 * j] * ring.xy[2 * i + 1];
    }
    return sum;
}

/* > 0: c lies left of a -> b. Exact for points of paths: all values stay below 2^53. */
static double side(struct spot a, struct spot b, struct spot c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* Both segments cut through each other; touching is not enough. */
static bool segments_cross(struct spot a, struct spot b, struct spot c, struct spot d)
{
    double c_side = side(a, b, c), d_side = side(a, b, d);
    double a_side = side(c, d, a), b_side = side(c, d, b);
    return ((c_side > 0 && d_side < 0) || (c_side < 0 && d_side > 0)) &&
           ((a_side > 0 && b_side < 0) || (a_side < 0 && b_side > 0));
}

double segment_distance_cm(struct spot p, struct spot a, struct spot b)
{
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    double part = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return distance(p, (struct spot){ a.x + part * dx, a.y + part * dy });
}

bool ring_crosses_itself(struct path ring, size_t *edge_a, size_t *edge_b)
{
    for (size_t i = 0; i < ring.count; i++) {
        struct spot a = path_point(ring, i), b = ring_next(ring, i);
        for (size_t j = i + 1; j < ring.count; j++) {
            struct spot c = path_point(ring, j), d = ring_next(ring, j);
            bool neighbours = j == i + 1 || (i == 0 && j + 1 == ring.count);
            /* A corner that lies on another edge pinches the ring: also not simple. Neighbours
             * share a corner; they may only not fold back onto each other. */
            bool bad = neighbours
                           ? side(a, b, j == i + 1 ? d : c) == 0 &&
                                 (j == i + 1 ? segment_distance_cm(d, a, b) == 0
                                             : segment_distance_cm(c, a, b) == 0)
                           : segments_cross(a, b, c, d) || segment_distance_cm(c, a, b) == 0 ||
                                 segment_distance_cm(a, c, d) == 0;
            if (bad) {
                *edge_a = i;
                *edge_b = j;
                return true;
            }
        }
    }
    return false;
}

static double ring_distance(struct path ring, struct spot p)
{
    double nearest = INFINITY;
    for (size_t i = 0; i < ring.count; i++)
        nearest = fmin(nearest, segment_distance_cm(p, path_point(ring, i), ring_next(ring, i)));
    return nearest;
}

double shape_edge_distance_cm(const struct shape *shape, struct spot p)
{
    double nearest = ring_distance(shape->outline, p);
    for (size_t h = 0; h < shape->hole_count; h++)
        nearest = fmin(nearest, ring_distance(shape->holes[h], p));
    return nearest;
}

/* Even-odd rule; what lies on the edge may come out either way. */
static bool ring_has(struct path ring, struct spot p)
{
    bool in = false;
    for (size_t i = 0; i < ring.count; i++) {
        struct spot a = path_point(ring, i), b = ring_next(ring, i);
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            in = !in;
    }
    return in;
}

static bool shape_covers(const struct shape *shape, struct spot p)
{
    if (!ring_has(shape->outline, p))
        return false;
    for (size_t h = 0; h < shape->hole_count; h++)
        if (ring_has(shape->holes[h], p))
            return false;
    return true;
}

bool shape_has(const struct shape *shape, struct spot p)
{
    return shape_covers(shape, p) || shape_edge_distance_cm(shape, p) == 0;
}

bool shape_has_deep(const struct shape *shape, struct spot p, double depth_cm)
{
    return shape_covers(shape, p) && shape_edge_distance_cm(shape, p) > depth_cm;
}

double shape_area_m2(const struct shape *shape)
{
    int64_t twice = llabs(ring_double_area(shape->outline));
    for (size_t h = 0; h < shape->hole_count; h++)
        twice -= llabs(ring_double_area(shape->holes[h]));
    return (double)twice / 2 / 10000;
}

static struct box ring_box(struct path ring)
{
    struct box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i < ring.count; i++) {
        struct spot p = path_point(ring, i);
        box.x0 = fmin(box.x0, p.x);
        box.y0 = fmin(box.y0, p.y);
        box.x1 = fmax(box.x1, p.x);
        box.y1 = fmax(box.y1, p.y);
    }
    return box;
}

static struct spot ring_centroid(struct path ring)
{
    /* Relative to the first point, so that small rings far out lose no digits. */
    struct spot first = path_point(ring, 0);
    double area = 0, x = 0, y = 0;
    for (size_t i = 0; i < ring.count; i++) {
        struct spot a = path_point(ring, i), b = ring_next(ring, i);
        double cross = (a.x - first.x) * (b.y - first.y) - (b.x - first.x) * (a.y - first.y);
        area += cross;
        x += (a.x + b.x - 2 * first.x) * cross;
        y += (a.y + b.y - 2 * first.y) * cross;
    }
    if (area == 0)
        return first;
    return (struct spot){ first.x + x / (3 * area), first.y + y / (3 * area) };
}

/* The deepest of a grid's points. */
static struct spot deepest(const struct shape *shape)
{
    enum { STEPS = 40 };
    struct box box = ring_box(shape->outline);
    struct spot best = path_point(shape->outline, 0);
    double best_depth = -1;
    for (int i = 0; i < STEPS; i++) {
        for (int j = 0; j < STEPS; j++) {
            struct spot p = { box.x0 + (box.x1 - box.x0) * (i + 0.5) / STEPS,
                              box.y0 + (box.y1 - box.y0) * (j + 0.5) / STEPS };
            double depth = shape_covers(shape, p) ? shape_edge_distance_cm(shape, p) : -1;
            if (depth > best_depth) {
                best = p;
                best_depth = depth;
            }
        }
    }
    return best;
}

struct spot shape_centre(const struct shape *shape)
{
    struct spot centre = ring_centroid(shape->outline);
    if (!shape_has_deep(shape, centre, 30))
        centre = deepest(shape);
    return (struct spot){ round(centre.x), round(centre.y) };
}

bool shape_touches_line(const struct shape *shape, struct path line)
{
    /* Lines are straight here (two points); walls may bend, so look along the whole line. */
    enum { STEPS = 8 };
    for (int i = 0; i <= STEPS; i++)
        if (shape_edge_distance_cm(shape, path_along(line, (double)i / STEPS)) > TOUCH_CM)
            return false;
    return true;
}

/* A corner or the centre of `a` deep in `b`. */
static bool reaches_into(const struct shape *a, const struct shape *b)
{
    for (size_t i = 0; i < a->outline.count; i++) {
        struct spot p = path_point(a->outline, i), q = ring_next(a->outline, i);
        if (shape_has_deep(b, p, TOUCH_CM) ||
            shape_has_deep(b, (struct spot){ (p.x + q.x) / 2, (p.y + q.y) / 2 }, TOUCH_CM))
            return true;
    }
    return shape_has_deep(b, shape_centre(a), TOUCH_CM);
}

/* Rounding lets walls that only touch cross by a centimetre: ends must be clear of the other. */
static bool crosses_clearly(struct spot a, struct spot b, struct spot c, struct spot d)
{
    return segments_cross(a, b, c, d) && segment_distance_cm(a, c, d) > TOUCH_CM &&
           segment_distance_cm(b, c, d) > TOUCH_CM && segment_distance_cm(c, a, b) > TOUCH_CM &&
           segment_distance_cm(d, a, b) > TOUCH_CM;
}

bool shapes_overlap(const struct shape *a, const struct shape *b)
{
    struct box p = ring_box(a->outline), q = ring_box(b->outline);
    if (p.x1 <= q.x0 || q.x1 <= p.x0 || p.y1 <= q.y0 || q.y1 <= p.y0)
        return false;
    if (reaches_into(a, b) || reaches_into(b, a))
        return true;
    for (size_t i = 0; i < a->outline.count; i++)
        for (size_t j = 0; j < b->outline.count; j++)
            if (crosses_clearly(path_point(a->outline, i), ring_next(a->outline, i),
                                path_point(b->outline, j), ring_next(b->outline, j)))
                return true;
    return false;
}
