#include "clients/c/feature_readers.h"

#include "clients/c/json_fields.h"
#include "clients/c/memory.h"

#define ROW_SEATS_MAX   500
#define SEAT_NUMBER_MAX 100000

bool feature_read_block(struct reader *reader, const struct feature *feature)
{
    struct fields fields = feature_fields(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Block *block = memory_cleared(1, sizeof(*block));
    tifo__v1__block__init(block);
    block->block_id = memory_string(feature->at.id);
    const char *stand = "";
    int64_t seats = 0; /* Stated, or 0; checked against the rows once they are all read. */
    bool ok = feature_name(&fields, &block->name);
    ok &= field_text(&fields, "stand", FIELD_OPTIONAL, NAME_BYTES, &stand);
    ok &= field_whole(&fields, "seats", FIELD_OPTIONAL, 1, 1000000, &seats);
    ok &= feature_level(reader, feature, "level", &block->level);
    if (stand[0])
        block->stand = memory_string(stand);
    block->seats = (uint32_t)seats;
    Tifo__V1__Path **holes;
    size_t hole_count;
    block->outline = feature_polygon(feature, &holes, &hole_count, 0);
    if (!ok || !block->outline) {
        tifo__v1__block__free_unpacked(block, NULL);
        json_object_set_new(reader->blocks, feature->at.id, json_integer(-1));
        return false;
    }
    Tifo__V1__Venue *venue = draft->venue;
    json_object_set_new(reader->blocks, feature->at.id, json_integer((json_int_t)venue->n_blocks));
    draft->block_at = memory_grow(draft->block_at, venue->n_blocks, sizeof(*draft->block_at));
    draft->block_at[venue->n_blocks] = feature->at;
    draft->row_at = memory_grow(draft->row_at, venue->n_blocks, sizeof(*draft->row_at));
    draft->row_at[venue->n_blocks] = NULL;
    venue->blocks = memory_grow(venue->blocks, venue->n_blocks, sizeof(*venue->blocks));
    venue->blocks[venue->n_blocks++] = block;
    return true;
}

/* Seats of the row by the numbers on them: as positions along the row, ascending. */
static bool read_seats(const struct fields *fields, const char *name, const Tifo__V1__Row *row,
                       uint32_t **out, size_t *count)
{
    if (!field_integers(fields, name, 0, SEAT_NUMBER_MAX, out, count))
        return false;
    for (size_t i = 0; i < *count; i++) {
        uint32_t number = (*out)[i], k;
        if (!tifo_row_find(row, number, &k)) {
            problem_add(fields->log, fields->at, name, "%u is no seat of row %s", number,
                        row->label);
            return false;
        }
        size_t at = i;
        for (; at > 0 && (*out)[at - 1] > k; at--)
            (*out)[at] = (*out)[at - 1];
        (*out)[at] = k;
    }
    return true;
}

static bool read_numbers(const struct fields *fields, Tifo__V1__Row *row)
{
    if (!field_integers(fields, "numbers", 0, SEAT_NUMBER_MAX, &row->numbers, &row->n_numbers))
        return false;
    if (row->n_numbers && row->n_numbers != row->seats) {
        problem_add(fields->log, fields->at, "numbers", "are %zu for %u seats; give one a seat",
                    row->n_numbers, row->seats);
        return false;
    }
    if (row->n_numbers)
        row->first_seat = row->numbers[0];
    return true;
}

static bool each_is_one_kind(const struct fields *fields, const Tifo__V1__Row *row)
{
    for (size_t i = 0; i < row->n_companion; i++)
        for (size_t k = 0; k < row->n_accessible; k++)
            if (row->companion[i] == row->accessible[k]) {
                problem_add(fields->log, fields->at, "companion",
                            "seat %u is accessible, too; name it in one of the two",
                            tifo_row_number(row, row->companion[i]));
                return false;
            }
    return true;
}

bool feature_read_row(struct reader *reader, const struct feature *feature)
{
    struct fields fields = feature_fields(feature);
    const char *label = "";
    int64_t seats = 0, first = 1;
    uint32_t index = 0;
    bool ok = feature_reference(reader, feature, "block", reader->blocks, "block", &index);
    ok &= field_text(&fields, "label", FIELD_REQUIRED, 16, &label);
    ok &= field_whole(&fields, "seats", FIELD_REQUIRED, 1, ROW_SEATS_MAX, &seats);
    ok &= field_whole(&fields, "first_seat", FIELD_OPTIONAL, 0, SEAT_NUMBER_MAX, &first);
    Tifo__V1__Row *row = memory_cleared(1, sizeof(*row));
    tifo__v1__row__init(row);
    row->label = memory_string(label);
    row->seats = (uint32_t)seats;
    row->first_seat = (uint32_t)first;
    ok = ok && read_numbers(&fields, row) &&
         read_seats(&fields, "accessible", row, &row->accessible, &row->n_accessible) &&
         read_seats(&fields, "companion", row, &row->companion, &row->n_companion) &&
         read_seats(&fields, "aisle_after", row, &row->aisle_after, &row->n_aisle_after);
    ok = ok && each_is_one_kind(&fields, row);
    row->line = feature_line(feature, 2, 100);
    if (!ok || !row->line) {
        tifo__v1__row__free_unpacked(row, NULL);
        return false;
    }
    Tifo__V1__Block *block = reader->draft->venue->blocks[index];
    struct feature_ref **at = &reader->draft->row_at[index];
    *at = memory_grow(*at, block->n_rows, sizeof(**at));
    (*at)[block->n_rows] = feature->at;
    block->rows = memory_grow(block->rows, block->n_rows, sizeof(*block->rows));
    block->rows[block->n_rows++] = row;
    return true;
}
