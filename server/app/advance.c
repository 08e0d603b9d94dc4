/* Time under the driver's hand: an Advance walks from boundary to boundary, and stops at each until
 * all that it causes has happened. */
#include "server/app/question.h"
#include "server/app/state.h"

#include <inttypes.h>
#include <stdio.h>

void advance_begin(struct app *app, struct request *request)
{
    struct refusal *refusal = &request->refusal;
    const int64_t now_ms = app_now_ms(app);
    if (!app->driven) {
        refusal->status = STATUS_CLOCK_NOT_DRIVEN;
        snprintf(refusal->message, sizeof refusal->message, "%s", status_sentence(refusal->status));
    } else if (request->to_ms < now_ms) {
        refusal->status = STATUS_CLOCK_BACKWARDS;
        snprintf(refusal->field, sizeof refusal->field, "to_ms");
        snprintf(refusal->message, sizeof refusal->message,
                 "stadium time is %" PRId64 " and never goes back to %" PRId64
                 "; ask for it with GetClock",
                 now_ms, request->to_ms);
    } else if (request->to_ms > READINGS_LAST_MS) {
        refusal->status = STATUS_BAD_FIELD;
        snprintf(refusal->field, sizeof refusal->field, "to_ms");
        snprintf(refusal->message, sizeof refusal->message,
                 "to_ms lies beyond the year 9999; it counts milliseconds since 1970");
    } else {
        app->advancing = request;
        advance_on(app);
        return;
    }
    app_done(app, request);
}

static int64_t boundary_at_or_after(int64_t ms)
{
    return (ms + TICK_MS - 1) / TICK_MS * TICK_MS;
}

/* The next boundary with something to do; INT64_MAX: none. */
static int64_t next_boundary_ms(const struct app *app, int64_t now_ms, int64_t to_ms)
{
    /* A clock that nobody has set yet has no past to walk through. */
    const int64_t first_ms =
        now_ms > CLOCK_UNSET_MS ? boundary_at_or_after(now_ms + 1) : to_ms / TICK_MS * TICK_MS;
    if (intake_pending(app->intake))
        return first_ms;
    const int64_t stadium_ms = stadium_due(app->options.stadium);
    const int64_t devices_ms = intake_news_due_ms(app->intake);
    const int64_t due_ms = stadium_ms < devices_ms ? stadium_ms : devices_ms;
    if (due_ms == STADIUM_NEVER)
        return INT64_MAX;
    return due_ms <= first_ms ? first_ms : boundary_at_or_after(due_ms);
}

/* The plan or the payment that it would wait for comes after the next start: without it what
 * follows would not be what follows in a run that nobody ended. */
static void stop(struct app *app, struct request *request)
{
    struct refusal *refusal = &request->refusal;
    refusal->status = STATUS_STOPPING;
    snprintf(refusal->message, sizeof refusal->message, "%s", status_sentence(refusal->status));
    app->advancing = NULL;
    app_done(app, request);
}

void advance_on(struct app *app)
{
    struct request *request = app->advancing;
    struct clock *clock = app->options.clock;
    if (!request)
        return;
    for (;;) {
        app_settle(app);
        if (app->planning || app_is_full(app))
            return;
        if (app->finishing && (question_open(app->options.stadium) || payments_hold_up(app))) {
            stop(app, request);
            return;
        }
        if (payments_hold_up(app))
            return;
        const int64_t next_ms = next_boundary_ms(app, app_now_ms(app), request->to_ms);
        if (next_ms > request->to_ms)
            break;
        clock->ops->advance(clock, next_ms);
        app_tick(app, true);
    }
    clock->ops->advance(clock, request->to_ms);
    app->advancing = NULL;
    request->seq = stadium_seq(app->options.stadium);
    if (request->look)
        request->look(request, app);
    app_done(app, request);
}
