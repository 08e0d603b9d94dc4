#include "server/base/geofence.h"

#include "server/base/arena.h"

#include <math.h>
#include <stdlib.h>

enum {
    CELL_SHIFT = 7,         /* 128 cm: about as wide as a gangway. */
    CELLS_MAX = 512 * 1024, /* Of a level: larger cells for larger grounds. */
    TRY = 1u << 30,         /* In a cell: the rest is where its list of shapes begins. */
};

/* The part of the plane that one level has shapes in, as cells of 2^shift centimetres. */
struct grid {
    int32_t level;
    int32_t left_cm, low_cm, right_cm, high_cm; /* Inclusive. */
    uint32_t shift, width, height;
    uint32_t *cells; /* 0: nothing; a shape's index + 1: all of the cell lies in it; or TRY. */
    uint32_t *lists; /* A count, then so many shape indices, ascending. */
    uint32_t list_size, list_room;
};

struct geofence {
    struct arena arena;
    struct geofence_shape *shapes;
    uint32_t count;
    struct grid grids[GEOFENCE_LEVELS];
    uint32_t grid_count;
    bool anchored;
    struct geofence_anchor anchor;
    double east_cm_per_deg, north_cm_per_deg, bearing_sin, bearing_cos;
};

/* ---- Point in polygon, exact ------------------------------------------------------------------
 */

enum side { OUTSIDE, EDGE, INSIDE };

/* By crossings of the ray to +x; whole numbers below 2^30, so every product fits. */
static enum side side_of(const struct geofence_ring *ring, int64_t x, int64_t y)
{
    bool inside = false;
    const int32_t *xy = ring->xy_cm;
    int64_t ax = xy[2 * ring->points - 2] - x, ay = xy[2 * ring->points - 1] - y;
    for (uint32_t i = 0; i < ring->points; i++) {
        const int64_t bx = xy[2 * i] - x, by = xy[2 * i + 1] - y;
        if ((ay > 0) != (by > 0)) {
            const int64_t cross = ax * by - bx * ay;
            if (cross == 0)
                return EDGE;
            inside ^= (cross > 0) == (by > ay);
        } else if (ay == 0 || by == 0) {
            /* One end is on the ray's line: it touches the point, or does not count. */
            if ((ax == 0 && ay == 0) || (bx == 0 && by == 0) ||
                (ay == 0 && by == 0 && (ax > 0) != (bx > 0)))
                return EDGE;
        }
        ax = bx;
        ay = by;
    }
    return inside ? INSIDE : OUTSIDE;
}

static bool has(const struct geofence_shape *shape, int64_t x, int64_t y)
{
    if (side_of(&shape->outline, x, y) == OUTSIDE)
        return false;
    for (uint32_t i = 0; i < shape->hole_count; i++)
        if (side_of(&shape->holes[i], x, y) == INSIDE)
            return false;
    return true;
}

uint32_t geofence_find(const struct geofence *fence, int32_t x_cm, int32_t y_cm, int32_t level)
{
    const struct grid *grid = fence->grids, *end = grid + fence->grid_count;
    while (grid < end && grid->level != level)
        grid++;
    if (grid == end || x_cm < grid->left_cm || x_cm > grid->right_cm || y_cm < grid->low_cm ||
        y_cm > grid->high_cm)
        return GEOFENCE_NONE;
    const uint32_t column = (uint32_t)(x_cm - grid->left_cm) >> grid->shift;
    const uint32_t row = (uint32_t)(y_cm - grid->low_cm) >> grid->shift;
    const uint32_t cell = grid->cells[row * grid->width + column];
    if (cell == 0)
        return GEOFENCE_NONE;
    if (!(cell & TRY))
        return fence->shapes[cell - 1].place;
    const uint32_t *list = &grid->lists[cell & ~(uint32_t)TRY];
    for (uint32_t i = 1; i <= list[0]; i++)
        if (has(&fence->shapes[list[i]], x_cm, y_cm))
            return fence->shapes[list[i]].place;
    return GEOFENCE_NONE;
}

bool geofence_is_anchored(const struct geofence *fence)
{
    return fence->anchored;
}

