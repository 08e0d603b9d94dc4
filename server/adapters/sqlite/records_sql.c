#include "server/adapters/sqlite/records_sql.h"

#include "server/base/hash.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

void sql_add(struct sql *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(text->at + text->size, sizeof text->at - text->size, format, args);
    va_end(args);
    text->size += (size_t)size;
    assert(text->size < sizeof text->at);
}

void sql_add_names(struct sql *sql, const struct fields *fields, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        sql_add(sql, "%s%s", i > from ? ", " : "", fields->rows[i].name);
}

void sql_add_create(struct sql *sql, const struct records_table *table)
{
    const struct fields *fields = table->fields;
    sql_add(sql, "CREATE TABLE %s (", fields->name);
    for (size_t i = 0; i < fields->count; i++)
        sql_add(sql, "%s %s NOT NULL, ", fields->rows[i].name,
                fields->rows[i].type == FIELD_TEXT ? "TEXT" : "INTEGER");
    sql_add(sql, "PRIMARY KEY (");
    sql_add_names(sql, fields, 0, table->key_count);
    sql_add(sql, ")) WITHOUT ROWID;");
    if (table->index)
        sql_add(sql, "CREATE INDEX %s_index ON %s (%s);", fields->name, fields->name, table->index);
}

int sql_format_of(const struct records_schema *schema)
{
    uint64_t hash = 1; /* Another one when tables change that are in every file. */
    for (uint32_t i = 0; i < schema->table_count; i++) {
        struct sql sql = { .size = 0 };
        sql_add_create(&sql, &schema->tables[i]);
        hash = hash_bytes(hash, sql.at, sql.size);
    }
    return (int)(hash_end(hash) % INT_MAX) + 1;
}

int sql_prepare_put(sqlite3 *db, const struct records_table *table, sqlite3_stmt **out)
{
    const struct fields *fields = table->fields;
    struct sql sql = { .size = 0 };
    sql_add(&sql, "INSERT OR REPLACE INTO %s (", fields->name);
    sql_add_names(&sql, fields, 0, fields->count);
    sql_add(&sql, ") VALUES (?1");
    for (size_t i = 1; i < fields->count; i++)
        sql_add(&sql, ", ?%zu", i + 1);
    sql_add(&sql, ")");
    return sqlite3_prepare_v3(db, sql.at, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

int sql_prepare_get(sqlite3 *db, const struct records_table *table, sqlite3_stmt **out)
{
    struct sql sql = { .size = 0 };
    sql_add(&sql, "SELECT ");
    sql_add_names(&sql, table->fields, 0, table->fields->count);
    sql_add(&sql, " FROM %s WHERE ", table->fields->name);
    for (uint32_t i = 0; i < table->key_count; i++)
        sql_add(&sql, "%s%s = ?%u", i ? " AND " : "", table->fields->rows[i].name, i + 1);
    return sqlite3_prepare_v3(db, sql.at, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}
