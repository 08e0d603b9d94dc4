/*
 * For a database that can be made anew: it is written without waiting for the disk, and a mark in
 * it says in which run of the machine. A crash of the program takes nothing of it then; after one
 * of the machine nobody knows what the disk has, and the mark is of another run.
 */
#ifndef ADAPTERS_SQLITE_BOOT_MARK_H
#define ADAPTERS_SQLITE_BOOT_MARK_H

#include <sqlite3.h>
#include <stdbool.h>

/* In the transaction that makes the tables. */
#define BOOT_MARK_TABLE                                                                            \
    "CREATE TABLE boot_mark (boot TEXT NOT NULL);"                                                 \
    "INSERT INTO boot_mark VALUES ('');"

/* *lost: the machine stopped while it was written. Else it is marked, and from now on a commit does
 * not wait for the disk (it does where the machine has no name for its run). SQLite's code. */
int boot_mark_set(sqlite3 *db, bool *lost);
/* All of it is on the disk now, and the mark is taken off; or it stays. No transaction is open. */
void boot_mark_clear(sqlite3 *db);

#endif
