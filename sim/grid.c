#include "sim/grid.h"

#include "sim/memory.h"

#include <stdlib.h>

void grid_init(struct grid *grid, int32_t level, double x0_m, double y0_m, uint32_t columns,
               uint32_t rows)
{
    *grid = (struct grid){
        .level = level, .x0_m = x0_m, .y0_m = y0_m, .columns = columns, .rows = rows
    };
    grid->floor_m2 = memory_array(grid_cells(grid), sizeof *grid->floor_m2);
    grid->value = memory_array(grid_cells(grid), sizeof *grid->value);
}

void grid_fini(struct grid *grid)
{
    free(grid->floor_m2);
    free(grid->value);
}

size_t grid_cells(const struct grid *grid)
{
    return (size_t)grid->columns * grid->rows;
}

static uint32_t step_of(double offset_m, uint32_t count)
{
    double step = offset_m / GRID_CELL_M;
    if (step < 0)
        return 0;
    return step < count ? (uint32_t)step : count - 1;
}

size_t grid_cell(const struct grid *grid, double x_m, double y_m)
{
    return (size_t)step_of(y_m - grid->y0_m, grid->rows) * grid->columns +
           step_of(x_m - grid->x0_m, grid->columns);
}

void grid_smooth(const struct grid *grid, const float *in, float *out)
{
    long columns = grid->columns, rows = grid->rows;
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            float sum = 0;
            for (long dr = -1; dr <= 1; dr++)
                for (long dc = -1; dc <= 1; dc++)
                    if (r + dr >= 0 && r + dr < rows && c + dc >= 0 && c + dc < columns)
                        sum += in[(r + dr) * columns + c + dc] *
                               (float)((2 - labs(dr)) * (2 - labs(dc)));
            out[r * columns + c] = sum / 16;
        }
}
