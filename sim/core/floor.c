#include "sim/core/field.h"

#include "sim/core/memory.h"

#include <stdlib.h>

/* A cell is floor when a person can stand in its middle. */
#define FLOOR_CLEARANCE_M 0.12
/* From here to the wall, cells cost more: a shoulder and a bit (Weidmann: 0.25 m off a wall, 0.45 m
 * rough). */
#define WALL_SHY_M 0.45
/* At the wall itself by this share. With 0.7 to 0.85 ways round a corner are the nearest to each
 * other whichever way the cells lie; with 1 and more, or none, a ground that is turned is slower or
 * faster by 1 to 5 %. */
#define WALL_DEARER 0.8

struct point floor_middle(const struct floor *floor, uint32_t cell)
{
    return (struct point){ floor->low.x + (cell % floor->columns + 0.5) * FLOOR_CELL_M,
                           floor->low.y + (cell / floor->columns + 0.5) * FLOOR_CELL_M };
}

/* The first column or row whose cells' middles are not before `at`, or the last that is one. */
static uint32_t cell_from(double at, double low, uint32_t count)
{
    double cell = ceil((at - low) / FLOOR_CELL_M - 0.5);
    return cell < 1 ? 1 : cell > count - 1 ? count - 1 : (uint32_t)cell;
}

/* Cells in the ring cost so much; only those in its box are looked at. */
static void mark(struct floor *floor, struct path ring, float cost)
{
    struct point low, high;
    path_bounds(ring, &low, &high);
    uint32_t column_end = cell_from(high.x + FLOOR_CELL_M, floor->low.x, floor->columns);
    uint32_t row_end = cell_from(high.y + FLOOR_CELL_M, floor->low.y, floor->rows);
    uint32_t first = cell_from(low.x, floor->low.x, floor->columns);
    for (uint32_t row = cell_from(low.y, floor->low.y, floor->rows); row < row_end; row++)
        for (uint32_t column = first; column < column_end; column++)
            if (path_contains(ring, floor_middle(floor, row * floor->columns + column)))
                floor->cost[row * floor->columns + column] = cost;
}

void floor_init(struct floor *floor, const struct area_def *area, const struct walls *walls)
{
    struct point low, high;
    path_bounds(area->outline, &low, &high);
    /* One empty cell around, so that neighbours need no bounds check. */
    floor->low = (struct point){ low.x - FLOOR_CELL_M, low.y - FLOOR_CELL_M };
    floor->columns = (uint32_t)((high.x - low.x) / FLOOR_CELL_M) + 3;
    floor->rows = (uint32_t)((high.y - low.y) / FLOOR_CELL_M) + 3;
    floor->cost = memory_zeroed((size_t)floor->columns * floor->rows, sizeof *floor->cost);
    mark(floor, area->outline, 1);
    for (uint32_t h = 0; h < area->hole_count; h++)
        mark(floor, area->holes[h], 0);
    for (uint32_t row = 1; row + 1 < floor->rows; row++) {
        for (uint32_t column = 1; column + 1 < floor->columns; column++) {
            float *cost = &floor->cost[row * floor->columns + column];
            if (*cost == 0)
                continue;
            double clearance =
                walls_clearance(walls, floor_middle(floor, row * floor->columns + column));
            double shy = clearance < WALL_SHY_M ? 1 - clearance / WALL_SHY_M : 0;
            *cost = clearance < FLOOR_CLEARANCE_M ? 0 : (float)(1 + WALL_DEARER * shy);
        }
    }
}

void floor_fini(struct floor *floor)
{
    free(floor->cost);
}
