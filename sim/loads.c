#include "sim/loads.h"

#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A cell with less floor around it is a sliver beside a wall: no density of its own. */
#define LEAST_FLOOR_M2 0.6

/* Weights 1-2-1 along x, then along y; sums to 1. */
static void smooth(const struct loads *l, const float *from, float *scratch, float *to)
{
    uint32_t columns = l->columns, rows = l->rows;
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < columns; c++) {
            const float *at = from + (size_t)r * columns + c;
            scratch[(size_t)r * columns + c] =
                ((c ? at[-1] : 0) + 2 * at[0] + (c + 1 < columns ? at[1] : 0)) / 4;
        }
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < columns; c++) {
            const float *at = scratch + (size_t)r * columns + c;
            to[(size_t)r * columns + c] =
                ((r ? at[-(ptrdiff_t)columns] : 0) + 2 * at[0] + (r + 1 < rows ? at[columns] : 0)) /
                4;
        }
}

void loads_init(struct loads *l, struct point low, struct point high, loads_is_floor *is_floor,
                const void *ctx)
{
    *l = (struct loads){ .low = { floor(low.x) - 1, floor(low.y) - 1 }, .peak_s = NAN };
    l->columns = (uint32_t)(ceil(high.x) - l->low.x) + 1;
    l->rows = (uint32_t)(ceil(high.y) - l->low.y) + 1;
    size_t cells = (size_t)l->columns * l->rows;
    l->cells = memory_array(cells, sizeof *l->cells);
    l->seen = memory_array(cells, sizeof *l->seen);
    l->floor = memory_array(cells, sizeof *l->floor);
    l->scratch = memory_array(cells, sizeof *l->scratch);
    for (size_t i = 0; i < cells; i++) {
        struct point corner = { l->low.x + (double)(i % l->columns),
                                l->low.y + (double)(i / l->columns) };
        for (int k = 0; k < 4; k++)
            if (is_floor(ctx, (struct point){ corner.x + 0.25 + 0.5 * (k % 2),
                                              corner.y + 0.25 + 0.5 * (k / 2) }))
                l->cells[i].floor_m2 += 0.25f;
        l->seen[i] = l->cells[i].floor_m2;
    }
    smooth(l, l->seen, l->scratch, l->floor);
    memset(l->seen, 0, cells * sizeof *l->seen);
}

void loads_fini(struct loads *l)
{
    free(l->cells);
    free(l->seen);
    free(l->floor);
    free(l->scratch);
}

void loads_add(struct loads *l, struct point at)
{
    double column = at.x - l->low.x, row = at.y - l->low.y;
    if (column >= 0 && row >= 0 && column < l->columns && row < l->rows)
        l->seen[(size_t)row * l->columns + (size_t)column] += 1;
}

void loads_second(struct loads *l, double now_s)
{
    size_t cells = (size_t)l->columns * l->rows;
    smooth(l, l->seen, l->scratch, l->seen);
    for (size_t i = 0; i < cells; i++) {
        if (l->seen[i] == 0 || l->floor[i] < LEAST_FLOOR_M2)
            continue;
        struct load *cell = &l->cells[i];
        float density = l->seen[i] / l->floor[i];
        cell->above_2_s += density > 2;
        cell->above_4_s += density > 4;
        cell->peak_p_m2 = fmaxf(cell->peak_p_m2, density);
        if (density > l->peak_p_m2) {
            l->peak_p_m2 = density;
            l->peak_s = now_s;
            l->peak_at = (struct point){ l->low.x + (double)(i % l->columns) + 0.5,
                                         l->low.y + (double)(i / l->columns) + 0.5 };
        }
    }
    memset(l->seen, 0, cells * sizeof *l->seen);
}

double loads_floor_of_peak_m2(const struct loads *l, double peak_p_m2)
{
    double floor_m2 = 0;
    for (size_t i = 0; i < (size_t)l->columns * l->rows; i++)
        if (l->cells[i].peak_p_m2 >= peak_p_m2)
            floor_m2 += l->cells[i].floor_m2;
    return floor_m2;
}

double loads_floor_above_m2(const struct loads *l, int density, double least_s)
{
    double floor_m2 = 0;
    for (size_t i = 0; i < (size_t)l->columns * l->rows; i++)
        if ((density == 4 ? l->cells[i].above_4_s : l->cells[i].above_2_s) >= least_s)
            floor_m2 += l->cells[i].floor_m2;
    return floor_m2;
}
