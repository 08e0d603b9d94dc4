/*
 * The records in one SQLite file, `records.db`: WAL, so that any sqlite3 may read it while tifod
 * runs. `applied` has one row: seq and format. What is in it can be made anew from the journal.
 */
#ifndef ADAPTERS_SQLITE_RECORDS_H
#define ADAPTERS_SQLITE_RECORDS_H

#include "server/ports/records.h"

/* `directory` exists, and outlives the place. */
struct records_place sqlite_records_place(const char *directory);

#endif
