#include "twin/heat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLES = 6,          /* A cell's floor is measured on SAMPLES x SAMPLES points. */
    PEOPLE_A_REPORT = 10, /* One device stands for at most so many people; the rest is spread. */
    PASSES = 2,           /* Of the blur: one is too few where every third person reports. */
    EASE_MS = 2000,
};
static const float least_floor = 0.2f; /* Share of a cell that must be floor, to be one. */

bool zone_on_level(const Tifo__V1__Zone *zone, int32_t level)
{
    return zone->level == level || zone->level_to == level;
}

static struct point vertex(const Tifo__V1__Path *path, size_t i)
{
    i = i % (path->n_xy_cm / 2);
    return (struct point){ (float)path->xy_cm[2 * i] / 100, (float)path->xy_cm[2 * i + 1] / 100 };
}

static bool inside_ring(const Tifo__V1__Path *ring, struct point p)
{
    bool inside = false;
    for (size_t i = 0; i < ring->n_xy_cm / 2; i++) {
        struct point a = vertex(ring, i), b = vertex(ring, i + 1);
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y))
            inside = !inside;
    }
    return inside;
}

static bool inside_zone(const Tifo__V1__Zone *zone, struct point p)
{
    if (!inside_ring(zone->outline, p))
        return false;
    for (size_t h = 0; h < zone->n_holes; h++)
        if (inside_ring(zone->holes[h], p))
            return false;
    return true;
}

/* ---- Laying the grid over the floor */

static void grow(struct extent *extent, const Tifo__V1__Path *path)
{
    for (size_t i = 0; i < path->n_xy_cm / 2; i++) {
        struct point p = vertex(path, i);
        extent->x0 = fminf(extent->x0, p.x), extent->x1 = fmaxf(extent->x1, p.x);
        extent->y0 = fminf(extent->y0, p.y), extent->y1 = fmaxf(extent->y1, p.y);
    }
}

/* A point inside the floor of each cell, for seeing whether a wall stands between two. */
struct survey {
    struct point *middle;
    float *share; /* Of the cell that is this zone's floor. */
};

static void survey_zone(struct heat *heat, struct survey *survey, const Tifo__V1__Zone *zone,
                        int32_t index)
{
    struct extent extent = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    grow(&extent, zone->outline);
    int first_column = (int)((extent.x0 - heat->x0_m) / HEAT_CELL_M);
    int first_row = (int)((extent.y0 - heat->y0_m) / HEAT_CELL_M);
    int last_column = (int)((extent.x1 - heat->x0_m) / HEAT_CELL_M);
    int last_row = (int)((extent.y1 - heat->y0_m) / HEAT_CELL_M);
    for (int row = first_row; row <= last_row && row < heat->rows; row++) {
        for (int column = first_column; column <= last_column && column < heat->columns; column++) {
            struct point sum = { 0, 0 };
            int hits = 0;
            for (int s = 0; s < SAMPLES * SAMPLES; s++) {
                float part_x = ((float)(s % SAMPLES) + 0.5f) / SAMPLES;
                float part_y = ((float)(s / SAMPLES) + 0.5f) / SAMPLES;
                struct point p = { heat->x0_m + ((float)column + part_x) * HEAT_CELL_M,
                                   heat->y0_m + ((float)row + part_y) * HEAT_CELL_M };
                if (inside_zone(zone, p)) {
                    sum.x += p.x, sum.y += p.y;
                    hits++;
                }
            }
            int cell = row * heat->columns + column;
            float share = (float)hits / (SAMPLES * SAMPLES);
            if (share < least_floor || share <= survey->share[cell])
                continue;
            survey->share[cell] = share;
            survey->middle[cell] = (struct point){ sum.x / (float)hits, sum.y / (float)hits };
            heat->zone[cell] = index;
        }
    }
}

/* Cells cut by the outline lose a little floor: give each zone back exactly what it has. */
static void share_area(struct heat *heat, const struct survey *survey, const Tifo__V1__Venue *venue)
{
    int cells = heat->columns * heat->rows;
    for (int i = 0; i < cells; i++)
        if (heat->zone[i] >= 0)
            heat->zone_area_m2[heat->zone[i]] += survey->share[i];
    for (int i = 0; i < cells; i++) {
        int32_t zone = heat->zone[i];
        if (zone >= 0)
            heat->area_m2[i] =
                (float)venue->zones[zone]->area_m2 * survey->share[i] / heat->zone_area_m2[zone];
    }
    for (size_t z = 0; z < heat->zones; z++)
        if (heat->zone_area_m2[z] > 0)
            heat->zone_area_m2[z] = (float)venue->zones[z]->area_m2;
}

