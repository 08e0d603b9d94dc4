/* Drives an app with libuv: wakes it when something was posted, when something is due, and hears
 * SIGINT and SIGTERM. */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include "server/app/app.h"

struct loop;

/* Before the app: its wake() and monotonic_ms() are loop_wake() and loop_monotonic_ms(), with the
 * loop as ctx. NULL: libuv said no, which is in `why`. */
struct loop *loop_create(char *why, size_t why_size);
void loop_destroy(struct loop *loop); /* NULL is accepted. */

/* Any thread. */
void loop_wake(void *loop);
int64_t loop_monotonic_ms(void *loop);
/* Any thread: loop_run() returns soon. */
void loop_stop(struct loop *loop);

/* Turns the app until loop_stop(). `on_end` is called once, on this thread, when a signal asks for
 * the end or the app has failed: whoever it tells calls loop_stop() when the last call is answered.
 * A second signal ends the process at once. */
void loop_run(struct loop *loop, struct app *app, void (*on_end)(void *ctx), void *ctx);

#endif
