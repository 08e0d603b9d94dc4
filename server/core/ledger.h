/*
 * The books: double entry, one set of accounts for each event, in its currency and minor unit. A
 * debit is positive, a credit negative; what one fact posts sums to zero, so all balances do.
 *
 *      a sale is made          RECEIVABLE  to  REVENUE, TAX, FEES
 *      money comes in          PROVIDER (or CASH_BOX, EXTERNAL)  to  RECEIVABLE
 *      tickets are given back  REFUNDS, TAX, FEES  to  RECEIVABLE and, for what is kept, KEPT
 *      money goes back         RECEIVABLE  to  PROVIDER (or ...)
 *      it is settled           BANK, CHARGES  to  PROVIDER (or ...)
 *
 * Of a sale whose buyer owes the tax (buyer.h) price and fees are in REVERSE, instead of REVENUE
 * and FEES, and come out of it again when tickets are given back: what it says is what is to be
 * declared as sold so.
 *
 * So RECEIVABLE is what buyers owe us, below zero what we owe them, and zero once all is settled.
 * TAX and FEES of a ticket that is given back are taken back whole, REFUNDS its net price; KEPT is
 * what the cancellation policy keeps, gross. Orders placed before there was a ledger
 * (order_placed) are not in it.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of the API. */
enum ledger_account {
    LEDGER_PROVIDER = 1, /* What the payment provider has taken for us. */
    LEDGER_CASH_BOX,
    LEDGER_EXTERNAL, /* Paid elsewhere, before: imported orders. */
    LEDGER_RECEIVABLE,
    LEDGER_REVENUE,
    LEDGER_TAX,
    LEDGER_FEES,
    LEDGER_REFUNDS,
    LEDGER_KEPT,
    LEDGER_REVERSE,                   /* Sold without tax, which the buyer owes. */
    LEDGER_BANK,                      /* Settled: at the organiser's bank (settlement.h), */
    LEDGER_CHARGES,                   /* less what the provider kept for that. */
    LEDGER_ACCOUNTS = LEDGER_CHARGES, /* How many there are. */
};

/* How an order is paid for. Numbers of the API. */
enum tender {
    TENDER_CARD = 1, /* By the payment provider. */
    TENDER_CASH,     /* At the box office. */
    TENDER_COMP,     /* Nothing is paid. */
    TENDER_EXTERNAL, /* Paid elsewhere, before. */
};

/* What tickets cost: all of it, and how much of that is tax and booking fees. */
struct amounts {
    int64_t total_minor, tax_minor, fee_minor;
};

struct ledger_entry {
    enum ledger_account account;
    int64_t amount_minor; /* Debit > 0. Never 0. */
};
/* What one fact posts; entries sum to zero. */
struct ledger_posting {
    struct ledger_entry entries[8];
    uint32_t count;
};
/* `reversed`: the buyer owes the tax, and there is none in the amounts. */
void ledger_sale(struct ledger_posting *posting, struct amounts sold, bool reversed);
/* `refund_minor` of the amounts goes back, the rest is kept. */
void ledger_return(struct ledger_posting *posting, struct amounts returned, int64_t refund_minor,
                   bool reversed);
void ledger_money_in(struct ledger_posting *posting, enum tender tender, int64_t amount_minor);
void ledger_money_out(struct ledger_posting *posting, enum tender tender, int64_t amount_minor);

/* So much leaves the account, of which the provider charges a fee. */
void ledger_settle(struct ledger_posting *posting, enum ledger_account account,
                   int64_t amount_minor, int64_t fee_minor);

struct ledger_balance {
    int64_t balance_minor;
    uint64_t entries; /* 0: nothing was ever posted, and there is no row. */
};

struct stadium;
/* The key of a balance's row. */
uint32_t ledger_key(uint32_t event, enum ledger_account account);
/* evolve: on the accounts of an event. */
void ledger_post(struct stadium *, uint32_t event, const struct ledger_posting *);

#endif
