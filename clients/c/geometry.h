/*
 * Plane geometry on whole centimetres. Coordinates stay within +-COORDINATE_MAX_CM, so every cross
 * product fits an int64 and the tests below are exact; distances and areas are doubles.
 */
#ifndef CLIENTS_C_GEOMETRY_H
#define CLIENTS_C_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COORDINATE_MAX_CM 200000 /* 2 km */
/* What counts as touching: drawn by hand or rounded, lines meet within this. */
#define TOUCH_CM 5.0

struct spot {
    double x, y; /* cm */
};

/* A ring (closed, without a repeated last point) or a line, as x0 y0 x1 y1 ...; borrowed. */
struct path {
    const int32_t *xy;
    size_t count; /* points */
};

/* A ring less its holes; borrowed. */
struct shape {
    struct path outline;
    const struct path *holes;
    size_t hole_count;
};

struct spot path_point(struct path path, size_t i);
double path_length_cm(struct path line);
/* At `part` (0..1) of its length. */
struct spot path_along(struct path line, double part);

/* Twice the signed area in cm2: > 0 is counter-clockwise. */
int64_t ring_double_area(struct path ring);
/* The first two edges that cross or touch where they should not; false: it is simple. */
bool ring_crosses_itself(struct path ring, size_t *edge_a, size_t *edge_b);

double segment_distance_cm(struct spot p, struct spot a, struct spot b);
/* To the nearest wall of the shape, holes included. */
double shape_edge_distance_cm(const struct shape *shape, struct spot p);
/* Inside or on the edge. */
bool shape_has(const struct shape *shape, struct spot p);
/* Inside and further than `depth_cm` from every edge. */
bool shape_has_deep(const struct shape *shape, struct spot p, double depth_cm);
double shape_area_m2(const struct shape *shape);
/* The centroid, or, where that is outside or in a hole, the point of a grid that is deepest inside.
 */
struct spot shape_centre(const struct shape *shape);
/* True when both cover a common patch deeper than TOUCH_CM. */
bool shapes_overlap(const struct shape *a, const struct shape *b);
/* True when the whole line lies within TOUCH_CM of the shape's outline or holes. */
bool shape_touches_line(const struct shape *shape, struct path line);
/* Shortest way inside the shape; around corners where there is no sight. Infinite when there is no
 * way, which a valid shape does not have. */
double shape_walk_cm(const struct shape *shape, struct spot from, struct spot to);

#endif
