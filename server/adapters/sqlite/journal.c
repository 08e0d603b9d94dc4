#include "server/adapters/sqlite/journal.h"

#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    FORMAT_VERSION = 1,          /* PRAGMA user_version */
    APPLICATION_ID = 0x5469666f, /* PRAGMA application_id: "Tifo" */
    PATH_SIZE = 4096,
};

struct sqlite_journal {
    struct journal journal;
    char directory[PATH_SIZE];
    char partition[65];
    bool read_only;
    int lock_fd; /* Held as long as the journal is open for writing; -1: none. */

    /* The worker's once it runs; before and between appends the opener's. */
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_stmt *set_end;
    uint64_t last_seq;
    uint64_t last_chain;

    bool worker_started;
    pthread_t worker;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    /* Under the mutex: */
    struct journal_append *first, **end; /* Waiting. */
    bool closing;
    bool failed;
};

/* What a row's chain value covers: itself and, through the one before, all before it. */
static uint64_t chain_next(uint64_t chain, const char *partition, const struct journal_row *row)
{
    chain = hash_bytes(chain, partition, strlen(partition));
    chain = hash_word(chain, row->seq);
    chain = hash_word(chain, row->kind);
    chain = hash_word(chain, (uint64_t)row->time_ms);
    return hash_end(hash_bytes(chain, row->payload.data, row->payload.size));
}

/* Which status SQLite's code is; `why` names the file, SQLite's words, and what to do. */
static enum status sqlite_status(const struct sqlite_journal *self, int code, const char *doing,
                                 char *why, size_t why_size)
{
    enum status status = STATUS_JOURNAL_FAILED;
    const char *mend = "check the disk";
    switch (code & 0xff) {
    case SQLITE_FULL:
        status = STATUS_JOURNAL_FULL;
        mend = "the disk is full: make room and start again";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        status = STATUS_JOURNAL_CORRUPT;
        mend = "restore it from a backup";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = STATUS_JOURNAL_LOCKED;
        mend = "another program writes to it: stop that first";
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        status = STATUS_JOURNAL_CANNOT_OPEN;
        mend = "check that the directory exists and may be written";
        break;
    }
    snprintf(why, why_size, "cannot %s %.160s/journal.db: %s; %s", doing, self->directory,
             sqlite3_errstr(code), mend);
    return status;
}

/* ---- Opening -----------------------------------------------------------------------------------
 */

/* One server a directory. The kernel drops the lock when its holder dies, however it dies. */
static enum status lock_take(struct sqlite_journal *self, char *why, size_t why_size)
{
    char path[PATH_SIZE + 16];
    snprintf(path, sizeof(path), "%s/journal.lock", self->directory);
    self->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (self->lock_fd < 0) {
        snprintf(why, why_size,
                 "cannot open %.200s: %s; check that the directory exists and may be written", path,
                 strerror(errno));
        return errno == ENOSPC ? STATUS_JOURNAL_FULL : STATUS_JOURNAL_CANNOT_OPEN;
    }
    if (flock(self->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        snprintf(why, why_size,
                 "another server uses %.200s; stop it or choose another data directory",
                 self->directory);
        return STATUS_JOURNAL_LOCKED;
    }
    return STATUS_OK;
}

/* The first number a query yields; SQLITE_ROW, or SQLite's error. */
static int query_number(sqlite3 *db, const char *sql, sqlite3_int64 *number)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code;
}

