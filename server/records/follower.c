#include "server/records/follower.h"

#include "server/base/arena.h"
#include "server/base/worker.h"
#include "server/records/project.h"
#include "server/records/rows.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A transaction: large enough to be cheap, small enough that readers see news soon. */
enum { BATCH_FACTS = 16384, BATCH_BYTES = 8 << 20 };

/* From the beginning of one transaction to that of the next, while the journal is not a whole one
 * ahead: rows that change often, and pages with many new ones, are written once then. */
enum { GATHER_MS = 500 };

/* What is asked of the server comes first: on a machine that has no core to spare the records fall
 * behind, and catch up when it has. */
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

    struct worker worker;
    struct follower_stats stats; /* Under its mutex, as all below. */
    struct follower_job *first_job, *last_job;
    uint32_t job_count;
    bool over; /* Nobody asks any more. */
};

struct follower *follower_create(const struct follower_options *options)
{
    struct follower *follower = base_alloc(sizeof *follower);
    follower->options = *options;
    follower->fresh = options->fresh;
    atomic_init(&follower->durable_seq, options->durable_seq);
    follower->batch = base_alloc(BATCH_FACTS * sizeof *follower->batch);
    worker_init(&follower->worker);
    return follower;
}

void follower_destroy(struct follower *follower)
{
    if (!follower)
        return;
    follower_stop(follower);
    if (follower->records)
        follower->records->ops->close(follower->records);
    worker_fini(&follower->worker);
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
    worker_lock(&follower->worker);
    *out = follower->stats;
    out->durable_seq = durable_seq(follower);
    worker_unlock(&follower->worker);
}

void follower_durable(struct follower *follower, uint64_t seq)
{
    atomic_store(&follower->durable_seq, seq);
    if (!atomic_exchange(&follower->asleep, false))
        return;
    worker_lock(&follower->worker);
    worker_wake(&follower->worker);
    worker_unlock(&follower->worker);
}

/* ---- Trouble ----------------------------------------------------------------------------------
 */

/* It goes on without records. What is damaged is made anew. */
static void degrade(struct follower *follower, enum status status, const char *why)
{
    worker_lock(&follower->worker);
    const bool known = follower->stats.status == status;
    follower->stats.status = status;
    snprintf(follower->stats.why, sizeof follower->stats.why, "%s", why);
    worker_unlock(&follower->worker);
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
    worker_lock(&follower->worker);
    follower->stats.applied_seq = follower->records->applied_seq;
    follower->stats.rebuilds += follower->fresh;
    follower->behind_seq = follower->stats.status == STATUS_OK ? 0 : durable_seq(follower);
    worker_unlock(&follower->worker);
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
    worker_breathe();
    return follower->batch_count < BATCH_FACTS && follower->arena.used_bytes < BATCH_BYTES;
}

static void note_applied(struct follower *follower, uint64_t seq)
{
    worker_lock(&follower->worker);
    follower->stats.applied_seq = seq;
    const bool recovered = follower->stats.status != STATUS_OK && seq >= follower->behind_seq;
    if (recovered)
        follower->stats.status = STATUS_OK;
    worker_unlock(&follower->worker);
    if (recovered)
        log_write(follower->options.log, LOG_INFO, "records-caught-up", "seq=%" PRIu64, seq);
}

static bool apply(struct follower *follower)
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
        for (uint32_t i = 0; i < follower->batch_count; i++) {
            project(records, first + i, &follower->batch[i]);
            worker_breathe();
        }
        status = records->ops->commit(records, first + follower->batch_count - 1, why, sizeof why);
    }
    if (status != STATUS_OK) {
        degrade(follower, status, why);
        return false;
    }
    note_applied(follower, records->applied_seq);
    return true;
}

/* ---- What is asked ----------------------------------------------------------------------------
 */

enum status follower_ask(struct follower *follower, struct follower_job *job)
{
    enum status status = STATUS_OK;
    worker_lock(&follower->worker);
    if (follower->over)
        status = STATUS_STOPPING;
    else if (follower->job_count == FOLLOWER_JOBS_WAITING)
        status = STATUS_INBOX_FULL;
    if (status == STATUS_OK) {
        job->next = NULL;
        *(follower->first_job ? &follower->last_job->next : &follower->first_job) = job;
        follower->last_job = job;
        follower->job_count++;
        worker_wake(&follower->worker);
    }
    worker_unlock(&follower->worker);
    return status;
}

/* Under the mutex: somebody asks for what is there once what is durable is applied. */
static bool is_asked(struct follower *follower)
{
    const struct follower_job *job = follower->first_job;
    return job && (!follower->records || job->min_seq <= durable_seq(follower));
}

/* The next one that can be run; NULL: there is none. `all`: whatever it waits for. */
static struct follower_job *next_job(struct follower *follower, bool all)
{
    worker_lock(&follower->worker);
    struct follower_job *job = follower->first_job;
    if (job && !all && follower->records && job->min_seq > follower->records->applied_seq)
        job = NULL;
    if (job) {
        follower->first_job = job->next;
        follower->job_count--;
    }
    worker_unlock(&follower->worker);
    return job;
}

bool follower_step(struct follower *follower)
{
    const bool applied = apply(follower);
    struct follower_job *job;
    while ((job = next_job(follower, false)))
        job->run(job, follower->records);
    return applied;
}

/* ---- The thread -------------------------------------------------------------------------------
 */

static bool is_stopping(struct follower *follower)
{
    worker_lock(&follower->worker);
    const bool stopping = follower->worker.stopping;
    worker_unlock(&follower->worker);
    return stopping;
}

static void wait_until(struct follower *follower, int64_t until_ms)
{
    worker_lock(&follower->worker);
    while (!follower->worker.stopping && !is_asked(follower) &&
           worker_wait(&follower->worker, until_ms))
        ;
    worker_unlock(&follower->worker);
}

/* Until there is something new, or it is to stop. */
static void wait_for_news(struct follower *follower)
{
    const uint64_t applied_seq = follower->records->applied_seq;
    worker_lock(&follower->worker);
    for (;;) {
        atomic_store(&follower->asleep, true);
        if (follower->worker.stopping || durable_seq(follower) > applied_seq || is_asked(follower))
            break;
        worker_wait(&follower->worker, WORKER_NEVER);
    }
    atomic_store(&follower->asleep, false);
    worker_unlock(&follower->worker);
}

static bool is_far_behind(struct follower *follower)
{
    return follower->records &&
           durable_seq(follower) - follower->records->applied_seq >= BATCH_FACTS;
}

static void *follow(void *ctx)
{
    struct follower *follower = ctx;
    worker_make_way(FOLLOWER_NICE);
    while (!is_stopping(follower)) {
        const int64_t begun_ms = worker_now_ms();
        const bool applied = follower_step(follower);
        if (!follower->records)
            wait_until(follower, begun_ms + RECORDS_RETRY_MS);
        else if (!applied)
            wait_for_news(follower);
        else
            wait_until(follower, begun_ms + (is_far_behind(follower) ? 0 : GATHER_MS));
    }
    return NULL;
}

bool follower_start(struct follower *follower)
{
    return worker_start(&follower->worker, "records", follow, follower);
}

void follower_stop(struct follower *follower)
{
    struct follower_job *job;
    worker_stop(&follower->worker);
    worker_lock(&follower->worker);
    follower->over = true;
    worker_unlock(&follower->worker);
    while ((job = next_job(follower, true)))
        job->run(job, NULL);
}