bool geofence_plane(const struct geofence *fence, double longitude_deg, double latitude_deg,
                    int32_t *x_cm, int32_t *y_cm)
{
    if (!fence->anchored)
        return false;
    double around_deg = longitude_deg - fence->anchor.longitude_deg;
    if (around_deg > 180) /* A ground beside the date line. */
        around_deg -= 360;
    else if (around_deg < -180)
        around_deg += 360;
    const double east = around_deg * fence->east_cm_per_deg;
    const double north = (latitude_deg - fence->anchor.latitude_deg) * fence->north_cm_per_deg;
    const double x = east * fence->bearing_cos - north * fence->bearing_sin;
    const double y = east * fence->bearing_sin + north * fence->bearing_cos;
    if (!(fabs(x) <= GEOFENCE_REACH_CM && fabs(y) <= GEOFENCE_REACH_CM))
        return false;
    *x_cm = (int32_t)lround(x);
    *y_cm = (int32_t)lround(y);
    return true;
}

/* ---- Making a grid ----------------------------------------------------------------------------
 */

/* What one shape has to do with each cell, while a grid is made. */
enum { CELL_OUT = 0, CELL_IN, CELL_EDGE };

struct box {
    int32_t left, low, right, high;
};

static struct box box_of(const struct geofence_ring *ring)
{
    struct box box = { INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN };
    for (uint32_t i = 0; i < ring->points; i++) {
        const int32_t x = ring->xy_cm[2 * i], y = ring->xy_cm[2 * i + 1];
        box.left = x < box.left ? x : box.left;
        box.right = x > box.right ? x : box.right;
        box.low = y < box.low ? y : box.low;
        box.high = y > box.high ? y : box.high;
    }
    return box;
}

static uint32_t clamp_cell(int64_t cell, uint32_t count)
{
    return cell < 0 ? 0 : cell >= count ? count - 1 : (uint32_t)cell;
}

/* Marks the cells that the edge passes, and some beside it: in each row from where it enters to
 * where it leaves, a cell more on either side. */
static void mark_edge(const struct grid *grid, uint8_t *marks, const int32_t *a, const int32_t *b)
{
    if (a[1] > b[1]) {
        const int32_t *swap = a;
        a = b;
        b = swap;
    }
    const int64_t size = (int64_t)1 << grid->shift;
    const uint32_t first = clamp_cell(((a[1] - (int64_t)grid->low_cm) / size) - 1, grid->height);
    const uint32_t last = clamp_cell(((b[1] - (int64_t)grid->low_cm) / size) + 1, grid->height);
    const double slope = b[1] > a[1] ? ((double)b[0] - a[0]) / ((double)b[1] - a[1]) : 0;
    for (uint32_t row = first; row <= last; row++) {
        double low = (double)grid->low_cm + (double)row * (double)size - 1;
        double high = low + (double)size + 2;
        low = low < a[1] ? a[1] : low > b[1] ? b[1] : low;
        high = high > b[1] ? b[1] : high < a[1] ? a[1] : high;
        double from = a[0] + (low - a[1]) * slope, to = a[0] + (high - a[1]) * slope;
        if (b[1] == a[1])
            to = b[0];
        if (from > to) {
            const double swap = from;
            from = to;
            to = swap;
        }
        const int64_t left = (int64_t)floor((from - grid->left_cm) / (double)size) - 1;
        const int64_t right = (int64_t)floor((to - grid->left_cm) / (double)size) + 1;
        for (uint32_t x = clamp_cell(left, grid->width); x <= clamp_cell(right, grid->width); x++)
            marks[row * grid->width + x] = CELL_EDGE;
    }
}

static void mark_ring(const struct grid *grid, uint8_t *marks, const struct geofence_ring *ring)
{
    for (uint32_t i = 0; i < ring->points; i++)
        mark_edge(grid, marks, &ring->xy_cm[2 * i], &ring->xy_cm[2 * ((i + 1) % ring->points)]);
}

/* Between two edges of a row all cells are in, or all are out. */
static void mark_inside(const struct grid *grid, uint8_t *marks, const struct geofence_shape *shape)
{
    const struct box box = box_of(&shape->outline);
    const uint32_t first = (uint32_t)(box.low - grid->low_cm) >> grid->shift;
    const uint32_t last = (uint32_t)(box.high - grid->low_cm) >> grid->shift;
    const uint32_t from = (uint32_t)(box.left - grid->left_cm) >> grid->shift;
    const uint32_t to = (uint32_t)(box.right - grid->left_cm) >> grid->shift;
    for (uint32_t row = first; row <= last; row++) {
        bool known = false, in = false;
        for (uint32_t x = from; x <= to; x++) {
            uint8_t *mark = &marks[row * grid->width + x];
            if (*mark == CELL_EDGE) {
                known = false;
                continue;
            }
            if (!known)
                in = has(shape, grid->left_cm + ((int64_t)x << grid->shift),
                         grid->low_cm + ((int64_t)row << grid->shift));
            known = true;
            *mark = in ? CELL_IN : CELL_OUT;
        }
    }
}

