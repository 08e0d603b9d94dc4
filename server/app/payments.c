#include "server/app/payments.h"

#include "server/app/state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A provider that answers at once must not keep the loop from its requests: so many settled, then
 * they have a turn. */
enum { SETTLED_AT_ONCE = 256 };

/* The provider's thread, or inside start(). */
static void answered(struct payment_job *job)
{
    struct app *app = job->ctx;
    struct payments *payments = &app->payments;
    pthread_mutex_lock(&payments->mutex);
    job->next = NULL;
    *payments->end = job;
    payments->end = &job->next;
    pthread_mutex_unlock(&payments->mutex);
    app_wake(app);
}

void payments_init(struct payments *payments, struct app *app)
{
    const struct stadium *stadium = app->options.stadium;
    payments->durable = stadium_ask_last(stadium);
    payments->asked = stadium_ask_first(stadium) - 1;
    pthread_mutex_init(&payments->mutex, NULL);
    payments->end = &payments->first;
    /* Under a driven clock one after the other, so that their order never depends on threads. */
    const int count = app->driven ? 1 : PAYMENTS_AT_ONCE;
    for (int i = 0; i < count; i++) {
        payments->jobs[i] =
            (struct payment_job){ .done = answered, .ctx = app, .next = payments->spare };
        payments->spare = &payments->jobs[i];
    }
}

void payments_fini(struct payments *payments)
{
    pthread_mutex_destroy(&payments->mutex);
}

static void ask(struct app *app, const struct payment *payment)
{
    struct payments *payments = &app->payments;
    const struct stadium *stadium = app->options.stadium;
    const struct order *order = stadium_order(stadium, payment->order);
    struct payment_job *job = payments->spare;
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[order->event];
    payments->spare = job->next;
    payments->under_way++;
    job->payment = *payment;
    job->order = order->id;
    memcpy(job->currency, event->currency, sizeof job->currency);
    snprintf(job->reference, sizeof job->reference, "%s",
             stadium_payment_reference(stadium, payment->order));
    job->attempts = stadium_payment_wait(stadium, payment->number).attempts;
    job->wanted_ms = stadium_payment_wait(stadium, payment->number).wanted_ms;
    job->now_ms = app_now_ms(app);
    job->amount_minor = 0;
    const struct payment_ops *ops = app->options.payment->ops;
    const bool goes_back = payment->kind == PAYMENT_REFUND || payment->kind == PAYMENT_RETURN;
    /* One that goes back and was declined is asked for under a new number. */
    (job->attempts > 0 && !goes_back ? ops->query : ops->start)(app->options.payment, job);
}

/* Number of the last question that may be asked. */
static uint32_t askable(struct app *app)
{
    struct payments *payments = &app->payments;
    const struct stadium *stadium = app->options.stadium;
    const uint32_t last = stadium_ask_last(stadium);
    if (app->options.payment->harmless)
        return last;
    if (!payments->marked_seq && payments->durable < last) {
        payments->marked = last;
        payments->marked_seq = stadium_seq(stadium);
    }
    if (payments->marked_seq && payments->marked_seq <= app->store.durable_seq) {
        payments->durable = payments->marked;
        payments->marked_seq = 0;
    }
    return payments->durable;
}

static void ask_next(struct app *app)
{
    struct payments *payments = &app->payments;
    const struct stadium *stadium = app->options.stadium;
    const uint32_t last = askable(app);
    while (payments->spare && payments->asked < last) {
        const struct payment *payment = stadium_asked(stadium, ++payments->asked);
        if (payment)
            ask(app, payment);
    }
}

static struct payment_job *take_answered(struct payments *payments)
{
    pthread_mutex_lock(&payments->mutex);
    struct payment_job *job = payments->first;
    if (job)
        payments->first = job->next;
    if (!payments->first)
        payments->end = &payments->first;
    pthread_mutex_unlock(&payments->mutex);
    return job;
}

static void settle(struct app *app, struct payment_job *job)
{
    struct command command = { .kind = COMMAND_SETTLE_PAYMENT };
    command.as.settle_payment.number = job->payment.number;
    command.as.settle_payment.outcome = (uint32_t)job->outcome;
    command.as.settle_payment.amount_minor = job->amount_minor;
    memcpy(command.as.settle_payment.reference, job->reference, sizeof job->reference);
    const enum status status = app_perform(app, &command);
    /* It was asked for, and room for what follows from it was kept. */
    if (status != STATUS_OK)
        log_write(app->options.log, LOG_ERROR, "payment-refused", "reason=%s %s",
                  status_reason(status), app->facts.refusal.message);
    assert(status == STATUS_OK);
    job->next = app->payments.spare;
    app->payments.spare = job;
    app->payments.under_way--;
}

bool payments_turn(struct app *app, uint32_t *settled)
{
    struct payment_job *job;
    const uint32_t before = *settled;
    if (!app->options.payment)
        return false;
    do {
        if (!app->finishing)
            ask_next(app);
        if (app_is_full(app))
            break;
        if (*settled == SETTLED_AT_ONCE) {
            app_wake(app);
            break;
        }
        job = take_answered(&app->payments);
        if (job) {
            settle(app, job);
            ++*settled;
        }
    } while (job);
    return *settled > before;
}

bool payments_hold_up(const struct app *app)
{
    const struct payments *payments = &app->payments;
    return app->driven && app->options.payment &&
           (payments->under_way > 0 || payments->asked < stadium_ask_last(app->options.stadium));
}
