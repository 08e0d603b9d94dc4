/*
 * A payment provider as real ones are: it answers later, from a thread of its own, remembers what
 * it was asked, and moves money once for each (order, number). What it remembers outlives it: it
 * stands for the other company.
 */
#ifndef TESTS_SUPPORT_SLOW_PAYMENT_H
#define TESTS_SUPPORT_SLOW_PAYMENT_H

#include "server/ports/payment.h"

enum { LEDGER_MAX = 1024 };

struct ledger {
    struct ledger_row {
        struct id order;
        uint32_t number, asked; /* How often. */
        enum payment_outcome outcome;
    } rows[LEDGER_MAX];
    uint32_t count;
    int64_t balance_minor; /* Charged less refunded. */
};

/* Tokens as the sandbox's. The ledger is the caller's, and read when nothing is under way. */
struct payment_provider *slow_payment_open(struct ledger *ledger);
/* Waits until so many jobs wait, answers the oldest of them, and returns when done() has. */
void slow_payment_answer(struct payment_provider *provider, uint32_t count);
/* Waits for a job and moves its money, but the answer never comes. */
void slow_payment_lose(struct payment_provider *provider);

#endif
