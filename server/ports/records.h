/*
 * Where read models are kept: tables that follow the journal and can be made anew from it at any
 * time. One writer, one thread. A row is a plain struct with a field table (whole numbers and
 * texts); its first fields are its key.
 */
#ifndef PORTS_RECORDS_H
#define PORTS_RECORDS_H

#include "server/base/fields.h"
#include "server/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct records_table {
    const struct fields *fields; /* Its name is the table's. Numbers and texts only. */
    uint32_t key_count;          /* Leading fields that are the key. */
    const char *index;           /* Columns "a, b" that are looked for, too; NULL: none. */
};

struct records_schema {
    const struct records_table *tables;
    uint32_t table_count;
};

struct records;

/* Sees one row; valid inside. False stops the reading. */
typedef bool records_visit(void *ctx, const void *row);

/* Which rows of a table. Zeroed: all. */
struct records_range {
    const void *after; /* A row: those whose key is above its. NULL: from the first. */
    const char
        *column; /* Those whose whole number in this column is `value`. NULL: whatever it is. */
    uint64_t value;
};

struct records_ops {
    /* Inserts the row, or replaces the one with its key. What is put belongs to the transaction
     * that commit() ends; what goes wrong is told there. */
    void (*put)(struct records *records, uint32_t table, const void *row);
    /* Fills the zeroed rest of a row whose key is set, with what was put before, in this
     * transaction, too. False: there is none. */
    bool (*get)(struct records *records, uint32_t table, void *row);
    /* All that was put since the last one, and applied_seq, at once or not at all. After an error
     * (`why`, RECORDS_WHY_SIZE, is a sentence) only close() may be called. */
    enum status (*commit)(struct records *records, uint64_t applied_seq, char *why,
                          size_t why_size);
    /* Visits rows of a table in the order of their keys, as they were committed. NULL: all of them.
     * STATUS_RECORDS_BEHIND unless facts up to `min_seq` have been applied. */
    enum status (*each)(struct records *records, uint32_t table, const struct records_range *range,
                        uint64_t min_seq, records_visit *visit, void *ctx, char *why,
                        size_t why_size);
    /* What was not committed is dropped. */
    void (*close)(struct records *records);
};

/* Adapters embed this first. */
struct records {
    const struct records_ops *ops;
    const struct records_schema *schema;
    uint64_t applied_seq; /* Facts up to it have been committed. */
};

/* Opens what is there, or makes it; `fresh`: what is there is thrown away. STATUS_RECORDS_FORMAT,
 * STATUS_RECORDS_CORRUPT: open it fresh. */
struct records_place {
    enum status (*open)(const struct records_place *place, const struct records_schema *schema,
                        bool fresh, struct records **out, char *why, size_t why_size);
    const void *ctx; /* The adapter's. */
};

enum { RECORDS_WHY_SIZE = 320 }; /* Room for any `why`. */

#endif
