#include "server/adapters/sqlite/checkpoint.h"

#include "server/adapters/sqlite/open.h"

enum {
    PASS_PAGES = 1000, /* New ones in the log (4 KiB each) that are worth a pass. */
    /* The log begins anew when a commit finds all of it in the file. Under load there is always
     * some that came during the pass: from this length on the next commit moves that itself. */
    LOG_PAGES_MOST = 8000
};

static bool is_due(const struct checkpoint *checkpoint)
{
    return checkpoint->pages - checkpoint->passed >= PASS_PAGES && checkpoint->code == SQLITE_OK;
}

/* Readers elsewhere (`tifo digest`) may keep the file from being written: another time then. */
static int pass(sqlite3 *db)
{
    const int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ? SQLITE_OK : code;
}

static void *work(void *ctx)
{
    struct checkpoint *checkpoint = ctx;
    struct worker *worker = &checkpoint->worker;
    worker_lock(worker);
    while (!worker->stopping) {
        if (!is_due(checkpoint)) {
            worker_wait(worker, WORKER_NEVER);
            continue;
        }
        checkpoint->passed = checkpoint->pages;
        worker_unlock(worker);
        const int code = pass(checkpoint->db);
        worker_lock(worker);
        checkpoint->code = code;
        checkpoint->fresh = true;
    }
    worker_unlock(worker);
    return NULL;
}

/* True: a pass has just ended, and the log is long. */
static bool take_note(struct checkpoint *checkpoint, int pages)
{
    worker_lock(&checkpoint->worker);
    checkpoint->pages = pages;
    if (pages < checkpoint->passed) /* It has begun anew. */
        checkpoint->passed = 0;
    if (is_due(checkpoint))
        worker_wake(&checkpoint->worker);
    const bool ends = pages >= LOG_PAGES_MOST && checkpoint->fresh && !checkpoint->code;
    checkpoint->fresh = false;
    worker_unlock(&checkpoint->worker);
    return ends;
}

static int after_commit(void *ctx, sqlite3 *appends, const char *name, int pages)
{
    struct checkpoint *checkpoint = ctx;
    (void)name;
    if (!take_note(checkpoint, pages))
        return SQLITE_OK;
    const int code = pass(appends);
    if (code != SQLITE_OK) {
        worker_lock(&checkpoint->worker);
        checkpoint->code = code;
        worker_unlock(&checkpoint->worker);
    }
    return SQLITE_OK; /* The commit holds; checkpoint_code() says the rest. */
}

int checkpoint_start(struct checkpoint *checkpoint, const char *path, sqlite3 *appends)
{
    worker_init(&checkpoint->worker);
    int code = sqlite_open(path, false, &checkpoint->db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(checkpoint->db, "PRAGMA synchronous = FULL;", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    if (!worker_start(&checkpoint->worker, "checkpoint", work, checkpoint))
        return -1;
    sqlite3_wal_hook(appends, after_commit, checkpoint);
    return SQLITE_OK;
}

void checkpoint_stop(struct checkpoint *checkpoint)
{
    if (!checkpoint->db)
        return;
    worker_stop(&checkpoint->worker);
    worker_fini(&checkpoint->worker);
    sqlite3_close(checkpoint->db);
    checkpoint->db = NULL;
}

int checkpoint_code(struct checkpoint *checkpoint)
{
    worker_lock(&checkpoint->worker);
    const int code = checkpoint->code;
    worker_unlock(&checkpoint->worker);
    return code;
}
