#include "server/base/worker.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

/* Of this thread. */
static _Thread_local struct {
    const struct worker *worker; /* NULL: it is none. */
    bool makes_way;
    int64_t woke_us, cpu_us; /* When its last rest or wait ended, and its processor time then. */
} breath;

void worker_init(struct worker *worker)
{
    pthread_condattr_t monotonic;
    *worker = (struct worker){ .stopping = false };
    atomic_init(&worker->news, false);
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void worker_fini(struct worker *worker)
{
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->mutex);
}

static void *begin(void *ctx)
{
    struct worker *worker = ctx;
    prctl(PR_SET_NAME, worker->name);
    breath.worker = worker;
    return worker->work(worker->ctx);
}

bool worker_start(struct worker *worker, const char *name, void *(*work)(void *ctx), void *ctx)
{
    worker->name = name;
    worker->work = work;
    worker->ctx = ctx;
    errno = pthread_create(&worker->thread, NULL, begin, worker);
    worker->started = errno == 0;
    return worker->started;
}

void worker_stop(struct worker *worker)
{
    worker_lock(worker);
    worker->stopping = true;
    worker_wake(worker);
    worker_unlock(worker);
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}

void worker_lock(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
}

void worker_unlock(struct worker *worker)
{
    pthread_mutex_unlock(&worker->mutex);
}

void worker_wake(struct worker *worker)
{
    atomic_store(&worker->news, true);
    pthread_cond_broadcast(&worker->changed);
}

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t worker_now_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

/* It begins to work now. */
static void draw_breath(void)
{
    breath.woke_us = read_us(CLOCK_MONOTONIC);
    breath.cpu_us = read_us(CLOCK_THREAD_CPUTIME_ID);
}

bool worker_wait(struct worker *worker, int64_t until_ms)
{
    const struct timespec until = { .tv_sec = (time_t)(until_ms / 1000),
                                    .tv_nsec = until_ms % 1000 * 1000000 };
    atomic_store(&worker->news, false);
    const int code =
        until_ms == WORKER_NEVER
            ? pthread_cond_wait(&worker->changed, &worker->mutex)
            : pthread_cond_timedwait(&worker->changed, &worker->mutex, &until);
    if (breath.makes_way)
        draw_breath();
    return code == 0;
}

void worker_make_way(int by)
{
    /* On Linux this thread's alone. */
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + by);
    breath.makes_way = by > 0;
    draw_breath();
}

static int64_t rest_us(int64_t kept_us)
{
    const int64_t rest = WORKER_REST_US + WORKER_YIELDS * kept_us;
    return rest < WORKER_REST_MOST_US ? rest : WORKER_REST_MOST_US;
}

void worker_breathe(void)
{
    if (!breath.makes_way || (breath.worker && atomic_load(&breath.worker->news)))
        return;
    const int64_t gone_us = read_us(CLOCK_MONOTONIC) - breath.woke_us;
    if (gone_us < WORKER_BREATH_US)
        return;
    const int64_t worked_us = read_us(CLOCK_THREAD_CPUTIME_ID) - breath.cpu_us;
    const int64_t rest = rest_us(gone_us - worked_us);
    nanosleep(&(struct timespec){ .tv_nsec = rest * 1000 }, NULL);
    draw_breath();
}
