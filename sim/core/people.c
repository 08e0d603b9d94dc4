/* The columns of struct people as one table, for whoever has to do with all of them. */
#include "sim/core/memory.h"
#include "sim/core/state.h"

#include <stdlib.h>
#include <string.h>

struct column {
    size_t offset;
    size_t size;
};
#define COLUMN(name)                                                                               \
    {                                                                                              \
        offsetof(struct people, name), sizeof *((struct people *)0)->name                          \
    }
static const struct column columns[] = {
    COLUMN(x),           COLUMN(y),          COLUMN(vx),        COLUMN(vy),
    COLUMN(ex),          COLUMN(ey),         COLUMN(want_mps),  COLUMN(free_mps),
    COLUMN(radius),      COLUMN(stuck_s),    COLUMN(aside),     COLUMN(rank),
    COLUMN(wait_s),      COLUMN(row_m),      COLUMN(speed_mps), COLUMN(goal),
    COLUMN(seat_row),    COLUMN(seat),       COLUMN(way),       COLUMN(door),
    COLUMN(field),       COLUMN(sign),       COLUMN(slot),      COLUMN(place),
    COLUMN(mode),        COLUMN(stand_x),    COLUMN(stand_y),   COLUMN(slower),
    COLUMN(start_s),     COLUMN(turn),       COLUMN(rising),    COLUMN(told),
    COLUMN(next_mate),   COLUMN(taste_s),    COLUMN(follow_s),  COLUMN(familiar_weight),
    COLUMN(familiar),    COLUMN(found_shut), COLUMN(chooses),   COLUMN(before),
    COLUMN(signed_here), COLUMN(detours),    COLUMN(look_x),    COLUMN(look_y),
};
#undef COLUMN
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

static void **column_of(struct people *people, int column)
{
    return (void **)((char *)people + columns[column].offset);
}

static char *column_at(const struct people *people, int column)
{
    return *column_of((struct people *)people, column);
}

size_t people_row_size(void)
{
    size_t size = 0;
    for (int i = 0; i < COLUMN_COUNT; i++)
        size += columns[i].size;
    return size;
}

uint64_t people_columns_digest(void)
{
    uint64_t digest = 0;
    for (int i = 0; i < COLUMN_COUNT; i++)
        digest = dice_mix(digest ^ (columns[i].offset << 8 | columns[i].size));
    return digest;
}

void people_fini(struct people *people)
{
    free(people->columns);
}

char *people_write(const struct people *people, char *to)
{
    for (int i = 0; i < COLUMN_COUNT && people->count; i++) {
        memcpy(to, column_at(people, i), people->count * columns[i].size);
        to += people->count * columns[i].size;
    }
    return to;
}

const char *people_read(struct people *people, const char *from)
{
    for (int i = 0; i < COLUMN_COUNT && people->count; i++) {
        memcpy(column_at(people, i), from, people->count * columns[i].size);
        from += people->count * columns[i].size;
    }
    return from;
}

static void grid_reserve(struct grid *g, uint32_t people)
{
    struct bodies *b = &g->bodies;
    float **columns_of_floats[] = { &b->x,      &b->y,       &b->vx,       &b->vy,   &b->ex,
                                    &b->ey,     &b->radius,  &b->want_mps, &b->area, &b->sill,
                                    &b->stands, &b->squeeze, &b->queued,   &b->rank, &b->stuck_s,
                                    &g->step_x, &g->step_y };
    size_t count = sizeof columns_of_floats / sizeof columns_of_floats[0];
    size_t column = memory_column(people + LANES_BEYOND, sizeof(float));
    free(b->columns);
    b->columns = memory_columns(count * column);
    for (size_t i = 0; i < count; i++)
        *columns_of_floats[i] = (float *)((char *)b->columns + i * column);
    g->cell = memory_resized(g->cell, people, sizeof *g->cell);
    g->sorted = memory_resized(g->sorted, people, sizeof *g->sorted);
    g->by_edges = memory_resized(g->by_edges, people, sizeof *g->by_edges);
    g->active = memory_resized(g->active, people, sizeof *g->active);
    g->in_row = memory_resized(g->in_row, people, sizeof *g->in_row);
    g->counts = memory_resized(g->counts, people / WORKERS_PART + 1, sizeof *g->counts);
    g->ahead = memory_resized(g->ahead, people, sizeof *g->ahead);
    g->marks = memory_resized(g->marks, people, sizeof *g->marks);
}

void crowd_grid_fini(struct grid *g)
{
    free(g->bodies.columns);
    sort_fini(g);
    free(g->cell);
    free(g->sorted);
    free(g->by_edges);
    free(g->active);
    free(g->in_row);
    free(g->marks);
    free(g->counts);
    free(g->ahead);
}

static void people_reserve(struct people *p, uint32_t people)
{
    size_t bytes = 0;
    for (int i = 0; i < COLUMN_COUNT; i++)
        bytes += memory_column(people, columns[i].size);
    char *block = memory_columns(bytes), *column = block;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (p->capacity)
            memcpy(column, column_at(p, i), p->capacity * columns[i].size);
        *column_of(p, i) = column;
        column += memory_column(people, columns[i].size);
    }
    free(p->columns);
    p->columns = block;
    p->capacity = people;
}

void crowd_reserve(struct crowd *c, uint32_t people)
{
    struct people *p = &c->people;
    if (people <= p->capacity)
        return;
    people_reserve(p, people);
    /* Events of a step: room for more than ever happens in one. */
    if (c->event_capacity < people / 2) {
        c->event_capacity = people / 2;
        c->events = memory_resized(c->events, c->event_capacity, sizeof *c->events);
    }
    c->next_in_row = memory_resized(c->next_in_row, people, sizeof *c->next_in_row);
    grid_reserve(&c->grid, people);
}
