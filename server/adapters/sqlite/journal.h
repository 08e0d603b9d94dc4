/*
 * The journal in one SQLite file, `journal.db`: WAL, synchronous=FULL, one transaction a turn,
 * written by a thread of its own. Any sqlite3 can read it:
 *
 *     SELECT seq, kind, time_ms, hex(payload) FROM journal;     -- payload: tifo.v1.Fact
 */
#ifndef ADAPTERS_SQLITE_JOURNAL_H
#define ADAPTERS_SQLITE_JOURNAL_H

#include "server/ports/journal.h"

struct sqlite_journal_options {
    const char *directory; /* Exists. */
    const char *partition; /* NULL: "venue". */
    bool read_only; /* For `tifod digest`: appends are refused, a running server is left alone. */
};

/* Opens it, or makes a new one. JOURNAL_LOCKED while another server has it open; JOURNAL_FORMAT,
 * JOURNAL_CORRUPT, JOURNAL_CANNOT_OPEN otherwise, with a sentence in `why` (JOURNAL_WHY_SIZE). */
enum status sqlite_journal_open(const struct sqlite_journal_options *options, struct journal **out,
                                char *why, size_t why_size);

#endif
