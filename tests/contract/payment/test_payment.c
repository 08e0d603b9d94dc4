/* What every payment provider promises, run over each; then what one that answers later adds. */
#include "server/adapters/payment/sandbox.h"
#include "tests/support/slow_payment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct subject {
    struct payment_provider *provider;
    struct ledger *ledger; /* NULL: it answers inside start(). */
};

struct asked {
    struct payment_job job;
    atomic_uint answers;
};

static int start_sandbox(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    subject->provider = payment_sandbox_open();
    *state = subject;
    return 0;
}

static int start_slow(void **state)
{
    struct subject *subject = calloc(1, sizeof *subject);
    subject->ledger = calloc(1, sizeof *subject->ledger);
    subject->provider = slow_payment_open(subject->ledger);
    *state = subject;
    return 0;
}

static int stop(void **state)
{
    struct subject *subject = *state;
    subject->provider->ops->close(subject->provider);
    free(subject->ledger);
    free(subject);
    return 0;
}

static void count_answer(struct payment_job *job)
{
    atomic_fetch_add(&((struct asked *)job->ctx)->answers, 1);
}

static void start(struct subject *subject, struct asked *asked, uint32_t number,
                  enum payment_kind kind, const char *token)
{
    *asked = (struct asked){ 0 };
    struct payment_job *job = &asked->job;
    job->payment = (struct payment){ .number = number, .kind = kind, .amount_minor = 2500 };
    strcpy(job->payment.token, token);
    job->order = (struct id){ 7, 1 };
    strcpy(job->currency, "EUR");
    job->done = count_answer;
    job->ctx = asked;
    subject->provider->ops->start(subject->provider, job);
}

static enum payment_outcome outcome(struct subject *subject, uint32_t number,
                                    enum payment_kind kind, const char *token)
{
    struct asked asked;
    start(subject, &asked, number, kind, token);
    if (subject->ledger)
        slow_payment_answer(subject->provider, 1);
    assert_int_equal(atomic_load(&asked.answers), 1);
    return asked.job.outcome;
}

static void tokens_are_known_by_their_look(void **state)
{
    const struct subject *subject = *state;
    const struct payment_provider *provider = subject->provider;
    assert_true(provider->ops->is_token(provider, "tok_ok"));
    assert_true(provider->ops->is_token(provider, "tok_declined"));
    assert_false(provider->ops->is_token(provider, "4111111111111111"));
    assert_false(provider->ops->is_token(provider, ""));
    assert_non_null(provider->tokens);
}

/* Who has a fingerprint has the same one every time, and other means have another. */
static void means_are_told_apart(void **state)
{
    const struct subject *subject = *state;
    const struct payment_provider *provider = subject->provider;
    char first[PAYMENT_FINGERPRINT_BYTES + 1], again[sizeof first], other[sizeof first];
    if (!provider->ops->fingerprint)
        return;
    provider->ops->fingerprint(provider, "tok_ok", first);
    provider->ops->fingerprint(provider, "tok_ok", again);
    provider->ops->fingerprint(provider, "tok_declined", other);
    assert_string_not_equal(first, "");
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
}

