/* What left the accounts that take money in. */
#include "server/core/ledger.h"
#include "server/records/project_orders.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <stdio.h>
#include <string.h>

static void post(struct records *records, const struct settlement_record *of, int64_t amount_minor,
                 int64_t fee_minor, const struct fact *fact, uint64_t seq)
{
    struct ledger_posting posting = { .count = 0 };
    uint32_t account = LEDGER_EXTERNAL;
    while (account > LEDGER_PROVIDER && strcmp(ledger_account_words[account], of->account) != 0)
        account--;
    ledger_settle(&posting, account, amount_minor, fee_minor);
    for (uint32_t i = 0; i < posting.count; i++) {
        struct ledger_entry_record row = { .seq = seq,
                                           .position = i,
                                           .at_ms = fact->time_ms,
                                           .event = of->event,
                                           .order_number = UINT32_MAX,
                                           .amount_minor = posting.entries[i].amount_minor,
                                           .settlement = of->number };
        set_word(row.account, ledger_account_words, LEDGER_ACCOUNTS + 1,
                 posting.entries[i].account);
        records->ops->put(records, RECORDS_LEDGER_ENTRY, &row);
    }
}

static void settled(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct settled *from = &fact->as.settled;
    struct settlement_record to = { .settlement = from->settlement,
                                    .event = from->event,
                                    .number = from->number,
                                    .amount_minor = from->amount_minor,
                                    .fee_minor = from->fee_minor,
                                    .settled_ms = from->settled_ms,
                                    .recorded_ms = fact->time_ms,
                                    .version = seq };
    set_word(to.account, ledger_account_words, LEDGER_ACCOUNTS + 1, from->account);
    SET_TEXT(to.reference, from->reference);
    SET_TEXT(to.recorded_by, from->caller);
    records->ops->put(records, RECORDS_SETTLEMENT, &to);
    post(records, &to, from->amount_minor, from->fee_minor, fact, seq);
}

static void settlement_voided(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct settlement_voided *from = &fact->as.settlement_voided;
    struct settlement_record to = { .settlement = from->settlement };
    records->ops->get(records, RECORDS_SETTLEMENT, &to);
    to.voided_ms = fact->time_ms;
    to.version = seq;
    SET_TEXT(to.voided_for, from->reason);
    records->ops->put(records, RECORDS_SETTLEMENT, &to);
    post(records, &to, -to.amount_minor, -to.fee_minor, fact, seq);
}

const struct projection settlement_projections[] = {
    { FACT_SETTLED, settled },
    { FACT_SETTLEMENT_VOIDED, settlement_voided },
    { 0, NULL },
};
