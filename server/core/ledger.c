#include "server/core/ledger.h"

#include "server/core/state.h"

#include <assert.h>

static void add(struct ledger_posting *posting, enum ledger_account account, int64_t amount_minor)
{
    if (amount_minor == 0)
        return;
    assert(posting->count < sizeof(posting->entries) / sizeof(posting->entries[0]));
    posting->entries[posting->count++] = (struct ledger_entry){ account, amount_minor };
}

static enum ledger_account money_of(enum tender tender)
{
    return tender == TENDER_CASH       ? LEDGER_CASH_BOX
           : tender == TENDER_EXTERNAL ? LEDGER_EXTERNAL
                                       : LEDGER_PROVIDER;
}

void ledger_sale(struct ledger_posting *posting, struct amounts sold, bool reversed)
{
    add(posting, LEDGER_RECEIVABLE, sold.total_minor);
    if (reversed) {
        add(posting, LEDGER_REVERSE, -sold.total_minor);
        return;
    }
    add(posting, LEDGER_REVENUE, -(sold.total_minor - sold.tax_minor - sold.fee_minor));
    add(posting, LEDGER_TAX, -sold.tax_minor);
    add(posting, LEDGER_FEES, -sold.fee_minor);
}

void ledger_return(struct ledger_posting *posting, struct amounts returned, int64_t refund_minor,
                   bool reversed)
{
    assert(refund_minor >= 0 && refund_minor <= returned.total_minor);
    if (reversed) {
        add(posting, LEDGER_REVERSE, returned.total_minor);
    } else {
        add(posting, LEDGER_REFUNDS,
            returned.total_minor - returned.tax_minor - returned.fee_minor);
        add(posting, LEDGER_TAX, returned.tax_minor);
        add(posting, LEDGER_FEES, returned.fee_minor);
    }
    add(posting, LEDGER_KEPT, -(returned.total_minor - refund_minor));
    add(posting, LEDGER_RECEIVABLE, -refund_minor);
}

void ledger_money_in(struct ledger_posting *posting, enum tender tender, int64_t amount_minor)
{
    add(posting, money_of(tender), amount_minor);
    add(posting, LEDGER_RECEIVABLE, -amount_minor);
}

void ledger_money_out(struct ledger_posting *posting, enum tender tender, int64_t amount_minor)
{
    add(posting, LEDGER_RECEIVABLE, amount_minor);
    add(posting, money_of(tender), -amount_minor);
}

void ledger_settle(struct ledger_posting *posting, enum ledger_account account,
                   int64_t amount_minor, int64_t fee_minor)
{
    add(posting, LEDGER_BANK, amount_minor - fee_minor);
    add(posting, LEDGER_CHARGES, fee_minor);
    add(posting, account, -amount_minor);
}

/* As they were numbered before there was REVERSE; that and what came later are behind all of them.
 */
uint32_t ledger_key(uint32_t event, enum ledger_account account)
{
    if (account <= LEDGER_KEPT)
        return event * LEDGER_KEPT + account - 1;
    return UINT32_MAX - event - ((uint32_t)(account - LEDGER_REVERSE) << 24);
}

void ledger_post(struct stadium *s, uint32_t event, const struct ledger_posting *posting)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < posting->count; i++) {
        const struct ledger_entry *entry = &posting->entries[i];
        const uint32_t key = ledger_key(event, entry->account);
        struct ledger_balance *balance =
            &s->booking.balances[event * LEDGER_ACCOUNTS + entry->account - 1];
        if (balance->entries > 0)
            row_remove(s, ROW_BALANCE, key, balance);
        balance->balance_minor += entry->amount_minor;
        balance->entries++;
        row_add(s, ROW_BALANCE, key, balance);
        sum += entry->amount_minor;
    }
    assert(sum == 0);
    (void)sum;
}

const struct ledger_balance *stadium_balances(const struct stadium *s, uint32_t event)
{
    assert(event < s->booking.event_count);
    return &s->booking.balances[event * LEDGER_ACCOUNTS];
}
