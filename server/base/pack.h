/*
 * Rows of one kind in little room, and back. They are packed column by column, a field each (an
 * array's elements one each, a text as what it begins with and the number at its end):
 *
 *      column  a header, the base, then a few bits a row: by how much the value is above the base
 *              once it is compared with nothing, the row before, or another column of its row
 *      apart   rows that would need many more bits than the others: position and offset each
 *
 * What is constant takes no bits, what counts up one or two, a random id all of its 64. Packed
 * bytes are this process's own: whoever unpacks them knows the table they were packed with.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "server/base/fields.h"
#include "server/base/texts.h"

enum { PACK_ROWS = 64, PACK_COLUMNS = 160 };

/* Whether rows of the table can be packed: numbers, texts and arrays of 32 bits, in at most
 * PACK_COLUMNS columns. */
bool pack_can(const struct fields *fields);
/* 1 to PACK_ROWS rows, whose every byte that matters is in the table. Returns how many bytes it
 * wrote, at most pack_bound(). */
size_t pack_rows(const struct fields *fields, struct texts *texts, const void *rows, uint32_t count,
                 uint8_t *out);
size_t pack_bound(const struct fields *fields);
/* Fills the zeroed rows, as many as were packed. `leave`: their texts are used once less, the
 * bytes are of no more use. */
void unpack_rows(const struct fields *fields, struct texts *texts, const uint8_t *in, bool leave,
                 void *rows, uint32_t count);

#endif
