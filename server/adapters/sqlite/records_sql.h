/* The records' SQL, from their field tables. */
#ifndef ADAPTERS_SQLITE_RECORDS_SQL_H
#define ADAPTERS_SQLITE_RECORDS_SQL_H

#include "server/ports/records.h"

#include <sqlite3.h>

enum { SQL_BYTES = 4096 };
struct sql {
    char at[SQL_BYTES];
    size_t size;
};

/* Asserts that it fits. */
void sql_add(struct sql *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The columns from one to before another: "a, b". */
void sql_add_names(struct sql *sql, const struct fields *fields, size_t from, size_t to);
void sql_add_create(struct sql *sql, const struct records_table *table);
/* Names what the tables look like: another number, another format. Never 0 (a new file's). */
int sql_format_of(const struct records_schema *schema);

/* Inserts or replaces a row; finds one by its key. SQLite's code. */
int sql_prepare_put(sqlite3 *db, const struct records_table *table, sqlite3_stmt **out);
int sql_prepare_get(sqlite3 *db, const struct records_table *table, sqlite3_stmt **out);

#endif
