/*
 * A thread of a part of the server, which sleeps until there is news, until a moment, or until it
 * is to stop. What the part shares with it stands under the worker's mutex.
 */
#ifndef SERVER_BASE_WORKER_H
#define SERVER_BASE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct worker {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool stopping;    /* Under the mutex. */
    atomic_bool news; /* It was woken, and has not begun to wait since. */
    bool started;     /* Whoever starts and stops it. */
    pthread_t thread;
    const char *name;
    void *(*work)(void *ctx);
    void *ctx;
};

#define WORKER_NEVER INT64_MAX

void worker_init(struct worker *worker);
/* Of one that does not run. */
void worker_fini(struct worker *worker);
/* `name`, a literal of 15 bytes at most, is what `top -H` shows. False: there is no thread to be
 * had; errno says why. */
bool worker_start(struct worker *worker, const char *name, void *(*work)(void *ctx), void *ctx);
/* Says so and waits until `work` has returned, if it runs. Again: nothing. */
void worker_stop(struct worker *worker);

void worker_lock(struct worker *worker);
void worker_unlock(struct worker *worker);
/* Under the mutex: there is news. */
void worker_wake(struct worker *worker);
/* Under the mutex, which it gives back meanwhile: until somebody wakes it (also for nothing).
 * False: `until_ms` of worker_now_ms() has come. */
bool worker_wait(struct worker *worker, int64_t until_ms);

/* The calling thread is nicer than others by so much from now on (0 to 19): where they want the
 * processor it gets a tenth of a busy core at 10. And it breathes. */
void worker_make_way(int by);
/* Between two small parts of long work. Being nice says how much one gets, not how soon others do:
 * whoever wakes may wait for the next tick of the kernel, 4 ms at 250 a second, until who computes
 * is taken off its core. A thread that makes way therefore sleeps here when WORKER_BREATH_US have
 * gone since it last did: WORKER_REST_US, and WORKER_YIELDS times as long as it was kept from its
 * core meanwhile, at most WORKER_REST_MOST_US. Others go on at once, and so does a worker that
 * somebody has woken since it last began to wait: they wait for it. */
enum {
    WORKER_BREATH_US = 150,
    WORKER_REST_US = 200,
    WORKER_YIELDS = 4,
    WORKER_REST_MOST_US = 20000
};
void worker_breathe(void);

/* Of a clock that nobody sets. */
int64_t worker_now_ms(void);

#endif
