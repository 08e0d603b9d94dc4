/*
 * Reads the journal for who asks about the past, on a thread of its own with a reader of its own.
 * What is asked is a task, done in small parts so that a long one holds up no short one.
 */
#ifndef HISTORY_HISTORIAN_H
#define HISTORY_HISTORIAN_H

#include "server/ports/journal.h"

#include <stdbool.h>
#include <stdint.h>

struct historian;
struct history_task {
    /* Does a part of it, on the historian's thread. Returns when it wants to go on, machine time in
     * ms: now or before is at once; HISTORY_PARKED: when it is woken; HISTORY_DONE: it is over, and
     * has given back its memory. */
    int64_t (*run)(struct history_task *task, struct historian *historian, int64_t now_ms);
    /* Ends it instead: the historian closes. */
    void (*end)(struct history_task *task);

    /* The historian's. */
    struct history_task *next;
    int64_t due_ms;
    bool woken;
};
#define HISTORY_DONE   INT64_MIN
#define HISTORY_PARKED INT64_MAX

enum { HISTORY_TASKS = 64 };

struct historian_options {
    struct journal *journal;      /* A reader: nobody else uses it. The caller's. */
    uint64_t durable_seq;         /* Where it ends now. */
    int64_t (*now_ms)(void *ctx); /* Machine time; NULL: the monotonic clock. */
    void *ctx;
};
struct historian *historian_create(const struct historian_options *options);
/* Ends all tasks. NULL is accepted. */
void historian_destroy(struct historian *historian);
/* Lets a thread do it. False: there is none to be had. */
bool historian_start(struct historian *historian);
/* Ends the thread, and all tasks. */
void historian_stop(struct historian *historian);
/* Without a thread: does all that is due. */
void historian_step(struct historian *historian);

/* Any thread: the journal is durable up to here. */
void historian_durable(struct historian *historian, uint64_t seq);
uint64_t historian_durable_seq(const struct historian *historian);
/* Any thread: takes the task over. False: there are as many as may be, or it has stopped. */
bool historian_add(struct historian *historian, struct history_task *task);
/* Any thread: a parked task goes on. */
void historian_wake(struct historian *historian, struct history_task *task);

/* ---- On its thread --------------------------------------------------------------------------- */

/* Visits rows from `from_seq` to `to_seq` at most; false: the journal cannot be read, and `why`
 * says why (JOURNAL_WHY_SIZE). */
bool historian_read(struct historian *historian, uint64_t from_seq, uint64_t to_seq,
                    journal_visit *visit, void *ctx, char *why);
/* The first fact at `at_ms` or later, one above the last one if there is none. */
bool historian_seek(struct historian *historian, int64_t at_ms, uint64_t end_seq, uint64_t *seq,
                    char *why);

#endif
