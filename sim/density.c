#include "sim/density.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Floor is measured by points this far apart. */
static const double probe_m = 0.5;
/* Below this a cell is a sliver beside a wall: it takes part in sums, but shows no density. */
static const float least_floor_m2 = 0.5f;
static const double least_window_m2 = 30;
enum { WINDOW_CELLS = 5 };

struct density {
    struct grid *grids; /* One a level that has zones inside. */
    size_t grid_count;
    int32_t *grid_of_zone; /* -1: outside, not counted. */
    size_t zone_count;
    float **seen; /* By grid: people, summed over the looks of this sample. */
    float **mean; /* By grid: people, of the newest sample. */
    float **smooth_floor;
    uint8_t **stairs; /* By grid: the cell is more stairs than level floor. */
    float *scratch;
    uint32_t looks;
};

struct box {
    double x0_m, y0_m, x1_m, y1_m;
};

static struct box box_of(const Tifo__V1__Path *path)
{
    struct box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i + 1 < path->n_xy_cm; i += 2) {
        double x_m = path->xy_cm[i] / 100.0, y_m = path->xy_cm[i + 1] / 100.0;
        box.x0_m = fmin(box.x0_m, x_m);
        box.x1_m = fmax(box.x1_m, x_m);
        box.y0_m = fmin(box.y0_m, y_m);
        box.y1_m = fmax(box.y1_m, y_m);
    }
    return box;
}

static bool counts(const Tifo__V1__Zone *zone)
{
    return zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE;
}

/* All grids cover the same box: that of all zones inside. */
static struct box box_of_venue(const Tifo__V1__Venue *venue)
{
    struct box all = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i < venue->n_zones; i++) {
        if (!counts(venue->zones[i]))
            continue;
        struct box box = box_of(venue->zones[i]->outline);
        all.x0_m = fmin(all.x0_m, box.x0_m);
        all.y0_m = fmin(all.y0_m, box.y0_m);
        all.x1_m = fmax(all.x1_m, box.x1_m);
        all.y1_m = fmax(all.y1_m, box.y1_m);
    }
    if (all.x0_m > all.x1_m)
        all = (struct box){ 0, 0, GRID_CELL_M, GRID_CELL_M };
    return all;
}

static size_t grid_for_level(struct density *d, int32_t level, struct box box)
{
    for (size_t i = 0; i < d->grid_count; i++)
        if (d->grids[i].level == level)
            return i;
    double x0_m = floor(box.x0_m / GRID_CELL_M) * GRID_CELL_M;
    double y0_m = floor(box.y0_m / GRID_CELL_M) * GRID_CELL_M;
    grid_init(&d->grids[d->grid_count], level, x0_m, y0_m,
              (uint32_t)ceil((box.x1_m - x0_m) / GRID_CELL_M) + 1,
              (uint32_t)ceil((box.y1_m - y0_m) / GRID_CELL_M) + 1);
    return d->grid_count++;
}

/* Also adds the floor to `kind_m2`, if that is not NULL. */
static void measure_floor(struct grid *grid, const Tifo__V1__Venue *venue, uint32_t zone,
                          float *kind_m2)
{
    struct box box = box_of(venue->zones[zone]->outline);
    double x0_m = floor(box.x0_m) + probe_m / 2, y0_m = floor(box.y0_m) + probe_m / 2;
    for (double y_m = y0_m; y_m < box.y1_m; y_m += probe_m)
        for (double x_m = x0_m; x_m < box.x1_m; x_m += probe_m)
            if (tifo_place_has(venue, zone, x_m, y_m)) {
                grid->floor_m2[grid_cell(grid, x_m, y_m)] += (float)(probe_m * probe_m);
                if (kind_m2 != NULL)
                    kind_m2[grid_cell(grid, x_m, y_m)] += (float)(probe_m * probe_m);
            }
}

struct density *density_create(const Tifo__V1__Venue *venue)
{
    struct density *d = memory_array(1, sizeof *d);
    struct box box = box_of_venue(venue);
    d->grids = memory_array(venue->n_zones, sizeof *d->grids);
    d->grid_of_zone = memory_array(venue->n_zones, sizeof *d->grid_of_zone);
    d->zone_count = venue->n_zones;
    float **stairs_m2 = memory_array(venue->n_zones, sizeof *stairs_m2);
    for (uint32_t i = 0; i < venue->n_zones; i++) {
        d->grid_of_zone[i] = -1;
        if (!counts(venue->zones[i]))
            continue;
        size_t grid = grid_for_level(d, venue->zones[i]->level, box);
        d->grid_of_zone[i] = (int32_t)grid;
        if (stairs_m2[grid] == NULL)
            stairs_m2[grid] = memory_array(grid_cells(&d->grids[grid]), sizeof(float));
        measure_floor(&d->grids[grid], venue, i,
                      tifo_place_is_stairs(venue, i) ? stairs_m2[grid] : NULL);
    }
    d->stairs = memory_array(d->grid_count, sizeof *d->stairs);
    d->seen = memory_array(d->grid_count, sizeof *d->seen);
    d->mean = memory_array(d->grid_count, sizeof *d->mean);
    d->smooth_floor = memory_array(d->grid_count, sizeof *d->smooth_floor);
    size_t cells = d->grid_count > 0 ? grid_cells(&d->grids[0]) : 0;
    for (size_t i = 0; i < d->grid_count; i++) {
        d->seen[i] = memory_array(cells, sizeof(float));
        d->mean[i] = memory_array(cells, sizeof(float));
        d->smooth_floor[i] = memory_array(cells, sizeof(float));
        grid_smooth(&d->grids[i], d->grids[i].floor_m2, d->smooth_floor[i]);
        d->stairs[i] = memory_array(cells, 1);
        for (size_t c = 0; c < cells; c++)
            d->stairs[i][c] = stairs_m2[i][c] > d->grids[i].floor_m2[c] / 2;
        free(stairs_m2[i]);
    }
    free(stairs_m2);
    d->scratch = memory_array(cells, sizeof(float));
    return d;
}

