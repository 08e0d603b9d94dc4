#include "server/adapters/sqlite/boot_mark.h"

#include <stdio.h>
#include <string.h>

enum { BOOT_SIZE = 37 }; /* A UUID and its end. */

static bool read_boot(char boot[BOOT_SIZE])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    const bool is_read = file && fread(boot, 1, BOOT_SIZE - 1, file) == BOOT_SIZE - 1;
    if (file)
        fclose(file);
    boot[is_read ? BOOT_SIZE - 1 : 0] = 0;
    return is_read;
}

/* *is: it is empty, or `boot`. */
static int compare(sqlite3 *db, const char *boot, bool *is)
{
    sqlite3_stmt *find = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT boot FROM boot_mark", -1, &find, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        const char *mark = (const char *)sqlite3_column_text(find, 0);
        *is = mark && (!*mark || strcmp(mark, boot) == 0);
    }
    sqlite3_finalize(find);
    return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

static int set(sqlite3 *db, const char *boot)
{
    char sql[80 + BOOT_SIZE];
    snprintf(sql, sizeof sql, "PRAGMA synchronous = FULL; UPDATE boot_mark SET boot = '%s';", boot);
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int boot_mark_set(sqlite3 *db, bool *lost)
{
    char boot[BOOT_SIZE];
    const bool is_named = read_boot(boot);
    bool is = true;
    int code = compare(db, boot, &is);
    *lost = !is;
    if (code != SQLITE_OK || *lost || !is_named)
        return code;
    code = set(db, boot);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA synchronous = OFF;", NULL, NULL, NULL);
    return code;
}

void boot_mark_clear(sqlite3 *db)
{
    char boot[BOOT_SIZE];
    /* A checkpoint that finds nothing to move does not wait for the disk either: here is something.
     */
    if (read_boot(boot) && set(db, boot) == SQLITE_OK &&
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
        set(db, "");
}
