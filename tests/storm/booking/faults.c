#include "tests/storm/booking/faults.h"

#include "server/base/arena.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The journal ----------------------------------------------------------------------------- */

struct fault_journal {
    struct journal journal;
    struct journal *inner;
    struct journal_append *waiting;
    bool failed;

    /* Of what is under way in there, on a thread of its own perhaps. */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool over;
    enum status status;
    char why[JOURNAL_WHY_SIZE];
    struct journal_fetch *fetch;
};

static void finish(struct fault_journal *self, enum status status, const char *why)
{
    pthread_mutex_lock(&self->mutex);
    self->over = true;
    self->status = status;
    strncpy(self->why, why ? why : "", sizeof self->why - 1);
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->mutex);
}

static void await(struct fault_journal *self)
{
    pthread_mutex_lock(&self->mutex);
    while (!self->over)
        pthread_cond_wait(&self->changed, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
    self->over = false;
}

static void appended(struct journal_append *append, enum status status, const char *why)
{
    finish(append->ctx, status, why);
}

static enum status append_inside(struct fault_journal *self, const struct journal_append *append)
{
    struct journal_append inside = {
        .rows = append->rows, .count = append->count, .done = appended, .ctx = self
    };
    const enum status status = self->inner->ops->append(self->inner, &inside);
    if (status != STATUS_OK)
        return status;
    await(self);
    return self->status;
}

static enum status fault_append(struct journal *journal, struct journal_append *append)
{
    struct fault_journal *self = (struct fault_journal *)journal;
    if (self->failed)
        return STATUS_JOURNAL_FAILED;
    self->waiting = append;
    return STATUS_OK;
}

bool fault_journal_waits(const struct journal *journal)
{
    return ((const struct fault_journal *)journal)->waiting != NULL;
}

void fault_journal_let_go(struct journal *journal)
{
    struct fault_journal *self = (struct fault_journal *)journal;
    struct journal_append *append = self->waiting;
    if (!append)
        return;
    self->waiting = NULL;
    const enum status status = append_inside(self, append);
    append->done(append, status, self->why);
}

void fault_journal_fail(struct journal *journal, bool becomes_durable)
{
    struct fault_journal *self = (struct fault_journal *)journal;
    struct journal_append *append = self->waiting;
    self->failed = true;
    if (!append)
        return;
    self->waiting = NULL;
    if (becomes_durable)
        append_inside(self, append);
    append->done(append, STATUS_JOURNAL_FAILED, "the storm let it fail");
}

static void fetched(struct journal_fetch *inside, enum status status, const struct journal_row *row,
                    const char *why)
{
    struct fault_journal *self = inside->ctx;
    self->fetch->done(self->fetch, status, row, why);
    finish(self, status, why);
}

static void fault_fetch(struct journal *journal, struct journal_fetch *fetch)
{
    struct fault_journal *self = (struct fault_journal *)journal;
    struct journal_fetch inside = { .seq = fetch->seq, .done = fetched, .ctx = self };
    self->fetch = fetch;
    self->inner->ops->fetch(self->inner, &inside);
    await(self);
}

static enum status fault_read(struct journal *journal, uint64_t from_seq, journal_visit *visit,
                              void *ctx, char *why, size_t why_size)
{
    struct journal *inner = ((struct fault_journal *)journal)->inner;
    return inner->ops->read(inner, from_seq, visit, ctx, why, why_size);
}

static void fault_close(struct journal *journal)
{
    struct fault_journal *self = (struct fault_journal *)journal;
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->mutex);
    free(self);
}

struct journal *fault_journal_open(struct journal *inner)
{
    static const struct journal_ops ops = { fault_append, fault_fetch, fault_read, fault_close };
    struct fault_journal *self = base_alloc(sizeof *self);
    self->journal.ops = &ops;
    self->inner = inner;
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->changed, NULL);
    return &self->journal;
}

/* ---- The clock ------------------------------------------------------------------------------- */

struct storm_clock {
    struct clock clock;
    int64_t now_ms;
};

static int64_t clock_now_ms(struct clock *clock)
{
    return ((struct storm_clock *)clock)->now_ms;
}

static enum status clock_advance(struct clock *clock, int64_t to_ms)
{
    (void)clock, (void)to_ms;
    return STATUS_CLOCK_NOT_DRIVEN;
}

static void clock_close(struct clock *clock)
{
    free(clock);
}

struct clock *storm_clock_open(int64_t now_ms)
{
    static const struct clock_ops ops = { clock_now_ms, clock_advance, clock_close };
    struct storm_clock *self = base_alloc(sizeof *self);
    self->clock = (struct clock){ &ops, false };
    self->now_ms = now_ms;
    return &self->clock;
}

