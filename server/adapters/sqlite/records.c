#include "server/adapters/sqlite/records.h"

#include "server/adapters/sqlite/boot_mark.h"
#include "server/adapters/sqlite/open.h"
#include "server/adapters/sqlite/records_sql.h"
#include "server/adapters/sqlite/row_cache.h"
#include "server/base/arena.h"
#include "server/base/worker.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x54696652, /* PRAGMA application_id: "TifR" */
    BUSY_MS = 2000,              /* Somebody else's sqlite3 may hold the file for a moment. */
    CACHE_KIB = 16384,
    CHECKPOINT_PAGES = 4096, /* The same rows change again and again before. */
    ROWS_BYTES = 8 << 20,    /* Of rows in memory; more are written before the commit. */
};

struct table {
    sqlite3_stmt *put, *get;
};

struct sqlite_records {
    struct records records;
    char path[PATH_MAX + 16];
    struct stat file; /* What the path named when it was opened. */
    sqlite3 *db;
    sqlite3_stmt *set_applied;
    struct table *tables;
    struct row_cache cache; /* Of the transaction. */
    bool marked;            /* As in use. */
    bool writing;           /* A transaction is open. */
    int code;               /* SQLite's first error in it. */
};

static enum status fail(const struct sqlite_records *self, int code, const char *doing, char *why,
                        size_t why_size)
{
    enum status status = STATUS_RECORDS_UNAVAILABLE;
    const bool full = self->db && sqlite3_system_errno(self->db) == ENOSPC;
    switch (full ? SQLITE_FULL : code & 0xff) {
    case SQLITE_FULL:
        status = STATUS_RECORDS_FULL;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR: /* A table or column is missing: somebody changed it. */
    case SQLITE_CONSTRAINT:
        status = STATUS_RECORDS_CORRUPT;
        break;
    }
    snprintf(why, why_size, "cannot %s %.200s: %s", doing, self->path,
             sqlite3_errstr(full ? SQLITE_FULL : code));
    return status;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

static void bind(sqlite3_stmt *statement, const struct fields *fields, size_t count,
                 const void *row)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &fields->rows[i];
        if (field->type == FIELD_TEXT)
            sqlite3_bind_text(statement, (int)i + 1, (const char *)row + field->offset, -1,
                              SQLITE_STATIC);
        else
            sqlite3_bind_int64(statement, (int)i + 1, field_integer(field, row));
    }
}

/* False: a value that its field cannot hold; nobody of ours has written it. */
static bool fetch(sqlite3_stmt *statement, const struct fields *fields, void *row)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->rows[i];
        if (field->type == FIELD_TEXT) {
            const char *text = (const char *)sqlite3_column_text(statement, (int)i);
            const size_t size = (size_t)sqlite3_column_bytes(statement, (int)i);
            if (!text || size >= field->size)
                return false;
            memset((char *)row + field->offset, 0, field->size);
            memcpy((char *)row + field->offset, text, size);
        } else if (!field_set_integer(field, row, sqlite3_column_int64(statement, (int)i))) {
            return false;
        }
    }
    return true;
}

/* Opens the transaction at the first touch. False: it has failed before. */
static bool begin(struct sqlite_records *self)
{
    if (self->code != SQLITE_OK)
        return false;
    if (!self->writing)
        self->code = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    self->writing |= self->code == SQLITE_OK;
    return self->code == SQLITE_OK;
}

static void write_row(struct sqlite_records *self, const struct cached_row *cached)
{
    const struct fields *fields = self->records.schema->tables[cached->table].fields;
    sqlite3_stmt *statement = self->tables[cached->table].put;
    bind(statement, fields, fields->count, cached->row);
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        self->code = code;
    worker_breathe();
}

static void write_all(struct sqlite_records *self)
{
    for (uint32_t i = 0; i < self->cache.count && begin(self); i++)
        if (self->cache.rows[i].changed)
            write_row(self, &self->cache.rows[i]);
    row_cache_clear(&self->cache);
}

static void put(struct records *records, uint32_t table, const void *row)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    struct cached_row *cached = row_cache_find(&self->cache, records->schema, table, row);
    if (cached)
        memcpy(cached->row, row, records->schema->tables[table].fields->size);
    else
        cached = row_cache_add(&self->cache, records->schema, table, row);
    cached->changed = true;
    if (self->cache.arena.used_bytes > ROWS_BYTES)
        write_all(self);
}

/* A row that the database has. */
static bool read_row(struct sqlite_records *self, uint32_t table, void *row)
{
    const struct records_table *t = &self->records.schema->tables[table];
    sqlite3_stmt *statement = self->tables[table].get;
    if (!begin(self))
        return false;
    bind(statement, t->fields, t->key_count, row);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW && !fetch(statement, t->fields, row))
        code = SQLITE_CORRUPT;
    sqlite3_reset(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        self->code = code;
    return code == SQLITE_ROW;
}