static int format_create(sqlite3 *db)
{
    char sql[1024];
    snprintf(sql, sizeof(sql),
             "BEGIN IMMEDIATE;"
             "CREATE TABLE journal ("
             " partition TEXT NOT NULL,"
             " seq INTEGER NOT NULL,"     /* Counts facts from 1. */
             " kind INTEGER NOT NULL,"    /* Field number in tifo.v1.Fact. */
             " time_ms INTEGER NOT NULL," /* Stadium time, Unix milliseconds. */
             " payload BLOB NOT NULL,"    /* One tifo.v1.Fact. */
             " chain INTEGER NOT NULL,"   /* Checksum of this row and of the chain before it. */
             " PRIMARY KEY (partition, seq)"
             ") WITHOUT ROWID;"
             /* Where the chain ends, so that a lost tail is missed. */
             "CREATE TABLE journal_end ("
             " partition TEXT PRIMARY KEY NOT NULL,"
             " seq INTEGER NOT NULL,"
             " chain INTEGER NOT NULL"
             ") WITHOUT ROWID;"
             "PRAGMA application_id = %d;"
             "PRAGMA user_version = %d;"
             "COMMIT;",
             APPLICATION_ID, FORMAT_VERSION);
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static enum status format_check(struct sqlite_journal *self, char *why, size_t why_size)
{
    sqlite3_int64 tables = 0, application = 0, version = 0;
    int code = query_number(self->db, "SELECT count(*) FROM sqlite_master", &tables);
    if (code == SQLITE_ROW)
        code = query_number(self->db, "PRAGMA application_id", &application);
    if (code == SQLITE_ROW)
        code = query_number(self->db, "PRAGMA user_version", &version);
    if (code != SQLITE_ROW)
        return sqlite_status(self, code, "read", why, why_size);
    if (tables == 0 && application == 0 && version == 0 && !self->read_only) {
        code = format_create(self->db);
        return code == SQLITE_OK ? STATUS_OK : sqlite_status(self, code, "create", why, why_size);
    }
    if (application != APPLICATION_ID) {
        snprintf(why, why_size,
                 "%.200s/journal.db is not a journal of Tifo; choose another data directory",
                 self->directory);
        return STATUS_JOURNAL_FORMAT;
    }
    if (version != FORMAT_VERSION) {
        snprintf(why, why_size,
                 "%.200s/journal.db has format %lld, this program reads format %d; use the tifod "
                 "that wrote it",
                 self->directory, (long long)version, FORMAT_VERSION);
        return STATUS_JOURNAL_FORMAT;
    }
    return STATUS_OK;
}

static enum status database_open(struct sqlite_journal *self, char *why, size_t why_size)
{
    char path[PATH_SIZE + 16];
    snprintf(path, sizeof(path), "%s/journal.db", self->directory);
    int flags = self->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(path, &self->db, flags, NULL);
    if (code == SQLITE_OK && !self->read_only)
        code = sqlite3_exec(self->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", NULL,
                            NULL, NULL);
    if (code != SQLITE_OK)
        return sqlite_status(self, code, "open", why, why_size);
    /* `tifod digest` and sqlite3 may read while we write; a checkpoint of theirs is short. */
    sqlite3_busy_timeout(self->db, 2000);
    return format_check(self, why, why_size);
}

/* SQLITE_ROW, SQLITE_DONE (nothing was appended yet), or an error. */
static int end_read(const struct sqlite_journal *self, uint64_t *seq, uint64_t *chain)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(
        self->db, "SELECT seq, chain FROM journal_end WHERE partition = ?1", -1, &statement, NULL);
    *seq = *chain = 0;
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, self->partition, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            *seq = (uint64_t)sqlite3_column_int64(statement, 0);
            *chain = (uint64_t)sqlite3_column_int64(statement, 1);
        }
    }
    sqlite3_finalize(statement);
    return code;
}

static enum status appends_prepare(struct sqlite_journal *self, char *why, size_t why_size)
{
    int code = end_read(self, &self->last_seq, &self->last_chain);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        code = sqlite3_prepare_v2(self->db,
                                  "INSERT INTO journal (partition, seq, kind, time_ms, payload, "
                                  "chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                  -1, &self->insert, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(self->db,
                                  "INSERT OR REPLACE INTO journal_end (partition, seq, chain) "
                                  "VALUES (?1, ?2, ?3)",
                                  -1, &self->set_end, NULL);
    return code == SQLITE_OK ? STATUS_OK : sqlite_status(self, code, "read", why, why_size);
}

/* ---- Appending: the worker ---------------------------------------------------------------------
 */

