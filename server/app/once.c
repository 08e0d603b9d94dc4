/* Writes with an idempotency key: done once, answered as often as asked. */
#include "server/app/state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Refusals that are made anew each time: invalid arguments would be refused the same again, and
 * what there was no room for may well be done later. Numbers are gRPC's. */
static bool is_kept(int code)
{
    enum { INVALID_ARGUMENT = 3, RESOURCE_EXHAUSTED = 8, UNAVAILABLE = 14 };
    return code != INVALID_ARGUMENT && code != RESOURCE_EXHAUSTED && code != UNAVAILABLE;
}

static void refuse(struct request *request, enum status status, const char *sentence)
{
    request->refusal = (struct refusal){ .status = status, .field = "idempotency-key" };
    snprintf(request->refusal.message, sizeof request->refusal.message, "%s", sentence);
}

/* ---- Before and after it is done ------------------------------------------------------------- */

bool once_begin(struct app *app, struct request *request)
{
    struct keys *keys = app->options.keys;
    const struct once *once = request->once;
    uint64_t body = 0;
    assert(keys && request->kind == REQUEST_COMMAND);
    keys_expire(keys, app_now_ms(app));
    const uint64_t seq = keys_find(keys, once->scope_high, once->scope_low, &body);
    if (seq && body == once->body_low) {
        request->replay_seq = seq;
    } else if (seq) {
        refuse(request, STATUS_KEY_REUSED, status_sentence(STATUS_KEY_REUSED));
    } else {
        switch (keys_room(keys, once->caller)) {
        case KEYS_ROOM:
            return true;
        case KEYS_CALLER_FULL:
            refuse(request, STATUS_KEYS_FULL,
                   "this caller has used as many idempotency keys in the last 24 hours as are kept "
                   "of one; wait, or send without a key");
            break;
        case KEYS_ALL_FULL:
            refuse(request, STATUS_KEYS_FULL, status_sentence(STATUS_KEYS_FULL));
            break;
        }
    }
    app_done(app, request);
    return false;
}

void once_end(struct app *app, struct request *request)
{
    const struct once *once = request->once;
    const int code = status_code(request->refusal.status);
    if (!is_kept(code))
        return;
    const struct fact fact = {
        .kind = FACT_ANSWERED,
        .time_ms = app_now_ms(app),
        .as.answered = { once->scope_high, once->scope_low, once->body_high, once->body_low,
                         once->caller, (uint32_t)code, request->pack(request) },
    };
    app_evolve(app, &fact);
    keys_add(app->options.keys, &fact.as.answered, fact.time_ms, stadium_seq(app->options.stadium));
}

/* ---- Again ----------------------------------------------------------------------------------- */

/* The journal's thread. */
static void fetched(struct journal_fetch *fetch, enum status status, const struct journal_row *row,
                    const char *why)
{
    struct request *request = fetch->ctx;
    struct app *app = request->app;
    request->fetch_status = status;
    if (status == STATUS_OK) {
        request->fetched_size = row->payload.size;
        request->fetched = base_alloc(row->payload.size);
        memcpy(request->fetched, row->payload.data, row->payload.size);
    } else {
        snprintf(request->refusal.message, sizeof request->refusal.message, "%.239s", why);
    }
    pthread_mutex_lock(&app->store.mutex);
    request->next = app->replays.fetched;
    app->replays.fetched = request;
    pthread_cond_signal(&app->store.over_cond);
    pthread_mutex_unlock(&app->store.mutex);
    app_wake(app);
}

void once_fetch(struct app *app, struct request *request)
{
    struct journal *journal = app->options.journal;
    app->replays.under_way++;
    request->app = app;
    request->fetch =
        (struct journal_fetch){ .seq = request->replay_seq, .done = fetched, .ctx = request };
    journal->ops->fetch(journal, &request->fetch);
}

static void replay(struct app *app, struct request *request)
{
    struct arena arena = { 0 };
    struct fact fact = { 0 };
    const struct bytes payload = { request->fetched, request->fetched_size };
    const struct answered *answered = &fact.as.answered;
    if (request->fetch_status != STATUS_OK) {
        request->refusal.status = request->fetch_status;
        log_write(app->options.log, LOG_ERROR, "replay-failed", "reason=%s %s",
                  status_reason(request->fetch_status), request->refusal.message);
    } else if (!fact_decode(payload, &arena, &fact) || fact.kind != FACT_ANSWERED) {
        refuse(request, STATUS_JOURNAL_CORRUPT, status_sentence(STATUS_JOURNAL_CORRUPT));
    } else if (answered->body_high != request->once->body_high) {
        refuse(request, STATUS_KEY_REUSED, status_sentence(STATUS_KEY_REUSED));
    } else {
        request->replayed = true;
        request->replay_code = answered->code;
        request->replay = answered->answer;
    }
    uint8_t *bytes = request->fetched; /* The answer ends the request. */
    app_answer(app, request);
    free(bytes);
    arena_fini(&arena);
}

void once_collect(struct app *app)
{
    pthread_mutex_lock(&app->store.mutex);
    struct request *request = app->replays.fetched;
    app->replays.fetched = NULL;
    pthread_mutex_unlock(&app->store.mutex);
    while (request) {
        struct request *next = request->next;
        app->replays.under_way--;
        replay(app, request);
        request = next;
    }
}
