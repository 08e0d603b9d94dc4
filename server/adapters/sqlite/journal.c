#include "server/adapters/sqlite/journal.h"

#include "server/adapters/sqlite/open.h"
#include "server/adapters/sqlite/state.h"
#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    FORMAT_VERSION = 1,          /* PRAGMA user_version */
    APPLICATION_ID = 0x5469666f, /* PRAGMA application_id: "Tifo" */
};

uint64_t chain_next(uint64_t chain, const char *partition, const struct journal_row *row)
{
    chain = hash_bytes(chain, partition, strlen(partition));
    chain = hash_word(chain, row->seq);
    chain = hash_word(chain, row->kind);
    chain = hash_word(chain, (uint64_t)row->time_ms);
    return hash_end(hash_bytes(chain, row->payload.data, row->payload.size));
}

enum status sqlite_status(const struct sqlite_journal *self, int code, const char *doing, char *why,
                          size_t why_size)
{
    enum status status = STATUS_JOURNAL_FAILED;
    const char *mend = "check the disk";
    /* Where SQLite makes a new file, a full disk is an error of another name. */
    bool full = sqlite3_system_errno(self->db) == ENOSPC;
    switch (full ? SQLITE_FULL : code & 0xff) {
    case SQLITE_FULL:
        status = STATUS_JOURNAL_FULL;
        mend = "make room and start again";
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
             sqlite3_errstr(full ? SQLITE_FULL : code), mend);
    return status;
}

/* One server a directory. The kernel drops the lock when its holder dies, however it dies. */
static enum status lock_take(struct sqlite_journal *self, char *why, size_t why_size)
{
    char path[PATH_MAX + 16];
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
             /* Where the chain ends, so that a lost tail is noticed. */
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
    char path[PATH_MAX + 16];
    snprintf(path, sizeof(path), "%s/journal.db", self->directory);
    int code = sqlite_open(path, self->read_only, &self->db);
    if (code == SQLITE_OK && !self->read_only)
        code = sqlite3_exec(self->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", NULL,
                            NULL, NULL);
    if (code != SQLITE_OK)
        return sqlite_status(self, code, "open", why, why_size);
    /* `tifod digest` and sqlite3 may read while we write; a checkpoint of theirs is short. */
    sqlite3_busy_timeout(self->db, 2000);
    return format_check(self, why, why_size);
}

static void sqlite_close(struct journal *journal)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    appender_stop(self);
    worker_fini(&self->worker);
    sqlite3_close(self->db); /* The last one out moves the WAL into the file. */
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    free(self);
}

enum status sqlite_journal_open(const struct sqlite_journal_options *options, struct journal **out,
                                char *why, size_t why_size)
{
    static const struct journal_ops ops = { appender_append, appender_fetch, reader_read,
                                            sqlite_close };
    const char *partition = options->partition ? options->partition : "venue";
    struct sqlite_journal *self = base_alloc(sizeof(*self));
    self->journal.ops = &ops;
    self->read_only = options->read_only;
    self->lock_fd = -1;
    self->end = &self->first;
    self->fetch_end = &self->first_fetch;
    worker_init(&self->worker);
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
        status = appender_start(self, why, why_size);
    if (status != STATUS_OK) {
        sqlite_close(&self->journal);
        return status;
    }
    *out = &self->journal;
    return STATUS_OK;
}
