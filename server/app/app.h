/*
 * The shell around the core: takes requests, lets the core decide, makes facts durable, answers.
 *
 *     any thread:   app_post() puts a request into a bounded inbox and wakes the loop
 *     loop thread:  app_turn() takes a batch; for each: decide, evolve, collect facts
 *     store thread: appends the collected facts as one transaction; meanwhile the next turn
 * collects loop thread:  app_turn() answers everyone whose facts have become durable
 *
 * Every answer (reads and refusals too) leaves when the last fact that it saw is durable; with
 * nothing under way that is at once. So nobody ever hears what a crash could take back. An append
 * that fails stops the app for good: app_failure() says why, and it comes back from its journal.
 *
 * Overload. The inbox has room for so many; and under a real clock no more requests are on their
 * way at once than the journal makes durable in PACE_WAIT_MS (pace.h). Others are refused at once,
 * so those that are taken are answered soon, and as many as the disk can take. That costs little
 * only when nothing was done for them yet: see services/overload.c.
 *
 * The app needs no event loop and no network: without threads in its ports, calling app_turn()
 * until it returns false runs a whole server on one thread. Stadium time is the clock's.
 *
 * Ticks. With the real clock a tick is made every TICK_MS while something was read or is due. With
 * the driven clock only a REQUEST_ADVANCE makes ticks, at each multiple of TICK_MS on the way where
 * there is something to do; what a tick asks of the planner is answered before time goes on, and
 * requests that arrive meanwhile wait: so the same requests give the same journal.
 *
 * Idempotency. A command with a key (struct once) is done once: the turn of its effect ends with a
 * FACT_ANSWERED, refusals by the core included, and whoever asks again, also while the first answer
 * is on its way, hears it from the journal. Another request under the same key is KEY_REUSED. Of
 * invalid arguments, and of what there was no room for, nothing is kept: they are refused anew each
 * time. Telemetry is deduplicated by (source, sequence).
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "server/app/intake.h"
#include "server/app/keys.h"
#include "server/app/request.h"
#include "server/base/log.h"
#include "server/core/stadium.h"
#include "server/ports/clock.h"
#include "server/ports/ids.h"
#include "server/ports/journal.h"
#include "server/ports/payment.h"
#include "server/ports/planner.h"

enum { TICK_MS = 250, INBOX_ROOM = 1024 };

/* Everything stays the caller's and outlives the app. */
struct app_options {
    struct stadium *stadium; /* Where the journal ends: see recover(). */
    struct keys *keys;       /* The same; NULL: no request has a key. */
    struct journal *journal;
    struct clock *clock; /* Not before the stadium's time. */
    struct planner *planner;
    struct payment_provider *payment; /* NULL: nobody is asked, and what is wanted waits. */
    ids_draw *draw_ids;               /* NULL: commands bring the ids of what they make. */
    /* Loop thread: the stadium has a venue, from the start or since this turn. May be NULL. */
    void (*venue_there)(struct stadium *stadium);
    const struct log *log;
    uint32_t sources_max; /* As in the stadium's limits. */
    bool keep_series;     /* Somebody takes time series out of the intake. */
    uint32_t inbox_room;  /* Requests that wait at most; 0: INBOX_ROOM. */
    /* Loop thread: facts up to `seq` have become durable. May be NULL. */
    void (*durable)(void *durable_ctx, uint64_t seq);
    /* Loop thread: readings with this intake_mark(), and all before, have become durable. May be
     * NULL. */
    void (*readings_durable)(void *durable_ctx, uint64_t mark);
    void *durable_ctx;
    /* Loop thread: answers that are given from here on may wait for one another; and: they go now.
     * Both may be NULL. */
    void (*answers_begin)(void);
    void (*answers_end)(void);
    /* From any thread: app_turn() has something to do. May be NULL. */
    void (*wake)(void *ctx);
    /* Machine time that only goes on, for ticks and for how often feeds are published. NULL: stands
     * still, and feeds are published whenever they changed. */
    int64_t (*monotonic_ms)(void *ctx);
    void *ctx;
};

struct app;
struct app *app_create(const struct app_options *options);
/* After app_finish(), or on an app that failed; the planner must be closed before. NULL is
 * accepted. */
void app_destroy(struct app *app);

/* Any thread. STATUS_INBOX_FULL: it was refused before any work, and answer() is never called. */
enum status app_post(struct app *app, struct request *request);
/* Any thread: app_post() would not refuse now. For those who would rather know before they prepare
 * a request; app_post() has the last word. */
bool app_has_room(struct app *app);
/* Loop thread, in answer(): the same request once more, after those that wait by now. It is taken
 * however many they are, so a read that copies much does so in parts and holds nobody up. */
void app_post_again(struct app *app, struct request *request);
/* Any thread: makes the loop turn once more. */
void app_wake(struct app *app);
/* Where readings are folded; any thread. */
struct intake *app_intake(struct app *app);
/* Any thread: stadium time now. */
int64_t app_now_ms(const struct app *app);
bool app_driven(const struct app *app);
/* There is machine time, and feeds go by it. */
bool app_is_timed(const struct app *app);

/* Loop thread: does what there is to do. True: call again at once. */
bool app_turn(struct app *app);
/* Monotonic time at which app_turn() has something to do by itself; INT64_MAX: never. */
int64_t app_due_ms(const struct app *app);
/* Why the app stopped for good, or NULL. Its requests have been answered with that. */
const char *app_failure(const struct app *app);
/* Loop thread, when no requests come any more and the planner is closed: the last readings become
 * facts (real clock), and it waits until all is durable. A question that is open then is asked
 * again after the next start. False: it failed. */
bool app_finish(struct app *app);

/* Loop thread, in look(). */
const struct stadium *app_stadium(const struct app *app);

/* ---- Feeds: state that is published whenever it changed ----------------------------------------
 */

struct feed {
    /* Least machine time between two publications, with the real and with the driven clock. */
    int64_t interval_ms, driven_interval_ms;
    /* Differs from the last one when there is something new; 0: nothing to publish. */
    uint64_t (*version)(const struct feed *feed, const struct app *app);
    /* It is published after each interval, new or not, while version() is not 0 and there is
     * machine time. */
    bool repeats;
    /* Loop thread: look() (NULL: there is nothing to look at) copies what is to be published,
     * publish() does when that is durable. On an app that failed publish() is not called. */
    void (*look)(struct feed *feed, const struct app *app);
    void (*publish)(struct feed *feed);

    /* The app's; zero. */
    struct request request;
    uint64_t shown_version;
    int64_t shown_ms; /* Monotonic. */
    bool shown, busy;
    struct feed *next;
};
/* Before the first turn, or on the loop thread; the feed stays the caller's and outlives the app.
 */
void app_add_feed(struct app *app, struct feed *feed);

#endif
