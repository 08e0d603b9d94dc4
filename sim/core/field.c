#include "sim/core/field_spread.h"

#include "sim/core/memory.h"

#include <stdlib.h>

/* Within this of the target the distance is the straight one, and people walk straight at it. */
#define NEAR_TARGET_M 0.7
/* How far beyond a door people aim who cross it. */
#define BEYOND_M 0.4

/* The march's frontier: a binary heap of cells by distance, then by cell number, so that ties do
 * not depend on history. */
struct frontier {
    const float *distance;
    uint32_t *heap;
    uint32_t *at; /* by cell: place in the heap + 1; 0: not in it */
    uint32_t count;
};

static bool before(const struct frontier *f, uint32_t a, uint32_t b)
{
    return f->distance[a] < f->distance[b] || (f->distance[a] == f->distance[b] && a < b);
}

static void put(struct frontier *f, uint32_t place, uint32_t cell)
{
    f->heap[place] = cell;
    f->at[cell] = place + 1;
}

/* Adds a cell, or moves it up after its distance fell. */
static void frontier_raise(struct frontier *f, uint32_t cell)
{
    uint32_t place = f->at[cell] ? f->at[cell] - 1 : f->count++;
    while (place > 0 && before(f, cell, f->heap[(place - 1) / 2])) {
        put(f, place, f->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(f, place, cell);
}

static uint32_t frontier_take(struct frontier *f)
{
    uint32_t top = f->heap[0], last = f->heap[--f->count];
    f->at[top] = 0;
    if (f->count == 0)
        return top;
    uint32_t place = 0;
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= f->count)
            break;
        if (child + 1 < f->count && before(f, f->heap[child + 1], f->heap[child]))
            child++;
        if (!before(f, f->heap[child], last))
            break;
        put(f, place, f->heap[child]);
        place = child;
    }
    put(f, place, last);
    return top;
}

/* One axis of the Eikonal update: of weight * (distance - from)^2, from the nearer neighbour and,
 * where it is known to rise evenly, the one behind it (second order; Sethian 1999, 8.4). */
struct upwind {
    double from, weight;
};

static struct upwind upwind(const float *d, const struct floor *floor, uint32_t cell,
                            uint32_t stride)
{
    uint32_t low = cell - stride, high = cell + stride;
    bool is_low = d[low] < d[high];
    uint32_t near = is_low ? low : high;
    double first = d[near];
    if (!isfinite(first))
        return (struct upwind){ INFINITY, 1 };
    uint32_t cells = floor->columns * floor->rows;
    uint32_t far = is_low ? near - stride : near + stride;
    if (far >= cells || floor->cost[far] != 1 || floor->cost[near] != 1 || floor->cost[cell] != 1 ||
        !(d[far] <= first))
        return (struct upwind){ first, 1 };
    return (struct upwind){ (4 * first - d[far]) / 3, 2.25 };
}

/* The Eikonal update: distance at a cell from its smaller neighbours in x and in y. */
static float arrival(const struct field *field, const struct floor *floor, uint32_t cell)
{
    const float *d = field->distance_m;
    struct upwind x = upwind(d, floor, cell, 1), y = upwind(d, floor, cell, floor->columns);
    double step = floor->cost[cell] * FLOOR_CELL_M, step2 = step * step;
    double along_x = x.from + step / sqrt(x.weight), along_y = y.from + step / sqrt(y.weight);
    double least = fmin(along_x, along_y);
    if (!isfinite(x.from) || !isfinite(y.from))
        return (float)least;
    double a = x.weight + y.weight, b = x.weight * x.from + y.weight * y.from;
    double c = x.weight * x.from * x.from + y.weight * y.from * y.from - step2;
    double root = b * b - a * c;
    if (root < 0)
        return (float)least;
    double both = (b + sqrt(root)) / a;
    return (float)(both > fmax(x.from, y.from) ? both : least);
}

static uint32_t seed_target(struct field *field, const struct floor *floor,
                            const struct walls *walls, struct frontier *frontier)
{
    uint32_t cells = floor->columns * floor->rows, seeded = 0;
    for (uint32_t cell = 0; cell < cells; cell++) {
        struct point p = floor_middle(floor, cell);
        if (floor->cost[cell] == 0)
            continue;
        struct point foot = segment_nearest(field->target, p);
        double distance = point_distance(p, foot);
        /* Look almost to the target: a counter is itself part of a wall. */
        if (distance > NEAR_TARGET_M ||
            (distance > 0.1 && walls_between(walls, p, point_between(p, foot, 1 - 0.1 / distance))))
            continue;
        field->distance_m[cell] = (float)distance;
        frontier_raise(frontier, cell);
        seeded++;
    }
    return seeded;
}

static void march(struct field *field, const struct floor *floor, struct frontier *frontier)
{
    while (frontier->count > 0) {
        uint32_t cell = frontier_take(frontier);
        uint32_t around[4] = { cell - 1, cell + 1, cell - floor->columns, cell + floor->columns };
        for (int i = 0; i < 4; i++) {
            if (floor->cost[around[i]] == 0)
                continue;
            float reached = arrival(field, floor, around[i]);
            if (reached < field->distance_m[around[i]]) {
                field->distance_m[around[i]] = reached;
                frontier_raise(frontier, around[i]);
            }
        }
    }
}

