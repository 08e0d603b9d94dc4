/* Organisers who look into their books, record what providers and cash boxes paid out, and take
 * back what they recorded wrongly. */
#include "tests/storm/booking/world.h"

#include "tifo/v1/ledger.pb-c.h"

#include <stdio.h>
#include <string.h>

#define LEDGER(method) "/tifo.v1.Ledger/" method

static void list_settlements(struct world *w, char (*event)[TEXT_ID])
{
    Tifo__V1__ListSettlementsRequest request = TIFO__V1__LIST_SETTLEMENTS_REQUEST__INIT;
    request.event_id = *event;
    request.page_size = world_roll(w, 4) ? 200 : 2;
    client_ask(w, LEDGER("ListSettlements"), client_organiser(w, event), false, &request.base);
}

static void list_ledger(struct world *w, char (*event)[TEXT_ID])
{
    Tifo__V1__ListLedgerRequest request = TIFO__V1__LIST_LEDGER_REQUEST__INIT;
    request.event_id = *event;
    client_ask(w, LEDGER("ListLedger"), client_organiser(w, event), false, &request.base);
}

/* A part of what an account has, or all, or more than that; now and then of a statement that was
 * recorded before, or is being recorded. */
static void record(struct world *w, char (*event)[TEXT_ID])
{
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__RecordSettlementRequest request = TIFO__V1__RECORD_SETTLEMENT_REQUEST__INIT;
    Tifo__V1__Settlement settlement = TIFO__V1__SETTLEMENT__INIT;
    char reference[16];
    uint32_t account = world_roll(w, ACCOUNTS);
    for (uint32_t i = 0; i < ACCOUNTS && terms->unsettled_minor[account] == 0; i++)
        account = (account + 1) % ACCOUNTS;
    const int64_t has_minor = terms->unsettled_minor[account];
    const int64_t size_minor = has_minor < 0 ? -has_minor : has_minor;
    int64_t amount_minor = 1 + world_roll(w, (uint32_t)size_minor);
    if (size_minor == 0)
        return;
    if (world_roll(w, 3) == 0)
        amount_minor = size_minor + (world_roll(w, 6) == 0);
    snprintf(reference, sizeof reference, "po-%u",
             world_roll(w, 6) ? terms->settlements + 1 : 1 + world_roll(w, terms->settlements + 1));
    settlement.account = (Tifo__V1__LedgerAccount)(account + 1);
    settlement.amount_minor = has_minor < 0 ? -amount_minor : amount_minor;
    settlement.fee_minor = world_roll(w, (uint32_t)amount_minor / 10 + 1);
    settlement.reference = reference;
    request.event_id = *event;
    request.settlement = &settlement;
    client_ask(w, LEDGER("RecordSettlement"), client_organiser(w, event), true, &request.base);
}

static void take_back(struct world *w, char (*event)[TEXT_ID])
{
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__VoidSettlementRequest request = TIFO__V1__VOID_SETTLEMENT_REQUEST__INIT;
    request.event_id = *event;
    request.number = 1 + world_roll(w, terms->settlements + (world_roll(w, 12) == 0));
    request.reason = "Storm";
    if (terms->settlements)
        client_ask(w, LEDGER("VoidSettlement"), client_organiser(w, event), true, &request.base);
}

void books_ask(struct world *w)
{
    char(*event)[TEXT_ID] = KNOWN(w, event);
    for (int i = 0; i < 4 && !w->terms[event - w->events].has_money; i++)
        event = KNOWN(w, event);
    const uint32_t roll = world_roll(w, 12);
    if (roll < 4 || !w->terms[event - w->events].has_money)
        list_settlements(w, event);
    else if (roll < 6)
        list_ledger(w, event);
    else if (roll < 11)
        record(w, event);
    else
        take_back(w, event);
}

static void know_list(struct known_terms *terms, const Tifo__V1__ListSettlementsResponse *told)
{
    memset(terms->unsettled_minor, 0, sizeof terms->unsettled_minor);
    for (size_t i = 0; i < told->n_unsettled; i++)
        terms->unsettled_minor[told->unsettled[i]->account - 1] = told->unsettled[i]->balance_minor;
    terms->has_money = told->n_unsettled > 0;
}

void books_know(struct world *w, const struct operation *operation, const void *reply)
{
    struct known_terms *terms = &w->terms[client_event(w, operation)];
    if (strcmp(operation->method, LEDGER("ListSettlements")) == 0) {
        know_list(terms, reply);
    } else if (strcmp(operation->method, LEDGER("RecordSettlement")) == 0) {
        const Tifo__V1__Settlement *told =
            ((const Tifo__V1__RecordSettlementResponse *)reply)->settlement;
        terms->unsettled_minor[told->account - 1] -= told->amount_minor;
        if (told->number > terms->settlements)
            terms->settlements = told->number;
    }
}
