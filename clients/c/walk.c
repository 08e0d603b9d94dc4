/*
 * Shortest ways inside a shape. Such a way bends only at corners that stick into the shape, so the
 * graph of those corners, joined where they see each other, holds it (Lozano-Perez & Wesley 1979).
 */
#include <math.h>
#include <stdlib.h>

#include "clients/c/geometry.h"
#include "clients/c/memory.h"

/* Ends of sight lines lie on walls, give or take the rounding; they are pulled in by this. */
#define SIGHT_MARGIN_CM 7.0

static double turn(struct spot a, struct spot b, struct spot c)
{
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
}

static double length(struct spot a, struct spot b)
{
    return sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
}

static bool wall_blocks(struct path ring, struct spot a, struct spot b)
{
    for (size_t i = 0; i < ring.count; i++) {
        struct spot c = path_point(ring, i);
        struct spot d = path_point(ring, i + 1 < ring.count ? i + 1 : 0);
        double c_side = turn(a, b, c), d_side = turn(a, b, d);
        double a_side = turn(c, d, a), b_side = turn(c, d, b);
        if (c_side * d_side < 0 && a_side * b_side < 0)
            return true;
    }
    return false;
}

static bool sees(const struct shape *shape, struct spot a, struct spot b)
{
    double apart = length(a, b);
    if (apart <= 3 * SIGHT_MARGIN_CM)
        return true;
    struct spot step = { (b.x - a.x) * SIGHT_MARGIN_CM / apart,
                         (b.y - a.y) * SIGHT_MARGIN_CM / apart };
    struct spot from = { a.x + step.x, a.y + step.y }, to = { b.x - step.x, b.y - step.y };
    if (wall_blocks(shape->outline, from, to))
        return false;
    for (size_t h = 0; h < shape->hole_count; h++)
        if (wall_blocks(shape->holes[h], from, to))
            return false;
    /* Nothing is crossed; but a line from corner to corner can also run wholly outside. */
    struct spot middle = { (a.x + b.x) / 2, (a.y + b.y) / 2 };
    return shape_has(shape, middle) || shape_edge_distance_cm(shape, middle) <= SIGHT_MARGIN_CM;
}

/* Rings are counter-clockwise and holes clockwise: corners that stick in turn right in both. */
static size_t collect_corners(struct path ring, struct spot *out)
{
    size_t count = 0;
    for (size_t i = 0; i < ring.count; i++) {
        struct spot before = path_point(ring, i > 0 ? i - 1 : ring.count - 1);
        struct spot here = path_point(ring, i);
        struct spot after = path_point(ring, i + 1 < ring.count ? i + 1 : 0);
        if (turn(before, here, after) < 0)
            out[count++] = here;
    }
    return count;
}

/* Dijkstra from node 0 to node 1 without a heap: there are few corners. */
static double search(const struct shape *shape, const struct spot *nodes, size_t count)
{
    double *far = memory_cleared(count, sizeof(*far));
    bool *done = memory_cleared(count, sizeof(*done));
    for (size_t i = 1; i < count; i++)
        far[i] = INFINITY;
    for (;;) {
        size_t nearest = count;
        for (size_t i = 0; i < count; i++)
            if (!done[i] && isfinite(far[i]) && (nearest == count || far[i] < far[nearest]))
                nearest = i;
        if (nearest == count || nearest == 1)
            break;
        done[nearest] = true;
        for (size_t i = 0; i < count; i++) {
            double through = far[nearest] + length(nodes[nearest], nodes[i]);
            if (!done[i] && through < far[i] && sees(shape, nodes[nearest], nodes[i]))
                far[i] = through;
        }
    }
    double found = far[1];
    free(far);
    free(done);
    return found;
}

double shape_walk_cm(const struct shape *shape, struct spot from, struct spot to)
{
    if (sees(shape, from, to))
        return length(from, to);
    size_t most = 2 + shape->outline.count;
    for (size_t h = 0; h < shape->hole_count; h++)
        most += shape->holes[h].count;
    struct spot *nodes = memory_cleared(most, sizeof(*nodes));
    nodes[0] = from;
    nodes[1] = to;
    size_t count = 2 + collect_corners(shape->outline, nodes + 2);
    for (size_t h = 0; h < shape->hole_count; h++)
        count += collect_corners(shape->holes[h], nodes + count);
    double found = search(shape, nodes, count);
    free(nodes);
    return found;
}
