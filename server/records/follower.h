/*
 * Follows the journal into the records, on a thread of its own: reads what has become durable,
 * projects it, commits it with how far that went. Nobody waits for it, and it stops nobody: when
 * the records cannot be written it says so once, tries again every RECORDS_RETRY_MS, and makes them
 * anew from the journal when they are missing, damaged, of another format, or ahead of the journal.
 */
#ifndef RECORDS_FOLLOWER_H
#define RECORDS_FOLLOWER_H

#include "server/base/log.h"
#include "server/ports/journal.h"
#include "server/ports/records.h"

enum { RECORDS_RETRY_MS = 5000, FOLLOWER_JOBS_WAITING = 256 };

/* All stays the caller's and outlives the follower. */
struct follower_options {
    struct journal *journal; /* A reader of its own: nobody else uses it meanwhile. */
    struct records_place place;
    const struct log *log;
    uint64_t durable_seq; /* Where the journal ends now. */
    bool fresh;           /* Make the records anew, whatever is there. */
};

struct follower;
struct follower *follower_create(const struct follower_options *options);
void follower_destroy(
    struct follower *follower); /* Stopped, if it was started. NULL is accepted. */

/* Does what a thread would do next, on this one. False: nothing is left to do, or it failed. */
bool follower_step(struct follower *follower);

/* Lets a thread do it from now on. False: there is none to be had. */
bool follower_start(struct follower *follower);
/* Ends the thread after the transaction at hand. */
void follower_stop(struct follower *follower);
/* Any thread: the journal is durable up to here. */
void follower_durable(struct follower *follower, uint64_t seq);

/* Something that is read from the records, on the follower's thread, once they are as far as
 * `min_seq`. The caller's until run(), which may free it; `records` NULL: they cannot be used now.
 */
struct follower_job {
    void (*run)(struct follower_job *job, struct records *records);
    uint64_t min_seq;
    struct follower_job *next; /* The follower's. */
};
/* Any thread; those that have come by then are run when it stops, too. STATUS_INBOX_FULL,
 * STATUS_STOPPING: run() is never called. */
enum status follower_ask(struct follower *follower, struct follower_job *job);

struct follower_stats {
    uint64_t durable_seq, applied_seq; /* The difference is the lag in facts. */
    uint64_t rebuilds;                 /* Times that they were made anew. */
    enum status status;                /* Not STATUS_OK: degraded, for this reason. */
    char why[RECORDS_WHY_SIZE];
};
/* Any thread. */
void follower_stats(struct follower *follower, struct follower_stats *out);

#endif
