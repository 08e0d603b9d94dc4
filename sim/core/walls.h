/* The edges of one area: walls nobody crosses, leaves that are wall to some (gates) and sills that
 * lead elsewhere. Found through a grid of 1 m cells. */
#ifndef SIM_CORE_WALLS_H
#define SIM_CORE_WALLS_H

#include "sim/core/geometry.h"

enum edge_kind {
    EDGE_WALL, /* also a block's door: rows are entered at their own end, not across it */
    EDGE_SILL, /* a door to another area */
    EDGE_GATE, /* a gate: a sill to whom it lets through, a wall to others */
};

struct edge {
    struct segment
        line; /* sills and gates: the area is on its left, the line itself belongs to it */
    struct point along; /* unit, from line.a to line.b; walls_init() sets it, and the length */
    double length_m;
    uint32_t door; /* sills and gates */
    enum edge_kind kind;
};

static inline struct point edge_nearest(const struct edge *edge, struct point p)
{
    double along = point_dot(point_sub(p, edge->line.a), edge->along);
    along = along < 0 ? 0 : along > edge->length_m ? edge->length_m : along;
    return point_add(edge->line.a, point_scaled(edge->along, along));
}

static inline double edge_distance(const struct edge *edge, struct point p)
{
    return point_distance(p, edge_nearest(edge, p));
}

/* People's centres stay this far from walls; bodies lean over it in a crush, they do not cross. */
#define WALL_MARGIN_M 0.10
/* Every edge within this distance of a point is in edges_near() of the point. */
#define EDGE_REACH_M 0.80

/* Where the list of a cell's edges starts, and where its sills and gates do. */
struct walls_cell {
    uint32_t first, doors;
};

struct walls {
    struct edge *edges; /* walls first, then sills and gates */
    uint32_t count, wall_count;
    struct point low; /* the grid's corner */
    uint32_t columns;
    uint32_t rows;
    struct walls_cell *cells; /* and one more */
    uint32_t *listed;
};

/* Takes over edges (made by memory_zeroed); line, door and kind are set. */
void walls_init(struct walls *walls, struct edge *edges, uint32_t count);
void walls_fini(struct walls *walls);

/* The cell of a point, or NO_CELL off the grid. */
#define NO_CELL UINT32_MAX
static inline uint32_t walls_cell_at(const struct walls *w, struct point p)
{
    double column = p.x - w->low.x, row = p.y - w->low.y;
    if (!(column >= 0 && row >= 0 && column < w->columns && row < w->rows))
        return NO_CELL;
    return (uint32_t)row * w->columns + (uint32_t)column;
}

/* Numbers of the edges near the cell's points, `count` of them; none for NO_CELL. */
static inline const uint32_t *walls_listed(const struct walls *w, uint32_t cell, uint32_t *count)
{
    *count = 0;
    if (cell == NO_CELL)
        return w->listed;
    *count = w->cells[cell + 1].first - w->cells[cell].first;
    return w->listed + w->cells[cell].first;
}

/* The same, sills and gates alone. */
static inline const uint32_t *walls_listed_doors(const struct walls *w, uint32_t cell,
                                                 uint32_t *count)
{
    *count = 0;
    if (cell == NO_CELL)
        return w->listed;
    *count = w->cells[cell + 1].first - w->cells[cell].doors;
    return w->listed + w->cells[cell].doors;
}

static inline const uint32_t *walls_near(const struct walls *walls, struct point p, uint32_t *count)
{
    return walls_listed(walls, walls_cell_at(walls, p), count);
}

/* Distance to the nearest EDGE_WALL or EDGE_GATE, at most EDGE_REACH_M. */
double walls_clearance(const struct walls *walls, struct point p);

/* Does the way from p to q meet a wall or gate? For lines of any length. */
bool walls_between(const struct walls *walls, struct point p, struct point q);

/* One move, p -> q, among these walls: slides along what is in the way. `gate` is the door number
 * of the gate that lets this person through, or NO_DOOR. Returns where it ends: never beyond a
 * wall, never nearer to one than WALL_MARGIN_M or than p was. `crossed` is the sill or gate gone
 * through, or NO_DOOR. */
#define NO_DOOR UINT32_MAX
struct point walls_move(const struct walls *walls, struct point p, struct point q, uint32_t gate,
                        uint32_t *crossed);

/* May who comes through a door from p (beyond these walls) stand at q (within)? */
bool walls_enter(const struct walls *walls, struct point p, struct point q, uint32_t gate);

#endif
