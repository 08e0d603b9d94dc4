/* Plane geometry, the little that walls and doors need. */
#ifndef SIM_CORE_GEOMETRY_H
#define SIM_CORE_GEOMETRY_H

#include "sim/core/ground.h"

#include <math.h>

static inline struct point point_add(struct point a, struct point b)
{
    return (struct point){ a.x + b.x, a.y + b.y };
}

static inline struct point point_sub(struct point a, struct point b)
{
    return (struct point){ a.x - b.x, a.y - b.y };
}

static inline struct point point_scaled(struct point a, double by)
{
    return (struct point){ a.x * by, a.y * by };
}

static inline struct point point_between(struct point a, struct point b, double share)
{
    return (struct point){ a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share };
}

static inline double point_dot(struct point a, struct point b)
{
    return a.x * b.x + a.y * b.y;
}

static inline double point_cross(struct point a, struct point b)
{
    return a.x * b.y - a.y * b.x;
}

static inline double point_length(struct point a)
{
    return sqrt(a.x * a.x + a.y * a.y);
}

static inline double point_distance(struct point a, struct point b)
{
    return point_length(point_sub(a, b));
}

/* Length 1, or the zero vector for one too short to have a direction. */
static inline struct point point_unit(struct point a)
{
    double length = point_length(a);
    return length > 1e-12 ? point_scaled(a, 1 / length) : (struct point){ 0, 0 };
}

struct segment {
    struct point a;
    struct point b;
};

/* The share (0..1) of the segment at which it is nearest to p. */
static inline double segment_share(struct segment s, struct point p)
{
    struct point along = point_sub(s.b, s.a);
    double length2 = point_dot(along, along);
    double share = length2 > 0 ? point_dot(point_sub(p, s.a), along) / length2 : 0;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

static inline struct point segment_nearest(struct segment s, struct point p)
{
    return point_between(s.a, s.b, segment_share(s, p));
}

static inline double segment_distance(struct segment s, struct point p)
{
    return point_distance(p, segment_nearest(s, p));
}

static inline double segment_length(struct segment s)
{
    return point_distance(s.a, s.b);
}

/* Do they share a point? Touching counts. */
bool segments_meet(struct segment s, struct segment t);

/* Inside, by the even-odd rule; for a point on the edge either answer. */
bool path_contains(struct path ring, struct point p);

/* Twice the signed area. */
double path_area2(struct path ring);

/* The box around a path of a point or more. */
void path_bounds(struct path path, struct point *low, struct point *high);

#endif
