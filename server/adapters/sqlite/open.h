/* Files that hold who bought what. */
#ifndef ADAPTERS_SQLITE_OPEN_H
#define ADAPTERS_SQLITE_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>

/* Opens a database; SQLite's code, and *db is to be closed in any case. A file that is not there is
 * made, for its owner alone to read and write (0600): SQLite would take what the umask leaves of
 * 0644, and gives -wal and -shm the mode of the file.
 *
 * One thread at a time uses *db, and what SQLite allocates is not counted: neither takes locks. */
int sqlite_open(const char *path, bool read_only, sqlite3 **db);

#endif
