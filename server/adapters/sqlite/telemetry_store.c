#include "server/adapters/sqlite/telemetry_store.h"

#include "server/adapters/sqlite/open.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 2000, FORMAT = 1 };

struct sqlite_store {
    struct telemetry_store store;
    sqlite3 *db;
    sqlite3_stmt *merge[SERIES_STEPS + 1], *series[SERIES_STEPS + 1];
    sqlite3_stmt *add_letter, *trim_letters, *letters, *remove_letter;
};

static const char *const tables[SERIES_STEPS + 1] = { "", "series_1s", "series_1min", "series_1h" };

static enum status fail(struct sqlite_store *self, int code, const char *doing)
{
    const int basic = code & 0xff;
    snprintf(self->store.why, sizeof self->store.why, "cannot %s telemetry.db: %s", doing,
             sqlite3_errstr(code));
    return basic == SQLITE_FULL ? STATUS_RECORDS_FULL : STATUS_RECORDS_UNAVAILABLE;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

static int merge(struct sqlite_store *self, const struct series_bucket *bucket, int step)
{
    sqlite3_stmt *statement = self->merge[step];
    int64_t at_s = bucket->at_s - bucket->at_s % series_step_s[step];
    sqlite3_bind_text(statement, 1, bucket->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, at_s);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)bucket->count);
    sqlite3_bind_double(statement, 4, bucket->sum);
    sqlite3_bind_double(statement, 5, bucket->min);
    sqlite3_bind_double(statement, 6, bucket->max);
    sqlite3_bind_double(statement, 7, bucket->last);
    sqlite3_bind_int64(statement, 8, bucket->last_ms);
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int add_letter(struct sqlite_store *self, const struct letter *letter)
{
    sqlite3_stmt *statement = self->add_letter;
    const char *texts[] = { letter->caller, letter->venue_id, letter->device,
                            letter->reason, letter->field,    letter->message };
    for (int i = 0; i < 6; i++)
        sqlite3_bind_text(statement, i + 1, texts[i] ? texts[i] : "", -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 7, letter->received_ms);
    sqlite3_bind_int64(statement, 8, (sqlite3_int64)letter->sequence);
    sqlite3_bind_int64(statement, 9, letter->form);
    sqlite3_bind_int64(statement, 10, (sqlite3_int64)letter->rows);
    sqlite3_bind_blob(statement, 11, letter->payload.data, (int)letter->payload.size,
                      SQLITE_STATIC);
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int trim_letters(struct sqlite_store *self, uint64_t *dropped)
{
    const int code = sqlite3_step(self->trim_letters);
    sqlite3_reset(self->trim_letters);
    *dropped = (uint64_t)sqlite3_changes(self->db);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum status put(struct telemetry_store *store, const struct series_bucket *buckets,
                       uint32_t bucket_count, const struct letter *letters, uint32_t letter_count,
                       uint64_t *dropped)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    *dropped = 0;
    int code = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (uint32_t i = 0; i < bucket_count && code == SQLITE_OK; i++)
        for (int step = SERIES_SECOND; step <= SERIES_HOUR && code == SQLITE_OK; step++)
            code = merge(self, &buckets[i], step);
    for (uint32_t i = 0; i < letter_count && code == SQLITE_OK; i++)
        code = add_letter(self, &letters[i]);
    if (letter_count && code == SQLITE_OK)
        code = trim_letters(self, dropped);
    if (code == SQLITE_OK)
        code = sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return STATUS_OK;
    *dropped = 0;
    sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
    return fail(self, code, "write");
}

static enum status remove_letter(struct telemetry_store *store, uint64_t id, bool *there)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    sqlite3_bind_int64(self->remove_letter, 1, (sqlite3_int64)id);
    const int code = sqlite3_step(self->remove_letter);
    sqlite3_reset(self->remove_letter);
    *there = code == SQLITE_DONE && sqlite3_changes(self->db) > 0;
    return code == SQLITE_DONE ? STATUS_OK : fail(self, code, "write");
}