static bool get(struct records *records, uint32_t table, void *row)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    const struct cached_row *cached = row_cache_find(&self->cache, records->schema, table, row);
    if (cached) {
        memcpy(row, cached->row, records->schema->tables[table].fields->size);
        return true;
    }
    if (!read_row(self, table, row))
        return false;
    row_cache_add(&self->cache, records->schema, table, row);
    return true;
}

/* What is written into a file that was taken away nobody ever reads. */
static bool is_in_place(const struct sqlite_records *self)
{
    struct stat now;
    return stat(self->path, &now) == 0 && now.st_dev == self->file.st_dev &&
           now.st_ino == self->file.st_ino;
}

static enum status commit(struct records *records, uint64_t applied_seq, char *why, size_t why_size)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    if (!is_in_place(self)) {
        snprintf(why, why_size, "%.200s was removed or replaced", self->path);
        return STATUS_RECORDS_CORRUPT;
    }
    write_all(self);
    if (begin(self)) {
        sqlite3_bind_int64(self->set_applied, 1, (sqlite3_int64)applied_seq);
        const int code = sqlite3_step(self->set_applied);
        sqlite3_reset(self->set_applied);
        self->code = code == SQLITE_DONE ? SQLITE_OK : code;
    }
    if (self->code == SQLITE_OK)
        self->code = sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    if (self->code != SQLITE_OK) {
        const enum status status = fail(self, self->code, "write", why, why_size);
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
        return status;
    }
    self->writing = false;
    records->applied_seq = applied_seq;
    return STATUS_OK;
}

static int prepare_each(struct sqlite_records *self, const struct records_table *table,
                        const struct records_range *range, sqlite3_stmt **out)
{
    const struct fields *fields = table->fields;
    const uint32_t keys = range && range->after ? table->key_count : 0;
    const bool column = range && range->column;
    struct sql sql = { .size = 0 };
    sql_add(&sql, "SELECT ");
    sql_add_names(&sql, fields, 0, fields->count);
    sql_add(&sql, " FROM %s WHERE 1", fields->name);
    if (keys) {
        sql_add(&sql, " AND (");
        sql_add_names(&sql, fields, 0, keys);
        sql_add(&sql, ") > (?1");
        for (uint32_t i = 1; i < keys; i++)
            sql_add(&sql, ", ?%u", i + 1);
        sql_add(&sql, ")");
    }
    if (column)
        sql_add(&sql, " AND %s = ?%u", range->column, keys + 1);
    sql_add(&sql, " ORDER BY ");
    sql_add_names(&sql, fields, 0, table->key_count);
    const int code = sqlite3_prepare_v2(self->db, sql.at, -1, out, NULL);
    if (code != SQLITE_OK)
        return code;
    if (keys)
        bind(*out, fields, keys, range->after);
    if (column)
        sqlite3_bind_int64(*out, (int)keys + 1, (sqlite3_int64)range->value);
    return SQLITE_OK;
}

static enum status each(struct records *records, uint32_t table, const struct records_range *range,
                        uint64_t min_seq, records_visit *visit, void *ctx, char *why,
                        size_t why_size)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    const struct records_table *t = &records->schema->tables[table];
    sqlite3_stmt *statement = NULL;
    if (records->applied_seq < min_seq) {
        snprintf(why, why_size, "%s", status_sentence(STATUS_RECORDS_BEHIND));
        return STATUS_RECORDS_BEHIND;
    }
    void *row = base_alloc(t->fields->size);
    int code = prepare_each(self, t, range, &statement);
    bool more = code == SQLITE_OK;
    while (more && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (!fetch(statement, t->fields, row)) {
            code = SQLITE_CORRUPT;
            break;
        }
        more = visit(ctx, row);
    }
    sqlite3_finalize(statement);
    free(row);
    if (code == SQLITE_DONE || code == SQLITE_ROW)
        return STATUS_OK;
    return fail(self, code, "read", why, why_size);
}

/* ---- Opening and closing ----------------------------------------------------------------------
 */

static void close_records(struct records *records)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    for (uint32_t i = 0; self->tables && i < records->schema->table_count; i++) {
        sqlite3_finalize(self->tables[i].put);
        sqlite3_finalize(self->tables[i].get);
    }
    sqlite3_finalize(self->set_applied);
    if (self->marked && !self->writing && self->code == SQLITE_OK && is_in_place(self))
        boot_mark_clear(self->db);
    sqlite3_close(self->db); /* An open transaction is rolled back. */
    row_cache_fini(&self->cache);
    free(self->tables);
    free(self);
}

