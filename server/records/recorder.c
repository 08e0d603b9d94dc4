#include "server/records/recorder.h"

#include "server/base/worker.h"

#include <stdlib.h>
#include <string.h>

enum { FLUSH_MS = 1000, PRUNE_S = 3600, LETTERS_BYTES = 4 << 20 };

struct recorder {
    struct recorder_options options;
    struct arena taken; /* The thread's: what is being written. */
    int64_t pruned_s;

    struct worker worker;
    /* Under its mutex: */
    struct arena arena; /* Of the letters that wait. */
    struct letter letters[RECORDER_LETTERS_WAITING];
    uint32_t letter_count;
    struct recorder_job *first, *last;
    uint32_t job_count;
    struct recorder_stats stats;
};

struct recorder *recorder_create(const struct recorder_options *options)
{
    struct recorder *recorder = base_alloc(sizeof *recorder);
    recorder->options = *options;
    recorder->stats.status = options->standing;
    worker_init(&recorder->worker);
    return recorder;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

/* Moves the letters that wait out of the others' way. */
static struct letter *take_letters(struct recorder *recorder, struct arena *arena, uint32_t *count)
{
    worker_lock(&recorder->worker);
    *arena = recorder->arena;
    recorder->arena = (struct arena){ 0 };
    *count = recorder->letter_count;
    recorder->letter_count = 0;
    struct letter *letters = arena_copy(arena, recorder->letters, *count * sizeof *letters);
    worker_unlock(&recorder->worker);
    return letters;
}

static void note_written(struct recorder *recorder, enum status status, uint64_t points,
                         uint64_t points_dropped, uint64_t letters, uint64_t letters_dropped)
{
    const bool written = status == STATUS_OK;
    const enum status told = written ? recorder->options.standing : status;
    worker_lock(&recorder->worker);
    struct recorder_stats *stats = &recorder->stats;
    const bool news = stats->status != told;
    stats->points += written ? points : 0;
    stats->points_dropped += points_dropped + (written ? 0 : points);
    stats->letters += written ? letters : 0;
    stats->letters_dropped += letters_dropped + (written ? 0 : letters);
    stats->status = told;
    worker_unlock(&recorder->worker);
    if (news && !written)
        log_write(recorder->options.log, LOG_WARNING, "telemetry-not-kept", "why=%s",
                  recorder->options.store->why);
    else if (news)
        log_write(recorder->options.log, LOG_INFO, "telemetry-kept-again", "points=%llu",
                  (unsigned long long)points);
}

static void prune(struct recorder *recorder)
{
    struct telemetry_store *store = recorder->options.store;
    const int64_t now_s = recorder->options.now_ms(recorder->options.ctx) / 1000;
    if (now_s < recorder->pruned_s + PRUNE_S)
        return;
    recorder->pruned_s = now_s;
    store->ops->prune(store, now_s);
}

/* All that is due. */
static void flush(struct recorder *recorder)
{
    const struct recorder_options *options = &recorder->options;
    struct arena letters_arena;
    struct series_bucket *buckets = NULL;
    uint32_t bucket_count = 0, letter_count;
    uint64_t lost = 0, trimmed = 0, points = 0;
    arena_reset(&recorder->taken);
    if (options->take)
        options->take(options->ctx, &recorder->taken, &buckets, &bucket_count, &lost);
    struct letter *letters = take_letters(recorder, &letters_arena, &letter_count);
    for (uint32_t i = 0; i < bucket_count; i++)
        points += buckets[i].count;
    if (bucket_count || letter_count) {
        const enum status status = options->store->ops->put(options->store, buckets, bucket_count,
                                                            letters, letter_count, &trimmed);
        note_written(recorder, status, points, lost, letter_count, trimmed);
    }
    arena_fini(&letters_arena);
    if (options->now_ms)
        prune(recorder);
}

/* ---- Jobs, and the thread ----------------------------------------------------------------------
 */

static struct recorder_job *next_job(struct recorder *recorder)
{
    worker_lock(&recorder->worker);
    struct recorder_job *job = recorder->first;
    if (job) {
        recorder->first = job->next;
        recorder->job_count--;
    }
    worker_unlock(&recorder->worker);
    return job;
}

static void step(struct recorder *recorder)
{
    struct recorder_job *job;
    flush(recorder);
    while ((job = next_job(recorder)))
        job->run(job, recorder->options.store);
}

static void *follow(void *ctx)
{
    struct recorder *recorder = ctx;
    bool stopping = false;
    while (!stopping) {
        const int64_t until_ms = worker_now_ms() + FLUSH_MS;
        worker_lock(&recorder->worker);
        while (!recorder->first && !recorder->worker.stopping &&
               worker_wait(&recorder->worker, until_ms))
            ;
        stopping = recorder->worker.stopping;
        worker_unlock(&recorder->worker);
        step(recorder);
    }
    return NULL;
}

bool recorder_start(struct recorder *recorder)
{
    return worker_start(&recorder->worker, "telemetry", follow, recorder);
}

void recorder_stop(struct recorder *recorder)
{
    worker_stop(&recorder->worker);
}

void recorder_destroy(struct recorder *recorder)
{
    if (!recorder)
        return;
    recorder_stop(recorder);
    step(recorder);
    worker_fini(&recorder->worker);
    arena_fini(&recorder->taken);
    arena_fini(&recorder->arena);
    free(recorder);
}

enum status recorder_post(struct recorder *recorder, struct recorder_job *job)
{
    worker_lock(&recorder->worker);
    const bool full = recorder->job_count == RECORDER_JOBS_WAITING || recorder->worker.stopping;
    if (!full) {
        job->next = NULL;
        if (recorder->first)
            recorder->last->next = job;
        else
            recorder->first = job;
        recorder->last = job;
        recorder->job_count++;
        worker_wake(&recorder->worker);
    }
    const bool here = !recorder->worker.started;
    worker_unlock(&recorder->worker);
    if (full)
        return STATUS_INBOX_FULL;
    if (here)
        step(recorder);
    return STATUS_OK;
}

/* ---- Letters ----------------------------------------------------------------------------------
 */

static const char *text_copy(struct arena *arena, const char *text)
{
    return arena_copy(arena, text ? text : "", strlen(text ? text : "") + 1);
}

bool recorder_letter(struct recorder *recorder, const struct letter *letter)
{
    worker_lock(&recorder->worker);
    struct arena *arena = &recorder->arena;
    const bool room = recorder->letter_count < RECORDER_LETTERS_WAITING &&
                      arena->used_bytes + letter->payload.size < LETTERS_BYTES;
    if (!room) {
        recorder->stats.letters_dropped++;
    } else {
        struct letter *kept = &recorder->letters[recorder->letter_count++];
        const bool whole = letter->payload.size <= LETTER_BYTES;
        const size_t size = whole ? letter->payload.size : 0;
        *kept = *letter;
        kept->caller = text_copy(arena, letter->caller);
        kept->venue_id = text_copy(arena, letter->venue_id);
        kept->device = text_copy(arena, letter->device);
        kept->reason = text_copy(arena, letter->reason);
        kept->field = text_copy(arena, letter->field);
        kept->message = text_copy(arena, letter->message);
        kept->payload = (struct bytes){ arena_copy(arena, letter->payload.data, size), size };
    }
    worker_unlock(&recorder->worker);
    return room;
}

void recorder_stats(struct recorder *recorder, struct recorder_stats *out)
{
    worker_lock(&recorder->worker);
    *out = recorder->stats;
    worker_unlock(&recorder->worker);
}
