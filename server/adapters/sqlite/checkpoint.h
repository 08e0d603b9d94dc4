/*
 * Moves what a journal's write-ahead log holds into its file, beside the appends: an append that
 * did it would keep everybody waiting for as long as megabytes take to the disk.
 */
#ifndef ADAPTERS_SQLITE_CHECKPOINT_H
#define ADAPTERS_SQLITE_CHECKPOINT_H

#include "server/base/worker.h"

#include <sqlite3.h>
#include <stdbool.h>

struct checkpoint {
    sqlite3 *db; /* A connection of its own. */
    struct worker worker;
    /* Under its mutex: */
    int pages;  /* In the log after the last commit. */
    int passed; /* Of these, what the last pass began with. */
    bool fresh; /* A pass has ended, and no commit has made use of it yet. */
    int code;   /* SQLite's, of the first pass that failed. */
};

/* Looks at each commit of `appends` to the database at `path` from now on. SQLite's code; or -1,
 * there is no thread to be had, and errno says why. In any case checkpoint_stop() is due. */
int checkpoint_start(struct checkpoint *checkpoint, const char *path, sqlite3 *appends);
/* Before `appends` is closed. A second time, and of one never started (all zero): nothing. */
void checkpoint_stop(struct checkpoint *checkpoint);

/* SQLITE_OK, or why a pass failed: what the file lacks now nobody knows, so the log must be kept as
 * it is, and nothing more be written. */
int checkpoint_code(struct checkpoint *checkpoint);

#endif
