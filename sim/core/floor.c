#include "sim/core/field.h"

#include "sim/core/memory.h"

#include <stdlib.h>

/* A cell is floor when a person can stand in its middle. */
#define FLOOR_CLEARANCE_M 0.12
/* From here to the wall, cells cost more: a shoulder and a bit (Weidmann: 0.25 m off a wall, 0.45 m
 * rough). */
#define WALL_SHY_M 0.45

static bool contains(const struct area_def *area, struct point p)
{
    if (!path_contains(area->outline, p))
        return false;
    for (uint32_t h = 0; h < area->hole_count; h++)
        if (path_contains(area->holes[h], p))
            return false;
    return true;
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
    for (uint32_t row = 1; row + 1 < floor->rows; row++) {
        for (uint32_t column = 1; column + 1 < floor->columns; column++) {
            struct point p = { floor->low.x + (column + 0.5) * FLOOR_CELL_M,
                               floor->low.y + (row + 0.5) * FLOOR_CELL_M };
            if (!contains(area, p))
                continue;
            double clearance = walls_clearance(walls, p);
            if (clearance >= FLOOR_CLEARANCE_M)
                floor->cost[row * floor->columns + column] =
                    (float)(clearance < WALL_SHY_M ? 2 - clearance / WALL_SHY_M : 1);
        }
    }
}

void floor_fini(struct floor *floor)
{
    free(floor->cost);
}
