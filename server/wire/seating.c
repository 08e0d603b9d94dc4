#include "server/wire/seating.h"

#include "server/base/arena.h"
#include "tifo/v1/venue.pb-c.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct row {
    uint32_t first; /* Index of its first seat. */
    uint32_t block;
    uint32_t first_number;
    const uint32_t *numbers; /* By seat; NULL: they rise by one. */
    const char *label;
};

struct seating {
    struct arena arena;
    struct row *rows; /* Ascending by `first`. */
    uint32_t count;
};

struct seating *seating_create(const struct venue *venue)
{
    Tifo__V1__Venue *document =
        tifo__v1__venue__unpack(NULL, venue->document.size, venue->document.data);
    struct seating *seating = base_alloc(sizeof *seating);
    size_t rows = 0;
    uint32_t seat = 0;
    assert(document && document->n_blocks == venue->block_count);
    for (size_t b = 0; b < document->n_blocks; b++)
        rows += document->blocks[b]->n_rows;
    seating->rows = arena_array(&seating->arena, rows, sizeof *seating->rows);
    for (size_t b = 0; b < document->n_blocks; b++) {
        const Tifo__V1__Block *block = document->blocks[b];
        for (size_t r = 0; r < block->n_rows; r++) {
            const Tifo__V1__Row *from = block->rows[r];
            struct row row = { seat, (uint32_t)b, from->first_seat, NULL, NULL };
            row.label = arena_copy(&seating->arena, from->label, strlen(from->label) + 1);
            if (from->n_numbers)
                row.numbers = arena_copy(&seating->arena, from->numbers,
                                         from->n_numbers * sizeof *from->numbers);
            seating->rows[seating->count++] = row;
            seat += from->seats;
        }
    }
    tifo__v1__venue__free_unpacked(document, NULL);
    return seating;
}

void seating_destroy(struct seating *seating)
{
    if (seating)
        arena_fini(&seating->arena);
    free(seating);
}

struct seat_place seating_find(const struct seating *seating, uint32_t seat)
{
    uint32_t low = 0, high = seating->count;
    assert(high > 0);
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (seating->rows[middle].first <= seat)
            low = middle;
        else
            high = middle;
    }
    const struct row *row = &seating->rows[low];
    const uint32_t k = seat - row->first;
    return (struct seat_place){ row->block, row->label,
                                row->numbers ? row->numbers[k] : row->first_number + k };
}
