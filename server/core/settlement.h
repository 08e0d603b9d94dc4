/*
 * Settlements: money leaves the accounts that take it in (the provider's, the cash box, elsewhere)
 * for the organiser's bank. The provider pays out what it took less what it gave back, and keeps a
 * charge of its own; whoever keeps the books records that as the provider's statement says it.
 *
 * Never more is settled than an account has. When more went back than came in since the last one,
 * an account is below zero, and so is its next settlement: then the bank pays. A record is never
 * changed: a wrong one is voided, which posts the reverse, and recorded anew.
 */
#ifndef CORE_SETTLEMENT_H
#define CORE_SETTLEMENT_H

#include "server/core/limits.h"
#include "server/core/order.h"

#include "server/base/status.h"

struct settlement {
    uint32_t event, number; /* Of the event, from 1. */
    uint32_t account;       /* enum ledger_account: PROVIDER, CASH_BOX or EXTERNAL. */
    int64_t amount_minor;   /* Left it; below 0: came back to it. Never 0. */
    int64_t fee_minor;  /* Of that or beside it, the provider's charge: the bank has the rest. */
    int64_t settled_ms; /* When, as the statement says; Unix ms. */
    char reference[SETTLEMENT_REFERENCE_BYTES + 1]; /* Of the statement: once an account. */
    char caller[PERSON_BYTES + 1];                  /* Who recorded it. */
    uint32_t voided;                                /* 1: it is taken back. */
    uint64_t version;
};

struct stadium;
struct command;
struct fact;
struct facts;

void settlements_init(struct stadium *);
enum status settlement_decide(const struct stadium *, const struct command *, struct facts *);
void settlement_evolve(struct stadium *, const struct fact *);

#endif
