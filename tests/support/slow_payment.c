#include "tests/support/slow_payment.h"

#include "server/base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct slow_payment {
    struct payment_provider provider;
    struct ledger *ledger;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct payment_job *first, **end; /* Waiting. */
    uint32_t waiting, wanted;         /* wanted: to be answered now. */
    bool closing;
};

static bool is_token(const struct payment_provider *provider, const char *token)
{
    (void)provider;
    return strcmp(token, "tok_ok") == 0 || strcmp(token, "tok_declined") == 0;
}

static struct ledger_row *row_of(struct ledger *ledger, const struct payment_job *job)
{
    for (uint32_t i = 0; i < ledger->count; i++)
        if (id_equal(ledger->rows[i].order, job->order) &&
            ledger->rows[i].number == job->payment.number)
            return &ledger->rows[i];
    assert(ledger->count < LEDGER_MAX);
    struct ledger_row *row = &ledger->rows[ledger->count++];
    *row = (struct ledger_row){ .order = job->order, .number = job->payment.number };
    return row;
}

static void move_money(struct ledger *ledger, struct payment_job *job)
{
    const struct payment *payment = &job->payment;
    struct ledger_row *row = row_of(ledger, job);
    if (row->asked++ == 0) {
        const bool back = payment->kind == PAYMENT_REFUND || payment->kind == PAYMENT_RETURN;
        const bool done = back || strcmp(payment->token, "tok_ok") == 0;
        row->outcome = done ? PAYMENT_DONE : PAYMENT_DECLINED;
        if (done)
            ledger->balance_minor += back ? -payment->amount_minor : payment->amount_minor;
    }
    job->amount_minor = payment->amount_minor;
    job->outcome = row->outcome;
}

static void *work(void *ctx)
{
    struct slow_payment *own = ctx;
    pthread_mutex_lock(&own->mutex);
    while (!own->closing) {
        struct payment_job *job = own->wanted > 0 ? own->first : NULL;
        if (!job) {
            pthread_cond_wait(&own->changed, &own->mutex);
            continue;
        }
        own->first = job->next;
        if (!own->first)
            own->end = &own->first;
        own->waiting--;
        move_money(own->ledger, job);
        pthread_mutex_unlock(&own->mutex);
        job->done(job);
        pthread_mutex_lock(&own->mutex);
        own->wanted--;
        pthread_cond_broadcast(&own->changed);
    }
    pthread_mutex_unlock(&own->mutex);
    return NULL;
}

static void start(struct payment_provider *provider, struct payment_job *job)
{
    struct slow_payment *own = (struct slow_payment *)provider;
    pthread_mutex_lock(&own->mutex);
    job->next = NULL;
    *own->end = job;
    own->end = &job->next;
    own->waiting++;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
}

void slow_payment_answer(struct payment_provider *provider, uint32_t count)
{
    struct slow_payment *own = (struct slow_payment *)provider;
    pthread_mutex_lock(&own->mutex);
    while (own->waiting < count)
        pthread_cond_wait(&own->changed, &own->mutex);
    own->wanted += count;
    pthread_cond_broadcast(&own->changed);
    while (own->wanted > 0)
        pthread_cond_wait(&own->changed, &own->mutex);
    pthread_mutex_unlock(&own->mutex);
}

void slow_payment_lose(struct payment_provider *provider)
{
    struct slow_payment *own = (struct slow_payment *)provider;
    pthread_mutex_lock(&own->mutex);
    while (own->waiting == 0)
        pthread_cond_wait(&own->changed, &own->mutex);
    move_money(own->ledger, own->first);
    pthread_mutex_unlock(&own->mutex);
}

/* What became of one that was started; what was not is declined. */
static void query(struct payment_provider *provider, struct payment_job *job)
{
    struct slow_payment *own = (struct slow_payment *)provider;
    struct ledger *ledger = own->ledger;
    pthread_mutex_lock(&own->mutex);
    job->outcome = PAYMENT_DECLINED;
    for (uint32_t i = 0; i < ledger->count; i++) {
        if (id_equal(ledger->rows[i].order, job->order) &&
            ledger->rows[i].number == job->payment.number)
            job->outcome = ledger->rows[i].outcome;
    }
    pthread_mutex_unlock(&own->mutex);
    job->done(job);
}

static void close_slow(struct payment_provider *provider)
{
    struct slow_payment *own = (struct slow_payment *)provider;
    pthread_mutex_lock(&own->mutex);
    own->closing = true;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
    pthread_join(own->thread, NULL);
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->mutex);
    free(own);
}

struct payment_provider *slow_payment_open(struct ledger *ledger)
{
    static const struct payment_ops ops = { is_token, NULL, start, query, close_slow };
    struct slow_payment *own = base_alloc(sizeof *own);
    own->provider.ops = &ops;
    own->provider.tokens = "the test takes tok_ok and tok_declined";
    own->ledger = ledger;
    own->end = &own->first;
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->changed, NULL);
    const int error = pthread_create(&own->thread, NULL, work, own);
    assert(!error);
    (void)error;
    return &own->provider;
}
