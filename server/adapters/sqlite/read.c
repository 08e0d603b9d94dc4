/* Reading follows the chain from its first row to its end. */
#include "server/adapters/sqlite/state.h"

#include <stdio.h>

int end_read(const struct sqlite_journal *self, uint64_t *seq, uint64_t *chain)
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

int chain_before(const struct sqlite_journal *self, uint64_t seq, uint64_t *chain)
{
    sqlite3_stmt *statement;
    int code =
        sqlite3_prepare_v2(self->db, "SELECT chain FROM journal WHERE partition = ?1 AND seq = ?2",
                           -1, &statement, NULL);
    *chain = 0;
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, self->partition, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq - 1);
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW)
            *chain = (uint64_t)sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return code;
}

struct journal_row row_read(sqlite3_stmt *statement)
{
    return (struct journal_row){
        .seq = (uint64_t)sqlite3_column_int64(statement, 0),
        .kind = (uint32_t)sqlite3_column_int64(statement, 1),
        .time_ms = sqlite3_column_int64(statement, 2),
        .payload = { sqlite3_column_blob(statement, 3),
                     (size_t)sqlite3_column_bytes(statement, 3) },
        .chain = (uint64_t)sqlite3_column_int64(statement, 4),
    };
}

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

/* Follows the chain from `chain`, the value before the first row, up to `end_seq`, whose value must
 * be `end_chain`. */
static enum status rows_read(const struct sqlite_journal *self, const struct reading *reading,
                             sqlite3_stmt *statement, uint64_t chain, uint64_t end_seq,
                             uint64_t end_chain)
{
    uint64_t seq = reading->from_seq - 1;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct journal_row row = row_read(statement);
        seq++;
        chain = chain_next(chain, self->partition, &row);
        if (row.seq != seq)
            return corrupt_at(self, seq, "the row is missing", reading->why, reading->why_size);
        if (chain != row.chain)
            return corrupt_at(self, seq, "the checksum is wrong", reading->why, reading->why_size);
        if (!reading->visit(reading->ctx, &row))
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

enum status reader_read(struct journal *journal, uint64_t from_seq, journal_visit *visit, void *ctx,
                        char *why, size_t why_size)
{
    struct sqlite_journal *self = (struct sqlite_journal *)journal;
    const struct reading reading = { from_seq > 1 ? from_seq : 1, visit, ctx, why, why_size };
    sqlite3_stmt *statement = NULL;
    uint64_t chain, end_seq = 0, end_chain;
    /* One transaction: rows and end are of the same moment, also beside a running server. */
    int code = sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = end_read(self, &end_seq, &end_chain);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        code = chain_before(self, reading.from_seq, &chain);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        code = sqlite3_prepare_v2(self->db,
                                  "SELECT " ROW_COLUMNS " FROM journal "
                                  "WHERE partition = ?1 AND seq >= ?2 ORDER BY seq",
                                  -1, &statement, NULL);
    enum status status = STATUS_OK;
    if (code != SQLITE_OK) {
        status = sqlite_status(self, code, "read", why, why_size);
    } else if (reading.from_seq <= end_seq + 1) {
        sqlite3_bind_text(statement, 1, self->partition, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)reading.from_seq);
        status = rows_read(self, &reading, statement, chain, end_seq, end_chain);
    }
    sqlite3_finalize(statement);
    sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    return status;
}
