/* Rows of seats: where people are along them, and where their ends meet the doors of the block. */
#include "sim/core/parts.h"

#include "sim/core/memory.h"

/* A row end meets a door that is at most this far away: a step from the last seat. */
#define ROW_END_REACH_M 1.5
/* If neither end does, the nearest door of the block will do, if it is within this. */
#define ROW_LEAD_MAX_M 6.0
/* People step through a door this far from its posts, where it is wide enough. */
#define POST_CLEAR_M 0.3

struct point row_at(const struct row *row, double along_m)
{
    const struct point *p = row->line.points;
    for (uint32_t i = 0; i + 1 < row->line.count; i++) {
        double length = point_distance(p[i], p[i + 1]);
        if (along_m <= length || i + 2 == row->line.count) {
            double share = length > 0 ? along_m / length : 0;
            return point_between(p[i], p[i + 1], share < 0 ? 0 : share > 1 ? 1 : share);
        }
        along_m -= length;
    }
    return p[0];
}

double row_seat_m(const struct row *row, uint32_t seat)
{
    return (seat + 0.5) / row->seats * row->length_m;
}

struct point ground_row_at(const struct ground *ground, uint32_t row, double along_m)
{
    const struct row *r = &ground->rows[row];
    if (along_m >= 0 && along_m <= r->length_m)
        return row_at(r, along_m);
    const struct way *way = &ground->ways[r->way[along_m > 0]];
    double beyond = along_m < 0 ? -along_m : along_m - r->length_m;
    double share = way->lead_m > 0 ? beyond / way->lead_m : 1;
    return point_between(way->row_end, way->sill, share < 1 ? share : 1);
}

static struct point on_sill(struct segment line, struct point from)
{
    double length = segment_length(line);
    double clear = length > 2 * POST_CLEAR_M ? POST_CLEAR_M / length : 0.5;
    double share = segment_share(line, from);
    return point_between(line.a, line.b,
                         share < clear       ? clear
                         : share > 1 - clear ? 1 - clear
                                             : share);
}

/* The door of the row's block nearest to one of its ends. */
static uint32_t nearest_door(const struct ground *ground, uint32_t block, struct point end,
                             double *distance_m)
{
    uint32_t best = NONE;
    *distance_m = INFINITY;
    for (uint32_t d = 0; d < ground->door_count; d++) {
        const struct door *door = &ground->doors[d];
        if (!door->to_block || (door->place[0] != block && door->place[1] != block))
            continue;
        double distance = segment_distance(door->line, end);
        if (distance < *distance_m) {
            *distance_m = distance;
            best = d;
        }
    }
    return best;
}

static bool add_way(struct ground *ground, uint32_t row, int side, uint32_t door)
{
    struct row *r = &ground->rows[row];
    const struct door *d = &ground->doors[door];
    uint32_t area = d->place[d->place[0] >= ground->area_count];
    struct point end = row_at(r, side ? r->length_m : 0);
    struct point sill = on_sill(d->line, end);
    struct point along = point_unit(point_sub(d->line.b, d->line.a));
    struct point inward = { -along.y, along.x };
    if (!ground_contains(ground, area, point_add(sill, point_scaled(inward, 0.3))))
        inward = point_scaled(inward, -1);
    r->way[side] = ground->way_count;
    ground->ways = memory_resized(ground->ways, ground->way_count + 1, sizeof *ground->ways);
    ground->ways[ground->way_count++] = (struct way){
        .row = row,
        .door = door,
        .area = area,
        .row_end = end,
        .sill = sill,
        .inward = inward,
        .end_m = side ? r->length_m : 0,
        .lead_m = point_distance(end, sill),
        .field =
            ground_add_field(ground, area, (struct segment){ sill, sill }, (struct point){ 0, 0 }),
    };
    return ground->ways[r->way[side]].field != NONE;
}

static bool join_row(struct ground *ground, uint32_t row, const char *name, uint32_t number,
                     struct ground_error *error)
{
    struct row *r = &ground->rows[row];
    uint32_t door[2];
    double distance_m[2];
    for (int side = 0; side < 2; side++) {
        r->way[side] = NONE;
        door[side] = nearest_door(ground, ground->area_count + r->block,
                                  row_at(r, side ? r->length_m : 0), &distance_m[side]);
    }
    double reach = fmax(ROW_END_REACH_M, fmin(distance_m[0], distance_m[1]));
    if (!(reach <= ROW_LEAD_MAX_M))
        return ground_fault(error,
                            "block %s, row %u: neither end is within %.0f m of a door of the block",
                            ground_name(name), number, ROW_LEAD_MAX_M);
    for (int side = 0; side < 2; side++)
        if (distance_m[side] <= reach && !add_way(ground, row, side, door[side]))
            return ground_fault(error,
                                "block %s, row %u: no floor to step on outside the block's door",
                                ground_name(name), number);
    return true;
}

static bool copy_row(struct row *row, const struct row_def *from, uint32_t block)
{
    if (from->line.count < 2 || from->seats == 0)
        return false;
    struct point *points = memory_zeroed(from->line.count, sizeof *points);
    *row =
        (struct row){ .block = block, .line = { points, from->line.count }, .seats = from->seats };
    for (uint32_t p = 0; p < from->line.count; p++)
        points[p] = from->line.points[p];
    for (uint32_t p = 0; p + 1 < from->line.count; p++)
        row->length_m += point_distance(points[p], points[p + 1]);
    return true;
}

bool ground_add_rows(struct ground *ground, const struct ground_def *def,
                     struct ground_error *error)
{
    ground->first_row = memory_zeroed(def->block_count + 1, sizeof *ground->first_row);
    for (uint32_t b = 0; b < def->block_count; b++)
        ground->first_row[b + 1] = ground->first_row[b] + def->blocks[b].row_count;
    ground->row_count = ground->first_row[def->block_count];
    ground->rows = memory_zeroed(ground->row_count, sizeof *ground->rows);
    for (uint32_t b = 0; b < def->block_count; b++) {
        const struct block_def *block = &def->blocks[b];
        for (uint32_t i = 0; i < block->row_count; i++) {
            uint32_t row = ground->first_row[b] + i;
            if (!copy_row(&ground->rows[row], &block->rows[i], b))
                return ground_fault(
                    error,
                    "block %s, row %u: a row is a line of two points or more with a seat or more",
                    ground_name(block->name), i);
            if (!join_row(ground, row, block->name, i, error))
                return false;
        }
    }
    return true;
}
