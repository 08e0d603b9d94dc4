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
    COLUMN(x),         COLUMN(y),        COLUMN(vx),      COLUMN(vy),      COLUMN(ex),
    COLUMN(ey),        COLUMN(want_mps), COLUMN(steer_x), COLUMN(steer_y), COLUMN(free_mps),
    COLUMN(radius),    COLUMN(start_s),  COLUMN(stuck_s), COLUMN(wait_s),  COLUMN(row_m),
    COLUMN(speed_mps), COLUMN(stand_x),  COLUMN(stand_y), COLUMN(slower),  COLUMN(goal),
    COLUMN(seat_row),  COLUMN(seat),     COLUMN(way),     COLUMN(door),    COLUMN(field),
    COLUMN(sign),      COLUMN(slot),     COLUMN(place),   COLUMN(mode),    COLUMN(rising),
    COLUMN(told),      COLUMN(faced),
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
    for (int i = 0; i < COLUMN_COUNT; i++)
        free(*column_of(people, i));
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

void crowd_reserve(struct crowd *c, uint32_t people)
{
    struct people *p = &c->people;
    if (people <= p->capacity)
        return;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        char *column = memory_resized(column_at(p, i), people, columns[i].size);
        memset(column + p->capacity * columns[i].size, 0, (people - p->capacity) * columns[i].size);
        *column_of(p, i) = column;
    }
    p->capacity = people;
    c->next_in_row = memory_resized(c->next_in_row, people, sizeof *c->next_in_row);
    c->grid.cell = memory_resized(c->grid.cell, people, sizeof *c->grid.cell);
    c->grid.bodies = memory_resized(c->grid.bodies, people, sizeof *c->grid.bodies);
    c->grid.active = memory_resized(c->grid.active, people, sizeof *c->grid.active);
    c->grid.in_row = memory_resized(c->grid.in_row, people, sizeof *c->grid.in_row);
}
