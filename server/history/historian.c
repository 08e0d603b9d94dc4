#include "server/history/historian.h"

#include "server/base/arena.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct historian {
    struct historian_options options;
    atomic_uint_least64_t durable_seq;
    pthread_t thread;
    bool started;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool stopping;
    struct history_task *tasks; /* All but the one that runs. */
    uint32_t count;             /* With it. */
};

static int64_t now_ms(const struct historian *historian)
{
    struct timespec now;
    if (historian->options.now_ms)
        return historian->options.now_ms(historian->options.ctx);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct historian *historian_create(const struct historian_options *options)
{
    struct historian *historian = base_alloc(sizeof *historian);
    pthread_condattr_t monotonic;
    historian->options = *options;
    atomic_init(&historian->durable_seq, options->durable_seq);
    pthread_mutex_init(&historian->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&historian->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return historian;
}

void historian_destroy(struct historian *historian)
{
    if (!historian)
        return;
    historian_stop(historian);
    pthread_cond_destroy(&historian->changed);
    pthread_mutex_destroy(&historian->mutex);
    free(historian);
}

/* ---- Tasks ------------------------------------------------------------------------------------
 */

bool historian_add(struct historian *historian, struct history_task *task)
{
    pthread_mutex_lock(&historian->mutex);
    const bool taken = !historian->stopping && historian->count < HISTORY_TASKS;
    if (taken) {
        task->due_ms = INT64_MIN;
        task->next = historian->tasks;
        historian->tasks = task;
        historian->count++;
        pthread_cond_signal(&historian->changed);
    }
    pthread_mutex_unlock(&historian->mutex);
    return taken;
}

void historian_wake(struct historian *historian, struct history_task *task)
{
    pthread_mutex_lock(&historian->mutex);
    task->woken = true;
    pthread_cond_signal(&historian->changed);
    pthread_mutex_unlock(&historian->mutex);
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
    pthread_mutex_unlock(&historian->mutex);
    const int64_t due_ms = task->run(task, historian, now);
    pthread_mutex_lock(&historian->mutex);
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
    pthread_mutex_lock(&historian->mutex);
    for (;;) {
        const int64_t now = now_ms(historian);
        if (!(task = take_due(historian, now, &next_ms)))
            break;
        run_part(historian, task, now);
    }
    pthread_mutex_unlock(&historian->mutex);
}

/* ---- The thread -------------------------------------------------------------------------------
 */

static void wait_until(struct historian *historian, int64_t until_ms)
{
    struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };
    if (until_ms == HISTORY_PARKED)
        pthread_cond_wait(&historian->changed, &historian->mutex);
    else
        pthread_cond_timedwait(&historian->changed, &historian->mutex, &until);
}

static void *work(void *ctx)
{
    struct historian *historian = ctx;
    pthread_mutex_lock(&historian->mutex);
    while (!historian->stopping) {
        int64_t next_ms;
        const int64_t now = now_ms(historian);
        struct history_task *task = take_due(historian, now, &next_ms);
        if (task)
            run_part(historian, task, now);
        else
            wait_until(historian, next_ms);
    }
    pthread_mutex_unlock(&historian->mutex);
    return NULL;
}

bool historian_start(struct historian *historian)
{
    historian->started = pthread_create(&historian->thread, NULL, work, historian) == 0;
    return historian->started;
}

void historian_stop(struct historian *historian)
{
    pthread_mutex_lock(&historian->mutex);
    historian->stopping = true;
    pthread_cond_signal(&historian->changed);
    pthread_mutex_unlock(&historian->mutex);
    if (historian->started)
        pthread_join(historian->thread, NULL);
    historian->started = false;
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
