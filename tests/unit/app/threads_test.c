/* All the app's threads at once: callers, sensors, loop, planner, and a journal of its own thread.
 * Nothing may be lost or answered twice; ThreadSanitizer watches the hand-overs. */
#include "tests/unit/app/fixture.h"

#include "server/adapters/clock/clock.h"
#include "server/adapters/planner/planner.h"
#include "server/app/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CALLERS = 3, CALLS = 300, SENSORS = 2, MESSAGES = 500 };

/* ---- A memory journal whose appends end on another thread --------------------------------------
 */

struct slow_journal {
    struct journal journal;
    struct journal *inner;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct journal_append *append;
    struct journal_fetch *fetch; /* The oldest at the end. */
    bool closing;
};

static enum status slow_append(struct journal *journal, struct journal_append *append)
{
    struct slow_journal *own = (struct slow_journal *)journal;
    pthread_mutex_lock(&own->mutex);
    own->append = append;
    pthread_cond_signal(&own->changed);
    pthread_mutex_unlock(&own->mutex);
    return STATUS_OK;
}

static void slow_fetch(struct journal *journal, struct journal_fetch *fetch)
{
    struct slow_journal *own = (struct slow_journal *)journal;
    pthread_mutex_lock(&own->mutex);
    fetch->next = own->fetch;
    own->fetch = fetch;
    pthread_cond_signal(&own->changed);
    pthread_mutex_unlock(&own->mutex);
}

static void *store(void *ctx)
{
    struct slow_journal *own = ctx;
    pthread_mutex_lock(&own->mutex);
    for (;;) {
        while (!own->append && !own->fetch && !own->closing)
            pthread_cond_wait(&own->changed, &own->mutex);
        struct journal_append *append = own->append;
        struct journal_fetch *fetch = own->fetch;
        own->append = NULL;
        own->fetch = NULL;
        if (!append && !fetch)
            break;
        pthread_mutex_unlock(&own->mutex);
        if (append)
            own->inner->ops->append(own->inner, append);
        while (fetch) {
            struct journal_fetch *next = fetch->next;
            own->inner->ops->fetch(own->inner, fetch);
            fetch = next;
        }
        pthread_mutex_lock(&own->mutex);
    }
    pthread_mutex_unlock(&own->mutex);
    return NULL;
}

static void slow_open(struct slow_journal *own)
{
    static const struct journal_ops ops = { slow_append, slow_fetch, NULL, NULL };
    *own = (struct slow_journal){ .journal.ops = &ops, .inner = memory_journal_open(NULL) };
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->changed, NULL);
    pthread_create(&own->thread, NULL, store, own);
}

static void slow_close(struct slow_journal *own)
{
    pthread_mutex_lock(&own->mutex);
    own->closing = true;
    pthread_cond_signal(&own->changed);
    pthread_mutex_unlock(&own->mutex);
    pthread_join(own->thread, NULL);
    own->inner->ops->close(own->inner);
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->mutex);
}

/* ---- Who asks ----------------------------------------------------------------------------------
 */

struct call {
    struct asked asked; /* First. */
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    bool over;
};

static void over(struct request *request)
{
    struct call *call = (struct call *)request;
    pthread_mutex_lock(&call->mutex);
    assert_false(call->over);
    asked_hear(&call->asked);
    call->over = true;
    pthread_cond_signal(&call->answered);
    pthread_mutex_unlock(&call->mutex);
}

/* What was told under each key. */
static pthread_mutex_t told_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t told[CALLS];
static int done_once;

/* As the fixture's pack() writes it. */
static uint64_t told_seq(const struct asked *asked)
{
    return strtoull(asked->text + strlen("seq "), NULL, 10);
}

static void call_and_wait(struct app *app, struct call *call)
{
    pthread_mutex_init(&call->mutex, NULL);
    pthread_cond_init(&call->answered, NULL);
    call->over = false;
    call->asked.request.answer = over;
    while (app_post(app, &call->asked.request) == STATUS_INBOX_FULL)
        ;
    pthread_mutex_lock(&call->mutex);
    while (!call->over)
        pthread_cond_wait(&call->answered, &call->mutex);
    pthread_mutex_unlock(&call->mutex);
    pthread_cond_destroy(&call->answered);
    pthread_mutex_destroy(&call->mutex);
}