void storm_clock_set(struct clock *clock, int64_t now_ms)
{
    ((struct storm_clock *)clock)->now_ms = now_ms;
}

/* ---- Payments -------------------------------------------------------------------------------- */

struct late_payment {
    struct payment_provider provider;
    struct ledger *ledger;
    struct payment_job *waiting;
    uint32_t count;
};

static bool is_token(const struct payment_provider *provider, const char *token)
{
    (void)provider;
    return strncmp(token, "tok_ok", strlen("tok_ok")) == 0 || strcmp(token, "tok_declined") == 0;
}

static void fingerprint(const struct payment_provider *provider, const char *token,
                        char to[PAYMENT_FINGERPRINT_BYTES + 1])
{
    (void)provider;
    snprintf(to, PAYMENT_FINGERPRINT_BYTES + 1, "%s", token);
}

static void start(struct payment_provider *provider, struct payment_job *job)
{
    struct late_payment *self = (struct late_payment *)provider;
    job->next = self->waiting;
    self->waiting = job;
    self->count++;
}

static struct ledger_row *row_of(struct ledger *ledger, const struct payment_job *job)
{
    const struct id name = { job->order.high ^ job->payment.number, job->order.low };
    const uint32_t index = id_map_find(&ledger->rows_by_name, name);
    if (index != ID_MAP_NONE)
        return &ledger->rows[index];
    if (ledger->count == ledger->room) {
        ledger->room = ledger->room ? 2 * ledger->room : 64;
        ledger->rows = realloc(ledger->rows, ledger->room * sizeof *ledger->rows);
    }
    id_map_add(&ledger->rows_by_name, name, ledger->count);
    struct ledger_row *row = &ledger->rows[ledger->count++];
    const bool declines = ledger->declines && ledger->count % ledger->declines == 0;
    const enum payment_kind kind = (enum payment_kind)job->payment.kind;
    const bool goes_back = kind == PAYMENT_REFUND || kind == PAYMENT_RETURN || kind == PAYMENT_VOID;
    const bool takes =
        (kind == PAYMENT_CAPTURE || strcmp(job->payment.token, "tok_declined") != 0) && !declines;
    *row = (struct ledger_row){
        .order = job->order,
        .number = job->payment.number,
        .kind = job->payment.kind,
        .outcome = goes_back || takes ? PAYMENT_DONE : PAYMENT_DECLINED,
        .amount_minor = job->payment.amount_minor,
    };
    return row;
}

bool late_payment_waits(const struct payment_provider *provider)
{
    return ((const struct late_payment *)provider)->waiting != NULL;
}

void late_payment_answer(struct payment_provider *provider, struct prng *prng)
{
    struct late_payment *self = (struct late_payment *)provider;
    struct payment_job **at = &self->waiting;
    for (uint32_t skip = prng_below(prng, self->count); skip > 0; skip--)
        at = &(*at)->next;
    struct payment_job *job = *at;
    *at = job->next;
    self->count--;
    job->outcome = row_of(self->ledger, job)->outcome;
    job->done(job);
}

static void close_payment(struct payment_provider *provider)
{
    free(provider);
}

struct payment_provider *late_payment_open(struct ledger *ledger)
{
    static const struct payment_ops ops = { is_token, fingerprint, start, start, close_payment };
    struct late_payment *self = base_alloc(sizeof *self);
    self->provider.ops = &ops;
    self->provider.tokens = "give tok_ok or tok_declined";
    self->ledger = ledger;
    return &self->provider;
}

void ledger_fini(struct ledger *ledger)
{
    free(ledger->rows);
    id_map_fini(&ledger->rows_by_name);
    *ledger = (struct ledger){ 0 };
}

static int64_t amount_of(const struct ledger_row *row)
{
    if (row->outcome != PAYMENT_DONE || row->kind == PAYMENT_AUTHORISE || row->kind == PAYMENT_VOID)
        return 0;
    const bool goes_back = row->kind == PAYMENT_REFUND || row->kind == PAYMENT_RETURN;
    return goes_back ? -row->amount_minor : row->amount_minor;
}

int64_t ledger_balance(const struct ledger *ledger, struct id order)
{
    int64_t balance = 0;
    for (uint32_t i = 0; i < ledger->count; i++)
        if (id_equal(ledger->rows[i].order, order))
            balance += amount_of(&ledger->rows[i]);
    return balance;
}

int64_t ledger_total(const struct ledger *ledger)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < ledger->count; i++)
        total += amount_of(&ledger->rows[i]);
    return total;
}
