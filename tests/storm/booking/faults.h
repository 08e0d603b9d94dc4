/* Adapters under a storm's hand: nothing happens in them by itself, or on another thread. */
#ifndef TESTS_STORM_FAULTS_H
#define TESTS_STORM_FAULTS_H

#include "server/base/prng.h"
#include "server/core/id_map.h"
#include "server/ports/clock.h"
#include "server/ports/journal.h"
#include "server/ports/payment.h"

/* Stands before another journal, which stays the caller's: an append waits until it is let go, and
 * is durable in there when it is done. */
struct journal *fault_journal_open(struct journal *inner);
bool fault_journal_waits(const struct journal *journal);
void fault_journal_let_go(struct journal *journal); /* The append that waits, if one does. */
/* From now on nothing is appended. What waits becomes durable, although nobody hears of it, or is
 * lost. */
void fault_journal_fail(struct journal *journal, bool becomes_durable);

/* A clock that goes by itself, as far as the server knows. */
struct clock *storm_clock_open(int64_t now_ms);
void storm_clock_set(struct clock *clock, int64_t now_ms);

/* What a provider remembers: it outlives the server, as another company does. */
struct ledger {
    struct ledger_row {
        struct id order;
        uint32_t number;
        enum payment_kind kind;
        enum payment_outcome outcome;
        int64_t amount_minor;
    } * rows;
    uint32_t count, room;
    struct id_map rows_by_name;
    uint32_t declines; /* One charge in so many is declined; 0: as the token says. */
};
void ledger_fini(struct ledger *ledger);
/* Captured less refunded: of an order, and of all. */
int64_t ledger_balance(const struct ledger *ledger, struct id order);
int64_t ledger_total(const struct ledger *ledger);

/* Answers when it is told to. What waits when it is closed is asked again. */
struct payment_provider *late_payment_open(struct ledger *ledger);
bool late_payment_waits(const struct payment_provider *provider);
void late_payment_answer(struct payment_provider *provider, struct prng *prng); /* Any of them. */

#endif
