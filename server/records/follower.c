#include "server/records/follower.h"

#include "server/base/arena.h"
#include "server/records/project.h"
#include "server/records/rows.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* A transaction: large enough to be cheap, small enough that readers see news soon. */
enum { BATCH_FACTS = 4096, BATCH_BYTES = 4 << 20 };

/* From the beginning of one transaction to that of the next, while the journal is not a whole one
 * ahead: rows that change often, and pages with many new ones, are written once then. */
enum { GATHER_MS = 100 };

/* What is asked of the server comes first: on a machine that has no core to spare the records fall
 * behind, and catch up when it has. About a tenth of a busy core is theirs in any case. */
enum { FOLLOWER_NICE = 10 };

struct follower {
    struct follower_options options;
    struct records *records; /* NULL: not open. */
    bool fresh;              /* Open them so. */
    uint64_t behind_seq;     /* Said to be caught up once this is applied; 0: nothing to say. */

    /* What was read and not projected yet. */
    struct arena arena;
    struct fact *batch;
    uint32_t batch_count;

    /* The loop tells of each turn and must never wait for this thread, which may be off its core
     * at any moment: so it only rings when nobody is awake to see the number. */
    atomic_uint_least64_t durable_seq;
    atomic_bool asleep;

    pthread_t thread;
    bool started;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* Under the mutex: */
    struct follower_stats stats;
    bool stopping;
};

