#include "server/adapters/sqlite/records.h"

#include "server/adapters/sqlite/open.h"
#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x54696652, /* PRAGMA application_id: "TifR" */
    SQL_BYTES = 4096,
    BUSY_MS = 2000, /* Somebody else's sqlite3 may hold the file for a moment. */
    CACHE_KIB = 16384,
    CHECKPOINT_PAGES = 4096, /* The same rows change again and again before. */
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
    bool writing; /* A transaction is open. */
    int code;     /* SQLite's first error in it. */
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

/* ---- SQL from tables --------------------------------------------------------------------------
 */

struct text {
    char at[SQL_BYTES];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(text->at + text->size, sizeof text->at - text->size, format, args);
    va_end(args);
    text->size += (size_t)size;
    assert(text->size < sizeof text->at);
}

static void add_names(struct text *sql, const struct fields *fields, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        add(sql, "%s%s", i > from ? ", " : "", fields->rows[i].name);
}

static void add_create(struct text *sql, const struct records_table *table)
{
    const struct fields *fields = table->fields;
    add(sql, "CREATE TABLE %s (", fields->name);
    for (size_t i = 0; i < fields->count; i++)
        add(sql, "%s %s NOT NULL, ", fields->rows[i].name,
            fields->rows[i].type == FIELD_TEXT ? "TEXT" : "INTEGER");
    add(sql, "PRIMARY KEY (");
    add_names(sql, fields, 0, table->key_count);
    add(sql, ")) WITHOUT ROWID;");
    if (table->index)
        add(sql, "CREATE INDEX %s_index ON %s (%s);", fields->name, fields->name, table->index);
}

/* Names what the tables look like: another number, another format. Never 0 (a new file's). */
static int format_of(const struct records_schema *schema)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < schema->table_count; i++) {
        struct text sql = { .size = 0 };
        add_create(&sql, &schema->tables[i]);
        hash = hash_bytes(hash, sql.at, sql.size);
    }
    return (int)(hash_end(hash) % INT_MAX) + 1;
}

static int prepare_put(struct sqlite_records *self, const struct records_table *table,
                       sqlite3_stmt **out)
{
    const struct fields *fields = table->fields;
    struct text sql = { .size = 0 };
    add(&sql, "INSERT OR REPLACE INTO %s (", fields->name);
    add_names(&sql, fields, 0, fields->count);
    add(&sql, ") VALUES (?1");
    for (size_t i = 1; i < fields->count; i++)
        add(&sql, ", ?%zu", i + 1);
    add(&sql, ")");
    return sqlite3_prepare_v3(self->db, sql.at, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

static int prepare_get(struct sqlite_records *self, const struct records_table *table,
                       sqlite3_stmt **out)
{
    struct text sql = { .size = 0 };
    add(&sql, "SELECT ");
    add_names(&sql, table->fields, 0, table->fields->count);
    add(&sql, " FROM %s WHERE ", table->fields->name);
    for (uint32_t i = 0; i < table->key_count; i++)
        add(&sql, "%s%s = ?%u", i ? " AND " : "", table->fields->rows[i].name, i + 1);
    return sqlite3_prepare_v3(self->db, sql.at, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
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

static void put(struct records *records, uint32_t table, const void *row)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    const struct fields *fields = records->schema->tables[table].fields;
    sqlite3_stmt *statement = self->tables[table].put;
    if (!begin(self))
        return;
    bind(statement, fields, fields->count, row);
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        self->code = code;
}

static bool get(struct records *records, uint32_t table, void *row)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    const struct records_table *t = &records->schema->tables[table];
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

static enum status each(struct records *records, uint32_t table, uint64_t min_seq,
                        records_visit *visit, void *ctx, char *why, size_t why_size)
{
    struct sqlite_records *self = (struct sqlite_records *)records;
    const struct records_table *t = &records->schema->tables[table];
    struct text sql = { .size = 0 };
    sqlite3_stmt *statement = NULL;
    if (records->applied_seq < min_seq) {
        snprintf(why, why_size, "%s", status_sentence(STATUS_RECORDS_BEHIND));
        return STATUS_RECORDS_BEHIND;
    }
    add(&sql, "SELECT ");
    add_names(&sql, t->fields, 0, t->fields->count);
    add(&sql, " FROM %s ORDER BY ", t->fields->name);
    add_names(&sql, t->fields, 0, t->key_count);
    void *row = base_alloc(t->fields->size);
    int code = sqlite3_prepare_v2(self->db, sql.at, -1, &statement, NULL);
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
    sqlite3_close(self->db); /* An open transaction is rolled back. */
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
        struct text sql = { .size = 0 };
        add_create(&sql, &schema->tables[i]);
        code = sqlite3_exec(self->db, sql.at, NULL, NULL, NULL);
    }
    struct text sql = { .size = 0 };
    add(&sql,
        "CREATE TABLE applied (seq INTEGER NOT NULL);"
        "INSERT INTO applied VALUES (0);"
        "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
        APPLICATION_ID, format_of(schema));
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
        (application != APPLICATION_ID || version != format_of(self->records.schema))) {
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

static enum status prepare(struct sqlite_records *self, char *why, size_t why_size)
{
    const struct records_schema *schema = self->records.schema;
    self->tables = base_alloc(schema->table_count * sizeof *self->tables);
    int code =
        sqlite3_prepare_v2(self->db, "UPDATE applied SET seq = ?1", -1, &self->set_applied, NULL);
    for (uint32_t i = 0; i < schema->table_count && code == SQLITE_OK; i++) {
        code = prepare_put(self, &schema->tables[i], &self->tables[i].put);
        if (code == SQLITE_OK)
            code = prepare_get(self, &schema->tables[i], &self->tables[i].get);
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
    /* The journal is the truth: what a power cut takes here is made again. */
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
