#include "sim/core/workers.h"

#include "sim/core/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Fewer people than this are done before a thread has woken. */
#define WORTH_SHARING (4 * WORKERS_PART)

/* Looks so often whether there is work, or whether the others are done, before it sleeps: between
 * the phases of a step that is soon, and waking takes longer. */
enum { LOOKS_UP = 1000 };

/* A run of people of whom one thread takes the parts first, and then whoever has done with theirs:
 * phase after phase, step after step, a thread has to do with the same part of the ground, which is
 * in its cache. */
struct share {
    _Atomic uint32_t next; /* first person that nobody has taken */
    uint32_t end;
    char alone[64 - 2 * sizeof(uint32_t)]; /* in its cache line */
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    _Atomic uint32_t round; /* of work; a new number calls the threads */
    _Atomic bool stop;
    _Atomic uint32_t busy; /* threads still in this round */
    workers_part *part;
    void *ctx;
    struct share *shares;   /* the caller's first */
    uint32_t thread_count;  /* without the caller */
    uint32_t part_length;   /* of this round */
    _Atomic uint32_t named; /* threads that know their share */
    pthread_t threads[];
};

static void pause_a_moment(void)
{
#ifdef __SSE2__
    __builtin_ia32_pause();
#endif
}

static void take_share(struct workers *w, struct share *share)
{
    uint32_t from, end = share->end, length = w->part_length;
    while ((from = atomic_fetch_add(&share->next, length)) < end)
        w->part(w->ctx, from, end - from < length ? end : from + length);
}

/* One's own share, then what is left of the others'. */
static void take_parts(struct workers *w, uint32_t thread)
{
    for (uint32_t k = 0; k <= w->thread_count; k++)
        take_share(w, &w->shares[(thread + k) % (w->thread_count + 1)]);
}

static void share_out(struct workers *w, uint32_t count)
{
    uint32_t length = w->part_length;
    uint32_t parts = (count + length - 1) / length, threads = w->thread_count + 1;
    for (uint32_t t = 0; t < threads; t++) {
        uint32_t end = (uint32_t)((uint64_t)parts * (t + 1) / threads) * length;
        w->shares[t].end = end < count ? end : count;
        atomic_store(&w->shares[t].next, (uint32_t)((uint64_t)parts * t / threads) * length);
    }
}

static bool is_called(struct workers *w, uint32_t done)
{
    return atomic_load(&w->round) != done || atomic_load(&w->stop);
}

static void await_call(struct workers *w, uint32_t done)
{
    for (int look = 0; look < LOOKS_UP && !is_called(w, done); look++)
        pause_a_moment();
    if (is_called(w, done))
        return;
    pthread_mutex_lock(&w->lock);
    while (!is_called(w, done))
        pthread_cond_wait(&w->begin, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void *work(void *arg)
{
    struct workers *w = arg;
    uint32_t thread = 1 + atomic_fetch_add(&w->named, 1);
    for (uint32_t done = 0;; done++) {
        await_call(w, done);
        if (atomic_load(&w->stop))
            return NULL;
        take_parts(w, thread);
        if (atomic_fetch_sub(&w->busy, 1) != 1)
            continue;
        pthread_mutex_lock(&w->lock);
        pthread_cond_signal(&w->end);
        pthread_mutex_unlock(&w->lock);
    }
}

static void await_others(struct workers *w)
{
    for (int look = 0; look < LOOKS_UP && atomic_load(&w->busy) > 0; look++)
        pause_a_moment();
    if (atomic_load(&w->busy) == 0)
        return;
    pthread_mutex_lock(&w->lock);
    while (atomic_load(&w->busy) > 0)
        pthread_cond_wait(&w->end, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

struct workers *workers_create(uint32_t threads)
{
    if (threads <= 1)
        return NULL;
    struct workers *w = memory_zeroed(1, sizeof *w + (threads - 1) * sizeof w->threads[0]);
    w->shares = memory_zeroed(threads, sizeof *w->shares);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->begin, NULL);
    pthread_cond_init(&w->end, NULL);
    while (w->thread_count < threads - 1 &&
           pthread_create(&w->threads[w->thread_count], NULL, work, w) == 0)
        w->thread_count++;
    if (w->thread_count > 0)
        return w;
    workers_destroy(w);
    return NULL;
}

void workers_destroy(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    atomic_store(&w->stop, true);
    pthread_cond_broadcast(&w->begin);
    pthread_mutex_unlock(&w->lock);
    for (uint32_t i = 0; i < w->thread_count; i++)
        pthread_join(w->threads[i], NULL);
    pthread_cond_destroy(&w->begin);
    pthread_cond_destroy(&w->end);
    pthread_mutex_destroy(&w->lock);
    free(w->shares);
    free(w);
}

uint32_t workers_threads(const struct workers *w)
{
    return w ? w->thread_count + 1 : 1;
}

static void run(struct workers *w, workers_part *part, void *ctx, uint32_t count, uint32_t length)
{
    w->part = part;
    w->ctx = ctx;
    w->part_length = length;
    share_out(w, count);
    atomic_store(&w->busy, w->thread_count);
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&w->round, 1);
    pthread_cond_broadcast(&w->begin);
    pthread_mutex_unlock(&w->lock);
    take_parts(w, 0);
    await_others(w);
}

void workers_run(struct workers *w, workers_part *part, void *ctx, uint32_t count)
{
    if (w && count >= WORTH_SHARING) {
        run(w, part, ctx, count, WORKERS_PART);
        return;
    }
    for (uint32_t from = 0; from < count; from += WORKERS_PART)
        part(ctx, from, count - from < WORKERS_PART ? count : from + WORKERS_PART);
}

void workers_each(struct workers *w, workers_part *part, void *ctx, uint32_t count)
{
    if (w && count > 1) {
        run(w, part, ctx, count, 1);
        return;
    }
    for (uint32_t k = 0; k < count; k++)
        part(ctx, k, k + 1);
}
