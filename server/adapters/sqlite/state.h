/* The inside of the SQLite journal: journal.c opens and closes, append.c writes, read.c reads,
 * checkpoint.c keeps the log short. */
#ifndef ADAPTERS_SQLITE_STATE_H
#define ADAPTERS_SQLITE_STATE_H

#include "server/adapters/sqlite/checkpoint.h"
#include "server/adapters/sqlite/journal.h"
#include "server/base/worker.h"

#include <limits.h>
#include <sqlite3.h>

struct sqlite_journal {
    struct journal journal;
    char directory[PATH_MAX];
    char partition[65];
    bool read_only;
    int lock_fd; /* Held as long as the journal is open for writing; -1: none. */

    /* The worker's once it runs; before and between appends the opener's. */
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_stmt *set_end;
    sqlite3_stmt *find; /* A row and the chain before it. */
    uint64_t last_seq;
    uint64_t last_chain;

    struct checkpoint checkpoint;
    struct worker worker;
    /* Under its mutex: */
    struct journal_append *first, **end; /* Waiting. */
    struct journal_fetch *first_fetch, **fetch_end;
    bool failed;
};

/* What a row's chain value covers: itself and, through the one before, all before it. */
uint64_t chain_next(uint64_t chain, const char *partition, const struct journal_row *row);
/* Which status SQLite's code is; `why` names the file, SQLite's words, and what to do. */
enum status sqlite_status(const struct sqlite_journal *self, int code, const char *doing, char *why,
                          size_t why_size);

/* append.c */
enum status appender_start(struct sqlite_journal *self, char *why, size_t why_size);
void appender_stop(struct sqlite_journal *self); /* Waits for what is under way. */
enum status appender_append(struct journal *journal, struct journal_append *append);
void appender_fetch(struct journal *journal, struct journal_fetch *fetch);

/* read.c */
#define ROW_COLUMNS "seq, kind, time_ms, payload, chain"
/* The row that a statement with ROW_COLUMNS stands on; valid until it moves. */
struct journal_row row_read(sqlite3_stmt *statement);
enum status reader_read(struct journal *journal, uint64_t from_seq, journal_visit *visit, void *ctx,
                        char *why, size_t why_size);
/* The chain value of the row before `seq`; SQLite's code. */
int chain_before(const struct sqlite_journal *self, uint64_t seq, uint64_t *chain);
/* Where the chain ends: SQLITE_ROW, SQLITE_DONE (nothing was appended yet), or an error. */
int end_read(const struct sqlite_journal *self, uint64_t *seq, uint64_t *chain);

#endif
