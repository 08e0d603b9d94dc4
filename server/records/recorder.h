/*
 * Keeps what telemetry leaves behind: takes the time series out of the intake each second, and the
 * dead letters as they come, and writes both in one transaction, on a thread of its own. What is
 * asked of the store is done there, too, after what was waiting has been written. Nobody waits
 * for it but who asks; when the store cannot be written what was due is dropped and counted, and
 * the next second tries again.
 */
#ifndef RECORDS_RECORDER_H
#define RECORDS_RECORDER_H

#include "server/base/log.h"
#include "server/ports/telemetry_store.h"

enum {
    RECORDER_LETTERS_WAITING = 1024, /* More within a second are dropped, and counted. */
    RECORDER_JOBS_WAITING = 256,
};

/* All stays the caller's and outlives the recorder. */
struct recorder_options {
    struct telemetry_store *store;
    const struct log *log;
    /* The recorder's thread: buckets that are due, in the arena. *dropped: readings that were
     * lost before. May be NULL. */
    void (*take)(void *ctx, struct arena *arena, struct series_bucket **buckets, uint32_t *count,
                 uint64_t *dropped);
    int64_t (*now_ms)(void *ctx); /* Stadium time, for what is too old to keep. */
    void *ctx;
    /* What stats tell while writing goes well: not STATUS_OK for a store that keeps nothing over
     * a restart, because the one that would cannot be used. */
    enum status standing;
};

struct recorder;
struct recorder *recorder_create(const struct recorder_options *options);
/* Writes what is waiting, on this thread if none was started. NULL is accepted. */
void recorder_destroy(struct recorder *recorder);
/* Lets a thread do it from now on; without one it is done inside recorder_post(). False: there is
 * none to be had. */
bool recorder_start(struct recorder *recorder);
/* Ends the thread after all that was posted. */
void recorder_stop(struct recorder *recorder);

/* Any thread; copied. False: too many wait, and it was dropped. */
bool recorder_letter(struct recorder *recorder, const struct letter *letter);

/* Something that reads the store or changes letters. The caller's until run(), which may free it.
 */
struct recorder_job {
    void (*run)(struct recorder_job *job, struct telemetry_store *store);
    struct recorder_job *next; /* The recorder's. */
};
/* Any thread. STATUS_INBOX_FULL: too many wait, and run() is never called. */
enum status recorder_post(struct recorder *recorder, struct recorder_job *job);

struct recorder_stats {
    uint64_t points, points_dropped; /* Readings in time series. */
    uint64_t letters, letters_dropped;
    enum status status; /* Not STATUS_OK: the last write failed. */
};
void recorder_stats(struct recorder *recorder, struct recorder_stats *out);

#endif
