/*
 * Field tables: what a struct holds, as data. One const table a struct, and one walker each for the
 * things that must never disagree: journal encoding (the protobuf wire format), decoding, hashing
 * and printing.
 *
 *     static const struct field rows[] = {
 *             FIELD(struct crossing, gate, 1, U32),
 *             FIELD(struct crossing, name, 2, TEXT),
 *     };
 *     static const struct fields crossing_fields = FIELDS("crossing", struct crossing, rows);
 *
 * Structs are plain: whole numbers, text in fixed arrays, columns as slices.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "server/base/arena.h"
#include "server/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* In protobuf: */
enum field_type {
    FIELD_U32,       /* uint32 */
    FIELD_I32,       /* sint32 */
    FIELD_U64,       /* uint64 */
    FIELD_I64,       /* int64 */
    FIELD_TEXT,      /* string; here char [], zero-ended, zero-filled */
    FIELD_BYTES,     /* bytes; here struct bytes */
    FIELD_U32S,      /* repeated uint32, packed; here struct u32s */
    FIELD_U64S,      /* repeated uint64, packed; here struct u64s */
    FIELD_U32_ARRAY, /* repeated uint32, packed; here uint32_t [n]: n of them, or none if all are 0
                      */
    FIELD_U64_ARRAY, /* repeated uint64, packed; here uint64_t [n]: the same */
};

struct field {
    const char *name;
    uint32_t number;
    enum field_type type;
    size_t offset;
    size_t size; /* Of the member. */
    bool later;  /* Zero or empty it leaves a hash as it was before the field was there. */
};

struct fields {
    const char *name;
    const struct field *rows;
    size_t count;
    size_t size; /* Of the struct. */
};

#define FIELD(type_, member, number_, kind)                                                        \
    {                                                                                              \
        .name = #member, .number = number_, .type = FIELD_##kind,                                  \
        .offset = offsetof(type_, member), .size = sizeof(((type_ *)0)->member),                   \
    }
/* One whose name is not its member's. */
#define FIELD_AS(type_, member, name_, number_, kind)                                              \
    {                                                                                              \
        .name = name_, .number = number_, .type = FIELD_##kind, .offset = offsetof(type_, member), \
        .size = sizeof(((type_ *)0)->member),                                                      \
    }
/* A field that rows of older journals do not have: their hashes stay as they are. */
#define FIELD_LATER(type_, member, number_, kind)                                                  \
    {                                                                                              \
        .name = #member, .number = number_, .type = FIELD_##kind,                                  \
        .offset = offsetof(type_, member), .size = sizeof(((type_ *)0)->member), .later = true,    \
    }
#define FIELDS(name_, type_, rows_)                                                                \
    {                                                                                              \
        name_, rows_, sizeof(rows_) / sizeof((rows_)[0]), sizeof(type_)                            \
    }

/* Of a uint32_t alone. */
extern const struct fields number_fields;

/* `rows` have ascending numbers. Bytes that fields_encode() writes: fields that are zero or empty
 * are left out, as in proto3. */
size_t fields_encoded_size(const struct fields *fields, const void *row);
/* Returns the end of what it wrote. */
uint8_t *fields_encode(const struct fields *fields, const void *row, uint8_t *out);
/* Fills the zeroed row. Columns are allocated in the arena, BYTES point into `in`. False when a
 * field is unknown, of another type, out of order, too long, or cut off. */
bool fields_decode(const struct fields *fields, struct bytes in, struct arena *arena, void *row);
/* Of every field; `seed` tells rows of one kind apart. */
uint64_t fields_hash(const struct fields *fields, const void *row, uint64_t seed);
/* The same in two steps, for rows of which only the last fields change often: over the first
 * `count` rows of the table, and from there to the end. */
uint64_t fields_hash_first(const struct fields *fields, const void *row, uint64_t seed,
                           size_t count);
uint64_t fields_hash_rest(const struct fields *fields, const void *row, uint64_t first,
                          size_t count);
/* One JSON object; BYTES as their size. */
void fields_print_json(const struct fields *fields, const void *row, FILE *out);

/* A single number (U32, I32, U64, I64) as SQL keeps it, U64 in two's complement. Setting one that
 * its type cannot hold is false. */
int64_t field_integer(const struct field *field, const void *row);
bool field_set_integer(const struct field *field, void *row, int64_t value);

/* Pieces of the wire format, for what frames a row. Both take from the front of `in`. */
size_t varint_size(uint64_t value);
uint8_t *varint_put(uint8_t *out, uint64_t value); /* Returns the end. */
bool varint_take(struct bytes *in, uint64_t *value);
bool bytes_take(struct bytes *in, struct bytes *body); /* A length, then that many bytes. */

#endif
