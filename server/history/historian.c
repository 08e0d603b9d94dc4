#include "server/history/historian.h"

#include "server/base/arena.h"
#include "server/base/worker.h"

#include <stdatomic.h>
#include <stdlib.h>

struct historian {
    struct historian_options options;
    atomic_uint_least64_t durable_seq;

    struct worker worker;       /* Under its mutex: */
    struct history_task *tasks; /* All but the one that runs. */
    uint32_t count;             /* With it. */
};

static int64_t now_ms(const struct historian *historian)
{
    return historian->options.now_ms ? historian->options.now_ms(historian->options.ctx)
                                     : worker_now_ms();
}

struct historian *historian_create(const struct historian_options *options)
{
    struct historian *historian = base_alloc(sizeof *historian);
    historian->options = *options;
    atomic_init(&historian->durable_seq, options->durable_seq);
    worker_init(&historian->worker);
    return historian;
}

void historian_destroy(struct historian *historian)
{
    if (!historian)
        return;
    historian_stop(historian);
    worker_fini(&historian->worker);
    free(historian);
}

/* ---- Tasks ------------------------------------------------------------------------------------
 */

bool historian_add(struct historian *historian, struct history_task *task)
{
    worker_lock(&historian->worker);
    const bool taken = !historian->worker.stopping && historian->count < HISTORY_TASKS;
    if (taken) {
        task->due_ms = INT64_MIN;
        task->next = historian->tasks;
        historian->tasks = task;
        historian->count++;
        worker_wake(&historian->worker);
    }
    worker_unlock(&historian->worker);
    return taken;
}

void historian_wake(struct historian *historian, struct history_task *task)
{
    worker_lock(&historian->worker);
    task->woken = true;
    worker_wake(&historian->worker);
    worker_unlock(&historian->worker);
}

/* With the mutex held: takes the one that is due first out of the list; NULL: none is, and *next_ms
 * says when. */
static struct history_task *take_due(struct historian *historian, int64_t now, int64_t *next_ms)
{
    struct history_task **first = NULL;
    *next_ms = HISTORY_PARKED;
    for (struct history_task **at = &historian->tasks; *at; at = &(*at)->next) {
        const int64_t due_ms = (*at)->woken ? INT64_MIN : (*at)->due_ms;
        if (!first || due_ms < *next_ms) {
            *next_ms = due_ms;
            first = at;
        }
    }
    if (!first || *next_ms == HISTORY_PARKED || *next_ms > now)
        return NULL;
    struct history_task *task = *first;
    *first = task->next;
    task->woken = false;
    return task;
}

/* With the mutex held, which it gives back meanwhile. Behind the others that are due at once. */
static void run_part(struct historian *historian, struct history_task *task, int64_t now)
{
    worker_unlock(&historian->worker);
    const int64_t due_ms = task->run(task, historian, now);
    worker_lock(&historian->worker);
    if (due_ms == HISTORY_DONE) {
        historian->count--;
        return;
    }
    task->due_ms = due_ms;
    task->next = NULL;
    struct history_task **at = &historian->tasks;
    while (*at)
        at = &(*at)->next;
    *at = task;
}

void historian_step(struct historian *historian)
{
    int64_t next_ms;
    struct history_task *task;
    worker_lock(&historian->worker);
    for (;;) {
        const int64_t now = now_ms(historian);
        if (!(task = take_due(historian, now, &next_ms)))
            break;
        run_part(historian, task, now);
    }
    worker_unlock(&historian->worker);
}

/* ---- The thread -------------------------------------------------------------------------------
 */

static void *work(void *ctx)
{
    struct historian *historian = ctx;
    worker_lock(&historian->worker);
    while (!historian->worker.stopping) {
        int64_t next_ms;
        const int64_t now = now_ms(historian);
        struct history_task *task = take_due(historian, now, &next_ms);
        if (task)
            run_part(historian, task, now);
        else
            worker_wait(&historian->worker, next_ms);
    }
    worker_unlock(&historian->worker);
    return NULL;
}

bool historian_start(struct historian *historian)
{
    return worker_start(&historian->worker, "history", work, historian);
}

void historian_stop(struct historian *historian)
{
    worker_stop(&historian->worker);
    while (historian->tasks) {
        struct history_task *task = historian->tasks;
        historian->tasks = task->next;
        task->end(task);
    }
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

void historian_durable(struct historian *historian, uint64_t seq)
{
    atomic_store(&historian->durable_seq, seq);
}

uint64_t historian_durable_seq(const struct historian *historian)
{
    return atomic_load(&historian->durable_seq);
}

struct reading {
    uint64_t to_seq;
    journal_visit *visit;
    void *ctx;
};

static bool visit_up_to(void *ctx, const struct journal_row *row)
{
    const struct reading *reading = ctx;
    return row->seq <= reading->to_seq && reading->visit(reading->ctx, row) &&
           row->seq < reading->to_seq;
}

bool historian_read(struct historian *historian, uint64_t from_seq, uint64_t to_seq,
                    journal_visit *visit, void *ctx, char *why)
{
    struct journal *journal = historian->options.journal;
    struct reading reading = { to_seq, visit, ctx };
    if (from_seq > to_seq)
        return true;
    return journal->ops->read(journal, from_seq, visit_up_to, &reading, why, JOURNAL_WHY_SIZE) ==
           STATUS_OK;
}

static bool note_time(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->time_ms;
    return false;
}

bool historian_seek(struct historian *historian, int64_t at_ms, uint64_t end_seq, uint64_t *seq,
                    char *why)
{
    uint64_t low = 1, high = end_seq + 1;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        int64_t time_ms = INT64_MAX;
        if (!historian_read(historian, middle, middle, note_time, &time_ms, why))
            return false;
        if (time_ms < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    *seq = low;
    return true;
}
