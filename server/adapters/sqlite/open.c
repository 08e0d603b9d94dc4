#include "server/adapters/sqlite/open.h"

#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

/* What is there already is not opened: closing it would drop the locks that this process has on it.
 * Failing is left to SQLite's open, which says why. */
static void make(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
}

/* Threads would meet at the counter's lock, whatever databases they use. Too late when somebody
 * else has used SQLite before: then it goes on counting. */
static void stop_counting(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int sqlite_open(const char *path, bool read_only, sqlite3 **db)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, stop_counting);
    if (!read_only)
        make(path);
    const int mode = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    return sqlite3_open_v2(path, db, mode | SQLITE_OPEN_NOMUTEX, NULL);
}