/* A name at a time: the key begins with it. */
static enum status prune(struct telemetry_store *store, int64_t now_s)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    int code = SQLITE_OK;
    for (int step = SERIES_SECOND; step <= SERIES_HOUR && code == SQLITE_OK; step++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "WITH RECURSIVE names(name) AS (SELECT min(name) FROM %s UNION ALL"
                 " SELECT (SELECT min(s.name) FROM %s s WHERE s.name > names.name) FROM names"
                 "  WHERE names.name IS NOT NULL)"
                 "DELETE FROM %s WHERE name IN (SELECT name FROM names) AND at_s < %lld",
                 tables[step], tables[step], tables[step],
                 (long long)(now_s - series_kept_s[step]));
        code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? STATUS_OK : fail(self, code, "write");
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static const char *text_of(sqlite3_stmt *statement, int column, struct arena *arena)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    char *copy = arena_alloc(arena, (size_t)size + 1);
    if (text)
        memcpy(copy, text, (size_t)size);
    return copy;
}

static enum status series(struct telemetry_store *store, const struct series_query *query,
                          struct arena *arena, struct series_page *out)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    sqlite3_stmt *statement = self->series[query->step];
    *out = (struct series_page){ .buckets = arena_array(arena, query->most, sizeof *out->buckets) };
    sqlite3_bind_text(statement, 1, query->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, query->from_s);
    sqlite3_bind_int64(statement, 3, query->to_s);
    sqlite3_bind_int64(statement, 4, (sqlite3_int64)query->most + 1);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (out->count == query->most) {
            out->more = true;
            continue;
        }
        out->buckets[out->count++] =
            (struct series_bucket){ .name = query->name,
                                    .at_s = sqlite3_column_int64(statement, 0),
                                    .count = (uint64_t)sqlite3_column_int64(statement, 1),
                                    .sum = sqlite3_column_double(statement, 2),
                                    .min = sqlite3_column_double(statement, 3),
                                    .max = sqlite3_column_double(statement, 4),
                                    .last = sqlite3_column_double(statement, 5),
                                    .last_ms = sqlite3_column_int64(statement, 6) };
    }
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? STATUS_OK : fail(self, code, "read");
}

static struct letter letter_of(sqlite3_stmt *statement, struct arena *arena)
{
    const int size = sqlite3_column_bytes(statement, 11);
    return (struct letter){
        .id = (uint64_t)sqlite3_column_int64(statement, 0),
        .caller = text_of(statement, 1, arena),
        .venue_id = text_of(statement, 2, arena),
        .device = text_of(statement, 3, arena),
        .reason = text_of(statement, 4, arena),
        .field = text_of(statement, 5, arena),
        .message = text_of(statement, 6, arena),
        .received_ms = sqlite3_column_int64(statement, 7),
        .sequence = (uint64_t)sqlite3_column_int64(statement, 8),
        .form = (uint32_t)sqlite3_column_int64(statement, 9),
        .rows = (uint64_t)sqlite3_column_int64(statement, 10),
        .payload = { size ? arena_copy(arena, sqlite3_column_blob(statement, 11), (size_t)size)
                          : NULL,
                     (size_t)size },
    };
}

static enum status letters(struct telemetry_store *store, uint64_t after, uint32_t most,
                           struct arena *arena, struct letter_page *out)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    sqlite3_stmt *statement = self->letters;
    *out = (struct letter_page){ .letters = arena_array(arena, most, sizeof *out->letters) };
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)after);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)most + 1);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (out->count == most)
            out->more = true;
        else
            out->letters[out->count++] = letter_of(statement, arena);
    }
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? STATUS_OK : fail(self, code, "read");
}

/* ---- Opening and closing ----------------------------------------------------------------------
 */

static void close_store(struct telemetry_store *store)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    for (int step = 0; step <= SERIES_STEPS; step++) {
        sqlite3_finalize(self->merge[step]);
        sqlite3_finalize(self->series[step]);
    }
    sqlite3_finalize(self->add_letter);
    sqlite3_finalize(self->trim_letters);
    sqlite3_finalize(self->letters);
    sqlite3_finalize(self->remove_letter);
    sqlite3_close(self->db);
    free(self);
}

