#include "server/adapters/payment/sandbox.h"

#include "server/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LATE_MAX_S = 86400, REFUND_DECLINES = 2 };
static const char late[] = "tok_pay_late_";
static const char refund_declined[] = "sandbox_refund_declined";

/* Seconds of "tok_pay_late_SECONDS"; 0: it is no such token. */
static long late_s(const char *token)
{
    const char *digits = token + sizeof late - 1;
    if (strncmp(token, late, sizeof late - 1) != 0)
        return 0;
    const size_t count = strspn(digits, "0123456789");
    if (count < 1 || count > 5 || digits[count])
        return 0;
    const long seconds = strtol(digits, NULL, 10);
    return seconds <= LATE_MAX_S ? seconds : 0;
}

/* CARD of "tok_ok_CARD"; NULL: it is no such token. */
static const char *card_of(const char *token)
{
    static const char ok[] = "tok_ok_";
    const char *card = token + sizeof ok - 1;
    if (strncmp(token, ok, sizeof ok - 1) != 0)
        return NULL;
    const size_t count = strspn(card, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789");
    return count >= 1 && count <= 16 && card[count] == 0 ? card : NULL;
}

static void fingerprint(const struct payment_provider *provider, const char *token,
                        char to[PAYMENT_FINGERPRINT_BYTES + 1])
{
    const char *card = card_of(token);
    (void)provider;
    snprintf(to, PAYMENT_FINGERPRINT_BYTES + 1, "sandbox_%s", card ? card : token);
}

static bool is_token(const struct payment_provider *provider, const char *token)
{
    static const char *const tokens[] = { "tok_ok", "tok_declined", "tok_timeout_then_ok",
                                          "tok_pay_twice", "tok_refund_declined" };
    (void)provider;
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        if (strcmp(token, tokens[i]) == 0)
            return true;
    }
    return late_s(token) > 0 || card_of(token);
}

/* What becomes of a payer's means. */
static enum payment_outcome pay(const struct payment_job *job)
{
    const struct payment *payment = &job->payment;
    const long seconds = late_s(payment->token);
    if (strcmp(payment->token, "tok_declined") == 0)
        return PAYMENT_DECLINED;
    if (strcmp(payment->token, "tok_timeout_then_ok") == 0 && job->attempts == 0)
        return PAYMENT_PENDING;
    if (seconds > 0 && job->now_ms < job->wanted_ms + 1000 * (int64_t)seconds)
        return PAYMENT_PENDING;
    return PAYMENT_DONE;
}

static enum payment_outcome give_back(const struct payment_job *job)
{
    return strcmp(job->reference, refund_declined) == 0 && job->attempts < REFUND_DECLINES
               ? PAYMENT_DECLINED
               : PAYMENT_DONE;
}

static void answer(struct payment_provider *provider, struct payment_job *job)
{
    const struct payment *payment = &job->payment;
    (void)provider;
    job->amount_minor = payment->amount_minor;
    if (payment->kind == PAYMENT_REFUND || payment->kind == PAYMENT_RETURN) {
        job->outcome = give_back(job);
    } else {
        job->outcome = pay(job);
        if (strcmp(payment->token, "tok_pay_twice") == 0)
            job->amount_minor *= 2;
        if (strcmp(payment->token, "tok_refund_declined") == 0)
            snprintf(job->reference, sizeof job->reference, "%s", refund_declined);
    }
    job->done(job);
}

static void close_sandbox(struct payment_provider *provider)
{
    free(provider);
}

struct payment_provider *payment_sandbox_open(void)
{
    static const struct payment_ops ops = { is_token, fingerprint, answer, answer, close_sandbox };
    struct payment_provider *provider = base_alloc(sizeof *provider);
    provider->ops = &ops;
    provider->harmless = true;
    provider->tokens = "the sandbox takes tok_ok, tok_ok_CARD, tok_declined, tok_timeout_then_ok, "
                       "tok_pay_late_SECONDS, tok_pay_twice and tok_refund_declined";
    return provider;
}