static int row_insert(struct sqlite_journal *self, const struct journal_row *row)
{
    sqlite3_stmt *insert = self->insert;
    assert(row->seq == self->last_seq + 1);
    self->last_chain = chain_next(self->last_chain, self->partition, row);
    self->last_seq = row->seq;
    sqlite3_bind_text(insert, 1, self->partition, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)row->seq);
    sqlite3_bind_int64(insert, 3, row->kind);
    sqlite3_bind_int64(insert, 4, row->time_ms);
    sqlite3_bind_blob64(insert, 5, row->payload.size ? (const void *)row->payload.data : "",
                        row->payload.size, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, (sqlite3_int64)self->last_chain);
    int code = sqlite3_step(insert);
    sqlite3_reset(insert);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int end_write(struct sqlite_journal *self)
{
    sqlite3_bind_text(self->set_end, 1, self->partition, -1, SQLITE_STATIC);
    sqlite3_bind_int64(self->set_end, 2, (sqlite3_int64)self->last_seq);
    sqlite3_bind_int64(self->set_end, 3, (sqlite3_int64)self->last_chain);
    int code = sqlite3_step(self->set_end);
    sqlite3_reset(self->set_end);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* All that waited goes into one transaction: whole turns, one fsync. */
static int appends_write(struct sqlite_journal *self, const struct journal_append *first)
{
    int code = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (const struct journal_append *append = first; append && code == SQLITE_OK;
         append = append->next) {
        for (uint32_t i = 0; i < append->count && code == SQLITE_OK; i++)
            code = row_insert(self, &append->rows[i]);
    }
    sqlite3_clear_bindings(self->insert);
    if (code == SQLITE_OK)
        code = end_write(self);
    if (code == SQLITE_OK)
        code = sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static void appends_complete(struct journal_append *first, enum status status, const char *why)
{
    while (first) {
        struct journal_append *append = first;
        first = append->next; /* done() may free it. */
        append->done(append, status, why);
    }
}

static void *work(void *arg)
{
    struct sqlite_journal *self = arg;
    enum status status = STATUS_OK; /* Once it is another, it stays. */
    char why[JOURNAL_WHY_SIZE] = "";
    pthread_mutex_lock(&self->mutex);
    for (;;) {
        while (!self->first && !self->closing)
            pthread_cond_wait(&self->wake, &self->mutex);
        struct journal_append *first = self->first;
        if (!first)
            break;
        self->first = NULL;
        self->end = &self->first;
        pthread_mutex_unlock(&self->mutex);

        if (status == STATUS_OK) {
            int code = appends_write(self, first);
            if (code != SQLITE_OK)
                status = sqlite_status(self, code, "write", why, sizeof(why));
        }
        if (status != STATUS_OK) {
            pthread_mutex_lock(&self->mutex);
            self->failed = true;
            pthread_mutex_unlock(&self->mutex);
        }
        appends_complete(first, status, why);
        pthread_mutex_lock(&self->mutex);
    }
    pthread_mutex_unlock(&self->mutex);
    return NULL;
}

static enum status sqlite_append(struct journal *journal, struct journal_append *append)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    assert(append->count > 0 && !self->read_only);
    append->next = NULL;
    pthread_mutex_lock(&self->mutex);
    bool failed = self->failed;
    if (!failed) {
        *self->end = append;
        self->end = &append->next;
        pthread_cond_signal(&self->wake);
    }
    pthread_mutex_unlock(&self->mutex);
    return failed ? STATUS_JOURNAL_FAILED : STATUS_OK;
}

/* ---- Reading -----------------------------------------------------------------------------------
 */

static enum status corrupt_at(const struct sqlite_journal *self, uint64_t seq, const char *what,
                              char *why, size_t why_size)
{
    snprintf(why, why_size,
             "%.200s/journal.db is damaged at seq %llu: %s; restore it from a backup",
             self->directory, (unsigned long long)seq, what);
    return STATUS_JOURNAL_CORRUPT;
}

struct reading {
    uint64_t from_seq;
    journal_visit *visit;
    void *ctx;
    char *why;
    size_t why_size;
};

/* Follows the chain up to `end_seq`, whose value must be `end_chain`. */
static enum status rows_read(const struct sqlite_journal *self, const struct reading *reading,
                             sqlite3_stmt *statement, uint64_t end_seq, uint64_t end_chain)
{
    uint64_t chain = 0, seq = 0;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct journal_row row = {
            .seq = (uint64_t)sqlite3_column_int64(statement, 0),
            .kind = (uint32_t)sqlite3_column_int64(statement, 1),
            .time_ms = sqlite3_column_int64(statement, 2),
            .payload = { sqlite3_column_blob(statement, 3),
                         (size_t)sqlite3_column_bytes(statement, 3) },
        };
        seq++;
        chain = chain_next(chain, self->partition, &row);
        if (row.seq != seq)
            return corrupt_at(self, seq, "the row is missing", reading->why, reading->why_size);
        if (chain != (uint64_t)sqlite3_column_int64(statement, 4))
            return corrupt_at(self, seq, "the checksum is wrong", reading->why, reading->why_size);
        if (seq >= reading->from_seq && !reading->visit(reading->ctx, &row))
            return STATUS_OK;
    }
    if ((code & 0xff) == SQLITE_CORRUPT)
        return corrupt_at(self, seq + 1, sqlite3_errstr(code), reading->why, reading->why_size);
    if (code != SQLITE_DONE)
        return sqlite_status(self, code, "read", reading->why, reading->why_size);
    if (seq != end_seq || chain != end_chain)
        return corrupt_at(self, seq + 1, "the journal does not end here", reading->why,
                          reading->why_size);
    return STATUS_OK;
}

