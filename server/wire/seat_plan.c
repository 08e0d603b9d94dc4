#include "server/wire/seat_plan.h"

#include "server/base/arena.h"
#include "tifo/v1/venue.pb-c.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* The plan first: it is the whole. */
struct made {
    struct seat_plan plan;
    struct arena arena;
    struct row_of_seats *rows;
    uint32_t *row_of, *nearest, *distance_cm;
    uint8_t *aisle_after, *use;
};

struct spot {
    double x_cm, y_cm;
};

static struct spot point(const Tifo__V1__Path *path, size_t i)
{
    return (struct spot){ path->xy_cm[2 * i], path->xy_cm[2 * i + 1] };
}

static double between(struct spot a, struct spot b)
{
    return hypot(b.x_cm - a.x_cm, b.y_cm - a.y_cm);
}

static double length_of(const Tifo__V1__Path *line)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < line->n_xy_cm / 2; i++)
        sum += between(point(line, i), point(line, i + 1));
    return sum;
}

static struct spot along(const Tifo__V1__Path *line, double left)
{
    for (size_t i = 0; i + 1 < line->n_xy_cm / 2; i++) {
        struct spot a = point(line, i), b = point(line, i + 1);
        double length = between(a, b);
        if (left <= length && length > 0)
            return (struct spot){ a.x_cm + (b.x_cm - a.x_cm) * left / length,
                                  a.y_cm + (b.y_cm - a.y_cm) * left / length };
        left -= length;
    }
    return point(line, line->n_xy_cm / 2 - 1);
}

static struct spot seat_spot(const Tifo__V1__Row *row, uint32_t k, double length)
{
    return along(row->line, length * (k + 0.5) / row->seats);
}

static void mark(uint8_t *of_row, const uint32_t *seats, size_t count, uint8_t value)
{
    for (size_t i = 0; i < count; i++)
        of_row[seats[i]] = value;
}

static struct spot middle(const struct spot *spots, size_t count)
{
    struct spot sum = { 0, 0 };
    for (size_t i = 0; i < count; i++) {
        sum.x_cm += spots[i].x_cm / (double)count;
        sum.y_cm += spots[i].y_cm / (double)count;
    }
    return sum;
}

static struct spot focus(const Tifo__V1__Venue *document, const struct spot *seats, uint32_t count)
{
    const Tifo__V1__Path *pitch = document->pitch;
    if (!pitch || pitch->n_xy_cm < 2)
        return middle(seats, count);
    struct arena arena = { 0 };
    struct spot *corners = arena_array(&arena, pitch->n_xy_cm / 2, sizeof *corners);
    for (size_t i = 0; i < pitch->n_xy_cm / 2; i++)
        corners[i] = point(pitch, i);
    struct spot at = middle(corners, pitch->n_xy_cm / 2);
    arena_fini(&arena);
    return at;
}

static void add_row(struct made *made, uint32_t block, const Tifo__V1__Row *row, struct spot *spots)
{
    struct seat_plan *plan = &made->plan;
    const uint32_t first = plan->seat_count;
    const double length = length_of(row->line);
    made->rows[plan->row_count] = (struct row_of_seats){ first, row->seats, block, UINT32_MAX };
    for (uint32_t k = 0; k < row->seats; k++) {
        made->row_of[first + k] = plan->row_count;
        spots[first + k] = seat_spot(row, k, length);
    }
    mark(made->aisle_after + first, row->aisle_after, row->n_aisle_after, 1);
    mark(made->use + first, row->accessible, row->n_accessible, SEAT_ACCESSIBLE);
    mark(made->use + first, row->companion, row->n_companion, SEAT_COMPANION);
    plan->row_count++;
    plan->seat_count += row->seats;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void sort_rows(struct made *made)
{
    const uint32_t count = made->plan.row_count;
    uint64_t *keys = base_alloc((count + 1) * sizeof *keys);
    for (uint32_t r = 0; r < count; r++)
        keys[r] = (uint64_t)made->rows[r].near_cm << 32 | r;
    qsort(keys, count, sizeof *keys, ascending);
    for (uint32_t r = 0; r < count; r++)
        made->nearest[r] = (uint32_t)keys[r];
    free(keys);
}

static void measure(struct made *made, struct spot at, const struct spot *spots)
{
    for (uint32_t r = 0; r < made->plan.row_count; r++) {
        struct row_of_seats *row = &made->rows[r];
        for (uint32_t seat = row->first; seat < row->first + row->count; seat++) {
            made->distance_cm[seat] = (uint32_t)lround(fmin(between(at, spots[seat]), 1e8));
            if (made->distance_cm[seat] < row->near_cm)
                row->near_cm = made->distance_cm[seat];
        }
    }
    sort_rows(made);
}

static struct made *make_room(const Tifo__V1__Venue *document)
{
    struct made *made = base_alloc(sizeof *made);
    size_t rows = 0, seats = 0;
    for (size_t b = 0; b < document->n_blocks; b++) {
        rows += document->blocks[b]->n_rows;
        seats += document->blocks[b]->seats;
    }
    made->rows = arena_array(&made->arena, rows, sizeof *made->rows);
    made->nearest = arena_array(&made->arena, rows, sizeof *made->nearest);
    made->row_of = arena_array(&made->arena, seats, sizeof *made->row_of);
    made->distance_cm = arena_array(&made->arena, seats, sizeof *made->distance_cm);
    made->aisle_after = arena_array(&made->arena, seats, sizeof *made->aisle_after);
    made->use = arena_array(&made->arena, seats, sizeof *made->use);
    made->plan = (struct seat_plan){ .rows = made->rows,
                                     .row_of = made->row_of,
                                     .nearest = made->nearest,
                                     .distance_cm = made->distance_cm,
                                     .aisle_after = made->aisle_after,
                                     .use = made->use };
    return made;
}

struct seat_plan *seat_plan_create(const struct venue *venue)
{
    Tifo__V1__Venue *document =
        tifo__v1__venue__unpack(NULL, venue->document.size, venue->document.data);
    assert(document && document->n_blocks == venue->block_count);
    struct made *made = make_room(document);
    uint32_t seats = 0;
    for (uint32_t b = 0; b < venue->block_count; b++)
        seats += venue->blocks[b].seats;
    struct spot *spots = base_alloc((seats + 1) * sizeof *spots);
    for (uint32_t b = 0; b < venue->block_count; b++)
        for (size_t r = 0; r < document->blocks[b]->n_rows; r++)
            add_row(made, b, document->blocks[b]->rows[r], spots);
    assert(made->plan.seat_count == seats);
    measure(made, focus(document, spots, seats), spots);
    free(spots);
    tifo__v1__venue__free_unpacked(document, NULL);
    return &made->plan;
}

void seat_plan_destroy(struct seat_plan *plan)
{
    if (plan)
        arena_fini(&((struct made *)plan)->arena);
    free(plan);
}

void seat_plan_attach(struct stadium *stadium)
{
    stadium_take_seat_plan(stadium, seat_plan_create(stadium_venue(stadium)), seat_plan_destroy);
}