/* Steepest way down in one axis: from the lower of the two neighbours, nothing when neither is
 * lower. */
static double fall(float here, float low_side, float high_side)
{
    if (low_side >= here && high_side >= here)
        return 0;
    return low_side < high_side ? -(double)(here - low_side) : (double)(here - high_side);
}

static void set_direction(struct field *field, uint32_t cell, struct point way)
{
    way = point_unit(way);
    field->direction[2 * cell] = (int8_t)floor(way.x * 127 + 0.5);
    field->direction[2 * cell + 1] = (int8_t)floor(way.y * 127 + 0.5);
}

static void set_near(struct field *field)
{
    struct point a = field->target.a, b = field->target.b;
    field->near_low =
        (struct point){ fmin(a.x, b.x) - NEAR_TARGET_M, fmin(a.y, b.y) - NEAR_TARGET_M };
    field->near_high =
        (struct point){ fmax(a.x, b.x) + NEAR_TARGET_M, fmax(a.y, b.y) + NEAR_TARGET_M };
}

static void point_down(struct field *field, const struct floor *floor, double near_m)
{
    float *d = field_spread(field, floor);
    for (uint32_t cell = 0; cell < floor->columns * floor->rows; cell++) {
        if (!isfinite(d[cell]))
            continue;
        struct point way = { fall(d[cell], d[cell - 1], d[cell + 1]),
                             fall(d[cell], d[cell - floor->columns], d[cell + floor->columns]) };
        struct point middle = floor_middle(floor, cell);
        bool near = field->distance_m[cell] <= near_m && field_is_before(field, middle);
        if (near || (way.x == 0 && way.y == 0))
            way = point_sub(segment_nearest(field->target, middle), middle);
        set_direction(field, cell, way);
    }
    free(d);
}

/* Cells beside the floor learn from it: who leans on a wall still knows the way. */
static void spread_to_rim(struct field *field, const struct floor *floor)
{
    uint32_t cells = floor->columns * floor->rows;
    float *old = memory_zeroed(cells, sizeof *old);
    for (int ring = 0; ring < 2; ring++) {
        for (uint32_t cell = 0; cell < cells; cell++)
            old[cell] = field->distance_m[cell];
        for (uint32_t row = 0; row < floor->rows; row++) {
            for (uint32_t column = 0; column < floor->columns; column++) {
                uint32_t cell = row * floor->columns + column, best = cell;
                if (isfinite(old[cell]))
                    continue;
                for (uint32_t r = row ? row - 1 : 0; r <= row + 1 && r < floor->rows; r++)
                    for (uint32_t c = column ? column - 1 : 0;
                         c <= column + 1 && c < floor->columns; c++)
                        if (old[r * floor->columns + c] < old[best])
                            best = r * floor->columns + c;
                if (best == cell)
                    continue;
                field->distance_m[cell] = old[best] + (float)FLOOR_CELL_M;
                struct point inward =
                    point_sub(floor_middle(floor, best), floor_middle(floor, cell));
                struct point on = { field->direction[2 * best] / 127.0,
                                    field->direction[2 * best + 1] / 127.0 };
                set_direction(field, cell, point_add(on, point_unit(inward)));
            }
        }
    }
    free(old);
}

static struct frontier field_begin(struct field *field, uint32_t cells)
{
    field->distance_m = memory_zeroed(cells, sizeof *field->distance_m);
    field->direction = memory_zeroed(cells, 2 * sizeof *field->direction);
    for (uint32_t cell = 0; cell < cells; cell++)
        field->distance_m[cell] = INFINITY;
    return (struct frontier){ .distance = field->distance_m,
                              .heap = memory_zeroed(cells, sizeof(uint32_t)),
                              .at = memory_zeroed(cells, sizeof(uint32_t)) };
}

static void field_end(struct field *field, const struct floor *floor, struct frontier *frontier,
                      double near_m)
{
    march(field, floor, frontier);
    free(frontier->heap);
    free(frontier->at);
    set_near(field);
    point_down(field, floor, near_m);
    spread_to_rim(field, floor);
}

bool field_init(struct field *field, const struct floor *floor, const struct walls *walls,
                struct segment target, struct point through)
{
    *field = (struct field){ .target = target, .through = through };
    struct frontier frontier = field_begin(field, floor->columns * floor->rows);
    uint32_t seeded = seed_target(field, floor, walls, &frontier);
    field_end(field, floor, &frontier, NEAR_TARGET_M);
    return seeded > 0;
}

static bool in_rings(const struct path *rings, uint32_t count, struct point p)
{
    for (uint32_t i = 0; i < count; i++)
        if (path_contains(rings[i], p))
            return true;
    return false;
}