static enum status sqlite_read(struct journal *journal, uint64_t from_seq, journal_visit *visit,
                               void *ctx, char *why, size_t why_size)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    const struct reading reading = { from_seq, visit, ctx, why, why_size };
    sqlite3_stmt *statement = NULL;
    uint64_t end_seq, end_chain;
    /* One transaction: rows and end are of the same moment, also beside a running server. */
    int code = sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = end_read(self, &end_seq, &end_chain);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        code = sqlite3_prepare_v2(self->db,
                                  "SELECT seq, kind, time_ms, payload, chain FROM journal "
                                  "WHERE partition = ?1 ORDER BY seq",
                                  -1, &statement, NULL);
    enum status status;
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, self->partition, -1, SQLITE_STATIC);
        status = rows_read(self, &reading, statement, end_seq, end_chain);
    } else {
        status = sqlite_status(self, code, "read", why, why_size);
    }
    sqlite3_finalize(statement);
    sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    return status;
}

/* ---- Life --------------------------------------------------------------------------------------
 */

static void sqlite_close(struct journal *journal)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    if (self->worker_started) {
        pthread_mutex_lock(&self->mutex);
        self->closing = true;
        pthread_cond_signal(&self->wake);
        pthread_mutex_unlock(&self->mutex);
        pthread_join(self->worker, NULL);
    }
    pthread_cond_destroy(&self->wake);
    pthread_mutex_destroy(&self->mutex);
    sqlite3_finalize(self->insert);
    sqlite3_finalize(self->set_end);
    sqlite3_close(self->db); /* The last one out moves the WAL into the file. */
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    free(self);
}

static enum status worker_start(struct sqlite_journal *self, char *why, size_t why_size)
{
    int error = pthread_create(&self->worker, NULL, work, self);
    if (error != 0) {
        snprintf(why, why_size, "cannot start the journal's thread: %s", strerror(error));
        return STATUS_JOURNAL_CANNOT_OPEN;
    }
    self->worker_started = true;
    return STATUS_OK;
}

enum status sqlite_journal_open(const struct sqlite_journal_options *options, struct journal **out,
                                char *why, size_t why_size)
{
    static const struct journal_ops ops = { sqlite_append, sqlite_read, sqlite_close };
    const char *partition = options->partition ? options->partition : "venue";
    struct sqlite_journal *self = base_alloc(sizeof(*self));
    self->journal.ops = &ops;
    self->read_only = options->read_only;
    self->lock_fd = -1;
    self->end = &self->first;
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->wake, NULL);
    assert(strlen(partition) < sizeof(self->partition));
    memcpy(self->partition, partition, strlen(partition) + 1);

    enum status status = STATUS_OK;
    *out = NULL;
    if (strlen(options->directory) >= sizeof(self->directory)) {
        snprintf(why, why_size, "the path of the data directory is too long");
        status = STATUS_JOURNAL_CANNOT_OPEN;
    } else {
        memcpy(self->directory, options->directory, strlen(options->directory) + 1);
    }
    if (status == STATUS_OK && !self->read_only)
        status = lock_take(self, why, why_size);
    if (status == STATUS_OK)
        status = database_open(self, why, why_size);
    if (status == STATUS_OK && !self->read_only)
        status = appends_prepare(self, why, why_size);
    if (status == STATUS_OK && !self->read_only)
        status = worker_start(self, why, why_size);
    if (status != STATUS_OK) {
        sqlite_close(&self->journal);
        return status;
    }
    *out = &self->journal;
    return STATUS_OK;
}
