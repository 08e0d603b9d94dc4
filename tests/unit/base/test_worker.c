#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/worker.h"

#include <sys/resource.h>

enum { PARTS = 20 };

/* A thread that works for so many breaths, and how often it slept meanwhile. */
struct labour {
    int nicer;
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
    for (int part = 0; part < PARTS; part++) {
        const int64_t until_us = now_us() + WORKER_BREATH_US;
        while (now_us() < until_us)
            ;
        worker_breathe();
    }
    labour->slept = times_slept() - slept;
    return NULL;
}

static struct labour labour_of(int nicer)
{
    struct labour labour = { nicer, 0 };
    struct worker worker;
    worker_init(&worker);
    assert_true(worker_start(&worker, "labour", toil, &labour));
    worker_stop(&worker);
    worker_fini(&worker);
    return labour;
}

static void who_makes_way_sleeps_after_each_breath(void **state)
{
    (void)state;
    assert_true(labour_of(10).slept >= PARTS);
}

static void who_does_not_make_way_goes_on(void **state)
{
    (void)state;
    assert_true(labour_of(0).slept < PARTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_makes_way_sleeps_after_each_breath),
        cmocka_unit_test(who_does_not_make_way_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