/* Of the cells in the rings, the one nearest to their middle. */
static struct point middle_cell(const struct field *field, const struct floor *floor)
{
    uint32_t cells = floor->columns * floor->rows, count = 0;
    struct point sum = { 0, 0 }, best = { 0, 0 };
    for (uint32_t cell = 0; cell < cells; cell++)
        if (field->distance_m[cell] == 0) {
            sum = point_add(sum, floor_middle(floor, cell));
            count++;
        }
    double nearest = INFINITY;
    for (uint32_t cell = 0; cell < cells; cell++) {
        struct point at = floor_middle(floor, cell);
        double away = point_distance(at, point_scaled(sum, 1.0 / (count ? count : 1)));
        if (field->distance_m[cell] == 0 && away < nearest) {
            nearest = away;
            best = at;
        }
    }
    return best;
}

bool field_init_rings(struct field *field, const struct floor *floor, const struct path *rings,
                      uint32_t count)
{
    uint32_t cells = floor->columns * floor->rows, seeded = 0;
    *field = (struct field){ .through = { 0, 0 } };
    struct frontier frontier = field_begin(field, cells);
    for (uint32_t cell = 0; cell < cells; cell++) {
        if (floor->cost[cell] == 0 || !in_rings(rings, count, floor_middle(floor, cell)))
            continue;
        field->distance_m[cell] = 0;
        frontier_raise(&frontier, cell);
        seeded++;
    }
    struct point middle = middle_cell(field, floor);
    field->target = (struct segment){ middle, middle };
    field_end(field, floor, &frontier, 0);
    return seeded > 0;
}

void field_fini(struct field *field)
{
    free(field->distance_m);
    free(field->direction);
}

/* The four cells whose middles surround a point, with bilinear weights. */
struct corners {
    uint32_t cell[4];
    double weight[4];
};

static bool corners_of(const struct floor *floor, struct point at, struct corners *out)
{
    double u = (at.x - floor->low.x) / FLOOR_CELL_M - 0.5;
    double v = (at.y - floor->low.y) / FLOOR_CELL_M - 0.5;
    if (!(u >= 0 && v >= 0 && u < floor->columns - 1 && v < floor->rows - 1))
        return false;
    uint32_t column = (uint32_t)u, row = (uint32_t)v;
    double s = u - column, t = v - row;
    uint32_t cell = row * floor->columns + column;
    *out = (struct corners){ { cell, cell + 1, cell + floor->columns, cell + floor->columns + 1 },
                             { (1 - s) * (1 - t), s * (1 - t), (1 - s) * t, s * t } };
    return true;
}

double field_distance(const struct field *field, const struct floor *floor, struct point at)
{
    struct corners corners;
    if (!corners_of(floor, at, &corners))
        return INFINITY;
    double sum = 0, weights = 0;
    for (int i = 0; i < 4; i++) {
        double d = field->distance_m[corners.cell[i]];
        if (isfinite(d)) {
            sum += corners.weight[i] * d;
            weights += corners.weight[i];
        }
    }
    return weights > 1e-9 ? sum / weights : INFINITY;
}

/* Within NEAR_TARGET_M by the field, not only as the crow flies: the target may be behind a wall.
 */
static bool is_near(const struct field *field, const struct floor *floor, uint32_t cell)
{
    const float *d = field->distance_m + cell;
    const float *above = d + floor->columns, near_m = (float)NEAR_TARGET_M;
    return d[0] <= near_m || d[1] <= near_m || above[0] <= near_m || above[1] <= near_m;
}

/* Near the target and before it: straight at it. */
static bool goes_straight(const struct field *field, const struct floor *floor, uint32_t cell,
                          struct point at, struct point *way)
{
    if (at.x < field->near_low.x || at.x > field->near_high.x || at.y < field->near_low.y ||
        at.y > field->near_high.y)
        return false;
    *way = point_sub(segment_nearest(field->target, at), at);
    return point_length(*way) <= NEAR_TARGET_M && is_near(field, floor, cell) &&
           field_is_before(field, at);
}

bool field_amid(const struct field *field, const struct floor *floor, struct point at,
                struct amid *amid)
{
    float u = (float)(at.x - floor->low.x) * (float)(1 / FLOOR_CELL_M) - 0.5f;
    float v = (float)(at.y - floor->low.y) * (float)(1 / FLOOR_CELL_M) - 0.5f;
    if (!(u >= 0 && v >= 0 && u < (float)(floor->columns - 1) && v < (float)(floor->rows - 1))) {
        amid->straight = (struct point){ 0, 0 };
        return false;
    }
    uint32_t column = (uint32_t)u, row = (uint32_t)v, cell = row * floor->columns + column;
    struct point way;
    if (goes_straight(field, floor, cell, at, &way)) {
        amid->straight = point_unit(point_add(way, point_scaled(field->through, BEYOND_M)));
        return false;
    }
    amid->low = field->direction + 2 * cell;
    amid->high = amid->low + 2 * floor->columns;
    __builtin_prefetch(amid->low);
    __builtin_prefetch(amid->high);
    amid->s = u - (float)column;
    amid->t = v - (float)row;
    return true;
}