void density_destroy(struct density *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->grid_count; i++) {
        grid_fini(&d->grids[i]);
        free(d->seen[i]);
        free(d->mean[i]);
        free(d->smooth_floor[i]);
        free(d->stairs[i]);
    }
    free(d->grids);
    free(d->grid_of_zone);
    free(d->seen);
    free(d->mean);
    free(d->smooth_floor);
    free(d->stairs);
    free(d->scratch);
    free(d);
}

void density_look(struct density *d, const struct crowd_people *people)
{
    for (uint32_t p = 0; p < people->count; p++) {
        enum person_mode mode = people->mode[p];
        if (mode != PERSON_WALKING && mode != PERSON_QUEUED && mode != PERSON_SERVED)
            continue;
        uint32_t place = people->place[p];
        int32_t grid = place < d->zone_count ? d->grid_of_zone[place] : -1;
        if (grid >= 0)
            d->seen[grid][grid_cell(&d->grids[grid], people->x[p], people->y[p])] += 1;
    }
    d->looks++;
}

void density_sample(struct density *d)
{
    for (size_t i = 0; i < d->grid_count; i++) {
        struct grid *grid = &d->grids[i];
        size_t cells = grid_cells(grid);
        for (size_t c = 0; c < cells; c++)
            d->mean[i][c] = d->looks > 0 ? d->seen[i][c] / (float)d->looks : 0;
        memset(d->seen[i], 0, cells * sizeof(float));
        grid_smooth(grid, d->mean[i], d->scratch);
        for (size_t c = 0; c < cells; c++)
            grid->value[c] =
                grid->floor_m2[c] >= least_floor_m2 ? d->scratch[c] / d->smooth_floor[i][c] : 0;
    }
    d->looks = 0;
}

void density_archive(struct density *d, struct archive *archive)
{
    for (size_t i = 0; i < d->grid_count; i++) {
        size_t cells = grid_cells(&d->grids[i]);
        archive_fixed(archive, d->seen[i], cells, sizeof(float));
        archive_fixed(archive, d->mean[i], cells, sizeof(float));
        archive_fixed(archive, d->grids[i].value, cells, sizeof(float));
    }
    ARCHIVE(archive, d->looks);
}

const float *density_people(const struct density *d, size_t grid)
{
    return d->mean[grid];
}

const uint8_t *density_stairs(const struct density *d, size_t grid)
{
    return d->stairs[grid];
}

const struct grid *density_grids(const struct density *d, size_t *count)
{
    *count = d->grid_count;
    return d->grids;
}

/* Sum over a square of cells. */
static double window_sum(const struct grid *grid, const float *amount, uint32_t column,
                         uint32_t row)
{
    double sum = 0;
    for (uint32_t r = row; r < row + WINDOW_CELLS; r++)
        for (uint32_t c = column; c < column + WINDOW_CELLS; c++)
            sum += amount[(size_t)r * grid->columns + c];
    return sum;
}

struct density_peak density_peak(const struct density *d, size_t grid_index)
{
    struct density_peak peak = { .density = 0 };
    const struct grid *grid = &d->grids[grid_index];
    for (uint32_t r = 0; r + WINDOW_CELLS <= grid->rows; r++)
        for (uint32_t c = 0; c + WINDOW_CELLS <= grid->columns; c++) {
            double floor_m2 = window_sum(grid, grid->floor_m2, c, r);
            if (floor_m2 < least_window_m2)
                continue;
            double density = window_sum(grid, d->mean[grid_index], c, r) / floor_m2;
            if (density > peak.density)
                peak = (struct density_peak){ density,
                                              grid->x0_m + GRID_CELL_M * (c + WINDOW_CELLS / 2.0),
                                              grid->y0_m + GRID_CELL_M * (r + WINDOW_CELLS / 2.0) };
        }
    return peak;
}

double density_people_above(const struct density *d, double density_p_m2)
{
    double people = 0;
    for (size_t i = 0; i < d->grid_count; i++)
        for (size_t c = 0; c < grid_cells(&d->grids[i]); c++)
            if (d->grids[i].value[c] >= density_p_m2)
                people += d->mean[i][c];
    return people;
}
