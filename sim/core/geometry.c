#include "sim/core/geometry.h"

static double turn(struct point a, struct point b, struct point c)
{
    return point_cross(point_sub(b, a), point_sub(c, a));
}

bool segments_meet(struct segment s, struct segment t)
{
    double t_a = turn(s.a, s.b, t.a), t_b = turn(s.a, s.b, t.b);
    double s_a = turn(t.a, t.b, s.a), s_b = turn(t.a, t.b, s.b);
    if ((t_a > 0 && t_b > 0) || (t_a < 0 && t_b < 0) || (s_a > 0 && s_b > 0) ||
        (s_a < 0 && s_b < 0))
        return false;
    if (t_a != 0 || t_b != 0 || s_a != 0 || s_b != 0)
        return true;
    /* On one line: they meet when their extents do. */
    return fmin(s.a.x, s.b.x) <= fmax(t.a.x, t.b.x) && fmin(t.a.x, t.b.x) <= fmax(s.a.x, s.b.x) &&
           fmin(s.a.y, s.b.y) <= fmax(t.a.y, t.b.y) && fmin(t.a.y, t.b.y) <= fmax(s.a.y, s.b.y);
}

bool path_contains(struct path ring, struct point p)
{
    bool inside = false;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++) {
        struct point a = ring.points[i], b = ring.points[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

double path_area2(struct path ring)
{
    double sum = 0;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++)
        sum += point_cross(ring.points[j], ring.points[i]);
    return sum;
}

void path_bounds(struct path path, struct point *low, struct point *high)
{
    *low = *high = path.points[0];
    for (uint32_t i = 1; i < path.count; i++) {
        struct point p = path.points[i];
        *low = (struct point){ fmin(low->x, p.x), fmin(low->y, p.y) };
        *high = (struct point){ fmax(high->x, p.x), fmax(high->y, p.y) };
    }
}
