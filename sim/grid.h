/*
 * One level's floor as square cells, and a value for each. Row 0 is the southernmost.
 */
#ifndef SIM_GRID_H
#define SIM_GRID_H

#include <stddef.h>
#include <stdint.h>

#define GRID_CELL_M 2

struct grid {
    int32_t level;
    double x0_m, y0_m; /* South-west corner. */
    uint32_t columns, rows;
    float *floor_m2; /* columns x rows: how much of the cell is floor; 0: none. */
    float *value;    /* columns x rows. */
};

void grid_init(struct grid *grid, int32_t level, double x0_m, double y0_m, uint32_t columns,
               uint32_t rows);
void grid_fini(struct grid *grid);

size_t grid_cells(const struct grid *grid);
/* The cell of a point; a point beyond the edge belongs to the edge's cell. */
size_t grid_cell(const struct grid *grid, double x_m, double y_m);

/* out = amounts smoothed with weights 1-2-1 both ways. in and out are columns x rows and differ. */
void grid_smooth(const struct grid *grid, const float *in, float *out);

#endif
