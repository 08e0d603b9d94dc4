#include "sim/core/walls.h"

#include "sim/core/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SLIDES = 4 }; /* a corner of two walls needs two, a niche three */

/* Distance from a segment to an axis-parallel box, from below: enough for a list that may hold too
 * much. */
static bool may_be_near(struct segment s, struct point low, double size, double reach)
{
    struct point middle = { low.x + size / 2, low.y + size / 2 };
    return segment_distance(s, middle) <= reach + size * 0.7072;
}

/* Calls for every cell that an edge may be near: counts them, or lists the edge there. */
static void list_edge(struct walls *w, uint32_t e, uint32_t *filled)
{
    struct segment s = w->edges[e].line;
    double reach = EDGE_REACH_M + 1;
    double column_low = floor(fmin(s.a.x, s.b.x) - reach - w->low.x);
    double row_low = floor(fmin(s.a.y, s.b.y) - reach - w->low.y);
    double column_high = fmax(s.a.x, s.b.x) + reach - w->low.x;
    double row_high = fmax(s.a.y, s.b.y) + reach - w->low.y;
    for (uint32_t row = row_low > 0 ? (uint32_t)row_low : 0; row < w->rows && row <= row_high;
         row++) {
        for (uint32_t column = column_low > 0 ? (uint32_t)column_low : 0;
             column < w->columns && column <= column_high; column++) {
            uint32_t cell = row * w->columns + column;
            struct point low = { w->low.x + column, w->low.y + row };
            if (!may_be_near(s, low, 1.0, EDGE_REACH_M))
                continue;
            if (filled)
                w->listed[filled[cell]++] = e;
            else
                w->cells[cell + 1].first++;
        }
    }
}

static void list_cells(struct walls *w)
{
    uint32_t cells = w->columns * w->rows;
    for (uint32_t e = 0; e < w->count; e++)
        list_edge(w, e, NULL);
    for (uint32_t cell = 0; cell < cells; cell++)
        w->cells[cell + 1].first += w->cells[cell].first;
    w->listed = memory_zeroed(w->cells[cells].first, sizeof *w->listed);
    uint32_t *filled = memory_zeroed(cells, sizeof *filled);
    for (uint32_t cell = 0; cell < cells; cell++)
        filled[cell] = w->cells[cell].first;
    for (uint32_t e = 0; e <= w->count; e++) {
        for (uint32_t cell = 0; e == w->wall_count && cell < cells; cell++)
            w->cells[cell].doors = filled[cell];
        if (e < w->count)
            list_edge(w, e, filled);
    }
    free(filled);
}

/* Keeps the order among walls, and among the others. Returns how many are walls. */
static uint32_t walls_first(struct edge *edges, uint32_t count)
{
    struct edge *doors = memory_zeroed(count, sizeof *doors);
    uint32_t walls = 0, others = 0;
    for (uint32_t e = 0; e < count; e++)
        if (edges[e].kind == EDGE_WALL)
            edges[walls++] = edges[e];
        else
            doors[others++] = edges[e];
    for (uint32_t e = 0; e < others; e++)
        edges[walls + e] = doors[e];
    free(doors);
    return walls;
}

void walls_init(struct walls *w, struct edge *edges, uint32_t count)
{
    uint32_t wall_count = walls_first(edges, count);
    struct point low = { INFINITY, INFINITY }, high = { -INFINITY, -INFINITY };
    for (uint32_t e = 0; e < count; e++) {
        struct segment s = edges[e].line;
        edges[e].along = point_unit(point_sub(s.b, s.a));
        edges[e].length_m = segment_length(s);
        low = (struct point){ fmin(low.x, fmin(s.a.x, s.b.x)), fmin(low.y, fmin(s.a.y, s.b.y)) };
        high = (struct point){ fmax(high.x, fmax(s.a.x, s.b.x)), fmax(high.y, fmax(s.a.y, s.b.y)) };
    }
    *w = (struct walls){ .edges = edges, .count = count, .wall_count = wall_count };
    w->low = (struct point){ low.x - 1, low.y - 1 };
    w->columns = (uint32_t)(high.x - w->low.x) + 2;
    w->rows = (uint32_t)(high.y - w->low.y) + 2;
    w->cells = memory_zeroed((size_t)w->columns * w->rows + 1, sizeof *w->cells);
    list_cells(w);
}