/* All callers use the same keys: one of them has it done, the others hear that answer. */
static void ask_once(struct app *app, struct call *call, uint64_t key)
{
    asked_gate(&call->asked, key & 1, key & 2 ? GATE_OPEN : GATE_CLOSED);
    asked_once(&call->asked, key, key);
    call_and_wait(app, call);
    assert_int_equal(call->asked.request.refusal.status, STATUS_OK);
    pthread_mutex_lock(&told_mutex);
    assert_true(told[key] == 0 || told[key] == told_seq(&call->asked));
    told[key] = told_seq(&call->asked);
    done_once += !call->asked.request.replayed;
    pthread_mutex_unlock(&told_mutex);
}

static void *caller(void *ctx)
{
    struct call call;
    uint64_t last_seq = 0;
    for (int i = 0; i < CALLS; i++) {
        if (i % 5 == 4) {
            ask_once(ctx, &call, (uint64_t)i);
            continue;
        }
        if (i % 3 == 0)
            asked_read(&call.asked);
        else
            asked_gate(&call.asked, i & 1, i & 2 ? GATE_OPEN : GATE_CLOSED);
        call_and_wait(ctx, &call);
        assert_int_equal(call.asked.request.refusal.status, STATUS_OK);
        /* What is answered later has seen no less. */
        assert_true(call.asked.request.seq >= last_seq);
        last_seq = call.asked.request.seq;
    }
    return NULL;
}

struct sensor {
    struct app *app;
    char name[16];
};

static void *sensor(void *ctx)
{
    struct sensor *own = ctx;
    const uint32_t gate = 0, one = 1, none = 0;
    for (uint64_t i = 1; i <= MESSAGES; i++) {
        struct intake_outcome outcome;
        const struct readings r = { .source = own->name,
                                    .sequence = i,
                                    .at_ms = app_now_ms(own->app),
                                    .gate = { &gate, 1 },
                                    .gate_in = { &one, 1 },
                                    .gate_out = { &none, 1 } };
        assert_int_equal(intake_take(app_intake(own->app), "", &r, app_now_ms(own->app), &outcome),
                         STATUS_OK);
        assert_int_equal(outcome.accepted, 1);
    }
    return NULL;
}

struct run {
    struct loop *loop;
    struct app *app;
};

static void never(void *ctx)
{
    (void)ctx;
}

static void *turn(void *ctx)
{
    struct run *run = ctx;
    loop_run(run->loop, run->app, never, NULL);
    return NULL;
}

static void everything_at_once_loses_nothing(void **state)
{
    (void)state;
    char why[JOURNAL_WHY_SIZE];
    const struct limits limits = limits_default();
    const struct log log = { stderr, LOG_WARNING };
    struct slow_journal journal;
    slow_open(&journal);
    struct stadium *stadium = stadium_create(&limits);
    struct keys *keys = keys_create(&limits);
    struct clock *clock = real_clock_open(0);
    struct planner *planner = flow_planner_open(true, 0);
    struct loop *loop = loop_create(why, sizeof why);
    struct app *app = app_create(&(struct app_options){ .stadium = stadium,
                                                        .keys = keys,
                                                        .journal = &journal.journal,
                                                        .clock = clock,
                                                        .planner = planner,
                                                        .log = &log,
                                                        .sources_max = limits.sources,
                                                        .wake = loop_wake,
                                                        .monotonic_ms = loop_monotonic_ms,
                                                        .ctx = loop });
    struct run run = { loop, app };
    pthread_t looping, callers[CALLERS], sensors[SENSORS];
    pthread_create(&looping, NULL, turn, &run);
    struct call call;
    asked_import(&call.asked);
    call_and_wait(app, &call);
    assert_int_equal(call.asked.request.refusal.status, STATUS_OK);

    struct sensor sources[SENSORS];
    for (int i = 0; i < SENSORS; i++) {
        sources[i].app = app;
        snprintf(sources[i].name, sizeof sources[i].name, "sensor-%d", i);
        pthread_create(&sensors[i], NULL, sensor, &sources[i]);
    }
    for (int i = 0; i < CALLERS; i++)
        pthread_create(&callers[i], NULL, caller, app);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(callers[i], NULL);
    for (int i = 0; i < SENSORS; i++)
        pthread_join(sensors[i], NULL);
    loop_stop(loop);
    pthread_join(looping, NULL);
    planner->ops->close(planner);
    assert_true(app_finish(app));
    assert_int_equal(stadium_gates(stadium)[0].total_in, SENSORS * MESSAGES);

    slow_close(&journal);
    app_destroy(app);
    loop_destroy(loop);
    clock->ops->close(clock);
    keys_destroy(keys);
    stadium_destroy(stadium);
    assert_int_equal(done_once, CALLS / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_at_once_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