static int create_series(struct sqlite_store *self, int step)
{
    char sql[800];
    snprintf(sql, sizeof sql,
             "CREATE TABLE IF NOT EXISTS %s (name TEXT NOT NULL, at_s INTEGER NOT NULL,"
             " count INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL,"
             " last REAL NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (name, at_s))"
             " WITHOUT ROWID",
             tables[step]);
    int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    snprintf(sql, sizeof sql,
             "INSERT INTO %s VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
             " ON CONFLICT (name, at_s) DO UPDATE SET count = count + excluded.count,"
             " sum = sum + excluded.sum, min = min(min, excluded.min),"
             " max = max(max, excluded.max),"
             " last = iif(excluded.last_ms >= last_ms, excluded.last, last),"
             " last_ms = max(last_ms, excluded.last_ms)",
             tables[step]);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(self->db, sql, -1, &self->merge[step], NULL);
    snprintf(sql, sizeof sql,
             "SELECT at_s, count, sum, min, max, last, last_ms FROM %s"
             " WHERE name = ?1 AND at_s >= ?2 AND at_s < ?3 ORDER BY at_s LIMIT ?4",
             tables[step]);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(self->db, sql, -1, &self->series[step], NULL);
    return code;
}

static int create_letters(struct sqlite_store *self)
{
    char trim[200];
    snprintf(trim, sizeof trim,
             "DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC"
             " LIMIT 1 OFFSET %d)",
             LETTERS_MOST);
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } statements[] = {
        { &self->add_letter,
          "INSERT INTO dead_letter (caller, venue_id, device, reason, field, message,"
          " received_ms, sequence, form, rows, payload)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)" },
        { &self->trim_letters, trim },
        { &self->letters,
          "SELECT id, caller, venue_id, device, reason, field, message, received_ms, sequence,"
          " form, rows, payload FROM dead_letter WHERE id > ?1 ORDER BY id LIMIT ?2" },
        { &self->remove_letter, "DELETE FROM dead_letter WHERE id = ?1" },
    };
    int code =
        sqlite3_exec(self->db,
                     "CREATE TABLE IF NOT EXISTS dead_letter (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                     " received_ms INTEGER NOT NULL, caller TEXT NOT NULL, venue_id TEXT NOT NULL,"
                     " device TEXT NOT NULL, sequence INTEGER NOT NULL, form INTEGER NOT NULL,"
                     " rows INTEGER NOT NULL, reason TEXT NOT NULL, field TEXT NOT NULL,"
                     " message TEXT NOT NULL, payload BLOB)",
                     NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0] && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v2(self->db, statements[i].sql, -1, statements[i].statement, NULL);
    return code;
}

static int prepare(struct sqlite_store *self)
{
    char set_up[200];
    snprintf(set_up, sizeof set_up,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA user_version = %d",
             FORMAT);
    sqlite3_busy_timeout(self->db, BUSY_MS);
    int code = sqlite3_exec(self->db, set_up, NULL, NULL, NULL);
    for (int step = SERIES_SECOND; step <= SERIES_HOUR && code == SQLITE_OK; step++)
        code = create_series(self, step);
    return code == SQLITE_OK ? create_letters(self) : code;
}

static struct sqlite_store *try_open(const char *path, int *code)
{
    static const struct telemetry_store_ops ops = { put,           series, letters,
                                                    remove_letter, prune,  close_store };
    struct sqlite_store *self = base_alloc(sizeof *self);
    self->store.ops = &ops;
    *code = path ? sqlite_open(path, false, &self->db) : sqlite3_open(":memory:", &self->db);
    if (*code == SQLITE_OK)
        *code = prepare(self);
    if (*code == SQLITE_OK)
        return self;
    close_store(&self->store);
    return NULL;
}

struct telemetry_store *sqlite_telemetry_store_open(const char *directory, char *why,
                                                    size_t why_size)
{
    char path[PATH_MAX + 16], aside[PATH_MAX + 32], wal[PATH_MAX + 32];
    int code;
    snprintf(path, sizeof path, "%.*s/telemetry.db", PATH_MAX - 1, directory ? directory : "");
    snprintf(aside, sizeof aside, "%s.damaged", path);
    snprintf(wal, sizeof wal, "%s-wal", path);
    struct sqlite_store *self = try_open(directory ? path : NULL, &code);
    const int basic = code & 0xff;
    if (!self && (basic == SQLITE_NOTADB || basic == SQLITE_CORRUPT) && rename(path, aside) == 0) {
        remove(wal);
        self = try_open(path, &code);
    }
    if (self)
        return &self->store;
    snprintf(why, why_size, "cannot open %.200s: %s", path, sqlite3_errstr(code));
    return NULL;
}