static void a_charge_is_done_or_declined(void **state)
{
    assert_int_equal(outcome(*state, 1, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
    assert_int_equal(outcome(*state, 2, PAYMENT_CHARGE, "tok_declined"), PAYMENT_DECLINED);
}

static void a_refund_is_done(void **state)
{
    assert_int_equal(outcome(*state, 1, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
    assert_int_equal(outcome(*state, 2, PAYMENT_REFUND, ""), PAYMENT_DONE);
}

static void asked_again_it_answers_the_same(void **state)
{
    struct subject *subject = *state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(outcome(subject, 1, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
        assert_int_equal(outcome(subject, 2, PAYMENT_CHARGE, "tok_declined"), PAYMENT_DECLINED);
    }
    if (subject->ledger)
        assert_int_equal(subject->ledger->balance_minor, 2500);
}

static void each_of_many_is_answered_once(void **state)
{
    enum { MANY = 64 };
    static struct asked asked[MANY];
    struct subject *subject = *state;
    for (uint32_t i = 0; i < MANY; i++)
        start(subject, &asked[i], i + 1, PAYMENT_CHARGE, i % 3 ? "tok_ok" : "tok_declined");
    if (subject->ledger)
        slow_payment_answer(subject->provider, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(atomic_load(&asked[i].answers), 1);
        assert_int_equal(asked[i].job.outcome, i % 3 ? PAYMENT_DONE : PAYMENT_DECLINED);
    }
}

/* Whoever is closed says nothing more; asked again under the same number, it moves money once. */
static void what_is_not_answered_is_asked_again_after_a_restart(void **state)
{
    struct subject *subject = *state;
    struct asked lost;
    assert_int_equal(outcome(subject, 1, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
    start(subject, &lost, 2, PAYMENT_CHARGE, "tok_ok");
    subject->provider->ops->close(subject->provider);
    assert_int_equal(atomic_load(&lost.answers), 0);
    subject->provider = slow_payment_open(subject->ledger);
    assert_int_equal(outcome(subject, 1, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
    assert_int_equal(outcome(subject, 2, PAYMENT_CHARGE, "tok_ok"), PAYMENT_DONE);
    assert_int_equal(subject->ledger->count, 2);
    assert_int_equal(subject->ledger->balance_minor, 2 * 2500);
}

#define OVER(test, adapter) cmocka_unit_test_setup_teardown(test, start_##adapter, stop)
#define OVER_BOTH(test)     OVER(test, sandbox), OVER(test, slow)

/* ---- The sandbox's moods --------------------------------------------------------------------- */

/* What a charge with this token comes to, when it was asked `attempts` times before, `late_ms` ago.
 */
static struct payment_job mood(struct subject *subject, enum payment_kind kind, const char *token,
                               const char *reference, uint32_t attempts, int64_t late_ms)
{
    struct asked asked = { 0 };
    struct payment_job *job = &asked.job;
    const struct payment_ops *ops = subject->provider->ops;
    job->payment = (struct payment){ .number = 1, .kind = kind, .amount_minor = 2500 };
    strcpy(job->payment.token, token);
    strcpy(job->reference, reference);
    job->attempts = attempts;
    job->now_ms = late_ms;
    job->done = count_answer;
    job->ctx = &asked;
    (attempts ? ops->query : ops->start)(subject->provider, job);
    assert_int_equal(atomic_load(&asked.answers), 1);
    return asked.job;
}

static void the_sandbox_has_moods(void **state)
{
    struct subject *subject = *state;
    const struct payment_ops *ops = subject->provider->ops;
    assert_true(ops->is_token(subject->provider, "tok_pay_late_90"));
    assert_true(ops->is_token(subject->provider, "tok_ok_visa1"));
    assert_false(ops->is_token(subject->provider, "tok_ok_"));
    assert_false(ops->is_token(subject->provider, "tok_ok_no card"));
    assert_false(ops->is_token(subject->provider, "tok_pay_late_"));
    assert_false(ops->is_token(subject->provider, "tok_pay_late_0"));
    assert_false(ops->is_token(subject->provider, "tok_pay_late_90x"));
    assert_false(ops->is_token(subject->provider, "tok_pay_late_86401"));
    struct payment_job job = mood(subject, PAYMENT_CHARGE, "tok_timeout_then_ok", "", 0, 0);
    assert_int_equal(job.outcome, PAYMENT_PENDING);
    job = mood(subject, PAYMENT_CHARGE, "tok_timeout_then_ok", "", 1, 0);
    assert_int_equal(job.outcome, PAYMENT_DONE);
    job = mood(subject, PAYMENT_CHARGE, "tok_pay_late_90", "", 6, 89999);
    assert_int_equal(job.outcome, PAYMENT_PENDING);
    job = mood(subject, PAYMENT_CHARGE, "tok_pay_late_90", "", 7, 90000);
    assert_int_equal(job.outcome, PAYMENT_DONE);
    job = mood(subject, PAYMENT_CHARGE, "tok_pay_twice", "", 0, 0);
    assert_int_equal(job.outcome, PAYMENT_DONE);
    assert_int_equal(job.amount_minor, 5000);
    job = mood(subject, PAYMENT_CHARGE, "tok_refund_declined", "", 0, 0);
    assert_int_equal(job.outcome, PAYMENT_DONE);
    for (uint32_t attempts = 0; attempts < 3; attempts++)
        assert_int_equal(mood(subject, PAYMENT_RETURN, "", job.reference, attempts, 0).outcome,
                         attempts < 2 ? PAYMENT_DECLINED : PAYMENT_DONE);
    assert_int_equal(mood(subject, PAYMENT_AUTHORISE, "tok_declined", "", 0, 0).outcome,
                     PAYMENT_DECLINED);
    assert_int_equal(mood(subject, PAYMENT_VOID, "", "", 0, 0).outcome, PAYMENT_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER_BOTH(tokens_are_known_by_their_look),
        OVER_BOTH(means_are_told_apart),
        OVER_BOTH(a_charge_is_done_or_declined),
        OVER_BOTH(a_refund_is_done),
        OVER_BOTH(asked_again_it_answers_the_same),
        OVER_BOTH(each_of_many_is_answered_once),
        OVER(what_is_not_answered_is_asked_again_after_a_restart, slow),
        OVER(the_sandbox_has_moods, sandbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
