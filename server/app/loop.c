#include "server/app/loop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum {
    TURNS_AT_ONCE = 64, /* Then signals and timers have a say. */
    HANDLES = 4
};

struct loop {
    uv_loop_t uv;
    uv_async_t woken;
    uv_timer_t due;
    uv_signal_t interrupted, terminated;
    atomic_bool stopping;
    struct app *app;
    void (*on_end)(void *ctx);
    void *ctx;
    bool ending;
};

int64_t loop_monotonic_ms(void *loop)
{
    (void)loop;
    return (int64_t)(uv_hrtime() / 1000000);
}

void loop_wake(void *loop)
{
    uv_async_send(&((struct loop *)loop)->woken);
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    loop_wake(loop);
}

static void end(struct loop *loop)
{
    if (!loop->ending)
        loop->on_end(loop->ctx);
    loop->ending = true;
}

static void on_due(uv_timer_t *timer);

static void turn(struct loop *loop)
{
    bool more = true;
    for (int i = 0; more && i < TURNS_AT_ONCE; i++)
        more = app_turn(loop->app);
    if (more)
        loop_wake(loop);
    if (app_failure(loop->app))
        end(loop);
    if (atomic_load(&loop->stopping)) {
        uv_stop(&loop->uv);
        return;
    }
    const int64_t due_ms = app_due_ms(loop->app);
    const int64_t now_ms = loop_monotonic_ms(loop);
    if (due_ms == INT64_MAX)
        uv_timer_stop(&loop->due);
    else
        uv_timer_start(&loop->due, on_due, due_ms > now_ms ? (uint64_t)(due_ms - now_ms) : 0, 0);
}

static void on_due(uv_timer_t *timer)
{
    turn(timer->data);
}

static void on_woken(uv_async_t *async)
{
    turn(async->data);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    (void)number;
    if (loop->ending)
        _exit(1);
    end(loop);
}

struct loop *loop_create(char *why, size_t why_size)
{
    struct loop *loop = base_alloc(sizeof *loop);
    int error;
    /* On a loop that has just been made these fail for want of file descriptors alone: there is
     * nothing worth taking apart again before the process ends. */
    if ((error = uv_loop_init(&loop->uv)) ||
        (error = uv_async_init(&loop->uv, &loop->woken, on_woken)) ||
        (error = uv_timer_init(&loop->uv, &loop->due)) ||
        (error = uv_signal_init(&loop->uv, &loop->interrupted)) ||
        (error = uv_signal_init(&loop->uv, &loop->terminated)) ||
        (error = uv_signal_start(&loop->interrupted, on_signal, SIGINT)) ||
        (error = uv_signal_start(&loop->terminated, on_signal, SIGTERM))) {
        snprintf(why, why_size, "cannot start an event loop: %s; raise the limit of open files",
                 uv_strerror(error));
        return NULL;
    }
    loop->woken.data = loop->due.data = loop->interrupted.data = loop->terminated.data = loop;
    return loop;
}

void loop_destroy(struct loop *loop)
{
    if (!loop)
        return;
    uv_handle_t *handles[HANDLES] = { (uv_handle_t *)&loop->woken, (uv_handle_t *)&loop->due,
                                      (uv_handle_t *)&loop->interrupted,
                                      (uv_handle_t *)&loop->terminated };
    for (int i = 0; i < HANDLES; i++)
        uv_close(handles[i], NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    free(loop);
}

void loop_run(struct loop *loop, struct app *app, void (*on_end)(void *ctx), void *ctx)
{
    loop->app = app;
    loop->on_end = on_end;
    loop->ctx = ctx;
    loop_wake(loop);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    /* Nobody listens any more, and closing may wait for a slow disk or a long plan: from here on a
     * signal does what it does by default. */
    uv_signal_stop(&loop->interrupted);
    uv_signal_stop(&loop->terminated);
}