/* The cell's list so far, and one more. Lists are made anew for each further shape: few have two.
 */
static void cell_try(struct grid *grid, uint32_t *cell, uint32_t shape)
{
    const uint32_t old = *cell & TRY ? grid->lists[*cell & ~(uint32_t)TRY] : *cell != 0;
    if (grid->list_size + old + 2 > grid->list_room) {
        uint32_t *lists = base_alloc((grid->list_size + old + 2) * 2 * sizeof *lists);
        for (uint32_t i = 0; i < grid->list_size; i++)
            lists[i] = grid->lists[i];
        free(grid->lists);
        grid->lists = lists;
        grid->list_room = (grid->list_size + old + 2) * 2;
    }
    uint32_t *list = &grid->lists[grid->list_size];
    list[0] = old + 1;
    for (uint32_t i = 0; i < old; i++)
        list[1 + i] = *cell & TRY ? grid->lists[(*cell & ~(uint32_t)TRY) + 1 + i] : *cell - 1;
    list[1 + old] = shape;
    *cell = grid->list_size | TRY;
    grid->list_size += old + 2;
}

/* Into the cell what the shape's mark there says; the mark is wiped. */
static void take_mark(struct grid *grid, uint32_t at, uint8_t *mark, uint32_t index)
{
    uint32_t *cell = &grid->cells[at];
    /* Where a lower index has all of the cell, nobody asks for this one. */
    const bool taken = *cell && !(*cell & TRY);
    if (*mark == CELL_IN && *cell == 0)
        *cell = index + 1;
    else if (*mark != CELL_OUT && !taken)
        cell_try(grid, cell, index);
    *mark = CELL_OUT;
}

static void add_shape(struct grid *grid, uint8_t *marks, const struct geofence *fence,
                      uint32_t index)
{
    const struct geofence_shape *shape = &fence->shapes[index];
    mark_ring(grid, marks, &shape->outline);
    for (uint32_t i = 0; i < shape->hole_count; i++)
        mark_ring(grid, marks, &shape->holes[i]);
    mark_inside(grid, marks, shape);
    const struct box box = box_of(&shape->outline);
    const int64_t size = (int64_t)1 << grid->shift;
    const int64_t from_x = (box.left - (int64_t)grid->left_cm) / size;
    const int64_t to_x = (box.right - (int64_t)grid->left_cm) / size;
    const uint32_t first = clamp_cell((box.low - (int64_t)grid->low_cm) / size - 2, grid->height);
    const uint32_t last = clamp_cell((box.high - (int64_t)grid->low_cm) / size + 2, grid->height);
    for (uint32_t row = first; row <= last; row++)
        for (uint32_t x = clamp_cell(from_x - 2, grid->width);
             x <= clamp_cell(to_x + 2, grid->width); x++)
            take_mark(grid, row * grid->width + x, &marks[row * grid->width + x], index);
}

static bool is_on(const struct geofence_shape *shape, int32_t level)
{
    return shape->level <= level && level <= shape->level_to;
}

static void make_grid(struct geofence *fence, int32_t level)
{
    struct grid *grid = &fence->grids[fence->grid_count++];
    *grid = (struct grid){ .level = level,
                           .left_cm = INT32_MAX,
                           .low_cm = INT32_MAX,
                           .right_cm = INT32_MIN,
                           .high_cm = INT32_MIN,
                           .shift = CELL_SHIFT };
    for (uint32_t i = 0; i < fence->count; i++) {
        if (!is_on(&fence->shapes[i], level))
            continue;
        const struct box box = box_of(&fence->shapes[i].outline);
        grid->left_cm = box.left < grid->left_cm ? box.left : grid->left_cm;
        grid->right_cm = box.right > grid->right_cm ? box.right : grid->right_cm;
        grid->low_cm = box.low < grid->low_cm ? box.low : grid->low_cm;
        grid->high_cm = box.high > grid->high_cm ? box.high : grid->high_cm;
    }
    const uint64_t x_cm = (uint64_t)(grid->right_cm - (int64_t)grid->left_cm);
    const uint64_t y_cm = (uint64_t)(grid->high_cm - (int64_t)grid->low_cm);
    while (((x_cm >> grid->shift) + 1) * ((y_cm >> grid->shift) + 1) > CELLS_MAX)
        grid->shift++;
    grid->width = (uint32_t)(x_cm >> grid->shift) + 1;
    grid->height = (uint32_t)(y_cm >> grid->shift) + 1;
    const uint32_t count = grid->width * grid->height;
    grid->cells = base_alloc(count * sizeof *grid->cells);
    uint8_t *marks = base_alloc(count);
    for (uint32_t i = 0; i < fence->count; i++)
        if (is_on(&fence->shapes[i], level))
            add_shape(grid, marks, fence, i);
    free(marks);
}

