/*
 * Who takes the money, and gives it back. It sees what the provider needs and no more: a token for
 * the payer's means, never card data.
 *
 * At most once: (order, number) names a payment for ever. Whoever asks again under the same name,
 * after a crash or a lost answer, hears what became of it and moves no more money. Real providers
 * have a key for that; this is it.
 *
 * What is asked, by payment.kind:
 *
 *      CHARGE, TOP_UP   an intent, authorised and captured at once
 *      AUTHORISE        an intent that is authorised only: then CAPTURE takes it, or VOID gives it
 * up REFUND, RETURN   so much of what was captured for the order goes back
 *
 * DONE and DECLINED are final. PENDING says that nobody knows yet (it timed out; the payer's bank
 * thinks; a webhook will tell): the app asks again, with query(), after 1 s, 2 s, ... 10 minutes,
 * for as long as it takes. What a webhook brings is the same answer, sooner: the adapter that hears
 * it answers the query that comes next.
 */
#ifndef PORTS_PAYMENT_H
#define PORTS_PAYMENT_H

#include "server/base/status.h"
#include "server/core/order.h"

#include <stdbool.h>

struct payment_provider;

enum { PAYMENT_FINGERPRINT_BYTES = 64 };

/* A question and, afterwards, its answer. The caller's; unchanged by it until done(). */
struct payment_job {
    struct payment payment;    /* number, kind, amount_minor; token: CHARGE, TOP_UP, AUTHORISE. */
    uint32_t attempts;         /* Answers so far that were none, or said that no money goes back. */
    int64_t wanted_ms, now_ms; /* Stadium time. */
    struct id order;           /* The order's public id. */
    char currency[CURRENCY_BYTES + 1];
    char reference[PAYMENT_REFERENCE_BYTES +
                   1]; /* The order's last one, and in the answer its next. */

    enum payment_outcome outcome; /* The answer, */
    int64_t amount_minor; /* and what came in, if DONE: it may be more than was asked for. */

    /* Called once, on a thread of the provider's or inside start(). */
    void (*done)(struct payment_job *job);
    void *ctx;                /* The caller's. */
    struct payment_job *next; /* The provider's until done(). */
};

struct payment_ops {
    /* Any thread, without waiting: whether it could be a token of this provider's. */
    bool (*is_token)(const struct payment_provider *provider, const char *token);
    /* Any thread, without waiting: what the provider tells the payer's means apart by, whatever the
     * token is called: 1 to PAYMENT_FINGERPRINT_BYTES bytes, never card data. Empty: unknown. NULL:
     * it never knows. */
    void (*fingerprint)(const struct payment_provider *provider, const char *token,
                        char to[PAYMENT_FINGERPRINT_BYTES + 1]);
    /* Several jobs may be under way; their answers come in any order. */
    void (*start)(struct payment_provider *provider, struct payment_job *job);
    /* What became of one that was started and is PENDING; moves no money. One that the provider has
     * never heard of is DECLINED. */
    void (*query)(struct payment_provider *provider, struct payment_job *job);
    /* Gives everything back. Jobs that have no answer yet get none: done() is not called, and they
     * are asked again after the next start. */
    void (*close)(struct payment_provider *provider);
};

/* Adapters embed this first. */
struct payment_provider {
    const struct payment_ops *ops;
    const char *tokens; /* What a token must look like: "give tok_ok or ...". */
    /* It moves nothing in the world. Others are asked only about what is durable, so that no crash
     * leaves money moved for an order that there is not. */
    bool harmless;
};

#endif
