/* The books of events, and what was settled out of them. */
#include "tests/storm/checker/judge.h"

#include "tifo/v1/ledger.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- Balances -------------------------------------------------------------------------------- */

static bool is_modelled(enum ledger_account account)
{
    return account <= LEDGER_RECEIVABLE || account == LEDGER_BANK || account == LEDGER_CHARGES;
}

static int64_t told_of(Tifo__V1__LedgerBalance *const *told, size_t count, int account)
{
    for (size_t i = 0; i < count; i++)
        if ((int)told[i]->account == account)
            return told[i]->balance_minor;
    return 0; /* Left out: nothing is on it. */
}

static bool tell_balance(struct checker *c, const struct deed *deed,
                         const struct model_event *event, int account, int64_t told_minor)
{
    if (!is_modelled((enum ledger_account)account))
        return true;
    const int64_t has_minor = ledger_model_balance(&c->model, event, (enum ledger_account)account);
    return told_minor == has_minor ||
           mismatch(c, deed, "account %d is said to have %lld, and has %lld", account,
                    (long long)told_minor, (long long)has_minor);
}

static bool tell_ledger(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ListLedgerRequest *request = (const void *)deed->request;
    const Tifo__V1__ListLedgerResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    int64_t sum_minor = 0;
    if (!event)
        return mismatch(c, deed, "there are books of no event");
    for (size_t i = 0; i < told->n_balances; i++)
        sum_minor += told->balances[i]->balance_minor;
    if (sum_minor != 0)
        return mismatch(c, deed, "the books do not balance, by %lld", (long long)sum_minor);
    for (int account = 1; account <= LEDGER_ACCOUNTS; account++)
        if (!tell_balance(c, deed, event, account,
                          told_of(told->balances, told->n_balances, account)))
            return false;
    return true;
}

/* ---- Settlements ----------------------------------------------------------------------------- */

static void ask_record(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__RecordSettlementRequest *request = (const void *)deed->request;
    const Tifo__V1__Settlement *from = request->settlement;
    struct record_settlement *record = &command->as.record_settlement;
    command->kind = COMMAND_RECORD_SETTLEMENT;
    record->event = judge_id(request->event_id);
    record->account = from->account ? (uint32_t)from->account : LEDGER_PROVIDER;
    record->amount_minor = from->amount_minor;
    record->fee_minor = from->fee_minor;
    snprintf(record->reference, sizeof record->reference, "%s", from->reference);
    judge_person(deed, record->by.person);
}

static void ask_void(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__VoidSettlementRequest *request = (const void *)deed->request;
    command->kind = COMMAND_VOID_SETTLEMENT;
    command->as.void_settlement.event = judge_id(request->event_id);
    command->as.void_settlement.number = request->number;
    snprintf(command->as.void_settlement.reason, sizeof command->as.void_settlement.reason, "%s",
             request->reason);
    judge_person(deed, command->as.void_settlement.by.person);
}

static bool tell_settlement(struct checker *c, const struct deed *deed,
                            const struct model_event *event, const Tifo__V1__Settlement *told)
{
    if (told->number < 1 || told->number > event->settlement_count)
        return mismatch(c, deed, "a settlement is said to have number %u, of %u", told->number,
                        event->settlement_count);
    const struct model_settlement *row = &event->settlements[told->number - 1];
    return ((uint32_t)told->account == row->account && told->amount_minor == row->amount_minor &&
            told->fee_minor == row->fee_minor && told->voided == row->voided &&
            strcmp(told->reference, row->reference) == 0) ||
           mismatch(c, deed, "settlement %u is said to be of %lld on account %d, %s", told->number,
                    (long long)told->amount_minor, (int)told->account,
                    told->voided ? "voided" : "not voided");
}

/* The one that was recorded is the last. */
static bool tell_recorded(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__RecordSettlementRequest *request = (const void *)deed->request;
    const Tifo__V1__Settlement *told =
        ((const Tifo__V1__RecordSettlementResponse *)deed->reply)->settlement;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    if (told->number != event->settlement_count)
        return mismatch(c, deed, "a new settlement is said to be number %u", told->number);
    return tell_settlement(c, deed, event, told);
}

static bool tell_voided(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__VoidSettlementRequest *request = (const void *)deed->request;
    const Tifo__V1__Settlement *told =
        ((const Tifo__V1__VoidSettlementResponse *)deed->reply)->settlement;
    if (told->number != request->number)
        return mismatch(c, deed, "settlement %u is voided instead", told->number);
    return tell_settlement(c, deed, model_event_find(&c->model, judge_id(request->event_id)), told);
}

static bool tell_settlements(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ListSettlementsRequest *request = (const void *)deed->request;
    const Tifo__V1__ListSettlementsResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    const uint32_t most = request->page_size ? request->page_size : 50;
    if (!event)
        return mismatch(c, deed, "there are settlements of no event");
    const uint32_t count = event->settlement_count < most ? event->settlement_count : most;
    if (told->n_settlements != count ||
        (told->next_page_token[0] != 0) != (event->settlement_count > most))
        return mismatch(c, deed, "%zu settlements are said to be there, of %u", told->n_settlements,
                        event->settlement_count);
    for (uint32_t i = 0; i < count; i++)
        if (told->settlements[i]->number != i + 1 ||
            !tell_settlement(c, deed, event, told->settlements[i]))
            return mismatch(c, deed, "settlements are not listed by their numbers");
    for (int account = LEDGER_PROVIDER; account <= LEDGER_EXTERNAL; account++)
        if (!tell_balance(c, deed, event, account,
                          told_of(told->unsettled, told->n_unsettled, account)))
            return false;
    return true;
}

const struct method ledger_methods[] = {
    { "/tifo.v1.Ledger/ListLedger", MESSAGES(list_ledger), NULL, 0, 0, tell_ledger },
    { "/tifo.v1.Ledger/RecordSettlement", MESSAGES(record_settlement), ask_record, FACT_SETTLED, 0,
      tell_recorded },
    { "/tifo.v1.Ledger/VoidSettlement", MESSAGES(void_settlement), ask_void, FACT_SETTLEMENT_VOIDED,
      0, tell_voided },
    { "/tifo.v1.Ledger/ListSettlements", MESSAGES(list_settlements), NULL, 0, 0, tell_settlements },
    { 0 },
};