/* ---- Life -------------------------------------------------------------------------------------
 */

static bool ring_is_good(const struct geofence_ring *ring)
{
    for (uint32_t i = 0; i < 2 * ring->points; i++)
        if (ring->xy_cm[i] > GEOFENCE_REACH_CM || ring->xy_cm[i] < -GEOFENCE_REACH_CM)
            return false;
    return ring->points >= 3;
}

static struct geofence_ring copy_ring(struct arena *arena, const struct geofence_ring *ring)
{
    return (struct geofence_ring){
        arena_copy(arena, ring->xy_cm, 2 * ring->points * sizeof *ring->xy_cm), ring->points
    };
}

static void take_shape(struct geofence *fence, const struct geofence_shape *from)
{
    if (!ring_is_good(&from->outline) || from->level > from->level_to)
        return;
    struct geofence_shape *to = &fence->shapes[fence->count++];
    *to = *from;
    to->outline = copy_ring(&fence->arena, &from->outline);
    struct geofence_ring *holes = arena_array(&fence->arena, from->hole_count, sizeof *holes);
    to->holes = holes;
    to->hole_count = 0;
    for (uint32_t i = 0; i < from->hole_count; i++)
        if (ring_is_good(&from->holes[i]))
            holes[to->hole_count++] = copy_ring(&fence->arena, &from->holes[i]);
}

static bool has_grid(const struct geofence *fence, int32_t level)
{
    for (uint32_t i = 0; i < fence->grid_count; i++)
        if (fence->grids[i].level == level)
            return true;
    return false;
}

static void take_anchor(struct geofence *fence, const struct geofence_anchor *anchor)
{
    /* WGS 84: the equator's radius, and the square of the eccentricity. */
    const double axis_cm = 637813700.0, e2 = 0.00669437999014, radians = 0.017453292519943295;
    const double latitude = anchor->latitude_deg * radians;
    const double flat = 1 - e2 * sin(latitude) * sin(latitude);
    fence->anchored = true;
    fence->anchor = *anchor;
    fence->east_cm_per_deg = axis_cm / sqrt(flat) * cos(latitude) * radians;
    fence->north_cm_per_deg = axis_cm * (1 - e2) / (flat * sqrt(flat)) * radians;
    fence->bearing_sin = sin(anchor->bearing_deg * radians);
    fence->bearing_cos = cos(anchor->bearing_deg * radians);
}

struct geofence *geofence_create(const struct geofence_shape *shapes, uint32_t count,
                                 const struct geofence_anchor *anchor)
{
    struct geofence *fence = base_alloc(sizeof *fence);
    fence->shapes = arena_array(&fence->arena, count, sizeof *fence->shapes);
    for (uint32_t i = 0; i < count; i++)
        take_shape(fence, &shapes[i]);
    for (uint32_t i = 0; i < fence->count; i++)
        for (int64_t level = fence->shapes[i].level; level <= fence->shapes[i].level_to; level++)
            if (fence->grid_count < GEOFENCE_LEVELS && !has_grid(fence, (int32_t)level))
                make_grid(fence, (int32_t)level);
            else if (fence->grid_count == GEOFENCE_LEVELS)
                break;
    if (anchor)
        take_anchor(fence, anchor);
    return fence;
}

void geofence_destroy(struct geofence *fence)
{
    if (!fence)
        return;
    for (uint32_t i = 0; i < fence->grid_count; i++) {
        free(fence->grids[i].cells);
        free(fence->grids[i].lists);
    }
    arena_fini(&fence->arena);
    free(fence);
}