static int query(sqlite3 *db, const char *sql, sqlite3_int64 *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

static int create(struct sqlite_records *self)
{
    const struct records_schema *schema = self->records.schema;
    int code = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (uint32_t i = 0; i < schema->table_count && code == SQLITE_OK; i++) {
        struct sql sql = { .size = 0 };
        sql_add_create(&sql, &schema->tables[i]);
        code = sqlite3_exec(self->db, sql.at, NULL, NULL, NULL);
    }
    struct sql sql = { .size = 0 };
    sql_add(&sql,
            "CREATE TABLE applied (seq INTEGER NOT NULL);"
            "INSERT INTO applied VALUES (0);" BOOT_MARK_TABLE
            "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
            APPLICATION_ID, sql_format_of(schema));
    if (code == SQLITE_OK)
        code = sqlite3_exec(self->db, sql.at, NULL, NULL, NULL);
    return code;
}

static enum status check_format(struct sqlite_records *self, char *why, size_t why_size)
{
    sqlite3_int64 tables = 0, application = 0, version = 0, seq = 0;
    int code = query(self->db, "SELECT count(*) FROM sqlite_master", &tables);
    if (code == SQLITE_OK && tables == 0)
        code = create(self);
    if (code == SQLITE_OK)
        code = query(self->db, "PRAGMA application_id", &application);
    if (code == SQLITE_OK)
        code = query(self->db, "PRAGMA user_version", &version);
    if (code == SQLITE_OK &&
        (application != APPLICATION_ID || version != sql_format_of(self->records.schema))) {
        snprintf(why, why_size, "%.200s is of another format", self->path);
        return STATUS_RECORDS_FORMAT;
    }
    if (code == SQLITE_OK)
        code = query(self->db, "SELECT seq FROM applied", &seq);
    if (code != SQLITE_OK)
        return fail(self, code, "open", why, why_size);
    self->records.applied_seq = (uint64_t)seq;
    return STATUS_OK;
}

static enum status check_mark(struct sqlite_records *self, char *why, size_t why_size)
{
    bool lost;
    const int code = boot_mark_set(self->db, &lost);
    if (code != SQLITE_OK)
        return fail(self, code, "open", why, why_size);
    if (lost) {
        snprintf(why, why_size, "the machine stopped while %.200s was in use", self->path);
        return STATUS_RECORDS_CORRUPT;
    }
    self->marked = true;
    return STATUS_OK;
}

static enum status prepare(struct sqlite_records *self, char *why, size_t why_size)
{
    const struct records_schema *schema = self->records.schema;
    self->tables = base_alloc(schema->table_count * sizeof *self->tables);
    int code =
        sqlite3_prepare_v2(self->db, "UPDATE applied SET seq = ?1", -1, &self->set_applied, NULL);
    for (uint32_t i = 0; i < schema->table_count && code == SQLITE_OK; i++) {
        code = sql_prepare_put(self->db, &schema->tables[i], &self->tables[i].put);
        if (code == SQLITE_OK)
            code = sql_prepare_get(self->db, &schema->tables[i], &self->tables[i].get);
    }
    return code == SQLITE_OK ? STATUS_OK : fail(self, code, "read", why, why_size);
}

static void remove_files(const char *path)
{
    static const char *const ends[] = { "-wal", "-shm", "" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char name[PATH_MAX + 32];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

static int open_file(struct sqlite_records *self)
{
    char set_up[200];
    snprintf(set_up, sizeof set_up,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -%d;"
             "PRAGMA wal_autocheckpoint = %d;",
             CACHE_KIB, CHECKPOINT_PAGES);
    int code = sqlite_open(self->path, false, &self->db);
    if (code != SQLITE_OK)
        return code;
    sqlite3_busy_timeout(self->db, BUSY_MS);
    code = sqlite3_exec(self->db, set_up, NULL, NULL, NULL);
    if (code == SQLITE_OK && stat(self->path, &self->file) != 0)
        code = SQLITE_CANTOPEN;
    return code;
}

/* Empties the file inside, as others may have it open: they see that it is empty now. Only what
 * cannot be emptied, because it is no database or the disk is full, is removed. */
static int open_empty(struct sqlite_records *self)
{
    int code = open_file(self);
    if (code == SQLITE_OK) {
        sqlite3_db_config(self->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
        code = sqlite3_exec(self->db, "VACUUM", NULL, NULL, NULL);
        sqlite3_db_config(self->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    }
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
        return code;
    sqlite3_close(self->db);
    self->db = NULL;
    remove_files(self->path);
    return open_file(self);
}

static enum status open_records(const struct records_place *place,
                                const struct records_schema *schema, bool fresh,
                                struct records **out, char *why, size_t why_size)
{
    static const struct records_ops ops = { put, get, commit, each, close_records };
    struct sqlite_records *self = base_alloc(sizeof *self);
    self->records = (struct records){ .ops = &ops, .schema = schema };
    *out = NULL;
    snprintf(self->path, sizeof self->path, "%.*s/records.db", PATH_MAX - 1,
             (const char *)place->ctx);
    const int code = fresh ? open_empty(self) : open_file(self);
    enum status status = STATUS_OK;
    if (code != SQLITE_OK)
        status = fail(self, code, "open", why, why_size);
    if (status == STATUS_OK)
        status = check_format(self, why, why_size);
    if (status == STATUS_OK)
        status = check_mark(self, why, why_size);
    if (status == STATUS_OK)
        status = prepare(self, why, why_size);
    if (status != STATUS_OK) {
        close_records(&self->records);
        return status;
    }
    *out = &self->records;
    return STATUS_OK;
}

struct records_place sqlite_records_place(const char *directory)
{
    return (struct records_place){ open_records, directory };
}