static float side_of(struct point a, struct point b, struct point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static bool cross(struct point a, struct point b, struct point c, struct point d)
{
    return (side_of(a, b, c) > 0) != (side_of(a, b, d) > 0) &&
           (side_of(c, d, a) > 0) != (side_of(c, d, b) > 0);
}

static bool crosses_ring(const Tifo__V1__Path *ring, struct point a, struct point b)
{
    for (size_t i = 0; i < ring->n_xy_cm / 2; i++)
        if (cross(a, b, vertex(ring, i), vertex(ring, i + 1)))
            return true;
    return false;
}

static bool sees(const Tifo__V1__Venue *venue, int32_t zone_a, int32_t zone_b, struct point a,
                 struct point b)
{
    if (zone_a == zone_b) {
        const Tifo__V1__Zone *zone = venue->zones[zone_a];
        if (crosses_ring(zone->outline, a, b))
            return false;
        for (size_t h = 0; h < zone->n_holes; h++)
            if (crosses_ring(zone->holes[h], a, b))
                return false;
        return true;
    }
    for (size_t o = 0; o < venue->n_openings; o++) {
        const Tifo__V1__Opening *opening = venue->openings[o];
        bool joins =
            (opening->place_a == (uint32_t)zone_a && opening->place_b == (uint32_t)zone_b) ||
            (opening->place_a == (uint32_t)zone_b && opening->place_b == (uint32_t)zone_a);
        if (joins && cross(a, b, vertex(opening->line, 0), vertex(opening->line, 1)))
            return true;
    }
    return false;
}

static void open_neighbours(struct heat *heat, const struct survey *survey,
                            const Tifo__V1__Venue *venue)
{
    for (int row = 0; row < heat->rows; row++) {
        for (int column = 0; column < heat->columns; column++) {
            int i = row * heat->columns + column, right = i + 1, up = i + heat->columns;
            if (heat->zone[i] < 0)
                continue;
            if (column + 1 < heat->columns && heat->zone[right] >= 0 &&
                sees(venue, heat->zone[i], heat->zone[right], survey->middle[i],
                     survey->middle[right]))
                heat->open[i] |= HEAT_RIGHT;
            if (row + 1 < heat->rows && heat->zone[up] >= 0 &&
                sees(venue, heat->zone[i], heat->zone[up], survey->middle[i], survey->middle[up]))
                heat->open[i] |= HEAT_UP;
        }
    }
}

static void *cells_of(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

void heat_init(struct heat *heat, const Tifo__V1__Venue *venue, int32_t level)
{
    *heat = (struct heat){ .level = level, .zones = venue->n_zones };
    struct extent extent = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t z = 0; z < venue->n_zones; z++)
        if (zone_is_inside(venue->zones[z]) && zone_on_level(venue->zones[z], level))
            grow(&extent, venue->zones[z]->outline);
    if (extent.x0 > extent.x1)
        extent = (struct extent){ 0 };
    heat->x0_m = extent.x0 - HEAT_CELL_M;
    heat->y0_m = extent.y0 - HEAT_CELL_M;
    heat->columns = (int)ceilf((extent.x1 - extent.x0) / HEAT_CELL_M) + 2;
    heat->rows = (int)ceilf((extent.y1 - extent.y0) / HEAT_CELL_M) + 2;

    size_t cells = (size_t)heat->columns * (size_t)heat->rows;
    heat->zone = cells_of(cells, sizeof *heat->zone);
    memset(heat->zone, 0xff, cells * sizeof *heat->zone);
    heat->area_m2 = cells_of(cells, sizeof(float));
    heat->people = cells_of(cells, sizeof(float));
    heat->density = cells_of(cells, sizeof(float));
    heat->scratch = cells_of(cells, sizeof(float));
    heat->open = cells_of(cells, 1);
    heat->zone_area_m2 = cells_of(heat->zones, sizeof(float));
    heat->zone_weight = cells_of(heat->zones, sizeof(float));
    heat->zone_rest = cells_of(heat->zones, sizeof(float));

    struct survey survey = { cells_of(cells, sizeof(struct point)),
                             cells_of(cells, sizeof(float)) };
    for (size_t z = 0; z < venue->n_zones; z++)
        if (zone_is_inside(venue->zones[z]) && zone_on_level(venue->zones[z], level))
            survey_zone(heat, &survey, venue->zones[z], (int32_t)z);
    share_area(heat, &survey, venue);
    open_neighbours(heat, &survey, venue);
    free(survey.middle);
    free(survey.share);
}

void heat_fini(struct heat *heat)
{
    free(heat->zone);
    free(heat->area_m2);
    free(heat->people);
    free(heat->density);
    free(heat->scratch);
    free(heat->open);
    free(heat->zone_area_m2);
    free(heat->zone_weight);
    free(heat->zone_rest);
    *heat = (struct heat){ 0 };
}

int heat_cell(const struct heat *heat, float x_m, float y_m)
{
    int column = (int)floorf((x_m - heat->x0_m) / HEAT_CELL_M);
    int row = (int)floorf((y_m - heat->y0_m) / HEAT_CELL_M);
    if (column < 0 || row < 0 || column >= heat->columns || row >= heat->rows)
        return -1;
    return row * heat->columns + column;
}

/* ---- Counting and blurring */

/* A cell of the reported zone at or beside a point: outlines cut cells, and devices are imprecise.
 * -1: the zone is not on this level, or the point is not in it. */
static int cell_in_zone(const struct heat *heat, uint32_t zone, float x_m, float y_m)
{
    static const int around[9][2] = { { 0, 0 }, { 1, 0 },  { -1, 0 }, { 0, 1 },  { 0, -1 },
                                      { 1, 1 }, { -1, 1 }, { 1, -1 }, { -1, -1 } };
    if (zone >= heat->zones || heat->zone_area_m2[zone] <= 0)
        return -1;
    for (int i = 0; i < 9; i++) {
        int cell = heat_cell(heat, x_m + (float)around[i][0] * HEAT_CELL_M,
                             y_m + (float)around[i][1] * HEAT_CELL_M);
        if (cell >= 0 && heat->zone[cell] == (int32_t)zone)
            return cell;
    }
    return -1;
}

/* Devices in each cell and zone. */
static void count_devices(struct heat *heat, const Tifo__V1__WatchPositionsResponse *reported)
{
    size_t cells = (size_t)heat->columns * (size_t)heat->rows;
    memset(heat->people, 0, cells * sizeof(float));
    memset(heat->zone_weight, 0, heat->zones * sizeof(float));
    for (size_t i = 0; reported && i < reported->n_place; i++) {
        int cell = cell_in_zone(heat, reported->place[i], (float)reported->x_cm[i] / 100,
                                (float)reported->y_cm[i] / 100);
        if (cell < 0)
            continue;
        heat->people[cell]++;
        heat->zone_weight[reported->place[i]]++;
    }
}

/* How many people one device of a zone stands for, and who is left to be spread evenly. */
static void weigh_zones(struct heat *heat, const struct model *model)
{
    for (uint32_t z = 0; z < heat->zones; z++) {
        float devices = heat->zone_weight[z];
        float people = model_age_ms(model, z) == UNKNOWN ? devices : (float)model_people(model, z);
        float weight = devices > 0 ? fminf(people / devices, PEOPLE_A_REPORT) : 0;
        heat->zone_weight[z] = weight;
        heat->zone_rest[z] = fmaxf(0, people - weight * devices);
    }
}

static void place_people(struct heat *heat)
{
    for (int i = 0; i < heat->columns * heat->rows; i++) {
        int32_t zone = heat->zone[i];
        if (zone >= 0)
            heat->people[i] = heat->people[i] * heat->zone_weight[zone] +
                              heat->zone_rest[zone] * heat->area_m2[i] / heat->zone_area_m2[zone];
    }
}

/* A quarter of the difference in density crosses each open side, over the smaller floor of the two:
 * on full cells that is the kernel 1-2-1. */
static void exchange(struct heat *heat, uint8_t side, int step)
{
    int cells = heat->columns * heat->rows;
    memcpy(heat->scratch, heat->people, (size_t)cells * sizeof(float));
    for (int i = 0; i < cells; i++) {
        if (!(heat->open[i] & side))
            continue;
        int j = i + step;
        float difference =
            heat->scratch[j] / heat->area_m2[j] - heat->scratch[i] / heat->area_m2[i];
        float moved = 0.25f * fminf(heat->area_m2[i], heat->area_m2[j]) * difference;
        heat->people[i] += moved;
        heat->people[j] -= moved;
    }
}

void heat_update(struct heat *heat, const struct model *model)
{
    count_devices(heat, model->positions);
    weigh_zones(heat, model);
    place_people(heat);
    for (int pass = 0; pass < PASSES; pass++) {
        exchange(heat, HEAT_RIGHT, 1);
        exchange(heat, HEAT_UP, heat->columns);
    }

    int64_t now = model_now_ms(model), passed = now - heat->at_ms;
    bool jump = heat->at_ms == 0 || passed < 0 || passed > 10 * EASE_MS;
    float part = jump ? 1 : 1 - expf(-(float)passed / EASE_MS);
    heat->at_ms = now;
    int cells = heat->columns * heat->rows;
    for (int i = 0; i < cells; i++)
        if (heat->zone[i] >= 0 && heat->area_m2[i] > 0)
            heat->density[i] += part * (heat->people[i] / heat->area_m2[i] - heat->density[i]);
}
