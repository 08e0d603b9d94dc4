#include "sim/core/workers.h"

#include "sim/core/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Fewer people than this are done before a thread has woken. */
#define WORTH_SHARING (4 * WORKERS_PART)

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    uint64_t round; /* of work; a new number wakes the threads */
    bool stop;
    uint32_t busy; /* threads still in this round */
    workers_part *part;
    void *ctx;
    uint32_t count;
    _Atomic uint32_t next; /* first person that nobody has taken */
    uint32_t thread_count;
    pthread_t threads[];
};

static void take_parts(struct workers *w)
{
    uint32_t from;
    while ((from = atomic_fetch_add(&w->next, WORKERS_PART)) < w->count)
        w->part(w->ctx, from, w->count - from < WORKERS_PART ? w->count : from + WORKERS_PART);
}

static void *work(void *arg)
{
    struct workers *w = arg;
    uint64_t done = 0;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->round == done && !w->stop)
            pthread_cond_wait(&w->begin, &w->lock);
        if (w->stop)
            break;
        done = w->round;
        pthread_mutex_unlock(&w->lock);
        take_parts(w);
        pthread_mutex_lock(&w->lock);
        if (--w->busy == 0)
            pthread_cond_signal(&w->end);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_create(uint32_t threads)
{
    if (threads <= 1)
        return NULL;
    struct workers *w = memory_zeroed(1, sizeof *w + (threads - 1) * sizeof w->threads[0]);
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
    w->stop = true;
    pthread_cond_broadcast(&w->begin);
    pthread_mutex_unlock(&w->lock);
    for (uint32_t i = 0; i < w->thread_count; i++)
        pthread_join(w->threads[i], NULL);
    pthread_cond_destroy(&w->begin);
    pthread_cond_destroy(&w->end);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void workers_run(struct workers *w, workers_part *part, void *ctx, uint32_t count)
{
    if (!w || count < WORTH_SHARING) {
        for (uint32_t from = 0; from < count; from += WORKERS_PART)
            part(ctx, from, count - from < WORKERS_PART ? count : from + WORKERS_PART);
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->part = part;
    w->ctx = ctx;
    w->count = count;
    atomic_store(&w->next, 0);
    w->busy = w->thread_count;
    w->round++;
    pthread_cond_broadcast(&w->begin);
    pthread_mutex_unlock(&w->lock);
    take_parts(w);
    pthread_mutex_lock(&w->lock);
    while (w->busy > 0)
        pthread_cond_wait(&w->end, &w->lock);
    pthread_mutex_unlock(&w->lock);
}
