/* The worker that appends: what waits goes into one transaction. In between it reads rows again. */
#include "server/adapters/sqlite/state.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* ---- Rows that are read again ----------------------------------------------------------------
 */

static void fetch_one(struct sqlite_journal *self, struct journal_fetch *fetch)
{
    sqlite3_stmt *find = self->find;
    char why[JOURNAL_WHY_SIZE] = "";
    struct journal_row row = { 0 };
    uint64_t chain = 0;
    sqlite3_bind_text(find, 1, self->partition, -1, SQLITE_STATIC);
    sqlite3_bind_int64(find, 2, (sqlite3_int64)fetch->seq);
    int code = chain_before(self, fetch->seq, &chain);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        code = sqlite3_step(find);
    if (code == SQLITE_ROW)
        row = row_read(find);
    enum status status = STATUS_OK;
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        status = sqlite_status(self, code, "read", why, sizeof(why));
    } else if (code == SQLITE_DONE || chain_next(chain, self->partition, &row) !=
                                          (uint64_t)sqlite3_column_int64(find, 4)) {
        status = STATUS_JOURNAL_CORRUPT;
        snprintf(why, sizeof(why),
                 "%.200s/journal.db is damaged at seq %llu; restore it from a backup",
                 self->directory, (unsigned long long)fetch->seq);
    }
    fetch->done(fetch, status, status == STATUS_OK ? &row : NULL, why);
    sqlite3_reset(find);
}

static void fetch_all(struct sqlite_journal *self, struct journal_fetch *first)
{
    while (first) {
        struct journal_fetch *fetch = first;
        first = fetch->next; /* done() may free it. */
        fetch_one(self, fetch);
    }
}

void appender_fetch(struct journal *journal, struct journal_fetch *fetch)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    assert(!self->read_only);
    fetch->next = NULL;
    worker_lock(&self->worker);
    *self->fetch_end = fetch;
    self->fetch_end = &fetch->next;
    worker_wake(&self->worker);
    worker_unlock(&self->worker);
}

/* ---- The worker ------------------------------------------------------------------------------
 */

static void *work(void *arg)
{
    struct sqlite_journal *self = arg;
    enum status status = STATUS_OK; /* Once it is another, it stays. */
    char why[JOURNAL_WHY_SIZE] = "";
    worker_lock(&self->worker);
    for (;;) {
        while (!self->first && !self->first_fetch && !self->worker.stopping)
            worker_wait(&self->worker, WORKER_NEVER);
        struct journal_append *first = self->first;
        struct journal_fetch *fetches = self->first_fetch;
        if (!first && !fetches)
            break;
        self->first = NULL;
        self->end = &self->first;
        self->first_fetch = NULL;
        self->fetch_end = &self->first_fetch;
        worker_unlock(&self->worker);

        if (first && status == STATUS_OK) {
            int code = checkpoint_code(&self->checkpoint);
            if (code == SQLITE_OK)
                code = appends_write(self, first);
            if (code != SQLITE_OK)
                status = sqlite_status(self, code, "write", why, sizeof(why));
        }
        if (status != STATUS_OK) {
            worker_lock(&self->worker);
            self->failed = true;
            worker_unlock(&self->worker);
        }
        appends_complete(first, status, why);
        fetch_all(self, fetches);
        worker_lock(&self->worker);
    }
    worker_unlock(&self->worker);
    return NULL;
}

enum status appender_append(struct journal *journal, struct journal_append *append)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    assert(append->count > 0 && !self->read_only);
    append->next = NULL;
    worker_lock(&self->worker);
    bool failed = self->failed;
    if (!failed) {
        *self->end = append;
        self->end = &append->next;
        worker_wake(&self->worker);
    }
    worker_unlock(&self->worker);
    return failed ? STATUS_JOURNAL_FAILED : STATUS_OK;
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
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(
            self->db, "SELECT " ROW_COLUMNS " FROM journal WHERE partition = ?1 AND seq = ?2", -1,
            &self->find, NULL);
    return code == SQLITE_OK ? STATUS_OK : sqlite_status(self, code, "read", why, why_size);
}

enum status appender_start(struct sqlite_journal *self, char *why, size_t why_size)
{
    enum status status = appends_prepare(self, why, why_size);
    if (status != STATUS_OK)
        return status;
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/journal.db", self->directory);
    const int code = checkpoint_start(&self->checkpoint, path, self->db);
    if (code > SQLITE_OK)
        return sqlite_status(self, code, "open", why, why_size);
    if (code == SQLITE_OK && worker_start(&self->worker, "journal", work, self))
        return STATUS_OK;
    snprintf(why, why_size, "cannot start the journal's thread: %s", strerror(errno));
    return STATUS_JOURNAL_CANNOT_OPEN;
}

void appender_stop(struct sqlite_journal *self)
{
    worker_stop(&self->worker);
    checkpoint_stop(&self->checkpoint);
    sqlite3_finalize(self->insert);
    sqlite3_finalize(self->set_end);
    sqlite3_finalize(self->find);
}