void walls_fini(struct walls *w)
{
    free(w->edges);
    free(w->cells);
    free(w->listed);
}

double walls_clearance(const struct walls *w, struct point p)
{
    uint32_t count;
    const uint32_t *near = walls_near(w, p, &count);
    double clearance = EDGE_REACH_M;
    for (uint32_t i = 0; i < count; i++)
        if (w->edges[near[i]].kind != EDGE_SILL)
            clearance = fmin(clearance, edge_distance(&w->edges[near[i]], p));
    return clearance;
}

bool walls_between(const struct walls *w, struct point p, struct point q)
{
    for (uint32_t e = 0; e < w->count; e++)
        if (w->edges[e].kind != EDGE_SILL &&
            segments_meet((struct segment){ p, q }, w->edges[e].line))
            return true;
    return false;
}

static bool is_wall(const struct edge *edge, uint32_t gate)
{
    return edge->kind == EDGE_WALL || (edge->kind == EDGE_GATE && edge->door != gate);
}

/* How near to the wall one may be who now stands at p. */
static double margin_at(const struct edge *wall, struct point p)
{
    return fmin(WALL_MARGIN_M, edge_distance(wall, p));
}

/* q moved out of the wall's margin, towards p's side. */
static struct point slid(const struct edge *wall, struct point p, struct point q)
{
    double margin = margin_at(wall, p);
    struct point foot = edge_nearest(wall, q);
    struct point away = point_sub(q, foot);
    bool crosses = segments_meet((struct segment){ p, q }, wall->line);
    double distance = point_length(away);
    if (!crosses && distance >= margin)
        return q;
    double along = point_dot(point_sub(q, wall->line.a), wall->along);
    if (!crosses && (along <= 0 || along >= wall->length_m) && distance > 1e-9)
        return point_add(foot, point_scaled(away, margin / distance)); /* around the post */
    struct point normal = { -wall->along.y, wall->along.x };
    double side = point_dot(point_sub(p, wall->line.a), normal) >= 0 ? 1 : -1;
    double depth = point_dot(point_sub(q, wall->line.a), normal) * side;
    return point_add(q, point_scaled(normal, side * (margin - depth)));
}

static bool walls_allow(const struct walls *w, struct point p, struct point q, uint32_t gate)
{
    uint32_t count;
    const uint32_t *near = walls_near(w, q, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &w->edges[near[i]];
        if (!is_wall(edge, gate))
            continue;
        if (segments_meet((struct segment){ p, q }, edge->line) ||
            edge_distance(edge, q) < margin_at(edge, p) * 0.999)
            return false;
    }
    return true;
}

static uint32_t sill_crossed(const struct walls *w, struct point p, struct point q, uint32_t gate)
{
    uint32_t count;
    const uint32_t *near = walls_near(w, p, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &w->edges[near[i]];
        if (edge->kind == EDGE_WALL || is_wall(edge, gate))
            continue;
        struct point along = point_sub(edge->line.b, edge->line.a);
        double before = point_cross(along, point_sub(p, edge->line.a));
        double after = point_cross(along, point_sub(q, edge->line.a));
        if (before >= 0 && after < 0 && segments_meet((struct segment){ p, q }, edge->line))
            return edge->door;
    }
    return NO_DOOR;
}

struct point walls_move(const struct walls *w, struct point p, struct point q, uint32_t gate,
                        uint32_t *crossed)
{
    uint32_t count;
    const uint32_t *near = walls_near(w, p, &count);
    bool touched = true;
    for (int slide = 0; slide < SLIDES && touched; slide++) {
        touched = false;
        for (uint32_t i = 0; i < count; i++) {
            const struct edge *edge = &w->edges[near[i]];
            if (!is_wall(edge, gate))
                continue;
            struct point out = slid(edge, p, q);
            touched |= out.x != q.x || out.y != q.y;
            q = out;
        }
    }
    *crossed = NO_DOOR;
    if (touched && !walls_allow(w, p, q, gate))
        return p;
    *crossed = sill_crossed(w, p, q, gate);
    return q;
}

bool walls_enter(const struct walls *w, struct point p, struct point q, uint32_t gate)
{
    return walls_allow(w, p, q, gate) && sill_crossed(w, p, q, gate) == NO_DOOR;
}
