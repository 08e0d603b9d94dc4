#include "server/app/state.h"

#include <assert.h>
#include <stdio.h>

void store_init(struct store *store, uint64_t durable_seq)
{
    *store = (struct store){ .durable_seq = durable_seq };
    pthread_mutex_init(&store->mutex, NULL);
    pthread_cond_init(&store->over_cond, NULL);
}

void store_fini(struct store *store)
{
    turn_fini(&store->turns[0]);
    turn_fini(&store->turns[1]);
    pthread_cond_destroy(&store->over_cond);
    pthread_mutex_destroy(&store->mutex);
}

/* The journal's thread: notes the outcome and leaves the rest to the loop. */
static void append_over(struct journal_append *append, enum status status, const char *why)
{
    struct app *app = append->ctx;
    struct store *store = &app->store;
    pthread_mutex_lock(&store->mutex);
    store->over = true;
    store->over_status = status;
    snprintf(store->over_why, sizeof store->over_why, "%s", why ? why : "");
    pthread_cond_signal(&store->over_cond);
    pthread_mutex_unlock(&store->mutex);
    app_wake(app);
}

/* What the turn has of them is durable. */
static void tell_readings(struct app *app, struct turn *turn)
{
    if (turn->readings_mark && app->options.readings_durable)
        app->options.readings_durable(app->options.durable_ctx, turn->readings_mark);
    turn->readings_mark = 0;
}

void store_flush(struct app *app)
{
    struct store *store = &app->store;
    struct turn *turn = &store->turns[store->collecting];
    if (store->appending)
        return;
    if (turn->count == 0) { /* Readings that came to nothing, and all before is durable. */
        tell_readings(app, turn);
        return;
    }
    store->appending = true;
    pace_append_begins(&app->pace, app_monotonic_ms(app));
    store->appending_seq = turn->rows[turn->count - 1].seq;
    store->collecting ^= 1;
    assert(store->turns[store->collecting].count == 0);
    turn->append = (struct journal_append){
        .rows = turn->rows, .count = turn->count, .done = append_over, .ctx = app
    };
    struct journal *journal = app->options.journal;
    const enum status status = journal->ops->append(journal, &turn->append);
    if (status != STATUS_OK) {
        store->appending = false;
        app_fail(app, status, status_sentence(status));
    }
}

void store_collect(struct app *app)
{
    struct store *store = &app->store;
    pthread_mutex_lock(&store->mutex);
    const bool over = store->over;
    store->over = false;
    pthread_mutex_unlock(&store->mutex);
    if (!over)
        return;
    /* No other append is under way: nobody writes these now. */
    assert(store->appending);
    store->appending = false;
    pace_append_ends(&app->pace, app_monotonic_ms(app));
    if (store->over_status != STATUS_OK) {
        app_fail(app, store->over_status, store->over_why);
        return;
    }
    store->durable_seq = store->appending_seq;
    struct turn *turn = &store->turns[store->collecting ^ 1];
    tell_readings(app, turn);
    turn_reset(turn);
    if (app->options.durable)
        app->options.durable(app->options.durable_ctx, store->durable_seq);
}

void store_wait(struct app *app)
{
    struct store *store = &app->store;
    pthread_mutex_lock(&store->mutex);
    while ((store->appending || app->replays.under_way) && !store->over && !app->replays.fetched)
        pthread_cond_wait(&store->over_cond, &store->mutex);
    pthread_mutex_unlock(&store->mutex);
}