struct follower *follower_create(const struct follower_options *options)
{
    struct follower *follower = base_alloc(sizeof *follower);
    pthread_condattr_t monotonic;
    follower->options = *options;
    follower->fresh = options->fresh;
    atomic_init(&follower->durable_seq, options->durable_seq);
    follower->batch = base_alloc(BATCH_FACTS * sizeof *follower->batch);
    pthread_mutex_init(&follower->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&follower->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return follower;
}

void follower_destroy(struct follower *follower)
{
    if (!follower)
        return;
    follower_stop(follower);
    if (follower->records)
        follower->records->ops->close(follower->records);
    pthread_cond_destroy(&follower->changed);
    pthread_mutex_destroy(&follower->mutex);
    arena_fini(&follower->arena);
    free(follower->batch);
    free(follower);
}

static uint64_t durable_seq(struct follower *follower)
{
    return atomic_load(&follower->durable_seq);
}

void follower_stats(struct follower *follower, struct follower_stats *out)
{
    pthread_mutex_lock(&follower->mutex);
    *out = follower->stats;
    out->durable_seq = durable_seq(follower);
    pthread_mutex_unlock(&follower->mutex);
}

void follower_durable(struct follower *follower, uint64_t seq)
{
    atomic_store(&follower->durable_seq, seq);
    if (!atomic_exchange(&follower->asleep, false))
        return;
    pthread_mutex_lock(&follower->mutex);
    pthread_cond_signal(&follower->changed);
    pthread_mutex_unlock(&follower->mutex);
}

/* ---- Trouble ----------------------------------------------------------------------------------
 */

/* It goes on without records. What is damaged is made anew. */
static void degrade(struct follower *follower, enum status status, const char *why)
{
    pthread_mutex_lock(&follower->mutex);
    const bool known = follower->stats.status == status;
    follower->stats.status = status;
    snprintf(follower->stats.why, sizeof follower->stats.why, "%s", why);
    pthread_mutex_unlock(&follower->mutex);
    if (!known)
        log_write(follower->options.log, LOG_ERROR, "records-degraded", "reason=%s %s",
                  status_reason(status), why);
    if (follower->records)
        follower->records->ops->close(follower->records);
    follower->records = NULL;
    follower->fresh |= status == STATUS_RECORDS_FORMAT || status == STATUS_RECORDS_CORRUPT;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

static enum status open_records(struct follower *follower, char *why)
{
    const struct records_place *place = &follower->options.place;
    enum status status = place->open(place, &records_schema, follower->fresh, &follower->records,
                                     why, RECORDS_WHY_SIZE);
    if (status == STATUS_OK && follower->records->applied_seq > durable_seq(follower)) {
        snprintf(why, RECORDS_WHY_SIZE, "the records are ahead of the journal: it is another one");
        follower->records->ops->close(follower->records);
        follower->records = NULL;
        status = STATUS_RECORDS_FORMAT;
    }
    return status;
}

/* True: they are open. */
static bool ensure_open(struct follower *follower)
{
    char why[RECORDS_WHY_SIZE] = "";
    if (follower->records)
        return true;
    enum status status = open_records(follower, why);
    if ((status == STATUS_RECORDS_FORMAT || status == STATUS_RECORDS_CORRUPT) && !follower->fresh) {
        log_write(follower->options.log, LOG_WARNING, "records-made-anew", "reason=%s %s",
                  status_reason(status), why);
        follower->fresh = true;
        status = open_records(follower, why);
    }
    if (status != STATUS_OK) {
        degrade(follower, status, why);
        return false;
    }
    pthread_mutex_lock(&follower->mutex);
    follower->stats.applied_seq = follower->records->applied_seq;
    follower->stats.rebuilds += follower->fresh;
    follower->behind_seq = follower->stats.status == STATUS_OK ? 0 : durable_seq(follower);
    pthread_mutex_unlock(&follower->mutex);
    follower->fresh = false;
    return true;
}

/* ---- A batch ----------------------------------------------------------------------------------
 */

static bool read_row(void *ctx, const struct journal_row *row)
{
    struct follower *follower = ctx;
    struct fact *fact = &follower->batch[follower->batch_count];
    const struct bytes payload = {
        arena_copy(&follower->arena, row->payload.data, row->payload.size), row->payload.size
    };
    if (!fact_decode(payload, &follower->arena, fact))
        *fact = (struct fact){ 0 }; /* Recovery would have refused it. */
    follower->batch_count++;
    return follower->batch_count < BATCH_FACTS && follower->arena.used_bytes < BATCH_BYTES;
}

static void note_applied(struct follower *follower, uint64_t seq)
{
    pthread_mutex_lock(&follower->mutex);
    follower->stats.applied_seq = seq;
    const bool recovered = follower->stats.status != STATUS_OK && seq >= follower->behind_seq;
    if (recovered)
        follower->stats.status = STATUS_OK;
    pthread_mutex_unlock(&follower->mutex);
    if (recovered)
        log_write(follower->options.log, LOG_INFO, "records-caught-up", "seq=%" PRIu64, seq);
}

bool follower_step(struct follower *follower)
{
    struct journal *journal = follower->options.journal;
    char why[RECORDS_WHY_SIZE] = "";
    if (!ensure_open(follower))
        return false;
    struct records *records = follower->records;
    const uint64_t first = records->applied_seq + 1;
    if (first > durable_seq(follower)) {
        note_applied(follower, records->applied_seq);
        return false;
    }
    arena_reset(&follower->arena);
    follower->batch_count = 0;
    enum status status = journal->ops->read(journal, first, read_row, follower, why, sizeof why);
    if (status == STATUS_OK) {
        for (uint32_t i = 0; i < follower->batch_count; i++)
            project(records, first + i, &follower->batch[i]);
        status = records->ops->commit(records, first + follower->batch_count - 1, why, sizeof why);
    }
    if (status != STATUS_OK) {
        degrade(follower, status, why);
        return false;
    }
    note_applied(follower, records->applied_seq);
    return true;
}

/* ---- The thread -------------------------------------------------------------------------------
 */

static struct timespec now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time;
}

static struct timespec after_ms(struct timespec time, long ms)
{
    time.tv_sec += ms / 1000;
    time.tv_nsec += ms % 1000 * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static bool is_stopping(struct follower *follower)
{
    pthread_mutex_lock(&follower->mutex);
    const bool stopping = follower->stopping;
    pthread_mutex_unlock(&follower->mutex);
    return stopping;
}

static void wait_until(struct follower *follower, struct timespec until)
{
    int timed_out = 0;
    pthread_mutex_lock(&follower->mutex);
    while (!follower->stopping && !timed_out)
        timed_out = pthread_cond_timedwait(&follower->changed, &follower->mutex, &until);
    pthread_mutex_unlock(&follower->mutex);
}

/* Until there is something new, or it is to stop. */
static void wait_for_news(struct follower *follower)
{
    const uint64_t applied_seq = follower->records->applied_seq;
    pthread_mutex_lock(&follower->mutex);
    for (;;) {
        atomic_store(&follower->asleep, true);
        if (follower->stopping || durable_seq(follower) > applied_seq)
            break;
        pthread_cond_wait(&follower->changed, &follower->mutex);
    }
    atomic_store(&follower->asleep, false);
    pthread_mutex_unlock(&follower->mutex);
}

static bool is_far_behind(struct follower *follower)
{
    return follower->records &&
           durable_seq(follower) - follower->records->applied_seq >= BATCH_FACTS;
}

static void *follow(void *ctx)
{
    struct follower *follower = ctx;
    setpriority(PRIO_PROCESS, 0, FOLLOWER_NICE); /* On Linux this thread's alone. */
    while (!is_stopping(follower)) {
        const struct timespec begun = now();
        const bool applied = follower_step(follower);
        if (!follower->records)
            wait_until(follower, after_ms(begun, RECORDS_RETRY_MS));
        else if (!applied)
            wait_for_news(follower);
        else if (!is_far_behind(follower))
            wait_until(follower, after_ms(begun, GATHER_MS));
    }
    return NULL;
}

bool follower_start(struct follower *follower)
{
    follower->started = pthread_create(&follower->thread, NULL, follow, follower) == 0;
    return follower->started;
}

void follower_stop(struct follower *follower)
{
    if (!follower->started)
        return;
    pthread_mutex_lock(&follower->mutex);
    follower->stopping = true;
    pthread_cond_signal(&follower->changed);
    pthread_mutex_unlock(&follower->mutex);
    pthread_join(follower->thread, NULL);
    follower->started = false;
}
