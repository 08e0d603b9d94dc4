/*
 * Who takes the money, and gives it back. It sees what the provider needs and no more: a token for
 * the payer's means, never card data.
 *
 * At most once: (order, number) names a payment for ever. Whoever asks again under the same name,
 * after a crash or a lost answer, hears what became of it and moves no more money. Real providers
 * have a key for that; this is it. An answer is final, so a provider that cannot be reached is
 * asked by its adapter until it is, however long that takes.
 */
#ifndef PORTS_PAYMENT_H
#define PORTS_PAYMENT_H

#include "server/base/status.h"
#include "server/core/order.h"

#include <stdbool.h>

struct payment_provider;

/* A question and, afterwards, its answer. The caller's; unchanged by it until done(). */
struct payment_job {
    struct payment payment; /* number, kind, amount_minor, token; a refund has no token. */
    struct id order;        /* The order's public id. */
    char currency[CURRENCY_BYTES + 1];

    enum payment_outcome outcome; /* The answer; a refund is never declined. */

    /* Called once, on a thread of the provider's or inside start(). */
    void (*done)(struct payment_job *job);
    void *ctx;                /* The caller's. */
    struct payment_job *next; /* The provider's until done(). */
};

struct payment_ops {
    /* Any thread, without waiting: whether it could be a token of this provider's. */
    bool (*is_token)(const struct payment_provider *provider, const char *token);
    /* Several jobs may be under way; their answers come in any order. */
    void (*start)(struct payment_provider *provider, struct payment_job *job);
    /* Gives everything back. Jobs that have no answer yet get none: done() is not called, and they
     * are asked again after the next start. */
    void (*close)(struct payment_provider *provider);
};

/* Adapters embed this first. */
struct payment_provider {
    const struct payment_ops *ops;
    const char *tokens; /* What a token must look like: "give tok_ok or tok_declined". */
    /* It moves nothing in the world. Others are asked only about what is durable, so that no crash
     * leaves money moved for an order that there is not. */
    bool harmless;
};

#endif
