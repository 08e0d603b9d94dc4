#include "sim/core/field_spread.h"

#include "sim/core/memory.h"

#include <stdlib.h>
#include <string.h>

#define SPREAD_FROM_M 1.2  /* narrower doors are passed in the middle anyway */
#define SINK_M        0.4f /* one floor cell at least is as near as that, of a gate too */
#define REACH         1.5  /* times the width; tried from 1.25 to 8: farther hugs inner walls */
#define BROAD_FROM_M  8.0  /* the end of a way as broad as a square rather than a door ... */
#define BROAD_REACH   3.0  /* ... is passed all over from farther: from beyond a bend, too */
#define REACH_MOST_M  60.0
#define SOURCE_PER_M  0.05 /* how fast the fall grows on the way out of a dead end ... */
#define SOURCE_MOST   0.6  /* ... but nobody is to walk back at the end of the reach */
/* Successive over-relaxation (Young 1954): converges on up to some 100 x 100 cells. */
#define RELAX   1.93f
#define EXACT_M 1e-4f
enum { SWEEPS = 400 };

struct around {
    uint32_t cell[4];
};

static struct around around(const struct floor *floor, uint32_t cell)
{
    return (struct around){ { cell - 1, cell + 1, cell - floor->columns, cell + floor->columns } };
}

/* No flow through walls: a cell becomes the mean of the floor around it. Returns the change. */
static float relax(float *flow, const struct floor *floor, uint32_t cell, float source)
{
    struct around near = around(floor, cell);
    float sum = source, ways = 0;
    for (int i = 0; i < 4; i++) {
        if (floor->cost[near.cell[i]] == 0 || !isfinite(flow[near.cell[i]]))
            continue;
        sum += flow[near.cell[i]];
        ways += 1;
    }
    float step = ways > 0 ? RELAX * (sum / ways - flow[cell]) : 0;
    flow[cell] += step;
    return fabsf(step);
}

/* Is it downhill from each of the cells? */
static bool falls(const float *flow, const struct floor *floor, const uint32_t *cells,
                  uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        struct around near = around(floor, cells[k]);
        float least = INFINITY;
        for (int i = 0; i < 4; i++)
            if (floor->cost[near.cell[i]] > 0 && flow[near.cell[i]] < least)
                least = flow[near.cell[i]];
        if (!(least < flow[cells[k]]))
            return false;
    }
    return true;
}

float *field_spread(const struct field *field, const struct floor *floor)
{
    uint32_t cells = floor->columns * floor->rows, count = 0;
    float *flow = memory_zeroed(cells, sizeof *flow);
    memcpy(flow, field->distance_m, cells * sizeof *flow);
    double width = point_distance(field->target.a, field->target.b);
    if (width < SPREAD_FROM_M)
        return flow;
    double widths = width < BROAD_FROM_M ? REACH : BROAD_REACH;
    float reach = (float)fmin(widths * width, REACH_MOST_M), change = INFINITY;
    float source = (float)(fmin(SOURCE_PER_M, SOURCE_MOST / reach) * FLOOR_CELL_M * FLOOR_CELL_M);
    uint32_t *inner = memory_zeroed(cells, sizeof *inner);
    for (uint32_t cell = 0; cell < cells; cell++)
        if (floor->cost[cell] > 0 && flow[cell] > SINK_M && flow[cell] < reach)
            inner[count++] = cell;
    for (int sweep = 0; sweep < SWEEPS && change > EXACT_M; sweep++) {
        change = 0;
        for (uint32_t k = 0; k < count; k++)
            change = fmaxf(change, relax(flow, floor, inner[k], source));
    }
    if (!falls(flow, floor, inner, count)) /* not solved: rather straight than lost */
        memcpy(flow, field->distance_m, cells * sizeof *flow);
    free(inner);
    return flow;
}

bool field_is_before(const struct field *field, struct point at)
{
    struct point along = point_sub(field->target.b, field->target.a);
    double width2 = point_dot(along, along);
    double share = point_dot(point_sub(at, field->target.a), along);
    return width2 < SPREAD_FROM_M * SPREAD_FROM_M || (share > 0 && share < width2);
}
