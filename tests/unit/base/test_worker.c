#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/worker.h"

#include <semaphore.h>
#include <sys/resource.h>

enum { PARTS = 20 };

/* A thread that works for PARTS breaths, and how often it slept meanwhile. */
struct labour {
    int nicer;
    bool is_woken; /* Before the first part. */
    struct worker *worker;
    sem_t over;
    long slept;
};

static long times_slept(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *toil(void *ctx)
{
    struct labour *labour = ctx;
    worker_make_way(labour->nicer);
    const long slept = times_slept();
    if (labour->is_woken) {
        worker_lock(labour->worker);
        worker_wake(labour->worker);
        worker_unlock(labour->worker);
    }
    for (int part = 0; part < PARTS; part++) {
        const int64_t until_us = now_us() + WORKER_BREATH_US;
        while (now_us() < until_us)
            ;
        worker_breathe();
    }
    labour->slept = times_slept() - slept;
    sem_post(&labour->over);
    return NULL;
}

static long slept_by(int nicer, bool is_woken)
{
    struct worker worker;
    struct labour labour = { .nicer = nicer, .is_woken = is_woken, .worker = &worker };
    sem_init(&labour.over, 0, 0);
    worker_init(&worker);
    assert_true(worker_start(&worker, "labour", toil, &labour));
    sem_wait(&labour.over);
    worker_stop(&worker);
    worker_fini(&worker);
    sem_destroy(&labour.over);
    return labour.slept;
}

static void who_makes_way_sleeps_after_each_breath(void **state)
{
    (void)state;
    assert_true(slept_by(10, false) >= PARTS);
}

static void who_does_not_make_way_goes_on(void **state)
{
    (void)state;
    assert_true(slept_by(0, false) < PARTS);
}

static void who_is_waited_for_goes_on(void **state)
{
    (void)state;
    assert_true(slept_by(10, true) < PARTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_makes_way_sleeps_after_each_breath),
        cmocka_unit_test(who_does_not_make_way_goes_on),
        cmocka_unit_test(who_is_waited_for_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
