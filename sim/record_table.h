/* A record's fields, told once: what archives, frees, writes and reads records walks over these. */
#ifndef SIM_RECORD_TABLE_H
#define SIM_RECORD_TABLE_H

#include "sim/record.h"

enum record_kind {
    TEXT,   /* char[room] */
    NUMBER, /* double; NAN is null */
    WHOLE,  /* uint32_t */
    SIGNED, /* int32_t */
    FLAG,   /* bool */
    HASH,   /* uint64_t, as 16 hexadecimal digits */
    SERIES, /* struct series */
    ROWS,   /* struct rows */
};

struct record_table;
struct record_field {
    const char *key;
    enum record_kind kind;
    size_t offset;
    size_t room;                      /* Of TEXT. */
    const struct record_table *table; /* Of ROWS. */
};
struct record_table {
    size_t size;
    const struct record_field *fields;
    size_t field_count;
};

/* Of struct record. */
extern const struct record_table record_fields_table;

#endif
